//! The vocabulary of the link estimators: what was seen of one direction, and what changed in its estimate.

use crate::units::Bitrate;
use std::time::Duration;

/// One look at the packets of one direction over the last window.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// The rate that arrived, headers included.
    pub arrived: Bitrate,
    /// The queue delay: the least delay of the window above the least delay ever seen.
    pub queue: Duration,
    /// The queue delay of the newest packets only.
    pub lately: Duration,
    /// The sum of the steps by which each of the newest packets was later than the one before it.
    pub climb: Duration,
    /// The growth of the delay in seconds a second, over the packets of the last 600 ms:
    /// 1 minus the share of what is sent that arrives. Negative while a queue drains; 0 if too few packets came.
    pub slope: f32,
    /// Packets came in the last window. Without them nothing is known of the queue.
    pub is_heard: bool,
}

/// The outcome of a look at one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing has changed.
    Same,
    /// The estimate fell.
    Fell,
    /// The estimate rose, as a trial.
    Rose,
    /// A train was faster than the estimate. A second train must confirm it.
    Promises,
    /// Every packet is later than before and stays so, because the sender's clock slipped or the route changed.
    /// That is no queue: the least delay must be measured anew.
    Slipped,
}
