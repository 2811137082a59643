//! What the house asks of the journal of consultations.

use super::StoreError;
use async_trait::async_trait;
use std::fmt;
use teranga_clinic::{
    audit::Opening,
    fact::Fact,
    id::{ConsultationId, PartyId},
    time::Timestamp,
};

/// A consultation with its facts, oldest first.
pub type History = (ConsultationId, Vec<Fact>);

/// The journal of consultations. Facts are only ever added.
#[async_trait]
pub trait Records: Send + Sync + fmt::Debug {
    /// Adds a fact behind those the consultation has, and gives its number. The first one is
    /// [`What::Requested`](teranga_clinic::fact::What::Requested), and only the first one:
    /// else [`StoreError::Exists`] or [`StoreError::Missing`].
    async fn append(&self, consultation: ConsultationId, fact: &Fact) -> Result<u32, StoreError>;

    /// Consultations that go on, and those that ended at `ended_since` or later, oldest first: what
    /// the hub must know when it starts.
    async fn current(&self, ended_since: Timestamp) -> Result<Vec<History>, StoreError>;

    /// The facts of a consultation; none if there is no such.
    async fn facts(&self, consultation: ConsultationId) -> Result<Vec<Fact>, StoreError>;

    /// True if the consultation was closed or cancelled; false while it goes on, and if there is no such.
    async fn has_ended(&self, consultation: ConsultationId) -> Result<bool, StoreError>;

    /// The last `limit` consultations of which `party` is or was a member, newest first.
    async fn of_party(&self, party: &PartyId, limit: u32) -> Result<Vec<History>, StoreError>;

    /// Writes down that a record or a photo of it is being opened; before it is shown. A photo is read in many
    /// pieces: the same one by the same party within ten minutes is one opening.
    async fn note_opening(&self, opening: &Opening) -> Result<(), StoreError>;

    /// Who opened the record of a consultation, oldest first.
    async fn openings(&self, consultation: ConsultationId) -> Result<Vec<Opening>, StoreError>;
}
