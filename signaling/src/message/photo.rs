//! Photos that a doctor asks the post for. Here are their names, figures and marks; the photo itself never
//! enters the socket: it travels over HTTP, behind the voice (`docs/photos.md`).

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
    /// Which.
    pub consultation: ConsultationId,
    /// The photo's name, made by the page. Asking again under it changes nothing.
    pub photo: PhotoId,
}

/// The holder draws on a photo: all marks, the last ones said count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct MarkPhoto {
    /// Which.
    pub consultation: ConsultationId,
    /// On which photo.
    pub photo: PhotoId,
    /// The marks.
    pub marks: Vec<Mark>,
}
