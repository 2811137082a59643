//! Photos of a consultation: properties of each, and the marks drawn on it. These types travel on the wire and are stored
//! in facts; the bytes of a photo are in neither, the server keeps them in encrypted files (`docs/photos.md`).

use crate::{
    id::{ConsultationId, PhotoId},
    pii::Pii,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// One mark. Coordinates are `[x, y]` in ten-thousandths of the photo's width and height from its upper left
/// corner, so that they fit every screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The shape.
    pub shape: MarkShape,
    /// A corner of the box around the circle, or the arrow's tail.
    pub from: [u16; 2],
    /// The opposite corner, or the arrow's head.
    pub to: [u16; 2],
}

/// Shape of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MarkShape {
    /// A circle around the finding.
    Circle,
    /// An arrow that points at the finding.
    Arrow,
}

/// A photo that is new or has changed: it was asked for, is uploading, is stored, or was marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Photo {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The photo.
    pub photo: PhotoId,
    /// Name of the doctor who asked for it.
    pub asked_by: Pii<String>,
    /// Time of the request by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub asked_at: Timestamp,
    /// State of the upload, while it runs. The thumbnail can be read from then on.
    pub moving: Option<PhotoMoving>,
    /// The stored file; none until all of it is durable and was checked.
    pub file: Option<PhotoFile>,
    /// All marks on it.
    pub marks: Vec<Mark>,
}

/// State of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PhotoMoving {
    /// Bytes that are durable at the server.
    pub held: u32,
    /// Length of the photo in bytes.
    pub bytes: u32,
}

/// Properties of a stored photo.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct PhotoFile {
    /// Format.
    pub kind: PhotoKind,
    /// Width, pixels.
    pub width: u16,
    /// Height, pixels.
    pub height: u16,
    /// Length in bytes.
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
