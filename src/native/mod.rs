//! The native client: a participant built on libraries that share no code with the server, the `webrtc` crate for ICE, DTLS, SRTP
//! and RTP, and libopus for the voice. `teranga probe`, `teranga loadtest` and the tests use it; the server never does.

pub mod client;
pub mod device;
mod error;
pub mod meter;
pub mod packet_times;
pub mod participant;
pub mod peer;
pub mod report;
pub mod socket;
pub mod test_call;
pub mod trust;
pub mod voice;
pub mod wav;

pub use error::NativeError;
