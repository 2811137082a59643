//! Lists of specialists from elsewhere: a table (CSV), or the practitioners of a directory (IHE mCSD on FHIR R4). A specialist is known by the number in the
//! register of the professional order, which no other system makes up. A flaw repeats nothing of a person.

mod bundle;
mod entry;
mod table;

pub use bundle::read_practitioner_bundle;
pub use entry::{PRACTITIONERS_MAX, Practitioner};
pub use table::{PRACTITIONER_COLUMNS, read_practitioner_csv};
