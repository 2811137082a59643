//! What coordinators are told of the rings: the requests that wait without their patients, and in which order a request of now would
//! ring.

use super::world::{Page, World, coordinator, doctor, request};
use teranga_clinic::{
    people::{Availability, Identity, Speciality},
    request::{Intake, Language, Request, Step, Urgency},
    rota::DutyLevel,
    time::Timestamp,
};
use teranga_signaling::message::{
    ClientMessage, ServerMessage,
    presence::{DoctorState, SetAvailability},
    queue::Entry,
};

const HOUR: u64 = 3_600_000;

/// The least time between two orders, as the hub keeps it.
const ORDER_MS: u64 = 2_000;

fn gynaecologist(name: &str) -> Identity {
    doctor(name, Speciality::Obstetrics)
}

/// A doctor of an order: the name, presence, its end, and the first step that rings.
type Line = (String, DoctorState, Option<Timestamp>, Option<Step>);

fn order_of(messages: &[ServerMessage]) -> Option<Vec<Line>> {
    messages.iter().rev().find_map(|message| match message {
        ServerMessage::RingOrder(order) => {
            let own = order.lines.iter().filter(|line| line.speciality == Speciality::Obstetrics);
            let name = |party: &str| party.trim_start_matches("doctor-").to_owned();
            Some(own.map(|line| (name(&line.doctor.0), line.state, line.until, line.step)).collect())
        }
        _ => None,
    })
}

fn line(name: &str, state: DoctorState, step: Option<Step>) -> Line {
    (name.to_owned(), state, None, step)
}

impl World {
    /// The order that a coordinator was told last, once its pause is over.
    fn ring_order(&mut self, desk: &Page, pages: &[&Page]) -> Vec<Line> {
        self.pass(ORDER_MS, pages);
        order_of(&self.read(desk)).expect("the order has changed")
    }
}

#[test]
fn the_order_of_rings_follows_the_rota_and_who_is_there() {
    let mut world = World::new();
    let desk = world.enter(&coordinator("diop")).0;
    let (awa, binta, kiosk) = (
        world.enter(&gynaecologist("awa")).0,
        world.enter(&gynaecologist("binta")).0,
        world.kiosk("nabadji"),
    );
    let absent = gynaecologist("fatou");
    let duties =
        [(&awa.who, DutyLevel::First), (&binta.who, DutyLevel::Second), (&absent, DutyLevel::Regional)];
    world.duties(&duties, vec![]);
    let told = world.ring_order(&desk, &[&desk, &awa, &binta]);
    let (on_call, second, regional) = (Some(Step::OnCall), Some(Step::Second), Some(Step::Regional));
    let (available, gone) = (DoctorState::Available, line("fatou", DoctorState::NotConnected, None));
    assert_eq!(told, [line("awa", available, on_call), line("binta", available, second), gone.clone()]);

    // A doctor without a duty is rung with the second line, and one in a consultation after it has begun to ring.
    let moussa = world.doctor("moussa", Speciality::Obstetrics);
    let id = world.request(&kiosk, 1, Urgency::Stat);
    world.claim(&awa, id);
    let told = world.ring_order(&desk, &[&desk, &awa, &binta, &moussa, &kiosk]);
    let busy = line("awa", DoctorState::InCall, second);
    let off_duty = line("moussa", available, second);
    assert_eq!(told, [busy.clone(), line("binta", available, second), off_duty, gone.clone()]);

    // Whoever has said to be absent is only rung with everybody else, and the coordinator reads until when.
    let away = SetAvailability { state: Availability::Away, for_ms: Some(HOUR) };
    world.say(&binta, ClientMessage::Availability(away));
    let until = Some(world.now.plus_ms(HOUR));
    world.cut(&moussa);
    let told = world.ring_order(&desk, &[&desk, &awa, &binta, &kiosk]);
    assert_eq!(told, [busy, ("binta".to_owned(), DoctorState::Away, until, regional), gone]);
}

#[test]
fn the_order_is_told_to_coordinators_alone_at_once_and_not_twice_within_two_seconds() {
    let mut world = World::new();
    let (desk, awa) = (world.enter(&coordinator("diop")).0, world.enter(&gynaecologist("awa")).0);
    world.duties(&[(&awa.who, DutyLevel::First)], vec![]);
    world.pass(ORDER_MS, &[&desk, &awa]);
    world.read(&desk);
    for state in [Availability::Busy, Availability::Available, Availability::Busy] {
        world.set_availability(&awa, state);
    }
    let orders = |messages: &[ServerMessage]| {
        messages.iter().filter(|message| matches!(message, ServerMessage::RingOrder(_))).count()
    };
    assert_eq!(orders(&world.read(&desk)), 1);
    world.set_availability(&awa, Availability::Available);
    world.set_availability(&awa, Availability::Away);
    let told = world.ring_order(&desk, &[&desk, &awa]);
    assert_eq!((told[0].1, told.len()), (DoctorState::Away, 1), "the last state, after the pause");
    assert_eq!(orders(&world.read(&awa)), 0);
    let mut later = world.enter(&coordinator("ly")).0;
    world.say_hello_again(&mut later);
    assert_eq!(order_of(&world.read(&later)), Some(told), "it comes after each welcome");
}

#[test]
fn a_coordinator_sees_what_waits_and_at_whom_it_rings_and_nothing_of_the_patient() {
    let mut world = World::new();
    let (desk, awa) = (world.enter(&coordinator("diop")).0, world.enter(&gynaecologist("awa")).0);
    let party = awa.who.party.clone();
    world.duties(&[(&awa.who, DutyLevel::First)], vec![(party, vec![Language::Ff])]);
    let kiosk = world.kiosk("nabadji");
    let intake = Intake {
        language: Some(Language::Ff),
        dpp: Some("DPP-4711".into()),
        reason: "Saignement".into(),
        age_years: Some(24.into()),
        systolic: Some(173.into()),
        ..Intake::default()
    };
    world.read(&desk);
    world.say(&kiosk, ClientMessage::Request(Request { intake, ..request(1, Urgency::Stat) }));
    let rows: Vec<Entry> = world.read(&desk).into_iter().filter_map(entry).collect();
    let row = rows.last().expect("the coordinator sees that somebody waits");
    assert_eq!((row.urgency, row.step, row.present), (Urgency::Stat, Step::OnCall, true));
    assert_eq!(row.who.as_ref().expect("it rings").now[0].name, awa.who.name);
    let (mut later, _) = world.enter(&coordinator("ly"));
    world.say_hello_again(&mut later);
    let at_welcome = world.read(&later);
    let queue = at_welcome.iter().find(|message| matches!(message, ServerMessage::Queue(_)));
    let texts = [serde_json::to_string(&rows).unwrap(), serde_json::to_string(&queue).unwrap()];
    for text in texts {
        assert!(text.contains("Awa") || text.contains("awa"), "the row is there: {text}");
        for secret in
            ["4711", "Saignement", "173", "24", "\"ff\"", "danger\"", "adult", "language\":{", "prefers"]
        {
            assert!(!text.contains(secret), "{secret} is told in {text}");
        }
    }
}

fn entry(message: ServerMessage) -> Option<Entry> {
    match message {
        ServerMessage::Entry(entry) => Some(entry),
        _ => None,
    }
}
