//! A deadline that passes: the coordinators hear of it, and find the case in their list until it is answered.

use crate::{
    cases::{ROUTINE_MS, STAT_MS},
    world::{World, coordinator, doctor},
};
use teranga_clinic::{
    people::{Addressee, Speciality},
    request::Urgency,
    rota::DutyLevel,
};
use teranga_signaling::{limits::CASE_ROWS, message::case::CaseState};

const OBSTETRICS: Addressee = Addressee::Speciality(Speciality::Obstetrics);

#[test]
fn a_deadline_is_kept_to_the_second_by_reminder_and_reassignment() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Stat);
    let fatou = world.doctor("fatou", Speciality::Obstetrics);
    world.pass(STAT_MS / 2, &[&kiosk, &awa, &fatou]);
    assert!(world.row(&awa).reminded);
    world.pass(STAT_MS / 2, &[&kiosk, &awa, &fatou]);
    assert_eq!(world.owner(id), Some(fatou.who.party.clone()));
    let fact = world.disk[&id].last().unwrap().clone();
    assert_eq!(fact.at.since_ms(world.disk[&id][0].at), STAT_MS);
    assert!(world.kinds(&awa).contains(&"case_gone".to_owned()), "it leaves the list of who let it pass");
    assert_eq!(world.row(&kiosk).lapses, 1);
}

#[test]
fn a_specialist_who_is_alone_keeps_the_case_and_the_lapse_is_counted() {
    let mut world = World::new();
    let (kiosk, awa, id) = world.case(Urgency::Stat);
    world.pass(2 * STAT_MS + 1_000, &[&kiosk, &awa]);
    assert_eq!(world.owner(id), Some(awa.who.party.clone()));
    assert_eq!(world.on_disk(id).case().unwrap().lapses, 2);
}

#[test]
fn the_coordinator_is_told_of_a_lapse_and_finds_it_before_everything_that_runs_well() {
    let mut world = World::new();
    let [awa, fatou] = ["awa", "fatou"].map(|name| doctor(name, Speciality::Obstetrics));
    let duties = [(&awa, DutyLevel::First), (&fatou, DutyLevel::Second)];
    world.rota(&duties, &[awa.clone(), fatou.clone()]);
    let post = world.kiosk("nabadji");
    let id = world.file(&post, 1, Urgency::Routine, OBSTETRICS);
    world.pass(ROUTINE_MS - 1_000, &[]);
    let (mut mina, _) = world.enter(&coordinator("mina"));
    world.pass(1_000, &[&mina]);
    let row = world.row(&mina);
    assert_eq!((row.consultation, row.lapses, row.doctor), (id, 1, Some(fatou.name.clone())));
    assert!(row.due_in_ms > 0, "the time runs anew for the specialist who has it now");
    // As many cases as a list holds, which are more urgent and due sooner, and whose specialists are in time.
    for post in 0..CASE_ROWS as u128 / 10 {
        let page = world.kiosk(&format!("post-{post}"));
        for number in 0..10 {
            world.file(&page, 100 + 10 * post + number, Urgency::Stat, OBSTETRICS);
        }
    }
    let rows = world.list_of(&mut mina);
    assert_eq!(rows.len(), CASE_ROWS);
    assert_eq!((rows[0].consultation, rows[0].state, rows[0].lapses), (id, CaseState::Assigned, 1));
}
