//! The answer to `hello`: who you are and what goes on, from all four machines.

use super::Hub;
use crate::{
    calls::{Calls, call_message, ring_invited},
    cases::case_list,
    context::{Context, Outcome, Sender, Timer},
    dispatch::{queue_row, requested_message},
    limits,
    message::{
        ServerMessage,
        call::Released,
        queue::{Entry, Queue},
        session::{Hello, PROTOCOL_VERSION, Welcome},
    },
    presence::{Presence, roster},
    registry::OpenConsultation,
    token::Token,
};
use teranga_clinic::people::Role;

impl Hub {
    /// The first message of a socket.
    pub(super) fn hello(&mut self, me: &Sender, hello: &Hello) -> Outcome {
        let same_page = Presence::admit(&mut self.cx, me, hello)?;
        Calls::check_ambulance(&mut self.cx, me.party());
        if let Some(session) = self.cx.sessions.get_mut(me.session) {
            session.takes_pieces = hello.pieces;
        }
        self.welcome(me, same_page);
        Ok(())
    }

    fn welcome(&mut self, me: &Sender, same_page: bool) {
        let cx = &mut self.cx;
        cx.counters.welcomed += 1;
        cx.counters.resumed += u64::from(same_page);
        let resume = cx.random_token();
        let heard_at = cx.sessions.heard_at(me.party());
        cx.sessions.welcome(me.session, resume, same_page);
        cx.timers.set(Timer::Forget(me.party().clone()), None);
        Calls::resume_place(cx, me, same_page);
        let welcome = self.welcome_message(me, resume);
        let cx = &mut self.cx;
        cx.send(me.session, ServerMessage::Welcome(welcome));
        resend_media(cx, me);
        let in_call = is_in_call(cx, me);
        introduce(cx, me, in_call);
        if me.who.role == Role::Coordinator {
            cx.send(me.session, self.presence.absences_message());
            cx.send(me.session, self.dispatch.ring_order_message());
        }
        if in_call {
            self.dispatch.recently_closed.postpone(&me.who, heard_at);
        } else {
            for missed in self.dispatch.recently_closed.unheard(&me.who, heard_at) {
                cx.send(me.session, missed);
            }
        }
        cx.mark_party_changed(&me.who);
        Calls::bring_ambulance(cx, me);
    }

    fn welcome_message(&mut self, me: &Sender, resume: Token) -> Welcome {
        let cx = &mut self.cx;
        let pace = cx.pace_of(me.party());
        cx.set_pace(me.session, pace);
        Welcome {
            version: PROTOCOL_VERSION,
            resume: resume.reveal(),
            you: (*me.who).clone(),
            pace,
            fallback: cx.sessions.get(me.session).and_then(|session| session.fallback.as_deref().cloned()),
            availability: cx.availability(me.party()),
            session_ends_in_ms: Presence::session_ends_in_ms(cx, me.session),
            waiting: requested_message(cx, me.party()),
            call: call_message(&self.calls, cx, me.party()),
            time_zone: cx.config.time_zone.clone(),
            server_time: Some(cx.now),
        }
    }
}

/// Sends again what the media plane said while the page was away, if its transport still stands.
fn resend_media(cx: &mut Context, me: &Sender) {
    let place = cx.registry.place_of(me.party()).map(|(_, seat)| seat);
    let Some(seat) = place.filter(|seat| seat.can_keep_transport()) else { return };
    let streams = seat.streams.clone().map(ServerMessage::Streams);
    let caps = seat.caps.map(ServerMessage::Caps);
    for message in streams.into_iter().chain(caps) {
        cx.send(me.session, message);
    }
}

/// Tells a doctor who comes back which consultations others have taken over meanwhile.
fn tell_taken_over(cx: &mut Context, me: &Sender) {
    let held = |open: &&OpenConsultation| {
        let mut formers = open.consultation.formers().iter();
        open.consultation.owner().is_some() && formers.any(|former| former.party == *me.party())
    };
    let tell = |open: &OpenConsultation| {
        let by = open.consultation.owner().map(|owner| owner.name.clone());
        ServerMessage::Released(Released { consultation: open.consultation.id(), by })
    };
    let messages: Vec<_> = cx.registry.running().filter(held).map(tell).collect();
    for message in messages {
        cx.send(me.session, message);
    }
}

/// Sends the cases of a party's list, if there are any.
fn send_cases(cx: &mut Context, me: &Sender) {
    if let Some(list) = case_list(cx, &me.who) {
        cx.send(me.session, list);
    }
}

/// True for a post that kept its transport. It is in the middle of a consultation, maybe on a thin link: what can wait is told at the end.
fn is_in_call(cx: &Context, me: &Sender) -> bool {
    let here = cx.registry.seat_of(me.party()).filter(|_| me.who.role == Role::Kiosk);
    here.is_some_and(|(open, seat)| !open.is_waiting() && seat.can_keep_transport())
}

/// Sends what a role is told beside the welcome: posts who is there, doctors who waits, the invited who rings.
fn introduce(cx: &mut Context, me: &Sender, in_call: bool) {
    match me.who.role {
        Role::Kiosk if in_call => {}
        Role::Kiosk => {
            let roster = roster(cx);
            cx.send(me.session, ServerMessage::Roster(roster));
            send_cases(cx, me);
        }
        Role::Doctor => {
            let waiting = cx.registry.queue().map(|open| open.consultation.id());
            let rows = waiting.filter_map(|id| queue_row(cx, id)).take(limits::QUEUE);
            let entries = rows.map(Entry::without_patient).collect();
            cx.send(me.session, ServerMessage::Queue(Queue { entries }));
            Presence::tell_own(cx, me.party());
            tell_taken_over(cx, me);
            send_cases(cx, me);
        }
        Role::Coordinator => {
            let waiting = cx.registry.queue().map(|open| open.consultation.id());
            let entries = waiting.filter_map(|id| queue_row(cx, id)).map(Entry::for_coordinator).collect();
            cx.send(me.session, ServerMessage::Queue(Queue { entries }));
            send_cases(cx, me);
        }
        Role::Guest | Role::Operator => {}
    }
    ring_invited(cx, me.party());
}
