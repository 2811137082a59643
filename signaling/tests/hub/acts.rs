//! Acts of a post in a deferred case that are said again, because their acknowledgement was lost: each is one fact.

use crate::world::{Page, World, consultation, request};
use teranga_clinic::{
    case::Outcome,
    clinical::Disposition,
    fact::What,
    id::{ActId, ChatId, ConsultationId},
    people::{Addressee, Speciality},
    request::{Intake, Request, Urgency},
};
use teranga_signaling::message::{
    ClientMessage, ServerMessage,
    case::{Examine, Recorded, TellOutcome},
    chat::WriteChat,
    clinical::Close,
    queue::Cancel,
    session::ErrorCode,
};
use uuid::Uuid;

#[expect(clippy::unnecessary_wraps, reason = "it stands where a message may have none")]
const fn act(number: u128) -> Option<ActId> {
    Some(ActId(Uuid::from_u128(number)))
}

/// A post with a case, and the doctor who answers for it.
fn case(world: &mut World) -> (Page, Page, ConsultationId) {
    let (kiosk, awa) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let to = Addressee::Speciality(Speciality::Obstetrics);
    let filed = Request { defer_to: Some(to), ..request(1, Urgency::Urgent) };
    world.say(&kiosk, ClientMessage::Request(filed));
    world.read(&kiosk);
    (kiosk, awa, consultation(1))
}

fn examine(world: &mut World, page: &Page, pulse: u16, act: Option<ActId>) {
    let intake = Intake { pulse: Some(pulse.into()), ..Intake::default() };
    world.say(page, ClientMessage::Examine(Examine { consultation: consultation(1), intake, act }));
}

fn tell(world: &mut World, page: &Page, act: Option<ActId>) {
    let (consultation, outcome, text) = (consultation(1), Outcome::Arrived, "".into());
    world.say(page, ClientMessage::TellOutcome(TellOutcome { consultation, outcome, text, act }));
}

fn write(world: &mut World, page: &Page, text: &str) {
    let chat = ChatId(Uuid::from_u128(7));
    let write = WriteChat { consultation: consultation(1), chat, text: text.into(), asks: false };
    world.say(page, ClientMessage::WriteChat(write));
}

/// What the page was told to be durable.
fn told(world: &mut World, page: &Page) -> Vec<(String, Option<ActId>)> {
    let recorded = |message| match message {
        ServerMessage::Recorded(Recorded { of, act, .. }) => Some((of, act)),
        _ => None,
    };
    world.read(page).into_iter().filter_map(recorded).collect()
}

fn count(world: &World, is_it: impl Fn(&What) -> bool) -> usize {
    world.facts(consultation(1)).iter().filter(|fact| is_it(&fact.what)).count()
}

fn examinations(world: &World) -> usize {
    count(world, |what| matches!(what, What::Examined { .. }))
}

#[test]
fn an_examination_that_is_said_again_after_the_next_one_is_no_third_one() {
    let mut world = World::new();
    let (kiosk, awa, id) = case(&mut world);
    let both = [("examine".to_owned(), act(1)), ("examine".to_owned(), act(2))];
    for _ in 0..2 {
        examine(&mut world, &kiosk, 120, act(1));
        examine(&mut world, &kiosk, 96, act(2));
        assert_eq!(told(&mut world, &kiosk), both, "each is told to be durable by its name");
    }
    assert_eq!(examinations(&world), 2);
    examine(&mut world, &kiosk, 120, act(3));
    assert_eq!(examinations(&world), 3, "the same values, measured again");
    let close = Close { consultation: id, disposition: Disposition::Advice, follow_up_h: Some(24) };
    world.say(&awa, ClientMessage::Close(close));
    world.read(&kiosk);
    examine(&mut world, &kiosk, 120, act(3));
    assert_eq!(told(&mut world, &kiosk), [("examine".to_owned(), act(3))], "the end came meanwhile");
    examine(&mut world, &kiosk, 80, act(4));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::NotFound);
    assert_eq!(examinations(&world), 3);
}

#[test]
fn what_is_said_again_while_it_is_on_its_way_to_the_disk_is_one_fact() {
    let mut world = World::new();
    let (kiosk, _, id) = case(&mut world);
    world.disk_works_at_once = false;
    for _ in 0..2 {
        examine(&mut world, &kiosk, 120, act(1));
        write(&mut world, &kiosk, "Elle va mieux");
    }
    write(&mut world, &kiosk, "Un autre texte sous le même nom");
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::Malformed);
    assert!(told(&mut world, &kiosk).is_empty(), "nothing is durable yet");
    world.disk_works_at_once = true;
    for _ in 0..4 {
        world.write(true);
    }
    assert_eq!(told(&mut world, &kiosk), [("examine".to_owned(), act(1))]);
    assert_eq!((examinations(&world), world.on_disk(id).chat().count()), (1, 1));
    world.restart();
    assert_eq!(world.on_disk(id).chat().count(), 1, "every fact follows from those before it");
}

#[test]
fn an_outcome_is_told_once_and_its_name_stands_in_the_record() {
    let mut world = World::new();
    let (kiosk, awa, id) = case(&mut world);
    tell(&mut world, &kiosk, act(1));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::NotFound, "nobody asked for it yet");
    let close = Close { consultation: id, disposition: Disposition::Advice, follow_up_h: Some(24) };
    world.say(&awa, ClientMessage::Close(close));
    world.disk_works_at_once = false;
    tell(&mut world, &kiosk, act(1));
    tell(&mut world, &kiosk, act(1));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::Storage, "said again later");
    world.disk_works_at_once = true;
    world.write(true);
    assert_eq!(told(&mut world, &kiosk), [("tell_outcome".to_owned(), act(1))]);
    tell(&mut world, &kiosk, act(1));
    assert_eq!(told(&mut world, &kiosk), [("tell_outcome".to_owned(), act(1))], "said again after the end");
    tell(&mut world, &kiosk, act(2));
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::OutcomeTold, "another one comes too late");
    let stranger = world.kiosk("other");
    tell(&mut world, &stranger, act(1));
    assert_eq!(world.refusal(&stranger).0, ErrorCode::NotFound, "nobody else learns that it is told");
    assert_eq!(count(&world, |what| matches!(what, What::OutcomeTold { .. })), 1);
    let over = world.on_disk(id);
    let known = over.follow_up().and_then(|follow_up| follow_up.told.as_ref()).and_then(|told| told.act);
    assert_eq!(known, act(1), "by which the page knows that this was its own");
}

#[test]
fn a_case_is_withdrawn_once_and_a_later_say_finds_it_over() {
    let mut world = World::new();
    let (kiosk, awa, id) = case(&mut world);
    let cancel = || ClientMessage::Cancel(Cancel { consultation: id });
    world.disk_works_at_once = false;
    world.say(&kiosk, cancel());
    world.say(&kiosk, cancel());
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::Storage, "said again later");
    world.disk_works_at_once = true;
    world.write(true);
    assert_eq!(told(&mut world, &kiosk), [("cancel".to_owned(), None)]);
    world.say(&kiosk, cancel());
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::NotFound, "the record tells the page that it was its own");
    assert_eq!(count(&world, |what| *what == What::Cancelled), 1);
    assert_eq!((world.on_disk(id).disposition(), world.on_disk(id).ended_at().is_some()), (None, true));
    assert!(world.kinds(&awa).contains(&"case_gone".to_owned()));
}

#[test]
fn a_stranger_and_a_doctor_examine_nobody() {
    let mut world = World::new();
    let (_, awa, _) = case(&mut world);
    let other = world.kiosk("other");
    for page in [&other, &awa] {
        examine(&mut world, page, 120, act(1));
        assert_eq!(world.refusal(page).0, ErrorCode::NotFound);
    }
    assert_eq!(examinations(&world), 0);
}
