//! The end of an HTTP session, as the four machines see it: the socket closes, and whoever was in a call on it has left.

use super::Hub;
use crate::{calls::Calls, id::SessionId, message::session::ByeReason, presence::Presence};
use teranga_clinic::people::Role;

impl Hub {
    /// Closes a socket whose HTTP session was ended. A person who was in a call on it is out of the call; the others see
    /// that at once. A post's tablet signs in again by its key, so its request and its call wait for it.
    pub(super) fn sign_out(&mut self, session: SessionId) {
        let cx = &mut self.cx;
        let Some(who) = cx.sessions.get(session).map(|known| known.who.clone()) else { return };
        let was_live = cx.sessions.live(&who.party) == Some(session);
        cx.bye(session, ByeReason::SignedOut);
        if was_live && who.role != Role::Kiosk {
            Calls::close_prewarmed(cx, &who.party);
            Calls::evict(cx, &who.party);
            cx.sessions.forget(&who.party);
            Presence::signed_out(cx, &who.party);
        }
    }

    /// The time of a session is over, or may be once its call is.
    pub(super) fn end_session(&mut self, session: SessionId) {
        if Presence::is_session_over(&self.cx, session) {
            self.sign_out(session);
        } else {
            Presence::await_call_over(&mut self.cx, session);
        }
    }
}
