//! Rules of attachments: how long a file of each kind may be, and the parties that may send or see one.

use crate::{
    attachment::{Attachment, AttachmentKind},
    consultation::Consultation,
    id::AttachmentId,
    people::Identity,
    photo_rules::{self, Announced, Flaw},
};

/// A voice note, bytes: a minute at 64 kbit/s, four times what a page records.
const VOICE_NOTE_BYTES: usize = 512 * 1024;

/// A document, bytes: some scanned pages.
pub const DOCUMENT_BYTES: usize = 4 * 1024 * 1024;

/// The longest voice note, ms: a minute, and what a browser records before it stops.
pub const VOICE_NOTE_MS: u32 = 61_000;

/// The most pages of a document.
pub const PAGES: usize = 12;

/// The most attachments of a consultation.
pub const ATTACHMENTS: usize = 20;

/// Holds the announcement of an attachment against the bounds.
///
/// # Errors
/// [`Flaw::Length`].
pub fn check(announced: &Announced) -> Result<(), Flaw> {
    let most = match announced.kind.kind() {
        AttachmentKind::Photo => photo_rules::BYTES,
        AttachmentKind::VoiceNote => VOICE_NOTE_BYTES,
        AttachmentKind::Document => DOCUMENT_BYTES,
    };
    let fits = (1..=most).contains(&announced.bytes) && announced.thumbnail.is_empty();
    fits.then_some(()).ok_or(Flaw::Length)
}

/// The attachment, if it belongs to this consultation and this reader is a member.
pub fn seen_by<'a>(
    consultation: &'a Consultation,
    attachment: AttachmentId,
    who: &Identity,
) -> Option<&'a Attachment> {
    Attachment::find(consultation.attachments(), attachment).filter(|_| consultation.is_member(who))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attachment::MediaType;

    #[test]
    fn each_kind_has_its_bound() {
        let check = |kind, bytes| check(&Announced { kind, bytes, sha256: vec![], thumbnail: vec![] });
        for (kind, most) in [
            (MediaType::Webp, 1024 * 1024),
            (MediaType::Jpeg, 1024 * 1024),
            (MediaType::Ogg, 512 * 1024),
            (MediaType::Webm, 512 * 1024),
            (MediaType::Pdf, 4 * 1024 * 1024),
        ] {
            assert_eq!((check(kind, most), check(kind, most + 1)), (Ok(()), Err(Flaw::Length)), "{kind:?}");
            assert_eq!(check(kind, 0), Err(Flaw::Length));
        }
    }
}
