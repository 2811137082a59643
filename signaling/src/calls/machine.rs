//! The state of the calls machine.

use crate::{
    contract::{AppointmentParties, Over, OverReferral},
    limits,
    message::call::Invitable,
    throttle::Throttle,
};
use std::collections::BTreeMap;
use teranga_clinic::{
    id::{ConsultationId, PhotoId},
    photo::PhotoMoving,
    time::Timestamp,
};

/// The calls machine. Rooms and seats are in the registry; it keeps how far uploads of photos have come, who was last offered to the
/// holders for an invitation, and whom to tell of what becomes of a prescription or a referral after the end, while it is on its way to the disk.
#[derive(Debug)]
pub(crate) struct Calls {
    pub(super) uploads: BTreeMap<(ConsultationId, PhotoId), PhotoMoving>,
    pub(super) sent_invitable: Vec<Invitable>,
    pub(super) invitable_pace: Throttle,
    pub(super) late_referrals: BTreeMap<ConsultationId, Box<OverReferral>>,
    pub(super) late_changes: BTreeMap<ConsultationId, Box<Over>>,
    /// Whom to tell of an appointment that is on its way to the disk.
    pub(super) appointments: BTreeMap<ConsultationId, AppointmentParties>,
}

impl Default for Calls {
    fn default() -> Self {
        let invitable_pace = Throttle::new(INVITABLE_BURST, limits::NEWS_EVERY_MS, Timestamp::default());
        Self {
            uploads: BTreeMap::new(),
            sent_invitable: Vec::new(),
            invitable_pace,
            late_referrals: BTreeMap::new(),
            late_changes: BTreeMap::new(),
            appointments: BTreeMap::new(),
        }
    }
}

/// Changes at once of who may be invited. Every holder in the country is told of each, and some have a thin link.
const INVITABLE_BURST: u32 = 6;
