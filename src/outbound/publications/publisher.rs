//! What the worker has: the rows, the facts, the national record, and its figures.

use crate::{
    dpp::Dpp,
    store::{Journal, Patients, Publications, Staff},
};
use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use teranga_clinic::time::Timestamp;
use teranga_exchange::record::Systems;

/// The figures of publications for operations.
#[derive(Debug, Default)]
pub struct PublicationTotals {
    pub(super) sent: AtomicU64,
    pub(super) refused: AtomicU64,
    pub(super) owed: AtomicU64,
    pub(super) with_a_person: AtomicU64,
}

impl PublicationTotals {
    /// The documents that the national record has taken since the start.
    pub fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// The documents that were refused since the start.
    pub fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Those that are owed now.
    pub fn owed(&self) -> u64 {
        self.owed.load(Relaxed)
    }

    /// Those that were refused and wait for a person now.
    pub fn with_a_person(&self) -> u64 {
        self.with_a_person.load(Relaxed)
    }
}

/// The worker.
pub struct Publisher {
    /// The rows.
    pub publications: Arc<dyn Publications>,
    /// The facts.
    pub journal: Arc<dyn Journal>,
    /// The names of the staff of posts.
    pub staff: Arc<dyn Staff>,
    /// What posts have seen of who patients are.
    pub patients: Arc<dyn Patients>,
    /// The national record.
    pub dpp: Arc<Dpp>,
    /// The names of systems.
    pub systems: Arc<Systems>,
    /// The figures, which go on being updated.
    pub totals: Arc<PublicationTotals>,
    /// Rounds in a row in which the record did not answer, and the end of the pause after the last of them.
    pub pause: Pause,
}

/// The pause of a worker whose other side does not answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pause {
    pub(super) failures: u32,
    pub(super) until: Timestamp,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Publisher").field("pause", &self.pause).finish_non_exhaustive()
    }
}
