//! Decimals that keep their digits: `37.0` says more than `37` (FHIR R4, datatype decimal).

use serde::{Serialize, Serializer, ser::Error as _};
use serde_json::value::RawValue;
use std::fmt;

/// A number as its digits.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Decimal(String);

impl Decimal {
    /// A whole number.
    pub fn whole(number: impl Into<i64>) -> Self {
        Self(number.into().to_string())
    }

    /// A number that is counted in tenths, with its one decimal place: 370 is `37.0`.
    pub fn tenths(number: impl Into<u32>) -> Self {
        let number = number.into();
        Self(format!("{}.{}", number / 10, number % 10))
    }

    /// A number that is counted in thousandths, with as many decimal places as it needs, and one at least: 61,500 is `61.5`, and
    /// 3,000 is `3.0`.
    pub fn thousandths(number: u32) -> Self {
        let mut digits = format!("{}.{:03}", number / 1_000, number % 1_000);
        while digits.ends_with('0') && !digits.ends_with(".0") {
            digits.pop();
        }
        Self(digits)
    }

    /// The digits.
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The number as it is written in French, with a comma.
    pub fn french(&self) -> String {
        self.0.replace('.', ",")
    }
}

/// A number may be a value of a patient.
impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Decimal")
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        RawValue::from_string(self.0.clone()).map_err(S::Error::custom)?.serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stay_as_they_are() {
        let numbers = [
            Decimal::tenths(370_u16),
            Decimal::tenths(5_u16),
            Decimal::whole(0),
            Decimal::thousandths(61_500),
            Decimal::thousandths(3_000),
            Decimal::thousandths(3_257),
        ];
        assert_eq!(serde_json::to_string(&numbers).unwrap(), "[37.0,0.5,0,61.5,3.0,3.257]");
        assert_eq!(numbers[0].french(), "37,0");
    }
}
