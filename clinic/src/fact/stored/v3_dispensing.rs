//! Acts of dispensing in version 3 of the stored form. This file is not changed any more once it is released.

use super::v1::values;
use crate::{dispensing, id::ActId, pii::Pii, time::Timestamp};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Dispensed {
    act: Uuid,
    lines: Vec<DispensedLine>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pharmacy: Option<Pharmacy>,
    at: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct DispensedLine {
    line: u8,
    quantity: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<RefusalReason>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pharmacy {
    name: Pii<String>,
    person: Pii<String>,
}

values!(RefusalReason of dispensing::RefusalReason { OutOfStock, Declined, TooExpensive, Doubt });

impl From<dispensing::Dispensed> for Dispensed {
    fn from(dispensed: dispensing::Dispensed) -> Self {
        let dispensing::Dispensed { act, lines, pharmacy, at } = dispensed;
        let lines = lines.into_inner().into_iter().map(Into::into).collect();
        Self { act: act.0, lines, pharmacy: pharmacy.map(Into::into), at: at.0 }
    }
}

impl From<Dispensed> for dispensing::Dispensed {
    fn from(stored: Dispensed) -> Self {
        let Dispensed { act, lines, pharmacy, at } = stored;
        let lines: Vec<_> = lines.into_iter().map(Into::into).collect();
        Self { act: ActId(act), lines: lines.into(), pharmacy: pharmacy.map(Into::into), at: Timestamp(at) }
    }
}

impl From<dispensing::DispensedLine> for DispensedLine {
    fn from(given: dispensing::DispensedLine) -> Self {
        let dispensing::DispensedLine { line, quantity, refused } = given;
        Self { line, quantity, refused: refused.map(Into::into) }
    }
}

impl From<DispensedLine> for dispensing::DispensedLine {
    fn from(given: DispensedLine) -> Self {
        let DispensedLine { line, quantity, refused } = given;
        Self { line, quantity, refused: refused.map(Into::into) }
    }
}

impl From<dispensing::Pharmacy> for Pharmacy {
    fn from(pharmacy: dispensing::Pharmacy) -> Self {
        let dispensing::Pharmacy { name, person } = pharmacy;
        Self { name, person }
    }
}

impl From<Pharmacy> for dispensing::Pharmacy {
    fn from(pharmacy: Pharmacy) -> Self {
        let Pharmacy { name, person } = pharmacy;
        Self { name, person }
    }
}
