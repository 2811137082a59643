//! The errors of preparing the demonstration.

use crate::{signatures::authority::AuthorityError, store::StoreError};
use std::{io, path::PathBuf};

/// The reason why the demonstration cannot be prepared.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The store cannot be opened or written.
    #[error("the demonstration's records cannot be prepared: {0}")]
    Store(#[from] StoreError),
    /// The authority that certifies the doctors' keys cannot be made.
    #[error("the demonstration's authority cannot be prepared: {0}")]
    Authority(#[from] AuthorityError),
    /// The stand-in for the national record cannot be started.
    #[error("the demonstration's national record cannot be started: {0}")]
    Dpp(#[source] io::Error),
    /// The file of its passwords cannot be used.
    #[error("{path}: {cause}; remove the file to get new passwords", path = path.display())]
    Secrets {
        /// The file.
        path: PathBuf,
        /// The cause.
        cause: io::Error,
    },
}
