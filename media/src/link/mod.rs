//! One participant's link: the capacity of each direction, the delay in its queue, and the probes that measure it.
//!
//! A `LinkMonitor` composes the four estimators of this folder. Everything here is pure: the caller brings packets,
//! messages and the time, and sends what comes out.

mod camera_delay;
pub mod capacity_estimate;
pub mod monitor;
pub(crate) mod packet_size_delay;
pub mod packet_train;
mod probe_schedule;
pub(crate) mod probe_support;
pub(crate) mod queue_delay;
mod queue_reports;
pub mod rate_class;
pub mod sample;

pub(crate) use sample::Sample;
