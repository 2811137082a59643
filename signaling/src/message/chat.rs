//! Messages of the chat: short texts that the members of a call write to each other, above all when no voice passes.

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    chat::{ChatMark, ChatMessage},
    id::{ChatId, ConsultationId},
    pii::Pii,
};

/// Writes to the other members. The same identifier with the same text changes nothing and is answered again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct WriteChat {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Identifier of the message, made by the page.
    pub chat: ChatId,
    /// The text.
    pub text: Pii<String>,
    /// True if a specialist asks the post something in it, so that the next step of a deferred case is the post's.
    #[serde(default)]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub asks: bool,
}

/// Tells how far the page has received and read the chat. The first one on a socket asks for the messages after
/// `received`, and for every message and mark from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SeeChat {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The highest number up to which the page has every message; 0 for none.
    pub received: u32,
    /// The highest number that was shown in an open chat on a visible page; 0 for none.
    pub read: u32,
}

/// What is new in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ChatNews {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The messages, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<ChatMessage>>"))]
    pub messages: Vec<ChatMessage>,
    /// How far other members have come, each of whom replaces what was told of them before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<ChatMark>>"))]
    pub marks: Vec<ChatMark>,
    /// The number up to which the reader has read, told with the first answer on a socket; none for nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub read: Option<u32>,
}
