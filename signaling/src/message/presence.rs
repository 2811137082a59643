//! Messages about presence: availability, and the number of specialists.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::{PartyId, StaffId},
    notice::Notice,
    people::{Availability, Place, Speciality},
    pii::Pii,
    request::Step,
    rota::DutyLevel,
    time::Timestamp,
};

/// A specialist changes their own availability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct SetAvailability {
    /// The new state. A call makes the specialist busy without changing it.
    pub state: Availability,
    /// The time for which it holds, in milliseconds; none until the specialist changes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub for_ms: Option<u64>,
}

/// A specialist's own presence, sent to them after `welcome` and whenever it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OwnPresence {
    /// The state that counts for rings; a call makes the specialist busy without changing it.
    pub state: Availability,
    /// The way by which the state is known.
    pub by: PresenceBasis,
    /// Time until what was declared ends; none if it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub until_ms: Option<u64>,
    /// The specialist's duties that run now.
    pub duties: Vec<OwnDuty>,
}

/// The way by which the availability of a specialist is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PresenceBasis {
    /// The specialist declared it, and it holds.
    Declared,
    /// What the specialist declared is over: the page asks anew.
    Expired,
    /// The specialist has declared nothing: the page asks.
    Undeclared,
}

/// A duty of one's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct OwnDuty {
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// Time until it ends.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub until_ms: u64,
}

/// Everybody who is on duty and not there, sent to coordinators after `welcome` and whenever it changes. It replaces the list
/// before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DutyAbsent {
    /// The absences.
    pub absences: Vec<Absence>,
}

/// Somebody who is on duty and not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Absence {
    /// The doctor's name.
    pub name: Pii<String>,
    /// The doctor's hospital, with its telephone.
    pub place: Place,
    /// The speciality.
    pub speciality: Speciality,
    /// The level.
    pub level: DutyLevel,
    /// The reason.
    pub why: AbsenceReason,
    /// The time since which the doctor is not there, or the beginning of the duty if that is later; ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub since: Timestamp,
    /// The end of the duty, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub until: Timestamp,
    /// What became of the SMS and the e-mail to the doctor; none if there is neither a gateway nor a relay, or nothing was to be sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Notice>>"))]
    pub notices: Vec<Notice>,
}

/// The way in which somebody is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AbsenceReason {
    /// No page of the doctor is connected.
    NotConnected,
    /// The doctor has declared to be absent.
    DeclaredAway,
}

/// The order in which a request of now would ring, by speciality, sent to coordinators after `welcome` and whenever it changes. It
/// replaces the order before. What one patient's request changes in it, such as a language, is not part of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RingOrder {
    /// The doctors who are on duty, and those whom one of the first two steps rings without a duty; by speciality and step.
    pub lines: Vec<RingLine>,
}

/// A doctor in the order of one speciality.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RingLine {
    /// The speciality.
    pub speciality: Speciality,
    /// The doctor.
    pub doctor: PartyId,
    /// The level of the duty; none for a doctor who is not on duty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub level: Option<DutyLevel>,
    /// The doctor's presence.
    pub state: DoctorState,
    /// The end of what the doctor has declared, ms since 1970; none if it has no end, or does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub until: Option<Timestamp>,
    /// The first step that rings the doctor; none if no step does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub step: Option<Step>,
}

/// The presence of a doctor, as far as it changes when the doctor is rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DoctorState {
    /// May be rung.
    Available,
    /// In a consultation.
    InCall,
    /// Has declared to be busy.
    Busy,
    /// Has declared to be absent.
    Away,
    /// No page of the doctor is connected.
    NotConnected,
}

/// Says who is at the shared tablet of a post. It holds for this socket, until it is said again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SetStaff {
    /// The proof that `POST /api/staff/enter` gave; none if the tablet was locked.
    pub proof: Option<Pii<String>>,
}

/// Who is at the tablet: everything that its page says from now on is noted as theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StaffHere {
    /// The member of staff; none if nobody is there, or the proof was void.
    pub staff: Option<StaffId>,
}

/// Roster: the number of specialists by speciality. It names no person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Roster {
    /// One line for each speciality, including those without a specialist.
    pub lines: Vec<RosterLine>,
}

/// One speciality's presence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RosterLine {
    /// The speciality.
    pub speciality: Speciality,
    /// Number of those who are connected and [`Availability::Available`].
    pub available: u16,
    /// Number of those who are connected and [`Availability::Busy`].
    pub busy: u16,
}
