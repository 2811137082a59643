//! Doctors on duty without a page: who is to be reached outside of it, when, and what the coordinators read of that.

use crate::world::{Page, World, coordinator, doctor};
use teranga_clinic::{
    notice::{Notice, NoticeChannel, NoticeState, NoticeTrouble},
    people::{Availability, Identity, Speciality},
    request::Urgency,
    rota::DutyLevel,
};
use teranga_signaling::{
    contract::{Input, SummonsReason},
    message::{ClientMessage, ServerMessage, presence::SetAvailability, queue::Cancel},
};

fn gynaecologist(name: &str) -> Identity {
    doctor(name, Speciality::Obstetrics)
}

/// Who is to be reached now, and if it is for a request.
fn summoned(world: &World) -> Vec<(String, bool)> {
    let summons = world.summons.iter();
    summons.map(|one| (one.to.party.0.clone(), !matches!(one.why, SummonsReason::Absent(_)))).collect()
}

fn absent(name: &str) -> (String, bool) {
    (format!("doctor-{name}"), false)
}

fn rung(name: &str) -> (String, bool) {
    (format!("doctor-{name}"), true)
}

#[test]
fn whoever_is_on_duty_without_a_page_is_summoned_with_the_coordinators_and_no_longer_once_there() {
    let mut world = World::new();
    let (awa, ba) = (gynaecologist("awa"), gynaecologist("ba"));
    world.duties(&[(&awa, DutyLevel::First), (&awa, DutyLevel::Second), (&ba, DutyLevel::Second)], vec![]);
    let page = world.enter(&ba).0;
    world.pass(world.config.duty_absent_ms - 1_000, &[&page]);
    assert_eq!(summoned(&world), []);
    world.pass(1_000, &[&page]);
    assert_eq!(summoned(&world), [absent("awa")], "two duties at once are one summons");
    let SummonsReason::Absent(duty) = &world.summons[0].why else { panic!("{:?}", world.summons) };
    assert_eq!(duty.level, DutyLevel::First);
    let awa_page = world.enter(&awa).0;
    assert_eq!(summoned(&world), []);
    world.cut(&awa_page);
    world.pass(world.config.duty_absent_ms + 60_000, &[&page]);
    assert_eq!(summoned(&world), [absent("awa")]);
    world.duties(&[(&ba, DutyLevel::First)], vec![]);
    assert_eq!(summoned(&world), [], "the duty was given away");
}

#[test]
fn whoever_has_declared_to_be_away_is_left_in_peace() {
    let mut world = World::new();
    let awa = gynaecologist("awa");
    let page = world.enter(&awa).0;
    world.duties(&[(&awa, DutyLevel::First)], vec![]);
    let away = SetAvailability { state: Availability::Away, for_ms: Some(600_000) };
    world.say(&page, ClientMessage::Availability(away));
    world.cut(&page);
    world.pass(590_000, &[]);
    assert_eq!(summoned(&world), []);
    world.pass(world.config.duty_absent_ms + 20_000, &[]);
    assert_eq!(summoned(&world), [absent("awa")], "the declaration is over");
}

#[test]
fn a_request_that_cannot_wait_summons_those_whom_it_would_ring() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let (first, second) = (gynaecologist("first"), gynaecologist("second"));
    world.duties(&[(&first, DutyLevel::First), (&second, DutyLevel::Second)], vec![]);
    let here = world.enter(&second).0;
    let ids = [Urgency::Routine, Urgency::Stat].map(|urgency| {
        let id = world.request(&kiosk, 1 + u128::from(urgency == Urgency::Stat), urgency);
        world.pass(16_000, &[&kiosk, &here]);
        let found = summoned(&world);
        world.say(&kiosk, ClientMessage::Cancel(Cancel { consultation: id }));
        assert_eq!(summoned(&world), [], "nobody waits any more");
        found
    });
    assert_eq!(ids, [vec![], vec![rung("first")]]);
}

#[test]
fn a_page_that_reloads_while_it_rings_is_not_summoned() {
    let mut world = World::new();
    let kiosk = world.kiosk("nabadji");
    let awa = gynaecologist("awa");
    let mut page = world.enter(&awa).0;
    world.duties(&[(&awa, DutyLevel::First)], vec![]);
    world.pass(30_000, &[&kiosk, &page]);
    world.request(&kiosk, 1, Urgency::Stat);
    world.cut(&page);
    world.pass(10_000, &[&kiosk]);
    assert_eq!(summoned(&world), []);
    world.come_back(&mut page);
    world.pass(30_000, &[&kiosk, &page]);
    assert_eq!(summoned(&world), []);
    world.cut(&page);
    world.pass(20_000, &[&kiosk]);
    assert_eq!(summoned(&world), [rung("awa")]);
}

#[test]
fn coordinators_read_what_became_of_the_notices() {
    let mut world = World::new();
    let desk = world.enter(&coordinator("diop")).0;
    let awa = gynaecologist("awa");
    world.duties(&[(&awa, DutyLevel::First)], vec![]);
    world.pass(world.config.duty_absent_ms, &[&desk]);
    world.read(&desk);
    let at = world.now;
    let sent = Notice { channel: NoticeChannel::Sms, state: NoticeState::Sent, trouble: None, at };
    let waits = Notice {
        channel: NoticeChannel::Mail,
        state: NoticeState::Waiting,
        trouble: Some(NoticeTrouble::Unreachable),
        at,
    };
    let notices = vec![(awa.party.clone(), sent), (awa.party.clone(), waits)];
    world.input(Input::Noticed(notices.clone()));
    assert_eq!(told(&mut world, &desk), vec![sent, waits]);
    world.input(Input::Noticed(notices));
    assert!(world.read(&desk).is_empty(), "nothing is told twice");
}

fn told(world: &mut World, desk: &Page) -> Vec<Notice> {
    world.find(desk, |message| match message {
        ServerMessage::DutyAbsent(list) => Some(list.absences[0].notices.clone()),
        _ => None,
    })
}
