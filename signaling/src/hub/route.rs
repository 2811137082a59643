//! Routing: each message goes to the machine that answers it.

use super::Hub;
use crate::{
    calls::Calls,
    cases::{Cases, is_case},
    context::{Context, Outcome, Sender, call_of_ambulance, may_say, piece_received},
    dispatch::Dispatch,
    id::SessionId,
    message::{
        ClientMessage, ServerMessage, check::check, clean::clean, presence::StaffHere, session::ErrorCode,
    },
    presence::Presence,
};
use teranga_clinic::{
    id::{ConsultationId, StaffId},
    people::Role,
    referral::is_ambulance,
};

impl Hub {
    /// Obeys a message, or refuses it with the reason.
    pub(super) fn message(&mut self, session: SessionId, message: ClientMessage) {
        if Presence::is_session_over(&self.cx, session) {
            return self.sign_out(session);
        }
        let of = message.kind();
        let Some(known) = self.cx.sessions.get_mut(session) else { return };
        let sender = Sender { session, who: known.who.clone() };
        let (ready, in_time) = (known.ready, known.hear(self.cx.now));
        if ready {
            self.cx.sessions.confirm(&sender.who.party);
        }
        Presence::set_absent(&mut self.cx, session, false);
        let outcome =
            if in_time { self.obey(&sender, ready, message) } else { Err(ErrorCode::TooFast.into()) };
        if let Err(refusal) = outcome {
            self.cx.refuse(session, of, refusal);
        }
    }

    /// Notes who is at the tablet of a socket. It counts as a message.
    pub(super) fn staff(&mut self, session: SessionId, staff: Option<StaffId>) {
        if Presence::is_session_over(&self.cx, session) {
            return self.sign_out(session);
        }
        let Some(known) = self.cx.sessions.get_mut(session) else { return };
        let (may, in_time) = (known.ready && known.who.role == Role::Kiosk, known.hear(self.cx.now));
        if !in_time || !may {
            let code = if in_time { ErrorCode::Order } else { ErrorCode::TooFast };
            return self.cx.refuse(session, "staff", code.into());
        }
        known.staff.clone_from(&staff);
        self.cx.send(session, ServerMessage::Staff(StaffHere { staff }));
    }

    fn obey(&mut self, me: &Sender, ready: bool, mut message: ClientMessage) -> Outcome {
        clean(&mut message);
        check(&message)?;
        if ready == matches!(message, ClientMessage::Hello(_)) {
            return Err(ErrorCode::Order.into());
        }
        let cx = &mut self.cx;
        if is_ambulance(me.party()) {
            may_ambulance(cx, me, &message)?;
        }
        if let ClientMessage::TellOutcome(tell) = message {
            let ended = self.dispatch.recently_closed.find(tell.consultation);
            return Cases::tell_outcome(cx, me, tell, ended.and_then(|ended| ended.outcome_for(&me.who)));
        }
        if consultation_of(&message).is_some_and(|id| is_case(cx, id)) {
            return obey_in_case(cx, me, message);
        }
        if act_in_case(&message).is_some_and(|id| is_called_elsewhere(cx, me, id)) {
            return Err(ErrorCode::Storage.into());
        }
        match message {
            ClientMessage::Hello(hello) => self.hello(me, &hello),
            ClientMessage::Beat(beat) => cx.reply(me, ServerMessage::Beat(beat)),
            ClientMessage::Availability(set) => Presence::set_availability(cx, me, set),
            ClientMessage::Watch(watch) => self.watch(me, watch.on),
            ClientMessage::Request(request) => self.dispatch.request(cx, me, request),
            ClientMessage::Cancel(cancel) => Dispatch::cancel(cx, me, cancel.consultation),
            ClientMessage::Claim(claim) => Dispatch::claim(cx, me, claim.consultation),
            // The proof is checked where the socket is read; one that comes here was not.
            ClientMessage::Staff(_) => Err(ErrorCode::NotFound.into()),
            ClientMessage::Postpone(postpone) => Dispatch::postpone(cx, me, postpone),
            ClientMessage::Redirect(redirect) => Dispatch::redirect(cx, me, redirect),
            ClientMessage::Prepare(prepare) => Calls::prepare(cx, me, prepare.on),
            ClientMessage::Invite(invite) => Calls::invite(cx, me, &invite),
            ClientMessage::AnswerInvite(answer) => Calls::answer_invite(cx, me, answer),
            ClientMessage::Leave(leave) => Calls::leave(cx, me, leave.consultation),
            ClientMessage::Rejoin(rejoin) => Calls::rejoin(cx, me, rejoin.consultation),
            ClientMessage::RingAgain(again) => Dispatch::ring_again(cx, me, again.consultation),
            ClientMessage::HandOn(hand_on) => self.dispatch.hand_on(cx, me, hand_on),
            ClientMessage::Note(note) => Calls::note(cx, me, note),
            ClientMessage::Advise(advice) => Calls::advise(cx, me, advice),
            ClientMessage::AskPhoto(ask) => self.calls.ask_photo(cx, me, ask),
            ClientMessage::MarkPhoto(mark) => Calls::mark_photo(cx, me, mark),
            ClientMessage::WriteChat(write) => Calls::write_chat(cx, me, write),
            ClientMessage::SeeChat(see) => Calls::see_chat(cx, me, see),
            ClientMessage::Close(close) => Calls::close(cx, me, close),
            other => obey_on_link(cx, me, other),
        }
    }
}

/// Refuses what the telephone of an ambulance may not say, and everything about a call from which it is out.
fn may_ambulance(cx: &Context, me: &Sender, message: &ClientMessage) -> Outcome {
    let anywhere = matches!(message, ClientMessage::Hello(_) | ClientMessage::Beat(_));
    let may = may_say(message) && (anywhere || call_of_ambulance(cx, me.party()).is_some());
    may.then_some(()).ok_or(ErrorCode::NotFound.into())
}

/// The consultation of a message that means something in a case as well as in a call.
const fn consultation_of(message: &ClientMessage) -> Option<ConsultationId> {
    Some(match message {
        ClientMessage::Cancel(cancel) => cancel.consultation,
        ClientMessage::RingAgain(again) => again.consultation,
        ClientMessage::Note(note) => note.consultation,
        ClientMessage::Advise(advice) => advice.consultation,
        ClientMessage::WriteChat(write) => write.consultation,
        ClientMessage::SeeChat(see) => see.consultation,
        ClientMessage::Close(close) => close.consultation,
        _ => return None,
    })
}

/// The consultation of an act that a tablet keeps until it is recorded in a case.
const fn act_in_case(message: &ClientMessage) -> Option<ConsultationId> {
    Some(match message {
        ClientMessage::Cancel(cancel) => cancel.consultation,
        ClientMessage::WriteChat(write) => write.consultation,
        ClientMessage::Examine(examine) => examine.consultation,
        _ => return None,
    })
}

/// True if another tablet of the sender's post has made a call of the case: the act is said again once it is a case again, or over.
fn is_called_elsewhere(cx: &Context, me: &Sender, id: ConsultationId) -> bool {
    cx.registry.get(id).is_some_and(|open| {
        let consultation = &open.consultation;
        consultation.was_case() && consultation.is_of_post(&me.who) && open.room.seat(me.party()).is_none()
    })
}

/// Obeys a message about the socket's link and its media.
fn obey_on_link(cx: &mut Context, me: &Sender, message: ClientMessage) -> Outcome {
    match message {
        ClientMessage::PieceReceived => piece_received(cx, me.session),
        ClientMessage::Join(join) => return Calls::join(cx, me, join),
        ClientMessage::Offer(offer) => return Calls::offer(cx, me, offer.sdp),
        ClientMessage::Measured(seen) => Calls::measured(cx, me, seen),
        ClientMessage::VoiceOnly(choice) => Calls::voice_only(cx, me, choice.on),
        ClientMessage::Screen(screen) => Calls::screen(cx, me, screen.shown),
        ClientMessage::Voice(voice) => Calls::voice(cx, me, voice),
        of_a_case => return obey_in_case(cx, me, of_a_case),
    }
    Ok(())
}

/// Obeys a message about a deferred case.
fn obey_in_case(cx: &mut Context, me: &Sender, message: ClientMessage) -> Outcome {
    match message {
        ClientMessage::Cancel(cancel) => Cases::cancel(cx, me, cancel.consultation),
        ClientMessage::RingAgain(again) => Cases::ring(cx, me, again.consultation),
        ClientMessage::Note(note) => Cases::note(cx, me, note),
        ClientMessage::Advise(advice) => Cases::advise(cx, me, advice),
        ClientMessage::WriteChat(write) => Cases::write_chat(cx, me, write),
        ClientMessage::SeeChat(see) => Cases::see_chat(cx, me, see),
        ClientMessage::Close(close) => Cases::close(cx, me, close),
        ClientMessage::Defer(defer) => Cases::defer(cx, me, defer),
        ClientMessage::AssignCase(assign) => Cases::assign(cx, me, assign),
        ClientMessage::ReadCase(read) => Cases::read(cx, me, read),
        ClientMessage::AskOpinion(ask) => Cases::ask_opinion(cx, me, &ask),
        ClientMessage::CallCase(call) => Cases::call(cx, me, call),
        ClientMessage::Examine(examine) => Cases::examine(cx, me, examine),
        _ => Err(ErrorCode::NotFound.into()),
    }
}
