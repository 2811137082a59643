//! The bounds of each class of links (`docs/thin-links.md`), and what a call on one made of them.

use super::{
    call::Seen,
    draw::{CALM, Change, Class, Drawn},
};
use std::{collections::BTreeMap, time::Duration};
use teranga_media::command::Rung;

/// A voice within this of its usual delay is as before.
const AS_BEFORE: Duration = Duration::from_millis(100);

/// Rate of a voice in kbit/s: what the link itself would make of it is its own delay.
const VOICE_KBIT: f64 = 20.0;

/// What came of one direction of a call.
pub(super) struct Verdicts {
    link: String,
    all: Vec<Verdict>,
}

/// A measure that must not be more than its bound; `None` if it was never reached.
struct Verdict {
    what: &'static str,
    measured: Option<f64>,
    bound: f64,
}

impl Verdict {
    fn is_held(&self) -> bool {
        self.measured.is_some_and(|measured| measured <= self.bound)
    }
}

impl Verdicts {
    pub(super) fn are_held(&self) -> bool {
        self.all.iter().all(Verdict::is_held)
    }

    pub(super) fn print(&self) {
        print!("{}", self.link);
        for verdict in &self.all {
            let sign = if verdict.is_held() { "✓" } else { "✗" };
            let measured = verdict.measured.map_or("never".into(), |measured| format!("{measured:.2}"));
            print!(" · {} {measured} {sign}", verdict.what);
        }
        println!();
    }
}

/// Returns the shares of the directions that hold each bound.
pub(super) fn shares(all: &[Verdicts]) -> BTreeMap<&'static str, f64> {
    let mut counts: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for verdict in all.iter().flat_map(|verdicts| &verdicts.all) {
        let (held, count) = counts.entry(verdict.what).or_default();
        *held += f64::from(u8::from(verdict.is_held()));
        *count += 1.0;
    }
    counts.into_iter().map(|(what, (held, count))| (what, held / count)).collect()
}

/// Judges one direction of a call, 0 for up and 1 for down; `None` if nothing happened to it.
pub(super) fn judge(drawn: &Drawn, way: usize, seen: &[Seen]) -> Option<Verdicts> {
    let usual = usual(seen);
    let all = match drawn.class {
        Class::Stalls => stalls(drawn, way, seen, usual)?,
        Class::Transfer => transfer(drawn, way, seen, usual)?,
        Class::Jitter => jitter(seen),
        Class::Recorded => recorded(seen, usual),
        Class::Steps => steps(drawn, way, seen, usual)?,
    };
    let name = ["up", "down"][way];
    let before = seen.iter().rev().find(|seen| seen.at < CALM).and_then(|seen| seen.belief).unwrap_or(0.0);
    let kbit = drawn.rate[way] / 1_000;
    let link = format!("{:?} {} {name:<4} {kbit:>3} kbit/s, believed {before:.0}", drawn.class, drawn.seed);
    Some(Verdicts { link, all })
}

fn changes(drawn: &Drawn, way: usize) -> impl Iterator<Item = (Duration, Change)> {
    drawn.changes.iter().filter(move |(_, other, _)| *other == way).map(|(at, _, change)| (*at, *change))
}

/// The median delay of the voice before anything happened.
fn usual(seen: &[Seen]) -> Duration {
    percentile(seen.iter().filter(|seen| seen.at < CALM).filter_map(|seen| seen.age), 50)
}

fn percentile(all: impl Iterator<Item = Duration>, nth: usize) -> Duration {
    let mut all: Vec<Duration> = all.collect();
    all.sort_unstable();
    all.get((all.len() * nth / 100).min(all.len().saturating_sub(1))).copied().unwrap_or_default()
}

fn stalls(drawn: &Drawn, way: usize, seen: &[Seen], usual: Duration) -> Option<Vec<Verdict>> {
    let holds: Vec<(Duration, Duration)> = changes(drawn, way)
        .filter_map(|(at, change)| if let Change::Hold(span) = change { Some((at, at + span)) } else { None })
        .collect();
    let worst = holds.iter().enumerate().map(|(i, (_, end))| {
        let next = holds.get(i + 1).map_or(drawn.length, |(from, _)| *from);
        late_after(seen, *end, usual, next)
    });
    let worst = worst.max_by(f64::total_cmp)?;
    Some(vec![Verdict { what: "punctual after a stall, s", measured: Some(worst), bound: 3.0 }])
}

/// Seconds from a moment to the last late voice before three seconds of punctual ones.
fn late_after(seen: &[Seen], moment: Duration, usual: Duration, until: Duration) -> f64 {
    let mut late = moment;
    for one in seen.iter().filter(|seen| seen.at >= moment && seen.at < until) {
        if one.age.is_some_and(|age| age > usual + AS_BEFORE) {
            late = one.at;
        } else if one.at > late + Duration::from_secs(3) {
            break;
        }
    }
    (late - moment).as_secs_f64()
}

fn transfer(drawn: &Drawn, way: usize, seen: &[Seen], usual: Duration) -> Option<Vec<Verdict>> {
    let (from, end) = changes(drawn, way).find_map(|(at, change)| match change {
        Change::Flow(_, lasts) => Some((at, at + lasts)),
        _ => None,
    })?;
    let inside = |one: &&Seen| one.at > from + Duration::from_secs(3) && one.at < end;
    let queue = percentile(seen.iter().filter(inside).map(|seen| seen.queue), 50);
    let delay = percentile(seen.iter().filter(inside).filter_map(|seen| seen.age), 50);
    let left = seen.iter().find(|seen| seen.at >= end).map_or(Duration::ZERO, |seen| seen.queue);
    let drained = end + left;
    let possible = (usual + queue).as_secs_f64();
    let right = seen.iter().find(|seen| seen.at >= drained && near(seen, 0.2)).map(|seen| seen.at);
    let seen_again = seen.iter().find(|seen| seen.at >= drained && seen.rung >= Some(Rung::Pictures));
    let after = |at: Option<Duration>| at.map(|at| (at - drained).as_secs_f64());
    let mut audio: Vec<f64> = seen.iter().filter(inside).map(|seen| seen.audio).collect();
    audio.sort_by(f64::total_cmp);
    let least = audio[audio.len() / 2];
    Some(vec![
        Verdict {
            what: "delay beside it / possible",
            measured: Some(delay.as_secs_f64() / possible),
            bound: 1.5,
        },
        Verdict { what: "median voice beside it, kbit/s", measured: Some(-least), bound: -9.0 },
        Verdict {
            what: "punctual after it, s",
            measured: Some(late_after(seen, drained, usual, drawn.length)),
            bound: 3.0,
        },
        Verdict { what: "pictures after, s", measured: after(seen_again.map(|seen| seen.at)), bound: 10.0 },
        Verdict { what: "rate known after, s", measured: after(right), bound: 20.0 },
    ])
}

fn near(seen: &Seen, share: f64) -> bool {
    seen.belief.is_some_and(|belief| (belief - seen.truth).abs() <= share * seen.truth)
}

fn jitter(seen: &[Seen]) -> Vec<Verdict> {
    let mut errors: Vec<f64> = seen
        .iter()
        .filter(|seen| seen.at >= CALM)
        .map(|seen| seen.belief.map_or(1.0, |belief| (belief - seen.truth).abs() / seen.truth))
        .collect();
    errors.sort_by(f64::total_cmp);
    let queue = percentile(seen.iter().map(|seen| seen.queue), 95);
    vec![
        Verdict { what: "belief away", measured: Some(errors[errors.len() / 2]), bound: 0.15 },
        Verdict { what: "queue p95, s", measured: Some(queue.as_secs_f64()), bound: 0.15 },
    ]
}

fn recorded(seen: &[Seen], usual: Duration) -> Vec<Verdict> {
    let own = percentile(own_delays(seen).into_iter(), 95);
    let delay = percentile(seen.iter().filter(|seen| seen.at >= CALM).filter_map(|seen| seen.age), 95);
    let bound = (usual + own).as_secs_f64() + 0.5;
    vec![Verdict { what: "delay p95, s", measured: Some(delay.as_secs_f64()), bound }]
}

/// The delay that the link itself gives to a voice in each tenth of a second, with nothing else in it.
fn own_delays(seen: &[Seen]) -> Vec<Duration> {
    let mut waiting = 0.0_f64;
    let tenth = 0.1;
    seen.iter()
        .enumerate()
        .map(|(i, one)| {
            waiting = (waiting + VOICE_KBIT * tenth - one.truth * tenth).max(0.0);
            let (mut left, mut steps) = (waiting, 0);
            while left > 0.0 && i + steps + 1 < seen.len() {
                steps += 1;
                left -= seen[i + steps].truth * tenth;
            }
            Duration::from_millis(100) * u32::try_from(steps).expect("few")
        })
        .collect()
}

fn steps(drawn: &Drawn, way: usize, seen: &[Seen], usual: Duration) -> Option<Vec<Verdict>> {
    let mut steps = changes(drawn, way).filter_map(|(at, change)| match change {
        Change::Rate(rate) => Some((at, rate as f64 / 1e3)),
        _ => None,
    });
    let ((fall, low), (rise, high)) = (steps.next()?, steps.next()?);
    let from = |moment: Duration| seen.iter().filter(move |seen| seen.at >= moment);
    let fallen = from(fall).find(|seen| seen.belief.is_some_and(|belief| belief <= low * 1.2));
    let risen = from(rise).find(|seen| seen.belief.is_some_and(|belief| belief >= high * 0.8));
    let since = |found: Option<&Seen>, moment: Duration| found.map(|seen| (seen.at - moment).as_secs_f64());
    Some(vec![
        // The belief is read once a second.
        Verdict { what: "fall answered, s", measured: since(fallen, fall), bound: 2.0 },
        Verdict { what: "rise known, s", measured: since(risen, rise), bound: 10.0 },
        Verdict {
            what: "punctual after the rise, s",
            measured: Some(late_after(seen, rise, usual, drawn.length)),
            bound: 10.0,
        },
    ])
}

/// Prints a direction, a line each half second.
pub(super) fn print_trace(way: &[Seen]) {
    println!("    s  kbit/s belief  queue    age voice rung");
    for seen in way.iter().step_by(5) {
        let Seen { at, truth, belief, queue, age, audio, rung } = seen;
        let (belief, age) = (belief.unwrap_or(0.0), age.unwrap_or_default());
        println!(
            "{:>5.1} {truth:>7.0} {belief:>6.0} {:>6} {:>6} {audio:>5.1} {rung:?}",
            at.as_secs_f64(),
            queue.as_millis(),
            age.as_millis()
        );
    }
}
