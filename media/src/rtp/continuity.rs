//! Continuity of sequence numbers and timestamps for a receiver when the stream behind its slot changes.
//!
//! Pure arithmetic on sequence numbers, timestamps and picture ids, with their wrap-around. A slot is fed
//! by one *origin* at a time (a source, or one simulcast layer of it); at a switch the caller says
//! `rebase`, and the numbers go on as if nothing had happened. Losses stay visible as gaps, so that the
//! receiver's NACK and loss figures remain true.

use std::time::Duration;

/// The widest jump of sequence numbers that receivers see as a gap. A wider one is closed, because nobody repairs 256 packets by
/// NACK, and requests for them would be traffic.
const SEQUENCE_GAP: u64 = 256;

/// The bits of an input that the first output of a slot keeps.
const FIRST: u64 = 0x7FFF;

/// Maps extended sequence numbers of an origin to those of a slot.
#[derive(Debug, Default)]
pub struct SequenceMap {
    /// The number added to an input, with wrap-around.
    offset: u64,
    /// The first input of this origin; older ones are from before the switch.
    floor: u64,
    /// The highest input of this origin.
    newest: u64,
    /// The highest output ever; `None` before the first.
    last: Option<u64>,
}

impl SequenceMap {
    /// Begins a new origin whose first input is `input`. Its output follows the last one. The very first output keeps the low 15
    /// bits of its input: a receiver that misses it takes the next for the first, and must not miss a rollover (RFC 3711 section
    /// 3.3.1).
    pub fn rebase(&mut self, input: u64) {
        let output = self.last.map_or(input & FIRST, |last| last + 1);
        self.offset = output.wrapping_sub(input);
        self.floor = input;
        self.newest = input;
    }

    /// The output for `input`; `None` if it is from before the switch.
    pub fn map(&mut self, input: u64) -> Option<u64> {
        if input < self.floor {
            return None;
        }
        if input > self.newest.saturating_add(SEQUENCE_GAP) {
            self.close_gap(input);
        }
        self.newest = self.newest.max(input);
        let output = input.wrapping_add(self.offset);
        self.last = Some(self.last.map_or(output, |last| last.max(output)));
        Some(output)
    }

    /// Goes on after a long silence: the gap becomes one lost packet, and late packets are dropped.
    fn close_gap(&mut self, input: u64) {
        let output = self.last.map_or(input & FIRST, |last| last + 2);
        self.offset = output.wrapping_sub(input);
        self.floor = input;
    }
}

/// Maps RTP timestamps (RFC 3550 section 5.1) of an origin to those of a slot.
#[derive(Debug, Default)]
pub struct TimestampMap {
    offset: u32,
    last: Option<u32>,
}

impl TimestampMap {
    /// Begins a new origin whose first input is `input`, captured `since` after the last packet sent through this slot. `rate` is
    /// the clock rate in Hz. The output moves on by one tick at least.
    pub fn rebase(&mut self, input: u32, since: Duration, rate: u32) {
        let output = self.last.map_or(input, |last| last.wrapping_add(ticks(since, rate).max(1)));
        self.offset = output.wrapping_sub(input);
    }

    /// The output for `input`.
    pub fn map(&mut self, input: u32) -> u32 {
        let output = input.wrapping_add(self.offset);
        let newer = self.last.is_none_or(|last| output.wrapping_sub(last) < 1 << 31);
        if newer {
            self.last = Some(output);
        }
        output
    }
}

/// `span` in ticks of a clock of `rate` Hz, saturating far below half the range of a timestamp.
fn ticks(span: Duration, rate: u32) -> u32 {
    let ticks = span.as_micros().saturating_mul(u128::from(rate)) / 1_000_000;
    u32::try_from(ticks).unwrap_or(u32::MAX).min(1 << 30)
}

/// Maps a counter of `BITS` bits that steps by one: VP8's picture id (15 bits) and `TL0PICIDX` (8 bits,
/// RFC 7741 section 4.2).
#[derive(Debug, Default)]
pub struct CounterMap<const BITS: u32> {
    offset: u16,
    last: Option<u16>,
}

impl<const BITS: u32> CounterMap<BITS> {
    const MASK: u16 = u16::MAX >> (u16::BITS - BITS);

    /// Begins a new origin whose first input is `input`; its output follows the last one.
    pub fn rebase(&mut self, input: u16) {
        let output = self.last.map_or(input, |last| last.wrapping_add(1));
        self.offset = output.wrapping_sub(input) & Self::MASK;
    }

    /// The output for `input`.
    pub fn map(&mut self, input: u16) -> u16 {
        let output = input.wrapping_add(self.offset) & Self::MASK;
        let ahead = |last: u16| output.wrapping_sub(last) & Self::MASK < 1 << (BITS - 1);
        if self.last.is_none_or(ahead) {
            self.last = Some(output);
        }
        output
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_first_number_keeps_its_low_bits_and_has_no_rollover() {
        let mut map = SequenceMap::default();
        map.rebase(0x5_FFFF);
        assert_eq!(map.map(0x5_FFFF), Some(0x7FFF));
        assert_eq!(map.map(0x6_0000), Some(0x8000));
    }

    #[test]
    fn a_new_origin_continues_with_the_next_number() {
        let mut map = SequenceMap::default();
        map.rebase(100);
        assert_eq!(map.map(100), Some(100));
        assert_eq!(map.map(103), Some(103), "a loss stays visible");
        map.rebase(7_000);
        assert_eq!(map.map(7_000), Some(104));
        assert_eq!(map.map(7_002), Some(106));
        assert_eq!(map.map(7_001), Some(105), "reordering is kept");
        assert_eq!(map.map(6_999), None, "from before the switch");
    }

    #[test]
    fn a_long_silence_is_one_lost_packet() {
        let mut map = SequenceMap::default();
        map.rebase(0);
        assert_eq!(map.map(0), Some(0));
        assert_eq!(map.map(SEQUENCE_GAP), Some(SEQUENCE_GAP), "the widest gap that is kept");
        assert_eq!(map.map(10_000), Some(SEQUENCE_GAP + 2));
        assert_eq!(map.map(9_999), None, "its late ones would take numbers already used");
    }

    #[test]
    fn timestamps_wrap_and_move_on() {
        let mut map = TimestampMap::default();
        map.rebase(u32::MAX - 10, Duration::ZERO, 48_000);
        assert_eq!(map.map(u32::MAX - 10), u32::MAX - 10);
        assert_eq!(map.map(949), 949);
        map.rebase(5, Duration::from_millis(20), 48_000);
        assert_eq!(map.map(5), 949 + 960);
        map.rebase(77, Duration::ZERO, 48_000);
        assert_eq!(map.map(77), 949 + 961, "one tick at least");
    }

    #[test]
    fn picture_ids_wrap_at_fifteen_bits_and_levels_at_eight() {
        let mut picture = CounterMap::<15>::default();
        picture.rebase(0x7FFF);
        assert_eq!((picture.map(0x7FFF), picture.map(0)), (0x7FFF, 0));
        picture.rebase(500);
        assert_eq!((picture.map(500), picture.map(501)), (1, 2));

        let mut level = CounterMap::<8>::default();
        level.rebase(255);
        assert_eq!((level.map(255), level.map(0)), (255, 0));
        level.rebase(9);
        assert_eq!(level.map(9), 1);
    }

    /// A run of packets of one origin, some of them lost or swapped.
    #[derive(Clone, Debug)]
    struct Run {
        start: u64,
        packets: Vec<(bool, bool)>,
    }

    fn runs() -> impl Strategy<Value = Vec<Run>> {
        let run = (0..1_u64 << 20, prop::collection::vec((prop::bool::weighted(0.1), any::<bool>()), 1..120));
        prop::collection::vec(run.prop_map(|(start, packets)| Run { start, packets }), 1..8)
    }

    /// The inputs of a run in order of arrival. The first always arrives; swapped ones come after their successor.
    fn arrivals(run: &Run) -> Vec<u64> {
        let kept = run.packets.iter().zip(run.start..).enumerate();
        let mut inputs: Vec<u64> =
            kept.filter(|(i, ((lost, _), _))| *i == 0 || !lost).map(|(_, (_, input))| input).collect();
        for i in 1..inputs.len().saturating_sub(1) {
            if run.packets[i].1 {
                inputs.swap(i, i + 1);
            }
        }
        inputs
    }

    proptest! {
        /// No number is used twice, distances within an origin are kept, and each origin follows the one before directly.
        #[test]
        fn numbers_are_unique_and_contiguous(runs in runs()) {
            let mut map = SequenceMap::default();
            let mut sent = std::collections::BTreeSet::new();
            for run in &runs {
                let before = sent.last().copied();
                map.rebase(run.start);
                for input in arrivals(run) {
                    let output = map.map(input).expect("not before the switch");
                    let base = before.map_or(run.start & FIRST, |last: u64| last + 1);
                    prop_assert_eq!(output - base, input - run.start);
                    prop_assert!(sent.insert(output));
                }
            }
        }

        /// Different inputs have different outputs, and nothing panics.
        #[test]
        fn hostile_numbers_never_collide(inputs in prop::collection::hash_set(0..1_u64 << 48, 1..200)) {
            let mut map = SequenceMap::default();
            let mut sent = std::collections::HashSet::new();
            let first = *inputs.iter().next().expect("not empty");
            map.rebase(first);
            for input in inputs {
                if let Some(output) = map.map(input) {
                    prop_assert!(sent.insert(output));
                }
            }
        }

        /// Distances of timestamps and picture ids within an origin are kept across any wrap-around.
        #[test]
        fn distances_survive_wraps(start: u32, before: u32, steps in prop::collection::vec(0_u32..9_000, 1..50)) {
            let mut time = TimestampMap::default();
            time.rebase(before, Duration::ZERO, 90_000);
            time.map(before);
            time.rebase(start, Duration::from_millis(33), 90_000);
            let first = time.map(start);
            prop_assert_eq!(first, before.wrapping_add(2_970));

            let mut picture = CounterMap::<15>::default();
            let id = (start & 0x7FFF) as u16;
            picture.rebase(id);
            let first_id = picture.map(id);
            let mut input = start;
            for (i, step) in (1_u16..).zip(steps) {
                input = input.wrapping_add(step);
                prop_assert_eq!(time.map(input).wrapping_sub(first), input.wrapping_sub(start));
                let next = picture.map(id.wrapping_add(i) & 0x7FFF);
                prop_assert_eq!(next, first_id.wrapping_add(i) & 0x7FFF);
            }
        }
    }
}
