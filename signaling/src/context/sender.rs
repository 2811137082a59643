//! The sender of a message, and the result of handling it.

use crate::{id::SessionId, message::session::ErrorCode};
use std::sync::Arc;
use teranga_clinic::{
    id::PartyId,
    people::{Identity, Role},
    pii::Pii,
};

/// The sender of a message.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    /// The socket.
    pub(crate) session: SessionId,
    /// The party.
    pub(crate) who: Arc<Identity>,
}

impl Sender {
    /// The party's identifier.
    pub(crate) fn party(&self) -> &PartyId {
        &self.who.party
    }

    /// Refuses any other role, with the code for what does not exist.
    pub(crate) fn must_be(&self, role: Role) -> Outcome {
        if self.who.role == role { Ok(()) } else { Err(ErrorCode::NotFound.into()) }
    }
}

/// The reason why a message is not obeyed.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    /// The stable code.
    pub(crate) code: ErrorCode,
    /// The name of whoever was faster, for [`ErrorCode::AlreadyTaken`].
    pub(crate) by: Option<Pii<String>>,
}

impl From<ErrorCode> for Refusal {
    fn from(code: ErrorCode) -> Self {
        Self { code, by: None }
    }
}

/// The result of a handler.
pub(crate) type Outcome = Result<(), Refusal>;
