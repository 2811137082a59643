//! Notices: what the server tells a person outside of the pages, by SMS or by e-mail, and what became of it.

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// The way by which a notice goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NoticeChannel {
    /// An SMS through the gateway.
    Sms,
    /// An e-mail through the relay.
    Mail,
}

/// What has become of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// It is tried, and tried again.
    Waiting,
    /// The gateway or the relay has accepted it. Nobody knows if it was read.
    Sent,
    /// It was given up.
    Failed,
    /// It was not needed any more before it was sent.
    Dropped,
}

/// The reason why a notice waits or has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum NoticeTrouble {
    /// The account has no telephone number or no e-mail address.
    NoAddress,
    /// The gateway or the relay does not answer, or says that it cannot now.
    Unreachable,
    /// The gateway or the relay does not let this server in: its name, password or certificate is wrong.
    Denied,
    /// The gateway or the relay refuses this number or address for good.
    Refused,
}

/// What became of one notice to one person, as the coordinators are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Notice {
    /// The way by which it goes.
    pub channel: NoticeChannel,
    /// What has become of it.
    pub state: NoticeState,
    /// The reason of the last trouble; none if there was no trouble, or if it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub trouble: Option<NoticeTrouble>,
    /// The time of that, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
}
