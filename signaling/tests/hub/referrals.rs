//! Referrals: an order and what happens to it become facts once, in every phase after the order; the post and the doctors hear of it, and
//! nothing ends as "évacuation" without one.

use crate::world::{Page, World, consultation, guest, request};
use teranga_clinic::{
    case::Outcome,
    clinical::Disposition,
    consultation::referrals::referrals_of,
    fact::What,
    id::{ActId, ConsultationId, ReferralId},
    people::{Addressee, Identity, Place, Role, Speciality},
    referral::{
        Letter, REFERRALS, Referral, ReferralActor, ReferralEvent, ReferralOrder, ReferralState, Transport,
        code_of,
    },
    request::{Request, Urgency},
    time::Timestamp,
};
use teranga_signaling::{
    contract::{AtEnd, Author, Input, OverReferral, ReferralChange},
    message::{
        ClientMessage, ServerMessage, call::RingAgain, case::TellOutcome, clinical::Close, session::ErrorCode,
    },
};
use uuid::Uuid;

use ReferralActor::{Doctor, Post, Receiver, Server};

pub(crate) const fn name(number: u128) -> ReferralId {
    ReferralId(Uuid::from_u128(number))
}

fn place(id: &str) -> Place {
    let text = || id.to_owned();
    Place { id: text(), name: text(), district: text(), region: text(), phone: String::new() }
}

pub(crate) fn referred(consultation: ConsultationId, number: u128) -> What {
    let order = ReferralOrder {
        referral: name(number),
        consultation,
        structure: place("hopital"),
        others: vec![place("dakar")],
        needs: vec![],
        urgency: Urgency::Stat,
        letter: Letter::default(),
        by: "awa".into(),
        order_number: None,
        at: Timestamp(1),
        code: code_of(name(number)).into(),
    };
    What::Referred { referral: Box::new(order) }
}

/// An event of a referral, as the act with the same number.
pub(crate) fn moved(number: u128, actor: ReferralActor, event: ReferralEvent, act: Option<u128>) -> What {
    let act = act.map(|act| ActId(Uuid::from_u128(act)));
    What::ReferralMoved { referral: name(number), actor, by_name: "x".into(), event: Box::new(event), act }
}

pub(crate) const ACCEPTED: ReferralEvent = ReferralEvent::Accepted { text: None };
pub(crate) const DEPARTED: ReferralEvent =
    ReferralEvent::Departed { transport: Transport::OwnVehicle, eta_min: None, ago_min: None, text: None };

fn cancelled() -> ReferralEvent {
    ReferralEvent::Cancelled { text: "guérie".into() }
}

/// Tells the hub, as the HTTP interface does: with what it found on the disk.
pub(crate) fn say(world: &mut World, by: Option<&Identity>, consultation: ConsultationId, what: What) {
    say_knowing(world, by, consultation, what, None);
}

/// The same for something that rests on what was known of the referral.
fn say_knowing(
    world: &mut World,
    by: Option<&Identity>,
    consultation: ConsultationId,
    what: What,
    known_steps: Option<usize>,
) {
    let found = world.on_disk(consultation);
    let over = |id: ReferralId| {
        let members = found.entered().iter().chain(found.formers());
        let facts = u32::try_from(world.facts(consultation).len()).expect("few facts");
        Some(Box::new(OverReferral {
            at_end: AtEnd { facts, is_new_tablet: false },
            place: found.post().place.id.clone(),
            doctors: members.filter(|who| who.role == Role::Doctor).map(|who| who.party.clone()).collect(),
            referral: referrals_of(&found).find(id)?.clone(),
        }))
    };
    let over = match &what {
        What::ReferralMoved { referral, .. } if found.ended_at().is_some() => over(*referral),
        _ => None,
    };
    let (by, what, author) = (by.cloned().map(Box::new), Box::new(what), Author::AtTheTablet);
    world.input(Input::Referral(Box::new(ReferralChange {
        consultation,
        by,
        author,
        what,
        known_steps,
        over,
    })));
}

fn shown(world: &mut World, page: &Page) -> Vec<(ReferralId, ReferralState)> {
    let of = |one: &Referral| (one.order.referral, one.state);
    let all = world.read(page);
    all.iter()
        .filter_map(|message| if let ServerMessage::Referral(one) = message { Some(of(one)) } else { None })
        .collect()
}

fn state(world: &World, id: ConsultationId, number: u128) -> ReferralState {
    referrals_of(&world.on_disk(id)).find(name(number)).expect("it was ordered").state
}

fn close(consultation: ConsultationId) -> ClientMessage {
    ClientMessage::Close(Close { consultation, disposition: Disposition::Evacuation, follow_up_h: None })
}

#[test]
fn both_sides_get_the_order_and_everything_that_happens_to_it() {
    use ReferralState::{Accepted, EnRoute, Received, Requested};
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    say(&mut world, None, id, moved(1, Receiver, ReferralEvent::Received, None));
    say(&mut world, Some(&guest("sy")), id, moved(1, Receiver, ACCEPTED, Some(1)));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(2)));
    let expected = [Requested, Received, Accepted, EnRoute].map(|state| (name(1), state));
    assert_eq!(shown(&mut world, &kiosk), expected);
    assert_eq!(shown(&mut world, &doctor), expected);
}

#[test]
fn one_that_is_said_again_that_does_not_follow_or_that_a_stranger_says_changes_nothing() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let stranger = world.doctor("other", Speciality::Surgery);
    for page in [&kiosk, &stranger] {
        say(&mut world, Some(&page.who), id, referred(id, 1));
    }
    say(&mut world, None, id, referred(id, 1));
    assert!(referrals_of(&world.on_disk(id)).all().is_empty());
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    let facts = world.facts(id).len();
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, ReferralEvent::Arrived, Some(1)));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(2)));
    say(&mut world, Some(&kiosk.who), id, moved(9, Post, ReferralEvent::Arrived, Some(3)));
    say(&mut world, Some(&doctor.who), id, What::Left);
    assert_eq!(world.facts(id).len(), facts);
    for number in 2..30 {
        say(&mut world, Some(&doctor.who), id, referred(id, number));
    }
    assert_eq!(referrals_of(&world.on_disk(id)).all().len(), REFERRALS);
}

#[test]
fn somebody_who_is_not_what_the_step_says_leaves_no_fact_and_no_fault() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let stranger = world.doctor("other", Speciality::Surgery);
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    let facts = world.facts(id).len();
    for (by, actor) in [
        (Some(&stranger.who), Doctor),
        (Some(&doctor.who), Post),
        (Some(&kiosk.who), Doctor),
        (None, Doctor),
        (None, Post),
    ] {
        say(&mut world, by, id, moved(1, actor, cancelled(), Some(1)));
    }
    let unanswered = moved(1, Server, ReferralEvent::Unanswered, None);
    say(&mut world, Some(&doctor.who), id, unanswered);
    assert_eq!(world.facts(id).len(), facts);
}

#[test]
fn of_two_receivers_who_answer_at_once_one_wins() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    world.disk_works_at_once = false;
    let rejected =
        ReferralEvent::Rejected { reason: teranga_clinic::referral::RejectReason::NoBed, text: None };
    say(&mut world, None, id, moved(1, Receiver, ACCEPTED, Some(1)));
    say(&mut world, None, id, moved(1, Receiver, rejected, Some(2)));
    while !world.on_the_way.is_empty() {
        world.write(true);
    }
    assert_eq!(state(&world, id, 1), ReferralState::Accepted);
}

#[test]
fn what_the_clock_decided_counts_only_if_nothing_happened_meanwhile() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    let next = |place_id| ReferralEvent::AskedNext { structure: place(place_id), code: None };
    say(&mut world, Some(&doctor.who), id, moved(1, Doctor, next("ailleurs"), Some(1)));
    say_knowing(&mut world, None, id, moved(1, Server, next("dakar"), None), Some(0));
    let asked = |world: &World| referrals_of(&world.on_disk(id)).find(name(1)).unwrap().structure.id.clone();
    assert_eq!(asked(&world), "ailleurs", "the doctor was faster");
    say_knowing(&mut world, None, id, moved(1, Server, next("dakar"), None), Some(1));
    assert_eq!(asked(&world), "dakar");
}

#[test]
fn a_fact_that_the_disk_refuses_changes_nothing_and_is_said_again() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    shown(&mut world, &kiosk);
    world.disk_works_at_once = false;
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    world.write(false);
    assert_eq!(state(&world, id, 1), ReferralState::Requested);
    assert_eq!(shown(&mut world, &kiosk), []);
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    world.write(true);
    assert_eq!(shown(&mut world, &kiosk), [(name(1), ReferralState::EnRoute)]);
}

#[test]
fn a_consultation_ends_as_an_evacuation_only_if_one_is_not_cancelled() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.advise(&doctor, id, 1, "À évacuer");
    let refused = |world: &mut World| {
        world.say(&doctor, close(id));
        assert_eq!(world.refusal(&doctor), (ErrorCode::Unreferred, "close".to_owned()));
    };
    refused(&mut world);
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    say(&mut world, Some(&doctor.who), id, moved(1, Doctor, cancelled(), Some(1)));
    refused(&mut world);
    say(&mut world, Some(&doctor.who), id, referred(id, 2));
    world.disk_works_at_once = false;
    say(&mut world, Some(&doctor.who), id, moved(2, Doctor, cancelled(), Some(2)));
    refused(&mut world);
    world.write(false);
    world.disk_works_at_once = true;
    world.say(&doctor, close(id));
    assert_eq!(world.on_disk(id).disposition(), Some(Disposition::Evacuation));
}

#[test]
fn it_goes_on_for_days_after_the_end_and_both_sides_hear_of_it() {
    use ReferralState::{Arrived, Completed, EnRoute};
    let mut world = World::new();
    let (kiosk, doctor) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let id = consultation(1);
    let to = Some(Addressee::Speciality(Speciality::Obstetrics));
    let case = Request { defer_to: to, ..request(1, Urgency::Routine) };
    world.say(&kiosk, ClientMessage::Request(case));
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    assert_eq!(shown(&mut world, &kiosk), [(name(1), ReferralState::Requested)]);
    world.say(&doctor, close(id));
    assert!(world.on_disk(id).ended_at().is_some());
    shown(&mut world, &doctor);
    say(&mut world, Some(&doctor.who), id, referred(id, 2));
    assert_eq!(referrals_of(&world.on_disk(id)).all().len(), 1, "an order is given before the end");
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    say(&mut world, None, id, moved(1, Server, ReferralEvent::ArrivalAsked, None));
    say(&mut world, None, id, moved(1, Receiver, ReferralEvent::Arrived, Some(2)));
    let counter = ReferralEvent::CounterReferral { text: "Opérée.".into() };
    say(&mut world, Some(&guest("sy")), id, moved(1, Receiver, counter, Some(3)));
    let expected = [EnRoute, EnRoute, Arrived, Completed].map(|state| (name(1), state));
    assert_eq!(shown(&mut world, &kiosk), expected);
    assert_eq!(shown(&mut world, &doctor), expected);
}

#[test]
fn an_act_is_one_fact_also_over_a_restart() {
    let mut world = World::new();
    let (mut kiosk, doctor, id) = world.call();
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    let facts = |world: &World| {
        let of = |what: &What| matches!(what, What::Referred { .. } | What::ReferralMoved { .. });
        world.facts(id).iter().filter(|fact| of(&fact.what)).count()
    };
    world.restart();
    world.come_back(&mut kiosk);
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, DEPARTED, Some(1)));
    say(&mut world, Some(&doctor.who), id, referred(id, 1));
    assert_eq!(facts(&world), 2);
    say(&mut world, Some(&kiosk.who), id, moved(1, Post, ReferralEvent::Arrived, Some(2)));
    assert_eq!(facts(&world), 3);
}

#[test]
fn nothing_is_ordered_while_a_case_becomes_a_call_or_its_outcome_is_told() {
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
        say(&mut world, Some(&doctor.who), id, referred(id, 1));
        while !world.on_the_way.is_empty() {
            world.write(true);
        }
        assert!(referrals_of(&world.on_disk(id)).all().is_empty(), "{follow_up_h:?}");
    }
}
