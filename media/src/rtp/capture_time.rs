//! Capture times: one clock per sender for its voice and its camera, so that the sender reports that we write
//! tell how far one is behind the other (RFC 3550 section 6.4.1).
//!
//! A sender's reports tie each of its RTP clocks to its own NTP clock, which may be wrong by years (a
//! kiosk without a battery) but is one clock. It is anchored once to our time: how far off it is does not
//! matter, only that voice and camera use the same anchor.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A sender report's pair of times for one stream.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    /// The sender's wall clock, as good or bad as it is.
    pub(crate) ntp: SystemTime,
    /// The RTP timestamp of that instant.
    pub(crate) rtp: u32,
}

/// Maps capture times of one sender to our time.
#[derive(Debug, Default)]
pub(crate) struct CaptureClock {
    /// The sender's clock and ours at one instant.
    anchor: Option<(Duration, Instant)>,
}

/// A capture time further from the arrival than this is a clock that was set, not a slow network.
const BELIEVABLE: Duration = Duration::from_secs(5);

impl CaptureClock {
    /// Returns the capture time of a packet: `timestamp` on a clock of `rate` Hz, with the stream's last
    /// report. Never later than its `arrival`; without a report, it is the arrival.
    pub(crate) fn captured(
        &mut self,
        arrival: Instant,
        timestamp: u32,
        rate: u32,
        report: Option<Report>,
    ) -> Instant {
        let Some(theirs) = report.and_then(|report| on_their_clock(&report, timestamp, rate)) else {
            return arrival;
        };
        match self.ours(theirs) {
            Some(ours) if ours <= arrival && arrival - ours < BELIEVABLE => ours,
            // The first report, a drift that has eaten the delay, or a clock that was set.
            _ => self.anchor_at(theirs, arrival),
        }
    }

    fn ours(&self, theirs: Duration) -> Option<Instant> {
        let (their_anchor, our_anchor) = self.anchor?;
        match theirs.checked_sub(their_anchor) {
            Some(later) => our_anchor.checked_add(later),
            None => our_anchor.checked_sub(their_anchor.abs_diff(theirs)),
        }
    }

    fn anchor_at(&mut self, theirs: Duration, arrival: Instant) -> Instant {
        self.anchor = Some((theirs, arrival));
        arrival
    }
}

/// A timestamp on the sender's clock, since its epoch; the report may be older or newer than the packet.
fn on_their_clock(report: &Report, timestamp: u32, rate: u32) -> Option<Duration> {
    let ntp = report.ntp.duration_since(UNIX_EPOCH).ok()?;
    let ahead = timestamp.wrapping_sub(report.rtp).cast_signed();
    let span = Duration::from_micros(u64::from(ahead.unsigned_abs()) * 1_000_000 / u64::from(rate));
    if ahead >= 0 { ntp.checked_add(span) } else { ntp.checked_sub(span) }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn report(ntp_ms: u32, rtp: u32) -> Report {
        Report { ntp: UNIX_EPOCH + MS * ntp_ms, rtp }
    }

    #[test]
    fn voice_and_camera_captured_together_stay_together() {
        let start = Instant::now();
        let mut clock = CaptureClock::default();
        // Both captured at their 10,000 ms; the camera's packet is 80 ms longer on the way.
        let voice = clock.captured(start, 480, 48_000, Some(report(9_990, 0)));
        let camera = clock.captured(start + 80 * MS, 5_000 + 1_800, 90_000, Some(report(9_980, 5_000)));
        assert_eq!((voice, camera), (start, start));
        let later = clock.captured(start + 100 * MS, 480 + 960, 48_000, Some(report(9_990, 0)));
        assert_eq!(later, start + 20 * MS);
    }

    #[test]
    fn never_in_the_future_and_a_set_clock_is_anchored_anew() {
        let start = Instant::now();
        let mut clock = CaptureClock::default();
        clock.captured(start, 0, 48_000, Some(report(1_000, 0)));
        let early = clock.captured(start, 4_800, 48_000, Some(report(1_000, 0)));
        assert_eq!(early, start, "drift cannot make a packet arrive before its capture");
        let set = clock.captured(start + 20 * MS, 0, 48_000, Some(report(3_600_000, 0)));
        assert_eq!(set, start + 20 * MS);
        assert_eq!(clock.captured(start + 25 * MS, 9, 48_000, None), start + 25 * MS, "no report yet");
    }

    #[test]
    fn timestamps_wrap() {
        let start = Instant::now();
        let mut clock = CaptureClock::default();
        clock.captured(start, u32::MAX, 48_000, Some(report(5_000, u32::MAX)));
        let wrapped = clock.captured(start + 50 * MS, 479, 48_000, Some(report(5_000, u32::MAX)));
        assert_eq!(wrapped, start + 10 * MS);
    }
}
