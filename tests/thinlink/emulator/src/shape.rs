//! Properties of one direction of a link, and the bounds of each number. Pure.

use serde::Deserialize;
use std::{str::FromStr, time::Duration};

/// Properties of one direction of a link.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Rate in bits per second of whole IPv4 packets. Nothing passes at 0.
    pub rate: u64,
    /// One-way delay, ms.
    #[serde(default)]
    pub delay_ms: f64,
    /// Jitter, ms: a uniform delay from 0 to this is added. Packets keep their order.
    #[serde(default = "small_jitter_ms")]
    pub jitter_ms: f64,
    /// Share of the packets that is lost, or share of the time if losses come in bursts.
    #[serde(default)]
    pub loss: f64,
    /// Mean length of a loss burst, ms. Losses follow the Gilbert-Elliott model over time, and all packets are lost in
    /// the bad state. Losses are independent at 0.
    #[serde(default)]
    pub burst_ms: f64,
    /// Length of the queue in ms of the rate; never less than [`QUEUE_FLOOR`].
    #[serde(default = "one_second_ms")]
    pub queue_ms: f64,
    /// Share of the packets that arrive twice.
    #[serde(default)]
    pub duplicate: f64,
    /// Share of the packets that are held back by `reorder_ms` and let others overtake them.
    #[serde(default)]
    pub reorder: f64,
    /// Time by which they are held back, ms.
    #[serde(default)]
    pub reorder_ms: f64,
    /// MTU in bytes. Larger packets go in fragments, or vanish if they forbid that, as in a tunnel unknown to the hosts.
    #[serde(default = "ethernet_mtu")]
    pub mtu: u64,
    /// Bytes that each packet takes on the link besides its own, as in a tunnel. They count for the rate, the queue, the MTU and the report.
    #[serde(default)]
    pub overhead: u64,
}

/// Minimum length of a queue in bytes: four full packets, however slow the link.
pub const QUEUE_FLOOR: u64 = 6_000;

const ETHERNET_MTU: u64 = 1_500;
/// Largest rate in bits per second. The machine itself limits a faster link.
const MAX_RATE: f64 = 1e9;
const MAX_MS: f64 = 60_000.0;
/// Smallest share above zero; a smaller one would practically never happen.
const RAREST: f64 = 1e-6;

/// Reason for which a number is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ShapeError {
    /// The field does not exist.
    #[error(
        "no such field: {0} (rate, delay_ms, jitter_ms, loss, burst_ms, queue_ms, duplicate, reorder, reorder_ms, mtu, overhead)"
    )]
    Unknown(String),
    /// The value is out of its bounds.
    #[error("{name} = {value} is not between {low} and {high}")]
    Bounds {
        /// The field.
        name: &'static str,
        /// The given value.
        value: f64,
        /// The least allowed value.
        low: f64,
        /// The largest allowed value.
        high: f64,
    },
}

/// One number of a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Rate in bits per second.
    Rate,
    /// One-way delay.
    Delay,
    /// Jitter.
    Jitter,
    /// Share of lost packets.
    Loss,
    /// Mean length of a loss burst.
    Burst,
    /// Length of the queue.
    Queue,
    /// Share of duplicated packets.
    Duplicate,
    /// Share of reordered packets.
    Reorder,
    /// Time by which reordered packets are held back.
    ReorderBy,
    /// Largest packet.
    Mtu,
    /// Bytes that each packet takes besides its own.
    Overhead,
}

const FIELDS: [(Field, &str, f64, f64); 11] = [
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
    (Field::Overhead, "overhead", 0.0, 1_000.0),
];

impl FromStr for Field {
    type Err = ShapeError;

    fn from_str(name: &str) -> Result<Self, ShapeError> {
        let found = FIELDS.iter().find(|(_, known, ..)| *known == name);
        found.map(|(field, ..)| *field).ok_or_else(|| ShapeError::Unknown(name.to_owned()))
    }
}

impl Shape {
    /// Makes a link with this rate and one-way delay, and no other impairment.
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
            overhead: 0,
        }
    }

    /// Adds losses: independent ones, or bursts of this mean length.
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
            Field::Overhead => self.overhead = whole(value),
        }
        Ok(())
    }

    /// Checks that every number is within its bounds.
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
        let wholes = [(Field::Rate, self.rate), (Field::Mtu, self.mtu), (Field::Overhead, self.overhead)]
            .map(|(field, value)| (field, u32::try_from(value).map_or(f64::INFINITY, f64::from)));
        shares.into_iter().chain(times).chain(wholes).try_for_each(|(field, value)| check(field, value))
    }

    /// Returns the length of the queue in bytes.
    pub fn queue_bytes(&self) -> u64 {
        (self.rate * whole(self.queue_ms) / 8_000).max(QUEUE_FLOOR)
    }
}

/// Makes a duration of milliseconds.
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
