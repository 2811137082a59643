//! Proof that a file holds one picture and nothing else, and that picture's format and size. The whole container is
//! walked, to its last byte: metadata (EXIF, GPS, XMP, comments), embedded thumbnails, further pictures, animations and
//! anything between or behind the parts are refused. Nothing is decoded, so bytes that a decoder would leave over inside
//! the compressed data itself are not seen. Pure; fuzz entry point: [`inspect`].

mod icc;
mod jpeg;
#[cfg(test)]
pub(crate) mod tests;
mod webp;

use crate::photo::PhotoKind;

/// Returns the format by the first bytes.
pub fn kind_of(start: &[u8]) -> Option<PhotoKind> {
    match start {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PhotoKind::Webp),
        [0xff, 0xd8, 0xff, ..] => Some(PhotoKind::Jpeg),
        _ => None,
    }
}

/// Returns format, width and height in pixels, neither of them 0; `None` if the file is not one plain picture.
pub fn inspect(photo: &[u8]) -> Option<(PhotoKind, u16, u16)> {
    let kind = kind_of(photo)?;
    let (width, height) = match kind {
        PhotoKind::Webp => webp::size(photo)?,
        PhotoKind::Jpeg => jpeg::size(photo)?,
    };
    (width > 0 && height > 0).then_some((kind, width, height))
}
