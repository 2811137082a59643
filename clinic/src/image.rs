//! Format and size of an image, read from its header. Nothing is decoded, and a file with metadata (EXIF, comments)
//! is refused. Pure; fuzz entry point: [`inspect`].

use crate::photo::PhotoKind;

/// Returns the format by the first bytes.
pub fn kind_of(start: &[u8]) -> Option<PhotoKind> {
    match start {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(PhotoKind::Webp),
        [0xff, 0xd8, 0xff, ..] => Some(PhotoKind::Jpeg),
        _ => None,
    }
}

/// Returns format, width and height in pixels, neither of them 0.
pub fn inspect(photo: &[u8]) -> Option<(PhotoKind, u16, u16)> {
    let kind = kind_of(photo)?;
    let (width, height) = match kind {
        PhotoKind::Webp => webp(photo)?,
        PhotoKind::Jpeg => jpeg(photo)?,
    };
    (width > 0 && height > 0).then_some((kind, width, height))
}

/// Reads a WebP file: RIFF with one picture, `VP8 ` or `VP8L`, alone or after a plain `VP8X`.
fn webp(photo: &[u8]) -> Option<(u16, u16)> {
    let riff = usize::try_from(u32::from_le_bytes(*photo.get(4..8)?.first_chunk()?)).ok()?;
    if riff.checked_add(8)? != photo.len() {
        return None;
    }
    let mut rest = photo.get(12..)?;
    let mut size = None;
    while !rest.is_empty() {
        let (name, length) =
            (rest.get(..4)?, usize::try_from(u32::from_le_bytes(*rest.get(4..8)?.first_chunk()?)).ok()?);
        let body = rest.get(8..length.checked_add(8)?)?;
        match name {
            b"VP8 " => size = Some(lossy(body)?),
            b"VP8L" => size = Some(lossless(body)?),
            b"VP8X" | b"ALPH" | b"ICCP" => {}
            // Where and when it was taken, or more than one picture.
            _ => return None,
        }
        rest = rest.get(8 + length + length % 2..).unwrap_or_default();
    }
    size
}

fn lossy(body: &[u8]) -> Option<(u16, u16)> {
    let [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..] = *body else { return None };
    Some((u16::from_le_bytes([w0, w1]) & 0x3fff, u16::from_le_bytes([h0, h1]) & 0x3fff))
}

fn lossless(body: &[u8]) -> Option<(u16, u16)> {
    let [0x2f, a, b, c, d, ..] = *body else { return None };
    let bits = u32::from_le_bytes([a, b, c, d]);
    let side = |shift: u32| u16::try_from((bits >> shift & 0x3fff) + 1).ok();
    Some((side(0)?, side(14)?))
}

/// Reads a JPEG file up to the scan. EXIF and comments are refused, because they may hold the place of the photo.
fn jpeg(photo: &[u8]) -> Option<(u16, u16)> {
    if !photo.ends_with(&[0xff, 0xd9]) {
        return None;
    }
    let mut rest = photo.get(2..)?;
    let mut size = None;
    loop {
        let [0xff, marker, high, low, ..] = *rest else { return None };
        let length = usize::from(u16::from_be_bytes([high, low]));
        let body = rest.get(4..2 + length)?;
        match marker {
            0xda => return size,
            0xe1 | 0xed | 0xfe => return None,
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let [_, h0, h1, w0, w1, ..] = *body else { return None };
                size = Some((u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1])));
            }
            _ => {}
        }
        rest = rest.get(2 + length..)?;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Makes a file that looks like WebP: `VP8L` of this size, with a body of `length` bytes.
    pub(crate) fn lossless_webp(width: u32, height: u32, length: usize) -> Vec<u8> {
        let mut body = vec![0x2f];
        body.extend(((width - 1) | (height - 1) << 14).to_le_bytes());
        body.extend((0..length).map(|at| at.wrapping_mul(7).to_le_bytes()[0]));
        chunks(&[(b"VP8L", &body)])
    }

    fn chunks(parts: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut all = b"WEBP".to_vec();
        for (name, body) in parts {
            all.extend_from_slice(*name);
            all.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
            all.extend_from_slice(body);
            all.extend(vec![0; body.len() % 2]);
        }
        [b"RIFF".to_vec(), u32::try_from(all.len()).unwrap().to_le_bytes().to_vec(), all].concat()
    }

    pub(crate) fn jpeg(segments: &[&[u8]]) -> Vec<u8> {
        let scan: &[u8] = &[0xff, 0xda, 0, 2, 1, 2, 3, 0xff, 0xd9];
        [&[0xff, 0xd8][..], &segments.concat(), scan].concat()
    }

    pub(crate) const FRAME: [u8; 10] = [0xff, 0xc0, 0, 8, 8, 2, 88, 3, 32, 1];
    const EXIF: [u8; 8] = [0xff, 0xe1, 0, 6, b'E', b'x', b'i', b'f'];
    const JFIF: [u8; 8] = [0xff, 0xe0, 0, 6, b'J', b'F', b'I', b'F'];

    #[test]
    fn formats_and_sizes_are_read() {
        assert_eq!(inspect(&lossless_webp(800, 600, 41)), Some((PhotoKind::Webp, 800, 600)));
        let lossy = [0, 0, 0, 0x9d, 0x01, 0x2a, 0x20, 0x03, 0x58, 0x02, 9];
        assert_eq!(
            inspect(&chunks(&[(b"VP8X", &[0; 10]), (b"VP8 ", &lossy)])),
            Some((PhotoKind::Webp, 800, 600))
        );
        assert_eq!(inspect(&jpeg(&[&JFIF, &FRAME])), Some((PhotoKind::Jpeg, 800, 600)));
    }

    #[test]
    fn what_tells_more_than_it_shows_is_refused() {
        assert_eq!(inspect(&jpeg(&[&EXIF, &FRAME])), None);
        let body = &lossless_webp(8, 8, 3)[20..];
        assert_eq!(inspect(&chunks(&[(b"VP8L", body), (b"EXIF", b"GPS")])), None);
    }

    #[test]
    fn what_is_no_photo_is_refused_and_never_a_panic() {
        assert_eq!(inspect(b"<svg onload=alert(1)>"), None);
        assert_eq!(inspect(&jpeg(&[&JFIF])), None, "no size");
        for photo in [lossless_webp(8, 8, 40), jpeg(&[&JFIF, &FRAME])] {
            for cut in 0..photo.len() {
                assert_eq!(inspect(&photo[..cut]), None, "{cut}");
            }
            for at in 0..photo.len() {
                for value in [0, 1, 0x7f, 0xff] {
                    let mut changed = photo.clone();
                    changed[at] = value;
                    let _ = inspect(&changed);
                }
            }
        }
    }
}
