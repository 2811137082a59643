//! Floods by somebody who is signed in: what one party does again and again costs the others, their links and the disk
//! little.

use crate::world::{Page, World, consultation, kind};
use teranga_clinic::{
    id::PhotoId,
    people::{Availability, Speciality},
    request::Urgency,
};
use teranga_signaling::{
    limits::{ADVICE, FACTS_BURST, PHOTOS, RINGS_BURST},
    message::{
        ClientMessage, ServerMessage,
        call::{Mic, Voice},
        photo::AskPhoto,
        session::ErrorCode,
    },
};
use uuid::Uuid;

/// The time between two messages of a page that says as much as it may, in milliseconds.
const STEP_MS: u64 = 100;

/// Ten seconds of such messages.
const STEPS: u32 = 100;

/// The unread messages of one kind.
fn count(world: &mut World, page: &Page, wanted: &str) -> usize {
    world.read(page).iter().filter(|message| kind(message) == wanted).count()
}

/// The refusals among the unread messages.
fn refusals(world: &mut World, page: &Page) -> Vec<ErrorCode> {
    let code = |message: &ServerMessage| match message {
        ServerMessage::Error(refused) => Some(refused.code),
        _ => None,
    };
    world.read(page).iter().filter_map(code).collect()
}

#[test]
fn a_post_that_asks_and_withdraws_again_and_again_rings_a_few_times() {
    let mut world = World::new();
    let doctor = world.doctor("awa", Speciality::Obstetrics);
    let mut post = world.kiosk("nabadji");
    world.read(&doctor);
    for number in 0..24 {
        if number == 16 {
            world.cut(&post);
            world.come_back(&mut post);
        }
        let id = world.request(&post, number, Urgency::Stat);
        world.cancel(&post, id);
        world.pass(300, &[&post, &doctor]);
    }
    assert!(refusals(&mut world, &post).contains(&ErrorCode::TooFast));
    let rings = count(&mut world, &doctor, "ring");
    assert!(rings <= RINGS_BURST as usize + 1, "{rings} rings in 8 s");
    world.pass(60_000, &[&post, &doctor]);
    let id = world.request(&post, 100, Urgency::Stat);
    assert_eq!(world.requested(&post).status.consultation, id, "a post that needs somebody is kept out");
}

#[test]
fn a_doctor_who_takes_and_hands_on_again_and_again_rings_a_few_times() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    let other = world.doctor("moussa", Speciality::Obstetrics);
    world.read(&other);
    for _ in 0..40 {
        world.hand_on(&doctor, id, None);
        world.claim(&doctor, id);
        world.pass(300, &[&doctor, &other]);
    }
    let rings = count(&mut world, &other, "ring");
    assert!((2..=RINGS_BURST as usize + 1).contains(&rings), "{rings} rings in 12 s");
}

#[test]
fn notes_fill_no_disk() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    for revision in 0..STEPS - 20 {
        world.note(&doctor, id, revision + 1, "Examen");
        world.pass(STEP_MS, &[]);
    }
    let facts = u32::try_from(world.disk[&id].len()).unwrap();
    assert!((FACTS_BURST / 2..=FACTS_BURST + 10).contains(&facts), "{facts} facts in 8 s");
    world.pass(10_000, &[&doctor]);
    world.read(&doctor);
    world.note(&doctor, id, 1_000, "Conclusion");
    assert_eq!(world.kinds(&doctor), ["saved"]);
}

#[test]
fn a_microphone_that_flips_stands_in_front_of_no_voice_and_its_last_state_is_told() {
    let mut world = World::new();
    let (post, doctor, _) = world.call();
    for step in 0..STEPS {
        let mic = if step % 2 == 0 { Mic::Muted } else { Mic::Open };
        world.say(&doctor, ClientMessage::Voice(Voice { mic, deaf: step % 2 == 0 }));
        world.pass(STEP_MS, &[]);
    }
    world.say(&doctor, ClientMessage::Voice(Voice { mic: Mic::Open, deaf: true }));
    world.pass(2_000, &[&doctor, &post]);
    let mail = world.read(&post);
    let calls = mail.iter().filter(|message| kind(message) == "call").count();
    assert!((2..40).contains(&calls), "{calls} times in 12 s");
    let last = mail.iter().rev().find_map(|message| match message {
        ServerMessage::Call(call) => Some(call.members.clone()),
        _ => None,
    });
    let doctors = last.unwrap().into_iter().find(|member| member.holds);
    assert!(doctors.unwrap().deaf, "the last state is never told");
}

#[test]
fn a_doctor_who_comes_and_goes_reaches_no_other_call_and_no_waiting_post_each_time() {
    let mut world = World::new();
    let (_, holder, _) = world.call();
    let waiting = world.kiosk("ogo");
    world.request(&waiting, 2, Urgency::Stat);
    let flips = world.doctor("moussa", Speciality::Obstetrics);
    world.pass(20_000, &[&holder, &waiting, &flips]);
    world.read(&holder);
    world.read(&waiting);
    for step in 0..STEPS {
        let state = if step % 2 == 0 { Availability::Away } else { Availability::Available };
        world.set_availability(&flips, state);
        world.pass(STEP_MS, &[]);
    }
    world.pass(3_000, &[&holder, &waiting, &flips]);
    let (calls, positions) = (world.read(&holder), world.read(&waiting));
    let calls: Vec<_> = calls.iter().filter(|message| kind(message) == "call").collect();
    assert!((2..=14).contains(&calls.len()), "{} calls in 13 s", calls.len());
    assert!(matches!(calls.last(), Some(ServerMessage::Call(call)) if call.invitable.len() == 1));
    let positions: Vec<_> = positions.iter().filter(|message| kind(message) == "waiting").collect();
    assert!((2..=32).contains(&positions.len()), "{} positions in 13 s", positions.len());
    let last = matches!(positions.last(), Some(ServerMessage::Waiting(waiting)) if waiting.available == 1);
    assert!(last && world.on_disk(consultation(2)).owner().is_none());
}

#[test]
fn what_is_said_again_before_it_is_on_the_disk_is_signed_once() {
    let mut world = World::new();
    let (post, doctor, id) = world.call();
    world.disk_works_at_once = false;
    for _ in 0..3 {
        world.advise(&doctor, id, 1, "Perfusion");
    }
    assert_eq!(world.on_the_way.len(), 1);
    world.write(true);
    assert_eq!(count(&mut world, &post, "advice"), 1);
    assert_eq!(world.kinds(&doctor), ["saved", "advice"]);
    world.advise(&doctor, id, 1, "Perfusion");
    assert_eq!(world.kinds(&doctor), ["saved"], "said again after a broken socket");
}

#[test]
fn a_slow_disk_raises_no_bound() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.disk_works_at_once = false;
    for revision in 0..u32::try_from(ADVICE).unwrap() + 4 {
        world.advise(&doctor, id, revision + 1, &format!("Conseil {revision}"));
    }
    world.now = world.now.plus_ms(20_000);
    for number in 0..PHOTOS as u128 + 2 {
        let photo = PhotoId(Uuid::from_u128(number));
        world.say(&doctor, ClientMessage::AskPhoto(AskPhoto { consultation: id, photo }));
    }
    assert_eq!(refusals(&mut world, &doctor), [ErrorCode::TooLarge; 6]);
    while !world.on_the_way.is_empty() {
        world.write(true);
    }
    let stored = world.on_disk(id);
    assert_eq!((stored.advice().len(), stored.photos().len()), (ADVICE, PHOTOS));
}
