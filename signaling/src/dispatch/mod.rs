//! Dispatch: requests, the queue, escalation and claims.

mod claims;
mod escalation;
mod queue;
mod recently_closed;
mod requests;

pub(crate) use self::queue::{queue_row, requested_message};

use self::recently_closed::RecentlyClosed;

/// The dispatch machine. The queue is in the registry; it keeps what ended lately.
#[derive(Debug, Default)]
pub(crate) struct Dispatch {
    /// The consultations that ended lately.
    pub(crate) recently_closed: RecentlyClosed,
}
