//! Photos of a consultation: what is known of each, and what was drawn on it. The bytes are kept elsewhere.

use crate::{
    id::{ConsultationId, PhotoId},
    pii::Pii,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One mark. Places are `[x, y]` in ten-thousandths of the photo's width and height from its upper left
/// corner, so that they fit every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// What is drawn.
    pub shape: MarkShape,
    /// A corner of the box around the circle, or the arrow's tail.
    pub from: [u16; 2],
    /// The opposite corner, or the arrow's head.
    pub to: [u16; 2],
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MarkShape {
    /// Around what matters.
    Circle,
    /// At what matters.
    Arrow,
}

/// A photo, new or changed: asked for, on its way, there, marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Photo {
    /// Of which consultation.
    pub consultation: ConsultationId,
    /// Which.
    pub photo: PhotoId,
    /// Who asked for it.
    pub asked_by: Pii<String>,
    /// When, by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub asked_at: Timestamp,
    /// How much of it the server holds, while it travels; its thumbnail can then be read already.
    pub moving: Option<PhotoMoving>,
    /// The photo, once all of it is durable and was checked.
    pub file: Option<PhotoFile>,
    /// What was drawn on it.
    pub marks: Vec<Mark>,
}

/// How far a photo has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PhotoMoving {
    /// Bytes that are durable at the server.
    pub held: u32,
    /// Bytes of the photo.
    pub bytes: u32,
}

/// A photo that is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PhotoFile {
    /// Its format.
    pub kind: PhotoKind,
    /// Width, pixels.
    pub width: u16,
    /// Height, pixels.
    pub height: u16,
    /// Bytes.
    pub bytes: u32,
    /// SHA-256, base64url without padding.
    pub sha256: String,
}

/// Formats of photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PhotoKind {
    /// WebP.
    Webp,
    /// JPEG.
    Jpeg,
}
