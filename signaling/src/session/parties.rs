//! Parties: a party is an account or a device. At most one of its sockets is the live one. State that must
//! outlast a socket (the resume token) is kept here for a while, and what a specialist has declared for as long as it holds.

use super::Session;
use crate::{id::SessionId, limits, message::session::Pace, throttle::Throttle, token::Token};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use teranga_clinic::{
    id::{PartyId, StaffId},
    people::{Declaration, Identity, Place, Role},
    time::Timestamp,
};

/// An account or a device, while it is connected and for a while after.
#[derive(Debug, Default)]
struct Party {
    /// All its sockets, the oldest first.
    sockets: Vec<SessionId>,
    /// The socket that was welcomed last.
    live: Option<SessionId>,
    /// The token of its last welcome.
    resume: Option<Token>,
    /// The token that opened the last socket, until the page says something on it: the welcome may be lost, and the
    /// page then knows no other token.
    former: Option<Token>,
    budgets: Budgets,
    /// The time at which its last live socket was last heard.
    heard_at: Timestamp,
}

/// What a party may still cause. It outlasts a socket, so that reconnecting earns nothing.
#[derive(Debug)]
struct Budgets {
    facts: Throttle,
    rings: Throttle,
}

impl Default for Budgets {
    fn default() -> Self {
        let full_at = Timestamp::default();
        Self {
            facts: Throttle::new(limits::FACTS_BURST, limits::FACT_EVERY_MS, full_at),
            rings: Throttle::new(limits::RINGS_BURST, limits::RING_EVERY_MS, full_at),
        }
    }
}

/// All sessions, by socket and by party.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_id: BTreeMap<SessionId, Session>,
    parties: BTreeMap<PartyId, Party>,
    /// The tablets with a live socket, by the place of their post.
    tablets: BTreeMap<String, BTreeSet<PartyId>>,
    /// What specialists have declared, connected or not.
    declared: BTreeMap<PartyId, Declaration>,
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

    /// True if no further socket may open.
    pub(crate) fn is_full(&self) -> bool {
        self.by_id.len() >= limits::SESSIONS
    }

    /// The socket that must close if this party opens one more: the oldest that is not the live one.
    pub(crate) fn surplus(&self, party: &PartyId) -> Option<SessionId> {
        let party =
            self.parties.get(party).filter(|party| party.sockets.len() >= limits::SOCKETS_PER_PARTY)?;
        party.sockets.iter().copied().find(|socket| party.live != Some(*socket))
    }

    /// Makes a socket the live one of its party, under a new resume token. `same_page` says that it came with the token
    /// before.
    pub(crate) fn welcome(&mut self, id: SessionId, resume: Token, same_page: bool) {
        let Some(session) = self.by_id.get_mut(&id) else { return };
        session.ready = true;
        if session.who.role == Role::Kiosk {
            let tablets = self.tablets.entry(session.who.place.id.clone()).or_default();
            tablets.insert(session.who.party.clone());
        }
        let party = self.parties.entry(session.who.party.clone()).or_default();
        party.live = Some(id);
        let came_with = party.former.or(party.resume);
        party.former = came_with.filter(|_| same_page);
        party.resume = Some(resume);
    }

    /// Voids the token before the last one, because the party's page has its last welcome.
    pub(crate) fn confirm(&mut self, party: &PartyId) {
        if let Some(party) = self.parties.get_mut(party) {
            party.former = None;
        }
    }

    /// Closes a socket. Returns it, and true if it was the live one of its party.
    pub(crate) fn close(&mut self, id: SessionId) -> Option<(Session, bool)> {
        let session = self.by_id.remove(&id)?;
        let party = self.parties.get_mut(&session.who.party)?;
        party.sockets.retain(|socket| *socket != id);
        let was_live = party.live.take_if(|live| *live == id).is_some();
        if was_live {
            party.heard_at = session.heard_at;
            take_out(&mut self.tablets, &session.who);
        }
        if party.sockets.is_empty() && party.resume.is_none() {
            self.parties.remove(&session.who.party);
        }
        Some((session, was_live))
    }

    /// The member of staff who is at the tablet of this party, as its live socket said.
    pub(crate) fn staff_of(&self, party: &PartyId) -> Option<&StaffId> {
        let live = self.parties.get(party)?.live?;
        self.by_id.get(&live)?.staff.as_ref()
    }

    /// Forgets a party that has no socket.
    pub(crate) fn forget(&mut self, party: &PartyId) {
        if self.parties.get(party).is_some_and(|party| party.sockets.is_empty()) {
            self.parties.remove(party);
        }
    }

    /// A session.
    pub(crate) fn get(&self, id: SessionId) -> Option<&Session> {
        self.by_id.get(&id)
    }

    /// A session, to change it.
    pub(crate) fn get_mut(&mut self, id: SessionId) -> Option<&mut Session> {
        self.by_id.get_mut(&id)
    }

    /// All sockets.
    pub(crate) fn ids(&self) -> impl Iterator<Item = SessionId> {
        self.by_id.keys().copied()
    }

    /// The number of sockets.
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

    /// The tablets of the post at this place that have a live socket.
    pub(crate) fn tablets_at(&self, place: &str) -> impl Iterator<Item = &Arc<Identity>> {
        let parties = self.tablets.get(place).into_iter().flatten();
        parties.filter_map(|party| self.get(self.live(party)?)).map(|session| &session.who)
    }

    /// True if a party has a live socket, even a silent one.
    pub(crate) fn is_live(&self, party: &PartyId) -> bool {
        self.live(party).is_some()
    }

    /// True if a party is connected, as far as heartbeats tell.
    pub(crate) fn is_present(&self, party: &PartyId) -> bool {
        self.live(party).and_then(|id| self.get(id)).is_some_and(|session| !session.absent)
    }

    /// True if this is the token of the party's last welcome, or the one before if the last may be lost: then the same
    /// page is back.
    pub(crate) fn resumes(&self, party: &PartyId, token: Option<Token>) -> bool {
        let known = self.parties.get(party);
        token.is_some() && known.is_some_and(|party| party.resume == token || party.former == token)
    }

    /// The time at which a party that is away was last heard; zero if that is forgotten.
    pub(crate) fn heard_at(&self, party: &PartyId) -> Timestamp {
        self.parties.get(party).map(|party| party.heard_at).unwrap_or_default()
    }

    /// What a specialist has declared last, also if its time is over; a call does not change it.
    pub(crate) fn declared(&self, party: &PartyId) -> Option<&Declaration> {
        self.declared.get(party)
    }

    /// What every specialist has declared last.
    pub(crate) fn all_declared(&self) -> impl Iterator<Item = (&PartyId, &Declaration)> {
        self.declared.iter()
    }

    /// Keeps or forgets what a specialist has declared.
    pub(crate) fn declare(&mut self, party: &PartyId, declaration: Option<Declaration>) {
        match declaration {
            Some(declaration) => self.declared.insert(party.clone(), declaration),
            None => self.declared.remove(party),
        };
    }

    /// True if a message of this party may write one more fact.
    pub(crate) fn may_write(&mut self, party: &PartyId, now: Timestamp) -> bool {
        self.parties.get_mut(party).is_none_or(|party| party.budgets.facts.pass(now))
    }

    /// True if this party may make others ring once more.
    pub(crate) fn may_ring(&mut self, party: &PartyId, now: Timestamp) -> bool {
        self.parties.get_mut(party).is_none_or(|party| party.budgets.rings.pass(now))
    }

    /// All welcomed sessions, in a stable order.
    pub(crate) fn ready(&self) -> impl Iterator<Item = (SessionId, &Session)> {
        self.by_id.iter().filter(|(_, session)| session.ready).map(|(id, session)| (*id, session))
    }

    /// The welcomed sessions of one role.
    pub(crate) fn of_role(&self, role: Role) -> impl Iterator<Item = (SessionId, &Session)> {
        self.ready().filter(move |(_, session)| session.who.role == role)
    }
}

/// Takes somebody who is not connected any more out of the tablets of a place.
fn take_out(tablets: &mut BTreeMap<String, BTreeSet<PartyId>>, who: &Identity) {
    let Some(of_place) = tablets.get_mut(&who.place.id) else { return };
    of_place.remove(&who.party);
    if of_place.is_empty() {
        tablets.remove(&who.place.id);
    }
}
