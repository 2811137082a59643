//! An upload: a file that a post has announced and sends in pieces.

use super::{key::FileKey, seal::FileSeal, staging::StagedFile};
use crate::store::StoreError;
use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use teranga_clinic::{id::PartyId, photo_rules::Announced};
use tokio::sync::watch;

/// One upload, as long as it is open. Several requests may hold it at a time.
pub struct Upload {
    key: FileKey,
    by: PartyId,
    announced: Announced,
    pub(super) seal: FileSeal,
    progress: Mutex<Progress>,
    /// The number of durable bytes, for those who wait for an earlier piece.
    held: watch::Sender<usize>,
}

struct Progress {
    /// The file's bytes that are durable.
    bytes: Vec<u8>,
    /// The file that takes the next piece; `None` once the upload is closed.
    file: Option<StagedFile>,
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("name", &self.seal.name()).finish_non_exhaustive()
    }
}

/// The outcome of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The piece is durable. It was durable already if both numbers are equal.
    Durable {
        /// The file's bytes that were durable before.
        before: usize,
        /// The file's bytes that are durable now.
        now: usize,
    },
    /// The piece begins behind the durable bytes, or the upload is closed. Nothing was written.
    OutOfOrder,
}

impl Upload {
    pub(super) fn new(
        key: FileKey,
        by: PartyId,
        seal: FileSeal,
        announced: Announced,
        bytes: Vec<u8>,
        file: Option<StagedFile>,
    ) -> Self {
        let held = watch::Sender::new(bytes.len());
        Self { key, by, announced, seal, progress: Mutex::new(Progress { bytes, file }), held }
    }

    /// The file's identifiers.
    pub const fn key(&self) -> FileKey {
        self.key
    }

    /// The party that was allowed to send it.
    pub const fn by(&self) -> &PartyId {
        &self.by
    }

    /// The announcement.
    pub const fn announced(&self) -> &Announced {
        &self.announced
    }

    /// The number of the file's bytes that are durable.
    pub fn held(&self) -> usize {
        *self.held.borrow()
    }

    /// A copy of the file's bytes that are durable.
    pub fn bytes(&self) -> Vec<u8> {
        self.lock().bytes.clone()
    }

    /// Waits until at least `offset` bytes are durable.
    pub async fn wait_for(&self, offset: usize) {
        let _ = self.held.subscribe().wait_for(|held| *held >= offset).await;
    }

    /// Adds a piece that begins at `offset`. Bytes that were durable before are not written again.
    ///
    /// # Errors
    /// The disk failed. The upload is then closed; resuming it reads what the disk has.
    pub async fn append(self: &Arc<Self>, offset: usize, piece: Vec<u8>) -> Result<Appended, StoreError> {
        let upload = Arc::clone(self);
        on_disk(move || upload.append_now(offset, &piece)).await
    }

    fn append_now(&self, offset: usize, piece: &[u8]) -> Result<Appended, StoreError> {
        let progress = &mut *self.lock();
        let before = progress.bytes.len();
        let Some(known) = before.checked_sub(offset) else { return Ok(Appended::OutOfOrder) };
        let fresh = piece.get(known..).unwrap_or_default();
        if fresh.is_empty() {
            return Ok(Appended::Durable { before, now: before });
        }
        let Some(file) = &mut progress.file else { return Ok(Appended::OutOfOrder) };
        if let Err(error) = file.append(&self.seal, fresh) {
            progress.file = None;
            return Err(error);
        }
        progress.bytes.extend(fresh);
        let now = progress.bytes.len();
        self.held.send_replace(now);
        Ok(Appended::Durable { before, now })
    }

    /// True if no piece is taken any more.
    pub(super) fn is_closed(&self) -> bool {
        self.lock().file.is_none()
    }

    /// Takes no more pieces. Waits for the one that is being written.
    pub(super) fn close(&self) {
        self.lock().file = None;
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs work that waits for the disk where it holds up no other request.
pub(super) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(StoreError::Failed(error.to_string())))
}
