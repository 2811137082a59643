//! The bodies of the rota's addresses. The pages' types are generated from them.

use crate::{http::bodies::FailureCode, store::StoredChange};
use serde::{Deserialize, Serialize};
use teranga_clinic::{
    case::CaseTimes,
    id::PartyId,
    people::Speciality,
    pii::Pii,
    request::Language,
    rota::{Change, Duty, DutyLevel, DutyPlan, Gap, ImportedEvent, Replaced, Span, Stretch, WeekSlot},
    time::Timestamp,
};

/// The rota as a coordinator or a doctor sees it. Times are ms since 1970.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaView {
    /// The number of changes so far, which a change must name.
    pub version: u32,
    /// The time at the server.
    #[cfg_attr(test, ts(type = "number"))]
    pub now: Timestamp,
    /// The country's time zone in the IANA database, in which everything is shown and typed.
    pub zone: String,
    /// The days that were asked for: the midnight that begins each, and the one that ends the last.
    #[cfg_attr(test, ts(type = "number[]"))]
    pub midnights: Vec<Timestamp>,
    /// The doctors who can be on duty.
    pub doctors: Vec<RotaDoctor>,
    /// The duties of those days.
    pub duties: Vec<DutyView>,
    /// The duties that run now.
    pub on_duty: Vec<DutyView>,
    /// The gaps of the next two weeks.
    pub gaps: Vec<Gap>,
    /// The specialities for which a rota is kept. For any other one, every connected doctor is rung.
    pub kept: Vec<Speciality>,
    /// What the duties follow from. A doctor sees only their own leave and the swaps that concern them.
    pub plan: DutyPlan,
}

/// A doctor who can be on duty.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaDoctor {
    /// The account.
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub party: PartyId,
    /// The name.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The hospital.
    pub place: String,
    /// The specialities.
    pub specialities: Vec<Speciality>,
}

/// A duty.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DutyView {
    /// The doctor.
    #[cfg_attr(test, ts(type = "PartyId"))]
    pub doctor: PartyId,
    /// The speciality, level and time.
    #[serde(flatten)]
    pub stretch: Stretch,
}

/// Who is on duty now: what a post may know.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaNow {
    /// The specialities for which a rota is kept. For any other one, every connected doctor is rung.
    pub kept: Vec<Speciality>,
    /// The duties that run now.
    pub duties: Vec<OnDutyNow>,
    /// The times within which cases are answered; none from a server of before.
    #[cfg_attr(test, ts(optional, as = "Option<AnswerTimes>"))]
    pub answers: AnswerTimes,
}

/// The time that a specialist is given for the answer to a case, by its urgency.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AnswerTimes {
    /// A vital emergency, milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub stat_ms: u64,
    /// An urgent case, milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub urgent_ms: u64,
    /// Any other case, milliseconds.
    #[cfg_attr(test, ts(type = "number"))]
    pub routine_ms: u64,
}

impl From<CaseTimes> for AnswerTimes {
    fn from(CaseTimes { stat_ms, urgent_ms, routine_ms, .. }: CaseTimes) -> Self {
        Self { stat_ms, urgent_ms, routine_ms }
    }
}

/// A duty that runs now, as a post sees it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct OnDutyNow {
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The doctor's name.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The end of the duty, milliseconds from now: a tablet's clock may be wrong.
    #[cfg_attr(test, ts(type = "number"))]
    pub ends_in_ms: u64,
    /// The end on the server's clock, milliseconds since 1970, to be shown as a time of day.
    #[cfg_attr(test, ts(type = "number"))]
    pub until: Timestamp,
    /// The doctors who are on duty after it for the same speciality and level.
    #[cfg_attr(test, ts(type = "string[]"))]
    pub then: Vec<Pii<String>>,
}

/// Changes the rota.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ChangeRota {
    /// The version that the person saw.
    pub version: u32,
    /// The change.
    pub edit: RotaEdit,
    /// The reason, at most 200 characters, for the log of changes.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    pub reason: Pii<String>,
    /// True if the person knows that somebody who is on duty now is not any more.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub confirmed: bool,
    /// The days of the answer.
    pub days: RotaDays,
}

/// Days of the rota.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RotaDays {
    /// The first day, as `2026-11-23`; today if it is absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub from: Option<String>,
    /// The number of days, at most 42; a week if it is absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub days: Option<u8>,
}

/// A change as a page says it. Dates are local times of the country, as `2026-11-28T20:00`.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RotaEdit {
    /// A coordinator adds or replaces slots of the template.
    PutSlots {
        /// The slots; the `id` of a new one is 0.
        slots: Vec<WeekSlot>,
    },
    /// A coordinator removes a slot.
    RemoveSlot {
        /// Its identifier.
        id: u32,
    },
    /// A coordinator adds or replaces an exception.
    PutException {
        /// Its identifier; 0 if it is new.
        id: u32,
        /// The speciality.
        speciality: Speciality,
        /// The level.
        level: DutyLevel,
        /// The doctor; none if nobody is on duty.
        #[cfg_attr(test, ts(type = "PartyId | null"))]
        doctor: Option<PartyId>,
        /// The time.
        when: LocalSpan,
    },
    /// A coordinator removes an exception: the template counts again.
    RemoveException {
        /// Its identifier.
        id: u32,
    },
    /// A doctor asks for leave, or a coordinator gives it.
    AskLeave {
        /// The doctor.
        #[cfg_attr(test, ts(type = "PartyId"))]
        doctor: PartyId,
        /// The time.
        when: LocalSpan,
    },
    /// A coordinator grants or refuses a leave.
    DecideLeave {
        /// Its identifier.
        id: u32,
        /// True if it is granted.
        granted: bool,
    },
    /// The doctor or a coordinator takes a leave back.
    WithdrawLeave {
        /// Its identifier.
        id: u32,
    },
    /// A doctor proposes to exchange a duty.
    ProposeSwap {
        /// The doctor who would take it.
        #[cfg_attr(test, ts(type = "PartyId"))]
        to: PartyId,
        /// The duty.
        gives: Stretch,
        /// The duty that would be taken in return.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        in_return: Option<Stretch>,
    },
    /// The other doctor accepts or refuses a swap.
    AnswerSwap {
        /// Its identifier.
        id: u32,
        /// True if it is accepted.
        accepted: bool,
    },
    /// The doctor who proposed a swap takes it back.
    WithdrawSwap {
        /// Its identifier.
        id: u32,
    },
    /// The languages that a doctor speaks.
    SetLanguages {
        /// The doctor.
        #[cfg_attr(test, ts(type = "PartyId"))]
        doctor: PartyId,
        /// The languages.
        languages: Vec<Language>,
    },
}

/// A span of local time.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct LocalSpan {
    /// The beginning, as `2026-11-28T20:00`.
    pub from: String,
    /// The end.
    pub until: String,
}

/// The answer to a change that was not made.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaRefusal {
    /// The stable code.
    pub code: FailureCode,
    /// With `rota_uncovered`: the duties after which nobody would be on duty.
    pub uncovered: Vec<DutyView>,
    /// With `rota_uncovered` and `rota_on_duty`: the duties that would end at once.
    pub taken_off: Vec<DutyView>,
    /// With these codes, too: the duties of the same specialities that would run instead, in the order in which they are rung.
    pub instead: Vec<DutyView>,
    /// With these codes, too: the specialities for which a rota would be kept. For any other one, every connected doctor is rung.
    pub kept: Vec<Speciality>,
    /// With `rota_changed`: what is there now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub rota: Option<RotaView>,
}

/// Asks for the log of changes.
#[derive(Clone, Copy, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct RotaLogFrom {
    /// The version before which it begins; the newest if it is absent.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub before: Option<u32>,
}

/// A part of the log of changes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaLog {
    /// The changes, the newest first.
    pub changes: Vec<RotaLogLine>,
    /// True if there are older ones.
    pub more: bool,
}

/// One change of the rota.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RotaLogLine {
    /// The version that it made.
    pub version: u32,
    /// The time.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The name of the person who made it.
    #[cfg_attr(test, ts(type = "string"))]
    pub by: Pii<String>,
    /// The change; none if another version of the server wrote what this one cannot read.
    pub change: Option<Change>,
    /// The entries that it took the place of.
    pub replaced: Replaced,
    /// The reason that the person gave; empty for none.
    #[cfg_attr(test, ts(type = "string"))]
    pub reason: Pii<String>,
}

impl From<StoredChange> for RotaLogLine {
    fn from(stored: StoredChange) -> Self {
        let StoredChange { version, at, by, change, reason } = stored;
        let (change, replaced) =
            change.map_or((None, Replaced::default()), |(change, old)| (Some(change), old));
        Self { version, at, by: by.name, change, replaced, reason }
    }
}

/// Asks for a calendar feed with a new secret address.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MakeFeed {
    /// The speciality; none for one's own duties.
    #[serde(default)]
    #[cfg_attr(test, ts(optional))]
    pub speciality: Option<Speciality>,
}

/// A calendar feed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct MadeFeed {
    /// The address on this server. It is shown once; a new one makes it useless.
    #[cfg_attr(test, ts(type = "string"))]
    pub path: Pii<String>,
}

/// Reads a calendar file as exceptions.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ImportCalendar {
    /// The version that the person saw.
    pub version: u32,
    /// The speciality of all its events.
    pub speciality: Speciality,
    /// The level of all its events.
    pub level: DutyLevel,
    /// The text of the file.
    #[cfg_attr(test, ts(type = "string"))]
    pub file: Pii<String>,
    /// True to store it; false for a preview that changes nothing.
    pub store: bool,
    /// True if the person knows that nobody is on duty at once.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub confirmed: bool,
}

/// What a calendar file would change, or has changed.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ImportPreview {
    /// Its events, understood or not.
    pub events: Vec<ImportedEvent>,
    /// The present duties that it replaces.
    pub replaced: Vec<DutyView>,
    /// True if it is stored now.
    pub stored: bool,
}

impl From<&Duty> for DutyView {
    fn from(duty: &Duty) -> Self {
        let span = Span { from: duty.from, until: duty.until };
        let stretch = Stretch { speciality: duty.speciality, level: duty.level, span };
        Self { doctor: duty.doctor.party.clone(), stretch }
    }
}

impl RotaEdit {
    /// The change, with instants in place of local times; none if one of them is no time.
    pub(super) fn change(self, instant: impl Fn(&LocalSpan) -> Option<Span>) -> Option<Change> {
        Some(match self {
            Self::PutSlots { slots } => Change::PutSlots { slots },
            Self::RemoveSlot { id } => Change::RemoveSlot { id },
            Self::PutException { id, speciality, level, doctor, when } => {
                let span = instant(&when)?;
                let exception = teranga_clinic::rota::Exception { id, speciality, level, span, doctor };
                Change::PutExceptions { exceptions: vec![exception] }
            }
            Self::RemoveException { id } => Change::RemoveException { id },
            Self::AskLeave { doctor, when } => Change::AskLeave { doctor, span: instant(&when)? },
            Self::DecideLeave { id, granted } => Change::DecideLeave { id, granted },
            Self::WithdrawLeave { id } => Change::WithdrawLeave { id },
            Self::ProposeSwap { to, gives, in_return } => Change::ProposeSwap { to, gives, in_return },
            Self::AnswerSwap { id, accepted } => Change::AnswerSwap { id, accepted },
            Self::WithdrawSwap { id } => Change::WithdrawSwap { id },
            Self::SetLanguages { doctor, languages } => Change::SetLanguages { doctor, languages },
        })
    }
}
