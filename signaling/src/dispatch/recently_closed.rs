//! Recently closed consultations: what the tablets of a post that were away must still be told.

use crate::{
    limits,
    message::{ServerMessage, clinical::Closed},
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use teranga_clinic::{
    case::ToldOutcome,
    clinical::Advice,
    consultation::Consultation,
    id::{ConsultationId, PartyId},
    people::{Identity, Role},
    time::Timestamp,
};

/// The number of endings that are remembered.
const RECENTLY_CLOSED: usize = 1_024;

/// A tablet that was heard so long after the end of its consultation was told of it, in milliseconds. If it fell silent
/// sooner, it is told again.
const TOLD_MS: u64 = 5_000;

/// The endings that a tablet is told again at most, the newest ones. After a restart the server knows of no tablet when it was heard
/// last, and a busy post's whole day of advice would hold up a thin link, and the call on it, for half a minute.
const TOLD_AGAIN: usize = 8;

/// The end of one consultation.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    /// The place of the post that asked.
    place: String,
    /// The specialists who were in it.
    entered: Vec<PartyId>,
    at: Timestamp,
    advice: Vec<Advice>,
    closed: Closed,
    /// What somebody told of the patient; none if nobody did.
    told: Option<ToldOutcome>,
    /// The tablets that were told of it again.
    sent_again: BTreeSet<PartyId>,
}

impl Ending {
    /// True for a tablet of the post that asked.
    pub(crate) fn is_of_post(&self, who: &Identity) -> bool {
        who.role == Role::Kiosk && who.place.id == self.place
    }

    /// What somebody told of the patient, for those who might tell it, too.
    pub(crate) fn outcome_for(&self, who: &Identity) -> Option<&ToldOutcome> {
        let may_tell = self.is_of_post(who) || self.entered.contains(&who.party);
        self.told.as_ref().filter(|told| may_tell && told.lost.is_none())
    }

    /// The messages that the post must get: the advice, then the end.
    pub(crate) fn messages(&self) -> impl Iterator<Item = ServerMessage> + use<> {
        let advice = self.advice.clone().into_iter().map(ServerMessage::Advice);
        advice.chain([ServerMessage::Closed(self.closed)])
    }
}

/// The last endings, oldest first.
#[derive(Debug, Default)]
pub(crate) struct RecentlyClosed {
    endings: VecDeque<Ending>,
    /// The tablets that are told after their call what they have missed, and when each was heard last before it missed something.
    after_call: BTreeMap<PartyId, Timestamp>,
}

impl RecentlyClosed {
    /// Remembers an ending, and forgets those that are too old or too many.
    pub(crate) fn remember(&mut self, consultation: &Consultation, now: Timestamp) {
        let (id, disposition) = (consultation.id(), consultation.disposition());
        let closed = Closed { consultation: id, disposition, deferred: false };
        let advice = consultation.advice().to_vec();
        let place = consultation.post().place.id.clone();
        let entered = consultation.entered().iter().map(|who| who.party.clone()).collect();
        let told = consultation.follow_up().and_then(|follow_up| follow_up.told.clone());
        let sent_again = BTreeSet::new();
        self.endings.retain(|ending| ending.closed.consultation != id);
        self.endings.push_back(Ending { place, entered, at: now, advice, closed, told, sent_again });
        let excess = self.endings.len().saturating_sub(RECENTLY_CLOSED);
        self.endings.drain(..excess);
        self.endings.retain(|ending| now.since_ms(ending.at) < limits::FINISHED_MS);
    }

    /// The ending of this consultation.
    pub(crate) fn find(&self, id: ConsultationId) -> Option<&Ending> {
        self.endings.iter().find(|ending| ending.closed.consultation == id)
    }

    /// The messages that a tablet may not have got, because it was silent from soon after the end: those of the newest endings of its
    /// post. Each ending is given to it once.
    pub(crate) fn unheard(&mut self, who: &Identity, heard_at: Timestamp) -> Vec<ServerMessage> {
        let heard_at = self.after_call.remove(&who.party).map_or(heard_at, |earlier| earlier.min(heard_at));
        let missed = |ending: &&mut Ending| {
            let heard = ending.sent_again.contains(&who.party) || heard_at >= ending.at.plus_ms(TOLD_MS);
            ending.is_of_post(who) && !heard
        };
        let mut endings: Vec<_> = self.endings.iter_mut().filter(missed).collect();
        for ending in &mut endings {
            ending.sent_again.insert(who.party.clone());
        }
        let newest = endings.len().saturating_sub(TOLD_AGAIN);
        endings[newest..].iter().flat_map(|ending| ending.messages()).collect()
    }

    /// A tablet has come back in the middle of a call: what it missed would stand in front of the voice, and is told at the end.
    pub(crate) fn tell_after_call(&mut self, tablet: &PartyId, heard_at: Timestamp) {
        let since = self.after_call.entry(tablet.clone()).or_insert(heard_at);
        *since = heard_at.min(*since);
    }

    /// The messages that a tablet was not sent during its call, which is over.
    pub(crate) fn missed_in_call(&mut self, who: &Identity) -> Vec<ServerMessage> {
        let heard_at = self.after_call.get(&who.party).copied();
        heard_at.map(|heard_at| self.unheard(who, heard_at)).unwrap_or_default()
    }
}
