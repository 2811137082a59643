//! What must survive the process: facts, people, devices, sessions. Two traits say what the house asks of
//! a store; [`SqliteStore`] keeps it all in one file of the data folder.
//!
//! "Acknowledged means durable": a method that writes returns when the disk has it, and not before.

mod directory;
mod error;
mod object_blobs;
mod records;
mod sqlite;
pub mod traits;
mod vault;

pub use directory::{Account, Device, Directory, Kind, LinkRates, NewAccount, Position, Session, Structure};
pub use error::StoreError;
pub use object_blobs::ObjectBlobs;
pub use records::{History, Records};
pub use sqlite::SqliteStore;
pub use teranga_clinic::audit::Opening;
pub use vault::{Appended, PhotoKey, SealedPhotos, StoredPhoto, Upload};

/// What other parts' tests need of a store.
#[cfg(test)]
pub(crate) mod testing {
    pub(crate) use super::sqlite::tests::{Folder, consultation, identity, place, requested};
}
