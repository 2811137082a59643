//! Absences that a doctor declares without saying until when: each of them ends with a duty or at the next one, and is shown with its
//! end.

use crate::world::{Page, World, doctor};
use teranga_clinic::{
    people::{Availability, Declaration, Identity, Speciality},
    rota::{Duty, DutyLevel},
    time::Timestamp,
};
use teranga_signaling::{
    contract::{Input, Rota},
    message::presence::{OwnPresence, PresenceBasis},
};

const HOUR: u64 = 3_600_000;

fn awa() -> Identity {
    doctor("awa", Speciality::Obstetrics)
}

/// A duty of a doctor, by the hours after the beginning of the test.
fn duty(start: Timestamp, (from_h, until_h): (u64, u64)) -> Duty {
    let (from, until) = (start.plus_ms(from_h * HOUR), start.plus_ms(until_h * HOUR));
    Duty { doctor: awa(), speciality: Speciality::Obstetrics, level: DutyLevel::First, from, until }
}

impl World {
    /// Tells the hub what a rota of these duties says of this moment.
    fn tell_rota(&mut self, planned: &[Duty]) {
        let duties = planned.iter().filter(|duty| duty.runs_at(self.now)).cloned().collect();
        let next = planned.iter().filter(|duty| duty.from > self.now).min_by_key(|duty| duty.from);
        let next = next.cloned().into_iter().collect();
        let (doctors, kept) = (vec![awa()], vec![Speciality::Obstetrics]);
        self.input(Input::Rota(Box::new(Rota {
            duties,
            next,
            doctors: Some(doctors),
            kept,
            ..Rota::default()
        })));
    }

    /// Lets time pass, and tells the hub of each boundary of the duties, as the server does.
    fn pass_duties(&mut self, ms: u64, planned: &[Duty], pages: &[&Page]) {
        let end = self.now.plus_ms(ms);
        while self.now < end {
            let edges = planned.iter().flat_map(|duty| [duty.from, duty.until]);
            let next = edges.filter(|edge| *edge > self.now).min().unwrap_or(end).min(end);
            self.pass(next.since_ms(self.now), pages);
            self.tell_rota(planned);
        }
    }

    /// The doctor says to be absent, without an end, and is told until when that holds.
    fn goes(&mut self, page: &Page) -> OwnPresence {
        self.set_availability(page, Availability::Away);
        self.own_presence(page)
    }

    fn reminded(&self) -> usize {
        self.summons.len()
    }
}

#[test]
fn whoever_goes_home_within_a_duty_is_left_in_peace_until_its_end_and_reminded_of_the_next_one() {
    let mut world = World::new();
    let start = world.now;
    let planned = [duty(start, (0, 4)), duty(start, (12, 16))];
    world.tell_rota(&planned);
    let page = world.enter(&awa()).0;
    world.pass_duties(HOUR, &planned, &[&page]);
    let own = world.goes(&page);
    assert_eq!((own.by, own.until_ms), (PresenceBasis::Declared, Some(3 * HOUR)), "the page shows the end");
    world.cut(&page);
    world.pass_duties(3 * HOUR - 1, &planned, &[]);
    assert_eq!(world.reminded(), 0);
    world.pass_duties(8 * HOUR, &planned, &[]);
    assert_eq!(world.reminded(), 0, "no duty runs");
    world.pass_duties(1 + world.config.duty_absent_ms, &planned, &[]);
    assert_eq!(world.reminded(), 1, "the second duty");
}

#[test]
fn whoever_goes_home_before_a_duty_is_absent_until_it_begins_also_after_a_sign_out_and_a_restart() {
    let mut world = World::new();
    let start = world.now;
    let planned = [duty(start, (2, 6)), duty(start, (24, 30))];
    world.tell_rota(&planned);
    let mut page = world.enter(&awa()).0;
    assert_eq!(world.goes(&page).until_ms, Some(2 * HOUR));
    world.input(Input::SignedOut { session: page.session });
    world.restart();
    world.tell_rota(&planned);
    world.pass_duties(2 * HOUR - 1, &planned, &[]);
    assert_eq!(world.reminded(), 0);
    world.pass_duties(1 + world.config.duty_absent_ms, &planned, &[]);
    assert_eq!(world.reminded(), 1);
    page.resume = None;
    world.say_hello_again(&mut page);
    assert_eq!(world.own_presence(&page).by, PresenceBasis::Expired, "the page asks anew");
}

#[test]
fn the_end_of_an_absence_moves_with_the_rota() {
    let mut world = World::new();
    let start = world.now;
    world.tell_rota(&[]);
    let page = world.enter(&awa()).0;
    assert_eq!(world.goes(&page).until_ms, Some(12 * HOUR), "no duty is known");
    world.tell_rota(&[duty(start, (20, 24))]);
    assert_eq!(world.own_presence(&page).until_ms, Some(20 * HOUR));
    world.pass(HOUR, &[&page]);
    let sooner = [duty(start, (1, 5)), duty(start, (20, 24))];
    world.tell_rota(&sooner);
    let own = world.own_presence(&page);
    assert_eq!(
        (own.state, own.by),
        (Availability::Available, PresenceBasis::Expired),
        "a duty that begins at once"
    );
    world.tell_rota(&[duty(start, (20, 24))]);
    assert_eq!(world.own_presence(&page).by, PresenceBasis::Expired, "what is over stays over");
}

#[test]
fn an_end_that_the_doctor_chose_stays_whatever_the_rota_says() {
    let mut world = World::new();
    let start = world.now;
    let until = Some(start.plus_ms(6 * HOUR));
    let chosen = Declaration { state: Availability::Away, until, open_since: None };
    world.input(Input::Declared(vec![(awa().party, chosen)]));
    let page = world.enter(&awa()).0;
    world.tell_rota(&[duty(start, (0, 4))]);
    assert_eq!(world.own_presence(&page).until_ms, Some(6 * HOUR));
    world.cut(&page);
    world.pass(HOUR, &[]);
    assert_eq!(world.reminded(), 0);
}

#[test]
fn an_absence_of_a_version_that_knew_no_ends_is_over_in_the_duty_that_runs() {
    let mut world = World::new();
    let start = world.now;
    let without = Declaration { state: Availability::Away, until: None, open_since: Some(Timestamp(0)) };
    world.input(Input::Declared(vec![(awa().party, without)]));
    world.tell_rota(&[duty(start, (0, 4))]);
    world.pass(world.config.duty_absent_ms, &[]);
    assert_eq!(world.reminded(), 1);
}
