//! The ladder: the rung on which a conversation stands, with hysteresis.
//!
//! A [`Member`](crate::room) owns one, and the [plan](crate::plan) steps it. It never decides what a link carries.

use crate::command::Rung;
use std::time::{Duration, Instant};

/// The rung of one member. It goes down at once, and up after a while only.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Ladder {
    rung: Option<Rung>,
    /// The time of the last change; `None` before the first one.
    changed: Option<Instant>,
}

impl Ladder {
    /// Steps to the rung that the links carry now, or stays. Returns the rung to stand on.
    pub(crate) fn step(&mut self, wanted: Rung, now: Instant) -> Rung {
        let settled = self.changed.is_none_or(|at| now.saturating_duration_since(at) >= LADDER_INTERVAL);
        let rung = match self.rung {
            Some(rung) if wanted > rung && !settled => rung,
            _ => wanted,
        };
        if self.rung != Some(rung) {
            // The first rung is where the call begins, and no change.
            self.changed = self.rung.map(|_| now);
            self.rung = Some(rung);
        }
        rung
    }
}

/// The least time from one change of the rung to a better one.
const LADDER_INTERVAL: Duration = Duration::from_secs(10);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    #[test]
    fn down_at_once_and_up_one_change_in_ten_seconds() {
        let start = Instant::now();
        let at = |s| start + Duration::from_secs(s);
        let mut ladder = Ladder::default();
        assert_eq!(ladder.step(Rung::Voice, at(0)), Rung::Voice);
        assert_eq!(ladder.step(Rung::Video, at(0)), Rung::Video, "where it begins is no change");
        assert_eq!(ladder.step(Rung::Fragile, at(1)), Rung::Fragile, "down at once");
        assert_eq!(ladder.step(Rung::Pictures, at(5)), Rung::Fragile);
        assert_eq!(ladder.step(Rung::Pictures, at(11)), Rung::Pictures);
        assert_eq!(ladder.step(Rung::Video, at(12)), Rung::Pictures);
        assert_eq!(ladder.step(Rung::Video, at(21)), Rung::Video);
    }
}
