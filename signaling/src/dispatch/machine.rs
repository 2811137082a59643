//! The state of the dispatch machine.

use super::recently_closed::RecentlyClosed;

/// The dispatch machine. The queue is in the registry; it keeps what ended lately.
#[derive(Debug, Default)]
pub(crate) struct Dispatch {
    /// The consultations that ended lately.
    pub(crate) recently_closed: RecentlyClosed,
}
