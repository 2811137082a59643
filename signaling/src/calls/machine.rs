//! The state of the calls machine.

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
    pub(super) uploads: BTreeMap<(ConsultationId, PhotoId), PhotoMoving>,
    pub(super) sent_invitable: Vec<Invitable>,
}
