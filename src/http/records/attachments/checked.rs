//! The attachments that were checked a moment ago, and the turn of the one that is being checked. A page asks until the fact is
//! there, and a document is not drawn anew for that.

use crate::store::FileKey;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use teranga_clinic::attachment::AttachmentFile;
use tokio::{sync, time::timeout};

/// The properties of the last files that were checked and kept. Their number is bounded.
#[derive(Debug, Default)]
pub(super) struct RecentlyChecked {
    files: Mutex<VecDeque<(FileKey, AttachmentFile)>>,
    turn: sync::Mutex<()>,
}

impl RecentlyChecked {
    /// The properties of a file that was checked and kept; none if that was long ago.
    pub(super) fn get(&self, key: FileKey) -> Option<AttachmentFile> {
        self.lock().iter().find(|(known, _)| *known == key).map(|(_, file)| file.clone())
    }

    /// Remembers a file that was checked and kept.
    pub(super) fn insert(&self, key: FileKey, file: AttachmentFile) {
        let mut files = self.lock();
        files.retain(|(known, _)| *known != key);
        files.push_front((key, file));
        files.truncate(REMEMBERED);
    }

    /// Waits for the turn to check a file, because drawing a document takes a whole processor; none if others take too long.
    pub(super) async fn turn(&self) -> Option<sync::MutexGuard<'_, ()>> {
        timeout(PATIENCE, self.turn.lock()).await.ok()
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(FileKey, AttachmentFile)>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The time for which a file waits for its turn. A page asks again after 15 s without an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// More files than are between their last byte and their fact at a time.
const REMEMBERED: usize = 64;
