//! Attachments: files that a post or a specialist adds to a consultation without having been asked: photos, voice notes and
//! documents. These types travel on the wire and are stored in facts; the bytes are in neither, the server keeps them in
//! encrypted files (`docs/attachments.md`).

use crate::{
    id::{AttachmentId, ConsultationId},
    people::Role,
    photo::{PhotoFile, PhotoKind},
    pii::Pii,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// What an attachment is to the people who read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A photo.
    Photo,
    /// A voice note.
    VoiceNote,
    /// A document of several pages.
    Document,
}

/// Formats of the files that are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    /// A picture in WebP.
    Webp,
    /// A picture in JPEG.
    Jpeg,
    /// Opus in Ogg (RFC 7845).
    Ogg,
    /// Opus in WebM.
    Webm,
    /// PDF (ISO 32000).
    Pdf,
}

impl MediaType {
    /// The kind of an attachment in this format.
    pub const fn kind(self) -> AttachmentKind {
        match self {
            Self::Webp | Self::Jpeg => AttachmentKind::Photo,
            Self::Ogg | Self::Webm => AttachmentKind::VoiceNote,
            Self::Pdf => AttachmentKind::Document,
        }
    }

    /// The name of the format in HTTP (RFC 6838).
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Webp => "image/webp",
            Self::Jpeg => "image/jpeg",
            Self::Ogg => "audio/ogg; codecs=opus",
            Self::Webm => "audio/webm; codecs=opus",
            Self::Pdf => "application/pdf",
        }
    }
}

impl From<PhotoKind> for MediaType {
    fn from(kind: PhotoKind) -> Self {
        match kind {
            PhotoKind::Webp => Self::Webp,
            PhotoKind::Jpeg => Self::Jpeg,
        }
    }
}

/// An attachment of a consultation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Attachment {
    /// The consultation.
    pub consultation: ConsultationId,
    /// The attachment.
    pub attachment: AttachmentId,
    /// Name of the post or the specialist who added it.
    pub by: Pii<String>,
    /// The role of whoever added it.
    pub role: Role,
    /// Time by the server's clock, ms since 1970.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub at: Timestamp,
    /// The stored file.
    pub file: AttachmentFile,
    /// True if it came after the end of the consultation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<bool>"))]
    pub late: bool,
}

/// Properties of a stored attachment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AttachmentFile {
    /// Format of the original.
    pub media_type: MediaType,
    /// Length of the original in bytes.
    pub bytes: u32,
    /// SHA-256 of the original, base64url without padding.
    pub sha256: String,
    /// What is in it.
    pub content: AttachmentContent,
}

/// What was found in an attachment when it was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum AttachmentContent {
    /// A photo.
    Photo {
        /// Width, pixels.
        width: u16,
        /// Height, pixels.
        height: u16,
    },
    /// A voice note.
    VoiceNote {
        /// Duration in milliseconds.
        duration_ms: u32,
        /// True if no sample of it is louder than silence.
        silent: bool,
    },
    /// A document, with a picture of each page.
    Document {
        /// The pictures that the server made of the pages, in their order.
        pages: Vec<PhotoFile>,
    },
}

impl Attachment {
    /// The attachment with this identifier; none if it is not among them.
    pub fn find(attachments: &[Self], id: AttachmentId) -> Option<&Self> {
        attachments.iter().find(|one| one.attachment == id)
    }
}
