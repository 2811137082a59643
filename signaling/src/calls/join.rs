//! Joining the media plane, and what the media plane says of a member.

use super::{Calls, link_reports::send_links};
use crate::{
    context::{Context, Outcome, Sender},
    contract::{MediaOrder, MediaSignal},
    id::{MemberId, RoomId},
    message::{
        ServerMessage,
        call::{Answer, Join, Measured, Voice},
        session::{ErrorCode, Refused},
    },
    registry::{Seat, Transport},
    token::Token,
};

impl Calls {
    /// The first offer of a page: a join token opens the media plane for it.
    pub(crate) fn join(cx: &mut Context, me: &Sender, join: Join) -> Outcome {
        let token = Token::parse(join.token.reveal()).ok_or(ErrorCode::Grant)?;
        let scope = cx.tokens.redeem(token, me.session, cx.now).ok_or(ErrorCode::Grant)?;
        let member = scope.member;
        let room = cx.registry.room_of(member).ok_or(ErrorCode::Grant)?;
        let seat = cx.registry.member_mut(member).ok_or(ErrorCode::Grant)?;
        seat.transport = Transport::Asked;
        seat.unsent.grant = false;
        let party = seat.who.party.clone();
        cx.order(MediaOrder::Join { room, member, party, offer: join.sdp });
        cx.mark_member_changed(member);
        Ok(())
    }

    /// A later offer of a page that has joined.
    pub(crate) fn offer(cx: &mut Context, me: &Sender, sdp: String) -> Outcome {
        let (room, seat) = cx.registry.place_of(me.party()).ok_or(ErrorCode::NotFound)?;
        if !seat.is_joined() {
            return Err(ErrorCode::Grant.into());
        }
        let member = seat.member;
        cx.order(MediaOrder::Offer { room, member, offer: sdp });
        Ok(())
    }

    /// A page's own measurement of its link goes to its transport; without one nobody needs it.
    pub(crate) fn measured(cx: &mut Context, me: &Sender, seen: Measured) {
        if let Some((room, member)) = joined_place(cx, me) {
            cx.order(MediaOrder::Measured { room, member, seen });
        }
    }

    /// A page wants voice only, in both directions, or wants pictures again.
    pub(crate) fn voice_only(cx: &mut Context, me: &Sender, on: bool) {
        if let Some((room, member)) = joined_place(cx, me) {
            cx.order(MediaOrder::VoiceOnly { room, member, on });
        }
    }

    /// A page is hidden, where nobody sees pictures, or is on a screen again.
    pub(crate) fn screen(cx: &mut Context, me: &Sender, shown: bool) {
        if let Some((room, member)) = joined_place(cx, me) {
            cx.order(MediaOrder::Screen { room, member, shown });
        }
    }

    /// The state of a page's microphone and of what it hears is shown to the others.
    pub(crate) fn voice(cx: &mut Context, me: &Sender, voice: Voice) {
        let seat = cx.registry.seat_of(me.party()).filter(|(_, seat)| seat.is_joined());
        let Some((open, seat)) = seat else { return };
        let (id, fell_deaf) = (open.consultation.id(), voice.deaf && !seat.voice.deaf);
        cx.counters.deaf += u64::from(fell_deaf);
        if let Some(seat) = cx.registry.seat_mut(id, me.party()) {
            seat.voice = voice;
            cx.mark_changed(id);
        }
    }

    /// The media plane says something of a member: the seat keeps it, the page and the others are told.
    pub(crate) fn media(cx: &mut Context, member: MemberId, signal: &MediaSignal) {
        let Some(seat) = cx.registry.member_mut(member).filter(|seat| seat.is_joined()) else { return };
        let party = seat.who.party.clone();
        let message = message_for_page(signal, seat);
        if seat.apply(signal) {
            cx.update_pace(&party);
            cx.mark_member_changed(member);
        }
        if let Some(message) = message {
            cx.send_to(&party, message);
        }
        if let (MediaSignal::Link(_), Some(id)) = (signal, cx.registry.of_member(member)) {
            send_links(cx, id);
        }
    }
}

/// The room and member of the sender, if it has joined the media plane.
fn joined_place(cx: &Context, me: &Sender) -> Option<(RoomId, MemberId)> {
    let (room, seat) = cx.registry.place_of(me.party())?;
    seat.is_joined().then_some((room, seat.member))
}

/// The part of a signal that is for the member's own page.
fn message_for_page(signal: &MediaSignal, seat: &Seat) -> Option<ServerMessage> {
    match signal {
        MediaSignal::Answer(sdp) => Some(ServerMessage::Answer(Answer { sdp: sdp.clone() })),
        MediaSignal::Refused(code) => Some(ServerMessage::Error(refused_offer(*code, seat))),
        MediaSignal::Streams(streams) => Some(ServerMessage::Streams(streams.clone())),
        MediaSignal::Caps(caps) => Some(ServerMessage::Caps(*caps)),
        _ => None,
    }
}

fn refused_offer(code: ErrorCode, seat: &Seat) -> Refused {
    let of = if seat.transport == Transport::Asked { "join" } else { "offer" };
    Refused { code, of: of.to_owned(), by: None }
}
