//! Deferred cases and gaps of the rota outside of the pages: whom the hub wants reached, when, and who is left in peace because their
//! page has told them.

use crate::world::{Page, World, consultation, coordinator, doctor, request};
use teranga_clinic::{
    clinical::Advise,
    id::ConsultationId,
    people::{Addressee, Availability, Identity, Speciality},
    request::{Request, Urgency},
    rota::{Duty, DutyLevel},
};
use teranga_signaling::{
    contract::{Cause, Input, NEXT_HOURS_MS, Rota, SummonsReason, Uncovered},
    message::{ClientMessage, case::ReadCase, presence::SetAvailability},
};

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

fn awa() -> Identity {
    doctor("awa", Speciality::Obstetrics)
}

fn mina() -> Identity {
    coordinator("mina")
}

impl World {
    /// The people of the country: the doctor `awa`, the coordinator `mina`, and whatever else the rota says.
    fn country(&mut self, rota: Rota) {
        let (doctors, coordinators, kept) = (vec![awa()], vec![mina()], vec![Speciality::Obstetrics]);
        self.input(Input::Rota(Box::new(Rota { doctors: Some(doctors), coordinators, kept, ..rota })));
    }

    fn put_case(&mut self, kiosk: &Page, number: u128, urgency: Urgency, to: Addressee) -> ConsultationId {
        let filed = Request { defer_to: Some(to), ..request(number, urgency) };
        self.say(kiosk, ClientMessage::Request(filed));
        consultation(number)
    }

    /// The keys of the causes that the coordinator is to hear of, up to the first point.
    fn told_mina(&self) -> Vec<String> {
        let causes = self.summons.iter().filter(|one| one.to.party == mina().party);
        let word = |cause: &Cause| cause.key().split('.').next().unwrap_or_default().to_owned();
        let words = causes.map(|one| match &one.why {
            SummonsReason::Cause(cause) => word(cause),
            other => panic!("{other:?} is not for a coordinator"),
        });
        words.collect()
    }

    /// The cases of which `awa` is to be told.
    fn cases_of_awa(&self) -> Vec<ConsultationId> {
        let own = self.summons.iter().filter(|one| one.to.party == awa().party);
        own.filter_map(|one| match &one.why {
            SummonsReason::Case { consultation, .. } => Some(*consultation),
            _ => None,
        })
        .collect()
    }
}

fn obstetrics() -> Addressee {
    Addressee::Speciality(Speciality::Obstetrics)
}

fn to_awa() -> Addressee {
    Addressee::Party(awa().party)
}

fn duty(world: &World, from_ms: u64) -> Duty {
    let from = world.now.plus_ms(from_ms);
    let (speciality, level) = (Speciality::Obstetrics, DutyLevel::First);
    Duty { doctor: awa(), speciality, level, from, until: from.plus_ms(8 * HOUR) }
}

#[test]
fn the_owner_of_an_emergency_without_a_page_is_summoned_at_once_and_of_another_case_at_half_of_its_time() {
    let mut world = World::new();
    world.country(Rota::default());
    let kiosk = world.kiosk("nabadji");
    world.pass(MINUTE, &[&kiosk]);
    let stat = world.put_case(&kiosk, 1, Urgency::Stat, to_awa());
    assert_eq!(world.cases_of_awa(), [stat]);
    let urgent = world.put_case(&kiosk, 2, Urgency::Urgent, to_awa());
    world.pass(10 * MINUTE, &[&kiosk]);
    assert_eq!(world.cases_of_awa(), [stat]);
    world.pass(50 * MINUTE - 1, &[&kiosk]);
    assert!(!world.cases_of_awa().contains(&urgent));
    world.pass(1, &[&kiosk]);
    assert!(world.cases_of_awa().contains(&urgent), "half of two hours");
    let page = world.enter(&awa()).0;
    assert_eq!(world.cases_of_awa(), [], "the page tells it");
    world.cut(&page);
    world.pass(14_000, &[&kiosk]);
    assert_eq!(world.cases_of_awa(), [], "a page that reloads");
    world.pass(1_000, &[&kiosk]);
    assert_eq!(world.cases_of_awa(), [stat, urgent]);
}

#[test]
fn an_emergency_that_was_opened_and_a_case_that_was_answered_need_no_summons() {
    let mut world = World::new();
    world.country(Rota::default());
    let kiosk = world.kiosk("nabadji");
    let stat = world.put_case(&kiosk, 1, Urgency::Stat, to_awa());
    let page = world.enter(&awa()).0;
    world.say(&page, ClientMessage::ReadCase(ReadCase { consultation: stat }));
    world.cut(&page);
    world.pass(MINUTE, &[&kiosk]);
    assert_eq!(world.cases_of_awa(), []);
    world.pass(7 * MINUTE, &[&kiosk]);
    assert_eq!(world.cases_of_awa(), [stat], "half of a quarter of an hour");
    let page = world.enter(&awa()).0;
    let advice = Advise { consultation: stat, text: "Oxytocine 10 UI".into(), revision: 1, replaces: None };
    world.say(&page, ClientMessage::Advise(advice));
    world.cut(&page);
    world.pass(HOUR, &[&kiosk]);
    assert_eq!(world.cases_of_awa(), []);
}

#[test]
fn a_coordinator_without_a_page_hears_of_a_case_that_nobody_has_and_of_a_deadline_that_lapses() {
    let mut world = World::new();
    world.input(Input::Rota(Box::new(Rota { coordinators: vec![mina()], ..Rota::default() })));
    let kiosk = world.kiosk("nabadji");
    world.pass(MINUTE, &[&kiosk]);
    world.put_case(&kiosk, 1, Urgency::Stat, obstetrics());
    assert_eq!(world.told_mina(), ["unassigned"]);
    world.country(Rota { duties: vec![duty(&world, 0)], ..Rota::default() });
    assert_eq!(world.told_mina(), [""; 0], "somebody was found");
    world.pass(15 * MINUTE, &[&kiosk]);
    assert_eq!(world.told_mina(), ["lapsed", "missed"], "and is not there");
}

#[test]
fn a_coordinator_who_had_a_page_when_it_arose_is_not_told_by_sms() {
    let mut world = World::new();
    let seen =
        vec![Uncovered { speciality: Speciality::Obstetrics, level: DutyLevel::First, from: world.now }];
    world.country(Rota::default());
    let desk = world.enter(&mina()).0;
    world.country(Rota { uncovered: seen.clone(), ..Rota::default() });
    world.cut(&desk);
    world.pass(HOUR, &[]);
    assert_eq!(world.told_mina(), [""; 0], "it stood on the page");
    let level = DutyLevel::Second;
    let new = Uncovered { speciality: Speciality::Obstetrics, level, from: world.now.plus_ms(HOUR) };
    let uncovered = [seen, vec![new]].concat();
    world.country(Rota { uncovered: uncovered.clone(), ..Rota::default() });
    assert_eq!(world.told_mina(), ["uncovered"], "the new one only");
    world.restart();
    world.country(Rota { uncovered, ..Rota::default() });
    let mut desk = desk;
    desk.resume = None;
    world.pass(10_000, &[]);
    world.come_back(&mut desk);
    world.pass(HOUR, &[&desk]);
    assert_eq!(world.told_mina(), [""; 0], "a page that comes back after a restart");
}

#[test]
fn a_duty_of_the_next_hours_whose_doctor_has_said_to_be_away_is_told() {
    let mut world = World::new();
    let coming = duty(&world, NEXT_HOURS_MS + HOUR);
    let next = || Rota { next: vec![coming.clone()], ..Rota::default() };
    world.country(next());
    let page = world.enter(&awa()).0;
    world.set_availability(&page, Availability::Away);
    world.pass(2 * HOUR, &[&page]);
    assert_eq!(world.told_mina(), [""; 0], "an absence without an end is over when the duty begins");
    let for_ms = Some(NEXT_HOURS_MS);
    world.say(&page, ClientMessage::Availability(SetAvailability { state: Availability::Away, for_ms }));
    assert_eq!(world.told_mina(), ["missed"]);
    world.set_availability(&page, Availability::Available);
    assert_eq!(world.told_mina(), [""; 0]);
}

#[test]
fn a_duty_comes_near_by_itself() {
    let mut world = World::new();
    let coming = duty(&world, NEXT_HOURS_MS + HOUR);
    world.country(Rota { next: vec![coming], ..Rota::default() });
    let page = world.enter(&awa()).0;
    let for_ms = Some(NEXT_HOURS_MS + 2 * HOUR);
    world.say(&page, ClientMessage::Availability(SetAvailability { state: Availability::Away, for_ms }));
    world.pass(HOUR - 1, &[&page]);
    assert_eq!(world.told_mina(), [""; 0]);
    world.pass(1, &[&page]);
    assert_eq!(world.told_mina(), ["missed"]);
}
