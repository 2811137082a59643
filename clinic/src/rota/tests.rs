//! Tests of the rota: known figures, and properties over random plans in zones with and without daylight saving time.

use super::{calendar::DAY_MS, *};
use crate::{
    id::PartyId,
    people::{Identity, Role, Speciality},
    sample,
    time::Timestamp,
};
use proptest::prelude::*;

const HOUR_MS: u64 = 3_600_000;
const PAEDIATRICS: Speciality = Speciality::Paediatrics;
const FIRST: DutyLevel = DutyLevel::First;

fn dakar() -> Zone {
    Zone::named("Africa/Dakar").unwrap()
}

fn at(zone: &Zone, local: &str) -> Timestamp {
    zone.instant_of(local.parse().unwrap())
}

fn span(zone: &Zone, from: &str, until: &str) -> Span {
    Span { from: at(zone, from), until: at(zone, until) }
}

fn party(name: &str) -> PartyId {
    PartyId(name.into())
}

fn doctors(names: &[&str]) -> Vec<Identity> {
    let doctor = |name: &&str| Identity {
        specialities: vec![PAEDIATRICS, Speciality::Obstetrics],
        ..sample::identity(name, Role::Doctor)
    };
    names.iter().map(doctor).collect()
}

fn coordinator() -> Identity {
    sample::identity("coordinator", Role::Coordinator)
}

fn slot(weekday: Weekday, from_min: u16, until_min: u16, doctor: &str) -> WeekSlot {
    WeekSlot {
        id: 0,
        speciality: PAEDIATRICS,
        level: FIRST,
        weekday,
        from_min,
        until_min,
        doctor: party(doctor),
    }
}

fn exception(span: Span, doctor: Option<&str>) -> Exception {
    Exception { id: 0, speciality: PAEDIATRICS, level: FIRST, span, doctor: doctor.map(party) }
}

/// A country with the doctors `ba` and `diop`, at noon of Monday 23 November 2026.
struct World {
    zone: Zone,
    doctors: Vec<Identity>,
    plan: DutyPlan,
    now: Timestamp,
}

impl World {
    fn new(template: Vec<WeekSlot>) -> Self {
        let zone = dakar();
        let now = at(&zone, "2026-11-23T12:00");
        let (doctors, plan) = (doctors(&["ba", "diop"]), DutyPlan::default());
        let mut world = Self { zone, doctors, plan, now };
        world.make(&Change::PutSlots { slots: template });
        world
    }

    fn calendar(&self) -> DutyCalendar<'_> {
        DutyCalendar { plan: &self.plan, zone: &self.zone, doctors: &self.doctors }
    }

    fn try_as(&mut self, by: &Identity, change: &Change) -> Result<(), Refused> {
        self.plan = self.plan.changed(change, by, &self.doctors, &self.zone, self.now)?;
        Ok(())
    }

    fn make(&mut self, change: &Change) {
        self.try_as(&coordinator(), change).unwrap();
    }

    fn by(&mut self, doctor: &str, change: &Change) -> Result<(), Refused> {
        let doctor = self.doctors.iter().find(|known| known.party == party(doctor)).unwrap().clone();
        self.try_as(&doctor, change)
    }

    /// The doctors on duty at a local time.
    fn at(&self, local: &str) -> Vec<String> {
        let duties = self.calendar().on_duty(at(&self.zone, local));
        duties.into_iter().map(|duty| duty.doctor.party.0).collect()
    }

    /// The gaps of the week from Monday 23 November, as local times.
    fn gaps(&self) -> Vec<(String, String)> {
        let week = span(&self.zone, "2026-11-23T00:00", "2026-11-30T00:00");
        let local = |time| self.zone.local(time).strftime("%a %H:%M").to_string();
        let gaps = self.calendar().gaps(week.from, week.until).into_iter();
        gaps.map(|gap| (local(gap.span.from), local(gap.span.until))).collect()
    }
}

/// Every day and every night of the week; `ba` by day, `diop` by night.
fn full_week() -> Vec<WeekSlot> {
    Weekday::ALL
        .into_iter()
        .flat_map(|day| [slot(day, 8 * 60, 20 * 60, "ba"), slot(day, 20 * 60, 8 * 60, "diop")])
        .collect()
}

fn pair(from: &str, until: &str) -> (String, String) {
    (from.into(), until.into())
}

#[test]
fn a_night_reaches_over_midnight_and_a_missing_one_is_a_gap() {
    let mut world = World::new(full_week());
    assert_eq!(world.at("2026-11-26T23:59"), ["diop"]);
    assert_eq!(world.at("2026-11-27T07:59"), ["diop"]);
    assert_eq!(world.at("2026-11-27T08:00"), ["ba"]);
    assert_eq!(world.gaps(), []);
    let thursday = |slot: &&WeekSlot| slot.weekday == Weekday::Thursday && slot.from_min == 20 * 60;
    let id = world.plan.template.iter().find(thursday).unwrap().id;
    world.make(&Change::RemoveSlot { id });
    assert_eq!(world.gaps(), [pair("Thu 20:00", "Fri 08:00")]);
}

#[test]
fn a_plan_without_rows_is_no_rota_and_has_no_gap() {
    let world = World::new(vec![]);
    assert_eq!((world.calendar().kept(), world.gaps()), (vec![], vec![]));
    let world = World::new(vec![slot(Weekday::Monday, 0, 1_440, "ba")]);
    assert_eq!(world.calendar().kept(), [PAEDIATRICS]);
    assert_eq!(world.gaps(), [pair("Tue 00:00", "Mon 00:00")]);
}

#[test]
fn an_exception_replaces_the_template_over_its_span_and_two_add_up() {
    let mut world = World::new(full_week());
    let span = span(&world.zone, "2026-11-24T10:00", "2026-11-24T14:00");
    world.make(&Change::PutExceptions { exceptions: vec![exception(span, Some("diop"))] });
    assert_eq!(world.at("2026-11-24T10:00"), ["diop"]);
    assert_eq!(world.at("2026-11-24T14:00"), ["ba"]);
    world.make(&Change::PutExceptions { exceptions: vec![exception(span, Some("ba"))] });
    assert_eq!(world.at("2026-11-24T12:00").len(), 2);
    let all = world.plan.exceptions.iter().map(|one| Exception { doctor: None, ..one.clone() }).collect();
    world.make(&Change::PutExceptions { exceptions: all });
    assert_eq!(world.gaps(), [pair("Tue 10:00", "Tue 14:00")]);
}

#[test]
fn leave_counts_once_it_is_granted_and_leaves_a_gap_with_its_reason() {
    let mut world = World::new(full_week());
    let span = span(&world.zone, "2026-11-25T00:00", "2026-11-26T00:00");
    world.by("ba", &Change::AskLeave { doctor: party("ba"), span }).unwrap();
    assert_eq!(world.at("2026-11-25T12:00"), ["ba"]);
    let id = world.plan.leaves[0].id;
    let decide = Change::DecideLeave { id, granted: true };
    assert_eq!(world.by("ba", &decide), Err(Refused::NotAllowed));
    assert_eq!(world.by("diop", &Change::AskLeave { doctor: party("ba"), span }), Err(Refused::NotAllowed));
    world.make(&decide);
    assert_eq!(world.at("2026-11-25T12:00"), [""; 0]);
    assert_eq!(world.gaps(), [pair("Wed 08:00", "Wed 20:00")]);
    let gaps = world.calendar().gaps(span.from, span.until);
    assert_eq!((&gaps[0].on_leave[..], gaps[0].without_account.len()), (&[party("ba")][..], 0));
}

#[test]
fn a_revoked_account_drops_out_and_leaves_a_gap_with_its_reason() {
    let mut world = World::new(full_week());
    world.doctors.retain(|doctor| doctor.party != party("diop"));
    assert_eq!(world.gaps().len(), 8);
    let gap = &world.calendar().gaps(world.now, world.now.plus_ms(DAY_MS))[0];
    assert_eq!(gap.without_account, [party("diop")]);
}

#[test]
fn a_swap_is_void_until_the_other_accepts_it() {
    let mut world = World::new(full_week());
    let stretch =
        |from, until| Stretch { speciality: PAEDIATRICS, level: FIRST, span: span(&world.zone, from, until) };
    let gives = stretch("2026-11-26T08:00", "2026-11-26T20:00");
    let back = stretch("2026-11-28T20:00", "2026-11-29T08:00");
    let swap = Change::ProposeSwap { to: party("diop"), gives, in_return: Some(back) };
    let not_mine = Change::ProposeSwap { to: party("diop"), gives: back, in_return: None };
    assert_eq!(world.by("ba", &not_mine), Err(Refused::NotOnDuty));
    world.by("ba", &swap).unwrap();
    assert_eq!(world.at("2026-11-26T12:00"), ["ba"]);
    let answer = Change::AnswerSwap { id: world.plan.swaps[0].id, accepted: true };
    assert_eq!(world.by("ba", &answer), Err(Refused::NotAllowed));
    assert_eq!(world.try_as(&coordinator(), &answer), Err(Refused::NotAllowed));
    world.by("diop", &answer).unwrap();
    assert_eq!(world.at("2026-11-26T12:00"), ["diop"]);
    assert_eq!(world.at("2026-11-28T23:00"), ["ba"]);
    assert_eq!(world.gaps(), []);
    assert_eq!(world.by("diop", &answer), Err(Refused::Unknown), "answered twice");
}

#[test]
fn what_a_change_leaves_uncovered_is_told() {
    let world = World::new(full_week());
    let running = world.calendar().on_duty(world.now);
    let mut after = World::new(full_week());
    let day = span(&after.zone, "2026-11-23T08:00", "2026-11-23T20:00");
    after.make(&Change::PutExceptions { exceptions: vec![exception(day, None)] });
    assert_eq!(world.calendar().uncovered_by(&after.calendar(), world.now), running);
    after.make(&Change::PutExceptions { exceptions: vec![exception(day, Some("diop"))] });
    assert_eq!(world.calendar().uncovered_by(&after.calendar(), world.now), []);
}

#[test]
fn whoever_is_taken_off_duty_is_told_although_another_is_on_duty() {
    let (mut before, mut after) = (World::new(full_week()), World::new(full_week()));
    let day = span(&before.zone, "2026-11-23T08:00", "2026-11-23T20:00");
    let both = vec![exception(day, Some("ba")), exception(day, Some("diop"))];
    before.make(&Change::PutExceptions { exceptions: both });
    assert_eq!(before.at("2026-11-23T12:00"), ["ba", "diop"], "two duties may overlap");
    after.make(&Change::PutExceptions { exceptions: vec![exception(day, Some("diop"))] });
    let taken_off = before.calendar().taken_off_by(&after.calendar(), before.now);
    assert_eq!(taken_off.iter().map(|duty| duty.doctor.party.clone()).collect::<Vec<_>>(), [party("ba")]);
    assert_eq!(before.calendar().uncovered_by(&after.calendar(), before.now), []);
}

#[test]
fn a_change_tells_what_it_takes_the_place_of() {
    let mut world = World::new(full_week());
    let slot = world.plan.template[0].clone();
    let later = WeekSlot { from_min: 9 * 60, ..slot.clone() };
    let change = Change::PutSlots { slots: vec![later, WeekSlot { id: 0, ..slot.clone() }] };
    assert_eq!(change.replaced(&world.plan).slots, std::slice::from_ref(&slot));
    assert_eq!(Change::RemoveSlot { id: slot.id }.replaced(&world.plan).slots, [slot]);
    let when = span(&world.zone, "2026-11-24T00:00", "2026-11-25T00:00");
    world.by("ba", &Change::AskLeave { doctor: party("ba"), span: when }).unwrap();
    let leave = world.plan.leaves[0].clone();
    assert_eq!(Change::DecideLeave { id: leave.id, granted: false }.replaced(&world.plan).leaves, [leave]);
}

#[test]
fn what_cannot_be_is_refused() {
    let mut world = World::new(vec![]);
    let mut refused = |change: Change| world.try_as(&coordinator(), &change).unwrap_err();
    let zone = dakar();
    let ok = span(&zone, "2026-11-24T10:00", "2026-11-24T14:00");
    let put = |exception| Change::PutExceptions { exceptions: vec![exception] };
    assert_eq!(refused(put(exception(ok, Some("nobody")))), Refused::Doctor);
    let backwards = Span { from: ok.until, until: ok.from };
    assert_eq!(refused(put(exception(backwards, None))), Refused::Span);
    let long_ago = span(&zone, "2020-11-24T10:00", "2020-11-24T14:00");
    assert_eq!(refused(put(exception(long_ago, None))), Refused::Span);
    assert_eq!(refused(put(Exception { id: 9, ..exception(ok, None) })), Refused::Unknown);
    assert_eq!(
        refused(Change::PutSlots { slots: vec![slot(Weekday::Monday, 1_440, 0, "ba")] }),
        Refused::Span
    );
    assert_eq!(refused(Change::RemoveSlot { id: 1 }), Refused::Unknown);
    let flood = vec![exception(ok, None); 601];
    assert_eq!(refused(Change::PutExceptions { exceptions: flood }), Refused::TooMany);
}

#[test]
fn what_ended_long_ago_leaves_the_plan() {
    let mut world = World::new(full_week());
    let day = span(&world.zone, "2026-11-24T00:00", "2026-11-25T00:00");
    world.make(&Change::PutExceptions { exceptions: vec![exception(day, None)] });
    world.now = world.now.plus_ms(40 * DAY_MS);
    world.make(&Change::SetLanguages { doctor: party("ba"), languages: vec![] });
    assert_eq!(world.plan.exceptions, []);
}

/// The stored form: what a disk holds stays readable. A change of these lines needs a migration.
#[test]
fn the_stored_form_is_pinned() {
    let mut world = World::new(vec![slot(Weekday::Monday, 1_200, 360, "ba")]);
    let day = Span { from: world.now, until: world.now.plus_ms(1_000) };
    world.make(&Change::PutExceptions { exceptions: vec![exception(day, None)] });
    world.make(&Change::AskLeave { doctor: party("ba"), span: day });
    let spoken = Change::SetLanguages { doctor: party("ba"), languages: vec![crate::request::Language::Snk] };
    world.make(&spoken);
    let gives = Stretch { speciality: PAEDIATRICS, level: DutyLevel::Regional, span: day };
    let (from, to) = (party("ba"), party("diop"));
    world.plan.swaps.push(Swap { id: 9, from, to, gives, in_return: None, accepted: true });
    let json = serde_json::to_string(&world.plan).unwrap();
    let golden = r#"{"last_id":3,"template":[{"id":1,"speciality":"paediatrics","level":"first","weekday":"monday","from_min":1200,"until_min":360,"doctor":"ba"}],"exceptions":[{"id":2,"speciality":"paediatrics","level":"first","span":{"from":1795435200000,"until":1795435201000},"doctor":null}],"leaves":[{"id":3,"doctor":"ba","span":{"from":1795435200000,"until":1795435201000},"granted":true}],"swaps":[{"id":9,"from":"ba","to":"diop","gives":{"speciality":"paediatrics","level":"regional","span":{"from":1795435200000,"until":1795435201000}},"in_return":null,"accepted":true}],"languages":[{"doctor":"ba","languages":["snk"]}]}"#;
    assert_eq!(json, golden);
    assert_eq!(serde_json::from_str::<DutyPlan>(golden).unwrap(), world.plan);
    let change = serde_json::to_string(&spoken).unwrap();
    assert_eq!(change, r#"{"kind":"set_languages","doctor":"ba","languages":["snk"]}"#);
}

/// Zones with daylight saving time in both hemispheres, with half an hour of it, with a night that skips midnight, and without any.
const ZONES: [&str; 6] = [
    "Africa/Dakar",
    "Europe/Paris",
    "America/New_York",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "Africa/Casablanca",
];

fn zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(&ZONES[..]).prop_map(|name| Zone::named(name).unwrap())
}

/// A time in the years 2024 to 2027, in which each of the zones changes its clocks several times.
fn time() -> impl Strategy<Value = Timestamp> {
    (1_704_067_200_000_u64..1_830_297_600_000).prop_map(Timestamp)
}

/// A template that takes each minute of the week exactly once: cuts within each day, alternating doctors.
fn tiled_week() -> impl Strategy<Value = Vec<WeekSlot>> {
    prop::collection::vec(prop::collection::btree_set(1_u16..1_440, 0..4), 7).prop_map(|days| {
        let mut slots = Vec::new();
        for (day, cuts) in Weekday::ALL.into_iter().zip(days) {
            let edges: Vec<u16> = [0].into_iter().chain(cuts).chain([1_440]).collect();
            for (number, pair) in edges.windows(2).enumerate() {
                let doctor = if number % 2 == 0 { "ba" } else { "diop" };
                slots.push(slot(day, pair[0], pair[1], doctor));
            }
        }
        slots
    })
}

/// Any template, with overlaps and holes.
fn any_week() -> impl Strategy<Value = Vec<WeekSlot>> {
    let one = (prop::sample::select(&Weekday::ALL[..]), 0_u16..1_440, 0_u16..=1_440, any::<bool>());
    let one = one.prop_map(|(day, from, until, ba)| slot(day, from, until, if ba { "ba" } else { "diop" }));
    prop::collection::vec(one, 0..12)
}

/// Any exceptions and leaves within ten days around a time.
fn any_spans(around: Timestamp) -> impl Strategy<Value = Vec<(Span, u8)>> {
    let span = (0_u64..14 * 24 * 4, 1_u64..3 * 24 * 4).prop_map(move |(from, quarters)| {
        let from = Timestamp(around.0 - 7 * DAY_MS).plus_ms(from * HOUR_MS / 4);
        Span { from, until: from.plus_ms(quarters * HOUR_MS / 4) }
    });
    prop::collection::vec((span, 0_u8..5), 0..8)
}

fn plan_of(template: Vec<WeekSlot>, spans: Vec<(Span, u8)>) -> DutyPlan {
    let mut plan = DutyPlan { template, ..DutyPlan::default() };
    for (id, slot) in (1..).zip(&mut plan.template) {
        slot.id = id;
    }
    for (id, (span, kind)) in (100..).zip(spans) {
        match kind {
            0 => plan.exceptions.push(Exception { id, ..exception(span, None) }),
            1 => plan.exceptions.push(Exception { id, ..exception(span, Some("ba")) }),
            2 => plan.exceptions.push(Exception { id, ..exception(span, Some("diop")) }),
            _ => plan.leaves.push(DutyLeave { id, doctor: party("ba"), span, granted: kind == 3 }),
        }
    }
    plan
}

fn any_plan() -> impl Strategy<Value = (Timestamp, DutyPlan)> {
    time().prop_flat_map(|now| {
        (any_week(), any_spans(now)).prop_map(move |(week, spans)| (now, plan_of(week, spans)))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    /// Slots that follow each other on the clock follow each other in time, also on the days on which clocks change: nobody is
    /// missing and nobody is there twice.
    #[test]
    fn a_week_that_is_full_on_the_clock_is_full_in_time(zone in zone(), week in tiled_week(), from in time()) {
        let (plan, doctors) = (plan_of(week, vec![]), doctors(&["ba", "diop"]));
        let calendar = DutyCalendar { plan: &plan, zone: &zone, doctors: &doctors };
        let until = from.plus_ms(60 * DAY_MS);
        prop_assert_eq!(calendar.gaps(from, until), vec![]);
        let duties = calendar.duties_between(from, until);
        for pair in duties.windows(2) {
            prop_assert_eq!(pair[0].until, pair[1].from);
        }
    }

    /// Each moment is either in a duty or in a gap, and never in both.
    #[test]
    fn duties_and_gaps_are_the_two_sides_of_one_thing(zone in zone(), (now, plan) in any_plan()) {
        let doctors = doctors(&["ba", "diop"]);
        let calendar = DutyCalendar { plan: &plan, zone: &zone, doctors: &doctors };
        let (from, until) = (Timestamp(now.0 - 5 * DAY_MS), now.plus_ms(5 * DAY_MS));
        let (duties, gaps) = (calendar.duties_between(from, until), calendar.gaps(from, until));
        for step in 0..10 * 24 {
            let at = from.plus_ms(step * HOUR_MS);
            let covered = duties.iter().any(|duty| duty.runs_at(at));
            let in_gap = gaps.iter().any(|gap| gap.span.contains(at));
            prop_assert_eq!(covered, !in_gap && plan.keeps(PAEDIATRICS), "at {:?}", at);
            if step % 24 == 0 {
                prop_assert_eq!(covered, !calendar.on_duty(at).is_empty());
            }
        }
    }

    /// Who is on duty does not change before the next boundary, a duty is no shorter or longer when it is asked for by a day, and no
    /// doctor is there twice at once.
    #[test]
    fn nothing_changes_before_the_next_boundary(zone in zone(), (now, plan) in any_plan()) {
        let doctors = doctors(&["ba", "diop"]);
        let calendar = DutyCalendar { plan: &plan, zone: &zone, doctors: &doctors };
        let running = calendar.on_duty(now);
        let end = calendar.next_boundary(now).unwrap_or(now.plus_ms(7 * DAY_MS));
        for share in 0..16 {
            let at = now.plus_ms((end.0 - now.0 - 1) * share / 15);
            prop_assert_eq!(&calendar.on_duty(at), &running);
        }
        if calendar.next_boundary(now).is_some() {
            prop_assert_ne!(&calendar.on_duty(end), &running);
        }
        prop_assert!(running.windows(2).all(|pair| pair[0].doctor.party != pair[1].doctor.party));
        for duty in calendar.duties_between(now, now.plus_ms(2 * DAY_MS)) {
            prop_assert!(calendar.duties_between(duty.from, duty.until).contains(&duty), "{:?}", duty);
        }
    }

    /// The zone never runs backwards, and an instant is found again by its local time.
    #[test]
    fn local_time_is_monotone(zone in zone(), at in time(), step_min in 1_i64..300) {
        let local = zone.local(at);
        let later = local.checked_add(jiff::SignedDuration::from_mins(step_min)).unwrap();
        prop_assert!(zone.instant_of(local) <= at);
        prop_assert!(zone.instant_of(local) <= zone.instant_of(later));
    }
}
