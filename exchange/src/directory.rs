//! Lists of health structures and of specialists from elsewhere: a table (CSV) or a directory of a national system (IHE mCSD on FHIR R4). A list is read whole, and each entry
//! that cannot be used is told with its reason, so that whoever imports it decides before anything is stored.

mod bundle;
mod cells;
mod fhir;
mod practitioners;
mod reading;
mod table;

pub use bundle::{DEFAULT_CODES, read_bundle};
pub use practitioners::{
    PRACTITIONER_COLUMNS, PRACTITIONERS_MAX, Practitioner, read_practitioner_bundle, read_practitioner_csv,
};
pub use reading::{EntryFlaw, Reading, STRUCTURES_MAX, located, phone};
pub use table::{COLUMNS, read_csv};
