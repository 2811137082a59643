//! Redundant voice (RED, RFC 2198): a packet carries an earlier one, too, so that a loss is made good by the next
//! packet or the one after it, without a round trip.
//!
//! Part of a [`Peer`](super::Peer). It never decides whether that is worth its bytes.

use super::repair::Sent;
use std::sync::Arc;
use str0m::{
    media::Pt,
    rtp::{RedBlock, RedDecoder, RedEncoder, RedundantBlock},
};

/// Earlier packets that one packet can make good: browsers send one.
const DEPTH: usize = 2;

/// What a redundant packet carries.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unwrapped {
    /// The packet itself.
    pub(super) primary: Arc<[u8]>,
    /// Earlier ones, the newest first.
    pub(super) earlier: Vec<Earlier>,
}

/// A packet that is carried a second time.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Earlier {
    /// How many packets before.
    pub(super) packets: u64,
    /// How many ticks of the RTP clock before.
    pub(super) ticks: u32,
    pub(super) payload: Arc<[u8]>,
}

/// Takes a redundant packet apart; `None` when it is none, or its last block is not `voice`.
pub(super) fn unwrap(payload: &[u8], voice: Pt) -> Option<Unwrapped> {
    let blocks = RedDecoder::decode(payload).ok()?;
    let (primary, earlier) = blocks.split_last()?;
    if primary.pt != *voice || primary.payload.is_empty() {
        return None;
    }
    let earlier = (1..).zip(earlier.iter().rev().take(DEPTH));
    let is_voice =
        |block: &RedBlock<'_>| block.pt == *voice && block.timestamp_offset > 0 && !block.payload.is_empty();
    let earlier = earlier.filter(|(_, block)| is_voice(block)).map(|(packets, block)| Earlier {
        packets,
        ticks: block.timestamp_offset,
        payload: Arc::from(block.payload),
    });
    Some(Unwrapped { primary: Arc::from(primary.payload), earlier: earlier.collect() })
}

/// Packs a voice packet together with an earlier one; `None` when that one is too old to be told (14 bits of
/// ticks) or no earlier at all.
pub(super) fn wrap(payload: &[u8], timestamp: u32, before: &Sent, voice: Pt) -> Option<Vec<u8>> {
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
        peer::repair::Store,
        track::{Codec, Packet, Rewritten},
    };
    use proptest::prelude::*;
    use std::time::Instant;

    fn voice() -> Pt {
        111.into()
    }

    /// A store whose newest packet is this.
    fn store(timestamp: u32, payload: &[u8]) -> Store {
        let (payload, now): (Arc<[u8]>, _) = (payload.into(), Instant::now());
        let packet = Packet {
            line: 0,
            layer: 0,
            codec: Codec::Opus,
            sequence: 1,
            timestamp,
            marker: false,
            payload: payload.clone(),
            captured: now,
        };
        let mut store = Store::default();
        store.keep(&packet, &Rewritten { sequence: 1, timestamp, payload }, now);
        store
    }

    fn wrapped(before: (u32, &[u8]), now: (u32, &[u8])) -> Option<Vec<u8>> {
        wrap(now.1, now.0, store(before.0, before.1).spare()?, voice())
    }

    #[test]
    fn what_is_wrapped_comes_apart_again_over_the_wrap_of_the_clock() {
        let packet = wrapped((u32::MAX - 879, b"first"), (2_000, b"second")).expect("one packet time apart");
        let unwrapped = unwrap(&packet, voice()).expect("our own");
        assert_eq!(&*unwrapped.primary, b"second");
        let earlier = Earlier { packets: 1, ticks: 2_880, payload: Arc::from(*b"first") };
        assert_eq!(unwrapped.earlier, [earlier]);
        assert_eq!(unwrap(&packet, 96.into()), None, "another codec");
    }

    #[test]
    fn what_cannot_be_told_is_not_wrapped() {
        assert_eq!(wrapped((0, b"a"), (20_000, b"b")), None, "a pause of 400 ms");
        assert_eq!(wrapped((2_880, b"a"), (0, b"b")), None, "it is the later one");
        assert_eq!(wrapped((0, &[7; 1_024]), (2_880, b"b")), None, "longer than ten bits");
    }

    proptest! {
        #[test]
        fn never_panics_and_is_bounded(packet: Vec<u8>) {
            if let Some(unwrapped) = unwrap(&packet, voice()) {
                prop_assert!(unwrapped.earlier.len() <= DEPTH && unwrapped.primary.len() < packet.len());
            }
        }
    }
}
