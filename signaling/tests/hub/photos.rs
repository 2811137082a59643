//! Photos: asked for, on their way, there, drawn on.

use crate::world::{Page, World};
use teranga_clinic::{
    consultation::Phase,
    id::{ConsultationId, PhotoId},
    people::Speciality,
    photo::{Mark, MarkShape, Photo, PhotoFile, PhotoKind, PhotoMoving},
};
use teranga_signaling::{
    contract::{Author, Input},
    limits,
    message::{
        ClientMessage, ServerMessage,
        case::Defer,
        photo::{AskPhoto, MarkPhoto},
        session::ErrorCode,
    },
};
use uuid::Uuid;

const fn name(number: u128) -> PhotoId {
    PhotoId(Uuid::from_u128(number))
}

fn file() -> PhotoFile {
    PhotoFile { kind: PhotoKind::Webp, width: 800, height: 600, bytes: 70_000, sha256: "h".into() }
}

fn circle(to: u16) -> Mark {
    Mark { shape: MarkShape::Circle, from: [10, 10], to: [to, to] }
}

fn ask(world: &mut World, page: &Page, consultation: ConsultationId, number: u128) {
    world.say(page, ClientMessage::AskPhoto(AskPhoto { consultation, photo: name(number) }));
}

fn mark(world: &mut World, page: &Page, consultation: ConsultationId, number: u128, marks: Vec<Mark>) {
    world.say(page, ClientMessage::MarkPhoto(MarkPhoto { consultation, photo: name(number), marks }));
}

fn moved(world: &mut World, page: &Page, consultation: ConsultationId, number: u128, held: u32) {
    let (by, moving) = (page.who.party.clone(), PhotoMoving { held, bytes: 70_000 });
    world.input(Input::PhotoMoved { consultation, photo: name(number), by, moving });
}

fn stored(world: &mut World, page: &Page, consultation: ConsultationId, number: u128) {
    let (by, author) = (page.who.party.clone(), Author::AtTheTablet);
    world.input(Input::PhotoStored { consultation, photo: name(number), by, author, file: file() });
}

fn shown(world: &mut World, page: &Page) -> Vec<Photo> {
    let photo = |message| match message {
        ServerMessage::Photo(photo) => Some(photo),
        _ => None,
    };
    world.read(page).into_iter().filter_map(photo).collect()
}

#[test]
fn a_photo_is_asked_for_comes_and_is_drawn_on() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    ask(&mut world, &doctor, id, 1);
    let asked = shown(&mut world, &kiosk);
    assert_eq!((asked.len(), asked[0].photo, &asked[0].file), (1, name(1), &None));
    assert_eq!(shown(&mut world, &doctor), asked, "both see the same");
    moved(&mut world, &kiosk, id, 1, 7_000);
    assert_eq!(shown(&mut world, &doctor)[0].moving, Some(PhotoMoving { held: 7_000, bytes: 70_000 }));
    stored(&mut world, &kiosk, id, 1);
    let there = shown(&mut world, &doctor);
    assert_eq!((&there[0].file, there[0].moving), (&Some(file()), None));
    mark(&mut world, &doctor, id, 1, vec![circle(500)]);
    assert_eq!(shown(&mut world, &kiosk).last().unwrap().marks, [circle(500)]);
    assert_eq!(world.on_disk(id).photos(), shown(&mut world, &doctor));
}

#[test]
fn a_photo_that_comes_after_its_call_became_a_case_is_in_the_case() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    ask(&mut world, &doctor, id, 1);
    world.say(&doctor, ClientMessage::Defer(Defer { consultation: id, to: None }));
    assert_eq!(world.on_disk(id).phase(), Phase::Deferred);
    moved(&mut world, &kiosk, id, 1, 7_000);
    world.read(&doctor);
    stored(&mut world, &kiosk, id, 1);
    assert_eq!(world.on_disk(id).photos()[0].file, Some(file()));
    assert_eq!(world.row(&doctor).consultation, id, "whoever has the case open reads it again");
    world.ring_again(&kiosk, id);
    world.claim(&doctor, id);
    let record = world.shown_call(&doctor).record.expect("the record of the call");
    assert_eq!((&record.photos[0].file, record.photos[0].moving), (&Some(file()), None));
}

#[test]
fn nothing_is_told_before_it_is_durable() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.disk_works_at_once = false;
    ask(&mut world, &doctor, id, 1);
    assert!(shown(&mut world, &kiosk).is_empty());
    world.write(false);
    assert_eq!(world.refusal(&doctor), (ErrorCode::Storage, "ask_photo".to_owned()));
    ask(&mut world, &doctor, id, 1);
    world.write(true);
    world.read(&kiosk);
    stored(&mut world, &kiosk, id, 1);
    stored(&mut world, &kiosk, id, 1);
    assert_eq!(world.on_the_way.len(), 1, "said twice, recorded once");
    world.write(false);
    assert!(shown(&mut world, &kiosk).is_empty());
    stored(&mut world, &kiosk, id, 1);
    world.write(true);
    assert!(shown(&mut world, &kiosk)[0].file.is_some());
}

#[test]
fn saying_it_again_changes_nothing() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    for _ in 0..3 {
        ask(&mut world, &doctor, id, 1);
    }
    for _ in 0..3 {
        stored(&mut world, &kiosk, id, 1);
        moved(&mut world, &kiosk, id, 1, 9);
    }
    for _ in 0..3 {
        mark(&mut world, &doctor, id, 1, vec![circle(500)]);
    }
    assert_eq!(shown(&mut world, &kiosk).len(), 3, "asked, there, marked");
    assert_eq!(shown(&mut world, &doctor).len(), 7, "whoever says it is answered");
}

#[test]
fn only_the_holder_asks_and_draws_and_only_the_post_sends() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let stranger = world.doctor("binta", Speciality::Obstetrics);
    for page in [&kiosk, &stranger] {
        ask(&mut world, page, id, 1);
        assert_eq!(world.refusal(page), (ErrorCode::NotFound, "ask_photo".to_owned()));
    }
    stored(&mut world, &kiosk, id, 1);
    assert!(world.on_disk(id).photos().is_empty(), "nobody has asked for it");
    ask(&mut world, &doctor, id, 1);
    mark(&mut world, &doctor, id, 1, vec![circle(1)]);
    assert_eq!(world.refusal(&doctor), (ErrorCode::NotFound, "mark_photo".to_owned()), "not there yet");
    for page in [&doctor, &stranger] {
        stored(&mut world, page, id, 1);
        moved(&mut world, page, id, 1, 5);
    }
    assert_eq!(world.on_disk(id).photos()[0].file, None);
    stored(&mut world, &kiosk, id, 1);
    mark(&mut world, &kiosk, id, 1, vec![circle(1)]);
    assert_eq!(world.refusal(&kiosk), (ErrorCode::NotFound, "mark_photo".to_owned()));
}

#[test]
fn photos_and_marks_are_bounded() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    for number in 0..limits::PHOTOS as u128 {
        ask(&mut world, &doctor, id, number);
    }
    ask(&mut world, &doctor, id, 99);
    assert_eq!(world.refusal(&doctor), (ErrorCode::TooLarge, "ask_photo".to_owned()));
    stored(&mut world, &kiosk, id, 1);
    mark(&mut world, &doctor, id, 1, vec![circle(5); limits::MARKS + 1]);
    assert_eq!(world.refusal(&doctor), (ErrorCode::TooLarge, "mark_photo".to_owned()));
    mark(&mut world, &doctor, id, 1, vec![circle(limits::MARK_PLACE + 1)]);
    assert_eq!(world.refusal(&doctor), (ErrorCode::Malformed, "mark_photo".to_owned()));
}

#[test]
fn whoever_comes_back_sees_what_is_there_and_what_is_on_its_way() {
    let mut world = World::new();
    let (kiosk, mut doctor, id) = world.call();
    for number in [1, 2] {
        ask(&mut world, &doctor, id, number);
    }
    stored(&mut world, &kiosk, id, 1);
    moved(&mut world, &kiosk, id, 2, 4_000);
    world.cut(&doctor);
    let photos = |welcome: teranga_signaling::message::session::Welcome| {
        welcome.call.and_then(|call| call.record).expect("the record").photos
    };
    let seen = photos(world.come_back(&mut doctor));
    assert_eq!((&seen[0].file, seen[1].moving.map(|moving| moving.held)), (&Some(file()), Some(4_000)));
    world.restart();
    let seen = photos(world.come_back(&mut doctor));
    assert_eq!((&seen[0].file, seen[1].moving), (&Some(file()), None), "the facts, and no more");
}

#[test]
fn nothing_comes_after_the_end() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    ask(&mut world, &doctor, id, 1);
    world.disk_works_at_once = false;
    world.close(&doctor, id);
    stored(&mut world, &kiosk, id, 1);
    world.write(true);
    stored(&mut world, &kiosk, id, 1);
    moved(&mut world, &kiosk, id, 1, 5);
    assert!(world.on_the_way.is_empty());
    assert_eq!(world.on_disk(id).photos()[0].file, None);
}
