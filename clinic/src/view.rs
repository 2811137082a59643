//! A consultation as the HTTP interface shows it.

use crate::{
    clinical::{Disposition, Record},
    consultation::{Consultation, Illegal, Phase},
    fact::{Fact, What},
    id::{ConsultationId, PartyId},
    people::{Identity, Place, Role, Speciality},
    pii::Pii,
    request::Urgency,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How far a consultation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ConsultationState {
    /// In the queue.
    Waiting,
    /// Taken by a specialist.
    Running,
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
    /// Whom it needed.
    pub speciality: Speciality,
    /// How soon.
    pub urgency: Urgency,
    /// What brought the patient, in the nurse's words.
    pub reason: Pii<String>,
    /// When the post asked, by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub requested_at: Timestamp,
    /// How far it has come.
    pub state: ConsultationState,
    /// How it ended.
    pub disposition: Option<Disposition>,
    /// The doctor who holds it; none while it waits.
    pub doctor: Option<Pii<String>>,
    /// How many pieces of advice were signed.
    pub advice_count: usize,
    /// How many photos there are.
    pub photo_count: usize,
}

/// A whole consultation, for its members. Opening it is itself recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsultationView {
    /// Its line in the list.
    pub summary: ConsultationSummary,
    /// Form, last note (to doctors only) and signed advice.
    pub record: Record,
    /// What happened, oldest first. Saving a note is not an event.
    pub events: Vec<ConsultationEvent>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConsultationEvent {
    /// When, by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// Who; none for the server's own clock.
    pub by: Option<Actor>,
}

/// Somebody who did something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Actor {
    /// Name to show.
    pub name: Pii<String>,
    /// What they are.
    pub role: Role,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The post asked.
    Requested,
    /// The clock reached more specialists.
    Escalated,
    /// A specialist took it.
    Claimed,
    /// Somebody was brought in.
    Entered,
    /// Somebody who had been brought in left.
    Left,
    /// Advice was signed.
    Advised,
    /// The post was asked for a photo.
    PhotoAsked,
    /// The post sent it.
    PhotoTaken,
    /// The post withdrew it.
    Cancelled,
    /// It ended.
    Closed,
}

impl ConsultationSummary {
    /// Replays the facts; none if there are none.
    ///
    /// # Errors
    /// The facts do not follow from each other.
    pub fn replay(facts: &[Fact]) -> Result<Option<Self>, Illegal> {
        Ok(fold(facts)?.as_ref().map(Self::of))
    }

    fn of(consultation: &Consultation) -> Self {
        let request = consultation.request();
        Self {
            id: consultation.id(),
            place: consultation.post().place.clone(),
            speciality: request.speciality,
            urgency: request.urgency,
            reason: request.intake.reason.clone(),
            requested_at: consultation.requested_at(),
            state: ConsultationState::of(consultation),
            disposition: consultation.disposition(),
            doctor: consultation.owner().map(|doctor| doctor.name.clone()),
            advice_count: consultation.advice().len(),
            photo_count: consultation.photos().iter().filter(|photo| photo.file.is_some()).count(),
        }
    }
}

impl ConsultationState {
    fn of(consultation: &Consultation) -> Self {
        match (consultation.phase(), consultation.disposition()) {
            (Phase::Waiting, _) => Self::Waiting,
            (Phase::Running, _) => Self::Running,
            (Phase::Closed, Some(_)) => Self::Closed,
            (Phase::Closed, None) => Self::Cancelled,
        }
    }
}

impl ConsultationView {
    /// Replays the facts for a reader; none if the reader is not a member.
    ///
    /// # Errors
    /// The facts do not follow from each other.
    pub fn replay(facts: &[Fact], reader: &Identity) -> Result<Option<Self>, Illegal> {
        let consultation = fold(facts)?.filter(|consultation| is_member(consultation, &reader.party));
        Ok(consultation.map(|consultation| Self {
            summary: ConsultationSummary::of(&consultation),
            record: consultation.record_for(reader.role),
            events: events(facts),
        }))
    }
}

/// Replays the facts of one consultation; none if there is none.
pub(super) fn fold(facts: &[Fact]) -> Result<Option<Consultation>, Illegal> {
    if facts.is_empty() { Ok(None) } else { Consultation::replay(facts).map(Some) }
}

/// The post, and everyone who came and did not leave for good.
pub(super) fn is_member(consultation: &Consultation, party: &PartyId) -> bool {
    let mut members = consultation.entered().iter().chain([consultation.post()]);
    members.any(|member| member.party == *party)
}

fn events(facts: &[Fact]) -> Vec<ConsultationEvent> {
    let people = people(facts);
    let event = |fact: &Fact| {
        let by = fact.by.as_ref().and_then(|by| people.get(by)).cloned();
        Some(ConsultationEvent { at: fact.at, kind: EventKind::of(&fact.what)?, by })
    };
    facts.iter().filter_map(event).collect()
}

/// Everyone whom the facts introduce.
pub(super) fn people(facts: &[Fact]) -> HashMap<&PartyId, Actor> {
    let introduced = facts.iter().filter_map(|fact| match &fact.what {
        What::Requested { post: who, .. }
        | What::Claimed { doctor: who }
        | What::Entered { guest: who, .. } => Some(who),
        _ => None,
    });
    introduced.map(|who| (&who.party, Actor { name: who.name.clone(), role: who.role })).collect()
}

impl EventKind {
    const fn of(what: &What) -> Option<Self> {
        Some(match what {
            What::Requested { .. } => Self::Requested,
            What::Escalated { .. } => Self::Escalated,
            What::Claimed { .. } => Self::Claimed,
            What::Entered { .. } => Self::Entered,
            What::Left => Self::Left,
            What::Noted { .. } | What::PhotoMarked { .. } => return None,
            What::Advised { .. } => Self::Advised,
            What::PhotoAsked { .. } => Self::PhotoAsked,
            What::PhotoTaken { .. } => Self::PhotoTaken,
            What::Cancelled => Self::Cancelled,
            What::Closed { .. } => Self::Closed,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::{
        clinical::{Advise, Note},
        request::{Intake, Request},
    };

    fn identity(party: &str, role: Role) -> Identity {
        Identity {
            party: PartyId(party.into()),
            role,
            name: party.into(),
            place: place(),
            specialities: vec![],
        }
    }

    fn place() -> Place {
        let [id, name, district, region, phone] = ["p", "Poste", "Matam", "Matam", ""].map(String::from);
        Place { id, name, district, region, phone }
    }

    fn request(id: ConsultationId) -> Request {
        let (speciality, urgency) = (Speciality::Obstetrics, Urgency::Stat);
        Request { request: id, speciality, urgency, intake: Intake::default() }
    }

    /// A post asks, a doctor takes it, brings a guest who leaves, writes, signs and closes.
    pub(crate) fn story(id: ConsultationId) -> Vec<Fact> {
        let (revision, text) = (1, Pii::from("repos"));
        let facts = [
            ("post", What::Requested { post: identity("post", Role::Kiosk), request: request(id) }),
            ("doctor", What::Claimed { doctor: identity("doctor", Role::Doctor) }),
            ("guest", What::Entered { guest: identity("guest", Role::Guest), holds: false }),
            ("guest", What::Left),
            ("doctor", What::Noted { note: Note { consultation: id, revision, text: text.clone() } }),
            ("doctor", What::Advised { advice: Advise { consultation: id, revision, text } }),
            ("doctor", What::Closed { disposition: Disposition::Advice }),
        ];
        let fact = |(at, (by, what)): (u64, (&str, What))| Fact {
            at: Timestamp(at),
            by: Some(PartyId(by.into())),
            what,
        };
        (1..).zip(facts).map(fact).collect()
    }

    fn view(reader: &str, role: Role) -> Option<ConsultationView> {
        let id = ConsultationId(uuid::Uuid::from_u128(7));
        ConsultationView::replay(&story(id), &identity(reader, role)).unwrap()
    }

    #[test]
    fn members_see_it_and_nobody_else() {
        assert!(view("post", Role::Kiosk).is_some());
        assert!(view("doctor", Role::Doctor).is_some());
        assert!(view("guest", Role::Guest).is_none(), "left");
        assert!(view("other", Role::Doctor).is_none());
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
    fn the_summary_tells_how_far_it_came() {
        let id = ConsultationId(uuid::Uuid::from_u128(7));
        let facts = story(id);
        let state = |count: usize| ConsultationSummary::replay(&facts[..count]).unwrap().unwrap().state;
        assert_eq!(state(1), ConsultationState::Waiting);
        assert_eq!(state(2), ConsultationState::Running);
        assert_eq!(state(7), ConsultationState::Closed);
        assert_eq!(ConsultationSummary::replay(&facts[..6]).unwrap().unwrap().advice_count, 1);
        assert_eq!(ConsultationSummary::replay(&[]), Ok(None));
        assert_eq!(ConsultationSummary::replay(&facts[1..]), Err(Illegal::Beginning));
    }
}
