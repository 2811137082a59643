//! When a train is worth the delay in front of a voice: a way may carry more than was ever seen of it.
//!
//! Part of [`Way`]. It never sends the train.

use super::{Look, Way, agree};
use crate::{
    limits::{
        LINK_THICK, LINK_UNKNOWN, LINK_VIDEO, PROBE_BYTES_BESIDE, RISE_ASK, RISE_ASK_DOUBLED,
        RISE_ASK_TRAINS, RISE_BESIDE, RISE_HINTED, RISE_HINTED_DOUBLED, RISE_SHOWN_PERCENT, RISE_TRAIN,
        RISE_USE_PERCENT, RISE_WEIGHED_PERCENT,
    },
    units::Bitrate,
};
use std::time::{Duration, Instant};

/// What says that a way carries more than is known.
#[derive(Clone, Debug, Default)]
pub(super) struct Hints {
    /// What packets weighed last, and the time before.
    weights: [Option<Bitrate>; 2],
    /// They say so.
    outweighs: bool,
    /// Trains that the rise of the other way is worth.
    beside: u8,
    /// Trains upon a hint that showed nothing.
    in_vain: u32,
}

impl Hints {
    fn is_any(&self) -> bool {
        self.outweighs || self.beside > 0
    }

    /// Twice in a row packets weighed that the way carries less than this.
    pub(super) fn weigh_less(&self, rate: Bitrate) -> bool {
        self.weights
            .iter()
            .all(|weight| weight.is_some_and(|weight| weight.percent(RISE_SHOWN_PERCENT) < rate))
    }

    /// A train goes. Those that the other way is worth do not wait for one another: something may have stood in the first.
    fn take(&mut self) {
        if self.beside > 0 {
            self.beside -= 1;
        } else {
            self.outweighs = false;
            self.in_vain += 1;
        }
    }
}

impl Way {
    /// How much later big packets come than small ones says that it carries this, roughly. Of a way that is known that is a
    /// hint. Of a thin one whose trains were lost two that agree are as good as trains, up to what is presumed of any: of
    /// more, jitter could say as much.
    pub fn weighed(&mut self, rate: Bitrate) {
        let [before, _] = self.hints.weights;
        self.hints.weights = [Some(rate), before];
        if self.is_measured() {
            let more = |known: Bitrate| rate >= known.percent(RISE_WEIGHED_PERCENT);
            self.hints.outweighs = self.capacity.is_some_and(more);
        } else if rate <= LINK_UNKNOWN && before.is_some_and(|before| agree(rate, before)) {
            self.told(rate);
        }
    }

    /// The other way of the link carries more: what makes it so seldom leaves this one as it was.
    pub fn rose_beside(&mut self) {
        if self.is_at_best() {
            (self.hints.beside, self.hints.in_vain) = (RISE_BESIDE, 0);
        }
    }

    /// Whether all that it was ever seen to carry is made use of: only a train can show more.
    fn is_at_best(&self) -> bool {
        let known = self.capacity.zip(self.best).filter(|(capacity, _)| *capacity < LINK_THICK);
        known.is_some_and(|(capacity, best)| capacity >= best.percent(95))
    }

    /// Whether it was clean for so long that a train shall show if it carries more than was ever seen. The train stands in
    /// front of a voice: each that showed nothing doubles the wait, and the next goes in a pause of the speech, if one comes.
    pub fn asks(&mut self, in_use: Bitrate) -> bool {
        let Some(capacity) = self.capacity.filter(|_| self.is_at_best()) else { return false };
        let pauses = in_use < capacity.percent(RISE_USE_PERCENT) || capacity >= LINK_VIDEO;
        let wait = self.patience(capacity) * if pauses { 1 } else { 4 };
        let asks = self.clean >= wait;
        if asks {
            self.clean = Duration::ZERO;
            self.promised = None;
            if self.hints.is_any() { self.hints.take() } else { self.refuted += 1 }
        }
        asks
    }

    fn patience(&self, capacity: Bitrate) -> Duration {
        let train = capacity.time_of(2 * PROBE_BYTES_BESIDE as u64);
        if self.hints.is_any() {
            RISE_HINTED * (1 << self.hints.in_vain.min(RISE_HINTED_DOUBLED))
        } else {
            let wait = if train <= RISE_TRAIN { RISE_ASK } else { train * RISE_ASK_TRAINS };
            wait * (1 << self.refuted.min(RISE_ASK_DOUBLED))
        }
    }

    /// A train that was asked for showed this. Two must show more; and of that no more than twice as much is tried at once,
    /// because a page that was busy finds both packets of a train together.
    pub fn shown(&mut self, rate: Bitrate, now: Instant) -> Look {
        let Some(capacity) = self.capacity.filter(|capacity| rate >= capacity.percent(RISE_SHOWN_PERCENT))
        else {
            self.promised = None;
            return Look::Same;
        };
        let Some(promised) = self.promised.take() else {
            self.promised = Some(rate);
            return Look::Promises;
        };
        let more = rate.min(promised);
        self.best = Some(more);
        self.refuted = 0;
        self.hints = Hints::default();
        self.lift(more.min(capacity.percent(200)), now);
        Look::Rose
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use crate::link::tests::{MS, kbps};

    /// Speech in a link's use, for so long or until it asks for a train; whether it does.
    fn asks_within(way: &mut Way, used: Bitrate, from: Instant, seconds: u32) -> bool {
        (0..seconds * 4).any(|i| {
            _ = way.rise(used, from + i * 250 * MS);
            way.asks(if i % 8 == 0 { kbps(1) } else { used })
        })
    }

    #[test]
    fn a_way_that_carries_more_is_found_soon_and_one_that_does_not_is_asked_more_rarely() {
        let start = Instant::now();
        let at = |s| start + Duration::from_secs(s);
        let mut way = Way::default();
        way.told(kbps(40));
        assert!(!asks_within(&mut way, kbps(30), start, 60), "a train stands in front of a voice");
        way.weighed(kbps(60));
        assert!(!asks_within(&mut way, kbps(30), at(60), 1), "too rough for so little");
        way.weighed(kbps(380));
        assert!(asks_within(&mut way, kbps(30), at(61), 1));
        assert_eq!(way.shown(kbps(380), at(62)), Look::Promises);
        assert_eq!(way.capacity(), Some(kbps(40)), "the page may have been busy");
        assert_eq!((way.shown(kbps(390), at(63)), way.capacity()), (Look::Rose, Some(kbps(80))));
        assert!(!way.is_at_best() && !asks_within(&mut way, kbps(60), at(63), 4));
        assert_eq!(way.capacity(), Some(kbps(104)), "what was shown is tried step by step");
        assert!(!asks_within(&mut way, kbps(300), at(67), 13) && way.is_at_best());
        assert!(asks_within(&mut way, kbps(300), at(80), 15), "a short train");
        assert_eq!(way.shown(kbps(390), at(95)), Look::Same);
        assert!(!asks_within(&mut way, kbps(300), at(95), 10));
        assert!(asks_within(&mut way, kbps(300), at(105), 15));
        let mut thin = Way::default();
        thin.told(kbps(24));
        assert!(!asks_within(&mut thin, kbps(18), start, 240));
        let mut thick = Way::default();
        thick.told(kbps(9_000));
        assert!(!asks_within(&mut thick, kbps(5_000), start, 100), "the engine estimates it");
    }

    #[test]
    fn who_speaks_without_a_pause_is_interrupted_late() {
        let mut way = Way::default();
        way.told(kbps(24));
        let start = Instant::now();
        let asked = (0..1_000).find(|i| {
            _ = way.rise(kbps(18), start + i * 250 * MS);
            way.asks(kbps(18))
        });
        assert!(asked.is_none_or(|i| i * 250 >= 240_000), "{asked:?}");
    }

    #[test]
    fn a_hint_that_comes_to_nothing_is_believed_ever_more_rarely_and_the_other_way_s_rise_anew() {
        let start = Instant::now();
        let at = |s| start + Duration::from_secs(s);
        let mut way = Way::default();
        way.told(kbps(40));
        let mut asked = Vec::new();
        for second in 0..120 {
            way.weighed(kbps(100));
            if asks_within(&mut way, kbps(30), at(second), 1) {
                asked.push(second);
                way.shown(kbps(24), at(second));
            }
        }
        let waits: Vec<u64> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(asked.len() <= 6 && waits.is_sorted() && waits.last() >= Some(&24), "{asked:?}");
        way.rose_beside();
        way.weighed(kbps(40));
        let times = (120..180).filter(|second| asks_within(&mut way, kbps(30), at(*second), 1)).count();
        assert_eq!(times, usize::from(RISE_BESIDE), "something may have stood between");
    }

    #[test]
    fn a_thin_way_whose_trains_were_lost_is_known_by_two_weights_and_no_other() {
        let known = |weights: [u64; 2]| {
            let mut way = Way::default();
            for rate in weights {
                way.weighed(kbps(rate));
            }
            way.is_measured().then(|| way.capacity().unwrap())
        };
        assert_eq!(known([25, 26]), Some(kbps(26)));
        assert_eq!([[25, 40], [70, 71], [900, 900]].map(known), [None; 3]);
    }
}
