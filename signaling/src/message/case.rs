//! Messages about deferred cases: consultations that a specialist answers in writing. Their texts and pictures are read over HTTP;
//! the socket tells only what is new.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    case::Outcome,
    clinical::Disposition,
    danger::Severity,
    id::{ActId, ConsultationId, PartyId},
    people::{Addressee, Place, Speciality},
    pii::Pii,
    request::{Intake, Urgency},
};

/// Makes a call a deferred case, or gives a case to another addressee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Defer {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The addressee; none for the speciality that the post asked for.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub to: Option<Addressee>,
}

/// A specialist takes a case that nobody answers for, or gives one to a colleague; a coordinator gives it to a specialist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AssignCase {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The specialist who will answer for it.
    pub to: PartyId,
}

/// The specialist has opened the case, or the post the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ReadCase {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// The specialist of a case asks a colleague for a second opinion.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AskOpinion {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The colleague.
    pub party: PartyId,
}

/// The specialist of a case calls its post.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct CallCase {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// The post has examined the patient again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Examine {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The whole form with the new values.
    pub intake: Intake,
    /// The act, as the page names it; a page that says it again with the same name means the same act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub act: Option<ActId>,
}

/// Tells what became of the patient.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct TellOutcome {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The outcome.
    pub outcome: Outcome,
    /// A remark; empty if there is none.
    pub text: Pii<String>,
    /// The act, as the page names it; a page that says it again with the same name means the same act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub act: Option<ActId>,
}

/// The cases of a page's list; sent after `welcome` if there are any.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CaseList {
    /// The rows: cases without an answer that nobody has, that are late, or that the reader has; then the others; then those whose outcome
    /// is awaited. Among them the most urgent come first, and then what is due first. The last ones are left out if there are too many.
    pub cases: Vec<CaseRow>,
}

/// How far a case has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// No specialist answers for it yet.
    Unassigned,
    /// A specialist answers for it, and has not opened it.
    Assigned,
    /// The specialist has opened it.
    Read,
    /// The specialist asked the post something.
    Asked,
    /// It is answered.
    Answered,
    /// The post has opened the answer.
    AnswerRead,
    /// It ended, and the outcome is awaited.
    FollowUp,
}

/// One row of a list of cases.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CaseRow {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The post.
    pub place: Place,
    /// The speciality that is asked.
    pub speciality: Speciality,
    /// The urgency.
    pub urgency: Urgency,
    /// The gravest danger in the form; none if nothing in it is dangerous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub danger: Option<Severity>,
    /// The name or the number of the patient, for members of the case; none if neither is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub patient: Option<Pii<String>>,
    /// The reason in the nurse's words, for members of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub reason: Option<Pii<String>>,
    /// How far it has come.
    pub state: CaseState,
    /// The name of the specialist who answers for it; none if nobody does.
    pub doctor: Option<Pii<String>>,
    /// True if the reader is that specialist.
    pub mine: bool,
    /// Time since it is a case, or since it ended if the outcome is awaited.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub age_ms: u64,
    /// Time until whoever has the next step must have taken it, or until the outcome is asked; 0 if that time is over.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub due_in_ms: u64,
    /// True if whoever has the next step was reminded; if the outcome is awaited, true if the post was asked for it again.
    pub reminded: bool,
    /// Number of times that a specialist let the deadline pass.
    pub lapses: u16,
    /// Number of messages of others that the reader has not read.
    pub unread: u32,
    /// Number of facts: a page that has read the case with this number has everything.
    pub facts: u32,
    /// The disposition with which it ended; none before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub disposition: Option<Disposition>,
}

/// A case leaves the page's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CaseGone {
    /// The consultation.
    pub consultation: ConsultationId,
}

/// What a message about a case asked for is durable. A page may say so to its user only now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Recorded {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The `type` of the message.
    pub of: String,
    /// The act, if the message named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub act: Option<ActId>,
}
