//! Long messages beside a thin voice travel in pieces: a message of kilobytes in one go fills the queue of a link of 40 kbit/s for
//! seconds, and every voice packet behind it comes late. The next piece goes when the page has the one before, and not sooner than a
//! voice leaves room for it.

use super::{Context, Timer};
use crate::{
    contract::Effect,
    id::SessionId,
    message::{ServerMessage, call::Rung},
    registry::Transport,
    session::Session,
};
use teranga_clinic::people::Role;

/// The bytes of one piece; a message whose text is shorter travels whole. With 90 bytes for TLS and TCP it takes less than a tenth of a second
/// on a link of 40 kbit/s.
const PIECE_BYTES: usize = 320;

/// The pause between two pieces, in milliseconds. That is 3.3 kbit/s, and what a voice with its copies leaves of 40 kbit/s is 4 in speech
/// and all of it in its pauses.
const PIECE_EVERY_MS: u64 = 1_000;

/// The most that waits for one page, in compressed bytes: more than ten of the longest pieces of advice. Beyond it everything travels at once.
const WAITING_BYTES: usize = 32 * 1024;

/// Queues a message that is to travel in pieces, and gives back every other one.
pub(super) fn queue_in_pieces(
    cx: &mut Context,
    session: SessionId,
    message: ServerMessage,
) -> Option<ServerMessage> {
    match &message {
        // The record has everything that waits, in its present state.
        ServerMessage::Call(call) if call.record.is_some() => forget_pieces(cx, session),
        // No voice is left that would yield, and the page tells the end with what was signed before it.
        ServerMessage::Closed(_) | ServerMessage::Bye(_) => send_whole(cx, session),
        _ => {}
    }
    let Some(text) = text_in_pieces(cx, session, &message) else { return Some(message) };
    let pieces = &mut cx.sessions.get_mut(session)?.pieces;
    if pieces.bytes() + text.len() > WAITING_BYTES {
        send_whole(cx, session);
        return Some(message);
    }
    pieces.push(&text);
    send_piece(cx, session);
    None
}

/// The page has the piece that was on its way.
pub(crate) fn piece_received(cx: &mut Context, session: SessionId) {
    if let Some(known) = cx.sessions.get_mut(session) {
        known.pieces.is_on_its_way = false;
    }
    send_piece(cx, session);
}

/// Sends the next piece, if its time has come; if no voice is beside it any more, the rest of its message.
pub(crate) fn send_piece(cx: &mut Context, session: SessionId) {
    let now = cx.now;
    let is_beside_voice = is_beside_thin_voice(cx, session);
    let Some(Session { pieces, .. }) = cx.sessions.get_mut(session) else { return };
    if pieces.is_empty() || pieces.is_on_its_way {
        return;
    }
    if is_beside_voice && now < pieces.not_before {
        let at = pieces.not_before;
        return cx.timers.set(Timer::Piece(session), Some(at));
    }
    let piece = pieces.take(if is_beside_voice { PIECE_BYTES } else { usize::MAX });
    pieces.is_on_its_way = true;
    pieces.not_before = now.plus_ms(PIECE_EVERY_MS);
    let message = piece.map(|piece| Box::new(ServerMessage::Piece(piece)));
    cx.effects.extend(message.map(|message| Effect::Send { session, message }));
}

/// Sends all that waits at once.
fn send_whole(cx: &mut Context, session: SessionId) {
    let Some(Session { pieces, .. }) = cx.sessions.get_mut(session) else { return };
    while let Some(piece) = pieces.take(usize::MAX) {
        let message = Box::new(ServerMessage::Piece(piece));
        cx.effects.push_back(Effect::Send { session, message });
    }
}

/// The text of a message that is to travel in pieces. One that follows others stays behind them, so that the later state of a thing
/// comes later.
fn text_in_pieces(cx: &Context, session: SessionId, message: &ServerMessage) -> Option<String> {
    if !is_for_reading(message) {
        return None;
    }
    let known = cx.sessions.get(session)?;
    let follows = !known.pieces.is_empty();
    let begins = known.takes_pieces && is_beside_thin_voice(cx, session);
    if !(follows || begins) {
        return None;
    }
    let text = serde_json::to_string(message).ok()?;
    (follows || text.len() > PIECE_BYTES).then_some(text)
}

fn forget_pieces(cx: &mut Context, session: SessionId) {
    if let Some(known) = cx.sessions.get_mut(session) {
        known.pieces.forget();
    }
}

/// True if this is the page of a post whose voice flows over a link that carries no camera. The link of a post is the thin one.
fn is_beside_thin_voice(cx: &Context, session: SessionId) -> bool {
    let Some(known) = cx.sessions.get(session) else { return false };
    let seat = cx.registry.seat_of(&known.who.party);
    known.who.role == Role::Kiosk
        && seat.is_some_and(|(open, seat)| {
            seat.transport == Transport::Up && open.room.rung() != Some(Rung::Video)
        })
}

/// True for what people read when it is there, so that it may come some seconds later than whole.
const fn is_for_reading(message: &ServerMessage) -> bool {
    matches!(message, ServerMessage::Advice(_) | ServerMessage::Prescription(_) | ServerMessage::Referral(_))
}
