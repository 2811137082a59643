//! Rules of photos: the announcement of an upload, the files that are accepted, and the parties that may send or see them.

use crate::{
    attachment::MediaType, consultation::Consultation, id::PhotoId, image::inspect, people::Identity,
    photo::Photo,
};
use aws_lc_rs::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

/// A photo, bytes. A photo of a page has a twelfth of it.
pub const BYTES: usize = 1024 * 1024;

/// A thumbnail, bytes: one packet, nearly.
pub const THUMBNAIL_BYTES: usize = 2_000;

/// Longest side of a photo, pixels.
const SIDE: u16 = 4_096;

/// Longest side of a thumbnail, pixels.
const THUMBNAIL_SIDE: u16 = 320;

/// Announcement of a photo or an attachment, before the upload.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// Its format.
    pub kind: MediaType,
    /// Its length.
    pub bytes: usize,
    /// Its SHA-256.
    pub sha256: Vec<u8>,
    /// A small picture of it; empty for an attachment.
    pub thumbnail: Vec<u8>,
}

/// Why something is not taken for a photo.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// Empty, or more than a photo may have.
    #[error("its length is out of bounds")]
    Length,
    /// Neither WebP nor JPEG, another format than was said, or it carries what was not asked for.
    #[error("it is no plain WebP or JPEG")]
    Format,
    /// More pixels than a photo may have.
    #[error("its size in pixels is out of bounds")]
    Pixels,
    /// Not what was announced.
    #[error("its SHA-256 is another one")]
    Hash,
}

impl Announced {
    /// Holds what is said against the bounds.
    ///
    /// # Errors
    /// The first flaw that is seen.
    pub fn check(&self) -> Result<(), Flaw> {
        if self.bytes == 0 || self.bytes > BYTES || self.thumbnail.len() > THUMBNAIL_BYTES {
            return Err(Flaw::Length);
        }
        let (_, width, height) = inspect(&self.thumbnail).ok_or(Flaw::Format)?;
        if width.max(height) > THUMBNAIL_SIDE { Err(Flaw::Pixels) } else { Ok(()) }
    }

    /// Holds the whole photo against what was said; its width and height.
    ///
    /// # Errors
    /// The first flaw that is seen.
    pub fn judge(&self, photo: &[u8]) -> Result<(u16, u16), Flaw> {
        if digest(&SHA256, photo).as_ref() != self.sha256 {
            return Err(Flaw::Hash);
        }
        let (kind, width, height) = inspect(photo).ok_or(Flaw::Format)?;
        match (MediaType::from(kind) == self.kind, width.max(height) <= SIDE) {
            (false, _) => Err(Flaw::Format),
            (true, false) => Err(Flaw::Pixels),
            (true, true) => Ok((width, height)),
        }
    }
}

/// The photo, if it belongs to this consultation and this reader is a member.
pub fn seen_by<'a>(consultation: &'a Consultation, photo: PhotoId, who: &Identity) -> Option<&'a Photo> {
    consultation.photo(photo).filter(|_| consultation.is_member(who))
}

#[cfg(test)]
mod tests {
    use super::{
        super::image::tests::{FRAME, jpeg, lossless_webp},
        *,
    };

    #[test]
    fn a_photo_is_held_against_what_was_said_of_it() {
        let (photo, thumbnail) = (lossless_webp(800, 600, 500), lossless_webp(80, 60, 50));
        let sha256 = digest(&SHA256, &photo).as_ref().to_vec();
        let said = Announced { kind: MediaType::Webp, bytes: photo.len(), sha256, thumbnail };
        assert_eq!((said.check(), said.judge(&photo)), (Ok(()), Ok((800, 600))));
        assert_eq!(said.judge(&photo[1..]), Err(Flaw::Hash));
        let judge = |photo: Vec<u8>| {
            let sha256 = digest(&SHA256, &photo).as_ref().to_vec();
            Announced { sha256, ..said.clone() }.judge(&photo)
        };
        assert_eq!(judge(lossless_webp(5_000, 600, 5)), Err(Flaw::Pixels));
        assert_eq!(judge(jpeg(&[&FRAME])), Err(Flaw::Format), "another one than was said");
        assert_eq!(Announced { bytes: BYTES + 1, ..said.clone() }.check(), Err(Flaw::Length));
        let thumbnail = lossless_webp(800, 600, 50);
        assert_eq!(Announced { thumbnail, ..said }.check(), Err(Flaw::Pixels));
    }
}
