//! The sentences that a tablet says to a patient in the patient's own language: their catalogue, and the state of a recording.
//! The wordings stand in the pages' texts (`common.spoken.say`), because they are what an operator reads aloud. A wording whose
//! meaning changes is a new sentence, so that no recording ever says something else than the screen.

use crate::request::Language;
use serde::{Deserialize, Serialize};

/// A sentence of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum Sentence {
    /// Asks for consent to the teleconsultation.
    Consent,
    /// Asks for consent to share the record.
    Share,
    /// Asks for consent to a photo.
    Photo,
    /// Asks to wait while the doctor is being called.
    Wait,
    /// Tells not to be afraid.
    Fear,
    /// Tells that the doctor will look at the patient and speak.
    Look,
    /// Asks if and where it hurts.
    Hurt,
    /// Asks to breathe slowly.
    Breathe,
    /// Asks to stay lying down.
    Still,
    /// Asks to drink in small sips.
    Drink,
    /// Tells that the ambulance is being called.
    Ambulance,
}

impl Sentence {
    /// Every sentence, in the order in which a tablet shows them.
    pub const ALL: [Self; 11] = [
        Self::Consent,
        Self::Share,
        Self::Photo,
        Self::Wait,
        Self::Fear,
        Self::Look,
        Self::Hurt,
        Self::Breathe,
        Self::Still,
        Self::Drink,
        Self::Ambulance,
    ];
}

/// The place of a sentence in one language. It holds numbered recordings, and none of them is ever replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SpokenSlot {
    /// The sentence.
    pub sentence: Sentence,
    /// The language in which it is said.
    pub language: Language,
}

/// The state of a recording. It only moves forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum SpokenState {
    /// It was recorded, and no tablet plays it.
    Draft,
    /// A second person has listened to it and answers for what it says.
    SignedOff,
    /// It is not played any more, or was never good enough.
    Withdrawn,
}
