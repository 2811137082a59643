//! The queue delay of the uplink as a camera's pictures tell it.
//!
//! In the pauses of the speech a voice sends a packet each 400 ms, and behind a queue that grows one each two seconds. The pictures beside
//! it tell of the queue then. The [`LinkMonitor`](super::monitor) owns it.

use super::queue_delay::QueueDelay;
use std::time::Instant;

/// The queue delay of a camera's pictures: of the first packet of each, in the smallest layer that comes.
#[derive(Debug)]
pub(super) struct CameraDelay {
    layer: usize,
    /// The RTP timestamp of the newest picture.
    newest: Option<u32>,
    pub(super) delay: QueueDelay,
}

impl Default for CameraDelay {
    fn default() -> Self {
        Self { layer: usize::MAX, newest: None, delay: QueueDelay::with_clock(VIDEO_CLOCK) }
    }
}

impl CameraDelay {
    /// Notes a packet of a layer.
    pub(super) fn note(&mut self, layer: usize, timestamp: u32, now: Instant) {
        if layer < self.layer {
            *self = Self { layer, ..Self::default() };
        }
        let is_newer = self.newest.is_none_or(|newest| timestamp.wrapping_sub(newest).cast_signed() > 0);
        if layer == self.layer && is_newer {
            self.newest = Some(timestamp);
            self.delay.note(timestamp, now);
        }
    }
}

/// The ticks of a camera's RTP clock in a millisecond (RFC 7741 section 4.1).
const VIDEO_CLOCK: u32 = 90;

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn only_the_first_packet_of_a_picture_of_the_smallest_layer_counts() {
        let (start, ms) = (Instant::now(), Duration::from_millis(1));
        let mut camera = CameraDelay::default();
        let mut now = start;
        for picture in 0..20_u32 {
            // From the tenth on each picture comes 60 ms later than the one before, and its second packet later still.
            now = start + ms * (picture * 100 + picture.saturating_sub(10) * 60);
            camera.note(1, picture * 9_000, now);
            camera.note(1, picture * 9_000, now + ms * 300);
            camera.note(2, 77, now + ms * 900);
        }
        assert_eq!(camera.delay.lately(now), ms * 7 * 60, "the least of the newest three");
        camera.note(0, 5, now);
        assert_eq!(camera.delay.lately(now), Duration::ZERO, "a smaller layer has a clock of its own");
    }
}
