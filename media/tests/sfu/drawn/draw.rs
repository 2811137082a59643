//! Drawn links: a seed draws one link of a class within stated ranges, so that nobody tunes to a value.
//!
//! The classes and their ranges are those of `tests/thinlink/wild/draw.mjs`, which makes real calls on such links.

use crate::testbed::{Congestion, Random};
use std::time::Duration;

/// The class of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// S1: stalls that hold packets.
    Stalls,
    /// S2: somebody else's transfer by TCP.
    Transfer,
    /// S3: jitter without reordering.
    Jitter,
    /// S4: a window of a recorded 3G link.
    Recorded,
    /// S5: a fall to a sixth, later a rise to three times.
    Steps,
}

pub(super) const CLASSES: [Class; 5] =
    [Class::Stalls, Class::Transfer, Class::Jitter, Class::Recorded, Class::Steps];

/// A change of one direction, 0 for up and 1 for down.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    Rate(u64),
    Hold(Duration),
    Flow(Congestion, Duration),
}

/// A drawn link.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    pub(super) seed: u64,
    pub(super) class: Class,
    /// Bits per second before anything happens, up and down.
    pub(super) rate: [u64; 2],
    pub(super) delay: Duration,
    pub(super) jitter: Duration,
    pub(super) loss: f64,
    pub(super) queue: Duration,
    /// Changes in the order of time, from the beginning of the window.
    pub(super) changes: Vec<(Duration, usize, Change)>,
    /// Length of the window.
    pub(super) length: Duration,
}

/// Time of the window before anything happens: what the delay is without it.
pub(super) const CALM: Duration = Duration::from_secs(10);

/// Length of a window, unless its class needs more.
const LENGTH: Duration = Duration::from_mins(1);

/// Time after a transfer, or after a rise, in which what it left behind is judged.
const AFTER: Duration = Duration::from_secs(25);

struct Draw(Random);

impl Draw {
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.share()
    }

    fn ms(&mut self, low: f64, high: f64) -> Duration {
        Duration::from_secs_f64(self.between(low, high) / 1_000.0)
    }

    /// Draws a rate in bits per second on a scale of ratios.
    fn kbit(&mut self, low: f64, high: f64) -> f64 {
        1_000.0 * low * (high / low).powf(self.0.share())
    }

    /// Draws one of `all`.
    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[(self.0.share() * all.len() as f64) as usize]
    }
}

/// Ranges of a class: kbit/s down, the share of it up, round trip, jitter in ms, loss, queue in ms.
type Ranges = [(f64, f64); 6];

fn ranges(class: Class) -> Ranges {
    match class {
        Class::Stalls => [(40.0, 256.0), (0.5, 1.0), (100.0, 600.0), (5.0, 40.0), (0.0, 0.01), (1e3, 2e3)],
        Class::Transfer => [(64.0, 300.0), (0.5, 1.0), (60.0, 400.0), (5.0, 40.0), (0.0, 0.005), (1e3, 5e3)],
        Class::Jitter => [(40.0, 80.0), (0.7, 1.0), (100.0, 400.0), (50.0, 200.0), (0.0, 0.01), (1e3, 2e3)],
        Class::Recorded => [(30.0, 300.0), (0.5, 1.0), (60.0, 300.0), (5.0, 30.0), (0.0, 0.005), (1e3, 3e3)],
        Class::Steps => [(110.0, 300.0), (0.9, 1.0), (320.0, 380.0), (10.0, 40.0), (0.01, 0.03), (1e3, 2e3)],
    }
}

/// Draws the link of a seed.
pub(super) fn draw(class: Class, seed: u64) -> Drawn {
    let mut chance = Draw(Random(seed ^ 0x5EED_0000));
    let [kbit, share, rtt, jitter, loss, queue] = ranges(class);
    let down = chance.kbit(kbit.0, kbit.1);
    let up = down * chance.between(share.0, share.1);
    let delay = chance.ms(rtt.0, rtt.1) / 2;
    let mut drawn = Drawn {
        seed,
        class,
        rate: [up as u64, down as u64],
        delay,
        jitter: chance.ms(jitter.0, jitter.1),
        loss: chance.between(loss.0, loss.1),
        queue: chance.ms(queue.0, queue.1),
        changes: Vec::new(),
        length: LENGTH,
    };
    match class {
        Class::Stalls => stalls(&mut drawn, &mut chance),
        Class::Transfer => transfer(&mut drawn, &mut chance),
        Class::Jitter => {}
        Class::Recorded => recorded(&mut drawn, &mut chance),
        Class::Steps => steps(&mut drawn, &mut chance),
    }
    drawn.changes.sort_by_key(|(at, ..)| *at);
    drawn
}

const WAYS: [&[usize]; 4] = [&[0, 1], &[0, 1], &[1], &[0]];

fn stalls(drawn: &mut Drawn, chance: &mut Draw) {
    let ways = chance.one(&WAYS);
    let mut at = CALM + chance.ms(0.0, 4e3);
    loop {
        let span = chance.ms(1e3, 4e3);
        if at + span + Duration::from_secs(8) > drawn.length {
            return;
        }
        drawn.changes.extend(ways.iter().map(|way| (at, *way, Change::Hold(span))));
        at += span + chance.ms(12e3, 18e3);
    }
}

fn transfer(drawn: &mut Drawn, chance: &mut Draw) {
    let way = chance.one(&[1, 1, 1, 0]);
    let congestion = chance.one(&[Congestion::Cubic, Congestion::Bbr]);
    let lasts = chance.ms(10e3, 60e3);
    drawn.changes.push((CALM, way, Change::Flow(congestion, lasts)));
    drawn.length = CALM + lasts + AFTER;
}

fn steps(drawn: &mut Drawn, chance: &mut Draw) {
    let ways = chance.one(&WAYS);
    let (falls, rises) = (chance.between(5.5, 6.5), chance.between(2.7, 3.3));
    let low = chance.ms(15e3, 25e3);
    for way in ways {
        let fallen = drawn.rate[*way] as f64 / falls;
        drawn.changes.push((CALM, *way, Change::Rate(fallen as u64)));
        drawn.changes.push((CALM + low, *way, Change::Rate((fallen * rises) as u64)));
    }
    drawn.length = CALM + low + AFTER;
}

/// The recording: half seconds of kbit/s, down and up.
const RECORDING: &str = include_str!("../../../../tests/thinlink/wild/traces/umts-driving.csv");

const STEP: Duration = Duration::from_millis(500);

fn recorded(drawn: &mut Drawn, chance: &mut Draw) {
    let rows: Vec<[f64; 2]> = RECORDING.lines().skip(1).map(row).collect();
    let first = (chance.between(0.0, rows.len() as f64)) as usize;
    let count = ((drawn.length - CALM).as_millis() / STEP.as_millis()) as usize;
    for way in [0, 1] {
        let window: Vec<f64> = (0..count).map(|i| rows[(first + i) % rows.len()][way]).collect();
        let mean = window.iter().sum::<f64>() / count as f64;
        let rates = window.iter().map(|one| (one / mean.max(1.0) * drawn.rate[way] as f64) as u64);
        for (i, rate) in (0_u32..).zip(rates) {
            // A rate below this is a stall: packets are held, and none is dropped.
            let carried = if rate < 2_000 { Change::Hold(STEP) } else { Change::Rate(rate) };
            drawn.changes.push((CALM + STEP * i, way, carried));
        }
    }
}

/// Reads a row: milliseconds, kbit/s down, kbit/s up.
fn row(line: &str) -> [f64; 2] {
    let mut cells = line.split(',').skip(1).map(|cell| cell.trim().parse().expect("a rate"));
    let (down, up) = (cells.next().expect("down"), cells.next().expect("up"));
    [up, down]
}
