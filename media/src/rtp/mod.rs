//! RTP as pure functions and small types: continuity of numbers, payload headers of Opus and VP8, framing over TCP, capture
//! clocks and rate meters. Nothing here knows a participant or a room.

pub(crate) mod capture_time;
pub mod continuity;
pub(crate) mod header_extension;
pub mod opus;
pub(crate) mod rate_meter;
pub mod rfc4571;
pub mod vp8;

/// The largest datagram that is received or sent, in bytes: more than any MTU on the way here.
pub const DATAGRAM_BYTES: usize = 1_600;
