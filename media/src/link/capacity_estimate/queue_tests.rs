//! Queues, whose they are, and what follows, with measurements and times made up.

use super::*;

const MS: Duration = Duration::from_millis(1);
const LOOK: Duration = Duration::from_millis(250);

const fn kbps(rate: u64) -> Bitrate {
    Bitrate::kbps(rate)
}

fn measured(rate: Bitrate) -> CapacityEstimate {
    let mut way = CapacityEstimate::default();
    way.set_measured(rate);
    way
}

/// One direction with a queue in front of it, which others may fill, too.
struct Way {
    estimate: CapacityEstimate,
    now: Instant,
    carries: Bitrate,
    queue: Duration,
    /// The queue never drains below this, because somebody else fills it.
    filled: Duration,
}

impl Way {
    fn new(known: Bitrate) -> Self {
        let (now, queue) = (Instant::now(), Duration::ZERO);
        Self { estimate: measured(known), now, carries: known, queue, filled: Duration::ZERO }
    }

    fn capacity(&self) -> Bitrate {
        self.estimate.capacity().expect("known")
    }

    /// Sends for a quarter of a second, and looks. The queue grows by what does not pass, and drains by what is free.
    fn send(&mut self, sent: Bitrate) -> Look {
        self.now += LOOK;
        let (sent_s, carries) = (sent.as_bps() as f32, self.carries.as_bps() as f32);
        let before = self.queue;
        let change = LOOK.mul_f32((sent_s / carries - 1.0).abs());
        self.queue = if sent > self.carries { before + change } else { before.saturating_sub(change) };
        self.queue = self.queue.max(self.filled);
        let slope = (self.queue.as_secs_f32() - before.as_secs_f32()) / LOOK.as_secs_f32();
        let arrived = if self.queue > self.filled { self.carries } else { sent.min(self.carries) };
        let (queue, slope) = (self.queue, slope / (1.0 + slope.max(0.0)));
        let sample = Sample { arrived, queue, lately: queue, slope, is_heard: true, ..Sample::default() };
        let look = self.estimate.observe_queue(sample, sent, self.now);
        let rose = self.estimate.try_to_rise(sent, self.now);
        if look == Look::Same { rose } else { look }
    }

    /// Sends this share of what is believed, in percent, for so many quarters of a second.
    fn send_percent(&mut self, percent: u64, looks: u32) {
        for _ in 0..looks {
            self.send(self.capacity().percent(percent));
        }
    }
}

#[test]
fn a_queue_that_grows_is_answered_within_a_second_with_the_rate_that_arrives() {
    let mut way = Way::new(kbps(256));
    way.send_percent(75, 40);
    way.carries = kbps(40);
    let answered = (0..8).find(|_| way.send(kbps(190)) == Look::Fell);
    assert!(answered.is_some_and(|looks| looks < 4), "{answered:?}");
    assert_eq!(way.capacity(), kbps(40));
}

#[test]
fn what_fell_by_little_is_tried_again_at_once_and_what_was_never_seen_is_asked_for() {
    let mut way = Way::new(kbps(64));
    way.carries = kbps(40);
    way.send_percent(90, 12);
    assert_eq!(way.capacity(), kbps(40));
    way.carries = kbps(80);
    way.send_percent(75, 60);
    assert_eq!(way.capacity(), kbps(64));
}

#[test]
fn what_was_measured_too_high_is_corrected_by_the_first_rise_that_a_queue_refutes() {
    let mut way = Way::new(kbps(40));
    way.carries = kbps(24);
    let mut falls = 0;
    for _ in 0..4 * 120 {
        let sent = way.capacity().percent(90);
        falls += u32::from(way.send(sent) == Look::Fell);
    }
    assert!(falls <= 4, "{falls} times in two minutes");
}

#[test]
fn a_way_that_fell_by_more_than_half_is_asked_by_trains_until_it_is_back() {
    let mut way = Way::new(kbps(240));
    way.carries = kbps(40);
    way.send_percent(75, 12);
    assert_eq!((way.capacity(), way.estimate.is_deep()), (kbps(40), true));
    let asks = |way: &mut Way, looks: u32| {
        (0..looks)
            .filter(|_| {
                way.send(kbps(20));
                way.estimate.begin_train(kbps(20), way.now)
            })
            .count()
    };
    assert_eq!(asks(&mut way, 60), 3, "in fifteen seconds");
    assert_eq!(way.estimate.judge_train(kbps(41), way.now), Look::Same);
    assert_eq!(way.estimate.judge_train(kbps(8), way.now), Look::Same, "it waited for an acknowledgement");
    assert_eq!(way.estimate.judge_train(kbps(115), way.now), Look::Promises);
    assert_eq!(way.estimate.judge_train(kbps(125), way.now), Look::Rose);
    assert_eq!(way.capacity(), Bitrate::bps(119_791), "both trains together");
}

#[test]
fn one_train_will_do_if_it_tells_the_rate_of_before_the_fall() {
    let mut way = Way::new(kbps(240));
    way.carries = kbps(40);
    way.send_percent(75, 12);
    assert_eq!(way.estimate.judge_train(kbps(230), way.now), Look::Rose);
    assert_eq!(way.capacity(), kbps(230));
}

#[test]
fn a_link_that_stays_another_one_is_asked_a_dozen_times() {
    let mut way = Way::new(kbps(240));
    way.carries = kbps(40);
    way.send_percent(75, 12);
    let asked = (0..4 * 180).filter(|_| {
        way.send(kbps(15));
        way.estimate.begin_train(kbps(15), way.now)
    });
    assert_eq!(asked.count(), 12);
}

#[test]
fn a_queue_that_stands_in_a_pause_is_somebody_else_s_and_the_rate_comes_back_with_its_end() {
    let mut way = Way::new(kbps(300));
    way.filled = Duration::from_millis(1_500);
    way.queue = way.filled;
    way.send_percent(8, 40);
    assert_eq!(way.capacity(), kbps(300), "nothing of it is ours");
    way.filled = Duration::ZERO;
    way.send_percent(8, 20);
    assert_eq!(way.capacity(), kbps(300));
}

#[test]
fn beside_somebody_else_s_transfer_a_voice_keeps_what_it_needs() {
    let mut way = Way::new(kbps(300));
    way.carries = kbps(30);
    for _ in 0..8 {
        way.send(kbps(200));
    }
    assert!(way.capacity() <= kbps(30), "its slow start leaves a tenth");
    (way.carries, way.queue, way.filled) = (kbps(300), 1_500 * MS, 1_500 * MS);
    for i in 0..60 {
        way.send(if i / 8 % 2 == 0 { kbps(14) } else { kbps(3) });
    }
    assert_eq!(way.capacity(), LINK_SHARED);
    assert_eq!(way.estimate.overrun(kbps(8), 0.12, way.now), Look::Same, "a full queue drops some");
    way.filled = Duration::ZERO;
    let mut asked = None;
    for i in 0..40 {
        way.send(kbps(14));
        if asked.is_none() && way.estimate.begin_train(kbps(14), way.now) {
            asked = Some(i);
        }
    }
    assert!(asked.is_some_and(|looks| looks * 250 <= 6_000), "{asked:?}");
    way.estimate.judge_train(kbps(290), way.now);
    assert_eq!(way.capacity(), kbps(290));
}

#[test]
fn a_camera_that_stops_beside_somebody_else_s_transfer_leaves_a_voice_what_it_needs() {
    let mut way = Way::new(kbps(300));
    let usual = Sample { arrived: kbps(190), is_heard: true, ..Sample::default() };
    assert!((0..40).all(|_| way.estimate.check_plunge(usual, way.now) == Look::Same));
    (way.queue, way.filled) = (1_500 * MS, 1_500 * MS);
    way.send_percent(8, 8);
    let late = Sample { arrived: kbps(20), queue: way.queue, lately: way.queue, ..usual };
    assert_eq!(way.estimate.check_plunge(late, way.now), Look::Fell);
    assert_eq!(way.capacity(), LINK_SHARED);
}

#[test]
fn a_doubt_without_a_queue_of_its_own_ends_by_itself() {
    let mut way = Way::new(kbps(60));
    way.estimate.doubt_to(kbps(32), way.now);
    assert_eq!(way.capacity(), kbps(32));
    way.send_percent(50, 20);
    assert_eq!(way.capacity(), kbps(32), "the report may stand in a queue");
    way.send_percent(50, 8);
    assert_eq!(way.capacity(), kbps(60));
}

#[test]
fn a_doubt_that_ended_too_soon_is_longer_the_next_time_and_no_longer_than_eight_times() {
    let mut way = Way::new(kbps(60));
    let waits: Vec<u32> = (0..6)
        .map(|_| {
            way.estimate.doubt_to(kbps(32), way.now);
            (1..400).find(|_| way.send(kbps(10)) == Look::Rose).expect("it ends") / 4
        })
        .collect();
    assert_eq!(waits, [6, 12, 24, 48, 48, 48]);
}

#[test]
fn what_is_measured_in_a_doubt_outlives_it() {
    let mut way = Way::new(kbps(300));
    way.estimate = CapacityEstimate::default();
    way.estimate.remember(kbps(60));
    way.estimate.doubt_to(kbps(32), way.now);
    way.estimate.set_measured(kbps(300));
    way.send_percent(50, 28);
    assert_eq!(way.capacity(), kbps(300));
}

#[test]
fn neither_a_short_queue_nor_a_radio_that_catches_up_lowers_it() {
    let start = Instant::now();
    let mut way = measured(kbps(40));
    let mut at = |ms, queue, slope| {
        let queue = queue * MS;
        let sample =
            Sample { arrived: kbps(10), queue, lately: queue, slope, is_heard: true, ..Sample::default() };
        way.observe_queue(sample, kbps(30), start + ms * MS)
    };
    let looks =
        [at(0, 140, 0.5), at(300, 900, 0.3), at(600, 700, -0.6), at(900, 500, -0.6), at(1_200, 0, -0.5)];
    assert_eq!(looks, [Look::Same; 5]);
    assert_eq!(way.capacity(), Some(kbps(40)));
}

#[test]
fn silence_tells_nothing_of_a_queue() {
    let start = Instant::now();
    let mut way = measured(kbps(40));
    let queue = Duration::from_millis(900);
    let sample = Sample { arrived: kbps(3), queue, lately: queue, slope: 0.9, ..Sample::default() };
    assert!((0..20).all(|i| way.observe_queue(sample, kbps(3), start + i * LOOK) == Look::Same));
    assert!(!way.has_queue());
}

#[test]
fn a_clock_that_slipped_is_no_queue() {
    let start = Instant::now();
    let mut way = measured(kbps(400));
    let queue = Duration::from_millis(370);
    let sample = Sample { arrived: kbps(19), queue, lately: queue, is_heard: true, ..Sample::default() };
    let looks: Vec<Look> = (0..16).map(|i| way.observe_queue(sample, kbps(19), start + LOOK * i)).collect();
    assert_eq!(looks.iter().filter(|look| **look == Look::Slipped).count(), 1, "{looks:?}");
    assert!(!looks.contains(&Look::Fell) && way.capacity() == Some(kbps(400)));
}

#[test]
fn trains_that_do_not_agree_are_taken_together() {
    let mut way = CapacityEstimate::default();
    for rate in [13, 24, 13, 40, 12, 25, 60] {
        way.add_train(kbps(rate));
        assert_eq!(way.capacity(), None, "those of 13 waited for an acknowledgement");
    }
    way.add_train(kbps(22));
    let capacity = way.capacity().expect("five trains");
    assert!((kbps(27)..=kbps(29)).contains(&capacity), "{capacity}");
}
