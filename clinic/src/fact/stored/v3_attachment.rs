//! The files of attachments in version 3 of the stored form. This file is not changed any more once it is released.

use super::v1::{PhotoKind, values};
use crate::{attachment, photo};
use serde::{Deserialize, Serialize};

/// The file of an attachment.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AttachmentFile {
    media_type: MediaType,
    bytes: u32,
    sha256: String,
    content: AttachmentContent,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum AttachmentContent {
    Photo { width: u16, height: u16 },
    VoiceNote { duration_ms: u32, silent: bool },
    Document { pages: Vec<PageFile> },
}

/// The picture of a page.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PageFile {
    kind: PhotoKind,
    width: u16,
    height: u16,
    bytes: u32,
    sha256: String,
}

values!(MediaType of attachment::MediaType { Webp, Jpeg, Ogg, Webm, Pdf });

impl From<attachment::AttachmentFile> for AttachmentFile {
    fn from(file: attachment::AttachmentFile) -> Self {
        let attachment::AttachmentFile { media_type, bytes, sha256, content } = file;
        Self { media_type: media_type.into(), bytes, sha256, content: content.into() }
    }
}

impl From<AttachmentFile> for attachment::AttachmentFile {
    fn from(file: AttachmentFile) -> Self {
        let AttachmentFile { media_type, bytes, sha256, content } = file;
        Self { media_type: media_type.into(), bytes, sha256, content: content.into() }
    }
}

impl From<attachment::AttachmentContent> for AttachmentContent {
    fn from(content: attachment::AttachmentContent) -> Self {
        use attachment::AttachmentContent as Content;
        match content {
            Content::Photo { width, height } => Self::Photo { width, height },
            Content::VoiceNote { duration_ms, silent } => Self::VoiceNote { duration_ms, silent },
            Content::Document { pages } => {
                Self::Document { pages: pages.into_iter().map(Into::into).collect() }
            }
        }
    }
}

impl From<AttachmentContent> for attachment::AttachmentContent {
    fn from(content: AttachmentContent) -> Self {
        match content {
            AttachmentContent::Photo { width, height } => Self::Photo { width, height },
            AttachmentContent::VoiceNote { duration_ms, silent } => Self::VoiceNote { duration_ms, silent },
            AttachmentContent::Document { pages } => {
                Self::Document { pages: pages.into_iter().map(Into::into).collect() }
            }
        }
    }
}

impl From<photo::PhotoFile> for PageFile {
    fn from(file: photo::PhotoFile) -> Self {
        let photo::PhotoFile { kind, width, height, bytes, sha256 } = file;
        Self { kind: kind.into(), width, height, bytes, sha256 }
    }
}

impl From<PageFile> for photo::PhotoFile {
    fn from(file: PageFile) -> Self {
        let PageFile { kind, width, height, bytes, sha256 } = file;
        Self { kind: kind.into(), width, height, bytes, sha256 }
    }
}
