//! What can go wrong when a copy is made.

/// A copy that could not be made. It does not happen with any text: it is a fault of this program.
#[derive(Debug, thiserror::Error)]
#[error("an archive copy could not be made: {0}")]
pub struct ArchiveError(pub(super) String);
