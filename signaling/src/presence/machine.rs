//! The state of the presence machine.

use crate::message::presence::{Absence, RosterLine};
use std::collections::BTreeMap;
use teranga_clinic::{id::PartyId, notice::Notice, time::Timestamp};

/// The presence machine. Sockets and parties are in the context; it keeps what the posts were last told.
#[derive(Debug, Default)]
pub(crate) struct Presence {
    pub(super) sent_roster: Vec<RosterLine>,
    pub(super) sent_roster_at: Timestamp,
    pub(super) absences: Absences,
}

/// Since when each doctor who is on duty is not there, and what the coordinators were told of it last.
#[derive(Debug, Default)]
pub(super) struct Absences {
    pub(super) since: BTreeMap<PartyId, Timestamp>,
    pub(super) sent: Vec<Absence>,
    /// What became of the notices to them.
    pub(super) notices: Vec<(PartyId, Notice)>,
}
