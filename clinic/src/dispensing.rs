//! Dispensing: what a post or a pharmacy has given of a signed prescription. It is told as often as something was given, never more than is
//! prescribed in all, and only while the prescription is in force (`prescription/left.rs`).

use crate::{id::ActId, pii::Pii, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The most acts of dispensing of one prescription, with those that gave nothing.
pub const DISPENSINGS: usize = 50;

/// What was given of a prescription at one time and place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Dispensed {
    /// Name of the act, which whoever does it makes. The same act said twice is one.
    pub act: ActId,
    /// The lines to which something happened, each once.
    pub lines: Pii<Vec<DispensedLine>>,
    /// The pharmacy; none if it was the post for which the prescription was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub pharmacy: Option<Pharmacy>,
    /// The time at which it was given by the server's clock, which a tablet without a network knows only roughly, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
}

/// What was given of one line, or that it was not given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct DispensedLine {
    /// The line, counted from 0.
    pub line: u8,
    /// Units that were given. A line whose units cannot be counted is one unit.
    pub quantity: u32,
    /// The reason for which nothing was given; none if something was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub refused: Option<RefusalReason>,
}

/// The reason for which a line was not dispensed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RefusalReason {
    /// There is none, or not enough.
    OutOfStock,
    /// The patient does not want it.
    Declined,
    /// The patient cannot pay for it.
    TooExpensive,
    /// Whoever dispenses has a doubt about it, and asks the specialist.
    Doubt,
}

/// A pharmacy that dispensed, as it named itself. Nobody has checked the names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Pharmacy {
    /// Name of the pharmacy.
    pub name: Pii<String>,
    /// Name of the person who dispensed.
    pub person: Pii<String>,
}
