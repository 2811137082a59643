//! Blobs: finished files that are written once, as a whole, and read in parts. A store of blobs cannot append; what
//! still grows is kept elsewhere until it is whole.

use crate::store::StoreError;
use async_trait::async_trait;
use std::{fmt, ops::Range};

/// The largest blob that is written or read, bytes: a document of 4 MiB with its seals, with room.
pub const BLOB_BYTES: usize = 5 * 1024 * 1024;

/// A store of blobs. A name consists of the characters a to z, 0 to 9 and hyphens.
#[async_trait]
pub trait Blobs: Send + Sync + fmt::Debug {
    /// Writes a whole blob, in place of an older one of this name. It is durable when this returns; after a crash there
    /// is the new one, the older one or none, and never a part of one.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] above [`BLOB_BYTES`]; otherwise the store failed.
    async fn put(&self, name: &str, content: Vec<u8>) -> Result<(), StoreError>;

    /// Reads a range of bytes of a blob; there are fewer of them if the blob ends before the range does. The result is
    /// `None` if there is no such blob.
    ///
    /// # Errors
    /// The store failed, or the range begins behind the end of the blob.
    async fn read(&self, name: &str, range: Range<u64>) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes a blob. Nothing happens if there is none.
    ///
    /// # Errors
    /// The store failed.
    async fn delete(&self, name: &str) -> Result<(), StoreError>;

    /// The names of at most `limit` blobs, in no particular order.
    ///
    /// # Errors
    /// The store failed.
    async fn list(&self, limit: usize) -> Result<Vec<String>, StoreError>;
}
