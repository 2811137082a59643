//! Messages about the queue: a post asks, specialists see the request, one takes it.

use super::{
    call::Grant,
    waiting::{Preference, Waiting, WhoRings},
};
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    danger::{Danger, Severity},
    fact::RingReason,
    id::{ConsultationId, PartyId},
    people::{Place, Speciality},
    pii::Pii,
    request::{Intake, Request, Step, Urgency},
};

/// The post withdraws a request that still waits, or ends a consultation whose doctor is not there any more or which it has
/// left itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Cancel {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// A specialist takes a request. Exactly one of several succeeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// All waiting requests, most urgent first, then longest wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Queue {
    /// The rows.
    pub entries: Vec<Entry>,
}

/// One row of the queue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Entry {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The requested speciality.
    pub speciality: Speciality,
    /// The urgency.
    pub urgency: Urgency,
    /// The post that asks.
    pub place: Place,
    /// The form, for the doctors whom the request rings. The others get it empty but for the language, and see the rest
    /// when they take the request.
    pub intake: Intake,
    /// The gravest danger in the form, also for who does not see the form; none if nothing in it is dangerous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub danger: Option<Severity>,
    /// The dangerous values of the form, the gravest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Danger>>"))]
    pub dangers: Vec<Danger>,
    /// The patient's age, roughly; none if it is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub age_band: Option<AgeBand>,
    /// True if the form is left out because the request does not ring here.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub reduced: bool,
    /// Time since the request became durable, or since it rings again.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub waited_ms: u64,
    /// Escalation step reached, see [`Step`].
    pub step: Step,
    /// True if the post's page is connected at this moment.
    pub present: bool,
    /// The consultation was taken before and rings again; none for a request that nobody has taken.
    #[serde(default)]
    pub again: Option<Again>,
    /// Time until it rings again by itself, because it is put off; none if it rings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub postponed_ms: Option<u64>,
    /// Who rings now and next, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub who: Option<WhoRings>,
    /// The reasons for which it rings here before it rings for others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Preference>>"))]
    pub prefers: Vec<Preference>,
    /// The reason for which another speciality gave it to this one, in its doctor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub redirected: Option<Pii<String>>,
}

/// What stands out in a consultation that rings again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Again {
    /// The reason.
    pub why: RingReason,
    /// The doctor who held it last.
    pub party: PartyId,
    /// That doctor's name.
    pub by: Pii<String>,
    /// The number of signed pieces of advice.
    pub advice: u16,
}

impl Entry {
    /// Returns the entry for whoever sees that somebody waits and needs no more: the form has only the language, and no
    /// value is told to be dangerous.
    #[must_use]
    pub fn without_patient(mut self) -> Self {
        self.intake = Intake { language: self.intake.language, ..Intake::default() };
        self.dangers = Vec::new();
        self.redirected = None;
        self.reduced = true;
        self
    }

    /// Returns the entry for a coordinator, who needs to see that a request waits and at whom it rings, and nothing of its patient:
    /// neither the language nor who followed the patient before.
    #[must_use]
    pub fn for_coordinator(self) -> Self {
        let bare = Self { age_band: None, danger: None, again: None, ..self.without_patient() };
        let who = bare.who.map(WhoRings::without_patient);
        Self { intake: Intake::default(), who, ..bare }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The age of a patient, as roughly as the choice among waiting requests needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AgeBand {
    /// Below 1 year.
    Infant,
    /// 1 to 4 years.
    SmallChild,
    /// 5 to 14 years.
    Child,
    /// 15 to 49 years.
    Adult,
    /// 50 years and more.
    Older,
}

impl AgeBand {
    /// The band of the age in a form; none if no age is given.
    pub fn of(intake: &Intake) -> Option<Self> {
        let months = || intake.age_months.map(|months| *months.reveal() / 12);
        let days = || intake.age_days.map(|_| 0);
        let years = intake.age_years.map(|years| *years.reveal()).or_else(months).or_else(days)?;
        Some(match years {
            0 => Self::Infant,
            1..=4 => Self::SmallChild,
            5..=14 => Self::Child,
            15..=49 => Self::Adult,
            50.. => Self::Older,
        })
    }
}

/// A post wants to be called back, or the holder puts the call on hold: it rings nobody for a time, and then rings again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Postpone {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The time for which it rings nobody: one minute to four hours.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub for_ms: u64,
}

/// The holder gives the consultation to another speciality, whose doctors it rings from the first step on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Redirect {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The speciality that is asked from now on.
    pub speciality: Speciality,
    /// The reason, for the doctor who takes it.
    pub why: Pii<String>,
}

/// One request left the queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntryGone {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Name of the doctor who took it; none if it was withdrawn.
    pub by: Option<Pii<String>>,
    /// True if it only stops ringing, because it is put off or was given to another speciality; its new row follows.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub returns: bool,
}

/// The request is durable.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Requested {
    /// State of the request.
    pub status: Waiting,
    /// The request itself, so that a page without memory can show it.
    pub request: Request,
    /// Join token for a transport that is up before somebody answers; none if the
    /// transport stands already.
    pub grant: Option<Grant>,
}

/// A request or an invitation rings: the page shows it and sounds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Ring {
    /// The request, as in the queue.
    pub entry: Entry,
    /// Name of the holder who invites; none for a waiting request.
    pub invited_by: Option<Pii<String>>,
    /// The reason for which a doctor is invited, in the holder's words. A guest reads it once they have come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub why: Option<Pii<String>>,
}
