//! The resend buffer of one outgoing voice stream: packets that the client may request again by NACK (RFC 4585 section
//! 6.2.1), or that a later packet repeats (RED, RFC 2198).
//!
//! Owned by a [`Peer`](super::Peer), one for each media section. The engine repairs by RTX (RFC 4588) only, which browsers
//! do not have for voice, so a repair is the same packet under the same sequence number. A packet that would come too late to
//! be played is never sent again.

use super::voice_loss::VoiceLoss;
use crate::track::{Packet, Rewritten};
use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

/// The number of voice packets kept: 1.3 s ([`VOICE_REPAIR_AGE`]) in packets of 20 ms.
const PACKETS: usize = 64;

/// The age after which a voice packet is neither requested nor sent again, because no player waits longer. A round trip by
/// satellite (VSAT) takes 600 ms, and a repair takes one round trip.
pub(super) const VOICE_REPAIR_AGE: Duration = Duration::from_millis(1_300);

/// The times that one packet is sent again. Chromium asks ten times; a client that claims a short round trip could ask for a
/// thousand, and each request for 17 packets has four bytes.
const RESENDS: u8 = 10;

/// The number of most recently sent packets that may be out of order.
const REORDERED: usize = 4;

/// A voice packet as it was sent.
#[derive(Clone, Debug)]
pub(super) struct SentPacket {
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) marker: bool,
    pub(super) payload: Arc<[u8]>,
    pub(super) captured: Instant,
    sent_at: Instant,
    /// The client has requested it again.
    requested: bool,
    resent_at: Option<Instant>,
    resends: u8,
}

/// The packets sent most recently through one media section, and the loss that the client's NACKs report.
#[derive(Debug, Default)]
pub(super) struct ResendBuffer {
    packets: VecDeque<SentPacket>,
    loss: VoiceLoss,
    /// The client has sent a NACK.
    has_nacks: bool,
}

impl ResendBuffer {
    /// Adds a packet that is being sent; the oldest one goes when the buffer is full.
    pub(super) fn push(&mut self, packet: &Packet, new: &Rewritten, now: Instant) {
        if self.packets.len() == PACKETS {
            self.packets.pop_front();
        }
        self.loss.count_packet();
        self.packets.push_back(SentPacket {
            sequence: new.sequence,
            timestamp: new.timestamp,
            marker: packet.marker,
            payload: new.payload.clone(),
            captured: packet.captured,
            sent_at: now,
            requested: false,
            resent_at: None,
            resends: 0,
        });
    }

    /// The packet that the next one repeats: the one `distance` sequence numbers before it.
    pub(super) fn redundant_for_next(&self, distance: u8) -> Option<&SentPacket> {
        let newest = self.packets.iter().rev().take(REORDERED).map(|sent| sent.sequence).max()?;
        let wanted = (newest + 1).checked_sub(distance.into())?;
        self.packets.iter().rev().find(|sent| sent.sequence == wanted)
    }

    /// The loss that NACKs have reported.
    pub(super) fn loss(&self) -> VoiceLoss {
        self.loss
    }

    /// The loss that NACKs have reported; `None` for a client that never sent one, whose receiver reports tell instead.
    pub(super) fn loss_by_nack(&self) -> Option<VoiceLoss> {
        self.has_nacks.then_some(self.loss)
    }

    /// The packet with this 16-bit sequence number, to be sent again. `None` if it is unknown, too old, or was sent again less
    /// than `spacing` ago and may still be under way, or was sent again [`RESENDS`] times.
    pub(super) fn resend(&mut self, number: u16, spacing: Duration, now: Instant) -> Option<SentPacket> {
        self.has_nacks = true;
        let has_number = |sent: &SentPacket| sent.sequence & 0xFFFF == u64::from(number);
        let place = self.packets.iter().rposition(has_number)?;
        let consecutive = place.checked_sub(1).is_some_and(|before| self.packets[before].requested);
        let sent = &mut self.packets[place];
        if !std::mem::replace(&mut sent.requested, true) {
            self.loss.count_loss(consecutive);
        }
        let since = |at: Instant| now.saturating_duration_since(at);
        let late = since(sent.sent_at) > VOICE_REPAIR_AGE;
        if late || sent.resends >= RESENDS || sent.resent_at.is_some_and(|at| since(at) < spacing) {
            return None;
        }
        sent.resent_at = Some(now);
        sent.resends += 1;
        Some(sent.clone())
    }

    /// Adds a packet of three bytes with this sequence number.
    #[cfg(test)]
    pub(super) fn push_sequence(&mut self, sequence: u64, now: Instant) {
        let payload: Arc<[u8]> = Arc::from(vec![1, 2, 3]);
        let packet = Packet {
            line: 0,
            layer: 0,
            codec: crate::track::Codec::Opus,
            sequence,
            timestamp: 0,
            marker: false,
            payload: payload.clone(),
            carried: payload.len(),
            captured: now,
        };
        self.push(&packet, &Rewritten { sequence, timestamp: 0, payload, vp8: None }, now);
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const RTT: Duration = Duration::from_millis(300);

    #[test]
    fn a_packet_is_resent_while_it_can_be_played_and_once_a_round_trip() {
        let start = Instant::now();
        let mut buffer = ResendBuffer::default();
        buffer.push_sequence(0x1_0005, start);
        assert_eq!(buffer.resend(5, RTT, start + 100 * MS).map(|sent| sent.sequence), Some(0x1_0005));
        assert!(buffer.resend(5, RTT, start + 200 * MS).is_none(), "the other copy is under way");
        assert!(buffer.resend(5, RTT, start + 500 * MS).is_some());
        assert!(buffer.resend(6, RTT, start + 100 * MS).is_none(), "never sent");
        assert!(buffer.resend(5, RTT, start + VOICE_REPAIR_AGE + MS).is_none(), "too late to be played");
    }

    #[test]
    fn a_storm_of_requests_over_a_short_round_trip_is_answered_a_few_times() {
        let start = Instant::now();
        let mut buffer = ResendBuffer::default();
        buffer.push_sequence(5, start);
        let asked = (0..1_300).filter(|i| buffer.resend(5, Duration::ZERO, start + *i * MS).is_some());
        assert_eq!(asked.count(), usize::from(RESENDS));
    }

    #[test]
    fn the_redundant_packet_has_the_requested_distance() {
        let now = Instant::now();
        let mut buffer = ResendBuffer::default();
        let redundant =
            |buffer: &ResendBuffer, distance| buffer.redundant_for_next(distance).map(|sent| sent.sequence);
        assert_eq!(redundant(&buffer, 1), None);
        buffer.push_sequence(0, now);
        assert_eq!([redundant(&buffer, 1), redundant(&buffer, 2)], [Some(0), None]);
        for sequence in [2, 1, 3] {
            buffer.push_sequence(sequence, now);
        }
        assert_eq!([1, 2, 9].map(|distance| redundant(&buffer, distance)), [Some(3), Some(2), None]);
    }

    #[test]
    fn the_buffer_is_bounded() {
        let now = Instant::now();
        let mut buffer = ResendBuffer::default();
        (0..10_000).for_each(|sequence| buffer.push_sequence(sequence, now));
        assert_eq!(buffer.packets.len(), PACKETS);
    }
}
