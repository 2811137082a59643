//! The encounter with its modes and participants, and the request that began it.

use super::{
    french,
    names::Names,
    people::People,
    source::Source,
    timeline::{Mode, Span, Stay, Timeline},
};
use crate::fhir::{
    CodeableConcept, Coding, Encounter, EncounterLocation, Extension, Hospitalization, Participant, Period,
    Reference, ServiceRequest, StatusHistory, instant, text,
};
use teranga_clinic::{
    consultation::{Consultation, Phase},
    people::Role,
    request::Urgency,
    time::Timestamp,
};

/// The consultation from the request to the end.
pub(super) fn encounter(
    source: &Source<'_>,
    names: Names,
    people: &People<'_>,
    timeline: &Timeline,
) -> Encounter {
    let consultation = source.history.consultation();
    let request = consultation.request();
    let disposition = consultation.disposition().map(french::disposition);
    let disposition = disposition.map(|(code, words)| source.systems.concept("disposition", code, words));
    let participants = timeline.stays.iter().filter_map(|stay| participant(people, stay));
    Encounter {
        id: names.encounter().to_string(),
        extension: timeline.modes.iter().map(|span| mode(source, span)).collect(),
        identifier: vec![names.consultation()],
        status: status(consultation, timeline),
        status_history: timeline.modes.iter().map(status_history).collect(),
        class: Coding::new(ACT_CODE, "VR", "virtual"),
        priority: priority(request.urgency),
        subject: names.subject(),
        based_on: vec![Reference::to(names.request())],
        participant: participants.chain(people.staff().map(attendant)).collect(),
        period: period(consultation.requested_at(), timeline.ended_at()),
        reason_code: reason(consultation),
        hospitalization: Hospitalization { discharge_disposition: disposition.unwrap_or_default() },
        location: vec![EncounterLocation { location: people.place() }],
        service_provider: people.post(),
    }
}

/// The post's request for a specialist.
pub(super) fn request(source: &Source<'_>, names: Names, people: &People<'_>) -> ServiceRequest {
    let consultation = source.history.consultation();
    let request = consultation.request();
    let (code, words) = french::speciality(request.speciality);
    ServiceRequest {
        id: names.request().to_string(),
        identifier: vec![names.consultation()],
        status: match (consultation.phase(), consultation.disposition()) {
            (Phase::Closed, None) => "revoked",
            (Phase::FollowUp | Phase::Closed, Some(_)) => "completed",
            _ => "active",
        },
        intent: "order",
        priority: request_priority(request.urgency),
        code: source.systems.concept("request", "teleconsultation", "Avis spécialisé à distance"),
        subject: names.subject(),
        authored_on: instant(consultation.requested_at()),
        requester: people.post(),
        performer_type: source.systems.concept("speciality", code, words),
        reason_code: reason(consultation),
        ..ServiceRequest::default()
    }
}

/// The urgency of a request (FHIR R4, request-priority).
pub(super) const fn request_priority(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Stat => "stat",
        Urgency::Urgent => "urgent",
        Urgency::Routine => "routine",
    }
}

/// A time with an end, which never comes before its beginning.
pub(super) fn period(from: Timestamp, to: Option<Timestamp>) -> Period {
    Period { start: instant(from), end: to.map_or_else(String::new, |to| instant(to.max(from))) }
}

fn reason(consultation: &Consultation) -> Vec<CodeableConcept> {
    let words = text(consultation.request().intake.reason.reveal());
    Some(CodeableConcept::words(words)).filter(|reason| !reason.text.is_empty()).into_iter().collect()
}

fn status(consultation: &Consultation, timeline: &Timeline) -> &'static str {
    match (consultation.phase(), consultation.disposition()) {
        (Phase::Closed, None) => "cancelled",
        (Phase::FollowUp | Phase::Closed, _) => "finished",
        _ => timeline.modes.last().map_or("unknown", |span| span.mode.status()),
    }
}

fn status_history(span: &Span) -> StatusHistory {
    StatusHistory { status: span.mode.status(), period: period(span.from, span.to) }
}

/// A time in one mode: calls have their true intervals here.
fn mode(source: &Source<'_>, span: &Span) -> Extension {
    let (code, words) = Mode::words(span.mode);
    let part = |url: &str| Extension { url: url.to_owned(), ..Extension::default() };
    let value = source.systems.concept("mode", code, words);
    let parts = vec![
        Extension { value_codeable_concept: value, ..part("mode") },
        Extension { value_period: period(span.from, span.to), ..part("period") },
    ];
    Extension { extension: parts, ..source.systems.extension("encounter-mode") }
}

fn participant(people: &People<'_>, stay: &Stay) -> Option<Participant> {
    let part = match (stay.who.role, stay.holds) {
        (Role::Doctor, true) => ("PPRF", "primary performer"),
        (Role::Doctor, false) => ("CON", "consultant"),
        _ => ("PART", "Participation"),
    };
    let individual = people.person(&stay.who.party)?;
    Some(Participant { r#type: vec![part_of(part)], period: period(stay.from, stay.to), individual })
}

/// A member of staff of the post who acted. The facts do not tell from when to when they were there.
fn attendant(individual: Reference) -> Participant {
    Participant { r#type: vec![part_of(("ATND", "attender"))], period: Period::default(), individual }
}

fn part_of((code, display): (&str, &str)) -> CodeableConcept {
    CodeableConcept { coding: vec![Coding::new(PARTICIPATION, code, display)], text: String::new() }
}

fn priority(urgency: Urgency) -> CodeableConcept {
    let (code, display) = match urgency {
        Urgency::Stat => ("S", "stat"),
        Urgency::Urgent => ("UR", "urgent"),
        Urgency::Routine => ("R", "routine"),
    };
    CodeableConcept::new(Coding::new(PRIORITY, code, display), french::urgency(urgency))
}

const ACT_CODE: &str = "http://terminology.hl7.org/CodeSystem/v3-ActCode";
const PARTICIPATION: &str = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
const PRIORITY: &str = "http://terminology.hl7.org/CodeSystem/v3-ActPriority";
