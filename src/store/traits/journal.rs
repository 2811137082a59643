//! The journal of consultations: an append-only log of facts with one writer at a time, and the openings of records.

use crate::store::{error::StoreError, set_asides::SetAsides};
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{
    audit::RecordOpening,
    case::CountedOutcome,
    fact::{Fact, FactNumber},
    history::{FactRow, Reading},
    id::ConsultationId,
    people::Identity,
    time::Timestamp,
};

/// A fencing token: the number of the writer that may append. It grows by one each time that a server starts, so a
/// writer that was replaced while it slept is told apart from the one that replaced it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Epoch(pub u32);

/// The journal of consultations. Facts are only ever added, and only by the writer of the current epoch.
#[async_trait]
pub trait Journal: Send + Sync + fmt::Debug {
    /// Begins a new epoch. The writers of all earlier ones are refused from now on.
    async fn take_over(&self) -> Result<Epoch, StoreError>;

    /// The current epoch.
    async fn epoch(&self) -> Result<Epoch, StoreError>;

    /// Adds a fact under the number that the writer expects.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] for a writer of an earlier epoch, [`StoreError::OutOfSequence`] for a number that does
    /// not follow, [`StoreError::SetAside`] for a consultation that cannot be read. Nothing is stored then.
    async fn append(
        &self,
        consultation: ConsultationId,
        expected: FactNumber,
        epoch: Epoch,
        fact: &Fact,
    ) -> Result<(), StoreError>;

    /// Consultations that go on, and those that ended at `ended_since` or later, oldest first: what the hub must know
    /// when it starts.
    async fn current(&self, ended_since: Timestamp) -> Result<Vec<Reading>, StoreError>;

    /// A consultation with all its facts; none if there is no such.
    async fn read(&self, consultation: ConsultationId) -> Result<Option<Reading>, StoreError>;

    /// True if the consultation was closed or cancelled; false while it goes on, and if there is no such.
    async fn has_ended(&self, consultation: ConsultationId) -> Result<bool, StoreError>;

    /// `limit` consultations of a reader: those of which a person is or was a member, and for a tablet those of its post. Those that are
    /// not over come first, then the newest.
    async fn of_reader(&self, reader: &Identity, limit: u32) -> Result<Vec<Reading>, StoreError>;

    /// True if the indexes list the consultation as one of this reader. It is also known of a consultation that cannot be read.
    async fn is_listed(&self, consultation: ConsultationId, reader: &Identity) -> Result<bool, StoreError>;

    /// The rows of a consultation as they are kept, in the order of their numbers.
    async fn rows(&self, consultation: ConsultationId) -> Result<Vec<FactRow>, StoreError>;

    /// The number of patients with each outcome since the day of `since`, with 0 for an outcome that there was not.
    async fn outcomes(&self, since: Timestamp) -> Result<Vec<(CountedOutcome, u64)>, StoreError>;

    /// Counts the facts, since this store was opened, that may have changed who is a member of a consultation. Whoever
    /// remembers that somebody may read must ask anew when it has changed.
    fn member_changes(&self) -> u64;

    /// Consultations that were found to be unreadable since this store was opened.
    fn set_asides(&self) -> &SetAsides;

    /// Writes down that a record or a photo of it is being opened, before it is shown. It is not written down
    /// again if it only continues the last opening ([`is_continued`](teranga_clinic::index::is_continued)).
    async fn note_opening(&self, opening: &RecordOpening) -> Result<(), StoreError>;

    /// The openings of a consultation's record, oldest first.
    async fn openings(&self, consultation: ConsultationId) -> Result<Vec<RecordOpening>, StoreError>;
}
