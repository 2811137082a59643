//! A small world around a hub: pages that read what they are sent, a disk that keeps facts (or does
//! not), a media plane that only listens, and a clock that moves when told. Every effect is held
//! against what must always be true.

use rand::{SeedableRng, rngs::StdRng};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use teranga_clinic::{
    audit::RecordOpening,
    clinical::{Advise, Disposition, Note},
    consultation::Consultation,
    fact::{Fact, FactNumber},
    id::{ConsultationId, PartyId},
    people::{Availability, Declaration, Identity, Place, Role, Speciality},
    pii::Pii,
    request::{Intake, Language, Request, Urgency},
    rota::{Duty, DutyLevel},
    time::Timestamp,
};
use teranga_signaling::{
    config::HubConfig,
    contract::{Commit, Effect, Input, MediaOrder, MediaSignal, Rota, Summons},
    hub::Hub,
    id::{MemberId, RecordId, RoomId, SessionId},
    message::{
        ClientMessage, ServerMessage,
        call::{Call, Grant, HandOn, Join, Leave, Prepare, RingAgain},
        clinical::Close,
        presence::{OwnPresence, SetAvailability},
        queue::{Cancel, Claim, Requested},
        session::{Beat, ByeReason, ErrorCode, Hello, PROTOCOL_VERSION, Welcome},
        waiting::Waiting,
    },
};
use uuid::Uuid;

/// Time at which every world begins.
pub(crate) const START: Timestamp = Timestamp(1_800_000_000_000);

/// A page of somebody: one socket after another.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) session: SessionId,
    pub(crate) who: Identity,
    pub(crate) resume: Option<String>,
}

pub(crate) struct World {
    pub(crate) hub: Hub,
    pub(crate) now: Timestamp,
    /// True if facts become durable by themselves.
    pub(crate) disk_works_at_once: bool,
    pub(crate) on_the_way: VecDeque<(RecordId, ConsultationId, FactNumber, Fact)>,
    /// True once a fact could not be stored.
    disk_failed: bool,
    pub(crate) disk: BTreeMap<ConsultationId, Vec<Fact>>,
    pub(crate) orders: Vec<MediaOrder>,
    /// The openings of records that the hub had written down.
    pub(crate) openings: Vec<RecordOpening>,
    /// What specialists have declared, as the store keeps it.
    pub(crate) declared: BTreeMap<PartyId, Declaration>,
    /// Whom the server was told last to reach outside of the pages.
    pub(crate) summons: Vec<Summons>,
    pub(crate) open: BTreeSet<SessionId>,
    pub(crate) config: HubConfig,
    mail: BTreeMap<SessionId, Vec<ServerMessage>>,
    /// The place under which a party last joined the media plane.
    places: BTreeMap<PartyId, MemberId>,
    last_session: u64,
    /// The number with which a connecting doctor signs.
    pub(crate) order_number: Option<Pii<String>>,
    /// Place that a connecting post may telephone.
    pub(crate) fallback: Option<Place>,
    /// The time at which the HTTP sessions of the next sockets end.
    pub(crate) session_ends_at: Option<Timestamp>,
    starts: u64,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(HubConfig::default())
    }

    pub(crate) fn with(config: HubConfig) -> Self {
        Self {
            hub: Hub::new(config.clone(), Box::new(StdRng::seed_from_u64(0))),
            now: START,
            disk_works_at_once: true,
            on_the_way: VecDeque::new(),
            disk_failed: false,
            disk: BTreeMap::new(),
            orders: Vec::new(),
            openings: Vec::new(),
            declared: BTreeMap::new(),
            summons: Vec::new(),
            open: BTreeSet::new(),
            config,
            mail: BTreeMap::new(),
            places: BTreeMap::new(),
            last_session: 0,
            fallback: None,
            order_number: None,
            session_ends_at: None,
            starts: 0,
        }
    }

    // What happens.

    pub(crate) fn input(&mut self, input: Input) {
        self.hub.handle(self.now, input);
        self.perform();
    }

    pub(crate) fn connect(&mut self, who: &Identity) -> SessionId {
        self.last_session += 1;
        let session = SessionId(self.last_session);
        self.open.insert(session);
        self.input(Input::Connected {
            session,
            identity: who.clone(),
            order_number: self.order_number.clone(),
            fallback: self.fallback.clone().map(Box::new),
            ends_at: self.session_ends_at,
        });
        session
    }

    pub(crate) fn say(&mut self, page: &Page, message: ClientMessage) {
        self.say_on(page.session, message);
    }

    pub(crate) fn say_on(&mut self, session: SessionId, message: ClientMessage) {
        self.input(Input::Message { session, message: Box::new(message) });
    }

    pub(crate) fn signal(&mut self, member: MemberId, signal: MediaSignal) {
        self.input(Input::Media { member, signal });
    }

    pub(crate) fn cut(&mut self, page: &Page) {
        self.open.remove(&page.session);
        self.input(Input::Disconnected { session: page.session });
    }

    /// Lets time pass, deadline by deadline, while `pages` beat as they were told.
    pub(crate) fn pass(&mut self, ms: u64, pages: &[&Page]) {
        let end = self.now.plus_ms(ms);
        while self.now < end {
            let beat = self.now.plus_ms(500).min(end);
            self.now = self.hub.poll_timeout().map_or(beat, |due| due.clamp(self.now, beat));
            if self.now == beat {
                for page in pages {
                    self.beat(page);
                }
            }
            self.timeout();
        }
    }

    pub(crate) fn timeout(&mut self) {
        self.hub.handle_timeout(self.now);
        self.perform();
        let next = self.hub.poll_timeout();
        assert!(next.is_none_or(|next| next > self.now), "a deadline that does not move is a busy loop");
    }

    pub(crate) fn beat(&mut self, page: &Page) {
        let silent = |message: &ServerMessage| !matches!(message, ServerMessage::Beat(_));
        self.say(page, ClientMessage::Beat(Beat { n: 1 }));
        self.mail.entry(page.session).or_default().retain(silent);
    }

    /// The disk tells the fate of the oldest fact on the way.
    pub(crate) fn write(&mut self, durable: bool) {
        let Some((record, consultation, number, fact)) = self.on_the_way.pop_front() else { return };
        let facts = self.disk.get(&consultation).map_or(0, Vec::len);
        let follows = number.0 as usize == facts + 1;
        let again = number == FactNumber::FIRST;
        assert!(
            follows || again || self.disk_failed,
            "a number that does not follow, although every fact was stored"
        );
        self.disk_failed |= !durable;
        let outcome = match (durable, follows) {
            (false, _) => Commit::Failed,
            (true, false) => Commit::OutOfSequence,
            (true, true) => Commit::Durable,
        };
        if outcome == Commit::Durable {
            self.disk.entry(consultation).or_default().push(fact);
        }
        self.input(Input::Recorded { record, outcome });
    }

    /// The server is killed and starts again with what is on the disk.
    pub(crate) fn restart(&mut self) {
        self.starts += 1;
        self.hub = Hub::new(self.config.clone(), Box::new(StdRng::seed_from_u64(self.starts)));
        self.open.clear();
        self.mail.clear();
        self.on_the_way.clear();
        self.orders.clear();
        self.summons.clear();
        let declared = self.declared.clone().into_iter().collect();
        self.hub.handle(self.now, Input::Declared(declared));
        for (id, facts) in &self.disk {
            self.hub.learn(facts);
            self.hub.restore(*id, facts).expect("what was recorded can be restored");
        }
    }

    fn perform(&mut self) {
        while let Some(effect) = self.hub.poll() {
            match effect {
                Effect::Send { session, message } => self.deliver(session, *message),
                Effect::Close { session } => assert!(self.open.remove(&session), "closed twice"),
                Effect::Record { record, consultation, number, fact } => {
                    self.on_the_way.push_back((record, consultation, number, *fact));
                }
                Effect::Declare { party, declaration } => {
                    match declaration {
                        Some(declaration) => self.declared.insert(party, declaration),
                        None => self.declared.remove(&party),
                    };
                }
                Effect::Opening(opening) => self.openings.push(opening),
                Effect::Summon(summons) => self.summons = summons,
                Effect::Media(order) => self.orders.push(order),
            }
        }
        if self.disk_works_at_once && !self.on_the_way.is_empty() {
            self.write(true);
        }
    }

    fn deliver(&mut self, session: SessionId, message: ServerMessage) {
        assert!(self.open.contains(&session), "sent to a closed socket: {message:?}");
        self.mail.entry(session).or_default().push(message);
    }

    // What people do.

    /// Opens a page and says hello.
    pub(crate) fn enter(&mut self, who: &Identity) -> (Page, Welcome) {
        let mut page = Page { session: self.connect(who), who: who.clone(), resume: None };
        let welcome = self.hello(&mut page);
        (page, welcome)
    }

    /// A page whose socket broke comes back on a new one.
    pub(crate) fn come_back(&mut self, page: &mut Page) -> Welcome {
        page.session = self.connect(&page.who);
        self.hello(page)
    }

    fn hello(&mut self, page: &mut Page) -> Welcome {
        self.say_hello(page);
        let welcome = self.find(page, |message| match message {
            ServerMessage::Welcome(welcome) => Some(welcome.clone()),
            _ => None,
        });
        page.resume = Some(welcome.resume.reveal().clone());
        welcome
    }

    /// Comes back without reading what it is sent.
    pub(crate) fn say_hello_again(&mut self, page: &mut Page) {
        page.session = self.connect(&page.who);
        self.say_hello(page);
    }

    fn say_hello(&mut self, page: &Page) {
        let resume = page.resume.clone().map(Into::into);
        self.say(
            page,
            ClientMessage::Hello(Hello {
                version: PROTOCOL_VERSION,
                resume,
                take_over: false,
                pieces: false,
            }),
        );
    }

    pub(crate) fn kiosk(&mut self, name: &str) -> Page {
        self.enter(&kiosk(name)).0
    }

    /// A doctor who is available.
    pub(crate) fn doctor(&mut self, name: &str, speciality: Speciality) -> Page {
        let page = self.enter(&doctor(name, speciality)).0;
        self.set_availability(&page, Availability::Available);
        page
    }

    pub(crate) fn set_availability(&mut self, page: &Page, state: Availability) {
        self.say(page, ClientMessage::Availability(SetAvailability { state, for_ms: None }));
    }

    /// Opens the form. None: the transport stands.
    pub(crate) fn prepare(&mut self, page: &Page) -> Option<Grant> {
        self.say(page, ClientMessage::Prepare(Prepare { on: true }));
        self.find(page, |message| match message {
            ServerMessage::Prepared(prepared) => Some(prepared.grant.clone()),
            _ => None,
        })
    }

    /// Returns the members that were moved into another room, with that room.
    pub(crate) fn moves(&self) -> Vec<(MemberId, RoomId)> {
        let moved = self.orders.iter().filter_map(|order| match order {
            MediaOrder::Move { member, to, .. } => Some((*member, *to)),
            _ => None,
        });
        moved.collect()
    }

    /// True if rooms were closed since the last call of this function.
    pub(crate) fn closes_rooms(&mut self) -> bool {
        let before = self.orders.len();
        self.orders.retain(|order| !matches!(order, MediaOrder::CloseRoom { .. }));
        self.orders.len() < before
    }

    /// The rooms that were ever joined.
    pub(crate) fn rooms(&self) -> BTreeSet<RoomId> {
        let joined = self.orders.iter().filter_map(|order| match order {
            MediaOrder::Join { room, .. } => Some(*room),
            _ => None,
        });
        joined.collect()
    }

    pub(crate) fn request(&mut self, page: &Page, number: u128, urgency: Urgency) -> ConsultationId {
        let request = request(number, urgency);
        self.say(page, ClientMessage::Request(request.clone()));
        request.request
    }

    pub(crate) fn claim(&mut self, page: &Page, consultation: ConsultationId) {
        self.say(page, ClientMessage::Claim(Claim { consultation }));
    }

    pub(crate) fn cancel(&mut self, page: &Page, consultation: ConsultationId) {
        self.say(page, ClientMessage::Cancel(Cancel { consultation }));
    }

    pub(crate) fn close(&mut self, page: &Page, consultation: ConsultationId) {
        let disposition = Disposition::Advice;
        self.say(page, ClientMessage::Close(Close { consultation, disposition, follow_up_h: None }));
    }

    pub(crate) fn note(&mut self, page: &Page, consultation: ConsultationId, revision: u32, text: &str) {
        self.say(page, ClientMessage::Note(Note { consultation, revision, text: text.into() }));
    }

    pub(crate) fn advise(&mut self, page: &Page, consultation: ConsultationId, revision: u32, text: &str) {
        self.say(
            page,
            ClientMessage::Advise(Advise { consultation, revision, text: text.into(), replaces: None }),
        );
    }

    pub(crate) fn join(&mut self, page: &Page, grant: &Grant) {
        self.places.insert(page.who.party.clone(), grant.member);
        let join = Join { token: grant.token.clone(), sdp: "v=0".to_owned() };
        self.say(page, ClientMessage::Join(join));
    }

    /// Joins, and the media plane says that the transport is up.
    pub(crate) fn talk(&mut self, page: &Page, grant: &Grant) {
        self.join(page, grant);
        self.signal(grant.member, MediaSignal::Answer("v=0".to_owned()));
        self.signal(grant.member, MediaSignal::Connected);
    }

    /// Returns the member under which a page last joined the media plane.
    pub(crate) fn place(&self, page: &Page) -> MemberId {
        self.places[&page.who.party]
    }

    /// Returns the member under which a party last joined the media plane.
    pub(crate) fn place_of(&self, party: &PartyId) -> Option<MemberId> {
        self.places.get(party).copied()
    }

    /// A post calls doctors again, or a holder calls the post back.
    pub(crate) fn ring_again(&mut self, page: &Page, consultation: ConsultationId) {
        self.say(page, ClientMessage::RingAgain(RingAgain { consultation }));
    }

    /// A holder hands a consultation on, and takes another one.
    pub(crate) fn hand_on(
        &mut self,
        page: &Page,
        consultation: ConsultationId,
        take: Option<ConsultationId>,
    ) {
        self.say(page, ClientMessage::HandOn(HandOn { consultation, take }));
    }

    pub(crate) fn leave(&mut self, page: &Page, consultation: ConsultationId) {
        self.say(page, ClientMessage::Leave(Leave { consultation }));
    }

    /// A kiosk and a doctor in a call, both talking.
    pub(crate) fn call(&mut self) -> (Page, Page, ConsultationId) {
        let kiosk = self.kiosk("nabadji");
        let doctor = self.doctor("awa", Speciality::Obstetrics);
        let id = self.request(&kiosk, 1, Urgency::Stat);
        let requested = self.requested(&kiosk);
        self.talk(&kiosk, &requested.grant.expect("to warm with"));
        self.claim(&doctor, id);
        let call = self.shown_call(&doctor);
        self.talk(&doctor, &call.grant.expect("the doctor joins"));
        self.read(&kiosk);
        self.read(&doctor);
        (kiosk, doctor, id)
    }

    // What people see.

    /// Everything a page was sent since it was last read.
    pub(crate) fn read(&mut self, page: &Page) -> Vec<ServerMessage> {
        self.mail.remove(&page.session).unwrap_or_default()
    }

    /// The last message of a kind among the unread ones; all of them are read then.
    pub(crate) fn find<T>(&mut self, page: &Page, pick: impl Fn(&ServerMessage) -> Option<T>) -> T {
        let mail = self.read(page);
        let found = mail.iter().rev().find_map(pick);
        found.unwrap_or_else(|| panic!("not among {mail:#?}"))
    }

    pub(crate) fn requested(&mut self, page: &Page) -> Requested {
        self.find(page, |message| match message {
            ServerMessage::Requested(requested) => Some(requested.clone()),
            _ => None,
        })
    }

    pub(crate) fn shown_call(&mut self, page: &Page) -> Call {
        self.find(page, |message| match message {
            ServerMessage::Call(call) => Some(call.clone()),
            _ => None,
        })
    }

    /// What a specialist was told last of their own presence.
    pub(crate) fn own_presence(&mut self, page: &Page) -> OwnPresence {
        self.find(page, |message| match message {
            ServerMessage::Presence(own) => Some(own.clone()),
            _ => None,
        })
    }

    /// What a post that waits was told last.
    pub(crate) fn waits(&mut self, page: &Page) -> Waiting {
        self.find(page, |message| match message {
            ServerMessage::Waiting(waiting) => Some(waiting.clone()),
            ServerMessage::Requested(requested) => Some(requested.status.clone()),
            _ => None,
        })
    }

    /// Hands the rota in: doctors with the level at which each is on duty for obstetrics from now on, for an hour.
    pub(crate) fn duties(
        &mut self,
        duties: &[(&Identity, DutyLevel)],
        languages: Vec<(PartyId, Vec<Language>)>,
    ) {
        let duty = |(doctor, level): &(&Identity, DutyLevel)| Duty {
            doctor: (*doctor).clone(),
            speciality: Speciality::Obstetrics,
            level: *level,
            from: self.now,
            until: self.now.plus_ms(3_600_000),
        };
        let duties: Vec<_> = duties.iter().map(duty).collect();
        let doctors = Some(duties.iter().map(|duty| duty.doctor.clone()).collect());
        let kept = vec![Speciality::Obstetrics];
        self.input(Input::Rota(Box::new(Rota { duties, doctors, kept, languages, ..Rota::default() })));
    }

    /// The refusal among the unread messages: its code, and what it refuses.
    pub(crate) fn refusal(&mut self, page: &Page) -> (ErrorCode, String) {
        self.find(page, |message| match message {
            ServerMessage::Error(refused) => Some((refused.code, refused.of.clone())),
            _ => None,
        })
    }

    pub(crate) fn goodbye(&mut self, page: &Page) -> ByeReason {
        self.find(page, |message| match message {
            ServerMessage::Bye(bye) => Some(bye.reason),
            _ => None,
        })
    }

    /// The kinds of the unread messages, in order, without the heartbeats' own.
    pub(crate) fn kinds(&mut self, page: &Page) -> Vec<String> {
        self.read(page).iter().map(kind).collect()
    }

    pub(crate) fn is_open(&self, page: &Page) -> bool {
        self.open.contains(&page.session)
    }

    /// The facts of a consultation on the disk.
    pub(crate) fn facts(&self, id: ConsultationId) -> Vec<Fact> {
        self.disk[&id].clone()
    }

    /// Returns the consultation as the disk tells it.
    pub(crate) fn on_disk(&self, id: ConsultationId) -> Consultation {
        Consultation::replay(&self.disk[&id]).expect("facts that follow from each other")
    }
}

/// The `type` of a message on the wire.
pub(crate) fn kind(message: &ServerMessage) -> String {
    if matches!(message, ServerMessage::Piece(_)) {
        return "piece".to_owned();
    }
    let json = serde_json::to_value(message).expect("messages are JSON");
    json["type"].as_str().expect("every message has a type").to_owned()
}

pub(crate) fn consultation(number: u128) -> ConsultationId {
    ConsultationId(Uuid::from_u128(number))
}

pub(crate) fn request(number: u128, urgency: Urgency) -> Request {
    let intake = Intake { reason: "Saignement depuis ce matin".into(), ..Intake::default() };
    Request {
        request: consultation(number),
        speciality: Speciality::Obstetrics,
        urgency,
        intake,
        defer_to: None,
        patient: None,
        appointment_with: None,
    }
}

pub(crate) fn kiosk(name: &str) -> Identity {
    identity("kiosk", name, Role::Kiosk, &[])
}

/// Another tablet of the post of this name.
pub(crate) fn tablet(name: &str, number: u8) -> Identity {
    let first = kiosk(name);
    Identity { party: PartyId(format!("{}-{number}", first.party.0)), ..first }
}

pub(crate) fn doctor(name: &str, speciality: Speciality) -> Identity {
    identity("doctor", name, Role::Doctor, &[speciality])
}

pub(crate) fn guest(name: &str) -> Identity {
    identity("guest", name, Role::Guest, &[])
}

pub(crate) fn coordinator(name: &str) -> Identity {
    identity("coordinator", name, Role::Coordinator, &[])
}

pub(crate) fn operator(name: &str) -> Identity {
    identity("operator", name, Role::Operator, &[])
}

fn identity(kind: &str, name: &str, role: Role, specialities: &[Speciality]) -> Identity {
    let place = Place {
        id: format!("lieu-{name}"),
        name: format!("Poste de {name}"),
        district: "Matam".to_owned(),
        region: "Matam".to_owned(),
        phone: String::new(),
    };
    let party = PartyId(format!("{kind}-{name}"));
    let name = format!("Mme {name}").as_str().into();
    Identity { party, role, name, place, specialities: specialities.to_vec() }
}
