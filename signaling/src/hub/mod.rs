//! The hub: every session, the queue and the rooms, as one pure machine. It is handed what happened and
//! the time, and gives what is to be done; the bridge (`src/bridge/`) owns it and does it.
//!
//! Handlers change state and `stir` what changed; `settle` then tells everyone
//! what is new to them, so that no handler can forget somebody.

mod admission;
mod asking;
mod calling;
mod config;
mod contract;
mod overview;
mod photos;
mod preparing;
mod recording;
mod settling;
mod stats;
mod telling;
mod writing;

pub use config::{HubConfig, StepTimes};
pub use contract::{Effect, Input, MediaOrder, MediaSignal};
pub use stats::{Counters, Stats};

use crate::{
    case::{Case, Cases},
    check::check,
    finished::Finished,
    grant::Grants,
    id::SessionId,
    message::{
        ClientMessage, ServerMessage,
        call::Invitable,
        presence::RosterLine,
        session::{ByeReason, ErrorCode},
    },
    room::Act,
    session::Sessions,
    timers::Timers,
    uncommitted::Uncommitted,
};
use rand::CryptoRng;
use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    sync::Arc,
};
use teranga_clinic::{
    consultation::{Consultation, Illegal},
    fact::Fact,
    id::{ConsultationId, PartyId, PhotoId},
    people::{Identity, Role},
    photo::PhotoMoving,
    pii::Pii,
    time::Timestamp,
};

/// The machine. See the module for how to drive it.
pub struct Hub {
    config: HubConfig,
    rng: Box<dyn CryptoRng + Send>,
    now: Timestamp,
    draining: bool,
    sessions: Sessions,
    cases: Cases,
    grants: Grants,
    uncommitted: Uncommitted,
    /// Photos that are on their way to the disk.
    moving: BTreeMap<(ConsultationId, PhotoId), PhotoMoving>,
    finished: Finished,
    timers: Timers<Timer>,
    stirred: Stirred,
    told: Told,
    counters: Counters,
    effects: VecDeque<Effect>,
}

/// What the hub waits for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Timer {
    /// A socket's silence.
    Silence(SessionId),
    /// A consultation's clock, invitations, desertion.
    Case(ConsultationId),
    /// The memory of a party that is away.
    Forget(PartyId),
    /// The end of a room in which a party has prepared.
    Lobby(PartyId),
    /// The next `roster`.
    Roster,
    /// The next `overview`.
    Overview,
}

/// What has changed since everyone was told.
#[derive(Debug, Default)]
struct Stirred {
    /// Who is there among doctors and guests, and how available.
    people: bool,
    /// The queue.
    queue: bool,
    /// Consultations.
    cases: BTreeSet<ConsultationId>,
}

/// What everyone was last told.
#[derive(Debug, Default)]
struct Told {
    roster: Vec<RosterLine>,
    roster_at: Timestamp,
    invitable: Vec<Invitable>,
}

/// Who says a message.
#[derive(Clone, Debug)]
struct Speaker {
    session: SessionId,
    who: Arc<Identity>,
}

impl Speaker {
    fn party(&self) -> &PartyId {
        &self.who.party
    }

    /// Refuses any other role, in the words for what does not exist.
    fn must_be(&self, role: Role) -> Outcome {
        if self.who.role == role { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
    }
}

/// Why a message is not obeyed.
#[derive(Clone, Debug)]
struct Refusal {
    code: ErrorCode,
    by: Option<Pii<String>>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code, by: None }
    }
}

type Outcome = Result<(), Refusal>;

/// Why a consultation could not be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// Its facts do not follow from each other.
    #[error(transparent)]
    Illegal(#[from] Illegal),
    /// It is open already, or somebody in it has a seat in another one.
    #[error("the consultation contradicts another one that was restored before")]
    Conflict,
}

impl Hub {
    /// An empty hub. `rng` makes the tokens, so it must be a cryptographic one.
    pub fn new(config: HubConfig, mut rng: Box<dyn CryptoRng + Send>) -> Self {
        let first_member = rng.next_u32() >> 2;
        let planes = config.planes;
        Self {
            config,
            rng,
            now: Timestamp::default(),
            draining: false,
            sessions: Sessions::default(),
            cases: Cases::new(first_member, planes),
            grants: Grants::default(),
            uncommitted: Uncommitted::default(),
            moving: BTreeMap::new(),
            finished: Finished::default(),
            timers: Timers::new(),
            stirred: Stirred::default(),
            told: Told::default(),
            counters: Counters::default(),
            effects: VecDeque::new(),
        }
    }

    /// Takes in what happened. Poll the effects after each call.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.now = self.now.max(now);
        match input {
            Input::Connected { session, identity, fallback } => self.connected(session, identity, fallback),
            Input::Message { session, message } => self.message(session, *message),
            Input::Unreadable { session, code } => self.unreadable(session, code),
            Input::Disconnected { session } => self.end(session),
            Input::Revoked { party } => self.revoked(&party),
            Input::Recorded { record, durable } => self.recorded(record, durable),
            Input::Media { member, signal } => self.media(member, &signal),
            Input::PhotoMoved { consultation, photo, by, moving } => {
                self.photo_moved(consultation, photo, &by, moving);
            }
            Input::PhotoStored { consultation, photo, by, file } => {
                self.photo_stored(consultation, photo, &by, file);
            }
            Input::Drain => self.draining = true,
        }
        self.settle();
    }

    /// The next thing to do, in order.
    pub fn poll(&mut self) -> Option<Effect> {
        self.effects.pop_front()
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called at the latest.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.timers.next()
    }

    /// Time has passed.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.now = self.now.max(now);
        while let Some(timer) = self.timers.pop(self.now) {
            self.expire(timer);
        }
        self.settle();
    }

    /// Takes a consultation up again after a restart, before anything else is handled: every open one,
    /// and those that ended within [`FINISHED_MS`](crate::limits::FINISHED_MS), so that a post which was
    /// away still gets its advice, and a request that is said again is not opened twice.
    pub fn restore(&mut self, id: ConsultationId, facts: &[Fact]) -> Result<(), RestoreError> {
        let consultation = Consultation::replay(facts)?;
        if consultation.id() != id {
            return Err(Illegal::Foreign.into());
        }
        match consultation.ended_at() {
            Some(ended_at) => self.finished.remember(&consultation, ended_at),
            None => self.reopen(consultation, facts)?,
        }
        Ok(())
    }

    /// Says goodbye to every socket: the server stops now. Nothing else ends; pages come back and resume.
    pub fn dismiss(&mut self) {
        let everyone: Vec<_> = self.sessions.ids().collect();
        for session in everyone {
            self.bye(session, ByeReason::Draining);
        }
        self.settle();
    }

    fn reopen(&mut self, consultation: Consultation, facts: &[Fact]) -> Result<(), RestoreError> {
        let id = consultation.id();
        let is_seated = |who: &Identity| self.cases.of_party(&who.party).is_some();
        let seated = is_seated(consultation.post()) || consultation.entered().iter().any(is_seated);
        if seated || self.cases.get(id).is_some() {
            return Err(RestoreError::Conflict);
        }
        let last = facts.last().map(|fact| fact.at).unwrap_or_default();
        self.cases.open(consultation, u32::try_from(facts.len()).unwrap_or(u32::MAX), last);
        self.stir(id);
        self.schedule(id);
        Ok(())
    }

    fn expire(&mut self, timer: Timer) {
        match timer {
            Timer::Silence(session) => self.silent(session),
            Timer::Case(id) => self.tend(id),
            Timer::Forget(party) => self.sessions.forget(&party),
            Timer::Lobby(party) => self.give_up_lobby(&party),
            Timer::Roster => self.settle_roster(),
            Timer::Overview => self.overview(),
        }
    }

    fn message(&mut self, session: SessionId, message: ClientMessage) {
        let of = message.kind();
        let Some(known) = self.sessions.get_mut(session) else { return };
        let speaker = Speaker { session, who: known.who.clone() };
        let (ready, in_time) = (known.ready, known.hear(self.now));
        if ready {
            self.sessions.confirm(&speaker.who.party);
        }
        self.set_absent(session, false);
        let outcome =
            if in_time { self.obey(&speaker, ready, message) } else { Err(ErrorCode::TooFast.into()) };
        if let Err(refusal) = outcome {
            self.refuse(session, of, refusal);
        }
    }

    fn obey(&mut self, me: &Speaker, ready: bool, message: ClientMessage) -> Outcome {
        check(&message)?;
        if ready == matches!(message, ClientMessage::Hello(_)) {
            return Err(ErrorCode::Order.into());
        }
        match message {
            ClientMessage::Hello(hello) => self.hello(me, &hello),
            ClientMessage::Beat(beat) => self.reply(me, ServerMessage::Beat(beat)),
            ClientMessage::Availability(set) => self.set_availability(me, set.state),
            ClientMessage::Prepare(prepare) => self.prepare(me, prepare.on),
            ClientMessage::Request(request) => self.request(me, request),
            ClientMessage::Cancel(cancel) => self.cancel(me, cancel.consultation),
            ClientMessage::Claim(claim) => self.claim(me, claim.consultation),
            ClientMessage::Join(join) => self.join(me, join),
            ClientMessage::Offer(offer) => self.offer(me, offer.sdp),
            ClientMessage::Measured(seen) => {
                self.measured(me, seen);
                Ok(())
            }
            ClientMessage::VoiceOnly(choice) => {
                self.voice_only(me, choice);
                Ok(())
            }
            ClientMessage::Voice(voice) => {
                self.voice(me, voice);
                Ok(())
            }
            ClientMessage::Invite(invite) => self.invite(me, &invite),
            ClientMessage::AnswerInvite(answer) => self.answer_invite(me, answer),
            ClientMessage::Leave(leave) => self.leave(me, leave.consultation),
            ClientMessage::Rejoin(rejoin) => self.rejoin(me, rejoin.consultation),
            ClientMessage::Note(note) => self.note(me, note),
            ClientMessage::Advise(advice) => self.advise(me, advice),
            ClientMessage::AskPhoto(ask) => self.ask_photo(me, ask),
            ClientMessage::MarkPhoto(mark) => self.mark_photo(me, mark),
            ClientMessage::Close(close) => self.close(me, close),
            ClientMessage::Watch(watch) => self.watch(me, watch.on),
        }
    }

    /// The consultation, if this party may do this with it; else what is said of one that does not exist.
    fn case_for(&self, me: &Speaker, id: ConsultationId, act: Act) -> Result<&Case, Refusal> {
        let allowed = self.cases.get(id).filter(|case| case.may(me.party(), act));
        allowed.ok_or_else(|| ErrorCode::NotFound.into())
    }

    /// Whether a party has a seat, or a fact on its way that gives it one. An invitation is no seat.
    fn is_engaged(&self, party: &PartyId) -> bool {
        let seated = self.cases.seat_of(party).is_some_and(|(_, seat)| seat.is_taken());
        seated || self.uncommitted.seating(party)
    }
}
