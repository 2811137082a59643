//! Recently closed consultations: what a post that was away must still be told.

use crate::{
    limits,
    message::{ServerMessage, clinical::Closed},
};
use std::collections::VecDeque;
use teranga_clinic::{
    clinical::Advice,
    consultation::Consultation,
    id::{ConsultationId, PartyId},
    time::Timestamp,
};

/// The number of endings that are remembered.
const RECENTLY_CLOSED: usize = 1_024;

/// A post that was heard so long after the end of its consultation was told of it, in milliseconds. If it fell silent
/// sooner, it is told again.
const TOLD_MS: u64 = 5_000;

/// The endings that a post is told again at most, the newest ones. After a restart the server knows of no post when it was heard
/// last, and a busy post's whole day of advice would hold up a thin link, and the call on it, for half a minute.
const TOLD_AGAIN: usize = 8;

/// The end of one consultation.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    /// The post that asked.
    pub(crate) post: PartyId,
    at: Timestamp,
    advice: Vec<Advice>,
    closed: Closed,
    sent_again: bool,
}

impl Ending {
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
}

impl RecentlyClosed {
    /// Remembers an ending, and forgets those that are too old or too many.
    pub(crate) fn remember(&mut self, consultation: &Consultation, now: Timestamp) {
        let (id, disposition) = (consultation.id(), consultation.disposition());
        let closed = Closed { consultation: id, disposition, deferred: false };
        let advice = consultation.advice().to_vec();
        let post = consultation.post().party.clone();
        self.endings.push_back(Ending { post, at: now, advice, closed, sent_again: false });
        let excess = self.endings.len().saturating_sub(RECENTLY_CLOSED);
        self.endings.drain(..excess);
        self.endings.retain(|ending| now.since_ms(ending.at) < limits::FINISHED_MS);
    }

    /// The ending of this consultation.
    pub(crate) fn find(&self, id: ConsultationId) -> Option<&Ending> {
        self.endings.iter().find(|ending| ending.closed.consultation == id)
    }

    /// The messages that a post may not have got, because it was silent from soon after the end: those of the newest endings.
    /// Each ending is given once.
    pub(crate) fn unheard(&mut self, post: &PartyId, heard_at: Timestamp) -> Vec<ServerMessage> {
        let missed = |ending: &&mut Ending| {
            let heard = ending.sent_again || heard_at >= ending.at.plus_ms(TOLD_MS);
            ending.post == *post && !heard
        };
        let mut endings: Vec<_> = self.endings.iter_mut().filter(missed).collect();
        for ending in &mut endings {
            ending.sent_again = true;
        }
        let newest = endings.len().saturating_sub(TOLD_AGAIN);
        endings[newest..].iter().flat_map(|ending| ending.messages()).collect()
    }
}
