//! Presence: who is connected, how available, and what the posts are told of that.

mod handshake;
mod roster;

pub(crate) use self::roster::{OnDuty, effective_availability, on_duty, roster};

use crate::message::presence::RosterLine;
use teranga_clinic::time::Timestamp;

/// The presence machine. Sockets and parties are in the context; it keeps what the posts were last told.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    sent_roster: Vec<RosterLine>,
    sent_roster_at: Timestamp,
}
