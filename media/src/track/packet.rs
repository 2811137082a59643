//! A media packet on its way through a room: as it came, after its sender's policer, and with its numbers for one receiver.

use crate::{
    command::Kind,
    rtp::vp8::{self, Descriptor},
};
use std::{sync::Arc, time::Instant};

/// A media packet of a sender, decrypted.
#[derive(Clone, Debug)]
pub(crate) struct Packet {
    /// The index of the sender's media section.
    pub(crate) line: usize,
    /// The simulcast layer, in the order of the offer; 0 without simulcast.
    pub(crate) layer: usize,
    pub(crate) codec: Codec,
    /// The extended sequence number.
    pub(crate) sequence: u64,
    /// The RTP timestamp, in ticks of the codec's [clock rate](Codec::clock_rate).
    pub(crate) timestamp: u32,
    /// The marker bit: a voice packet begins a talkspurt, a video packet ends a frame.
    pub(crate) marker: bool,
    pub(crate) payload: Arc<[u8]>,
    /// The bytes of the RTP payload as it came, with the redundant copy of an earlier packet if there was one.
    pub(crate) carried: usize,
    /// The time of capture on our clock.
    pub(crate) captured: Instant,
}

/// The codecs that are forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    /// Opus (RFC 7587).
    Opus,
    /// VP8 (RFC 7741).
    Vp8,
}

impl Codec {
    /// The RTP clock rate in Hz.
    pub(crate) fn clock_rate(self) -> u32 {
        match self {
            Self::Opus => 48_000,
            Self::Vp8 => 90_000,
        }
    }

    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Opus => Kind::Audio,
            Self::Vp8 => Kind::Video,
        }
    }
}

/// An unbroken run of one layer of one track. A down-track that gets another origin continues its own numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// The number of the sender's transport: a reloaded page is another source.
    pub(super) generation: u32,
    pub(super) layer: usize,
    /// The number of times that the policer has interrupted the layer.
    pub(super) cuts: u32,
}

impl Origin {
    /// The origin of our own mix of several voices. Transports are counted from 1.
    pub(super) const MIX: Self = Self { generation: 0, layer: 0, cuts: 0 };
}

/// The facts that down-tracks need of a packet that its sender's policer has let through.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Passed {
    pub(super) origin: Origin,
    pub(super) vp8: Option<Descriptor>,
}

impl Passed {
    /// True if a receiver can begin with this packet: any voice packet, or the first packet of a keyframe.
    pub(super) fn is_entry(&self) -> bool {
        self.vp8.is_none_or(|descriptor| descriptor.keyframe_start)
    }
}

/// The numbers and the payload of a packet for one receiver.
#[derive(Debug)]
pub(crate) struct Rewritten {
    /// The extended sequence number.
    pub(crate) sequence: u64,
    /// The RTP timestamp.
    pub(crate) timestamp: u32,
    /// The payload of the sender. All receivers share it.
    pub(crate) payload: Arc<[u8]>,
    /// The descriptor of the payload and the numbers that it is to have instead, if they differ.
    pub(crate) vp8: Option<(Descriptor, vp8::Numbers)>,
}
