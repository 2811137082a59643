//! The filter of outgoing RTP: drops video and padding that the engine would still send, so that a thin link is free for voice.
//!
//! Owned by a [`Peer`](super::Peer). It never drops voice, RTCP, STUN or DTLS.

use super::{media_sections::MediaSections, twcc_in_flight::PADDING};

/// The kinds of RTP that pass beside voice.
pub(super) struct SendFilter {
    /// Video passes, with its retransmissions.
    pub(super) video: bool,
    /// Padding passes.
    pub(super) padding: bool,
}

impl SendFilter {
    /// True if a datagram is RTP (RFC 5761 section 4) that is not voice and does not pass.
    pub(super) fn drops(&self, datagram: &[u8], sections: &MediaSections) -> bool {
        let Some(&[first, second, _, _, _, _, _, _, a, b, c, d]) = datagram.first_chunk() else {
            return false;
        };
        let is_rtp = (128..192).contains(&first) && !(64..96).contains(&(second & 0x7F));
        let unwanted = !self.video || (!self.padding && first & PADDING != 0);
        unwanted && is_rtp && sections.voice_with_ssrc(u32::from_be_bytes([a, b, c, d]).into()).is_none()
    }
}
