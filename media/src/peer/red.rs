//! Redundant voice (RED, RFC 2198): a packet also carries a copy of an earlier one, so that a lost packet is recovered from a
//! later one without a round trip.
//!
//! Part of a [`Peer`](super::Peer). It never decides if redundancy is worth its bytes.

use super::resend_buffer::SentPacket;
use crate::{rtp::opus, track::Codec};
use std::sync::Arc;
use str0m::{
    media::Pt,
    rtp::{RedBlock, RedDecoder, RedEncoder, RedundantBlock},
};

/// The largest number of copies that are read from one packet. Our pages send one.
const MAX_COPIES: usize = 2;

/// The contents of a redundant packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unwrapped {
    /// The payload of the packet itself.
    pub(super) primary: Arc<[u8]>,
    /// The copies of earlier packets, the newest first.
    pub(super) copies: Vec<RedundantCopy>,
}

/// A copy of an earlier packet.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct RedundantCopy {
    /// The distance from the packet that carries it, in sequence numbers.
    pub(super) distance: u64,
    /// The distance in ticks of the RTP clock.
    pub(super) ticks: u32,
    pub(super) payload: Arc<[u8]>,
}

/// Takes a redundant packet apart; `None` if it is malformed, or its last block is not of payload type `voice`.
pub(super) fn unwrap(payload: &[u8], voice: Pt) -> Option<Unwrapped> {
    let blocks = RedDecoder::decode(payload).ok()?;
    let (primary, earlier) = blocks.split_last()?;
    if primary.pt != *voice || primary.payload.is_empty() {
        return None;
    }
    let earlier =
        earlier.iter().rev().take(MAX_COPIES).filter(|block| block.pt == *voice && !block.payload.is_empty());
    let earlier = earlier.filter_map(|block| {
        let distance = distance_of(block, primary)?;
        Some(RedundantCopy { distance, ticks: block.timestamp_offset, payload: Arc::from(block.payload) })
    });
    Some(Unwrapped { primary: Arc::from(primary.payload), copies: earlier.collect() })
}

/// The distance of a block from the packet that carries it, in sequence numbers. `None` if a pause or packets of another length
/// lie between them, because then the number is unknown.
fn distance_of(block: &RedBlock<'_>, primary: &RedBlock<'_>) -> Option<u64> {
    let length =
        opus::duration(primary.payload).filter(|length| opus::duration(block.payload) == Some(*length))?;
    let length = u64::try_from(length.as_micros()).ok()? * u64::from(Codec::Opus.clock_rate()) / 1_000_000;
    let ticks = u64::from(block.timestamp_offset);
    (length > 0 && ticks > 0 && ticks.is_multiple_of(length)).then(|| ticks / length)
}

/// Packs a voice packet together with an earlier one; `None` if that one is not earlier, or too old for the 14 bits of its
/// timestamp offset.
pub(super) fn wrap(payload: &[u8], timestamp: u32, before: &SentPacket, voice: Pt) -> Option<Vec<u8>> {
    let before = RedundantBlock {
        pt: *voice,
        timestamp_offset: timestamp.wrapping_sub(before.timestamp),
        payload: before.payload.to_vec(),
    };
    let useful = before.timestamp_offset > 0 && before.fits();
    useful.then(|| RedEncoder::encode(*voice, payload, &[before]))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use crate::{
        peer::resend_buffer::ResendBuffer,
        track::{Codec, Packet, Rewritten},
    };
    use proptest::prelude::*;
    use std::time::Instant;

    /// The first byte of an Opus packet: one SILK frame of 60 ms.
    const SIXTY_MS: u8 = 3 << 3;

    fn voice() -> Pt {
        111.into()
    }

    /// A resend buffer whose newest packet is this.
    fn buffer(timestamp: u32, payload: &[u8]) -> ResendBuffer {
        let (payload, now): (Arc<[u8]>, _) = (payload.into(), Instant::now());
        let packet = Packet {
            line: 0,
            layer: 0,
            codec: Codec::Opus,
            sequence: 1,
            timestamp,
            marker: false,
            payload: payload.clone(),
            carried: payload.len(),
            captured: now,
        };
        let mut buffer = ResendBuffer::default();
        buffer.push(&packet, &Rewritten { sequence: 1, timestamp, payload, vp8: None }, now);
        buffer
    }

    fn wrapped(before: (u32, &[u8]), now: (u32, &[u8])) -> Option<Vec<u8>> {
        wrap(now.1, now.0, buffer(before.0, before.1).redundant_for_next(1)?, voice())
    }

    #[test]
    fn a_wrapped_packet_is_unwrapped_across_the_wraparound_of_timestamps() {
        let (first, second) = (&[SIXTY_MS, 1], &[SIXTY_MS, 2]);
        let packet = wrapped((u32::MAX - 879, first), (2_000, second)).expect("one packet time apart");
        let unwrapped = unwrap(&packet, voice()).expect("our own");
        assert_eq!(&*unwrapped.primary, second);
        let copy = RedundantCopy { distance: 1, ticks: 2_880, payload: Arc::from(*first) };
        assert_eq!(unwrapped.copies, [copy]);
        assert_eq!(unwrap(&packet, 96.into()), None, "another codec");
    }

    #[test]
    fn the_distance_follows_from_the_packet_length() {
        let packets = |ticks, before: &[u8]| {
            let packet = wrapped((0, before), (ticks, &[SIXTY_MS])).expect("wrapped");
            unwrap(&packet, voice()).expect("our own").copies.first().map(|copy| copy.distance)
        };
        assert_eq!(packets(2_880, &[SIXTY_MS]), Some(1));
        assert_eq!(packets(8_640, &[SIXTY_MS]), Some(3));
        assert_eq!(packets(3_840, &[SIXTY_MS]), None, "a pause");
        assert_eq!(packets(2_880, &[0]), None, "packets were shorter");
    }

    #[test]
    fn a_copy_that_does_not_fit_the_header_is_not_wrapped() {
        assert_eq!(wrapped((0, b"a"), (20_000, b"b")), None, "a pause of 400 ms");
        assert_eq!(wrapped((2_880, b"a"), (0, b"b")), None, "it is the later one");
        assert_eq!(wrapped((0, &[7; 1_024]), (2_880, b"b")), None, "longer than ten bits");
    }

    proptest! {
        #[test]
        fn never_panics_and_is_bounded(packet: Vec<u8>) {
            if let Some(unwrapped) = unwrap(&packet, voice()) {
                prop_assert!(unwrapped.copies.len() <= MAX_COPIES && unwrapped.primary.len() < packet.len());
            }
        }
    }
}
