//! Calls: joining the media plane, invitations, leaving and coming back, pre-warming, photos, notes and advice.

mod invitations;
mod join;
mod link_reports;
mod membership;
mod notes;
mod notify;
mod photos;
mod prewarm;

pub(crate) use self::{invitations::ring_invited, notify::call_message};

use crate::message::call::Invitable;
use std::collections::BTreeMap;
use teranga_clinic::{
    id::{ConsultationId, PhotoId},
    photo::PhotoMoving,
};

/// The calls machine. Rooms and seats are in the registry; it keeps how far uploads of photos have come, and who was
/// last offered to the holders for an invitation.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    uploads: BTreeMap<(ConsultationId, PhotoId), PhotoMoving>,
    sent_invitable: Vec<Invitable>,
}
