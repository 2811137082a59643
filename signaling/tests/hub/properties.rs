//! Arbitrary sequences of everything, from several posts, doctors, a guest and an operator, with a disk
//! that fails, sockets that break, revocations, restarts and time. After each step, what must always be
//! true is checked; at the end, the facts on the disk must give the state that the hub has.

use crate::world::{Page, World, consultation, doctor, guest, kiosk, operator, request};
use proptest::{collection::vec, prelude::*};
use std::collections::{BTreeMap, BTreeSet};
use teranga_clinic::{
    clinical::{Advise, Disposition, Note},
    consultation::{Consultation, Phase},
    fact::What,
    id::{ConsultationId, PartyId, PhotoId},
    people::{Availability, Identity, Role, Speciality},
    photo::{PhotoFile, PhotoKind, PhotoMoving},
    request::Urgency,
};
use teranga_signaling::{
    config::{HubConfig, StepTimes},
    contract::{Input, MediaOrder, MediaSignal},
    id::{MemberId, RoomId},
    limits,
    message::{
        ClientMessage, ServerMessage,
        call::{
            AnswerInvite, Caps, Grant, Invite, Join, Leave, LinkDirection, MemberLink, Mic, Offer, Prepare,
            Rejoin, Rung, Voice,
        },
        clinical::Close,
        ops::Watch,
        photo::{AskPhoto, MarkPhoto},
        presence::SetAvailability,
        queue::{Cancel, Claim},
        session::{Beat, ErrorCode, Hello, PROTOCOL_VERSION},
    },
};

const SHARDS: u16 = 2;

/// The parties that take part.
fn cast() -> Vec<Identity> {
    vec![
        kiosk("a"),
        kiosk("b"),
        doctor("c", Speciality::Obstetrics),
        doctor("d", Speciality::Obstetrics),
        doctor("e", Speciality::Surgery),
        guest("f"),
        operator("g"),
    ]
}

/// One thing that happens. Small numbers choose among the cast, the consultations, the places.
#[derive(Clone, Debug)]
enum Step {
    Connect(usize),
    Arrive {
        who: usize,
        resume: bool,
        take_over: bool,
    },
    Cut(usize),
    Say(usize, Said),
    /// Said by whoever holds this consultation, about it.
    Holder(u128, Said),
    /// Said by whoever was invited last, about that consultation.
    Rung(Said),
    /// Joins with any grant that was ever given to anybody.
    Join {
        who: usize,
        grant: usize,
    },
    /// Joins with the grant that this page was given last.
    JoinLast(usize),
    Media(usize, Heard),
    /// A part of a photo comes from somebody, or the last of it.
    Photo {
        who: usize,
        id: u128,
        photo: u128,
        all: bool,
    },
    Disk(bool),
    Pass(u64),
    Revoke(usize),
    Unreadable(usize),
    Restart,
}

/// A message that needs nothing but a consultation and somebody else.
#[derive(Clone, Debug)]
enum Said {
    Beat,
    Availability(Availability),
    Prepare(bool),
    Request(u128, Urgency),
    Cancel(u128),
    Claim(u128),
    Offer,
    Invite(u128, usize, bool),
    Answer(u128, bool),
    Leave(u128),
    Rejoin(u128),
    Note(u128, u32),
    Advise(u128, u32),
    AskPhoto(u128, u128),
    MarkPhoto(u128, u128),
    Close(u128),
    Watch(bool),
    Voice(bool),
}

#[derive(Clone, Copy, Debug)]
enum Heard {
    Answer,
    Refused,
    Connected,
    Quiet,
    Back,
    Gone,
    Caps,
    Link,
    Voice(bool),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..7_usize;
    prop_oneof![
        1 => who.clone().prop_map(Step::Connect),
        4 => (who.clone(), any::<bool>(), any::<bool>())
            .prop_map(|(who, resume, take_over)| Step::Arrive { who, resume, take_over }),
        1 => who.clone().prop_map(Step::Cut),
        4 => (who.clone(), said(0..7)).prop_map(|(who, said)| Step::Say(who, said)),
        30 => sensible(),
        4 => (who.clone(), 0..50_usize).prop_map(|(who, grant)| Step::Join { who, grant }),
        6 => prop::sample::select(vec![0, 1, 2, 3, 4, 5]).prop_map(Step::JoinLast),
        6 => (0..20_usize, heard()).prop_map(|(place, heard)| Step::Media(place, heard)),
        4 => (0..3_usize, 1..4_u128, 0..3_u128, any::<bool>())
            .prop_map(|(who, id, photo, all)| Step::Photo { who, id, photo, all }),
        20 => prop::bool::weighted(0.9).prop_map(Step::Disk),
        3 => (1..2_000_u64).prop_map(Step::Pass),
        1 => who.clone().prop_map(Step::Revoke),
        1 => who.prop_map(Step::Unreadable),
        1 => Just(Step::Restart),
    ]
}

/// Something that would be said: by a post, by whoever takes, holds or is invited.
fn sensible() -> impl Strategy<Value = Step> {
    let id = || 1..4_u128;
    let by_post = prop_oneof![
        4 => (id(), urgency()).prop_map(|(id, urgency)| Said::Request(id, urgency)),
        2 => prop::bool::weighted(0.8).prop_map(Said::Prepare),
        1 => id().prop_map(Said::Cancel),
        1 => id().prop_map(Said::Leave),
        1 => id().prop_map(Said::Rejoin),
    ];
    let by_doctor = prop_oneof![
        3 => id().prop_map(Said::Claim),
        1 => availability().prop_map(Said::Availability),
    ];
    let by_holder = prop_oneof![
        4 => (2..6_usize, any::<bool>()).prop_map(|(who, hand_over)| Said::Invite(0, who, hand_over)),
        2 => (0..4_u32).prop_map(|revision| Said::Note(0, revision)),
        2 => (0..4_u32).prop_map(|revision| Said::Advise(0, revision)),
        2 => (0..3_u128).prop_map(|photo| Said::AskPhoto(0, photo)),
        1 => (0..3_u128).prop_map(|photo| Said::MarkPhoto(0, photo)),
        1 => Just(Said::Close(0)),
        1 => Just(Said::Leave(0)),
        1 => Just(Said::Rejoin(0)),
    ];
    let by_guest = prop_oneof![
        4 => prop::bool::weighted(0.9).prop_map(|accept| Said::Answer(0, accept)),
        1 => Just(Said::Leave(0)),
    ];
    prop_oneof![
        3 => (0..2_usize, by_post).prop_map(|(who, said)| Step::Say(who, said)),
        3 => (2..5_usize, by_doctor).prop_map(|(who, said)| Step::Say(who, said)),
        4 => (id(), by_holder).prop_map(|(id, said)| Step::Holder(id, said)),
        3 => by_guest.prop_map(Step::Rung),
    ]
}

/// Anything, whoever says it.
fn said(others: std::ops::Range<usize>) -> impl Strategy<Value = Said> {
    let id = 1..4_u128;
    prop_oneof![
        Just(Said::Beat),
        availability().prop_map(Said::Availability),
        any::<bool>().prop_map(Said::Prepare),
        (id.clone(), urgency()).prop_map(|(id, urgency)| Said::Request(id, urgency)),
        id.clone().prop_map(Said::Cancel),
        id.clone().prop_map(Said::Claim),
        Just(Said::Offer),
        (id.clone(), others, any::<bool>()).prop_map(|(id, who, hand_over)| Said::Invite(id, who, hand_over)),
        (id.clone(), any::<bool>()).prop_map(|(id, accept)| Said::Answer(id, accept)),
        id.clone().prop_map(Said::Leave),
        id.clone().prop_map(Said::Rejoin),
        (id.clone(), 0..4_u32).prop_map(|(id, revision)| Said::Note(id, revision)),
        (id.clone(), 0..4_u32).prop_map(|(id, revision)| Said::Advise(id, revision)),
        (id.clone(), 0..3_u128).prop_map(|(id, photo)| Said::AskPhoto(id, photo)),
        (id.clone(), 0..3_u128).prop_map(|(id, photo)| Said::MarkPhoto(id, photo)),
        id.prop_map(Said::Close),
        any::<bool>().prop_map(Said::Watch),
        any::<bool>().prop_map(Said::Voice),
    ]
}

fn availability() -> impl Strategy<Value = Availability> {
    prop::sample::select(vec![Availability::Available, Availability::Busy, Availability::Away])
}

fn urgency() -> impl Strategy<Value = Urgency> {
    prop::sample::select(vec![Urgency::Stat, Urgency::Urgent, Urgency::Routine])
}

fn heard() -> impl Strategy<Value = Heard> {
    use Heard::{Answer, Back, Caps, Connected, Gone, Link, Quiet, Refused, Voice};
    prop::sample::select(vec![
        Answer,
        Refused,
        Connected,
        Quiet,
        Back,
        Gone,
        Caps,
        Link,
        Voice(false),
        Voice(true),
    ])
}

fn message(said: &Said) -> ClientMessage {
    let sdp = "v=0".to_owned();
    match *said {
        Said::Beat => ClientMessage::Beat(Beat { n: 0 }),
        Said::Availability(state) => ClientMessage::Availability(SetAvailability { state }),
        Said::Prepare(on) => ClientMessage::Prepare(Prepare { on }),
        Said::Request(id, urgency) => ClientMessage::Request(request(id, urgency)),
        Said::Cancel(id) => ClientMessage::Cancel(Cancel { consultation: consultation(id) }),
        Said::Claim(id) => ClientMessage::Claim(Claim { consultation: consultation(id) }),
        Said::Offer => ClientMessage::Offer(Offer { sdp }),
        Said::Invite(id, who, hand_over) => {
            let party = cast()[who].party.clone();
            ClientMessage::Invite(Invite { consultation: consultation(id), party, hand_over })
        }
        Said::Answer(id, accept) => {
            ClientMessage::AnswerInvite(AnswerInvite { consultation: consultation(id), accept })
        }
        Said::Leave(id) => ClientMessage::Leave(Leave { consultation: consultation(id) }),
        Said::Rejoin(id) => ClientMessage::Rejoin(Rejoin { consultation: consultation(id) }),
        Said::Note(id, revision) => {
            ClientMessage::Note(Note { consultation: consultation(id), revision, text: "n".into() })
        }
        Said::Advise(id, revision) => {
            ClientMessage::Advise(Advise { consultation: consultation(id), revision, text: "a".into() })
        }
        Said::AskPhoto(id, number) => {
            ClientMessage::AskPhoto(AskPhoto { consultation: consultation(id), photo: photo(number) })
        }
        Said::MarkPhoto(id, number) => {
            let marks = Vec::new();
            ClientMessage::MarkPhoto(MarkPhoto {
                consultation: consultation(id),
                photo: photo(number),
                marks,
            })
        }
        Said::Close(id) => {
            let disposition = Disposition::Advice;
            ClientMessage::Close(Close { consultation: consultation(id), disposition })
        }
        Said::Watch(on) => ClientMessage::Watch(Watch { on }),
        Said::Voice(deaf) => ClientMessage::Voice(Voice { mic: Mic::Dead, deaf }),
    }
}

fn photo(number: u128) -> PhotoId {
    PhotoId(consultation(number).0)
}

/// The same, about this consultation.
fn about(id: u128, said: &Said) -> Said {
    match *said {
        Said::Invite(_, who, hand_over) => Said::Invite(id, who, hand_over),
        Said::Answer(_, accept) => Said::Answer(id, accept),
        Said::Leave(_) => Said::Leave(id),
        Said::Rejoin(_) => Said::Rejoin(id),
        Said::Note(_, revision) => Said::Note(id, revision),
        Said::Advise(_, revision) => Said::Advise(id, revision),
        Said::AskPhoto(_, photo) => Said::AskPhoto(id, photo),
        Said::MarkPhoto(_, photo) => Said::MarkPhoto(id, photo),
        Said::Close(_) => Said::Close(id),
        ref other => other.clone(),
    }
}

fn signal(member: MemberId, heard: Heard) -> MediaSignal {
    let (up, down) = (LinkDirection::default(), LinkDirection::default());
    match heard {
        Heard::Answer => MediaSignal::Answer("v=0".to_owned()),
        Heard::Refused => MediaSignal::Refused(ErrorCode::Offer),
        Heard::Connected => MediaSignal::Connected,
        Heard::Quiet => MediaSignal::Quiet,
        Heard::Back => MediaSignal::Back,
        Heard::Voice(flows) => MediaSignal::Voice(flows),
        Heard::Gone => MediaSignal::Gone,
        Heard::Caps => MediaSignal::Caps(Caps {
            audio_bps: 16_000,
            ptime_ms: 60,
            video_bps: None,
            pictures_bps: None,
            playout_ms: 0,
            red: 0,
            rung: Rung::Voice,
        }),
        Heard::Link => MediaSignal::Link(MemberLink { member, rtt_ms: None, up, down }),
    }
}

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
    /// The parties that may be told of a consultation: its post, those who took or entered it, and those who
    /// are rung.
    privy: BTreeMap<ConsultationId, BTreeSet<PartyId>>,
}

impl Trial {
    fn new() -> Self {
        let steps = StepTimes { stat_ms: 3_000, urgent_ms: 6_000, routine_ms: 9_000, empty_ms: 500 };
        let config = HubConfig { steps, invite_ms: 5_000, forget_ms: 20_000, ..HubConfig::default() };
        let mut world = World::with(HubConfig { deserted_ms: 30_000, shards: SHARDS, ..config });
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
        let hello = Hello { version: PROTOCOL_VERSION, resume, take_over };
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
            Input::PhotoStored { consultation, photo, by, file }
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
            let known = self.privy.get(&id).is_some_and(|privy| privy.contains(&who.party));
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

    /// Facts let people in; a ring with `invited_by` does too, and only the holder's `invite` causes one.
    fn note_privileges(&mut self) {
        for (id, facts) in &self.world.disk {
            let privy = self.privy.entry(*id).or_default();
            for fact in facts {
                match &fact.what {
                    What::Requested { post: who, .. }
                    | What::Claimed { doctor: who }
                    | What::Entered { guest: who, .. } => privy.insert(who.party.clone()),
                    _ => false,
                };
            }
        }
    }

    /// The facts on the disk follow from each other, and nobody is in two consultations.
    fn check_facts(&self) {
        let replayed =
            self.world.disk.values().map(|facts| Consultation::replay(facts).expect("legal facts"));
        let open: Vec<_> = replayed.filter(|one| one.phase() != Phase::Closed).collect();
        let mut seated = BTreeSet::new();
        for one in &open {
            assert_eq!(one.phase() == Phase::Running, one.owner().is_some(), "a running one has its doctor");
            for who in one.entered().iter().chain([one.post()]) {
                assert!(seated.insert(who.party.clone()), "{} sits twice", who.party);
            }
        }
        let stats = self.world.hub.stats();
        let waiting = open.iter().filter(|one| one.phase() == Phase::Waiting).count();
        assert_eq!((stats.waiting, stats.running), (waiting, open.len() - waiting), "live is what replays");
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
}
