//! Prescriptions: what a doctor has signed becomes a fact once, everybody in the consultation gets it, and nothing ends as
//! "ordonnance" without one.

use crate::world::{Page, World, consultation, request};
use teranga_clinic::{
    case::Outcome,
    clinical::Disposition,
    fact::What,
    id::{ConsultationId, PrescriptionId},
    people::{Addressee, Speciality},
    pii::Pii,
    prescription::{Cancellation, PRESCRIPTIONS, Prescription, SignedPrescription},
    request::{Request, Urgency},
    time::Timestamp,
};
use teranga_signaling::{
    contract::{AtEnd, Input, Over},
    message::{
        ClientMessage, ServerMessage, call::RingAgain, case::TellOutcome, clinical::Close, session::ErrorCode,
    },
};
use uuid::Uuid;

const fn name(number: u128) -> PrescriptionId {
    PrescriptionId(Uuid::from_u128(number))
}

fn prescribed(consultation: ConsultationId, number: u128, replaces: Option<u128>) -> What {
    let signed = SignedPrescription {
        prescription: name(number),
        consultation,
        post: "Poste".into(),
        patient: Pii::default(),
        lines: Pii::default(),
        justifications: Pii::default(),
        by: "doctor".into(),
        order_number: None,
        at: Timestamp(1),
        valid_until: Timestamp(2),
        replaces: replaces.map(name),
        text: "HC1:".into(),
    };
    What::Prescribed { signed: Box::new(signed) }
}

fn cancelled(number: u128) -> What {
    What::PrescriptionCancelled { prescription: name(number), why: "allergie".into() }
}

fn say(world: &mut World, page: &Page, consultation: ConsultationId, what: What) {
    let found = world.on_disk(consultation);
    let facts = u32::try_from(world.facts(consultation).len()).expect("few facts");
    let over = |id: PrescriptionId| {
        let mut prescription = found.prescriptions().find(id)?.clone();
        prescription.cancelled =
            Some(Cancellation { by: "awa".into(), at: Timestamp(9), why: "allergie".into() });
        let (at_end, place) = (AtEnd { facts, is_new_tablet: false }, found.post().place.id.clone());
        Some(Box::new(Over { at_end, place, prescription }))
    };
    let over = match &what {
        What::PrescriptionCancelled { prescription, .. } if found.ended_at().is_some() => over(*prescription),
        _ => None,
    };
    let (by, what) = (Box::new(page.who.clone()), Box::new(what));
    world.input(Input::Prescription { consultation, by, what, over });
}

fn shown(world: &mut World, page: &Page) -> Vec<(PrescriptionId, bool)> {
    let of = |one: &Prescription| (one.signed.prescription, one.is_in_force());
    let all = world.read(page);
    all.iter()
        .filter_map(
            |message| if let ServerMessage::Prescription(one) = message { Some(of(one)) } else { None },
        )
        .collect()
}

fn close(consultation: ConsultationId) -> ClientMessage {
    ClientMessage::Close(Close { consultation, disposition: Disposition::Prescription, follow_up_h: None })
}

#[test]
fn both_sides_get_what_was_signed_replaced_and_cancelled() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    say(&mut world, &doctor, id, prescribed(id, 1, None));
    assert_eq!(shown(&mut world, &kiosk), [(name(1), true)]);
    assert_eq!(shown(&mut world, &doctor), [(name(1), true)]);
    say(&mut world, &doctor, id, prescribed(id, 2, Some(1)));
    assert_eq!(shown(&mut world, &kiosk), [(name(1), false), (name(2), true)]);
    say(&mut world, &doctor, id, cancelled(2));
    assert_eq!(shown(&mut world, &kiosk), [(name(2), false)]);
}

#[test]
fn one_that_is_said_again_that_does_not_follow_or_that_a_stranger_says_changes_nothing() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let stranger = world.doctor("other", Speciality::Surgery);
    say(&mut world, &doctor, id, prescribed(id, 1, None));
    let facts = world.facts(id).len();
    say(&mut world, &doctor, id, prescribed(id, 1, None));
    say(&mut world, &doctor, id, prescribed(id, 2, Some(9)));
    say(&mut world, &doctor, id, cancelled(9));
    for page in [&kiosk, &stranger] {
        say(&mut world, page, id, prescribed(id, 3, None));
        say(&mut world, page, id, cancelled(1));
    }
    say(&mut world, &doctor, id, What::Left);
    assert_eq!(world.facts(id).len(), facts);
    for number in 2..30 {
        say(&mut world, &doctor, id, prescribed(id, number, None));
    }
    assert_eq!(world.on_disk(id).prescriptions().all().len(), PRESCRIPTIONS);
}

#[test]
fn two_that_replace_the_same_one_while_the_disk_is_slow_are_one() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    say(&mut world, &doctor, id, prescribed(id, 1, None));
    world.disk_works_at_once = false;
    for number in [2, 3] {
        say(&mut world, &doctor, id, prescribed(id, number, Some(1)));
    }
    while !world.on_the_way.is_empty() {
        world.write(true);
    }
    assert_eq!(world.on_disk(id).prescriptions().all().len(), 2);
    say(&mut world, &doctor, id, prescribed(id, 4, Some(2)));
}

#[test]
fn a_consultation_ends_as_a_prescription_only_if_one_is_in_force() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.advise(&doctor, id, 1, "Amoxicilline");
    let refused = |world: &mut World| {
        world.say(&doctor, close(id));
        assert_eq!(world.refusal(&doctor), (ErrorCode::Unprescribed, "close".to_owned()));
    };
    refused(&mut world);
    say(&mut world, &doctor, id, prescribed(id, 1, None));
    say(&mut world, &doctor, id, cancelled(1));
    refused(&mut world);
    say(&mut world, &doctor, id, prescribed(id, 2, None));
    world.say(&doctor, close(id));
    assert_eq!(world.on_disk(id).disposition(), Some(Disposition::Prescription));
}

#[test]
fn the_answer_to_a_case_may_be_a_prescription_and_it_is_cancelled_after_the_end() {
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let id = consultation(1);
    let to = Some(Addressee::Speciality(Speciality::Obstetrics));
    let case = Request { defer_to: to, ..request(1, Urgency::Routine) };
    world.say(&kiosk, ClientMessage::Request(case));
    assert!(world.on_disk(id).is_held_by(&doctor.who.party), "the one who is on duty justifications");
    say(&mut world, &doctor, id, prescribed(id, 1, None));
    assert_eq!(shown(&mut world, &kiosk), [(name(1), true)]);
    world.say(&doctor, close(id));
    assert!(world.on_disk(id).ended_at().is_some());
    say(&mut world, &doctor, id, prescribed(id, 2, None));
    say(&mut world, &doctor, id, cancelled(1));
    assert_eq!(shown(&mut world, &kiosk), [(name(1), false)], "the post hears of it");
    let over = world.on_disk(id);
    assert_eq!(over.prescriptions().all().iter().map(Prescription::is_in_force).collect::<Vec<_>>(), [false]);
}

#[test]
fn nothing_is_signed_while_a_case_becomes_a_call_or_its_outcome_is_told() {
    for follow_up_h in [None, Some(1)] {
        let mut world = World::new();
        let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
        let id = consultation(1);
        let to = Some(Addressee::Speciality(Speciality::Obstetrics));
        world.say(&kiosk, ClientMessage::Request(Request { defer_to: to, ..request(1, Urgency::Routine) }));
        let moves = if follow_up_h.is_some() {
            let disposition = Disposition::Advice;
            world.say(&doctor, ClientMessage::Close(Close { consultation: id, disposition, follow_up_h }));
            let (outcome, text) = (Outcome::Recovered, "".into());
            ClientMessage::TellOutcome(TellOutcome { consultation: id, outcome, text, act: None })
        } else {
            ClientMessage::RingAgain(RingAgain { consultation: id })
        };
        world.disk_works_at_once = false;
        world.say(&kiosk, moves);
        say(&mut world, &doctor, id, prescribed(id, 1, None));
        while !world.on_the_way.is_empty() {
            world.write(true);
        }
        assert!(world.on_disk(id).prescriptions().all().is_empty(), "{follow_up_h:?}");
    }
}

#[test]
fn a_consultation_does_not_end_as_a_prescription_while_its_last_one_is_being_cancelled() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    say(&mut world, &doctor, id, prescribed(id, 1, None));
    world.disk_works_at_once = false;
    say(&mut world, &doctor, id, cancelled(1));
    world.say(&doctor, close(id));
    assert_eq!(world.refusal(&doctor), (ErrorCode::Unprescribed, "close".to_owned()));
}
