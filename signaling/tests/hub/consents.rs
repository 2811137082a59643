//! Consent: what a post writes down becomes a fact once, the members read it, and it is withdrawn at any time.

use crate::world::{Page, World};
use teranga_clinic::{
    consent::{ConsentAct, ConsentGiver, ConsentStanding},
    consultation::consents::may_publish,
    fact::What,
    id::{ActId, ConsultationId},
    request::Language,
};
use teranga_signaling::{
    contract::{AtEnd, Author, Input},
    message::ServerMessage,
};
use uuid::Uuid;

const fn said(number: u128) -> ConsentAct {
    ConsentAct { act: ActId(Uuid::from_u128(number)), language: Language::Ff, giver: ConsentGiver::Patient }
}

const fn yes(number: u128) -> What {
    What::Consented { said: said(number) }
}

const fn no(number: u128) -> What {
    What::ConsentWithdrawn { said: said(number) }
}

/// What the HTTP interface tells the hub.
fn say(world: &mut World, page: &Page, consultation: ConsultationId, what: What) {
    let is_over = world.on_disk(consultation).ended_at().is_some();
    let facts = u32::try_from(world.facts(consultation).len()).expect("few facts");
    let at_end = is_over.then_some(AtEnd { facts, is_new_tablet: false });
    let (by, author, what) = (Box::new(page.who.clone()), Author::Staff(None), Box::new(what));
    world.input(Input::Consent { consultation, by, author, what, at_end });
}

fn shown(world: &mut World, page: &Page) -> Vec<ConsentStanding> {
    let told = |message: &ServerMessage| match message {
        ServerMessage::Consent(told) => Some(told.consent.standing),
        _ => None,
    };
    world.read(page).iter().filter_map(told).collect()
}

#[test]
fn the_doctor_of_a_call_reads_the_answer_and_its_withdrawal() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    say(&mut world, &kiosk, id, yes(1));
    assert_eq!(shown(&mut world, &doctor), [ConsentStanding::Given]);
    assert!(may_publish(&world.on_disk(id)));
    say(&mut world, &kiosk, id, no(2));
    assert_eq!(shown(&mut world, &doctor), [ConsentStanding::Withdrawn]);
    assert!(!may_publish(&world.on_disk(id)));
}

#[test]
fn an_answer_that_is_said_again_or_by_somebody_else_changes_nothing() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    say(&mut world, &kiosk, id, yes(1));
    say(&mut world, &kiosk, id, no(2));
    let facts = world.facts(id).len();
    say(&mut world, &kiosk, id, yes(1));
    say(&mut world, &doctor, id, yes(3));
    assert_eq!(world.facts(id).len(), facts);
    for number in 3..60 {
        say(&mut world, &kiosk, id, yes(number));
    }
    assert_eq!(world.facts(id).len(), facts + 19, "a page cannot say yes for ever");
    say(&mut world, &kiosk, id, no(60));
    assert!(!may_publish(&world.on_disk(id)), "and no at any time");
}

#[test]
fn the_end_of_a_consultation_is_no_end_of_the_right_to_withdraw() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    say(&mut world, &kiosk, id, yes(1));
    world.advise(&doctor, id, 1, "Repos");
    world.close(&doctor, id);
    assert!(world.on_disk(id).ended_at().is_some());
    say(&mut world, &kiosk, id, no(2));
    assert!(!may_publish(&world.on_disk(id)));
}
