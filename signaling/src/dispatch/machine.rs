//! The state of the dispatch machine.

use super::recently_closed::RecentlyClosed;
use crate::message::presence::RingOrder;
use std::collections::BTreeMap;
use teranga_clinic::{
    id::{ConsultationId, PartyId},
    time::Timestamp,
};

/// The dispatch machine. The queue is in the registry; it keeps what ended lately.
#[derive(Debug, Default)]
pub(crate) struct Dispatch {
    /// The consultations that ended lately.
    pub(crate) recently_closed: RecentlyClosed,
    /// The requests that doctors claim as soon as they have handed on what they hold.
    pub(super) next_claims: BTreeMap<PartyId, ConsultationId>,
    /// The order of rings that the coordinators were told last, and when.
    pub(super) told_order: (RingOrder, Timestamp),
}
