//! The media plane of Teranga as a pure machine: datagrams, commands and the time go in; datagrams and
//! events come out. It reads no clock, opens no socket, spawns no task, and knows no person.
//!
//! Start at [`Sfu`] and [`command`]. Modules from roof to ground; each uses only those below it:
//!
//! - [`Sfu`] (`sfu`): rooms, routes, timers; contains what breaks.
//! - `room/`: who receives whom, who is quiet, who may send what.
//! - `peer/`: one participant's transport; the only folder that names the WebRTC engine.
//! - [`mix`]: several voices into one, for thin receivers.
//! - `track`: a track as it comes, a slot as it goes. `seats`: which track takes which slot.
//! - [`allocate`], [`frames`], [`link`], [`map`], [`opus`], [`probe`], [`vp8`], [`sdp`], [`demux`], `lateness`, `weighing`,
//!   `wallclock`, `meter`: pure leaves.
//! - [`command`], [`address`], [`id`], [`units`], [`limits`], [`stats`]: words and numbers.
//!
//! Entry points for fuzzing, all pure: [`sdp::check`], [`sdp::dress`], [`demux::classify`],
//! [`demux::username`], [`vp8::Descriptor::parse`], [`vp8::renumber`], [`map::SequenceMap`],
//! [`opus::duration`], [`mix::Mixer`], [`probe::Message::parse`], [`frames::Frames`].

pub mod address;
pub mod allocate;
pub mod command;
pub mod demux;
pub mod frames;
pub mod id;
mod lateness;
pub mod limits;
pub mod link;
pub mod map;
mod meter;
pub mod mix;
pub mod opus;
mod peer;
pub mod probe;
mod room;
pub mod sdp;
mod seats;
mod sfu;
pub mod stats;
mod track;
pub mod units;
pub mod vp8;
mod wallclock;
mod weighing;

pub use sfu::{Footprint, Sfu, SfuConfig, Transmit};
