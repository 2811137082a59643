//! Recordings of the sentences that a tablet says to a patient: numbered versions of each slot, which are signed off by a second person
//! and may be withdrawn. A version is never replaced or deleted.

use crate::store::error::StoreError;
use async_trait::async_trait;
use std::{fmt, sync::Arc};
use teranga_clinic::{
    id::PartyId,
    pii::Pii,
    spoken::{SpokenSlot, SpokenState},
    time::Timestamp,
};

/// A recording without its sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenVersion {
    /// The sentence and the language.
    pub slot: SpokenSlot,
    /// The number of the version, counted from 1 within the slot.
    pub version: u32,
    /// Its state.
    pub state: SpokenState,
    /// Who recorded it and when. There is no person for a stand-in that a program spoke.
    pub recorded: (Option<SpokenBy>, Timestamp),
    /// Who signed it off and when; there is no person for a stand-in.
    pub signed_off: Option<(Option<SpokenBy>, Timestamp)>,
    /// Who withdrew it and when.
    pub withdrawn: Option<(SpokenBy, Timestamp)>,
    /// Its length, milliseconds.
    pub duration_ms: u32,
    /// The number of its bytes.
    pub bytes: u32,
    /// The SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl SpokenVersion {
    /// True for a synthetic voice that stands in until somebody has recorded the sentence.
    pub const fn is_stand_in(&self) -> bool {
        self.recorded.0.is_none()
    }
}

/// Somebody who did something to a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenBy {
    /// The account.
    pub party: PartyId,
    /// Its name; empty if the account is gone.
    pub name: Pii<String>,
}

/// A recording that is to be kept.
#[derive(Clone, Debug)]
pub struct NewSpoken {
    /// The sentence and the language.
    pub slot: SpokenSlot,
    /// Who recorded it; none for a stand-in, which is signed off at once.
    pub by: Option<PartyId>,
    /// Its length, milliseconds.
    pub duration_ms: u32,
    /// The sound, as Ogg Opus (RFC 7845).
    pub audio: Vec<u8>,
}

/// What became of an act on a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpokenOutcome {
    /// It was done.
    Done,
    /// There is no such recording.
    Missing,
    /// Whoever recorded it cannot sign it off.
    Own,
    /// Its state does not allow it any more.
    TooLate,
}

/// A store that keeps other subjects, too.
pub trait HasSpoken {
    /// The recordings in it.
    fn recordings(&self) -> Arc<dyn Spoken>;
}

/// The recordings.
#[async_trait]
pub trait Spoken: Send + Sync + fmt::Debug {
    /// All versions of all slots, by slot and number.
    async fn spoken(&self) -> Result<Vec<SpokenVersion>, StoreError>;

    /// Keeps a recording under the next number of its slot. The same sound again adds nothing and gives the number that it has.
    ///
    /// # Errors
    /// [`StoreError::TooLarge`] if the slot has [`SPOKEN_VERSIONS`] or the sound is over [`SPOKEN_BYTES`]; otherwise the store failed.
    async fn add_spoken(&self, new: &NewSpoken, now: Timestamp) -> Result<u32, StoreError>;

    /// The sound of a version with its state; `None` if there is no such.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] if the sound is not what was stored; otherwise the store failed.
    async fn spoken_audio(
        &self,
        slot: SpokenSlot,
        version: u32,
    ) -> Result<Option<(SpokenState, Vec<u8>)>, StoreError>;

    /// Signs a draft off, if somebody else has recorded it.
    async fn sign_off_spoken(
        &self,
        slot: SpokenSlot,
        version: u32,
        by: &PartyId,
        now: Timestamp,
    ) -> Result<SpokenOutcome, StoreError>;

    /// Withdraws a version, in whatever state it is.
    async fn withdraw_spoken(
        &self,
        slot: SpokenSlot,
        version: u32,
        by: &PartyId,
        now: Timestamp,
    ) -> Result<SpokenOutcome, StoreError>;
}

/// The most versions of a slot. Somebody who records one a week fills it in a year.
pub const SPOKEN_VERSIONS: u32 = 50;

/// The most bytes of a recording: 20 s at 40 kbit/s.
pub const SPOKEN_BYTES: usize = 100_000;
