//! RTP itself, as pure leaves: sequence and time continuity, what a payload says of itself, frames over TCP, clocks
//! and rates. Nothing here knows a participant or a room.

pub(crate) mod capture_time;
pub mod continuity;
pub mod opus;
pub(crate) mod rate_meter;
pub mod rfc4571;
pub mod vp8;
