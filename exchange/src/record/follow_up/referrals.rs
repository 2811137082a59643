//! Evacuations: the order is a `ServiceRequest` with its letter, and each structure that was asked has a Task with what it did. The code
//! that opens the letter without an account never leaves.

use super::super::{
    encounter::request_priority, french::urgency, names::Names, people::People, source::Source,
    systems::Systems,
};
use crate::{
    fhir::{
        Annotation, CodeableConcept, Coding, Identifier, Reference, Resource, ServiceRequest, Task,
        TaskOutput, french_moment, instant, text,
    },
    referral_words as words,
};
use teranga_clinic::{
    consultation::referrals::referrals_of,
    fact::What,
    id::ReferralId,
    people::Place,
    pii::Pii,
    referral::{Referral, ReferralEvent, ReferralState, ReferralStep, TriedState, TriedStructure},
    time::Timestamp,
};
use uuid::Uuid;

/// The time in which one structure was asked.
struct Asked<'a> {
    structure: &'a Place,
    at: Timestamp,
    steps: Vec<&'a ReferralStep>,
    /// Why it did not take the patient; none for the one that is asked now, or took the patient.
    tried: Option<&'a TriedStructure>,
}

/// The orders and what the structures did.
pub(in super::super) fn resources(
    source: &Source<'_>,
    names: Names,
    people: &People<'_>,
) -> Vec<(Uuid, Resource)> {
    let of = |referral: &Referral| {
        let requester = requester(source, referral.order.referral, people);
        let order = request(referral, &requester, (names, people), source.systems);
        let task = |(number, asked): (usize, &Asked<'_>)| {
            let id = task_id(names, referral, number);
            let made = task(referral, asked, (names, people), source.systems);
            (id, Task { id: id.to_string(), requester: requester.clone(), ..made }.into())
        };
        let tasks: Vec<_> = asked(referral).iter().enumerate().map(task).collect();
        std::iter::once((request_id(names, referral), order.into())).chain(tasks)
    };
    referrals_of(source.history.consultation()).all().iter().flat_map(of).collect()
}

/// The order, the letter, the steps and what the receiver wrote back, and their resources.
pub(in super::super) fn told(source: &Source<'_>, names: Names) -> (Vec<String>, Vec<Reference>) {
    let (mut lines, mut entry) = (Vec::new(), Vec::new());
    for referral in referrals_of(source.history.consultation()).all() {
        lines.extend(ordered(referral));
        let letter = &referral.order.letter;
        let parts = std::iter::once(("Patient", &letter.patient)).chain(words::letter(letter));
        lines.extend(written(parts));
        lines.extend(referral.steps.iter().map(words::step));
        lines.extend(counter(referral));
        entry.push(Reference::to(request_id(names, referral)));
        entry
            .extend((0..asked(referral).len()).map(|number| Reference::to(task_id(names, referral, number))));
    }
    (lines, entry)
}

fn request(
    referral: &Referral,
    requester: &Reference,
    (names, people): (Names, &People<'_>),
    systems: &Systems,
) -> ServiceRequest {
    let order = &referral.order;
    let needs = order.needs.iter().map(|need| systems.coded("need", *need, words::need(*need)));
    let reason = CodeableConcept::words(text(order.letter.reason.reveal()));
    ServiceRequest {
        id: request_id(names, referral).to_string(),
        identifier: vec![Identifier::uuid(order.referral.0)],
        status: match referral.state {
            ReferralState::Completed => "completed",
            ReferralState::Failed | ReferralState::Cancelled => "revoked",
            _ => "active",
        },
        intent: "order",
        priority: request_priority(order.urgency),
        code: systems.concept("request", "evacuation", "Évacuation"),
        order_detail: needs.collect(),
        subject: names.subject(),
        encounter: names.in_encounter(),
        authored_on: instant(order.at),
        requester: requester.clone(),
        performer: std::iter::once(&order.structure)
            .chain(&order.others)
            .map(|place| people.structure(place))
            .collect(),
        reason_code: Some(reason).filter(|reason| !reason.text.is_empty()).into_iter().collect(),
        // The reason has an element of its own.
        note: written(words::letter(&order.letter).into_iter().skip(1)).map(Annotation::words).collect(),
        ..ServiceRequest::default()
    }
}

/// The task of one structure, still without its name and whoever asks.
fn task(
    referral: &Referral,
    asked: &Asked<'_>,
    (names, people): (Names, &People<'_>),
    systems: &Systems,
) -> Task {
    let last = asked.steps.iter().map(|step| step.at).fold(asked.at, Timestamp::max);
    let (status, business_status, status_reason) = outcome(referral, asked, systems);
    let note = |step: &&ReferralStep| Annotation {
        time: instant(step.at),
        text: format!("{} ({})", words::event(step.actor, &step.event), words::actor(step.actor, &step.by)),
    };
    let written_back = referral.counter_referral.as_ref().filter(|_| asked.tried.is_none());
    let output = written_back.map(|counter| TaskOutput {
        r#type: systems.concept("output", "counter-referral", "Contre-référence"),
        value_string: text(counter.text.reveal()),
    });
    Task {
        status,
        status_reason,
        business_status,
        intent: "order",
        priority: request_priority(referral.order.urgency),
        code: CodeableConcept {
            coding: vec![Coding::new(TASK_CODE, "fulfill", "Fulfill the focal request")],
            text: String::new(),
        },
        focus: Reference::to(request_id(names, referral)),
        r#for: names.subject(),
        encounter: names.in_encounter(),
        authored_on: instant(asked.at),
        last_modified: instant(last),
        owner: people.structure(asked.structure),
        note: asked.steps.iter().map(note).collect(),
        output: output.filter(|output| !output.value_string.is_empty()).into_iter().collect(),
        ..Task::default()
    }
}

/// The status of a task for programs and for people, and its reason.
fn outcome(
    referral: &Referral,
    asked: &Asked<'_>,
    systems: &Systems,
) -> (&'static str, CodeableConcept, CodeableConcept) {
    let state = |state| systems.coded("referral-state", state, words::state(state));
    match asked.tried {
        Some(TriedStructure { state: TriedState::Rejected, reason, .. }) => {
            let reason = reason.map(|reason| systems.coded("reject", reason, words::reject(reason)));
            ("rejected", state(ReferralState::Rejected), reason.unwrap_or_default())
        }
        Some(_) => {
            let unanswered = systems.concept("referral-state", "unanswered", "Sans réponse");
            ("cancelled", unanswered, CodeableConcept::default())
        }
        None => {
            let stands = if words::died(referral) {
                systems.concept("referral-state", "died-on-the-way", words::standing(referral))
            } else {
                state(referral.state)
            };
            (status(referral.state), stands, reason_of_end(referral, systems))
        }
    }
}

/// The status of FHIR for a state (`docs/adr/0048-evacuation.md`).
const fn status(state: ReferralState) -> &'static str {
    match state {
        ReferralState::Requested => "requested",
        ReferralState::Received => "received",
        ReferralState::Accepted => "accepted",
        ReferralState::Rejected => "rejected",
        ReferralState::EnRoute | ReferralState::Arrived | ReferralState::InCare => "in-progress",
        ReferralState::Completed => "completed",
        ReferralState::Failed => "failed",
        ReferralState::Cancelled => "cancelled",
    }
}

/// Why it failed or was cancelled; nothing otherwise.
fn reason_of_end(referral: &Referral, systems: &Systems) -> CodeableConcept {
    let cancelled = referral.steps.iter().find_map(|step| match &step.event {
        ReferralEvent::Cancelled { text: why } => Some(CodeableConcept::words(text(why.reveal()))),
        _ => None,
    });
    let failed = referral.failed.map(|why| systems.coded("fail", why, words::fail(why)));
    failed.or(cancelled).unwrap_or_default()
}

/// The structures that were asked, in their order.
fn asked(referral: &Referral) -> Vec<Asked<'_>> {
    let first = &referral.order.structure;
    let mut all = vec![Asked { structure: first, at: referral.order.at, steps: Vec::new(), tried: None }];
    for step in &referral.steps {
        if let ReferralEvent::AskedNext { structure, .. } = &step.event {
            all.push(Asked { structure, at: step.at, steps: Vec::new(), tried: None });
        }
        if let Some(asked) = all.last_mut() {
            asked.steps.push(step);
        }
    }
    for (asked, tried) in all.iter_mut().zip(&referral.tried) {
        asked.tried = Some(tried);
    }
    // A structure that said no or was closed while the patient was on the way may take the patient in all the same.
    if let Some(last) = all.last_mut().filter(|_| has_left(referral.state)) {
        last.tried = None;
    }
    all
}

/// True if the patient went to the structure that was asked last.
const fn has_left(state: ReferralState) -> bool {
    use ReferralState::{Arrived, Completed, EnRoute, Failed, InCare};
    matches!(state, EnRoute | Arrived | InCare | Completed | Failed)
}

/// Who ordered what of whom, and where it stands.
fn ordered(referral: &Referral) -> Vec<String> {
    let order = &referral.order;
    let number = order.order_number.as_ref().map(|number| text(number.reveal()));
    let number = number.filter(|number| !number.is_empty());
    let number = number.map_or_else(String::new, |number| format!(", n° {number}"));
    let (by, at) = (text(order.by.reveal()), french_moment(order.at));
    let needs: Vec<_> = order.needs.iter().map(|need| words::need(*need)).collect();
    let others: Vec<_> = order.others.iter().map(|place| text(&place.name)).collect();
    let mut lines = vec![
        format!("Évacuation ordonnée par {by}{number}, {at}. {}.", urgency(order.urgency)),
        format!("Adressé à : {}", text(&order.structure.name)),
    ];
    let lists = [("Sinon", others.join(", ")), ("Besoins", needs.join(", "))];
    lines.extend(
        lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(of, list)| format!("{of} : {list}")),
    );
    lines.push(format!("État : {}, {}", words::standing(referral), text(&referral.structure.name)));
    lines
}

/// The parts of a letter in which something was written, with their titles.
fn written<'a>(parts: impl Iterator<Item = (&'static str, &'a Pii<String>)>) -> impl Iterator<Item = String> {
    let part = |(title, words): (&str, &Pii<String>)| (title.to_owned(), text(words.reveal()));
    parts.map(part).filter(|(_, words)| !words.is_empty()).map(|(title, words)| format!("{title} : {words}"))
}

fn counter(referral: &Referral) -> Option<String> {
    let counter = referral.counter_referral.as_ref()?;
    let (by, at) = (text(counter.by.reveal()), french_moment(counter.at));
    let (place, words) = (text(&referral.structure.name), text(counter.text.reveal()));
    Some(format!("Contre-référence, {by}, {place}, {at} : {words}"))
}

/// The doctor who ordered it.
fn requester(source: &Source<'_>, id: ReferralId, people: &People<'_>) -> Reference {
    let is_order = |what: &What| matches!(what, What::Referred { referral } if referral.referral == id);
    let order = source.history.facts().iter().find(|fact| is_order(&fact.what));
    order.map_or_else(|| people.post(), |fact| people.author(fact))
}

fn request_id(names: Names, referral: &Referral) -> Uuid {
    names.id("referral", referral.order.referral.to_string())
}

fn task_id(names: Names, referral: &Referral, number: usize) -> Uuid {
    names.id("task", format!("{}/{number}", referral.order.referral))
}

const TASK_CODE: &str = "http://hl7.org/fhir/CodeSystem/task-code";
