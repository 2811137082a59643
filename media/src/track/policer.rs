//! The policer of one sender's track: a token bucket that drops what exceeds the sender's limit, because its queue would
//! stand in front of everybody's voice.

use crate::{command::Kind, units::Bitrate};
use std::time::{Duration, Instant};

/// The percentage of its limit that a camera may send, because encoders overshoot at keyframes.
const CAP_TOLERANCE_PERCENT: u64 = 150;

/// The percentage of its limit that a voice may send. No encoder overshoots by a third; a voice that does ignores its limit.
const VOICE_TOLERANCE_PERCENT: u64 = 200;

/// The time that a client has to obey a lower limit before its excess is dropped.
const CAP_GRACE: Duration = Duration::from_secs(3);

/// The depth of the bucket as time at the limit: a keyframe may exceed the rate for this long.
const BURST: Duration = Duration::from_secs(1);

/// A token bucket in bytes.
#[derive(Debug)]
pub(super) struct Policer {
    kind: Kind,
    /// The limit. `None` means that a camera may send nothing, and that a voice has no limit yet.
    cap: Option<Bitrate>,
    /// The end of the time in which nothing is dropped, because the client must hear of the lower limit first.
    grace_until: Instant,
    tokens: u64,
    filled_at: Instant,
}

impl Policer {
    /// A policer without a limit.
    pub(super) fn new(kind: Kind, now: Instant) -> Self {
        Self { kind, cap: None, grace_until: now, tokens: 0, filled_at: now }
    }

    /// The limit.
    pub(super) fn cap(&self) -> Option<Bitrate> {
        self.cap
    }

    /// Sets the limit. A lower one counts after [`CAP_GRACE`], a higher one at once.
    pub(super) fn set(&mut self, cap: Option<Bitrate>, now: Instant) {
        if cap < self.cap {
            self.grace_until = now + CAP_GRACE;
        } else if cap > self.cap {
            self.tokens = self.tokens.max(cap.unwrap_or_default().bytes_in(BURST));
        }
        self.cap = cap;
    }

    /// True if a packet of so many bytes may pass.
    pub(super) fn pass(&mut self, bytes: usize, now: Instant) -> bool {
        let rate = match (self.kind, self.cap) {
            (Kind::Audio, None) => return true,
            (Kind::Audio, Some(cap)) => cap.percent(VOICE_TOLERANCE_PERCENT),
            (Kind::Video, cap) => cap.unwrap_or_default().percent(CAP_TOLERANCE_PERCENT),
        };
        let filled = rate.bytes_in(now.saturating_duration_since(self.filled_at));
        self.tokens = (self.tokens + filled).min(rate.bytes_in(BURST));
        self.filled_at = now;
        if now < self.grace_until {
            return true;
        }
        let left = self.tokens.checked_sub(bytes as u64);
        self.tokens = left.unwrap_or(self.tokens);
        left.is_some()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_voice_far_above_its_limit_is_policed_and_another_is_not() {
        let now = Instant::now();
        let mut policer = Policer::new(Kind::Audio, now);
        assert!(policer.pass(100_000, now), "it has no limit yet");
        policer.set(Some(Bitrate::kbps(12)), now);
        let mut passed =
            |bytes, from: u32| (from..from + 500).filter(|i| policer.pass(bytes, now + 20 * *i * MS)).count();
        assert_eq!(passed(40, 0), 500, "16 kbit/s are within the tolerance");
        assert!((180..280).contains(&passed(160, 500)), "of 64 kbit/s it keeps 24, and its burst");
    }

    #[test]
    fn a_camera_has_a_burst_and_grace_for_a_lower_limit() {
        let now = Instant::now();
        let mut policer = Policer::new(Kind::Video, now);
        assert!(!policer.pass(1_000, now), "closed at first");
        policer.set(Some(Bitrate::kbps(80)), now);
        assert!(policer.pass(10_000, now), "a burst of one second");
        assert!(!policer.pass(10_000, now));
        assert!(policer.pass(7_000, now + 500 * MS), "refilled at 120 kbit/s");
        policer.set(None, now + 500 * MS);
        assert!(policer.pass(50_000, now + 500 * MS + CAP_GRACE / 2), "the client has not heard of it yet");
        assert!(!policer.pass(1, now + 500 * MS + CAP_GRACE));
    }
}
