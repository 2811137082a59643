//! What a way carries, told by how much later big packets come than small ones.
//!
//! Pure; its caller brings the packets and how late they were. It costs nothing and is rough: good enough to say when a
//! train is worth its delay, and where none came through.

use crate::{
    limits::{
        WEIGHED_EACH, WEIGHED_LEAST, WEIGHED_NOISE_MICROS, WEIGHED_PACKETS, WEIGHED_PACKETS_MOST,
        WEIGHED_SIZES, WEIGHED_STEP,
    },
    units::Bitrate,
};

/// The voice packets of a minute at most, by their size. Of each size only the most punctual counts: jitter and whatever
/// stands in front of them make packets later, and nothing makes them sooner.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weighing {
    packets: u32,
    sizes: [Punctual; WEIGHED_SIZES],
}

/// Of packets of about the same size.
#[derive(Clone, Copy, Debug, Default)]
struct Punctual {
    packets: u32,
    /// Microseconds late and bytes of the most punctual.
    least: (i64, usize),
}

impl Weighing {
    /// A packet of so many bytes came so many microseconds late, on any clock. What the way carries, when there were enough of
    /// different sizes, on a way that is known to carry so little that it makes a difference; `None` else.
    pub(crate) fn note(&mut self, late: i64, bytes: usize, known: Bitrate) -> Option<Bitrate> {
        if self.packets == WEIGHED_PACKETS_MOST {
            *self = Self::default();
        }
        self.packets += 1;
        self.sizes[(bytes / WEIGHED_STEP).min(WEIGHED_SIZES - 1)].note(late, bytes);
        if self.packets < WEIGHED_PACKETS {
            return None;
        }
        let mut enough = self.sizes.iter().filter(|size| size.packets >= WEIGHED_EACH);
        let ((small_late, small), (big_late, big)) = (enough.next()?.least, enough.next_back()?.least);
        let bytes = big.saturating_sub(small) as u64;
        if known.time_of(bytes) < WEIGHED_LEAST {
            return None;
        }
        *self = Self::default();
        // Small ones that are much later than big ones: the way has changed meanwhile.
        let between = big_late.saturating_sub(small_late).saturating_add(WEIGHED_NOISE_MICROS);
        let between = u64::try_from(between).ok()?.saturating_sub(WEIGHED_NOISE_MICROS.unsigned_abs());
        Some(Bitrate::bps(bytes * 8_000_000 / between.max(1_000)))
    }
}

impl Punctual {
    fn note(&mut self, late: i64, bytes: usize) {
        self.least = if self.packets == 0 { (late, bytes) } else { self.least.min((late, bytes)) };
        self.packets += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::time::Duration;

    /// A minute of talk over a way of `kbps` that is thought to carry 40: packets of 60 ms, of speech and of pauses in turn,
    /// up to `jitter` ms late. What it seems to carry at the end of it, and how often that was told.
    fn weighed(kbps: u64, jitter: u64, speech: usize) -> (Option<Bitrate>, usize) {
        let mut weighing = Weighing::default();
        let rates: Vec<Bitrate> = (0..1_000_u64)
            .filter_map(|i| {
                let bytes = if i / 30 % 2 == 0 { speech } else { 3 };
                let takes = Bitrate::kbps(kbps).time_of(bytes as u64)
                    + Duration::from_millis(i * 7_919 % 97 * jitter / 97);
                weighing.note(i64::try_from(takes.as_micros()).unwrap(), bytes, Bitrate::kbps(40))
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
        let mut weighing = Weighing::default();
        assert!((0..1_000).all(|i| weighing.note(0, [3, 230][i % 2], Bitrate::kbps(9_000)).is_none()));
    }

    #[test]
    fn a_monologue_is_forgotten_before_its_clock_has_drifted() {
        let mut weighing = Weighing::default();
        let mut note = |late, bytes| weighing.note(late, bytes, Bitrate::kbps(40));
        assert!((0..10_000).all(|_| note(0, 230).is_none()));
        // 30 ms of drift; then a pause.
        assert!((0..100).all(|i| note(30_000 + i64::from(i % 2), 3).is_none()), "what was big came long ago");
    }

    #[test]
    fn small_packets_that_came_much_later_tell_of_another_way_and_nothing_of_a_faster_one() {
        let told = |small_late| {
            let mut weighing = Weighing::default();
            (0..100).find_map(|i| {
                let (late, bytes) = if i % 2 == 0 { (small_late, 3) } else { (0, 230) };
                weighing.note(late, bytes, Bitrate::kbps(40))
            })
        };
        assert_eq!(told(20_000), None);
        assert!(told(1_000) > Some(Bitrate::kbps(1_000)), "that is noise, of a fast one");
    }

    proptest! {
        #[test]
        fn no_clock_panics(packets: Vec<(i64, usize)>) {
            let mut weighing = Weighing::default();
            for (late, bytes) in packets {
                let _ = weighing.note(late, bytes % 300, Bitrate::kbps(40));
            }
        }
    }
}
