//! The bodies of the stock of posts.

use serde::{Deserialize, Serialize};
use teranga_clinic::{drug::ProductId, id::StaffId, stock::Month, time::Timestamp};

/// Counts of products, made at one time by one person.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PutStock {
    /// The counts, at most 200.
    pub counts: Vec<PutCount>,
}

/// The count of one product.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PutCount {
    /// The product.
    #[cfg_attr(test, ts(type = "ProductId"))]
    pub product: ProductId,
    /// Units of it.
    pub quantity: u32,
    /// The month in which the first of them expires, as `2027-03`.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub expires: Option<Month>,
    /// The time at which it was counted, by the server's clock as the tablet knows it, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub counted_at: Timestamp,
}

/// What a post has of one product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StockLine {
    /// The product.
    #[cfg_attr(test, ts(type = "ProductId"))]
    pub product: ProductId,
    /// Units of it when it was counted.
    pub quantity: u32,
    /// Units that prescriptions of this post have asked for since then and that nobody has given, those that were replaced or cancelled left out.
    pub prescribed_since: u32,
    /// Units that the post has given since then.
    pub dispensed_since: u32,
    /// The month in which the first of them expires, as `2027-03`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub expires: Option<Month>,
    /// The time at which it was counted, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub counted_at: Timestamp,
    /// The member of staff who counted; none if nobody had signed in at the tablet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "StaffId"))]
    pub staff: Option<StaffId>,
}

/// The stock of a post.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StockView {
    /// The server's time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The products that were ever counted.
    pub lines: Vec<StockLine>,
}
