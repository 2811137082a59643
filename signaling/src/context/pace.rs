//! The pace of heartbeats: how often each page must beat, by what it does, and when its silence is too long.

use super::{Context, Timer};
use crate::{
    id::SessionId,
    limits,
    message::{ServerMessage, session::Pace},
    registry::{Stage, Transport},
    session::Session,
};
use teranga_clinic::{id::PartyId, people::Availability};

impl Context {
    /// The pace at which this party's page must beat.
    pub(crate) fn pace_of(&self, party: &PartyId) -> Pace {
        let seat = self.registry.seat_of(party).filter(|(_, seat)| seat.stage != Stage::Left);
        let may_be_rung = self.availability(party) == Availability::Available;
        match seat {
            Some((open, seat)) if !open.is_waiting() && seat.transport == Transport::Up => {
                self.config.talking
            }
            Some((open, seat)) if !open.is_waiting() && seat.transport == Transport::Quiet => {
                self.config.cut_off
            }
            Some((open, _)) if open.is_waiting() => self.config.waiting,
            Some((_, seat)) if matches!(seat.transport, Transport::Asked | Transport::Answered) => {
                self.config.joining
            }
            None if !may_be_rung => self.config.idle,
            _ => self.config.live,
        }
    }

    /// Tells a page its pace if that has changed.
    pub(crate) fn update_pace(&mut self, party: &PartyId) {
        let pace = self.pace_of(party);
        let Some(session) = self.sessions.live(party) else { return };
        if self.set_pace(session, pace) {
            self.send(session, ServerMessage::Pace(pace));
        }
    }

    /// Sets the pace of a session and its next deadline. Returns true if the pace changed.
    pub(crate) fn set_pace(&mut self, session: SessionId, pace: Pace) -> bool {
        let Some(known) = self.sessions.get_mut(session) else { return false };
        let changed = known.pace != pace;
        if changed {
            known.pace = pace;
            known.heard_at = self.now.plus_ms(limits::PACE_GRACE_MS);
        }
        self.await_silence(session);
        changed
    }

    /// Sets the timer of a session's silence.
    pub(crate) fn await_silence(&mut self, session: SessionId) {
        let deadline = self.sessions.get(session).map(Session::silent_at);
        self.timers.set(Timer::Silence(session), deadline);
    }
}
