//! A patient's consent to share a consultation's record with those who will care for the patient later. It is asked for and answered aloud at the post, in a
//! language that the patient understands, and may be withdrawn at any time. Care never depends on it.

use crate::{
    id::{ActId, StaffId},
    request::Language,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// The person who answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConsentGiver {
    /// The patient.
    Patient,
    /// A parent or guardian, for a child or for somebody who cannot answer.
    Guardian,
}

/// An answer as the post wrote it down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsentAct {
    /// The act, as its page named it, so that it is one act if it is said twice.
    pub act: ActId,
    /// The language in which it was asked for.
    pub language: Language,
    /// The person who answered.
    pub giver: ConsentGiver,
}

/// What an answer means after those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConsentStanding {
    /// The record may be shared.
    Given,
    /// It may not: the answer was no.
    Refused,
    /// It may not any more: the answer had been yes.
    Withdrawn,
}

/// The answer of a patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Consent {
    /// What it means.
    pub standing: ConsentStanding,
    /// The answer.
    pub said: ConsentAct,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The member of staff who asked; none if nobody had typed a PIN.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub staff: Option<StaffId>,
}

/// The answers of one consultation's patient, the oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Consents(Vec<Consent>);

impl Consents {
    /// The answer that counts; none if the patient was not asked.
    pub fn last(&self) -> Option<&Consent> {
        self.0.last()
    }

    /// All of them, the oldest first.
    pub fn all(&self) -> &[Consent] {
        &self.0
    }

    /// True if this answer is among them.
    pub fn has(&self, act: ActId) -> bool {
        self.0.iter().any(|one| one.said.act == act)
    }

    /// Whether the answer of this name was a yes; none if it is not among them.
    pub fn was_given(&self, act: ActId) -> Option<bool> {
        let known = self.0.iter().find(|one| one.said.act == act)?;
        Some(known.standing == ConsentStanding::Given)
    }

    /// True if another yes may be written down.
    pub fn may_give(&self) -> bool {
        self.0.iter().filter(|one| one.standing == ConsentStanding::Given).count() < MOST_GIVEN
    }

    /// True if another no may be written down: after a yes at any time, and after a no, which it only repeats, a bounded number of times.
    pub fn may_withdraw(&self) -> bool {
        self.0.len() < MOST_ANSWERS || self.last().is_some_and(|last| last.standing == ConsentStanding::Given)
    }

    /// Adds a yes. An answer that is there already changes nothing, whatever came after it.
    pub(crate) fn give(&mut self, said: ConsentAct, at: Timestamp, staff: Option<StaffId>) {
        self.add(ConsentStanding::Given, said, at, staff);
    }

    /// Adds a no. After a yes it is a withdrawal.
    pub(crate) fn withdraw(&mut self, said: ConsentAct, at: Timestamp, staff: Option<StaffId>) {
        let standing = match self.last() {
            None | Some(Consent { standing: ConsentStanding::Refused, .. }) => ConsentStanding::Refused,
            Some(_) => ConsentStanding::Withdrawn,
        };
        self.add(standing, said, at, staff);
    }

    fn add(&mut self, standing: ConsentStanding, said: ConsentAct, at: Timestamp, staff: Option<StaffId>) {
        if !self.has(said.act) {
            self.0.push(Consent { standing, said, at, staff });
        }
    }
}

/// The most that a patient can consent in one consultation, which ends a page that says yes without end.
const MOST_GIVEN: usize = 20;

/// The number of answers after which a no is written down only if it withdraws a yes, which ends a page that says no without end.
const MOST_ANSWERS: usize = 2 * MOST_GIVEN;
