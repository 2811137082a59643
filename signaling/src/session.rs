//! Sessions and parties. A session is one socket: it opens, says `hello`, is ready, is closed. A party is
//! an account or a device; at most one of its sockets is the live one, and what must outlast a socket
//! (the resume token, the availability) is kept here for a while.
//!
//! Whether somebody waits or is in a call is not a state of the session: the seat in the room tells it.

use crate::{id::SessionId, limits, message::session::Pace, throttle::Throttle, token::Token};
use std::{collections::BTreeMap, sync::Arc};
use teranga_clinic::{
    id::PartyId,
    people::{Availability, Identity, Place, Role},
    time::Timestamp,
};

/// One socket.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) who: Arc<Identity>,
    /// Where they may telephone when nobody answers.
    pub(crate) fallback: Option<Box<Place>>,
    /// Whether `hello` was answered by `welcome`.
    pub(crate) ready: bool,
    pub(crate) opened_at: Timestamp,
    /// Until when it may wait with `hello`.
    pub(crate) hello_by: Timestamp,
    pub(crate) heard_at: Timestamp,
    pub(crate) pace: Pace,
    /// Silent for so long that it is taken for absent; the socket is kept.
    pub(crate) absent: bool,
    /// Whether an operator wants `overview`.
    pub(crate) watching: bool,
    messages: Throttle,
    refusals: Throttle,
}

impl Session {
    fn new(who: Identity, fallback: Option<Box<Place>>, pace: Pace, now: Timestamp) -> Self {
        Self {
            who: Arc::new(who),
            fallback,
            ready: false,
            opened_at: now,
            hello_by: now.plus_ms(limits::HELLO_MS),
            heard_at: now,
            pace,
            absent: false,
            watching: false,
            messages: Throttle::new(limits::MESSAGES_BURST, 1_000 / u64::from(limits::MESSAGES_PER_S), now),
            refusals: Throttle::new(limits::REFUSALS_BURST, limits::REFUSAL_FORGOTTEN_MS, now),
        }
    }

    /// It said something. Whether it may: not too fast.
    pub(crate) fn hear(&mut self, now: Timestamp) -> bool {
        self.heard_at = self.heard_at.max(now);
        self.messages.pass(now)
    }

    /// It was refused. Whether that may go on.
    pub(crate) fn refuse(&mut self, now: Timestamp) -> bool {
        self.refusals.pass(now)
    }

    /// When silence has lasted too long for what it is now: first absent, then lost.
    pub(crate) fn silent_at(&self) -> Timestamp {
        let Pace { absent_after_ms, lost_after_ms, .. } = self.pace;
        let patience_ms = if self.absent { lost_after_ms } else { absent_after_ms.min(lost_after_ms) };
        if self.ready { self.heard_at.plus_ms(u64::from(patience_ms)) } else { self.hello_by }
    }

    /// Whether silence makes it absent first, before it is lost.
    pub(crate) fn may_be_absent(&self) -> bool {
        self.ready && !self.absent && self.pace.absent_after_ms < self.pace.lost_after_ms
    }
}

/// An account or a device, while it is here and for a while after.
#[derive(Debug, Default)]
pub(crate) struct Party {
    /// Its sockets, the oldest first.
    sockets: Vec<SessionId>,
    /// The one that is welcome.
    live: Option<SessionId>,
    resume: Option<Token>,
    /// The token that opened the last socket, until the page says something on it: its welcome may be lost, and
    /// the page then knows no other.
    former: Option<Token>,
    availability: Availability,
    /// When its last live socket was last heard.
    heard_at: Timestamp,
}

/// Everyone.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_id: BTreeMap<SessionId, Session>,
    parties: BTreeMap<PartyId, Party>,
}

impl Sessions {
    /// Opens a socket.
    pub(crate) fn open(
        &mut self,
        id: SessionId,
        who: Identity,
        fallback: Option<Box<Place>>,
        pace: Pace,
        now: Timestamp,
    ) {
        self.parties.entry(who.party.clone()).or_default().sockets.push(id);
        self.by_id.insert(id, Session::new(who, fallback, pace, now));
    }

    /// Whether no further socket may open.
    pub(crate) fn is_full(&self) -> bool {
        self.by_id.len() >= limits::SESSIONS
    }

    /// The socket that must make way if this party opens one more: the oldest that is not the live one.
    pub(crate) fn surplus(&self, party: &PartyId) -> Option<SessionId> {
        let party =
            self.parties.get(party).filter(|party| party.sockets.len() >= limits::SOCKETS_PER_PARTY)?;
        party.sockets.iter().copied().find(|socket| party.live != Some(*socket))
    }

    /// Makes a socket its party's live one, under a new resume token. `same_page`: it came with the one before.
    pub(crate) fn welcome(&mut self, id: SessionId, resume: Token, same_page: bool) {
        let Some(session) = self.by_id.get_mut(&id) else { return };
        session.ready = true;
        let party = self.parties.entry(session.who.party.clone()).or_default();
        party.live = Some(id);
        let came_with = party.former.or(party.resume);
        party.former = came_with.filter(|_| same_page);
        party.resume = Some(resume);
    }

    /// The party's page has its last welcome: the token before is void.
    pub(crate) fn confirm(&mut self, party: &PartyId) {
        if let Some(party) = self.parties.get_mut(party) {
            party.former = None;
        }
    }

    /// Closes a socket; returns it, and whether it was its party's live one.
    pub(crate) fn close(&mut self, id: SessionId) -> Option<(Session, bool)> {
        let session = self.by_id.remove(&id)?;
        let party = self.parties.get_mut(&session.who.party)?;
        party.sockets.retain(|socket| *socket != id);
        let was_live = party.live.take_if(|live| *live == id).is_some();
        if was_live {
            party.heard_at = session.heard_at;
        }
        if party.sockets.is_empty() && party.resume.is_none() {
            self.parties.remove(&session.who.party);
        }
        Some((session, was_live))
    }

    /// Forgets a party that has no socket any more.
    pub(crate) fn forget(&mut self, party: &PartyId) {
        if self.parties.get(party).is_some_and(|party| party.sockets.is_empty()) {
            self.parties.remove(party);
        }
    }

    pub(crate) fn get(&self, id: SessionId) -> Option<&Session> {
        self.by_id.get(&id)
    }

    pub(crate) fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.by_id.get_mut(&id)
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = SessionId> {
        self.by_id.keys().copied()
    }

    pub(crate) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// All sockets of a party.
    pub(crate) fn sockets(&self, party: &PartyId) -> Vec<SessionId> {
        self.parties.get(party).map(|party| party.sockets.clone()).unwrap_or_default()
    }

    /// The live socket of a party.
    pub(crate) fn live(&self, party: &PartyId) -> Option<SessionId> {
        self.parties.get(party)?.live
    }

    /// Whether a party has a socket, be it a silent one.
    pub(crate) fn is_live(&self, party: &PartyId) -> bool {
        self.live(party).is_some()
    }

    /// Whether a party is connected, as far as beats tell.
    pub(crate) fn is_present(&self, party: &PartyId) -> bool {
        self.live(party).and_then(|id| self.get(id)).is_some_and(|session| !session.absent)
    }

    /// Whether this is the token of the party's last welcome, or the one before if that may be lost: the same page
    /// is back.
    pub(crate) fn resumes(&self, party: &PartyId, token: Option<Token>) -> bool {
        let known = self.parties.get(party);
        token.is_some() && known.is_some_and(|party| party.resume == token || party.former == token)
    }

    /// When a party that is away was last heard; the beginning of time if that is forgotten.
    pub(crate) fn heard_at(&self, party: &PartyId) -> Timestamp {
        self.parties.get(party).map(|party| party.heard_at).unwrap_or_default()
    }

    /// What a specialist has said about themselves; a call does not change it.
    pub(crate) fn availability(&self, party: &PartyId) -> Availability {
        self.parties.get(party).map(|party| party.availability).unwrap_or_default()
    }

    /// A specialist says it.
    pub(crate) fn set_availability(&mut self, party: &PartyId, state: Availability) {
        if let Some(party) = self.parties.get_mut(party) {
            party.availability = state;
        }
    }

    /// Every welcome session, in a stable order.
    pub(crate) fn ready(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.by_id.iter().filter(|(_, session)| session.ready).map(|(id, session)| (*id, session))
    }

    /// The welcome sessions of one role.
    pub(crate) fn of_role(&self, role: Role) -> impl Iterator<Item = (SessionId, &Session)> {
        self.ready().filter(move |(_, session)| session.who.role == role)
    }
}
