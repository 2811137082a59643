//! What is written in a case: notes and the answer of its specialist, the discussion, a new examination, the end, the outcome.

use super::{
    handlers::{held, member, refuse_uncommitted, said_again},
    machine::{Cases, closing},
};
use crate::{
    context::{Context, Outcome, Sender},
    limits,
    message::{
        ServerMessage,
        case::{Examine, TellOutcome},
        chat::{ChatNews, SeeChat, WriteChat},
        clinical::{Close, Saved, SavedKind},
        session::ErrorCode,
    },
};
use teranga_clinic::{
    case::ToldOutcome,
    chat::{ChatMessage, Progress},
    clinical::{Advise, Note},
    consultation::{Consultation, Phase},
    fact::{Fact, What},
    id::ConsultationId,
    people::Role,
};

impl Cases {
    /// The specialist writes a note.
    pub(crate) fn note(cx: &mut Context, me: &Sender, note: Note) -> Outcome {
        let (id, revision) = (note.consultation, note.revision);
        if held(cx, me, id)?.consultation.note() == Some(&note) {
            let what = SavedKind::Note;
            return cx.reply(me, ServerMessage::Saved(Saved { consultation: id, what, revision }));
        }
        cx.record(id, Some(me.party()), What::Noted { note }, "note")
    }

    /// The specialist signs the answer.
    pub(crate) fn advise(cx: &mut Context, me: &Sender, advice: Advise) -> Outcome {
        let (id, revision) = (advice.consultation, advice.revision);
        let consultation = &held(cx, me, id)?.consultation;
        if consultation.has_advice(&advice) {
            let what = SavedKind::Advice;
            return cx.reply(me, ServerMessage::Saved(Saved { consultation: id, what, revision }));
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

    /// A member writes to the others.
    pub(crate) fn write_chat(cx: &mut Context, me: &Sender, write: WriteChat) -> Outcome {
        let WriteChat { consultation: id, chat, text, asks } = write;
        let consultation = &member(cx, me, id)?.consultation;
        if consultation.phase() != Phase::Deferred {
            return Err(ErrorCode::NotFound.into());
        }
        let writer = consultation.tablets().chat_reader(&me.who);
        let known = consultation.chat().number_of(chat, writer, &text).map_err(|_| ErrorCode::Malformed)?;
        if let Some(number) = known {
            return cx.reply(me, own_message(cx, me, id, number));
        }
        if consultation.chat().count() as usize >= limits::CHAT {
            return Err(ErrorCode::TooLarge.into());
        }
        let asks = asks && me.who.role == Role::Doctor;
        let what = What::ChatWritten { chat, text, asks };
        match cx.uncommitted.writing(id, chat) {
            Some(fact) if fact.what == what => under_way(me, fact),
            Some(_) => Err(ErrorCode::Malformed.into()),
            None => cx.record(id, Some(me.party()), what, "write_chat"),
        }
    }

    /// A page tells how far it has come in the discussion.
    pub(crate) fn see_chat(cx: &mut Context, me: &Sender, see: SeeChat) -> Outcome {
        let SeeChat { consultation: id, received, read } = see;
        let consultation = &member(cx, me, id)?.consultation;
        let next = consultation
            .chat()
            .news(consultation.tablets().chat_reader(&me.who), Progress { received, read });
        let Some(progress) = next.filter(|_| consultation.phase() == Phase::Deferred) else { return Ok(()) };
        cx.record(id, Some(me.party()), What::ChatSeen { progress }, "see_chat")
    }

    /// The post has examined the patient again.
    pub(crate) fn examine(cx: &mut Context, me: &Sender, examine: Examine) -> Outcome {
        let Examine { consultation: id, intake, act } = examine;
        let consultation = &member(cx, me, id)?.consultation;
        me.must_be(Role::Kiosk)?;
        let is_known = match act {
            Some(_) => consultation.examinations().iter().any(|known| known.act == act),
            None => *consultation.intake() == intake,
        };
        if is_known {
            return said_again(cx, me, id, "examine", act);
        }
        if consultation.phase() != Phase::Deferred {
            return Err(ErrorCode::NotFound.into());
        }
        if let Some(fact) = act.and_then(|act| cx.uncommitted.acting(id, act)) {
            return under_way(me, fact);
        }
        if consultation.examinations().len() >= limits::EXAMINATIONS {
            return Err(ErrorCode::TooLarge.into());
        }
        cx.record(id, Some(me.party()), What::Examined { intake, act }, "examine")
    }

    /// The specialist ends the case, and may say when the post is asked for the outcome. The label of an act does not stand for the
    /// act.
    pub(crate) fn close(cx: &mut Context, me: &Sender, close: Close) -> Outcome {
        let id = close.consultation;
        let consultation = &held(cx, me, id)?.consultation;
        cx.refuse_label(consultation, close.disposition)?;
        refuse_uncommitted(cx, id)?;
        cx.record(id, Some(me.party()), closing(cx.now, close), "close")
    }

    /// The post withdraws the case.
    pub(crate) fn cancel(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
        let consultation = &member(cx, me, id)?.consultation;
        me.must_be(Role::Kiosk)?;
        if consultation.phase() != Phase::Deferred {
            return Err(ErrorCode::NotFound.into());
        }
        refuse_uncommitted(cx, id)?;
        cx.record(id, Some(me.party()), What::Cancelled, "cancel")
    }

    /// The post, or the specialist who heard of it, tells what became of the patient. The first who does is heard: `first` is what
    /// was told of a consultation that is over.
    pub(crate) fn tell_outcome(
        cx: &mut Context,
        me: &Sender,
        tell: TellOutcome,
        first: Option<&ToldOutcome>,
    ) -> Outcome {
        let TellOutcome { consultation: id, outcome, text, act } = tell;
        if let Some(first) = first {
            let is_same = act.is_some() && first.act == act;
            return if is_same {
                said_again(cx, me, id, "tell_outcome", act)
            } else {
                Err(ErrorCode::OutcomeTold.into())
            };
        }
        if member(cx, me, id)?.consultation.phase() != Phase::FollowUp {
            return Err(ErrorCode::NotFound.into());
        }
        refuse_uncommitted(cx, id)?;
        cx.record(id, Some(me.party()), What::OutcomeTold { outcome, text, act }, "tell_outcome")
    }
}

/// The answer to an act that is on its way to the disk: it comes when it is durable, to the page that the act came from. Another tablet
/// of the post says it again, and is told then.
fn under_way(me: &Sender, fact: &Fact) -> Outcome {
    if fact.by.as_ref() == Some(me.party()) { Ok(()) } else { Err(ErrorCode::Storage.into()) }
}

/// The answer to whoever wrote a message: it is durable under this number.
pub(super) fn own_message(cx: &Context, me: &Sender, id: ConsultationId, number: u32) -> ServerMessage {
    let case = cx.registry.cases.get(id).map(|open| &open.consultation);
    let from = |case: &Consultation| {
        case.chat().messages_for(case.tablets().chat_reader(&me.who), number.saturating_sub(1))
    };
    let own = case.map(from).unwrap_or_default();
    let messages = own.into_iter().take(1).map(|message| ChatMessage { text: None, ..message }).collect();
    ServerMessage::Chat(ChatNews { consultation: id, messages, marks: Vec::new(), read: None })
}
