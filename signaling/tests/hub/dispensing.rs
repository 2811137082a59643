//! Dispensing: what a post or a pharmacy has given becomes a fact once, its members are told, and of two who give the last of a line one does.

use crate::world::{Page, World};
use teranga_clinic::{
    clinical::Disposition,
    dispensing::{Dispensed, DispensedLine, Pharmacy},
    fact::What,
    id::{ActId, ConsultationId, PrescriptionId},
    pii::Pii,
    prescription::{PrescribedLine, Prescription, SignedPrescription},
    time::Timestamp,
};
use teranga_signaling::{
    contract::{AtEnd, Author, Input, Over},
    message::{ClientMessage, ServerMessage, clinical::Close},
};
use uuid::Uuid;

const PRESCRIPTION: PrescriptionId = PrescriptionId(Uuid::from_u128(1));

/// Ten units of one drug.
fn prescribed(consultation: ConsultationId) -> What {
    let [atc, drug, directions, unit] = [(); 4].map(|()| String::new());
    let line = PrescribedLine { product: None, atc, drug, directions, days: 1, quantity: 10, unit };
    let signed = SignedPrescription {
        prescription: PRESCRIPTION,
        consultation,
        post: "Poste".into(),
        patient: Pii::default(),
        lines: vec![line].into(),
        justifications: Pii::default(),
        by: "doctor".into(),
        order_number: None,
        at: Timestamp(1),
        valid_until: Timestamp(u64::MAX),
        replaces: None,
        text: "HC1:".into(),
    };
    What::Prescribed { signed: Box::new(signed) }
}

fn act(number: u128, quantity: u32, is_pharmacy: bool) -> Dispensed {
    let pharmacy = Pharmacy { name: "Pharmacie".into(), person: "Awa".into() };
    Dispensed {
        act: ActId(Uuid::from_u128(number)),
        lines: vec![DispensedLine { line: 0, quantity, refused: None }].into(),
        pharmacy: is_pharmacy.then_some(pharmacy),
        at: Timestamp(2),
    }
}

/// The input that the server's HTTP side makes of an act, by what it found on the disk.
fn said(world: &World, by: Option<&Page>, consultation: ConsultationId, dispensed: Dispensed) -> Input {
    let found = world.on_disk(consultation);
    let facts = u32::try_from(world.facts(consultation).len()).expect("few facts");
    let over = found.ended_at().and_then(|_| {
        let mut prescription = found.prescriptions().find(PRESCRIPTION)?.clone();
        prescription.dispensed.push(dispensed.clone());
        let (at_end, place) = (AtEnd { facts, is_new_tablet: false }, found.post().place.id.clone());
        Some(Box::new(Over { at_end, place, prescription }))
    });
    Input::Dispensed {
        consultation,
        by: by.map(|page| Box::new(page.who.clone())),
        author: Author::Staff(None),
        prescription: PRESCRIPTION,
        dispensed: Box::new(dispensed),
        over,
    }
}

fn dispense(world: &mut World, by: Option<&Page>, id: ConsultationId, dispensed: Dispensed) {
    let input = said(world, by, id, dispensed);
    world.input(input);
}

/// The units that are left, as the messages to a page tell it.
fn told(world: &mut World, page: &Page) -> Vec<u32> {
    let left = |message: &ServerMessage| match message {
        ServerMessage::Prescription(one) => Some(one.left(0)),
        _ => None,
    };
    world.read(page).iter().filter_map(left).collect()
}

fn on_disk(world: &World, id: ConsultationId) -> Prescription {
    world.on_disk(id).prescriptions().find(PRESCRIPTION).expect("it was signed").clone()
}

fn sign(world: &mut World, doctor: &Page, id: ConsultationId) {
    let (by, what) = (Box::new(doctor.who.clone()), Box::new(prescribed(id)));
    world.input(Input::Prescription { consultation: id, by, what, over: None });
}

#[test]
fn what_a_post_and_a_pharmacy_give_in_a_call_is_told_to_both_sides_and_each_act_counts_once() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    sign(&mut world, &doctor, id);
    assert_eq!((told(&mut world, &kiosk), told(&mut world, &doctor)), (vec![10], vec![10]));
    for _ in 0..2 {
        dispense(&mut world, Some(&kiosk), id, act(1, 4, false));
    }
    dispense(&mut world, None, id, act(2, 6, true));
    assert_eq!((told(&mut world, &kiosk), told(&mut world, &doctor)), (vec![6, 0], vec![6, 0]));
    dispense(&mut world, None, id, act(3, 1, true));
    assert_eq!(on_disk(&world, id).dispensed.len(), 2, "nothing is left for a third one");
}

#[test]
fn nobody_gives_in_the_name_of_another_one() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    sign(&mut world, &doctor, id);
    dispense(&mut world, Some(&doctor), id, act(1, 1, false));
    dispense(&mut world, Some(&kiosk), id, act(2, 1, true));
    dispense(&mut world, None, id, act(3, 1, false));
    assert!(on_disk(&world, id).dispensed.is_empty());
}

#[test]
fn after_the_end_two_at_once_do_not_both_give_the_last_while_the_disk_is_slow() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    sign(&mut world, &doctor, id);
    let close = Close { consultation: id, disposition: Disposition::Prescription, follow_up_h: None };
    world.say(&doctor, ClientMessage::Close(close));
    world.read(&kiosk);
    let both = [act(1, 10, true), act(2, 10, true)].map(|act| said(&world, None, id, act));
    world.disk_works_at_once = false;
    for input in both {
        world.input(input);
    }
    assert!(told(&mut world, &kiosk).is_empty(), "nothing is told before it is on the disk");
    world.write(true);
    world.write(true);
    let known = on_disk(&world, id);
    assert_eq!((known.dispensed.len(), known.left(0)), (1, 0));
    assert_eq!(told(&mut world, &kiosk), [0], "the tablets of the post hear of it");
}
