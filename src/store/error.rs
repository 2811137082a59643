//! The errors of a store. The texts are for the log and for operators; none
//! holds a value that was stored.

use super::sealing::KeyId;
use std::{io, path::PathBuf};
use teranga_clinic::text::NameFlaw;

/// Why nothing was stored, or nothing could be read. A write that fails has changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no room.
    #[error("the disk or the database is full: free some space in the data folder")]
    Full,
    /// Another process writes for too long.
    #[error("the database is busy: another process holds it; try again")]
    Busy,
    /// The database itself cannot be read.
    #[error("the database is damaged ({0}): nothing was overwritten; put a backup in its place")]
    Corrupt(String),
    /// A later version of the program has written here, and says that this one can no longer use the database.
    #[error(
        "the database needs a program of schema {needed}, this one knows up to {known}: start the newer program"
    )]
    Newer {
        /// The oldest schema that a program must know.
        needed: i64,
        /// The newest schema that this program knows.
        known: i64,
    },
    /// A newer writer has taken the journal over. This process must stop writing.
    #[error("another server has taken over the journal: nothing was stored")]
    Fenced,
    /// The fact does not follow the last one that is stored.
    #[error("the fact is numbered {expected}, and {next} is next: nothing was stored")]
    OutOfSequence {
        /// The number that the writer expected.
        expected: u32,
        /// The number that follows what is stored.
        next: i64,
    },
    /// The consultation cannot be read, so nothing is added to it.
    #[error("the consultation is set aside because it cannot be read: nothing was stored")]
    SetAside,
    /// More bytes than the store takes in one piece.
    #[error("it is larger than the store takes")]
    TooLarge,
    /// It is there already: a consultation, a login, a place.
    #[error("it exists already ({0})")]
    Exists(String),
    /// Something that was to be stored as a name is none.
    #[error("{0}")]
    Name(#[from] NameFlaw),
    /// A row that it refers to does not exist.
    #[error("what it refers to does not exist")]
    Missing,
    /// Records are sealed, and the key file is not there.
    #[error(
        "the key of the records is missing: {path} does not exist, and the records are sealed; put the file back \
         from where its copy is kept",
        path = .0.display()
    )]
    KeyMissing(PathBuf),
    /// The key file cannot be used.
    #[error("the key file {path} cannot be used: {cause}", path = path.display())]
    KeyUnfit {
        /// The file.
        path: PathBuf,
        /// The reason, and what to do.
        cause: &'static str,
    },
    /// The key file lacks a key that has sealed records here.
    #[error(
        "{path} is not the key file of these records: it lacks the key {id}, which sealed some of them; nothing was \
         changed",
        path = path.display()
    )]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// The identifier of the key that is missing.
        id: KeyId,
    },
    /// The data folder cannot be used.
    #[error("cannot use {path}: {cause}", path = path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// The error of the operating system.
        cause: io::Error,
    },
    /// Everything else, as the database tells it.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// Turns the operating system's error about `path` into one of a store, for `map_err`.
    pub(super) fn folder(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Folder { path, cause }
    }
}
