//! Dispatch: requests, the queue, escalation and claims.

mod claims;
mod escalation;
mod machine;
mod queue;
mod recently_closed;
mod requests;
mod resend;

pub(crate) use self::{
    machine::Dispatch,
    queue::{queue_row, requested_message},
};
