//! Media tracks: an [`UpTrack`] as a sender gives it to us, and a [`DownTrack`], one receiver's slot for it.
//!
//! Owned by a member of a room. A track judges, renumbers and rewrites packets; it never decides who receives them, and never
//! sends. The names are those of other SFUs.

mod down_track;
mod freshness;
mod keyframe_throttle;
mod packet;
mod policer;
mod up_track;

pub(crate) use self::{
    down_track::{DownTrack, Source, Verdict},
    packet::{Codec, Packet, Passed, Rewritten},
    up_track::UpTrack,
};
