//! A consultation as the HTTP interface shows it.

mod kind;

pub use kind::EventKind;

use crate::{
    case::ToldOutcome,
    chat::{ChatMark, ChatMessage},
    clinical::{Disposition, Record},
    consultation::{Consultation, Phase, appointments::appointments, referrals::referrals_of},
    fact::{Fact, RingReason, What},
    history::History,
    id::{ConsultationId, PartyId, StaffId},
    people::{Identity, Place, Role, Speciality},
    pii::Pii,
    referral::{FailReason, ReferralActor, ReferralEvent, ReferralState},
    request::{EscalationReason, Step, Urgency},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// State of a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConsultationState {
    /// The request waits in the queue.
    Waiting,
    /// Taken by a specialist.
    Running,
    /// A deferred case that is not answered to the end.
    Deferred,
    /// Ended with a disposition; the outcome is awaited.
    FollowUp,
    /// Ended with a disposition.
    Closed,
    /// Withdrawn by the post.
    Cancelled,
}

/// One line in the list of one's own consultations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsultationSummary {
    /// Which.
    pub id: ConsultationId,
    /// The post that asked.
    pub place: Place,
    /// The requested speciality.
    pub speciality: Speciality,
    /// The urgency.
    pub urgency: Urgency,
    /// Reason for the call, in the nurse's words.
    pub reason: Pii<String>,
    /// Time of the request by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub requested_at: Timestamp,
    /// State of the consultation.
    pub state: ConsultationState,
    /// The disposition with which it ended.
    pub disposition: Option<Disposition>,
    /// The doctor who holds it; none while it waits.
    pub doctor: Option<Pii<String>>,
    /// Number of signed pieces of advice.
    pub advice_count: usize,
    /// Number of signed prescriptions, with those that were replaced or cancelled; none for a consultation without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub prescription_count: Option<usize>,
    /// State of the last referral; none for a consultation without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub referral: Option<ReferralState>,
    /// The reason for which that referral failed; none if it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub referral_failed: Option<FailReason>,
    /// Number of appointments, with those that were cancelled; none for a consultation without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub appointment_count: Option<usize>,
    /// Time of the last appointment that was not cancelled, ms since 1970; none without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub appointment_at: Option<Timestamp>,
    /// Number of photos.
    pub photo_count: usize,
    /// Number of files that the post or a specialist added; none for a consultation without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub attachment_count: Option<usize>,
    /// Number of messages that its members wrote to each other; none for a consultation without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub chat_count: Option<u32>,
    /// What became of the patient; none until somebody told it, or the clock gave it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub outcome: Option<ToldOutcome>,
}

/// A whole consultation, for its members. Opening it is itself recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsultationView {
    /// Its line in the list.
    pub summary: ConsultationSummary,
    /// Form, last note (to doctors only) and signed advice.
    pub record: Record,
    /// Events, oldest first. Saving a note and writing to each other are no events.
    pub events: Vec<ConsultationEvent>,
    /// The messages that its members wrote to each other, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<ChatMessage>>"))]
    pub chat: Vec<ChatMessage>,
    /// How far the other members have received and read them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<ChatMark>>"))]
    pub chat_marks: Vec<ChatMark>,
    /// The members of staff whom the events name, and who took charge.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<StaffName>>"))]
    pub staff: Vec<StaffName>,
    /// The member of staff who said afterwards that they took charge of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub in_charge: Option<StaffId>,
}

/// A member of the staff of a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StaffName {
    /// Who.
    pub id: StaffId,
    /// The name to show.
    pub name: Pii<String>,
    /// The profession, as `ICP` or `sage-femme`.
    pub title: Pii<String>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsultationEvent {
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Name of who did it; none for the server's own clock.
    pub by: Option<Actor>,
    /// The member of staff who did it at a shared tablet, if one had signed in there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub staff: Option<StaffId>,
    /// The step that an escalation reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub step: Option<Step>,
    /// The reason of an escalation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub escalation: Option<EscalationReason>,
    /// The reason for which it rang again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub ring: Option<RingReason>,
    /// The time until which it was put off, or of the appointment, ms since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional, type = "number"))]
    pub until: Option<Timestamp>,
    /// The speciality to which it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub speciality: Option<Speciality>,
    /// What happened to a referral. The text of a counter-referral stands in the record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub referral: Option<ReferralEvent>,
    /// The reason for that, or for cancelling a prescription or an appointment, in the doctor's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub text: Option<Pii<String>>,
}

/// Somebody who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Actor {
    /// Name to show.
    pub name: Pii<String>,
    /// Role.
    pub role: Role,
}

impl ConsultationSummary {
    /// The line of this consultation.
    pub fn of(history: &History) -> Self {
        let consultation = history.consultation();
        let request = consultation.request();
        let last = referrals_of(consultation).all().last();
        Self {
            id: consultation.id(),
            place: consultation.post().place.clone(),
            speciality: request.speciality,
            urgency: request.urgency,
            reason: request.intake.reason.clone(),
            requested_at: consultation.requested_at(),
            state: ConsultationState::of(consultation),
            disposition: consultation.disposition(),
            doctor: consultation.last_owner().map(|doctor| doctor.name.clone()),
            advice_count: consultation.advice().len(),
            prescription_count: Some(consultation.prescriptions().all().len()).filter(|count| *count > 0),
            referral: last.map(|referral| referral.state),
            referral_failed: last.and_then(|referral| referral.failed),
            appointment_count: Some(appointments(consultation).all().len()).filter(|count| *count > 0),
            appointment_at: appointments(consultation).last_standing().map(|known| known.appointed.at),
            photo_count: consultation.photos().iter().filter(|photo| photo.file.is_some()).count(),
            attachment_count: Some(consultation.attachments().len()).filter(|count| *count > 0),
            chat_count: Some(consultation.chat().count()).filter(|count| *count > 0),
            outcome: consultation.follow_up().and_then(|follow_up| follow_up.told.clone()),
        }
    }
}

impl ConsultationState {
    fn of(consultation: &Consultation) -> Self {
        match (consultation.phase(), consultation.disposition()) {
            (Phase::Waiting, _) => Self::Waiting,
            (Phase::Running, _) => Self::Running,
            (Phase::Deferred, _) => Self::Deferred,
            (Phase::FollowUp, _) => Self::FollowUp,
            (Phase::Closed, Some(_)) => Self::Closed,
            (Phase::Closed, None) => Self::Cancelled,
        }
    }
}

impl ConsultationView {
    /// Names the members of staff who have a part in it, out of those of its post, and who took charge of it afterwards.
    #[must_use]
    pub fn with_staff(
        self,
        of_post: impl IntoIterator<Item = StaffName>,
        in_charge: Option<StaffId>,
    ) -> Self {
        let acted = |id: &StaffId| {
            in_charge.as_ref() == Some(id) || self.events.iter().any(|event| event.staff.as_ref() == Some(id))
        };
        let staff = of_post.into_iter().filter(|member| acted(&member.id)).collect();
        Self { staff, in_charge, ..self }
    }

    /// The consultation for a reader; none if the reader is not a member.
    pub fn of(history: &History, reader: &Identity) -> Option<Self> {
        let consultation = history.consultation();
        let party = consultation.tablets().chat_reader(reader);
        consultation.is_member(reader).then(|| Self {
            summary: ConsultationSummary::of(history),
            record: consultation.record_for(reader.role),
            events: events(history.facts()),
            chat: consultation.chat().messages_for(party, 0),
            chat_marks: consultation.chat().marks_for(party),
            staff: Vec::new(),
            in_charge: None,
        })
    }
}

impl ConsultationView {
    /// An earlier consultation of the same patient, for somebody who treats the patient now: its form, signed advice and events. Notes,
    /// photos and what its members wrote to each other stay with its members.
    pub fn of_earlier(history: &History) -> Self {
        let mut record = history.consultation().record_for(Role::Kiosk);
        record.photos.clear();
        Self {
            summary: ConsultationSummary::of(history),
            record,
            events: events(history.facts()),
            chat: Vec::new(),
            chat_marks: Vec::new(),
            staff: Vec::new(),
            in_charge: None,
        }
    }
}

fn events(facts: &[Fact]) -> Vec<ConsultationEvent> {
    let people = people(facts);
    let event = |fact: &Fact| {
        let known = fact.by.as_ref().and_then(|by| people.get(by)).cloned();
        let by = known.or_else(|| receiver(&fact.what));
        Some(ConsultationEvent { by, staff: fact.staff.clone(), ..ConsultationEvent::of(fact)? })
    };
    facts.iter().filter_map(event).collect()
}

/// The receiver of a referral, who is no member of the consultation.
fn receiver(what: &What) -> Option<Actor> {
    match what {
        What::ReferralMoved { actor: ReferralActor::Receiver, by_name, .. } => {
            Some(Actor { name: by_name.clone(), role: Role::Guest })
        }
        _ => None,
    }
}

/// Everyone whom the facts introduce.
pub(super) fn people(facts: &[Fact]) -> HashMap<&PartyId, Actor> {
    let introduced = facts.iter().filter_map(|fact| match &fact.what {
        What::Requested { post: who, .. }
        | What::Claimed { doctor: who }
        | What::Assigned { doctor: Some(who), .. }
        | What::Entered { guest: who, .. }
        | What::TabletJoined { tablet: who } => Some(who),
        _ => None,
    });
    introduced.map(|who| (&who.party, Actor { name: who.name.clone(), role: who.role })).collect()
}

impl ConsultationEvent {
    /// The event of a fact; none for one that is no event to people.
    fn of(fact: &Fact) -> Option<Self> {
        let kind = EventKind::of(&fact.what)?;
        let plain = Self {
            at: fact.at,
            kind,
            by: None,
            staff: None,
            step: None,
            escalation: None,
            ring: None,
            until: None,
            speciality: None,
            referral: None,
            text: None,
        };
        Some(match &fact.what {
            What::Escalated { step, why } => Self { step: Some(*step), escalation: *why, ..plain },
            What::RangAgain { why } => Self { ring: Some(*why), ..plain },
            What::Postponed { until } => Self { until: Some(*until), ..plain },
            What::Entered { why, .. } => Self { text: why.clone(), ..plain },
            What::Redirected { speciality, why } => {
                Self { speciality: Some(*speciality), text: Some(why.clone()), ..plain }
            }
            What::ReferralMoved { event, .. } => Self { referral: Some(event.shown()), ..plain },
            What::Dispensed { dispensed, .. } => {
                Self { text: dispensed.pharmacy.as_ref().map(|pharmacy| pharmacy.name.clone()), ..plain }
            }
            What::PrescriptionCancelled { why, .. } | What::AppointmentCancelled { why, .. } => {
                Self { text: Some(why.clone()), ..plain }
            }
            What::Appointed { appointment } => Self { until: Some(appointment.at), ..plain },
            What::AppointmentMoved { at, .. } => Self { until: Some(*at), ..plain },
            _ => plain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        appointment::{AppointmentWay, NewAppointment},
        chat::Progress,
        fact::stored::CODEC,
        history::tests::rows,
        id::{AppointmentId, ChatId},
        sample::{identity, sample_facts},
    };

    const ID: ConsultationId = ConsultationId(uuid::Uuid::from_u128(7));

    fn history(facts: &[Fact]) -> History {
        History::read(ID, &rows(facts), &CODEC).unwrap()
    }

    fn view(reader: &str, role: Role) -> Option<ConsultationView> {
        ConsultationView::of(&history(&sample_facts(ID)), &identity(reader, role))
    }

    #[test]
    fn members_see_it_and_nobody_else() {
        assert!(view("post", Role::Kiosk).is_some());
        assert!(view("doctor", Role::Doctor).is_some());
        assert!(view("guest", Role::Guest).is_none(), "left");
        assert!(view("other", Role::Doctor).is_none());
    }

    #[test]
    fn an_earlier_consultation_shows_the_form_and_the_advice_and_no_note() {
        let earlier = ConsultationView::of_earlier(&history(&sample_facts(ID)));
        assert_eq!(earlier.record.advice.len(), 1);
        assert!(earlier.record.note.is_none() && earlier.record.photos.is_empty() && earlier.chat.is_empty());
    }

    #[test]
    fn the_note_is_for_doctors() {
        assert!(view("doctor", Role::Doctor).unwrap().record.note.is_some());
        assert!(view("post", Role::Kiosk).unwrap().record.note.is_none());
    }

    #[test]
    fn every_event_has_its_author_and_notes_are_none() {
        let view = view("post", Role::Kiosk).unwrap();
        let kinds: Vec<_> = view.events.iter().map(|event| event.kind).collect();
        let expected = [
            EventKind::Requested,
            EventKind::Claimed,
            EventKind::Entered,
            EventKind::Left,
            EventKind::Advised,
            EventKind::Closed,
        ];
        assert_eq!(kinds, expected);
        assert!(view.events.iter().all(|event| event.by.is_some()));
    }

    #[test]
    fn each_step_of_the_wait_is_an_event_with_its_reason() {
        let mut facts = sample_facts(ID);
        let (at, until) = (Timestamp(1), Timestamp(9));
        let escalated = What::Escalated { step: Step::Second, why: Some(EscalationReason::NobodyThere) };
        let steps = [
            (None, escalated),
            (Some("post"), What::Postponed { until }),
            (None, What::RangAgain { why: RingReason::Due }),
        ];
        let fact = |(by, what): (Option<&str>, What)| Fact {
            at,
            by: by.map(|by| PartyId(by.into())),
            staff: None,
            what,
        };
        facts.splice(1..1, steps.map(fact));
        let view = ConsultationView::of(&history(&facts), &identity("post", Role::Kiosk)).unwrap();
        assert_eq!(view.events[1].step, Some(Step::Second));
        assert_eq!(view.events[1].escalation, Some(EscalationReason::NobodyThere));
        assert_eq!((view.events[2].kind, view.events[2].until), (EventKind::Postponed, Some(until)));
        assert_eq!(view.events[3].ring, Some(RingReason::Due));
    }

    #[test]
    fn members_read_the_chat_with_the_marks_of_the_others_and_a_guest_who_left_reads_nothing() {
        let mut facts = sample_facts(ID);
        let (at, chat) = (Timestamp(3), ChatId(uuid::Uuid::from_u128(9)));
        let by = |party: &str, what| Fact { at, by: Some(PartyId(party.into())), staff: None, what };
        let written = by("post", What::ChatWritten { chat, text: "Elle saigne".into(), asks: false });
        let seen = by("doctor", What::ChatSeen { progress: Progress { received: 1, read: 1 } });
        assert!(!format!("{written:?}").contains("saigne"), "a log holds no text");
        facts.splice(3..3, [written, seen]);
        let history = history(&facts);
        let read = |reader: &str, role| ConsultationView::of(&history, &identity(reader, role));
        let (post, doctor) = (read("post", Role::Kiosk).unwrap(), read("doctor", Role::Doctor).unwrap());
        assert_eq!((post.chat[0].chat, post.chat_marks[0].read), (Some(chat), 1));
        assert_eq!((doctor.chat[0].chat, doctor.chat_marks.len()), (None, 0));
        assert_eq!(doctor.chat[0].text.as_ref().unwrap().reveal(), "Elle saigne");
        assert_eq!(doctor.summary.chat_count, Some(1));
        assert!(read("guest", Role::Guest).is_none());
        assert!(view("doctor", Role::Doctor).unwrap().summary.chat_count.is_none());
    }

    #[test]
    fn the_summary_tells_how_far_it_came() {
        let facts = sample_facts(ID);
        let state = |count: usize| ConsultationSummary::of(&history(&facts[..count])).state;
        assert_eq!(state(1), ConsultationState::Waiting);
        assert_eq!(state(2), ConsultationState::Running);
        assert_eq!(state(7), ConsultationState::Closed);
        assert_eq!(ConsultationSummary::of(&history(&facts[..6])).advice_count, 1);
    }

    #[test]
    fn the_summary_tells_of_the_appointment_that_stands_and_of_one_that_was_cancelled() {
        let appointment = |number| AppointmentId(uuid::Uuid::from_u128(number));
        let made = |number, at| What::Appointed {
            appointment: Box::new(NewAppointment {
                appointment: appointment(number),
                at: Timestamp(at),
                way: AppointmentWay::Call,
                reason: "contrôle".into(),
                phone: None,
                place: "post".into(),
            }),
        };
        let moved = What::AppointmentMoved { appointment: appointment(1), at: Timestamp(7_000) };
        let cancelled =
            |number| What::AppointmentCancelled { appointment: appointment(number), why: "voyage".into() };
        let all = [made(1, 5_000), made(2, 6_000), cancelled(2), moved, cancelled(1)];
        let told = |count: usize| {
            let by = Some(PartyId("doctor".into()));
            let fact =
                |what: &What| Fact { at: Timestamp(3), by: by.clone(), staff: None, what: what.clone() };
            let mut facts = sample_facts(ID);
            facts.splice(3..3, all[..count].iter().map(fact));
            let summary = ConsultationSummary::of(&history(&facts));
            (summary.appointment_count, summary.appointment_at.map(|at| at.0))
        };
        let rows = [0, 1, 2, 3, 4, 5].map(told);
        let [none, one, two, one_left, moved, over] = rows;
        assert_eq!((none, one, two), ((None, None), (Some(1), Some(5_000)), (Some(2), Some(6_000))));
        assert_eq!((one_left, moved), ((Some(2), Some(5_000)), (Some(2), Some(7_000))));
        assert_eq!(over, (Some(2), None), "nobody is expected any more");
    }
}
