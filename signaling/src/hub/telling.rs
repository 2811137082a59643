//! How the hub speaks: to one socket, to a party, to all doctors.

use super::{Effect, Hub, MediaOrder, Outcome, Refusal, Speaker};
use crate::{
    id::SessionId,
    message::{
        ServerMessage,
        session::{Bye, ByeReason, ErrorCode, Refused},
    },
};
use teranga_clinic::{id::PartyId, people::Role};

impl Hub {
    /// Sends to an open socket; to a closed one nothing is sent.
    pub(super) fn send(&mut self, session: SessionId, message: ServerMessage) {
        if self.sessions.get(session).is_some() {
            self.effects.push_back(Effect::Send { session, message: Box::new(message) });
        }
    }

    /// Answers whoever speaks.
    #[expect(clippy::unnecessary_wraps, reason = "ends a handler")]
    pub(super) fn reply(&mut self, me: &Speaker, message: ServerMessage) -> Outcome {
        self.send(me.session, message);
        Ok(())
    }

    /// Sends to wherever a party is connected now.
    pub(super) fn tell(&mut self, party: &PartyId, message: ServerMessage) {
        if let Some(session) = self.sessions.live(party) {
            self.send(session, message);
        }
    }

    /// Sends to every doctor but one.
    pub(super) fn tell_doctors(&mut self, message: &ServerMessage, except: Option<&PartyId>) {
        let others = |who: &PartyId| Some(who) != except;
        let doctors = self.sessions.of_role(Role::Doctor).filter(|(_, session)| others(&session.who.party));
        let doctors: Vec<_> = doctors.map(|(id, _)| id).collect();
        for doctor in doctors {
            self.send(doctor, message.clone());
        }
    }

    /// Orders the media plane.
    pub(super) fn order(&mut self, order: MediaOrder) {
        self.effects.push_back(Effect::Media(order));
    }

    /// Tells a socket that its message was not obeyed, and counts it against the socket where a page
    /// without fault would not have sent it.
    pub(super) fn refuse(&mut self, session: SessionId, of: &str, refusal: Refusal) {
        let Refusal { code, by } = refusal;
        *self.counters.refused.entry(code).or_default() += 1;
        self.send(session, ServerMessage::Error(Refused { code, of: of.to_owned(), by }));
        if code == ErrorCode::Version {
            self.hang_up(session);
        } else if is_suspect(code) && self.is_abused(session) {
            self.counters.abused += 1;
            self.bye(session, ByeReason::Abuse);
        }
    }

    /// Says why, then closes.
    pub(super) fn bye(&mut self, session: SessionId, reason: ByeReason) {
        self.send(session, ServerMessage::Bye(Bye { reason }));
        self.hang_up(session);
    }

    fn hang_up(&mut self, session: SessionId) {
        self.effects.push_back(Effect::Close { session });
        self.end(session);
    }

    fn is_abused(&mut self, session: SessionId) -> bool {
        let now = self.now;
        self.sessions.get_mut(session).is_some_and(|session| !session.refuse(now))
    }
}

/// Refusals that luck, haste or a full disk explain are not held against anybody.
const fn is_suspect(code: ErrorCode) -> bool {
    use ErrorCode::{Malformed, NotFound, Offer, Order, TooFast, TooLarge};
    matches!(code, Malformed | TooLarge | Order | NotFound | Offer | TooFast | ErrorCode::Grant)
}
