//! The capacity estimate and its probe schedule, with measurements and times made up.

use super::*;

const MS: Duration = Duration::from_millis(1);

const fn kbps(rate: u64) -> Bitrate {
    Bitrate::kbps(rate)
}

#[test]
fn a_memory_counts_until_the_page_has_seen_and_a_slow_train_must_be_confirmed() {
    let mut way = CapacityEstimate::default();
    way.remember(kbps(64));
    way.add_train(kbps(7));
    way.add_train(kbps(11));
    assert!(way.capacity() == Some(kbps(64)) && !way.is_measured());
    let mut same = way.clone();
    same.add_train(kbps(60));
    assert!(same.capacity() == Some(kbps(60)) && same.is_measured(), "as last time");
    way.set_measured(kbps(40));
    way.remember(kbps(64));
    assert_eq!(way.capacity(), Some(kbps(40)));
    way.add_train(kbps(9_000));
    assert_eq!(way.capacity(), Some(kbps(40)), "the page may have been busy");
    way.add_train(kbps(9_500));
    assert_eq!(way.capacity(), Some(Bitrate::bps(9_243_254)), "both together");
}

#[test]
fn when_a_call_begins_a_train_each_way_will_do_if_they_agree() {
    let settled = |up: u64, down: u64| {
        let [mut one, mut other] = [CapacityEstimate::default(), CapacityEstimate::default()];
        one.add_train(kbps(up));
        other.add_train(kbps(down));
        CapacityEstimate::agree_on_trains(&mut one, &mut other);
        (one.capacity(), other.capacity())
    };
    assert_eq!(settled(30, 28), (Some(kbps(30)), Some(kbps(28))));
    assert_eq!(
        settled(24, 60),
        (Some(kbps(24)), None),
        "they differ, or something stood between one of them"
    );
    assert_eq!(settled(9_000, 9_000), (None, None), "the page may have been busy");
    let [mut known, mut other] = [CapacityEstimate::default(), CapacityEstimate::default()];
    known.set_measured(kbps(24));
    other.add_train(kbps(25));
    CapacityEstimate::agree_on_trains(&mut known, &mut other);
    assert_eq!((known.capacity(), other.capacity()), (Some(kbps(24)), Some(kbps(25))));
    let [mut slow, mut unknown] = [CapacityEstimate::default(), CapacityEstimate::default()];
    slow.add_train(kbps(25));
    CapacityEstimate::agree_on_trains(&mut slow, &mut unknown);
    assert!(slow.capacity() == Some(kbps(25)) && !slow.is_measured(), "something may have stood in it");
    (0..2).for_each(|_| slow.add_train(kbps(40)));
    assert!(slow.capacity() == Some(kbps(40)) && slow.is_measured());
}

#[test]
fn a_way_of_which_no_train_told_is_presumed_to_be_like_any() {
    let mut way = CapacityEstimate::default();
    let mut seen = way.clone();
    way.presume();
    assert_eq!(way.capacity(), Some(LINK_UNKNOWN));
    seen.add_train(kbps(30));
    seen.presume();
    assert!(seen.capacity() == Some(kbps(30)) && seen.is_measured());
    seen.set_measured(kbps(90));
    seen.presume();
    assert_eq!(seen.capacity(), Some(kbps(90)));
}

#[test]
fn an_idle_way_tells_nothing() {
    let start = Instant::now();
    let mut way = CapacityEstimate::default();
    way.set_measured(kbps(40));
    assert!((0..1_000).all(|i| way.try_to_rise(kbps(10), start + i * 250 * MS) == Look::Same));
}

#[test]
fn a_full_queue_that_does_not_grow_is_believed() {
    let start = Instant::now();
    let mut way = CapacityEstimate::default();
    way.set_measured(kbps(58));
    assert_eq!(way.overrun(kbps(21), 0.3, start), Look::Fell);
    assert_eq!(way.capacity(), Some(kbps(29)), "by half at most");
    way.overrun(kbps(21), 0.3, start + 500 * MS);
    assert_eq!(way.capacity(), Some(kbps(21)));
}

/// A way that carried a camera for ten seconds, and what `sample` then shows.
fn after_a_camera(sample: Sample) -> (Look, Option<Bitrate>) {
    let start = Instant::now();
    let mut way = CapacityEstimate::default();
    way.set_measured(kbps(256));
    let usual = Sample { arrived: kbps(190), ..Sample::default() };
    assert!((0..40).all(|i| way.check_plunge(usual, start + i * 250 * MS) == Look::Same));
    (way.check_plunge(sample, start + 10_250 * MS), way.capacity())
}

#[test]
fn a_tenth_that_comes_late_is_believed_at_once_and_no_thinner_than_a_voice() {
    let late = |arrived| Sample { arrived, queue: 300 * MS, lately: 400 * MS, ..Sample::default() };
    assert_eq!(after_a_camera(late(kbps(26))), (Look::Fell, Some(kbps(26))));
    assert_eq!(after_a_camera(late(kbps(9))), (Look::Fell, Some(CUT_LEAST)));
}

#[test]
fn a_clock_that_slipped_a_camera_that_stopped_and_a_stalled_radio_are_no_other_link() {
    let queue = 400 * MS;
    for (arrived, lately) in [(kbps(180), queue), (kbps(20), 100 * MS), (kbps(0), Duration::ZERO)] {
        let look = after_a_camera(Sample { arrived, queue, lately, ..Sample::default() });
        assert_eq!(look, (Look::Same, Some(kbps(256))), "{arrived} after {lately:?}");
    }
}

#[test]
fn one_that_fell_before_it_was_measured_comes_back_and_one_that_is_remembered_stays() {
    let start = Instant::now();
    let mut way = CapacityEstimate::default();
    let full = Sample { arrived: kbps(10), queue: 900 * MS, ..Sample::default() };
    assert_eq!(way.overrun(full.arrived, 0.3, start), Look::Fell);
    let looks = (1..=240).map(|i| start + i * 250 * MS);
    for now in looks {
        let capacity = way.capacity().unwrap();
        if capacity > kbps(24) {
            _ = way.overrun(kbps(24), 0.3, now);
        } else {
            _ = way.try_to_rise(capacity.percent(90), now);
        }
    }
    assert!((kbps(20)..=kbps(27)).contains(&way.capacity().unwrap()), "{:?}", way.capacity());
    assert!(way.refuted <= 4, "{} times in a minute", way.refuted);

    let mut remembered = CapacityEstimate::default();
    remembered.remember(kbps(24));
    assert!((1..=240).all(|i| remembered.try_to_rise(kbps(20), start + i * 250 * MS) == Look::Same));
}

/// Speech in a link's use, for so long or until it asks for a train; whether it does.
fn asks_within(way: &mut CapacityEstimate, used: Bitrate, from: Instant, seconds: u32) -> bool {
    (0..seconds * 4).any(|i| {
        _ = way.try_to_rise(used, from + i * 250 * MS);
        way.begin_train(if i % 8 == 0 { kbps(1) } else { used }, from + i * 250 * MS)
    })
}

#[test]
fn a_way_that_carries_more_is_found_soon_and_one_that_does_not_is_asked_more_rarely() {
    let start = Instant::now();
    let at = |s| start + Duration::from_secs(s);
    let mut way = CapacityEstimate::default();
    way.set_measured(kbps(40));
    assert!(!asks_within(&mut way, kbps(30), start, 60), "a train stands in front of a voice");
    way.add_size_rate(kbps(60));
    assert!(!asks_within(&mut way, kbps(30), at(60), 1), "too rough for so little");
    way.add_size_rate(kbps(380));
    assert!(asks_within(&mut way, kbps(30), at(61), 1));
    assert_eq!(way.judge_train(kbps(380), at(62)), Look::Promises);
    assert_eq!(way.capacity(), Some(kbps(40)), "the page may have been busy");
    assert_eq!((way.judge_train(kbps(390), at(63)), way.capacity()), (Look::Rose, Some(kbps(80))));
    assert!(!way.is_at_best() && !asks_within(&mut way, kbps(60), at(63), 4));
    assert_eq!(way.capacity(), Some(kbps(160)), "what was shown is tried step by step");
    assert!(!asks_within(&mut way, kbps(300), at(67), 13) && way.is_at_best());
    assert!(asks_within(&mut way, kbps(300), at(80), 15), "a short train");
    assert_eq!(way.judge_train(kbps(390), at(95)), Look::Same);
    assert!(!asks_within(&mut way, kbps(300), at(95), 10));
    assert!(asks_within(&mut way, kbps(300), at(105), 15));
    let mut thin = CapacityEstimate::default();
    thin.set_measured(kbps(24));
    assert!(!asks_within(&mut thin, kbps(18), start, 240));
    let mut thick = CapacityEstimate::default();
    thick.set_measured(kbps(9_000));
    assert!(!asks_within(&mut thick, kbps(5_000), start, 100), "the engine estimates it");
}

#[test]
fn who_speaks_without_a_pause_is_interrupted_late() {
    let mut way = CapacityEstimate::default();
    way.set_measured(kbps(24));
    let start = Instant::now();
    let asked = (0..1_000).find(|i| {
        _ = way.try_to_rise(kbps(18), start + i * 250 * MS);
        way.begin_train(kbps(18), start + i * 250 * MS)
    });
    assert!(asked.is_none_or(|i| i * 250 >= 240_000), "{asked:?}");
}

#[test]
fn a_hint_that_comes_to_nothing_is_believed_ever_more_rarely_and_the_other_way_s_rise_anew() {
    let start = Instant::now();
    let at = |s| start + Duration::from_secs(s);
    let mut way = CapacityEstimate::default();
    way.set_measured(kbps(40));
    let mut asked = Vec::new();
    for second in 0..120 {
        way.add_size_rate(kbps(100));
        if asks_within(&mut way, kbps(30), at(second), 1) {
            asked.push(second);
            way.judge_train(kbps(24), at(second));
        }
    }
    let waits: Vec<u64> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(asked.len() <= 6 && waits.is_sorted() && waits.last() >= Some(&24), "{asked:?}");
    way.other_direction_rose();
    way.add_size_rate(kbps(40));
    let times = (120..180).filter(|second| asks_within(&mut way, kbps(30), at(*second), 1)).count();
    assert_eq!(times, 3, "something may have stood between");
}

#[test]
fn a_thin_way_whose_trains_were_lost_is_known_by_two_weights_and_no_other() {
    let known = |weights: [u64; 2]| {
        let mut way = CapacityEstimate::default();
        for rate in weights {
            way.add_size_rate(kbps(rate));
        }
        way.is_measured().then(|| way.capacity().unwrap())
    };
    assert_eq!(known([25, 26]), Some(kbps(26)));
    assert_eq!([[25, 40], [70, 71], [900, 900]].map(known), [None; 3]);
}
