//! Sockets open, say hello, fall silent, and are revoked.

use super::Presence;
use crate::{
    context::{Context, Sender, Timer},
    id::SessionId,
    limits,
    message::session::{ByeReason, ErrorCode, Hello, is_spoken},
    token::Token,
};
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Place},
    pii::Pii,
};

impl Presence {
    /// A socket opened.
    pub(crate) fn connected(
        cx: &mut Context,
        session: SessionId,
        identity: Identity,
        fallback: Option<Box<Place>>,
    ) {
        if cx.sessions.get(session).is_some() {
            return;
        }
        if cx.sessions.is_full() {
            return cx.turn_away(session);
        }
        if let Some(oldest) = cx.sessions.surplus(&identity.party) {
            cx.bye(oldest, ByeReason::Replaced);
        }
        cx.sessions.open(session, identity, fallback, cx.config.idle, cx.now);
        cx.timers.set(Timer::Silence(session), Some(cx.now.plus_ms(limits::HELLO_MS)));
    }

    /// Notes with which number the owner of a socket signs.
    pub(crate) fn note_order_number(cx: &mut Context, session: SessionId, number: Option<Pii<String>>) {
        if let Some(known) = cx.sessions.get_mut(session) {
            known.order_number = number;
        }
    }

    /// Something unreadable came in: it proves that the page is there, and is refused.
    pub(crate) fn unreadable(cx: &mut Context, session: SessionId, code: ErrorCode) {
        let now = cx.now;
        let Some(known) = cx.sessions.get_mut(session) else { return };
        known.hear(now);
        Self::set_absent(cx, session, false);
        cx.refuse(session, "", code.into());
    }

    /// Checks a `hello`, and closes the party's other live socket if this page may replace it. Returns true if the same
    /// page is back.
    ///
    /// # Errors
    /// [`ErrorCode::Version`] for a protocol version that is not spoken, [`ErrorCode::Elsewhere`] if another window of
    /// the account is open.
    pub(crate) fn admit(cx: &mut Context, me: &Sender, hello: &Hello) -> Result<bool, ErrorCode> {
        if !is_spoken(hello.version) {
            return Err(ErrorCode::Version);
        }
        let token = hello.resume.as_ref().and_then(|token| Token::parse(token.reveal()));
        let same_page = cx.sessions.resumes(me.party(), token);
        if let Some(old) = cx.sessions.live(me.party()) {
            if !same_page && !hello.take_over {
                Self::await_decision(cx, me.session);
                return Err(ErrorCode::Elsewhere);
            }
            cx.bye(old, ByeReason::Replaced);
        }
        Ok(same_page)
    }

    /// The patience with a silent socket ends, unless it spoke meanwhile.
    pub(crate) fn silent(cx: &mut Context, session: SessionId) {
        let Some(known) = cx.sessions.get_mut(session) else { return };
        if known.silent_at() > cx.now {
            cx.await_silence(session);
        } else if known.may_be_absent() {
            Self::set_absent(cx, session, true);
        } else {
            cx.counters.lost += 1;
            cx.bye(session, ByeReason::Lost);
        }
    }

    /// Marks a socket as silent, or as speaking again; the others see it at once.
    pub(crate) fn set_absent(cx: &mut Context, session: SessionId, absent: bool) {
        let Some(known) = cx.sessions.get_mut(session) else { return };
        if std::mem::replace(&mut known.absent, absent) != absent {
            let who = known.who.clone();
            cx.mark_party_changed(&who);
            cx.await_silence(session);
        }
    }

    /// Closes every socket of an account or device that was revoked, and forgets it.
    pub(crate) fn revoke(cx: &mut Context, party: &PartyId) {
        for session in cx.sessions.sockets(party) {
            cx.bye(session, ByeReason::Revoked);
        }
        cx.sessions.forget(party);
        if cx.sessions.declared(party).is_some() {
            cx.declare(party, None);
        }
    }

    /// Lets a socket wait until a person has decided which of two windows goes on.
    fn await_decision(cx: &mut Context, session: SessionId) {
        let until = cx.now.plus_ms(limits::DECISION_MS);
        if let Some(known) = cx.sessions.get_mut(session) {
            known.hello_by = until;
        }
        cx.timers.set(Timer::Silence(session), Some(until));
    }
}
