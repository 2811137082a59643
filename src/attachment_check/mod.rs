//! The check of an attachment of which all bytes are there: that it is what it says, how long or large it is, and, for a
//! document, the pictures of its pages. It knows neither who sent it nor where it is kept.
//!
//! Photos and voice notes are read by small parsers of our own, which decode nothing (`clinic/src/image/`,
//! `media/src/opus_file/`); a voice note is then decoded to hear if it is silent. A document is drawn in a process of its own
//! ([`document`]), because a PDF is a program in all but name.

pub mod document;
mod refusal;
pub mod render;
mod voice_note;

pub use refusal::Refusal;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use document::DocumentRenderer;
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile, AttachmentKind, MediaType},
    image,
    photo::PhotoFile,
    photo_rules::{Announced, Flaw},
};

/// An attachment that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Its properties.
    pub file: AttachmentFile,
    /// The pictures of a document's pages, in their order.
    pub pages: Vec<Vec<u8>>,
}

/// True if a file may begin with these bytes, so that one that is something else is refused with its first piece.
pub fn may_begin(kind: MediaType, start: &[u8]) -> bool {
    match kind {
        MediaType::Webp | MediaType::Jpeg => image::kind_of(start).map(MediaType::from) == Some(kind),
        MediaType::Ogg => start.starts_with(b"OggS"),
        MediaType::Webm => start.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]),
        MediaType::Pdf => render::is_pdf(start),
    }
}

/// The refusal of a file that is not of the kind that was announced.
pub const fn wrong_kind(kind: MediaType) -> Refusal {
    match kind.kind() {
        AttachmentKind::Photo => Refusal::PhotoKind,
        AttachmentKind::VoiceNote => Refusal::VoiceNoteKind,
        AttachmentKind::Document => Refusal::DocumentKind,
    }
}

/// Checks a whole file.
///
/// # Errors
/// The first reason that is seen for which it is not taken.
pub async fn check(
    renderer: &DocumentRenderer,
    announced: &Announced,
    bytes: Vec<u8>,
) -> Result<Checked, Refusal> {
    if digest(&SHA256, &bytes).as_ref() != announced.sha256 {
        return Err(Refusal::Damaged);
    }
    let length = bytes.len();
    let (content, pages) = match announced.kind.kind() {
        AttachmentKind::Photo => (photo(announced, &bytes)?, Vec::new()),
        AttachmentKind::VoiceNote => {
            let kind = announced.kind;
            let checked = tokio::task::spawn_blocking(move || voice_note::check(kind, &bytes)).await;
            (checked.unwrap_or(Err(Refusal::VoiceNoteKind))?, Vec::new())
        }
        AttachmentKind::Document => document(renderer.render(bytes).await?)?,
    };
    let sha256 = URL_SAFE_NO_PAD.encode(&announced.sha256);
    let file = AttachmentFile { media_type: announced.kind, bytes: wire_length(length), sha256, content };
    Ok(Checked { file, pages })
}

fn photo(announced: &Announced, bytes: &[u8]) -> Result<AttachmentContent, Refusal> {
    match announced.judge(bytes) {
        Ok((width, height)) => Ok(AttachmentContent::Photo { width, height }),
        Err(Flaw::Hash) => Err(Refusal::Damaged),
        Err(_) => Err(Refusal::PhotoKind),
    }
}

/// Takes the pictures that the other process made. It is not trusted: a picture must be a plain photo like any other.
fn document(pictures: Vec<Vec<u8>>) -> Result<(AttachmentContent, Vec<Vec<u8>>), Refusal> {
    let page = |picture: &Vec<u8>| {
        let (kind, width, height) = image::inspect(picture).ok_or(Refusal::DocumentTooHard)?;
        let sha256 = URL_SAFE_NO_PAD.encode(digest(&SHA256, picture));
        Ok(PhotoFile { kind, width, height, bytes: wire_length(picture.len()), sha256 })
    };
    let pages = pictures.iter().map(page).collect::<Result<Vec<_>, Refusal>>()?;
    Ok((AttachmentContent::Document { pages }, pictures))
}

/// A length on the wire. The bounds of an attachment are far below the greatest `u32`.
fn wire_length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
