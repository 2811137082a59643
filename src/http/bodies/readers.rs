//! The bodies that tell who has seen a record.

use serde::Serialize;
use teranga_clinic::{audit::NetworkKind, people::Role, pii::Pii, readers::ReadingOccasion, time::Timestamp};

/// Everybody who has seen the record of a consultation, or asked for it and was refused, the earliest first.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReadersView {
    /// The newest readings; at most 500.
    pub readings: Vec<ReadingLine>,
    /// The number of earlier ones that are left out.
    pub left_out: u32,
    /// The head of the audit log, `ROWS:HASH`, which covers all of them. A sheet on which it is printed keeps it outside this machine.
    pub head: String,
}

/// One time at which somebody saw a record, or was refused.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ReadingLine {
    /// The time, ms since 1970.
    #[cfg_attr(test, ts(type = "number"))]
    pub at: Timestamp,
    /// The occasion.
    pub occasion: ReadingOccasion,
    /// True if nothing was shown.
    pub refused: bool,
    /// The person's name. For a tablet it is the member of staff with the profession, and none if nobody had typed a PIN.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub name: Option<Pii<String>>,
    /// The name of the post or hospital; none if nobody knows the party any more.
    pub place: Option<String>,
    /// The role; none if nobody knows the party any more.
    pub role: Option<Role>,
    /// The kind of network from which it was asked for; none for what the server showed by itself.
    pub network: Option<NetworkKind>,
}
