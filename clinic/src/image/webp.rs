//! WebP (RFC 9649): a RIFF file with one picture. The simple forms hold one chunk, `VP8 ` or `VP8L`; the extended form
//! begins with `VP8X`, which says what follows.

use super::icc;

/// The size of the only picture of a file.
pub(super) fn size(photo: &[u8]) -> Option<(u16, u16)> {
    let riff = usize::try_from(u32_at(photo, 4)?).ok()?;
    if riff.checked_add(8)? != photo.len() {
        return None;
    }
    let chunks = chunks(photo.get(12..)?)?;
    match chunks[..] {
        [(b"VP8 ", body)] => lossy(body),
        [(b"VP8L", body)] => lossless(body),
        [(b"VP8X", head), ref rest @ ..] => extended(head, rest),
        _ => None,
    }
}

/// A chunk: its name and its content.
type Chunk<'a> = (&'a [u8; 4], &'a [u8]);

/// All chunks. They fill the file, and an odd one is padded with a zero.
fn chunks(mut rest: &[u8]) -> Option<Vec<Chunk<'_>>> {
    let mut found = Vec::new();
    while !rest.is_empty() {
        let (name, length) = (rest.first_chunk()?, usize::try_from(u32_at(rest, 4)?).ok()?);
        let end = length.checked_add(8)?;
        found.push((name, rest.get(8..end)?));
        rest = &rest[end..];
        if length % 2 == 1 {
            let (&padding, behind) = rest.split_first()?;
            rest = (padding == 0).then_some(behind)?;
        }
        if found.len() > CHUNKS {
            return None;
        }
    }
    Some(found)
}

/// Reads the chunks behind a `VP8X`: they are those that it names, in the order of the standard, and the picture fills the
/// canvas.
fn extended(head: &[u8], rest: &[Chunk<'_>]) -> Option<(u16, u16)> {
    let [flags, 0, 0, 0, w0, w1, w2, h0, h1, h2] = *head else { return None };
    if flags & !(HAS_PROFILE | HAS_ALPHA) != 0 {
        return None;
    }
    let rest = match *rest {
        [(b"ICCP", profile), ref rest @ ..] if flags & HAS_PROFILE != 0 && icc::is_plain(profile) => rest,
        ref rest if flags & HAS_PROFILE == 0 => rest,
        _ => return None,
    };
    let has_alpha = flags & HAS_ALPHA != 0;
    let size = match *rest {
        [(b"ALPH", alpha), (b"VP8 ", body)] if has_alpha && !alpha.is_empty() => lossy(body)?,
        [(b"VP8 ", body)] if !has_alpha => lossy(body)?,
        [(b"VP8L", body)] => lossless(body)?,
        _ => return None,
    };
    let pixels = |bytes: [u8; 3]| u32::from_le_bytes([bytes[0], bytes[1], bytes[2], 0]) + 1;
    let canvas = (pixels([w0, w1, w2]), pixels([h0, h1, h2]));
    (canvas == (size.0.into(), size.1.into())).then_some(size)
}

/// Reads the header of a VP8 key frame (RFC 6386 section 9.1) that is shown and not scaled.
fn lossy(body: &[u8]) -> Option<(u16, u16)> {
    let [t0, t1, t2, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ref partitions @ ..] = *body else { return None };
    let tag = u32::from_le_bytes([t0, t1, t2, 0]);
    let (is_key_frame, is_shown, first_partition) = (tag & 1 == 0, tag >> 4 & 1 == 1, tag >> 5);
    let fits = usize::try_from(first_partition).ok()? < partitions.len() && first_partition > 0;
    let (width, height) = (u16::from_le_bytes([w0, w1]), u16::from_le_bytes([h0, h1]));
    let is_scaled = width >> 14 != 0 || height >> 14 != 0;
    (is_key_frame && is_shown && fits && !is_scaled).then_some((width, height))
}

/// Reads the header of a lossless picture (RFC 9649 section 3.4).
fn lossless(body: &[u8]) -> Option<(u16, u16)> {
    let [0x2f, a, b, c, d, ref data @ ..] = *body else { return None };
    let bits = u32::from_le_bytes([a, b, c, d]);
    let side = |shift: u32| u16::try_from((bits >> shift & 0x3fff) + 1).ok();
    let version = bits >> 29;
    (version == 0 && !data.is_empty()).then_some((side(0)?, side(14)?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The most chunks of one picture: `VP8X`, `ICCP`, `ALPH`, `VP8 `.
const CHUNKS: usize = 4;

/// Flags of `VP8X`. The others say that there is an animation, EXIF or XMP, or are reserved.
const HAS_PROFILE: u8 = 0x20;
const HAS_ALPHA: u8 = 0x10;
