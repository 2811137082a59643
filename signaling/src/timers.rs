//! Deadlines: the earliest first, one for each name.

use std::collections::{BTreeMap, BTreeSet};
use teranga_clinic::time::Timestamp;

/// A set of named deadlines.
#[derive(Debug)]
pub(crate) struct Timers<K> {
    by_key: BTreeMap<K, Timestamp>,
    by_time: BTreeSet<(Timestamp, K)>,
}

impl<K: Clone + Ord> Timers<K> {
    /// None set.
    pub(crate) fn new() -> Self {
        Self { by_key: BTreeMap::new(), by_time: BTreeSet::new() }
    }

    /// Sets, moves or (with none) clears a deadline.
    pub(crate) fn set(&mut self, key: K, when: Option<Timestamp>) {
        if let Some(old) = self.by_key.remove(&key) {
            self.by_time.remove(&(old, key.clone()));
        }
        if let Some(when) = when {
            self.by_key.insert(key.clone(), when);
            self.by_time.insert((when, key));
        }
    }

    /// True if this deadline is set.
    pub(crate) fn is_set(&self, key: &K) -> bool {
        self.by_key.contains_key(key)
    }

    /// The earliest deadline.
    pub(crate) fn next(&self) -> Option<Timestamp> {
        self.by_time.first().map(|(when, _)| *when)
    }

    /// Takes one deadline that has been reached.
    pub(crate) fn pop(&mut self, now: Timestamp) -> Option<K> {
        let (when, key) = self.by_time.first()?;
        if *when > now {
            return None;
        }
        let key = key.clone();
        self.set(key.clone(), None);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_come_in_order_once_each_and_not_early() {
        let mut timers = Timers::new();
        timers.set("late", Some(Timestamp(30)));
        timers.set("moved", Some(Timestamp(5)));
        timers.set("moved", Some(Timestamp(20)));
        timers.set("cleared", Some(Timestamp(1)));
        timers.set("cleared", None);
        assert_eq!(timers.next(), Some(Timestamp(20)));
        assert_eq!(timers.pop(Timestamp(19)), None);
        assert_eq!(timers.pop(Timestamp(40)), Some("moved"));
        assert_eq!(timers.pop(Timestamp(40)), Some("late"));
        assert_eq!(timers.next(), None);
    }
}
