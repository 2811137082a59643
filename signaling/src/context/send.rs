//! Sending: to one socket, to a party, to all doctors, to the media plane; refusing, and closing sockets.

use super::{Context, Outcome, Refusal, Sender, Timer, for_ambulance, pieces::queue_in_pieces};
use crate::{
    contract::{Effect, MediaOrder, Summons},
    id::SessionId,
    message::{
        ServerMessage,
        session::{Bye, ByeReason, ErrorCode, Refused},
    },
};
use teranga_clinic::{
    audit::{Circumstances, OpeningWay, RecordOpening},
    id::{ConsultationId, PartyId},
    people::Role,
    referral::is_ambulance,
};

impl Context {
    /// Sends to an open socket, a long text beside a thin voice in pieces; nothing is sent to a closed one. The telephone of an ambulance is
    /// sent only what it may read.
    pub(crate) fn send(&mut self, session: SessionId, message: ServerMessage) {
        let Some(known) = self.sessions.get(session) else { return };
        let readable = if is_ambulance(&known.who.party) { for_ambulance(message) } else { Some(message) };
        let Some(message) = readable else { return };
        if let Some(message) = queue_in_pieces(self, session, message) {
            self.effects.push_back(Effect::Send { session, message: Box::new(message) });
        }
    }

    /// Answers the sender of a message.
    #[expect(clippy::unnecessary_wraps, reason = "it ends a handler")]
    pub(crate) fn reply(&mut self, me: &Sender, message: ServerMessage) -> Outcome {
        self.send(me.session, message);
        Ok(())
    }

    /// Sends to the live socket of a party, if it has one.
    pub(crate) fn send_to(&mut self, party: &PartyId, message: ServerMessage) {
        if let Some(session) = self.sessions.live(party) {
            self.send(session, message);
        }
    }

    /// Sends to every connected tablet of the post at this place.
    pub(crate) fn send_to_post(&mut self, place: &str, message: &ServerMessage) {
        let tablets: Vec<_> = self.sessions.tablets_at(place).map(|who| who.party.clone()).collect();
        for tablet in tablets {
            self.send_to(&tablet, message.clone());
        }
    }

    /// Sends to every doctor but one, and to every coordinator. Nothing in it may be the patient's.
    pub(crate) fn send_to_doctors(&mut self, message: &ServerMessage, except: Option<&PartyId>) {
        let others = |who: &PartyId| Some(who) != except;
        let roles = [Role::Doctor, Role::Coordinator].into_iter();
        let all = roles.flat_map(|role| self.sessions.of_role(role));
        let rest: Vec<_> = all.filter(|(_, one)| others(&one.who.party)).map(|(id, _)| id).collect();
        for doctor in rest {
            self.send(doctor, message.clone());
        }
    }

    /// Tells everybody who may read the whole rota that it is another one. They read it by HTTPS, each as much as is shown.
    pub(crate) fn tell_of_rota(&mut self) {
        for role in [Role::Coordinator, Role::Doctor] {
            let sessions: Vec<_> = self.sessions.of_role(role).map(|(id, _)| id).collect();
            for session in sessions {
                self.send(session, ServerMessage::RotaChanged);
            }
        }
    }

    /// Notes that a doctor is shown what a post wrote of its patient, because the request rings at their desk.
    pub(crate) fn note_rung(&mut self, consultation: ConsultationId, by: PartyId) {
        let (at, way) = (self.now, OpeningWay::Rung);
        let circumstances = Circumstances::default();
        let opening = RecordOpening { consultation, by, at, file: None, way, circumstances };
        self.effects.push_back(Effect::Opening(opening));
    }

    /// Gives an order to the media plane.
    pub(crate) fn order(&mut self, order: MediaOrder) {
        self.effects.push_back(Effect::Media(order));
    }

    /// Says who is to be reached outside of the pages.
    pub(crate) fn summon(&mut self, summons: Vec<Summons>) {
        self.effects.push_back(Effect::Summon(summons));
    }

    /// Tells a socket that its message was not obeyed, and counts it against the socket where a page without fault
    /// would not have sent it.
    pub(crate) fn refuse(&mut self, session: SessionId, of: &str, refusal: Refusal) {
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

    /// Says why, then closes the socket.
    pub(crate) fn bye(&mut self, session: SessionId, reason: ByeReason) {
        self.send(session, ServerMessage::Bye(Bye { reason }));
        self.hang_up(session);
    }

    /// Refuses a socket that has no session, because too many are open: it may come back later.
    pub(crate) fn turn_away(&mut self, session: SessionId) {
        let bye = ServerMessage::Bye(Bye { reason: ByeReason::Draining });
        self.effects.push_back(Effect::Send { session, message: Box::new(bye) });
        self.effects.push_back(Effect::Close { session });
    }

    /// Forgets a socket that is closed, by whichever side.
    pub(crate) fn closed(&mut self, session: SessionId) {
        let Some((closed, was_live)) = self.sessions.close(session) else { return };
        self.timers.set(Timer::Silence(session), None);
        self.timers.set(Timer::SessionEnd(session), None);
        self.timers.set(Timer::Piece(session), None);
        self.tokens.revoke_session(session);
        if was_live {
            let forget_at = self.now.plus_ms(self.config.forget_ms);
            self.timers.set(Timer::Forget(closed.who.party.clone()), Some(forget_at));
            self.mark_party_changed(&closed.who);
        }
    }

    fn hang_up(&mut self, session: SessionId) {
        self.effects.push_back(Effect::Close { session });
        self.closed(session);
    }

    fn is_abused(&mut self, session: SessionId) -> bool {
        let now = self.now;
        self.sessions.get_mut(session).is_some_and(|session| !session.refuse(now))
    }
}

/// True for a refusal that a page without fault would not earn. Luck, haste or a full disk explain the others.
const fn is_suspect(code: ErrorCode) -> bool {
    use ErrorCode::{Malformed, NotFound, Offer, Order, TooFast, TooLarge};
    matches!(code, Malformed | TooLarge | Order | NotFound | Offer | TooFast | ErrorCode::Grant)
}
