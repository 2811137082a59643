//! Who sees what of a patient before a consultation begins: the doctors whom a request rings, and nobody else.

use super::world::{Page, World, consultation, doctor, request};
use teranga_clinic::{
    audit::OpeningWay,
    history::{SetAside, SetAsideReason},
    people::{Availability, Speciality},
    request::{Intake, Request, Urgency},
};
use teranga_signaling::{
    contract::Input,
    message::{
        ClientMessage, ServerMessage,
        queue::{AgeBand, Entry},
        session::ErrorCode,
    },
};

const NUMBER: &str = "DPP-4711";
const REASON: &str = "Saignement depuis ce matin";

/// Asks, with everything that tells a patient.
fn ask(world: &mut World, kiosk: &Page) {
    let intake = Intake {
        dpp: Some(NUMBER.into()),
        reason: REASON.into(),
        age_years: Some(24.into()),
        systolic: Some(173.into()),
        ..Intake::default()
    };
    world.say(kiosk, ClientMessage::Request(Request { intake, ..request(1, Urgency::Stat) }));
}

fn tells_patient(messages: &[ServerMessage]) -> bool {
    let text = serde_json::to_string(messages).expect("messages have a JSON form");
    [NUMBER, REASON, "173"].iter().any(|secret| text.contains(secret))
}

fn rows(messages: Vec<ServerMessage>) -> Vec<Entry> {
    let rows = |message| match message {
        ServerMessage::Entry(entry) => vec![entry],
        ServerMessage::Queue(queue) => queue.entries,
        ServerMessage::Ring(ring) => vec![ring.entry],
        _ => vec![],
    };
    messages.into_iter().flat_map(rows).collect()
}

#[test]
fn only_doctors_who_are_rung_see_the_form_and_that_is_written_down() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let (awa, moussa) =
        (world.doctor("awa", Speciality::Obstetrics), world.doctor("moussa", Speciality::Paediatrics));
    for page in [&awa, &moussa] {
        world.set_availability(page, Availability::Available);
    }
    world.read(&moussa);
    ask(&mut world, &kiosk);
    assert!(tells_patient(&world.read(&awa)));
    let told = world.read(&moussa);
    assert!(!tells_patient(&told));
    let row = rows(told).pop().expect("everybody on duty sees that somebody waits");
    assert_eq!((row.urgency, row.age_band), (Urgency::Stat, Some(AgeBand::Adult)));
    assert!(row.reduced && row.place == kiosk.who.place);
    let opened: Vec<_> = world.openings.iter().map(|opening| (&opening.by, opening.way)).collect();
    assert_eq!(opened, [(&awa.who.party, OpeningWay::Rung)]);
    assert_eq!(world.openings[0].consultation, consultation(1));
}

#[test]
fn a_doctor_who_comes_later_sees_the_form_only_if_it_rings() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    ask(&mut world, &kiosk);
    let who = doctor("moussa", Speciality::Paediatrics);
    let mut moussa = Page { session: kiosk.session, who, resume: None };
    world.say_hello_again(&mut moussa);
    let told = world.read(&moussa);
    assert!(!tells_patient(&told));
    let told = rows(told);
    assert!(!told.is_empty() && told.iter().all(|row| row.reduced));
    assert!(world.openings.is_empty());
}

#[test]
fn a_row_that_changes_keeps_its_form_where_it_rings_and_shows_it_to_nobody_else() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let (awa, moussa) =
        (world.doctor("awa", Speciality::Obstetrics), world.doctor("moussa", Speciality::Paediatrics));
    for page in [&awa, &moussa] {
        world.set_availability(page, Availability::Available);
    }
    ask(&mut world, &kiosk);
    world.read(&awa);
    world.read(&moussa);
    world.cut(&kiosk);
    let (rung, other) = (rows(world.read(&awa)), rows(world.read(&moussa)));
    assert!(!rung.is_empty() && rung.iter().all(|row| row.intake.reason.reveal() == REASON));
    assert!(!other.is_empty() && other.iter().all(|row| row.reduced && row.intake == Intake::default()));
    let steps = world.config.steps.stat.first_ms * 2;
    world.pass(steps, &[&awa, &moussa]);
    assert!(tells_patient(&world.read(&moussa)), "the last step rings everybody");
    assert_eq!(world.openings.len(), 2);
}

#[test]
fn texts_come_without_characters_that_turn_them_round() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let reason = "TA \u{202e}011/071".into();
    let intake = Intake { reason, ..Intake::default() };
    world.say(&kiosk, ClientMessage::Request(Request { intake, ..request(1, Urgency::Stat) }));
    assert_eq!(world.requested(&kiosk).request.intake.reason.reveal(), "TA 011/071");
    assert_eq!(world.on_disk(consultation(1)).request().intake.reason.reveal(), "TA 011/071");
}

#[test]
fn a_claim_on_a_consultation_that_is_set_aside_says_so() {
    let mut world = World::new();
    let awa = world.doctor("awa", Speciality::Obstetrics);
    let (consultation, reason) = (consultation(7), SetAsideReason::Damaged);
    world.input(Input::SetAside(vec![SetAside { consultation, reason, number: 1, since: world.now }]));
    world.claim(&awa, consultation);
    assert_eq!(world.refusal(&awa).0, ErrorCode::SetAside);
}
