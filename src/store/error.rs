//! What can go wrong between the house and the disk. The texts are for the log and for operators; none
//! holds a value that was stored.

use std::{io, path::PathBuf};

/// Why nothing was stored, or nothing could be read. A write that fails has changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no room.
    #[error("the disk or the database is full: free some space in the data folder")]
    Full,
    /// Another process writes for too long.
    #[error("the database is busy: another process holds it; try again")]
    Busy,
    /// What is stored cannot be read.
    #[error("the database is damaged ({0}): nothing was overwritten; put a backup in its place")]
    Corrupt(String),
    /// A later version of the program has written here.
    #[error("the database has schema {found}, this program knows up to {known}: start the newer program")]
    Newer {
        /// In the file.
        found: i64,
        /// In the program.
        known: i64,
    },
    /// More bytes than the store takes in one piece.
    #[error("it is larger than the store takes")]
    TooLarge,
    /// It is there already: a consultation, a login, a place.
    #[error("it exists already ({0})")]
    Exists(String),
    /// What it refers to is not there.
    #[error("what it refers to does not exist")]
    Missing,
    /// The data folder cannot be used.
    #[error("cannot use {path}: {cause}", path = path.display())]
    Folder {
        /// Which file or folder.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// Everything else, as the database tells it.
    #[error("the database failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// For `map_err`: the system's error about `path`.
    pub(super) fn folder(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Folder { path, cause }
    }
}
