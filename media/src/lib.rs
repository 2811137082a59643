//! The media plane of Teranga as a pure machine: datagrams, commands and the time go in; datagrams and
//! events come out. It reads no clock, opens no socket, spawns no task, and knows no person.
//!
//! Start at [`Sfu`] and [`command`]. The modules from top to bottom, of which each imports only those below it:
//!
//! - [`Sfu`] (`sfu`): rooms, routes and timers; contains panics of a room.
//! - `room/`: connects the members of one room; policies live in the values that they hold.
//! - `peer/`: one participant's transport; the only folder that names the WebRTC engine.
//! - [`mix`]: the mixer, which gives receivers on thin links one voice instead of several.
//! - `track/`: the up-track of a sender, the down-track of a receiver, and the policer between them.
//! - `plan`, `ladder`, [`red_policy`]: the limits of each sender, the rung of the conversation, redundancy of the voice.
//! - [`allocate`], [`link`], [`rtp`], [`sdp`], [`demux`], [`opus_file`]: pure leaves.
//! - `output`: datagrams and events that wait to be polled.
//! - [`command`], [`address`], [`id`], [`units`], [`limits`], [`stats`]: words and numbers.
//!
//! Entry points for fuzzing, all pure: [`sdp::check`], [`sdp::Offer::answer`], [`demux::classify`],
//! [`demux::username`], [`rtp::vp8::Descriptor::parse`], [`rtp::vp8::renumbered`], [`rtp::vp8::renumber`], [`rtp::continuity::SequenceMap`],
//! [`rtp::opus::duration`], [`opus_file::read`], [`mix::Mixer`], [`link::packet_train::Message::parse`], [`rtp::rfc4571::Frames`].

pub mod address;
pub mod allocate;
pub mod command;
pub mod demux;
pub mod id;
mod ladder;
pub mod limits;
pub mod link;
pub mod mix;
pub mod opus_file;
mod output;
mod peer;
mod plan;
pub mod red_policy;
mod room;
pub mod rtp;
pub mod sdp;
mod sfu;
pub mod stats;
mod track;
pub mod units;

pub use output::Transmit;
pub use sfu::{Footprint, Sfu, SfuConfig};
