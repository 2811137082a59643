//! Arbitrary sequences of everything, from several posts, doctors, a guest and an operator, with a disk
//! that fails, sockets that break, revocations, restarts and time. After each step, what must always be
//! true is checked; at the end, the facts on the disk must give the state that the hub has.

use crate::{
    steps::{Heard, Said, Step, TABLETS, about, cast, message, photo, signal, step},
    world::{Page, World, consultation},
};
use proptest::{collection::vec, prelude::*};
use std::collections::{BTreeMap, BTreeSet};
use teranga_clinic::{
    consultation::{Consultation, Phase},
    fact::What,
    id::{ConsultationId, PartyId},
    people::{Availability, Identity, Role},
    photo::{PhotoFile, PhotoKind, PhotoMoving},
    request::Urgency,
};
use teranga_signaling::{
    config::{HubConfig, RingTimes, StepTimes},
    contract::{Author, Input, MediaOrder, MediaSignal},
    id::{MemberId, RoomId},
    limits,
    message::{
        ClientMessage, ServerMessage,
        call::{Act, Grant, Join},
        session::{ErrorCode, Hello, PROTOCOL_VERSION},
    },
};

const SHARDS: u16 = 2;

/// The world, and a model of what may be: who was let into which consultation, which grants were given.
struct Trial {
    world: World,
    pages: Vec<Page>,
    /// Every grant that was ever given, and to whom.
    grants: Vec<(usize, Grant)>,
    redeemed: BTreeSet<String>,
    /// The party that was invited last, and the consultation.
    invited: Option<(usize, ConsultationId)>,
    places: Vec<MemberId>,
    /// The parties that may be told of a consultation: the tablets that had a part, those who took or entered it, and those who
    /// are rung. All tablets of its post are told of a case.
    privy: BTreeMap<ConsultationId, BTreeSet<PartyId>>,
}

impl Trial {
    fn new() -> Self {
        let [stat, urgent, routine] = [3_000, 6_000, 9_000].map(RingTimes::each);
        let steps = StepTimes { stat, urgent, routine, empty_ms: 500, next_doctor_ms: 1_000 };
        let config = HubConfig {
            steps,
            ring_again_ms: 2_000,
            invite_ms: 5_000,
            forget_ms: 20_000,
            ..HubConfig::default()
        };
        let mut world =
            World::with(HubConfig { defer_ms: 4_000, link_lost_ms: 30_000, shards: SHARDS, ..config });
        world.disk_works_at_once = false;
        let connect = |who| Page { session: world.connect(&who), who, resume: None };
        let pages = cast().into_iter().map(connect).collect();
        let (grants, places) = (Vec::new(), Vec::new());
        let (redeemed, privy, invited) = (BTreeSet::new(), BTreeMap::new(), None);
        let mut trial = Self { world, pages, grants, redeemed, invited, places, privy };
        trial.begin();
        trial
    }

    /// Everyone is there and two doctors are available: from here the interesting sequences are short.
    fn begin(&mut self) {
        for who in 0..self.pages.len() {
            self.hello(who, false, false);
        }
        for who in [2, 3] {
            self.say(who, &Said::Availability(Availability::Available));
        }
    }

    fn take(&mut self, step: &Step) {
        match *step {
            Step::Connect(who) => self.pages[who].session = self.world.connect(&cast()[who]),
            Step::Arrive { who, resume, take_over } => {
                self.pages[who].session = self.world.connect(&cast()[who]);
                self.hello(who, resume, take_over);
            }
            Step::Cut(who) => self.world.cut(&self.pages[who].clone()),
            Step::Say(who, ref said) => self.say(who, said),
            Step::Holder(id, ref said) => {
                if let Some(who) = self.holder(id) {
                    self.say(who, &about(id, said));
                }
            }
            Step::Rung(ref said) => {
                if let Some((who, id)) = self.invited {
                    self.say(who, &about(id.0.as_u128(), said));
                }
            }
            Step::Join { who, grant } => {
                let given = self.grants.len().max(1);
                self.join(who, self.grants.get(grant % given).map(|(_, grant)| grant.clone()));
            }
            Step::JoinLast(who) => {
                let own = self.grants.iter().rev().find(|(to, _)| *to == who);
                self.join(who, own.map(|(_, grant)| grant.clone()));
            }
            Step::Media(place, heard) => self.media(place, heard),
            Step::Photo { who, id, photo, all } => self.photo(who, id, photo, all),
            Step::Disk(durable) => self.world.write(durable),
            Step::Pass(ms) => self.pass(ms),
            Step::Revoke(who) => self.world.input(Input::Revoked { party: cast()[who].party.clone() }),
            Step::Unreadable(who) => {
                let session = self.pages[who].session;
                self.world.input(Input::Unreadable { session, code: ErrorCode::Malformed });
            }
            Step::Restart => self.restart(),
        }
    }

    fn holder(&self, id: u128) -> Option<usize> {
        let facts = self.world.disk.get(&consultation(id))?;
        let owner = Consultation::replay(facts).ok()?.owner()?.clone();
        cast().iter().position(|who| who.party == owner.party)
    }

    fn hello(&mut self, who: usize, resume: bool, take_over: bool) {
        let page = self.pages[who].clone();
        let resume = page.resume.clone().filter(|_| resume).map(Into::into);
        let hello = Hello { version: PROTOCOL_VERSION, resume, take_over, pieces: false };
        self.world.say(&page, ClientMessage::Hello(hello));
    }

    fn say(&mut self, who: usize, said: &Said) {
        let page = self.pages[who].clone();
        self.world.say(&page, message(said));
    }

    fn join(&mut self, who: usize, grant: Option<Grant>) {
        let Some(grant) = grant else { return };
        let page = self.pages[who].clone();
        let orders = self.world.orders.len();
        let join = Join { token: grant.token.clone(), sdp: "v=0".to_owned() };
        self.world.say(&page, ClientMessage::Join(join));
        if self.world.orders.len() > orders {
            assert!(self.redeemed.insert(grant.token.into_inner()), "a grant opened twice");
            self.places.push(grant.member);
        }
    }

    fn media(&mut self, place: usize, heard: Heard) {
        let Some(member) = self.places.get(place % self.places.len().max(1)).copied() else { return };
        self.world.signal(member, signal(member, heard));
    }

    fn photo(&mut self, who: usize, id: u128, number: u128, all: bool) {
        let (by, consultation) = (cast()[who].party.clone(), consultation(id));
        let file = PhotoFile { kind: PhotoKind::Jpeg, width: 8, height: 8, bytes: 9, sha256: String::new() };
        let moving = PhotoMoving { held: 3, bytes: 9 };
        let photo = photo(number);
        self.world.input(if all {
            Input::PhotoStored { consultation, photo, by, author: Author::AtTheTablet, file }
        } else {
            Input::PhotoMoved { consultation, photo, by, moving }
        });
    }

    fn pass(&mut self, ms: u64) {
        let alive: Vec<Page> = self.pages.iter().skip(1).cloned().collect();
        let alive: Vec<&Page> = alive.iter().filter(|page| self.world.is_open(page)).collect();
        self.world.pass(ms, &alive);
    }

    fn restart(&mut self) {
        self.world.restart();
        self.places.clear();
        for page in &mut self.pages {
            page.session = self.world.connect(&page.who);
        }
    }

    /// Reads all mail, and checks that nobody was told what is not theirs.
    fn check(&mut self) {
        self.note_privileges();
        for who in 0..self.pages.len() {
            let page = self.pages[who].clone();
            for message in self.world.read(&page) {
                self.learn(who, &message);
                self.check_message(&page.who, &message);
            }
        }
        self.check_exits();
        self.check_facts();
        self.check_rooms();
        self.check_bounds();
    }

    /// Whoever was in one room was in one consultation. Who is moved was joined, into a room of the same thread.
    fn check_rooms(&self) {
        let mut rooms: BTreeMap<RoomId, BTreeSet<PartyId>> = BTreeMap::new();
        let mut members: BTreeMap<MemberId, (RoomId, PartyId)> = BTreeMap::new();
        for order in &self.world.orders {
            if let MediaOrder::Join { room, party, member, .. } = order {
                rooms.entry(*room).or_default().insert(party.clone());
                members.insert(*member, (*room, party.clone()));
            }
            if let MediaOrder::Move { room, member, to } = order {
                let (from, party) = members.get_mut(member).expect("joined");
                assert_eq!((*from, from.shard), (*room, to.shard));
                rooms.entry(*to).or_default().insert(party.clone());
                *from = *to;
            }
        }
        for (room, parties) in rooms.iter().filter(|(_, parties)| parties.len() > 1) {
            let shared = self.privy.values().any(|privy| privy.is_superset(parties));
            assert!(shared, "{parties:?} met in {room:?}");
        }
    }

    fn learn(&mut self, who: usize, message: &ServerMessage) {
        let grant = match message {
            ServerMessage::Welcome(welcome) => {
                self.pages[who].resume = Some(welcome.resume.reveal().clone());
                let of_call = welcome.call.as_ref().and_then(|call| call.grant.clone());
                welcome.waiting.as_ref().and_then(|requested| requested.grant.clone()).or(of_call)
            }
            ServerMessage::Prepared(prepared) => prepared.grant.clone(),
            ServerMessage::Requested(requested) => requested.grant.clone(),
            ServerMessage::Call(call) => call.grant.clone(),
            ServerMessage::Ring(ring) if ring.invited_by.is_some() => {
                self.invited = Some((who, ring.entry.consultation));
                None
            }
            _ => None,
        };
        self.grants.extend(grant.map(|grant| (who, grant)));
    }

    fn check_message(&self, who: &Identity, message: &ServerMessage) {
        for id in inner_circle(message) {
            let privy = self.privy.get(&id).is_some_and(|privy| privy.contains(&who.party));
            let known = privy || (is_of_case(message) && self.is_of_post(id, who));
            assert!(known, "{} was told of {id}: {message:?}", who.party);
        }
        let role = match message {
            ServerMessage::Queue(_) | ServerMessage::Entry(_) | ServerMessage::EntryGone(_) => Role::Doctor,
            ServerMessage::Prepared(_) if who.role == Role::Doctor => return,
            ServerMessage::Prepared(_) | ServerMessage::Requested(_) | ServerMessage::Roster(_) => {
                Role::Kiosk
            }
            ServerMessage::Overview(_) => Role::Operator,
            _ => return,
        };
        assert_eq!(who.role, role, "{message:?}");
    }

    /// True for a tablet of the post of a consultation.
    fn is_of_post(&self, id: ConsultationId, who: &Identity) -> bool {
        let facts = self.world.disk.get(&id);
        facts.is_some_and(|facts| Consultation::replay(facts).expect("legal").is_of_post(who))
    }

    /// Facts let people in; a ring with `invited_by` does too, and only the holder's `invite` causes one.
    fn note_privileges(&mut self) {
        for (id, facts) in &self.world.disk {
            let privy = self.privy.entry(*id).or_default();
            for fact in facts {
                match &fact.what {
                    What::Requested { post: who, .. }
                    | What::TabletJoined { tablet: who }
                    | What::Claimed { doctor: who }
                    | What::Assigned { doctor: Some(who), .. }
                    | What::Entered { guest: who, .. } => privy.insert(who.party.clone()),
                    _ => false,
                };
            }
        }
    }

    /// Whoever has a seat may do something that leads on or out, and what a party is offered is theirs to do.
    fn check_exits(&self) {
        for (id, one) in self.calls() {
            for who in one.entered().iter().chain([one.tablets().current()]) {
                let acts = self.world.hub.acts(id, &who.party);
                assert!(acts.iter().any(|act| leads_out(*act)), "{} is locked in: {acts:?}", who.party);
                assert_eq!(
                    acts.contains(&Act::Direct),
                    one.is_held_by(&who.party) && acts.contains(&Act::HandOn)
                );
            }
        }
    }

    /// The consultations that wait or run.
    fn calls(&self) -> Vec<(ConsultationId, Consultation)> {
        let mut calls = self.open();
        calls.retain(|(_, one)| matches!(one.phase(), Phase::Waiting | Phase::Running));
        calls
    }

    /// The consultations that are not over.
    fn open(&self) -> Vec<(ConsultationId, Consultation)> {
        let replayed =
            self.world.disk.iter().map(|(id, facts)| (*id, Consultation::replay(facts).expect("legal")));
        replayed.filter(|(_, one)| one.phase() != Phase::Closed).collect()
    }

    /// Every doctor goes, and nobody ever comes back: the clock leads each post that still waits to its exits, and one tap
    /// ends the consultation.
    fn doctors_never_come_back(&mut self) {
        self.world.disk_works_at_once = true;
        while !self.world.on_the_way.is_empty() {
            self.world.write(true);
        }
        for who in (0..self.pages.len()).filter(|who| !TABLETS.contains(who)) {
            let page = self.pages[who].clone();
            if self.world.is_open(&page) {
                self.world.cut(&page);
            }
        }
        for place in self.places.clone() {
            let mut people = cast().into_iter().filter(|who| who.role != Role::Kiosk);
            let gone = people.any(|who| self.world.place_of(&who.party) == Some(place));
            if gone {
                self.world.signal(place, MediaSignal::Gone);
            }
        }
        for who in TABLETS {
            self.pages[who].session = self.world.connect(&cast()[who]);
            self.hello(who, false, true);
        }
        let posts: Vec<_> = TABLETS.map(|who| self.pages[who].clone()).to_vec();
        let posts: Vec<_> = posts.iter().collect();
        self.world.pass(20_000, &posts);
        for (id, one) in self.open() {
            if matches!(one.phase(), Phase::Waiting | Phase::Running) {
                let acts = self.world.hub.acts(id, &one.tablets().current().party);
                assert!(acts.contains(&Act::Cancel), "the post waits for somebody who never comes: {acts:?}");
                assert!(acts.contains(&Act::Defer), "a case is always possible: {acts:?}");
                let has_left = acts.contains(&Act::Rejoin);
                assert!(has_left || one.is_open(), "nobody is called");
            }
            let who = cast()
                .iter()
                .position(|who| who.party == one.tablets().current().party)
                .expect("one of the cast");
            // A page whose socket was lost meanwhile opens another one.
            if !self.world.is_open(&self.pages[who].clone()) {
                self.pages[who].session = self.world.connect(&cast()[who]);
                self.hello(who, false, true);
            }
            let ends = match one.phase() {
                Phase::FollowUp => Said::TellOutcome(id.0.as_u128()),
                _ => Said::Cancel(id.0.as_u128()),
            };
            self.say(who, &ends);
            assert!(!self.open().iter().any(|(open, _)| *open == id), "one tap did not end it");
        }
    }

    /// The facts on the disk follow from each other, and nobody is in two consultations.
    fn check_facts(&self) {
        let replayed =
            self.world.disk.values().map(|facts| Consultation::replay(facts).expect("legal facts"));
        let open: Vec<_> = replayed.filter(|one| one.phase() != Phase::Closed).collect();
        let is_case = |one: &Consultation| matches!(one.phase(), Phase::Deferred | Phase::FollowUp);
        let (cases, open): (Vec<_>, Vec<_>) = open.into_iter().partition(is_case);
        let due = cases.iter().any(|one| one.phase() == Phase::Deferred);
        let undecided = !self.world.on_the_way.is_empty();
        assert!(!due || undecided || self.world.hub.poll_timeout().is_some(), "a case without a next step");
        let mut seated = BTreeSet::new();
        for one in &open {
            let held = one.owner().is_some() || one.rings_again().is_some();
            assert_eq!(one.phase() == Phase::Running, held, "a running one has its doctor, or rings for one");
            for who in one.entered().iter().chain([one.tablets().current()]) {
                assert!(seated.insert(who.party.clone()), "{} sits twice", who.party);
            }
        }
        let stats = self.world.hub.stats();
        let waiting = open.iter().filter(|one| one.phase() == Phase::Waiting).count();
        assert_eq!((stats.waiting, stats.running), (waiting, open.len() - waiting), "live is what replays");
        assert_eq!(stats.cases, cases.len());
    }

    fn check_bounds(&self) {
        let stats = self.world.hub.stats();
        assert_eq!(stats.sessions, self.world.open.len());
        assert_eq!(stats.pending_records, self.world.on_the_way.len());
        let posts = cast().iter().filter(|who| who.role == Role::Kiosk).count();
        assert!(stats.grants <= (stats.waiting + stats.running) * limits::SEATS + posts);
        assert!(stats.sessions <= cast().len() * limits::SOCKETS_PER_PARTY);
        assert_eq!(self.world.hub.counters().faults, 0, "a fact that did not follow");
        let joins = self.world.orders.iter().filter(|order| matches!(order, MediaOrder::Join { .. })).count();
        assert!(joins <= self.redeemed.len(), "a join without a grant");
    }
}

/// True for what every tablet of a post is told, or may say again and is answered.
fn is_of_case(message: &ServerMessage) -> bool {
    match message {
        ServerMessage::Case(_) | ServerMessage::Cases(_) | ServerMessage::Advice(_) => true,
        ServerMessage::Chat(news) => news.messages.iter().all(|message| message.text.is_none()),
        _ => false,
    }
}

/// True for an act that gets a party out of a consultation, or back to the people in it.
const fn leads_out(act: Act) -> bool {
    matches!(act, Act::Leave | Act::Rejoin | Act::Cancel | Act::Answer)
}

/// The consultations that a message names to those who are in them, as opposed to the queue.
fn inner_circle(message: &ServerMessage) -> Vec<ConsultationId> {
    match message {
        ServerMessage::Welcome(welcome) => {
            let waiting = welcome.waiting.iter().map(|requested| requested.status.consultation);
            waiting.chain(welcome.call.iter().map(|call| call.consultation)).collect()
        }
        ServerMessage::Requested(requested) => vec![requested.status.consultation],
        ServerMessage::Waiting(waiting) => vec![waiting.consultation],
        ServerMessage::Call(call) => vec![call.consultation],
        ServerMessage::Saved(saved) => vec![saved.consultation],
        ServerMessage::Advice(advice) => vec![advice.consultation],
        ServerMessage::Photo(photo) => vec![photo.consultation],
        ServerMessage::Chat(chat) => vec![chat.consultation],
        ServerMessage::Case(row) if row.reason.is_some() => vec![row.consultation],
        ServerMessage::Cases(list) => {
            list.cases.iter().filter(|row| row.reason.is_some()).map(|row| row.consultation).collect()
        }
        _ => Vec::new(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_can_happen_breaks_what_must_be_true(steps in vec(step(), 1..160)) {
        let mut trial = Trial::new();
        for step in &steps {
            trial.take(step);
            trial.check();
        }
        trial.restart();
        trial.check();
    }

    #[test]
    fn no_post_waits_for_somebody_who_may_never_come(steps in vec(step(), 1..160)) {
        no_post_waits_after(&steps);
    }
}

/// A case that is rare at random: the second claim is on its way to the disk when every doctor goes.
#[test]
fn no_post_waits_for_a_doctor_whose_claim_was_on_its_way() {
    no_post_waits_after(&[
        Step::Say(1, Said::Request(1, Urgency::Stat)),
        Step::Disk(true),
        Step::Say(3, Said::Claim(1)),
        Step::Disk(true),
        Step::Say(0, Said::Request(2, Urgency::Stat)),
        Step::Pass(1),
        Step::Disk(true),
        Step::Say(2, Said::Claim(2)),
    ]);
}

fn no_post_waits_after(steps: &[Step]) {
    let mut trial = Trial::new();
    for step in steps {
        trial.take(step);
        trial.check_exits();
    }
    trial.doctors_never_come_back();
}
