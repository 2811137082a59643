//! The capacity of a direction, told by how much later big packets come than small ones.
//!
//! This is the idea of pathchar (Jacobson 1997): the most punctual packet of each size waited for nothing, so that the difference
//! of two sizes is the time that the slowest piece of the way needs for the bytes between them. Here the voice itself is the
//! probe. It costs nothing and is rough: good enough to say that a train is worth its delay, and where no train came through.
//! It is pure; the caller brings the packets and their delays.

use crate::units::Bitrate;
use std::time::Duration;

/// The voice packets of a minute at most, by size. The most punctual packet of each size counts, because jitter and other
/// packets make a packet later, and nothing makes it sooner.
#[derive(Clone, Debug, Default)]
pub(crate) struct PacketSizeDelay {
    packets: u32,
    classes: [SizeClass; SIZE_CLASSES],
}

/// The packets of about one size.
#[derive(Clone, Copy, Debug, Default)]
struct SizeClass {
    packets: u32,
    /// The delay in microseconds and the bytes of the most punctual one.
    least: (i64, usize),
}

impl PacketSizeDelay {
    /// Notes a packet of `bytes` that came `late` microseconds late, on any clock. Returns the capacity if there were enough
    /// packets of different sizes, and if the `known` capacity is so low that the sizes make a difference.
    pub(crate) fn note(&mut self, late: i64, bytes: usize, known: Bitrate) -> Option<Bitrate> {
        if self.packets == PACKETS_MOST {
            *self = Self::default();
        }
        self.packets += 1;
        self.classes[(bytes / CLASS_BYTES).min(SIZE_CLASSES - 1)].note(late, bytes);
        if self.packets < PACKETS_LEAST {
            return None;
        }
        let mut enough = self.classes.iter().filter(|class| class.packets >= PACKETS_EACH);
        let ((small_late, small), (big_late, big)) = (enough.next()?.least, enough.next_back()?.least);
        let bytes = big.saturating_sub(small) as u64;
        if known.time_of(bytes) < DIFFERENCE_LEAST {
            return None;
        }
        *self = Self::default();
        // Small packets that are much later than big ones show that the way has changed meanwhile.
        let between = big_late.saturating_sub(small_late).saturating_add(NOISE_MICROS);
        let between = u64::try_from(between).ok()?.saturating_sub(NOISE_MICROS.unsigned_abs());
        Some(Bitrate::bps(bytes * 8_000_000 / between.max(1_000)))
    }
}

impl SizeClass {
    fn note(&mut self, late: i64, bytes: usize) {
        self.least = if self.packets == 0 { (late, bytes) } else { self.least.min((late, bytes)) };
        self.packets += 1;
    }
}

/// The packets after which a rate is told: seven seconds of the longest packets.
const PACKETS_LEAST: u32 = 60;

/// The packets after which the count begins anew, before clocks have drifted apart: half a minute of the longest packets.
const PACKETS_MOST: u32 = 4 * PACKETS_LEAST;

/// The number of size classes. A packet of speech may have 250 bytes with the copies that it carries, one of a pause has 3.
const SIZE_CLASSES: usize = 6;

/// The width of a size class in bytes.
const CLASS_BYTES: usize = 40;

/// The packets of one class among which one is punctual.
const PACKETS_EACH: u32 = 8;

/// The least time that the difference in bytes takes on the known capacity. Less than this is lost in jitter.
const DIFFERENCE_LEAST: Duration = Duration::from_millis(8);

/// The time in microseconds by which small packets may seem later than big ones where both take no time.
const NOISE_MICROS: i64 = 4_000;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A minute of talk over a way of `kbps` that is thought to carry 40: packets of 60 ms, of speech and of pauses in turn,
    /// up to `jitter` ms late. What it seems to carry at the end of it, and how often that was told.
    fn weighed(kbps: u64, jitter: u64, speech: usize) -> (Option<Bitrate>, usize) {
        let mut sizes = PacketSizeDelay::default();
        let rates: Vec<Bitrate> = (0..1_000_u64)
            .filter_map(|i| {
                let bytes = if i / 30 % 2 == 0 { speech } else { 3 };
                let takes = Bitrate::kbps(kbps).time_of(bytes as u64)
                    + Duration::from_millis(i * 7_919 % 97 * jitter / 97);
                sizes.note(i64::try_from(takes.as_micros()).unwrap(), bytes, Bitrate::kbps(40))
            })
            .collect();
        (rates.last().copied(), rates.len())
    }

    #[test]
    fn a_way_is_told_by_what_the_bytes_take() {
        for (kbps, jitter) in [(24, 0), (40, 5), (40, 40), (128, 5), (256, 5)] {
            let (rate, times) = weighed(kbps, jitter, 230);
            let rate = rate.expect("enough of both");
            let near = Bitrate::kbps(kbps).percent(70)..=Bitrate::kbps(kbps).percent(150);
            assert!(near.contains(&rate) && times > 10, "{kbps} with {jitter} ms: {rate}, {times} times");
        }
    }

    #[test]
    fn packets_that_hardly_differ_tell_nothing_nor_does_a_way_that_is_fast() {
        assert_eq!(weighed(40, 5, 20).1, 0);
        let mut sizes = PacketSizeDelay::default();
        assert!((0..1_000).all(|i| sizes.note(0, [3, 230][i % 2], Bitrate::kbps(9_000)).is_none()));
    }

    #[test]
    fn a_monologue_is_forgotten_before_its_clock_has_drifted() {
        let mut sizes = PacketSizeDelay::default();
        let mut note = |late, bytes| sizes.note(late, bytes, Bitrate::kbps(40));
        assert!((0..10_000).all(|_| note(0, 230).is_none()));
        // 30 ms of drift; then a pause.
        assert!((0..100).all(|i| note(30_000 + i64::from(i % 2), 3).is_none()), "what was big came long ago");
    }

    #[test]
    fn small_packets_that_came_much_later_tell_of_another_way_and_nothing_of_a_faster_one() {
        let told = |small_late| {
            let mut sizes = PacketSizeDelay::default();
            (0..100).find_map(|i| {
                let (late, bytes) = if i % 2 == 0 { (small_late, 3) } else { (0, 230) };
                sizes.note(late, bytes, Bitrate::kbps(40))
            })
        };
        assert_eq!(told(20_000), None);
        assert!(told(1_000) > Some(Bitrate::kbps(1_000)), "that is noise, of a fast one");
    }

    proptest! {
        #[test]
        fn no_clock_panics(packets: Vec<(i64, usize)>) {
            let mut sizes = PacketSizeDelay::default();
            for (late, bytes) in packets {
                let _ = sizes.note(late, bytes % 300, Bitrate::kbps(40));
            }
        }
    }
}
