//! Appointments: what a doctor has made, moved or cancelled becomes a fact once, those who have it read their list again, and a
//! post that calls at the time rings that doctor first.

use crate::world::{Page, World, request};
use teranga_clinic::{
    appointment::{AppointmentWay, NewAppointment},
    clinical::Disposition,
    consultation::appointments::appointments,
    fact::What,
    id::{AppointmentId, ConsultationId},
    people::Speciality,
    request::{Request, Urgency},
    time::Timestamp,
};
use teranga_signaling::{
    contract::{AppointmentParties, AtEnd, Input},
    message::{ClientMessage, ServerMessage, clinical::Close, session::ErrorCode},
};
use uuid::Uuid;

const DAY_MS: u64 = 24 * 3_600_000;

fn name(number: u128) -> AppointmentId {
    AppointmentId(Uuid::from_u128(number))
}

fn appointed(world: &World, number: u128) -> What {
    let appointment = NewAppointment {
        appointment: name(number),
        at: world.now.plus_ms(DAY_MS),
        way: AppointmentWay::Call,
        reason: "contrôle".into(),
        phone: None,
        place: "poste".into(),
    };
    What::Appointed { appointment: Box::new(appointment) }
}

fn moved(number: u128, at: Timestamp) -> What {
    What::AppointmentMoved { appointment: name(number), at }
}

fn cancelled(number: u128) -> What {
    What::AppointmentCancelled { appointment: name(number), why: "voyage".into() }
}

fn say(world: &mut World, page: &Page, consultation: ConsultationId, what: What) {
    let found = world.on_disk(consultation);
    let facts = u32::try_from(world.facts(consultation).len()).expect("few facts");
    let at_end = found.ended_at().map(|_| AtEnd { facts, is_new_tablet: false });
    let doctor = found.last_owner().expect("somebody took it").party.clone();
    let parties = Box::new(AppointmentParties { place: found.post().place.id.clone(), doctor, at_end });
    let (by, what) = (Box::new(page.who.clone()), Box::new(what));
    world.input(Input::Appointment { consultation, by, what, parties });
}

/// The times that a page was told to read its list again.
fn told(world: &mut World, page: &Page) -> usize {
    let all = world.read(page);
    all.iter().filter(|message| matches!(message, ServerMessage::AppointmentsChanged)).count()
}

fn close(consultation: ConsultationId) -> ClientMessage {
    ClientMessage::Close(Close { consultation, disposition: Disposition::Appointment, follow_up_h: None })
}

#[test]
fn both_sides_are_told_of_one_that_is_made_moved_and_cancelled_also_after_the_end() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let made = appointed(&world, 1);
    say(&mut world, &doctor, id, made);
    assert_eq!((told(&mut world, &kiosk), told(&mut world, &doctor)), (1, 1));
    world.say(&doctor, close(id));
    assert!(world.on_disk(id).ended_at().is_some());
    let at = world.now.plus_ms(2 * DAY_MS);
    say(&mut world, &doctor, id, moved(1, at));
    assert_eq!((told(&mut world, &kiosk), told(&mut world, &doctor)), (1, 1));
    say(&mut world, &doctor, id, cancelled(1));
    assert_eq!((told(&mut world, &kiosk), told(&mut world, &doctor)), (1, 1));
    let found = world.on_disk(id);
    assert_eq!(appointments(&found).all()[0].appointed.at, at);
    assert!(!appointments(&found).stands(name(1)));
}

#[test]
fn one_that_is_said_again_that_does_not_follow_or_that_a_stranger_says_changes_nothing() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    let stranger = world.doctor("other", Speciality::Surgery);
    let (made, other) = (appointed(&world, 1), appointed(&world, 2));
    say(&mut world, &doctor, id, made.clone());
    let facts = world.facts(id).len();
    say(&mut world, &doctor, id, made);
    say(&mut world, &doctor, id, moved(9, Timestamp(1)));
    say(&mut world, &doctor, id, What::Left);
    for page in [&kiosk, &stranger] {
        say(&mut world, page, id, other.clone());
        say(&mut world, page, id, cancelled(1));
    }
    assert_eq!(world.facts(id).len(), facts);
}

#[test]
fn nothing_ends_as_an_appointment_without_one_that_is_ahead() {
    let mut world = World::new();
    let (_, doctor, id) = world.call();
    world.advise(&doctor, id, 1, "Revenir demain");
    world.read(&doctor);
    world.say(&doctor, close(id));
    assert_eq!(world.refusal(&doctor).0, ErrorCode::Unappointed);
    let made = appointed(&world, 1);
    say(&mut world, &doctor, id, made);
    say(&mut world, &doctor, id, cancelled(1));
    world.read(&doctor);
    world.say(&doctor, close(id));
    assert_eq!(world.refusal(&doctor).0, ErrorCode::Unappointed);
    let made = appointed(&world, 2);
    say(&mut world, &doctor, id, made);
    world.say(&doctor, close(id));
    assert!(world.on_disk(id).ended_at().is_some());
}

#[test]
fn a_fact_that_the_disk_refuses_tells_nobody() {
    let mut world = World::new();
    let (kiosk, doctor, id) = world.call();
    world.disk_works_at_once = false;
    let made = appointed(&world, 1);
    say(&mut world, &doctor, id, made);
    world.write(false);
    assert_eq!((told(&mut world, &kiosk), told(&mut world, &doctor)), (0, 0));
}

#[test]
fn a_post_that_calls_at_the_time_rings_its_doctor_alone_at_first() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let (awa, ba) = (world.doctor("awa", Speciality::Obstetrics), world.doctor("ba", Speciality::Obstetrics));
    let ask = Request { appointment_with: Some(ba.who.party.clone()), ..request(1, Urgency::Routine) };
    world.read(&awa);
    world.read(&ba);
    world.say(&kiosk, ClientMessage::Request(ask));
    let rung = |world: &mut World, page: &Page| world.kinds(page).iter().any(|kind| kind == "ring");
    assert!(rung(&mut world, &ba) && !rung(&mut world, &awa));
}
