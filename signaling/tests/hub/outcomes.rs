//! The question what became of a patient: it is put again, it ends by itself, and it stands in nobody's way.

use crate::{
    cases::MINUTE_MS,
    world::{Page, World, coordinator},
};
use teranga_clinic::{
    case::{LossReason, Outcome},
    clinical::Disposition,
    consultation::Phase,
    fact::{Fact, What},
    id::ConsultationId,
    people::{Addressee, Speciality},
    request::Urgency,
};
use teranga_signaling::{
    limits::{CASE_ROWS, CASES_OF_POST, RING_EVERY_MS},
    message::{
        ClientMessage, ServerMessage,
        case::{CaseRow, CaseState, TellOutcome},
        clinical::Close,
        session::ErrorCode,
    },
};

const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;
const OBSTETRICS: Addressee = Addressee::Speciality(Speciality::Obstetrics);

impl World {
    /// Files a case and closes it with a question for the outcome after an hour.
    fn await_outcome(&mut self, kiosk: &Page, awa: &Page, number: u128) -> ConsultationId {
        self.pass(RING_EVERY_MS, &[kiosk, awa]);
        let id = self.file(kiosk, number, Urgency::Urgent, OBSTETRICS);
        let close = Close { consultation: id, disposition: Disposition::Advice, follow_up_h: Some(1) };
        self.say(awa, ClientMessage::Close(close));
        assert_eq!(self.on_disk(id).phase(), Phase::FollowUp);
        id
    }

    /// The list of cases that somebody finds who comes.
    pub(crate) fn list_of(&mut self, page: &mut Page) -> Vec<CaseRow> {
        self.say_hello_again(page);
        let mut lists = self.read(page).into_iter().filter_map(|message| match message {
            ServerMessage::Cases(list) => Some(list.cases),
            _ => None,
        });
        lists.next_back().unwrap_or_default()
    }

    /// The facts of the clock in a consultation, with the time since its question was due.
    fn questions(&self, id: ConsultationId) -> Vec<(u64, What)> {
        let due = self.on_disk(id).follow_up().expect("it is asked").due;
        let of_clock = |fact: &&Fact| {
            matches!(fact.what, What::OutcomeAskedAgain | What::LostToFollowUp { .. }) && fact.by.is_none()
        };
        let facts = self.disk[&id].iter().filter(of_clock);
        facts.map(|fact| (fact.at.since_ms(due), fact.what.clone())).collect()
    }
}

const LOST: What = What::LostToFollowUp { why: LossReason::NoAnswer };

#[test]
fn a_post_that_tells_nothing_is_asked_twice_more_and_then_the_clock_gives_the_patient_up() {
    let mut world = World::new();
    let (mut kiosk, awa) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let id = world.await_outcome(&kiosk, &awa, 1);
    assert!(!world.row(&kiosk).reminded);
    world.pass(HOUR_MS + DAY_MS, &[&kiosk, &awa]);
    let row = world.row(&kiosk);
    assert_eq!(
        (row.state, row.reminded),
        (CaseState::FollowUp, true),
        "the post sees that it is asked again"
    );
    assert!(world.row(&awa).reminded, "and so does the specialist");
    world.restart();
    assert!(world.list_of(&mut kiosk)[0].reminded, "also after a restart");
    world.pass(13 * DAY_MS, &[]);
    let asked = || What::OutcomeAskedAgain;
    assert_eq!(world.questions(id), [(DAY_MS, asked()), (3 * DAY_MS, asked()), (14 * DAY_MS, LOST)]);
    let over = world.on_disk(id);
    let told = over.follow_up().unwrap().told.clone().unwrap();
    assert_eq!((over.phase(), told.outcome), (Phase::Closed, Outcome::LostToFollowUp));
    assert_eq!(told.lost, Some(LossReason::NoAnswer));
    assert_eq!(world.hub.stats().cases, 0);
}

#[test]
fn a_server_that_was_off_for_weeks_asks_before_it_gives_anybody_up() {
    let mut world = World::new();
    let (kiosk, awa) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let id = world.await_outcome(&kiosk, &awa, 1);
    world.now = world.now.plus_ms(30 * DAY_MS);
    world.restart();
    world.timeout();
    assert_eq!(world.on_disk(id).follow_up().unwrap().asked_again, 1);
    world.pass(12 * DAY_MS, &[]);
    assert_eq!(world.on_disk(id).phase(), Phase::FollowUp, "the post has the whole time to answer");
    let kiosk = world.enter(&kiosk.who).0;
    let tell = TellOutcome { consultation: id, outcome: Outcome::Recovered, text: "".into(), act: None };
    world.say(&kiosk, ClientMessage::TellOutcome(tell));
    assert_eq!(world.on_disk(id).follow_up().unwrap().told.as_ref().unwrap().lost, None);
    assert_eq!(world.on_disk(id).phase(), Phase::Closed);
}

#[test]
fn a_disk_that_fails_gives_nobody_up_and_the_clock_tries_again() {
    let mut world = World::new();
    let (kiosk, awa) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    let id = world.await_outcome(&kiosk, &awa, 1);
    world.disk_works_at_once = false;
    world.pass(HOUR_MS + DAY_MS, &[]);
    world.write(false);
    assert_eq!(world.questions(id), []);
    world.disk_works_at_once = true;
    world.pass(6_000, &[]);
    assert_eq!(world.questions(id), [(DAY_MS + 5_000, What::OutcomeAskedAgain)]);
}

#[test]
fn awaited_outcomes_take_no_place_from_new_cases() {
    let mut world = World::new();
    let (kiosk, awa) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    for number in 0..CASES_OF_POST as u128 {
        world.await_outcome(&kiosk, &awa, number);
    }
    for number in 1_000..1_000 + CASES_OF_POST as u128 {
        world.pass(RING_EVERY_MS, &[&kiosk, &awa]);
        let id = world.file(&kiosk, number, Urgency::Urgent, OBSTETRICS);
        assert!(world.disk.contains_key(&id), "there is room for case {number}");
    }
    world.read(&kiosk);
    let refused = world.file(&kiosk, 9_999, Urgency::Urgent, OBSTETRICS);
    assert_eq!(world.refusal(&kiosk).0, ErrorCode::QueueFull);
    assert!(!world.disk.contains_key(&refused), "open cases count as before");
}

#[test]
fn awaited_outcomes_hide_no_case_from_a_doctor_or_a_coordinator() {
    let mut world = World::new();
    let (mut post, mut awa) = (world.kiosk("nabadji"), world.doctor("awa", Speciality::Obstetrics));
    for number in 0..CASE_ROWS as u128 + 5 {
        world.await_outcome(&post, &awa, number);
    }
    let (mut mina, _) = world.enter(&coordinator("mina"));
    world.await_outcome(&post, &awa, 8_888);
    assert!(world.kinds(&mina).contains(&"case_gone".to_owned()), "it leaves the coordinator's list");
    world.pass(2 * HOUR_MS, &[]);
    let ogo = world.kiosk("ogo");
    let id = world.file(&ogo, 9_999, Urgency::Routine, OBSTETRICS);
    let rows = world.list_of(&mut awa);
    assert_eq!((rows.len(), rows[0].consultation), (CASE_ROWS, id), "what is to be answered comes first");
    let rows: Vec<_> = world.list_of(&mut mina).iter().map(|row| row.consultation).collect();
    assert_eq!(rows, [id], "who gives cases has no part in outcomes");
    assert!(world.list_of(&mut post).iter().all(|row| row.state == CaseState::FollowUp));
}
