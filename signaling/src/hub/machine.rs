//! The hub itself: what goes in, what comes out, and the sizes of what it holds.

use super::summons::Summoning;
use crate::{
    calls::Calls,
    cases::{Cases, is_case},
    config::HubConfig,
    context::{Context, Counters, Stats, Timer, send_piece},
    contract::{Effect, Input},
    dispatch::Dispatch,
    message::{call::Act, session::ByeReason},
    presence::Presence,
};
use rand::CryptoRng;
use teranga_clinic::{
    fact::What,
    id::{ConsultationId, PartyId},
    time::Timestamp,
};

/// The hub. The module tells how to drive it.
pub struct Hub {
    pub(super) cx: Context,
    pub(super) presence: Presence,
    pub(super) dispatch: Dispatch,
    pub(super) calls: Calls,
    pub(super) summoning: Summoning,
}

impl Hub {
    /// An empty hub. `rng` makes the tokens, so it must be a cryptographic one.
    pub fn new(config: HubConfig, rng: Box<dyn CryptoRng + Send>) -> Self {
        Self {
            cx: Context::new(config, rng),
            presence: Presence::default(),
            dispatch: Dispatch::default(),
            calls: Calls::default(),
            summoning: Summoning::default(),
        }
    }

    /// Takes in what happened. Poll the effects after each call.
    pub fn handle(&mut self, now: Timestamp, input: Input) {
        self.cx.now = self.cx.now.max(now);
        self.take_in(input);
        self.notify();
    }

    /// The next effect to be done, in order.
    pub fn poll(&mut self) -> Option<Effect> {
        self.cx.next_effect()
    }

    /// The time at which [`handle_timeout`](Self::handle_timeout) must be called at the latest.
    pub fn poll_timeout(&self) -> Option<Timestamp> {
        self.cx.timers.next()
    }

    /// Lets everything happen that is due at this time.
    pub fn handle_timeout(&mut self, now: Timestamp) {
        self.cx.now = self.cx.now.max(now);
        while let Some(timer) = self.cx.timers.pop(self.cx.now) {
            self.expire(timer);
        }
        self.notify();
    }

    /// Says goodbye to every socket, because the server stops now. Nothing else ends; pages come back and resume.
    pub fn dismiss(&mut self) {
        let everyone: Vec<_> = self.cx.sessions.ids().collect();
        for session in everyone {
            self.cx.bye(session, ByeReason::Draining);
        }
        self.notify();
    }

    /// The sizes of this moment.
    pub fn stats(&self) -> Stats {
        let load = self.cx.registry.national_load();
        Stats {
            sessions: self.cx.sessions.len(),
            waiting: load.waiting,
            running: load.open - load.waiting,
            cases: self.cx.registry.cases.len(),
            prepared: self.cx.registry.prewarmed.len(),
            pending_records: self.cx.uncommitted.len(),
            grants: self.cx.tokens.len(),
            deaf: self.cx.counters.deaf,
        }
    }

    /// What a party may do with a consultation now; nothing for a party without a seat in it.
    pub fn acts(&self, id: ConsultationId, party: &PartyId) -> Vec<Act> {
        self.cx.acts(id, party)
    }

    /// The counts since the start.
    pub const fn counters(&self) -> &Counters {
        &self.cx.counters
    }

    fn take_in(&mut self, input: Input) {
        let cx = &mut self.cx;
        match input {
            Input::Connected { session, identity, order_number, fallback, ends_at } => {
                Presence::connected(cx, session, identity, fallback);
                Presence::note_order_number(cx, session, order_number);
                Presence::await_session_end(cx, session, ends_at);
            }
            Input::Staff { session, staff } => self.staff(session, staff),
            Input::SignedOut { session } => self.sign_out(session),
            Input::Message { session, message } => self.message(session, *message),
            Input::Unreadable { session, code } => Presence::unreadable(cx, session, code),
            Input::Disconnected { session } => cx.closed(session),
            Input::Revoked { party } => self.revoke(&party),
            Input::Recorded { record, outcome } => self.recorded(record, outcome),
            Input::Media { member, signal } => Calls::media(cx, member, &signal),
            Input::PhotoMoved { consultation, photo, by, moving } => {
                self.calls.photo_moved(cx, consultation, photo, &by, moving);
            }
            Input::PhotoStored { consultation, photo, by, author, file } => {
                Calls::photo_stored(cx, consultation, photo, (&by, author), file);
            }
            Input::AttachmentStored { consultation, attachment, by, author, file, at_end } => {
                let what = What::Attached { attachment, file: *file };
                Calls::attachment_stored(cx, consultation, (&by, author), what, at_end);
            }
            Input::Consent { consultation, by, author, what, at_end } => {
                Calls::consent(cx, consultation, (&by, author), *what, at_end);
            }
            Input::Prescription { consultation, by, what, over } => {
                self.calls.prescription(cx, consultation, &by, *what, over);
            }
            Input::Referral(change) => self.calls.referral(cx, *change),
            Input::Dispensed { consultation, by, author, prescription, dispensed, over } => {
                let what = What::Dispensed { prescription, dispensed };
                self.calls.dispensed(cx, consultation, (by.as_deref(), author), what, over);
            }
            Input::Appointment { consultation, by, what, parties } => {
                self.calls.appointment(cx, consultation, &by, *what, *parties);
            }
            Input::SetAside(list) => cx.set_aside = list,
            Input::Rota(rota) => {
                cx.rota = *rota;
                cx.renew_absences();
                cx.tell_of_rota();
                (cx.changes.people, cx.changes.queue) = (true, true);
                Presence::tell_all(cx);
            }
            Input::Declared(declared) => {
                for (party, declaration) in declared {
                    cx.take_declaration(&party, Some(declaration));
                }
            }
            Input::Noticed(notices) => self.presence.noticed(cx, notices),
            Input::Drain => cx.draining = true,
        }
    }

    fn expire(&mut self, timer: Timer) {
        let cx = &mut self.cx;
        match timer {
            Timer::Silence(session) => Presence::silent(cx, session),
            Timer::Consultation(id) if is_case(cx, id) => {
                Cases::tend(cx, id);
                cx.mark_case_changed(id);
            }
            Timer::Consultation(id) => {
                Calls::drop_expired_invitations(cx, id);
                Dispatch::tend(cx, id);
            }
            Timer::SessionEnd(session) => self.end_session(session),
            Timer::Piece(session) => send_piece(cx, session),
            Timer::Forget(party) => cx.sessions.forget(&party),
            Timer::Prewarmed(party) => Calls::close_prewarmed(cx, &party),
            Timer::Declared(party) => Presence::declaration_ends(cx, &party),
            Timer::Roster => self.presence.notify_roster(cx),
            Timer::RingOrder => self.dispatch.notify_ring_order(cx),
            Timer::Absences | Timer::Invitable => cx.changes.people = true,
            Timer::Summons => cx.changes.reach = true,
            Timer::Positions => cx.changes.queue = true,
            Timer::CallNews(id) => cx.mark_changed(id),
            Timer::Overview => self.send_overviews(),
        }
    }

    /// An account or device is revoked: it is off now, and what it asked for is withdrawn.
    fn revoke(&mut self, party: &PartyId) {
        Presence::revoke(&mut self.cx, party);
        Calls::close_prewarmed(&mut self.cx, party);
        Calls::evict(&mut self.cx, party);
    }
}
