//! Consultations that ended lately: what a post that was away is still to be told.

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

/// The end of one consultation.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    /// Whose request it was.
    pub(crate) post: PartyId,
    at: Timestamp,
    advice: Vec<Advice>,
    closed: Closed,
    told_again: bool,
}

impl Ending {
    /// What the post must know: the advice, then the end.
    pub(crate) fn messages(&self) -> impl Iterator<Item = ServerMessage> + use<> {
        let advice = self.advice.clone().into_iter().map(ServerMessage::Advice);
        advice.chain([ServerMessage::Closed(self.closed)])
    }
}

/// The last endings, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Finished {
    endings: VecDeque<Ending>,
}

impl Finished {
    /// Remembers one, and forgets what is too old or too much.
    pub(crate) fn remember(&mut self, consultation: &Consultation, now: Timestamp) {
        let closed = Closed { consultation: consultation.id(), disposition: consultation.disposition() };
        let advice = consultation.advice().to_vec();
        let post = consultation.post().party.clone();
        self.endings.push_back(Ending { post, at: now, advice, closed, told_again: false });
        let excess = self.endings.len().saturating_sub(limits::FINISHED);
        self.endings.drain(..excess);
        self.endings.retain(|ending| now.since_ms(ending.at) < limits::FINISHED_MS);
    }

    /// How this consultation ended.
    pub(crate) fn find(&self, id: ConsultationId) -> Option<&Ending> {
        self.endings.iter().find(|ending| ending.closed.consultation == id)
    }

    /// What a post may not have heard, because it was silent from soon after the end: told again, once.
    pub(crate) fn unheard(&mut self, post: &PartyId, heard_at: Timestamp) -> Vec<ServerMessage> {
        let missed = |ending: &&mut Ending| {
            let heard = ending.told_again || heard_at >= ending.at.plus_ms(limits::TOLD_MS);
            ending.post == *post && !heard
        };
        let tell = |ending: &mut Ending| {
            ending.told_again = true;
            ending.messages()
        };
        self.endings.iter_mut().filter(missed).flat_map(tell).collect()
    }
}
