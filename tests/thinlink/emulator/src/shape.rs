//! What one direction of a link is like, and the bounds of each of its numbers. Pure.

use serde::Deserialize;
use std::{str::FromStr, time::Duration};

/// One direction of a link.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Bits a second, of whole IPv4 packets. With 0 nothing passes.
    pub rate: u64,
    /// One way, ms.
    #[serde(default)]
    pub delay_ms: f64,
    /// Added to the delay: uniform from 0 to this, ms. Packets keep their order.
    #[serde(default = "small_jitter_ms")]
    pub jitter_ms: f64,
    /// Share of the packets (or of the time, if bursty) that is lost.
    #[serde(default)]
    pub loss: f64,
    /// Mean length of a burst, ms: losses follow Gilbert and Elliott's two states, in time, and all is lost in
    /// the bad one. With 0 each packet is lost by itself.
    #[serde(default)]
    pub burst_ms: f64,
    /// How much the queue holds, ms of the rate; never less than [`QUEUE_FLOOR`].
    #[serde(default = "one_second_ms")]
    pub queue_ms: f64,
    /// Share of the packets that arrive twice.
    #[serde(default)]
    pub duplicate: f64,
    /// Share of the packets that are held back by `reorder_ms` and let others overtake them.
    #[serde(default)]
    pub reorder: f64,
    /// How long those are held back, ms.
    #[serde(default)]
    pub reorder_ms: f64,
    /// Larger packets go in fragments, or vanish if they forbid that: a tunnel that nobody told the hosts of.
    #[serde(default = "ethernet_mtu")]
    pub mtu: u64,
}

/// Bytes that every queue holds: four full packets, however slow the link.
pub const QUEUE_FLOOR: u64 = 6_000;

const ETHERNET_MTU: u64 = 1_500;
/// Beyond this the program is no longer what limits the link.
const MAX_RATE: f64 = 1e9;
const MAX_MS: f64 = 60_000.0;
/// Rarer than one in a million is never.
const RAREST: f64 = 1e-6;

/// Why a number is not taken.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ShapeError {
    /// No such field.
    #[error(
        "no such field: {0} (rate, delay_ms, jitter_ms, loss, burst_ms, queue_ms, duplicate, reorder, reorder_ms, mtu)"
    )]
    Unknown(String),
    /// Out of its bounds.
    #[error("{name} = {value} is not between {low} and {high}")]
    Bounds {
        /// The field.
        name: &'static str,
        /// What was given.
        value: f64,
        /// The least.
        low: f64,
        /// The most.
        high: f64,
    },
}

/// A number of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Bits a second.
    Rate,
    /// One-way delay.
    Delay,
    /// Its variation.
    Jitter,
    /// Share lost.
    Loss,
    /// Mean burst of losses.
    Burst,
    /// Length of the queue.
    Queue,
    /// Share doubled.
    Duplicate,
    /// Share held back.
    Reorder,
    /// By how much.
    ReorderBy,
    /// Largest packet.
    Mtu,
}

const FIELDS: [(Field, &str, f64, f64); 10] = [
    (Field::Rate, "rate", 0.0, MAX_RATE),
    (Field::Delay, "delay_ms", 0.0, MAX_MS),
    (Field::Jitter, "jitter_ms", 0.0, MAX_MS),
    (Field::Loss, "loss", 0.0, 1.0),
    (Field::Burst, "burst_ms", 0.0, MAX_MS),
    (Field::Queue, "queue_ms", 0.0, MAX_MS),
    (Field::Duplicate, "duplicate", 0.0, 1.0),
    (Field::Reorder, "reorder", 0.0, 1.0),
    (Field::ReorderBy, "reorder_ms", 0.0, MAX_MS),
    (Field::Mtu, "mtu", 68.0, 65_535.0),
];

impl FromStr for Field {
    type Err = ShapeError;

    fn from_str(name: &str) -> Result<Self, ShapeError> {
        let found = FIELDS.iter().find(|(_, known, ..)| *known == name);
        found.map(|(field, ..)| *field).ok_or_else(|| ShapeError::Unknown(name.to_owned()))
    }
}

impl Shape {
    /// A link with this rate and one-way delay, and nothing else wrong with it.
    pub fn new(rate: u64, delay_ms: f64) -> Self {
        Self {
            rate,
            delay_ms,
            jitter_ms: small_jitter_ms(),
            loss: 0.0,
            burst_ms: 0.0,
            queue_ms: one_second_ms(),
            duplicate: 0.0,
            reorder: 0.0,
            reorder_ms: 0.0,
            mtu: ETHERNET_MTU,
        }
    }

    /// The same with losses: single ones, or bursts of this mean length.
    #[must_use]
    pub fn losing(self, loss: f64, burst_ms: f64) -> Self {
        Self { loss, burst_ms, ..self }
    }

    /// Changes one number.
    pub fn set(&mut self, field: Field, value: f64) -> Result<(), ShapeError> {
        check(field, value)?;
        match field {
            Field::Rate => self.rate = whole(value),
            Field::Delay => self.delay_ms = value,
            Field::Jitter => self.jitter_ms = value,
            Field::Loss => self.loss = value,
            Field::Burst => self.burst_ms = value,
            Field::Queue => self.queue_ms = value,
            Field::Duplicate => self.duplicate = value,
            Field::Reorder => self.reorder = value,
            Field::ReorderBy => self.reorder_ms = value,
            Field::Mtu => self.mtu = whole(value),
        }
        Ok(())
    }

    /// Whether every number is within its bounds.
    pub fn check(&self) -> Result<(), ShapeError> {
        let shares =
            [(Field::Loss, self.loss), (Field::Duplicate, self.duplicate), (Field::Reorder, self.reorder)];
        let times = [
            (Field::Delay, self.delay_ms),
            (Field::Jitter, self.jitter_ms),
            (Field::Burst, self.burst_ms),
            (Field::Queue, self.queue_ms),
            (Field::ReorderBy, self.reorder_ms),
        ];
        let wholes = [(Field::Rate, self.rate), (Field::Mtu, self.mtu)]
            .map(|(field, value)| (field, u32::try_from(value).map_or(f64::INFINITY, f64::from)));
        shares.into_iter().chain(times).chain(wholes).try_for_each(|(field, value)| check(field, value))
    }

    /// Bytes that the queue holds.
    pub fn queue_bytes(&self) -> u64 {
        (self.rate * whole(self.queue_ms) / 8_000).max(QUEUE_FLOOR)
    }
}

/// So many milliseconds.
pub fn millis(value: f64) -> Duration {
    Duration::from_secs_f64(value / 1e3)
}

fn check(field: Field, value: f64) -> Result<(), ShapeError> {
    for (known, name, low, high) in FIELDS {
        let tiny = known == Field::Loss && value > 0.0 && value < RAREST;
        if known == field && (!(low..=high).contains(&value) || tiny) {
            return Err(ShapeError::Bounds { name, value, low: if tiny { RAREST } else { low }, high });
        }
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked: between 0 and 1e9")]
fn whole(value: f64) -> u64 {
    value.round() as u64
}

fn small_jitter_ms() -> f64 {
    5.0
}

fn one_second_ms() -> f64 {
    1_000.0
}

fn ethernet_mtu() -> u64 {
    ETHERNET_MTU
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_has_bounds() {
        let mut shape = Shape::new(40_000, 300.0);
        for (field, name, low, high) in FIELDS {
            assert_eq!(name.parse(), Ok(field));
            for bad in [low - 1.0, high + 1.0, f64::NAN, f64::INFINITY] {
                assert!(shape.clone().set(field, bad).is_err(), "{name} = {bad}");
            }
            assert_eq!(shape.set(field, high), Ok(()), "{name}");
            assert_eq!(shape.check(), Ok(()), "{name}");
        }
        assert!(shape.set(Field::Loss, 1e-300).is_err());
        assert!(Shape { rate: u64::MAX, ..shape.clone() }.check().is_err());
        assert!(Shape { loss: f64::NAN, ..shape }.check().is_err());
        assert!("speed".parse::<Field>().is_err());
    }

    #[test]
    fn a_queue_holds_a_second_and_never_less_than_four_packets() {
        assert_eq!(Shape::new(256_000, 0.0).queue_bytes(), 32_000);
        assert_eq!(Shape::new(40_000, 0.0).queue_bytes(), 6_000);
        assert_eq!(Shape::new(0, 0.0).queue_bytes(), 6_000);
    }
}
