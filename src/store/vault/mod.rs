//! The sealed file store. The files of the consultations lie encrypted on the disk, under names that tell nothing, with
//! one key for the whole data folder.
//!
//! A file that is being uploaded is a file of the staging folder that grows by one sealed record a piece; a piece is
//! acknowledged when the disk has its record. The upload's state also stays in memory, so that a piece costs no reading.
//! A finished file is sealed anew in records of equal length and becomes a blob; a part of it is read by opening the
//! records that hold this part.
//!
//! The store knows nothing of facts, members or HTTP: who may upload or read is decided by whoever calls it.

mod files;
mod key;
mod layout;
mod open_uploads;
mod seal;
mod staging;
mod stored;
#[cfg(test)]
mod tests;
mod upload;

pub use files::SealedFiles;
pub use key::{FileKey, FileName};
pub use stored::StoredFile;
pub use upload::{Appended, Upload};
