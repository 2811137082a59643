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

    /// True if a tablet of the post may not have heard of it, and was not told again.
    fn is_missed(&self, who: &Identity, heard_at: Timestamp) -> bool {
        let is_heard = self.sent_again.contains(&who.party) || heard_at >= self.at.plus_ms(TOLD_MS);
        self.is_of_post(who) && !is_heard
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
    /// What tablets are told after their call, at most one entry for each.
    postponed: BTreeMap<PartyId, Postponed>,
}

/// The endings that a tablet has missed and is told after its call.
#[derive(Debug, Default)]
struct Postponed {
    endings: BTreeSet<ConsultationId>,
    /// When it was told of them; none while its call goes on.
    told_at: Option<Timestamp>,
}

impl Postponed {
    /// True if the tablet was heard so long after it was told that it knows.
    fn is_known(&self, heard_at: Timestamp) -> bool {
        self.told_at.is_some_and(|told_at| heard_at >= told_at.plus_ms(TOLD_MS))
    }
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
        let postponed = self.take_postponed(&who.party, heard_at);
        let missed = |ending: &&mut Ending| {
            ending.is_missed(who, heard_at) || postponed.contains(&ending.closed.consultation)
        };
        let mut endings: Vec<_> = self.endings.iter_mut().filter(missed).collect();
        for ending in &mut endings {
            ending.sent_again.insert(who.party.clone());
        }
        let newest = endings.len().saturating_sub(TOLD_AGAIN);
        endings[newest..].iter().flat_map(|ending| ending.messages()).collect()
    }

    /// A tablet has come back into its call: what it has missed would stand in front of the voice, and is told at the end.
    pub(crate) fn postpone(&mut self, who: &Identity, heard_at: Timestamp) {
        let mut endings = self.take_postponed(&who.party, heard_at);
        let missed = self.endings.iter().filter(|ending| ending.is_missed(who, heard_at));
        endings.extend(missed.map(|ending| ending.closed.consultation));
        if !endings.is_empty() {
            self.postponed.insert(who.party.clone(), Postponed { endings, told_at: None });
        }
    }

    /// The call of a tablet is over: the messages that were postponed. If the tablet is not there or falls silent too soon, its next
    /// hello gives them to it again.
    pub(crate) fn after_call(&mut self, who: &Identity, now: Timestamp) -> Vec<ServerMessage> {
        let Some(postponed) = self.postponed.get_mut(&who.party) else { return Vec::new() };
        postponed.told_at = Some(now);
        let endings: Vec<_> = self
            .endings
            .iter()
            .filter(|ending| postponed.endings.contains(&ending.closed.consultation))
            .collect();
        let newest = endings.len().saturating_sub(TOLD_AGAIN);
        endings[newest..].iter().flat_map(|ending| ending.messages()).collect()
    }

    /// What was postponed for a tablet and is not known to it.
    fn take_postponed(&mut self, tablet: &PartyId, heard_at: Timestamp) -> BTreeSet<ConsultationId> {
        let postponed = self.postponed.remove(tablet).filter(|postponed| !postponed.is_known(heard_at));
        postponed.map(|postponed| postponed.endings).unwrap_or_default()
    }
}
