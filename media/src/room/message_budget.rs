//! The budget of one sender's data channel messages to the others.
//!
//! A [`Member`](super::member::Member) owns it. It reads no message, and knows no receiver.

use crate::units::Bitrate;
use std::time::{Duration, Instant};

/// The budget of one sender's messages: a token bucket. A page keeps below the limit that it was told for its pictures; what
/// exceeds it would stand in front of everybody's voice.
#[derive(Debug)]
pub(super) struct MessageBudget {
    tokens: u64,
    filled_at: Instant,
}

impl MessageBudget {
    /// A full budget.
    pub(super) fn new(now: Instant) -> Self {
        Self { tokens: BURST_BYTES, filled_at: now }
    }

    /// Takes a message of so many bytes out of the budget. `pictures` is the sender's limit. Returns false, and takes nothing,
    /// if too little is left.
    pub(super) fn take(&mut self, bytes: usize, pictures: Option<Bitrate>, now: Instant) -> bool {
        let rate = pictures.unwrap_or_default().percent(TOLERANCE_PERCENT).plus(REQUESTS);
        let filled = rate.bytes_in(now.saturating_duration_since(self.filled_at));
        self.tokens = (self.tokens + filled).min(BURST_BYTES + rate.bytes_in(BURST));
        self.filled_at = now;
        let left = self.tokens.checked_sub(bytes as u64 + HEADER_BYTES);
        self.tokens = left.unwrap_or(self.tokens);
        left.is_some()
    }
}

/// The percentage of its limit that a sender may use. A page paces its pictures at no more than twice the limit (docs/pictures.md).
const TOLERANCE_PERCENT: u64 = 200;

/// The rate of a member who may send no pictures: its requests for those of the others.
const REQUESTS: Bitrate = Bitrate::kbps(4);

/// The depth of the bucket: the pieces of a key picture, and what waited on a link that stood still for [`BURST`].
const BURST_BYTES: u64 = 4_096;
const BURST: Duration = Duration::from_secs(2);

/// The headers of a message on the link: IP 20, UDP 8, DTLS 37, SCTP 28 and padding. Without them, many small messages would cost
/// nothing.
const HEADER_BYTES: u64 = 95;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// The messages of a size that pass in ten seconds, one each 10 ms, after a minute of rest.
    fn passed(bytes: usize, pictures: Option<Bitrate>) -> u64 {
        let start = Instant::now();
        let mut budget = MessageBudget::new(start);
        let begin = start + Duration::from_mins(1);
        (0..1_000).filter(|i| budget.take(bytes, pictures, begin + *i * 10 * MS)).count() as u64
    }

    #[test]
    fn a_sender_has_twice_its_limit_and_a_burst_headers_included() {
        for (bytes, pictures) in [(1_000, 40), (300, 4), (10, 40), (10, 0)] {
            let limit = Bitrate::kbps(2 * pictures).plus(REQUESTS);
            let carried = passed(bytes, Some(Bitrate::kbps(pictures))) * (bytes as u64 + HEADER_BYTES);
            let allowed = limit.bytes_in(12_000 * MS) + BURST_BYTES;
            let offered = 1_000 * (bytes as u64 + HEADER_BYTES);
            assert!(
                carried <= allowed && carried > allowed.min(offered) * 9 / 10,
                "{carried} of {allowed} bytes"
            );
        }
        assert_eq!(passed(8_000, Some(Bitrate::kbps(4))), 0, "more than a burst at once");
        assert!(passed(10, None) >= 10, "a member without pictures may ask for those of the others");
    }

    #[test]
    fn a_page_that_keeps_its_limit_loses_nothing() {
        let start = Instant::now();
        let mut budget = MessageBudget::new(start);
        let limit = Some(Bitrate::kbps(12));
        let mut pieces = (0..300).map(|i| budget.take(280, limit, start + i * 250 * MS));
        assert!(pieces.all(|passes| passes), "375 bytes with headers, four times a second");
    }
}
