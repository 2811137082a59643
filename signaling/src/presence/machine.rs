//! The state of the presence machine.

use crate::message::presence::RosterLine;
use teranga_clinic::time::Timestamp;

/// The presence machine. Sockets and parties are in the context; it keeps what the posts were last told.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    pub(super) sent_roster: Vec<RosterLine>,
    pub(super) sent_roster_at: Timestamp,
}
