//! Messages about photos that a doctor asks the post for. The photo itself never
//! enters the socket: it is uploaded over HTTP (`docs/photos.md`).

use serde::{Deserialize, Serialize};
use teranga_clinic::{
    id::{ConsultationId, PhotoId},
    photo::Mark,
};

/// The holder asks the post for a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct AskPhoto {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Identifier of the photo, made by the page. Asking again with the same one changes nothing.
    pub photo: PhotoId,
}

/// The holder draws on a photo. Each message has all marks, and the last message counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MarkPhoto {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The photo.
    pub photo: PhotoId,
    /// All marks on it.
    pub marks: Vec<Mark>,
}
