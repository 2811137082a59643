//! Presence: who is connected, how available, and what the posts are told of that.

mod absences;
mod declared;
mod handshake;
mod machine;
mod roster;
mod session_end;

pub(crate) use self::{
    absences::REACHED_AFTER_MS,
    machine::Presence,
    roster::{OnDuty, effective_availability, on_duty, roster},
};
