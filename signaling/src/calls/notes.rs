//! The texts of the holder of a consultation: notes, advice, and its end.

use super::Calls;
use crate::{
    cases::closing,
    context::{Context, Outcome, Sender},
    contract::MediaOrder,
    limits,
    message::{
        ServerMessage,
        clinical::{Close, Closed, Saved, SavedKind},
        session::ErrorCode,
    },
    presence::roster,
    registry::OpenConsultation,
};
use teranga_clinic::{
    clinical::{Advise, Note},
    consultation::Phase,
    fact::What,
    id::{ConsultationId, PartyId},
};

impl Calls {
    /// The holder writes a note.
    pub(crate) fn note(cx: &mut Context, me: &Sender, note: Note) -> Outcome {
        let (id, revision) = (note.consultation, note.revision);
        if cx.held_by(me, id)?.consultation.note() == Some(&note) {
            return cx.reply(me, saved(id, SavedKind::Note, revision));
        }
        cx.record(id, Some(me.party()), What::Noted { note }, "note")
    }

    /// The holder signs advice.
    pub(crate) fn advise(cx: &mut Context, me: &Sender, advice: Advise) -> Outcome {
        let (id, revision) = (advice.consultation, advice.revision);
        let consultation = &cx.held_by(me, id)?.consultation;
        if consultation.has_advice(&advice) {
            return cx.reply(me, saved(id, SavedKind::Advice, revision));
        }
        if !consultation.is_correctable(&advice) {
            return Err(ErrorCode::NotFound.into());
        }
        if consultation.advice().len() + cx.uncommitted.advising(id) >= limits::ADVICE {
            return Err(ErrorCode::TooLarge.into());
        }
        let order_number = cx.sessions.get(me.session).and_then(|session| session.order_number.clone());
        cx.record(id, Some(me.party()), What::Advised { advice, order_number }, "advise")
    }

    /// The holder ends the consultation.
    pub(crate) fn close(cx: &mut Context, me: &Sender, close: Close) -> Outcome {
        let id = close.consultation;
        cx.refuse_label(&cx.held_by(me, id)?.consultation, close.disposition)?;
        cx.record(id, Some(me.party()), closing(cx.now, close), "close")
    }

    /// A note is durable.
    pub(crate) fn noted(cx: &mut Context, id: ConsultationId, author: &PartyId, revision: u32) {
        cx.send_to(author, saved(id, SavedKind::Note, revision));
    }

    /// Advice is durable: its author may say "enregistré", and every member reads it.
    pub(crate) fn advised(cx: &mut Context, id: ConsultationId, author: &PartyId, revision: u32) {
        cx.send_to(author, saved(id, SavedKind::Advice, revision));
        let Some(open) = cx.registry.get(id) else { return };
        let signed = open.consultation.advice().iter().rev().find(|advice| advice.revision == revision);
        let (Some(advice), members) = (signed.cloned(), open.members()) else { return };
        for party in members {
            cx.send_to(&party, ServerMessage::Advice(advice.clone()));
        }
    }

    /// Dissolves the room of a consultation that ended: everybody in it hears of the end.
    pub(crate) fn dissolve(&mut self, cx: &mut Context, ended: &OpenConsultation) {
        let (consultation, disposition) = (ended.consultation.id(), ended.consultation.disposition());
        let deferred = ended.consultation.phase() == Phase::Deferred;
        cx.order(MediaOrder::CloseRoom { room: ended.room.id });
        self.forget_uploads(consultation);
        for seat in ended.room.seats() {
            cx.tokens.revoke_member(seat.member);
            cx.send_to(
                &seat.who.party,
                ServerMessage::Closed(Closed { consultation, disposition, deferred }),
            );
            cx.update_pace(&seat.who.party);
        }
        let roster = roster(cx);
        cx.send_to(&ended.consultation.tablets().current().party, ServerMessage::Roster(roster));
    }
}

fn saved(consultation: ConsultationId, what: SavedKind, revision: u32) -> ServerMessage {
    ServerMessage::Saved(Saved { consultation, what, revision })
}
