//! Dispatch: requests, the queue, escalation and claims.

mod claims;
mod escalation;
mod machine;
mod order;
mod put_off;
mod queue;
mod recently_closed;
mod requests;
mod resend;
mod ring_again;
mod ring_order;

pub(crate) use self::{
    machine::Dispatch,
    put_off::postponed_message,
    queue::{queue_row, requested_message},
    ring_again::rings_again_message,
};
