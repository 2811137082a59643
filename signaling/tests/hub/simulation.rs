//! Days of a whole service in virtual time, drawn by a seed: posts that ask, file and vanish, doctors who answer, forget and leave, a
//! rota with nights and gaps over the end of a month, restarts, clocks that were set back by an hour or by a year, a disk that fails. No request and no case may be
//! without an owner or a next step, and no step of the clock late by more than a second. `TERANGA_SIMULATIONS` says how many seeds
//! are drawn, `TERANGA_SEED` plays one of them again.

use crate::world::{Page, World, consultation, doctor, request};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::IndexedRandom as _};
use std::collections::BTreeMap;
use teranga_clinic::{
    case::{AssignReason, CaseTimes, DeferReason, Outcome, Turn},
    clinical::Disposition,
    consultation::{Consultation, Phase},
    fact::{Fact, What},
    id::{ChatId, ConsultationId},
    people::{Addressee, Availability, Identity, Speciality},
    request::{Intake, Request, Urgency},
    rota::{DutyCalendar, DutyLevel, DutyPlan, Exception, Span, WeekSlot, Weekday, Zone},
    time::Timestamp,
};
use teranga_signaling::{
    config::HubConfig,
    contract::{Input, Rota},
    hub::in_order,
    message::{
        ClientMessage,
        case::{AskOpinion, AssignCase, CallCase, Defer, Examine, ReadCase, TellOutcome},
        chat::WriteChat,
        clinical::Close,
        session::Pace,
    },
};

const SECOND_MS: u64 = 1_000;
const MINUTE_MS: u64 = 60 * SECOND_MS;
const HOUR_MS: u64 = 60 * MINUTE_MS;
const DAY_MS: u64 = 24 * HOUR_MS;

/// Saturday 30 January 2027, 22:00 in Dakar: midnight and the end of a month are near.
const BEGIN: Timestamp = Timestamp(1_801_346_400_000);

/// The seeds that a usual run draws.
const USUAL: u64 = 12;

/// The pause after which the hub tries a fact again that could not be stored, with room for the next look.
const RETRY_MS: u64 = 6 * SECOND_MS;

const SPECIALITIES: [Speciality; 2] = [Speciality::Obstetrics, Speciality::Paediatrics];

#[test]
fn nobody_is_lost_in_days_of_service() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("TERANGA_SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("TERANGA_SIMULATIONS").unwrap_or(USUAL),
    };
    let mut seen = Seen::default();
    for seed in seeds {
        println!("seed {seed}");
        Service::new(seed).live(&mut seen);
    }
    println!("{seen:?}");
    let covers = seen.cases > 0 && seen.overdue > 0 && seen.outcomes > 0 && seen.stepped_back > 0;
    assert!(covers, "the draw covers nothing: {seen:?}");
}

/// What happened in all runs.
#[derive(Debug, Default)]
struct Seen {
    consultations: usize,
    cases: usize,
    reminded: usize,
    overdue: usize,
    outcomes: usize,
    restarts: usize,
    stepped_back: usize,
    latest_ms: u64,
}

struct Service {
    world: World,
    rng: StdRng,
    posts: Vec<Page>,
    doctors: Vec<Page>,
    plan: DutyPlan,
    zone: Zone,
    last_consultation: u128,
    last_chat: u128,
    next_beat: Timestamp,
    next_boundary: Timestamp,
    /// Until then the clock of the hub may be late, because the server was down or the disk failed.
    excused_until: Timestamp,
    read: BTreeMap<ConsultationId, (usize, Consultation)>,
    latest_ms: u64,
    restarts: usize,
    stepped_back: usize,
}

impl Service {
    fn new(seed: u64) -> Self {
        let slow = Pace { heartbeat_ms: 600_000, absent_after_ms: 1_500_000, lost_after_ms: 1_500_000 };
        let config = HubConfig {
            live: slow,
            cut_off: slow,
            waiting: slow,
            joining: slow,
            talking: slow,
            idle: slow,
            ..HubConfig::default()
        };
        let mut world = World::with(config);
        let mut rng = StdRng::seed_from_u64(seed);
        world.now = BEGIN.plus_ms(rng.random_range(0..DAY_MS));
        let posts = ["a", "b", "c"].map(|name| world.kiosk(name)).to_vec();
        let name = |at: usize| doctor(&format!("doctor-{at}"), SPECIALITIES[at % 2]);
        let doctors = (0..5).map(|at| world.enter(&name(at)).0).collect();
        let plan = plan(&mut rng);
        let zone = Zone::named("Africa/Dakar").expect("the zone of the country");
        let now = world.now;
        Self {
            world,
            rng,
            posts,
            doctors,
            plan,
            zone,
            last_consultation: 0,
            last_chat: 0,
            next_beat: now,
            next_boundary: now,
            excused_until: now,
            read: BTreeMap::new(),
            latest_ms: 0,
            restarts: 0,
            stepped_back: 0,
        }
    }

    fn live(mut self, seen: &mut Seen) {
        self.tell_rota();
        for _ in 0..self.rng.random_range(60..160) {
            let pause_ms = self.rng.random_range(SECOND_MS..40 * MINUTE_MS);
            self.drift(pause_ms);
            self.act();
            self.check();
        }
        self.world.disk_works_at_once = true;
        self.settle_disk();
        for page in [self.posts.clone(), self.doctors.clone()].concat() {
            if self.world.is_open(&page) {
                self.world.cut(&page);
            }
        }
        for _ in 0..40 {
            self.drift(6 * HOUR_MS);
            self.check();
        }
        self.count(seen);
    }

    /// Lets time pass from deadline to deadline, with heartbeats and the boundaries of the rota.
    fn drift(&mut self, ms: u64) {
        let end = self.world.now.plus_ms(ms);
        while self.world.now < end {
            let next = self.world.hub.poll_timeout().unwrap_or(end);
            let due =
                [next, self.next_beat, self.next_boundary, end].into_iter().min().expect("four of them");
            self.world.now = due.max(self.world.now);
            self.world.timeout();
            if self.world.now >= self.next_beat {
                self.beat();
            }
            if self.world.now >= self.next_boundary {
                self.tell_rota();
            }
        }
    }

    fn beat(&mut self) {
        self.next_beat = self.world.now.plus_ms(5 * MINUTE_MS);
        for page in [self.posts.clone(), self.doctors.clone()].concat() {
            if self.world.is_open(&page) {
                self.world.beat(&page);
                self.world.read(&page);
            }
        }
    }

    fn tell_rota(&mut self) {
        let doctors: Vec<Identity> = self.doctors.iter().map(|page| page.who.clone()).collect();
        let calendar = DutyCalendar { plan: &self.plan, zone: &self.zone, doctors: &doctors };
        let (now, duties) = (self.world.now, calendar.on_duty(self.world.now));
        self.next_boundary = calendar.next_boundary(now).unwrap_or_else(|| now.plus_ms(DAY_MS));
        let kept = calendar.kept();
        self.world.input(Input::Rota(Box::new(Rota {
            duties,
            doctors: Some(doctors),
            kept,
            ..Rota::default()
        })));
    }

    fn act(&mut self) {
        match self.rng.random_range(0..100) {
            0..30 => self.post_acts(),
            30..75 => self.doctor_acts(),
            75..82 => self.come_or_go(),
            82..87 => self.change_rota(),
            87..91 => self.restart(),
            91..94 => self.fail_disk(),
            94..97 => self.world.disk_works_at_once = false,
            _ => {
                self.world.disk_works_at_once = true;
                self.settle_disk();
            }
        }
        if !self.world.disk_works_at_once && self.rng.random_bool(0.5) {
            self.world.disk_works_at_once = true;
            self.settle_disk();
        }
    }

    fn post_acts(&mut self) {
        let Some(page) = self.posts.choose(&mut self.rng).cloned() else { return };
        let urgency =
            *[Urgency::Stat, Urgency::Urgent, Urgency::Routine].choose(&mut self.rng).expect("three");
        let speciality = *SPECIALITIES.choose(&mut self.rng).expect("two");
        let own = self.any(|one| one.post().party == page.who.party);
        let asked = self.any(|one| one.post().party == page.who.party && one.phase() == Phase::FollowUp);
        if let Some(id) = asked.filter(|_| self.rng.random_bool(0.2)) {
            return self.tell(&page, id);
        }
        match (self.rng.random_range(0..9), own) {
            (0..4, _) => self.ask(&page, urgency, speciality, None),
            (4..6, _) => {
                let to = if self.rng.random_bool(0.2) {
                    let someone = self.doctors.choose(&mut self.rng).expect("five").who.party.clone();
                    Addressee::Party(someone)
                } else {
                    Addressee::Speciality(speciality)
                };
                self.ask(&page, urgency, speciality, Some(to));
            }
            (6, Some(id)) => self.say(&page, ClientMessage::Defer(Defer { consultation: id, to: None })),
            (7, Some(id)) => self.write(&page, id, false),
            (8, Some(id)) => {
                let intake =
                    Intake { pulse: Some(self.rng.random_range(60..160).into()), ..Intake::default() };
                self.say(&page, ClientMessage::Examine(Examine { consultation: id, intake, act: None }));
            }
            _ => {}
        }
    }

    fn ask(&mut self, page: &Page, urgency: Urgency, speciality: Speciality, defer_to: Option<Addressee>) {
        self.last_consultation += 1;
        let asked = Request { speciality, defer_to, ..request(self.last_consultation, urgency) };
        self.say(page, ClientMessage::Request(asked));
    }

    fn tell(&mut self, page: &Page, id: ConsultationId) {
        let outcome = *Outcome::ALL.choose(&mut self.rng).expect("seven");
        self.say(
            page,
            ClientMessage::TellOutcome(TellOutcome { consultation: id, outcome, text: "".into(), act: None }),
        );
    }

    fn doctor_acts(&mut self) {
        let Some(page) = self.doctors.choose(&mut self.rng).cloned() else { return };
        let held = self.any(|one| one.is_held_by(&page.who.party));
        let loose = self.any(|one| one.owner().is_none());
        let to = self.doctors.choose(&mut self.rng).expect("five").who.party.clone();
        match (self.rng.random_range(0..14), held, loose) {
            (0..2, _, Some(id)) => self.world.claim(&page, id),
            (2, _, Some(id)) => {
                let assign = AssignCase { consultation: id, to: page.who.party.clone() };
                self.say(&page, ClientMessage::AssignCase(assign));
            }
            (3, Some(id), _) => self.say(&page, ClientMessage::ReadCase(ReadCase { consultation: id })),
            (4..6, Some(id), _) => self.world.advise(&page, id, 1, "Repos"),
            (6, Some(id), _) => self.write(&page, id, true),
            (7..9, Some(id), _) => {
                let follow_up_h = self.rng.random_bool(0.5).then(|| self.rng.random_range(1..72));
                let close = Close { consultation: id, disposition: Disposition::Advice, follow_up_h };
                self.say(&page, ClientMessage::Close(close));
            }
            (9, Some(id), _) => self.say(&page, ClientMessage::Defer(Defer { consultation: id, to: None })),
            (10, Some(id), _) => self.say(&page, ClientMessage::CallCase(CallCase { consultation: id })),
            (11, Some(id), _) => {
                self.say(&page, ClientMessage::AskOpinion(AskOpinion { consultation: id, party: to }));
            }
            (12, Some(id), _) => {
                self.say(&page, ClientMessage::AssignCase(AssignCase { consultation: id, to }));
            }
            (13, ..) => {
                let states = [Availability::Available, Availability::Busy, Availability::Away];
                let state = *states.choose(&mut self.rng).expect("three");
                if self.world.is_open(&page) {
                    self.world.set_availability(&page, state);
                }
            }
            _ => {}
        }
    }

    fn write(&mut self, page: &Page, id: ConsultationId, asks: bool) {
        self.last_chat += 1;
        let chat = ChatId(consultation(self.last_chat).0);
        self.say(
            page,
            ClientMessage::WriteChat(WriteChat { consultation: id, chat, text: "?".into(), asks }),
        );
    }

    fn say(&mut self, page: &Page, message: ClientMessage) {
        if self.world.is_open(page) {
            self.world.say(page, message);
        }
    }

    /// A post or a doctor connects, or is cut off.
    fn come_or_go(&mut self) {
        let all = self.posts.len() + self.doctors.len();
        let at = self.rng.random_range(0..all);
        let posts = self.posts.len();
        let page = if at < posts { &mut self.posts[at] } else { &mut self.doctors[at - posts] };
        if self.world.is_open(page) {
            self.world.cut(page);
        } else {
            page.session = self.world.connect(&page.who);
            self.world.say_hello_again(page);
        }
    }

    /// A coordinator changes the rota: a doctor is away, or stands in, for some hours.
    fn change_rota(&mut self) {
        let from = self.world.now;
        let span = Span { from, until: from.plus_ms(self.rng.random_range(HOUR_MS..20 * HOUR_MS)) };
        let stand_in = self.doctors.choose(&mut self.rng).map(|page| page.who.party.clone());
        let doctor = stand_in.filter(|_| self.rng.random_bool(0.6));
        let speciality = *SPECIALITIES.choose(&mut self.rng).expect("two");
        self.plan.exceptions.push(Exception { id: 0, speciality, level: DutyLevel::First, span, doctor });
        self.tell_rota();
    }

    /// The server stops, is away for a while, and comes back with another clock, as the server's own start does it.
    fn restart(&mut self) {
        self.restarts += 1;
        self.settle_disk();
        self.read_facts();
        let told = self.other_clock();
        let newest = self.world.disk.values().flatten().map(|fact| fact.at).max().unwrap_or_default();
        self.stepped_back += usize::from(told < newest);
        self.world.now = told.continuing(newest);
        self.world.restart();
        self.read_again();
        self.excused_until = self.world.now.plus_ms(RETRY_MS);
        self.next_beat = self.world.now;
        for page in self.posts.iter_mut().chain(&mut self.doctors) {
            if self.rng.random_bool(0.8) {
                self.world.say_hello_again(page);
            }
        }
        self.tell_rota();
        self.world.timeout();
    }

    /// What the machine's clock says after a while: the time, the time less what the server was away, an hour back, or another year.
    fn other_clock(&mut self) -> Timestamp {
        let now = self.world.now;
        let away_ms = self.rng.random_range(SECOND_MS..10 * MINUTE_MS);
        match self.rng.random_range(0..20) {
            0..4 => now,
            4..12 => now.plus_ms(away_ms - self.rng.random_range(0..away_ms)),
            12..18 => Timestamp(now.0 - self.rng.random_range(0..HOUR_MS)),
            18 => now.plus_ms(self.rng.random_range(2 * DAY_MS..400 * DAY_MS)),
            _ => Timestamp(now.0 - self.rng.random_range(2 * DAY_MS..400 * DAY_MS)),
        }
    }

    /// Reads every consultation as the hub has read it at its start.
    fn read_again(&mut self) {
        for (id, facts) in &self.world.disk {
            let one = Consultation::replay(&in_order(facts, self.world.now)).expect("it can be read");
            self.read.insert(*id, (facts.len(), one));
        }
    }

    fn fail_disk(&mut self) {
        self.world.disk_works_at_once = false;
        self.drift(self.rng.clone().random_range(SECOND_MS..2 * MINUTE_MS));
        while !self.world.on_the_way.is_empty() && self.rng.random_bool(0.7) {
            self.world.write(false);
        }
        self.excused_until = self.world.now.plus_ms(RETRY_MS);
    }

    fn settle_disk(&mut self) {
        while !self.world.on_the_way.is_empty() {
            self.world.write(true);
        }
        self.excused_until = self.world.now.plus_ms(RETRY_MS);
        self.world.timeout();
    }

    /// Any consultation that is not over, by chance.
    fn any(&mut self, pick: impl Fn(&Consultation) -> bool) -> Option<ConsultationId> {
        let open = |one: &&Consultation| one.phase() != Phase::Closed && pick(one);
        let ids: Vec<_> = self.read.values().map(|(_, one)| one).filter(open).map(Consultation::id).collect();
        ids.choose(&mut self.rng).copied()
    }

    fn check(&mut self) {
        self.read_facts();
        if !self.world.disk_works_at_once || self.world.now < self.excused_until {
            return;
        }
        let (now, config) = (self.world.now, self.world.config.clone());
        for (_, one) in self.read.values() {
            if let Some((due, step)) = due(one, &config) {
                assert!(now <= due.plus_ms(SECOND_MS), "{step} of {} is late: {now:?} {due:?}", one.id());
            }
            self.check_owner(one);
        }
        assert_eq!(self.world.hub.counters().faults, 0);
    }

    /// A case without an owner is one for which nobody can be found.
    fn check_owner(&self, one: &Consultation) {
        if one.phase() != Phase::Deferred || one.owner().is_some() {
            return;
        }
        let speciality = one.asked_speciality();
        let doctors: Vec<Identity> = self.doctors.iter().map(|page| page.who.clone()).collect();
        let calendar = DutyCalendar { plan: &self.plan, zone: &self.zone, doctors: &doctors };
        let duties = calendar.on_duty(self.world.now);
        let on_duty = duties.iter().any(|duty| duty.speciality == speciality);
        let there = |page: &&Page| page.who.specialities.contains(&speciality) && self.world.is_open(page);
        let connected = self.doctors.iter().find(there);
        assert!(!on_duty && connected.is_none(), "{} has no owner, although there is one", one.id());
        assert!(self.world.hub.poll_timeout().is_some(), "nobody searches");
    }

    /// Reads the facts that are new on the disk, and holds those of the clock against their time.
    fn read_facts(&mut self) {
        let config = self.world.config.clone();
        let disk: Vec<_> = self.world.disk.iter().map(|(id, facts)| (*id, facts.clone())).collect();
        for (id, facts) in disk {
            let (mut known, mut one) = self
                .read
                .remove(&id)
                .unwrap_or_else(|| (1, Consultation::open(&facts[0]).expect("begins with a request")));
            for fact in &facts[known..] {
                self.check_time(&one, fact, &config);
                one.apply(fact).expect("follows");
            }
            known = facts.len();
            self.read.insert(id, (known, one));
        }
    }

    fn check_time(&mut self, one: &Consultation, fact: &Fact, config: &HubConfig) {
        let Some(expected) = expected(one, fact, config) else { return };
        let late_ms = fact.at.since_ms(expected.max(self.excused_until));
        assert!(late_ms <= SECOND_MS, "{:?} of {} is late by {late_ms} ms", fact.what, one.id());
        self.latest_ms = self.latest_ms.max(late_ms);
    }

    fn count(&self, seen: &mut Seen) {
        let facts = || self.world.disk.values().flatten();
        let count = |pick: fn(&What) -> bool| facts().filter(|fact| pick(&fact.what)).count();
        seen.consultations += self.world.disk.len();
        seen.cases += count(|what| matches!(what, What::Deferred { .. }));
        seen.reminded += count(|what| matches!(what, What::Reminded));
        seen.overdue += count(|what| matches!(what, What::Assigned { why: AssignReason::Overdue, .. }));
        seen.outcomes += count(|what| matches!(what, What::OutcomeTold { .. }));
        seen.restarts += self.restarts;
        seen.stepped_back += self.stepped_back;
        seen.latest_ms = seen.latest_ms.max(self.latest_ms);
    }
}

/// The time at which the clock must have recorded this fact at the latest; none for a fact of a person, and for one that follows from
/// something else than time.
fn expected(one: &Consultation, fact: &Fact, config: &HubConfig) -> Option<Timestamp> {
    if fact.by.is_some() {
        return None;
    }
    let urgency = one.request().urgency;
    match (&fact.what, one.case()) {
        (What::OutcomeAskedAgain | What::LostToFollowUp { .. }, _) => {
            one.follow_up().map(|follow_up| follow_up.next(&config.cases).1)
        }
        (What::Escalated { .. }, _) => Some(one.step().1.plus_ms(config.steps.of(urgency, one.step().0))),
        (What::Deferred { why: DeferReason::Unanswered, .. }, _) => {
            Some(one.step().1.plus_ms(config.defer_ms))
        }
        (What::Reminded, Some(case)) => case.reminder(urgency, &config.cases),
        (
            What::Assigned { why: AssignReason::Overdue | AssignReason::NoReply, .. } | What::Closed { .. },
            Some(case),
        ) => Some(case.due(urgency, &config.cases)),
        _ => None,
    }
}

/// The time by which a consultation must have moved on, and the step that is due then.
fn due(one: &Consultation, config: &HubConfig) -> Option<(Timestamp, &'static str)> {
    let urgency = one.request().urgency;
    let times: &CaseTimes = &config.cases;
    match (one.phase(), one.case()) {
        (Phase::Deferred, Some(case)) => Some(match (case.reminder(urgency, times), case.turn) {
            (Some(reminder), _) => (reminder, "the reminder"),
            (None, Turn::Closing) => (case.due(urgency, times), "the end"),
            (None, _) => (case.due(urgency, times), "the deadline"),
        }),
        (Phase::FollowUp, _) => {
            one.follow_up().map(|follow_up| (follow_up.next(times).1, "the question for the outcome"))
        }
        (Phase::Waiting, _) => {
            let step_ms = config.steps.of(urgency, one.step().0).max(config.defer_ms);
            Some((one.step().1.plus_ms(step_ms), "the escalation"))
        }
        _ => None,
    }
}

/// A rota with days and nights for two specialities, some of whose slots nobody has.
fn plan(rng: &mut StdRng) -> DutyPlan {
    let mut template = Vec::new();
    for weekday in Weekday::ALL {
        for (at, speciality) in SPECIALITIES.into_iter().enumerate() {
            for (from_min, until_min) in [(480, 1_200), (1_200, 480)] {
                if rng.random_bool(0.2) {
                    continue;
                }
                let who = rng.random_range(0..2) * 2 + at;
                let doctor = doctor(&format!("doctor-{who}"), speciality).party;
                let level = if rng.random_bool(0.8) { DutyLevel::First } else { DutyLevel::Second };
                template.push(WeekSlot { id: 0, speciality, level, weekday, from_min, until_min, doctor });
            }
        }
    }
    DutyPlan { template, ..DutyPlan::default() }
}

#[test]
fn the_same_seed_lives_the_same_life() {
    let life = |seed| {
        let mut service = Service::new(seed);
        service.tell_rota();
        for _ in 0..40 {
            service.drift(10 * MINUTE_MS);
            service.act();
        }
        service.world.disk
    };
    assert_eq!(life(7), life(7));
}
