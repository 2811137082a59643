//! What the holder of a consultation writes: notes, advice, the end.

use super::{Hub, MediaOrder, Outcome, Speaker};
use crate::{
    case::Case,
    limits,
    message::{
        ServerMessage,
        clinical::{Close, Closed, Saved, SavedKind},
        queue::EntryGone,
        session::ErrorCode,
    },
    room::Act,
};
use teranga_clinic::{
    clinical::{Advise, Note},
    fact::What,
    id::{ConsultationId, PartyId},
};

impl Hub {
    pub(super) fn note(&mut self, me: &Speaker, note: Note) -> Outcome {
        let (id, revision) = (note.consultation, note.revision);
        if self.directs(me, id)?.consultation.has_note(&note) {
            return self.reply(me, saved(id, SavedKind::Note, revision));
        }
        self.record(id, Some(me.party()), What::Noted { note }, "note")
    }

    pub(super) fn advise(&mut self, me: &Speaker, advice: Advise) -> Outcome {
        let (id, revision) = (advice.consultation, advice.revision);
        let consultation = &self.directs(me, id)?.consultation;
        if consultation.has_advice(&advice) {
            return self.reply(me, saved(id, SavedKind::Advice, revision));
        }
        if consultation.advice().len() >= limits::ADVICE {
            return Err(ErrorCode::TooLarge.into());
        }
        self.record(id, Some(me.party()), What::Advised { advice }, "advise")
    }

    pub(super) fn close(&mut self, me: &Speaker, close: Close) -> Outcome {
        let id = close.consultation;
        self.directs(me, id)?;
        self.record(id, Some(me.party()), What::Closed { disposition: close.disposition }, "close")
    }

    /// A note is durable.
    pub(super) fn noted(&mut self, id: ConsultationId, author: &PartyId, revision: u32) {
        self.tell(author, saved(id, SavedKind::Note, revision));
    }

    /// Advice is durable: the author may say "saved", and everyone in the room reads it.
    pub(super) fn advised(&mut self, id: ConsultationId, author: &PartyId, revision: u32) {
        self.tell(author, saved(id, SavedKind::Advice, revision));
        let Some(case) = self.cases.get(id) else { return };
        let signed = case.consultation.advice().iter().rev().find(|advice| advice.revision == revision);
        let (Some(advice), readers) = (signed.cloned(), taken_seats(case)) else { return };
        for party in readers {
            self.tell(&party, ServerMessage::Advice(advice.clone()));
        }
    }

    /// A consultation is over: everyone hears it, the room and the seats are gone.
    pub(super) fn ended(&mut self, id: ConsultationId, was_waiting: bool) {
        let Some(case) = self.cases.close(id) else { return };
        self.schedule(id);
        if was_waiting {
            self.tell_doctors(&ServerMessage::EntryGone(EntryGone { consultation: id, by: None }), None);
        }
        self.order(MediaOrder::CloseRoom { room: case.room.id });
        self.moving.retain(|(consultation, _), _| *consultation != id);
        self.finished.remember(&case.consultation, self.now);
        self.dissolve(&case);
        self.stirred.people = true;
    }

    fn dissolve(&mut self, case: &Case) {
        let (consultation, disposition) = (case.consultation.id(), case.consultation.disposition());
        for seat in case.room.seats() {
            self.grants.revoke_member(seat.member);
            self.tell(&seat.who.party, ServerMessage::Closed(Closed { consultation, disposition }));
            self.repace(&seat.who.party);
        }
        self.tell(&case.consultation.post().party, ServerMessage::Roster(self.roster()));
    }

    /// The consultation, if the speaker directs it and its end is not on its way already.
    pub(super) fn directs(&self, me: &Speaker, id: ConsultationId) -> Result<&Case, super::Refusal> {
        let case = self.case_for(me, id, Act::Direct)?;
        let ending = self.uncommitted.turning(id).is_some();
        if ending { Err(ErrorCode::NotFound.into()) } else { Ok(case) }
    }
}

fn saved(consultation: ConsultationId, what: SavedKind, revision: u32) -> ServerMessage {
    ServerMessage::Saved(Saved { consultation, what, revision })
}

pub(super) fn taken_seats(case: &Case) -> Vec<PartyId> {
    let taken = case.room.seats().iter().filter(|seat| seat.is_taken());
    taken.map(|seat| seat.who.party.clone()).collect()
}
