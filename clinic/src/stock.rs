//! The stock of a post: what it has of each product, as somebody counted it. A count never blocks anything; it has an age, and a page
//! shows an old one as unknown.

use crate::{drug::ProductId, id::StaffId, time::Timestamp};
use serde::{Deserialize, Serialize};

/// The most units of one product that a post can count.
pub const MOST_UNITS: u32 = 1_000_000;

/// A month of a year, as it is printed on a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(try_from = "String", into = "String")]
#[cfg_attr(feature = "typescript", ts(type = "string"))]
pub struct Month(u32);

/// A text that is no month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a month is written as 2027-03")]
pub struct NoMonth;

impl Month {
    /// The month with this number, counted from January of the year 0; none if its year has not four figures.
    pub fn of_number(number: u32) -> Option<Self> {
        (12 * 1_000..12 * 10_000).contains(&number).then_some(Self(number))
    }

    /// Its number, counted from January of the year 0.
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl TryFrom<String> for Month {
    type Error = NoMonth;

    fn try_from(text: String) -> Result<Self, NoMonth> {
        let (year, month) = text.split_once('-').filter(|_| text.len() == 7).ok_or(NoMonth)?;
        let digits = |part: &str| {
            let number = part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok());
            number.flatten().ok_or(NoMonth)
        };
        let (year, month) = (digits(year)?, digits(month)?);
        let number = (1..=12).contains(&month).then(|| 12 * year + month - 1).ok_or(NoMonth)?;
        Self::of_number(number).ok_or(NoMonth)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        format!("{:04}-{:02}", month.0 / 12, month.0 % 12 + 1)
    }
}

/// What a post has of one product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StockCount {
    /// The product.
    pub product: ProductId,
    /// Units of it.
    pub quantity: u32,
    /// The month in which the first of them expires; none if nobody has noted it.
    pub expires: Option<Month>,
    /// The time at which it was counted.
    pub counted_at: Timestamp,
    /// The member of staff who counted; none if nobody had signed in at the tablet.
    pub staff: Option<StaffId>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_read_as_it_is_printed_and_nothing_else_is() {
        for text in ["2027-03", "1000-01", "9999-12"] {
            assert_eq!(Month::try_from(text.to_owned()).map(String::from).as_deref(), Ok(text));
        }
        for bad in ["", "2027", "2027-13", "2027-00", "0999-01", "27-03-01", "+027-03", "2027-3 ", "é27-03"]
        {
            assert_eq!(Month::try_from(bad.to_owned()), Err(NoMonth), "{bad}");
        }
        let month = |text: &str| Month::try_from(text.to_owned()).unwrap();
        assert!(month("2027-02") < month("2027-03"));
    }
}
