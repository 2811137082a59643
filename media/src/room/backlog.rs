//! The backlog of a stall: the voice that was sent to a member while its link stood still.
//!
//! The link delivers it first when it goes on. What is said meanwhile would come late by as much, and so would all that follows, because a
//! thin link has little room beside a voice: for four seconds on 40 kbit/s, until the page skipped the rest (adr/0060). Hence nothing
//! more is sent until the backlog has passed. It is pure; a [`Member`](super::Member) owns it.

use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// The backlog in front of one member.
#[derive(Debug, Default)]
pub(super) struct Backlog {
    /// The bytes that were sent since the member was last heard without a break, with their headers.
    bytes: u64,
    /// The time since which the member is heard without a break.
    heard_since: Option<Instant>,
    passes_until: Option<Instant>,
}

impl Backlog {
    /// Notes a voice packet of this many bytes that goes to a member from which nothing came for `silent`.
    pub(super) fn note(&mut self, bytes: usize, silent: Option<Duration>, now: Instant) {
        if silent.is_none_or(|silent| silent < HEARD) {
            let since = *self.heard_since.get_or_insert(now);
            if now.saturating_duration_since(since) >= SETTLED {
                self.bytes = 0;
            }
        } else {
            self.heard_since = None;
        }
        self.bytes += bytes as u64 + HEADERS;
    }

    /// Notes that the link held back a voice of the member: it stood still and goes on. A link that loses what it does not deliver has
    /// no backlog. The downlink passes it at its `capacity`, and at once if that is not known.
    pub(super) fn begin_to_pass(&mut self, capacity: Option<Bitrate>, now: Instant) {
        let bits = std::mem::take(&mut self.bytes) * 8;
        if let Some(rate) = capacity.filter(|_| bits > 0) {
            let passes_for = Duration::from_millis(bits * 1_000 / rate.as_bps().max(1));
            self.passes_until = Some(now + passes_for.min(PASSES_MOST));
        }
    }

    /// True while what the link held passes: a voice to the member would wait behind it.
    pub(super) fn is_ahead(&self, now: Instant) -> bool {
        self.passes_until.is_some_and(|until| now < until)
    }
}

/// A member that speaks is heard in less than this time again.
const HEARD: Duration = Duration::from_millis(150);

/// The time without a break after which nothing is behind a stall any more. The first datagram after it need not be a voice.
const SETTLED: Duration = Duration::from_millis(400);

/// The bytes of the headers of IP, UDP, RTP with its extension, and SRTP.
const HEADERS: u64 = 58;

/// The longest time for which nothing is sent. A second of voice before the stall was noticed needs less on any link that carries a voice.
const PASSES_MOST: Duration = Duration::from_millis(1_200);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// Voice of 20 kbit/s to a member who is heard, then into a silence of 900 ms; the time for which nothing is sent after it.
    fn passes_for(capacity: Option<Bitrate>) -> Duration {
        let (start, mut backlog) = (Instant::now(), Backlog::default());
        for packet in 0..50 {
            backlog.note(92, Some(20 * MS), start + packet * 60 * MS);
        }
        for packet in 1..=15 {
            backlog.note(92, Some(packet * 60 * MS), start + (3_000 + packet * 60) * MS);
        }
        let end = start + 6_000 * MS;
        assert!(!backlog.is_ahead(end));
        // A datagram of another kind was first, and another voice followed it.
        backlog.note(92, Some(20 * MS), end);
        backlog.begin_to_pass(capacity, end);
        backlog.begin_to_pass(capacity, end + 20 * MS);
        (0..200).find(|ms| !backlog.is_ahead(end + *ms * 10 * MS)).expect("it passes") * 10 * MS
    }

    #[test]
    fn nothing_is_sent_until_what_the_stall_held_has_passed() {
        assert_eq!(passes_for(Some(Bitrate::kbps(40))), 450 * MS, "15 packets of 150 bytes");
        assert_eq!(passes_for(Some(Bitrate::kbps(4))), PASSES_MOST);
        assert_eq!(passes_for(Some(Bitrate::kbps(10_000))), 10 * MS);
        assert_eq!(passes_for(None), Duration::ZERO);
    }
}
