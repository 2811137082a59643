//! The chat of a call: its members write to each other, and are told how far the others have received and read. Nobody
//! is told of a text before it is durable. A page that never asks for the chat is sent nothing of it.

use super::Calls;
use crate::{
    context::{Context, Outcome, Refusal, Sender},
    id::SessionId,
    limits,
    message::{
        ServerMessage,
        chat::{ChatNews, SeeChat, WriteChat},
        session::ErrorCode,
    },
    registry::Action,
};
use teranga_clinic::{
    chat::{ChatMessage, Progress},
    consultation::Consultation,
    fact::What,
    id::{ConsultationId, PartyId},
};

impl Calls {
    /// A member writes to the others.
    pub(crate) fn write_chat(cx: &mut Context, me: &Sender, write: WriteChat) -> Outcome {
        let WriteChat { consultation: id, chat, text, .. } = write;
        let consultation = chat_for(cx, me, id)?;
        let writer = consultation.tablets().chat_member(me.party());
        let known = consultation.chat().number_of(chat, writer, &text).map_err(|_| ErrorCode::Malformed)?;
        if let Some(number) = known {
            let written = written(cx, id, me.party(), number);
            return written.map_or(Ok(()), |message| cx.reply(me, news(id, vec![message])));
        }
        let what = What::ChatWritten { chat, text, asks: false };
        match cx.uncommitted.writing(id, chat) {
            // The answer comes when it is durable.
            Some(fact) if fact.by.as_ref() == Some(me.party()) && fact.what == what => return Ok(()),
            Some(_) => return Err(ErrorCode::Malformed.into()),
            None => refuse_flood(cx, me, id)?,
        }
        cx.record(id, Some(me.party()), what, "write_chat")
    }

    /// A page tells how far it has come.
    pub(crate) fn see_chat(cx: &mut Context, me: &Sender, see: SeeChat) -> Outcome {
        let SeeChat { consultation: id, received, read } = see;
        let consultation = chat_for(cx, me, id)?;
        let reader = consultation.tablets().chat_member(me.party());
        let next = consultation.chat().news(reader, Progress { received, read });
        send_next(cx, me, id, received);
        let Some(progress) = next else { return Ok(()) };
        let what = What::ChatSeen { progress };
        let is_known =
            cx.uncommitted.chat(id).any(|fact| fact.by.as_ref() == Some(me.party()) && fact.what == what);
        if is_known { Ok(()) } else { cx.record(id, Some(me.party()), what, "see_chat") }
    }

    /// A message is durable: its writer is told, and everybody who follows the chat reads it.
    pub(crate) fn chat_written(cx: &mut Context, id: ConsultationId, author: &PartyId) {
        let Some(open) = cx.registry.get(id) else { return };
        let (count, members) = (open.consultation.chat().count(), open.members());
        for party in members {
            let Some(session) = cx.sessions.live(&party) else { continue };
            let is_next = sent_to(cx, session, id).is_some_and(|sent| sent + 1 == count);
            let message = match party == *author {
                true => written(cx, id, author, count),
                false if is_next => message(cx, id, &party, count),
                // It comes in its turn, after those before it.
                false => None,
            };
            let Some(message) = message else { continue };
            cx.send(session, news(id, vec![message]));
            if is_next {
                advance(cx, session, id, count);
            }
        }
    }

    /// It is durable how far a member has come: whoever wrote anything is told.
    pub(crate) fn chat_seen(cx: &mut Context, id: ConsultationId, reader: &PartyId) {
        let Some(open) = cx.registry.get(id) else { return };
        let consultation = &open.consultation;
        let Some(mark) = consultation.chat().mark_of(consultation.tablets().chat_member(reader)) else {
            return;
        };
        let has_written =
            |party: &PartyId| consultation.chat().has_written(consultation.tablets().chat_member(party));
        let writers = open.members().into_iter().filter(|party| party != reader && has_written(party));
        let writers: Vec<_> = writers.collect();
        for party in writers {
            let followed = cx.sessions.live(&party).filter(|session| sent_to(cx, *session, id).is_some());
            if let Some(session) = followed {
                let marks = vec![mark.clone()];
                cx.send(
                    session,
                    ServerMessage::Chat(ChatNews {
                        consultation: id,
                        messages: Vec::new(),
                        marks,
                        read: None,
                    }),
                );
            }
        }
    }
}

/// The consultation of a chat that is going on, of which the sender is a member and will still be one.
fn chat_for<'a>(cx: &'a Context, me: &Sender, id: ConsultationId) -> Result<&'a Consultation, Refusal> {
    let open = cx.open_for(me, id, Action::Chat)?;
    if cx.uncommitted.leaving(me.party()) {
        return Err(ErrorCode::NotFound.into());
    }
    // The end may still fail; the page says it again, and is told then.
    if cx.uncommitted.ending(id) {
        return Err(ErrorCode::Storage.into());
    }
    Ok(&open.consultation)
}

/// Refuses one message too many, of a consultation or of a member in a short time.
fn refuse_flood(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
    let durable = cx.registry.get(id).map_or(0, |open| open.consultation.chat().count());
    let under_way =
        cx.uncommitted.chat(id).filter(|fact| matches!(fact.what, What::ChatWritten { .. })).count();
    if durable as usize + under_way >= limits::CHAT {
        return Err(ErrorCode::TooLarge.into());
    }
    let now = cx.now;
    let passes = cx.registry.seat_mut(id, me.party()).is_some_and(|seat| seat.chat.pass(now));
    if passes { Ok(()) } else { Err(ErrorCode::TooFast.into()) }
}

/// A message as a party reads it.
fn message(cx: &Context, id: ConsultationId, reader: &PartyId, number: u32) -> Option<ChatMessage> {
    let consultation = &cx.registry.get(id)?.consultation;
    consultation
        .chat()
        .messages_for(consultation.tablets().chat_member(reader), number - 1)
        .into_iter()
        .next()
}

/// What tells the writer's page that a text is stored. The text stays out: the page has it, and its link may be thin.
fn written(cx: &Context, id: ConsultationId, author: &PartyId, number: u32) -> Option<ChatMessage> {
    message(cx, id, author, number).map(|message| ChatMessage { text: None, ..message })
}

/// Sends the next messages that a page does not have, once it has said that it has those before. The first call begins to
/// follow the chat on this socket.
fn send_next(cx: &mut Context, me: &Sender, id: ConsultationId, received: u32) {
    let known = sent_to(cx, me.session, id);
    if known.is_some_and(|sent| sent > received) {
        return;
    }
    let sent = known.unwrap_or(received);
    if let Some(session) = cx.sessions.get_mut(me.session) {
        session.chat = Some((id, sent));
    }
    let Some(open) = cx.registry.get(id) else { return };
    let (chat, reader) = (open.consultation.chat(), open.consultation.tablets().chat_member(me.party()));
    let messages = batch(chat.messages_for(reader, sent));
    let marks = if known.is_none() { chat.marks_for(reader) } else { Vec::new() };
    let read = Some(chat.progress_of(reader).read).filter(|read| known.is_none() && *read > 0);
    if let Some(last) = messages.last() {
        advance(cx, me.session, id, last.number);
    }
    if !messages.is_empty() || !marks.is_empty() {
        cx.send(me.session, ServerMessage::Chat(ChatNews { consultation: id, messages, marks, read }));
    }
}

/// The first of these messages, as many as travel at once; at least one.
fn batch(messages: Vec<ChatMessage>) -> Vec<ChatMessage> {
    let mut bytes = 0;
    let fits = |message: &ChatMessage| {
        let first = bytes == 0;
        bytes += ENVELOPE_BYTES + message.text.as_ref().map_or(0, |text| text.reveal().len());
        first || bytes <= BATCH_BYTES
    };
    messages.into_iter().take_while(fits).collect()
}

/// The number up to which a socket was sent the messages of this consultation; none if it does not follow them.
fn sent_to(cx: &Context, session: SessionId, id: ConsultationId) -> Option<u32> {
    let (followed, sent) = cx.sessions.get(session)?.chat?;
    (followed == id).then_some(sent)
}

fn advance(cx: &mut Context, session: SessionId, id: ConsultationId, number: u32) {
    if let Some(session) = cx.sessions.get_mut(session) {
        session.chat = Some((id, number));
    }
}

const fn news(consultation: ConsultationId, messages: Vec<ChatMessage>) -> ServerMessage {
    ServerMessage::Chat(ChatNews { consultation, messages, marks: Vec::new(), read: None })
}

/// The most that is sent at once of a chat that a page does not have yet: a third of a second on a link of 24 kbit/s, beside
/// which a voice is heard. The rest follows when the page has said that it has this.
const BATCH_BYTES: usize = 1_000;

/// What a message weighs beside its text: number, name, time.
const ENVELOPE_BYTES: usize = 80;
