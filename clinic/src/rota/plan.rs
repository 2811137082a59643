//! The plan of duties as people keep it: a weekly template, exceptions, leave, swaps, and the languages of doctors. It is one value
//! with one version number in the store; [`DutyCalendar`](super::DutyCalendar) computes the duties from it.

use super::duty::DutyLevel;
use crate::{id::PartyId, people::Speciality, request::Language, time::Timestamp};
use serde::{Deserialize, Serialize};

/// Everything from which duties are computed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DutyPlan {
    /// The identifier that was given last.
    pub last_id: u32,
    /// The weekly template.
    pub template: Vec<WeekSlot>,
    /// What differs from the template over a span.
    pub exceptions: Vec<Exception>,
    /// Absences of doctors, asked for or granted.
    pub leaves: Vec<DutyLeave>,
    /// Duties that doctors exchange.
    pub swaps: Vec<Swap>,
    /// The languages that each doctor speaks, as far as somebody has said so.
    pub languages: Vec<Spoken>,
}

/// Day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

/// Duty that comes back each week at the same local time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WeekSlot {
    /// The identifier within the plan; 0 in a new one.
    pub id: u32,
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The day on which it begins.
    pub weekday: Weekday,
    /// The local time at which it begins, minutes since midnight, below 1,440.
    pub from_min: u16,
    /// The local time at which it ends, minutes since midnight, at most 1,440. If it is not after the beginning, it is on the next day.
    pub until_min: u16,
    /// The doctor.
    pub doctor: PartyId,
}

/// Exception to the template: over its span only exceptions say who is on duty for the speciality at the level. Several at the same
/// time add up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// The identifier within the plan; 0 in a new one.
    pub id: u32,
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The span.
    pub span: Span,
    /// The doctor on duty; none if nobody is.
    pub doctor: Option<PartyId>,
}

/// Absence of a doctor, who is on no duty meanwhile once it is granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DutyLeave {
    /// The identifier within the plan; 0 in a new one.
    pub id: u32,
    /// The doctor.
    pub doctor: PartyId,
    /// The span.
    pub span: Span,
    /// True if a coordinator has granted it; it has no effect before.
    pub granted: bool,
}

/// Exchange of duties between two doctors. It has no effect until the other one accepts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Swap {
    /// The identifier within the plan; 0 in a new one.
    pub id: u32,
    /// The doctor who proposes it and gives a duty away.
    pub from: PartyId,
    /// The doctor who takes it.
    pub to: PartyId,
    /// The duty that is given away.
    pub gives: Stretch,
    /// The duty of the other that is taken in return; none for a favour.
    pub in_return: Option<Stretch>,
    /// True once the other has accepted.
    pub accepted: bool,
}

/// Stretch of duty: a speciality at a level over a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Stretch {
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The span.
    pub span: Span,
}

/// Span of time, from its first millisecond to the one before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The beginning, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub from: Timestamp,
    /// The end, ms since 1970, which is no longer part of it.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub until: Timestamp,
}

/// The languages that a doctor speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// The doctor.
    pub doctor: PartyId,
    /// The languages.
    pub languages: Vec<Language>,
}

impl Span {
    /// True if this time is within the span.
    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// True if the two spans have a time in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

impl Weekday {
    /// The days, from Monday on.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];
}

impl DutyPlan {
    /// True if somebody keeps a rota for this speciality. Without one, every connected doctor of it counts as on duty.
    pub fn keeps(&self, speciality: Speciality) -> bool {
        DutyLevel::ALL.iter().any(|level| self.has_rows(speciality, *level))
    }

    /// True if the template or an exception speaks of this speciality at this level.
    pub(super) fn has_rows(&self, speciality: Speciality, level: DutyLevel) -> bool {
        let slot = |slot: &WeekSlot| slot.speciality == speciality && slot.level == level;
        let exception = |one: &Exception| one.speciality == speciality && one.level == level;
        self.template.iter().any(slot) || self.exceptions.iter().any(exception)
    }
}
