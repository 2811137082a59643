//! The acts of a party: what it may do with a consultation now. Handlers refuse by the same table from which pages draw
//! their buttons and tests count the exits, so that no screen offers what the server refuses or hides what it allows.

use super::Context;
use crate::{
    message::call::{Act, MemberState},
    registry::{Action, OpenConsultation, Seat, Stage},
};
use teranga_clinic::{
    consultation::Phase,
    id::{ConsultationId, PartyId},
    people::Role,
    request::Step,
    time::Timestamp,
};

/// All acts, in the order in which they are sent.
const ACTS: [Act; 11] = [
    Act::Rejoin,
    Act::Leave,
    Act::Cancel,
    Act::RingAgain,
    Act::Defer,
    Act::TakeOver,
    Act::HandOn,
    Act::Postpone,
    Act::Redirect,
    Act::Answer,
    Act::Direct,
];

impl Context {
    /// What a party may do with a consultation now.
    pub(crate) fn acts(&self, id: ConsultationId, party: &PartyId) -> Vec<Act> {
        let Some(open) = self.registry.get(id) else { return Vec::new() };
        let Some(seat) = open.room.seat(party) else { return Vec::new() };
        ACTS.into_iter().filter(|act| self.may_now(open, seat, *act)).collect()
    }

    /// True if the holder of a consultation is there: a voice can flow to them, or they are just joining.
    pub(crate) fn holder_is_there(&self, open: &OpenConsultation) -> bool {
        let Some(seat) = open.holder() else { return false };
        let patience = |since: Timestamp| since.plus_ms(self.config.ring_again_ms);
        match seat.state(self.sessions.is_present(&seat.who.party)) {
            MemberState::Here => true,
            MemberState::Joining => open.holder_away_since.is_none_or(|since| self.now < patience(since)),
            MemberState::Invited | MemberState::Lost | MemberState::Left => false,
        }
    }

    /// True if this seat may do this now.
    pub(crate) fn may_now(&self, open: &OpenConsultation, seat: &Seat, act: Act) -> bool {
        let may = |action| open.may(&seat.who.party, action);
        let running = open.consultation.phase() == Phase::Running;
        let holds = open.consultation.is_held_by(&seat.who.party);
        match act {
            Act::Rejoin => running && seat.stage == Stage::Left,
            Act::Leave => may(Action::Leave) && seat.stage == Stage::In,
            Act::Cancel => {
                let left = seat.stage == Stage::Left;
                may(Action::Cancel) && (!running || left || !self.holder_is_there(open))
            }
            Act::RingAgain if holds => open.post().is_some_and(|post| post.stage == Stage::Left),
            Act::RingAgain if running => may(Action::RingAgain) && !self.holder_is_there(open),
            Act::Defer if holds => may(Action::Direct),
            Act::Defer => may(Action::Cancel) && self.may_now(open, seat, Act::Cancel),
            Act::RingAgain => {
                let quiet = open.consultation.detours().0.is_some();
                may(Action::RingAgain) && (quiet || open.consultation.step().0 == Step::Nobody)
            }
            Act::Postpone if seat.who.role == Role::Kiosk => open.is_queued() && seat.stage != Stage::Left,
            Act::Postpone | Act::Redirect => may(Action::Direct) && !open.is_ringing(),
            Act::TakeOver => {
                let doctor = seat.who.role == Role::Doctor && seat.is_member();
                running && open.is_queued() && doctor && !holds
            }
            Act::HandOn | Act::Direct => may(Action::Direct),
            Act::Answer => may(Action::Answer),
        }
    }
}
