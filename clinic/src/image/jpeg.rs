//! JPEG (ITU-T T.81): one baseline or progressive picture. Each segment has exactly the length that its content needs,
//! the only application segments are a JFIF header without a thumbnail and a plain colour profile, and the file ends with
//! the picture.

use super::icc;

/// The size of the only picture of a file.
pub(super) fn size(photo: &[u8]) -> Option<(u16, u16)> {
    let mut walk =
        Walk { rest: photo.get(2..)?, size: None, scans: 0, has_header: false, has_profile: false };
    while !walk.rest.is_empty() {
        let [0xff, marker, ref rest @ ..] = *walk.rest else { return None };
        if marker == marker::END {
            return if rest.is_empty() && walk.scans > 0 { walk.size } else { None };
        }
        let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
        let body = rest.get(2..length)?;
        walk.rest = &rest[length..];
        walk.segment(marker, body)?;
    }
    None
}

/// The walk through a file.
struct Walk<'a> {
    rest: &'a [u8],
    size: Option<(u16, u16)>,
    scans: u16,
    has_header: bool,
    has_profile: bool,
}

impl Walk<'_> {
    /// Takes one segment; `None` if it does not belong to a plain picture.
    fn segment(&mut self, marker: u8, body: &[u8]) -> Option<()> {
        let holds = match marker {
            marker::APP0 => !std::mem::replace(&mut self.has_header, true) && is_bare_jfif(body),
            marker::APP2 => !std::mem::replace(&mut self.has_profile, true) && is_profile(body),
            marker::QUANTIZATION => are_tables(body, quantization_table),
            marker::HUFFMAN => are_tables(body, huffman_table),
            marker::RESTART_INTERVAL => body.len() == 2,
            marker::BASELINE | marker::PROGRESSIVE => {
                let size = frame(body)?;
                self.size.replace(size).is_none()
            }
            marker::SCAN => {
                self.scans += 1;
                self.rest = &self.rest[entropy_coded(self.rest)?..];
                self.size.is_some() && is_scan(body) && self.scans <= SCANS
            }
            _ => false,
        };
        holds.then_some(())
    }
}

/// The size in a frame header (section B.2.2): 8 bits a sample, one or three components.
fn frame(body: &[u8]) -> Option<(u16, u16)> {
    let [8, h0, h1, w0, w1, components @ (1 | 3), ref specified @ ..] = *body else { return None };
    let is_whole = specified.len() == 3 * usize::from(components);
    is_whole.then_some((u16::from_be_bytes([w0, w1]), u16::from_be_bytes([h0, h1])))
}

/// True for a scan header (section B.2.3) of its exact length.
const fn is_scan(body: &[u8]) -> bool {
    matches!(body.first(), Some(&components @ 1..=3) if body.len() == 4 + 2 * components as usize)
}

/// The length of the entropy-coded data: up to the next marker that is no restart. A 0xff in the data is followed by a 0.
fn entropy_coded(data: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += data.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match data.get(at + 1)? {
            0 | 0xd0..=0xd7 => at += 2,
            _ => return (at > 0).then_some(at),
        }
    }
}

/// True if a segment consists of whole tables, of which `length` tells the length of the first.
fn are_tables(mut body: &[u8], length: fn(&[u8]) -> Option<usize>) -> bool {
    while !body.is_empty() {
        let Some(rest) = length(body).and_then(|length| body.get(length..)) else { return false };
        body = rest;
    }
    true
}

fn quantization_table(body: &[u8]) -> Option<usize> {
    match body.first()? {
        0x00..=0x03 => Some(1 + 64),
        0x10..=0x13 => Some(1 + 128),
        _ => None,
    }
}

fn huffman_table(body: &[u8]) -> Option<usize> {
    let counts = body.get(1..17)?;
    let codes: usize = counts.iter().map(|count| usize::from(*count)).sum();
    (codes <= 256 && matches!(body[0], 0x00..=0x03 | 0x10..=0x13)).then_some(17 + codes)
}

/// True for a JFIF header (ITU-T T.871) without a thumbnail.
const fn is_bare_jfif(body: &[u8]) -> bool {
    matches!(body, [b'J', b'F', b'I', b'F', 0, 1, _, 0..=2, _, _, _, _, 0, 0])
}

/// True for a whole colour profile in one segment (ICC.1 annex B.4).
fn is_profile(body: &[u8]) -> bool {
    body.strip_prefix(b"ICC_PROFILE\0\x01\x01").is_some_and(icc::is_plain)
}

/// Markers of segments (ITU-T T.81 table B.1).
mod marker {
    pub(super) const BASELINE: u8 = 0xc0;
    pub(super) const PROGRESSIVE: u8 = 0xc2;
    pub(super) const HUFFMAN: u8 = 0xc4;
    pub(super) const END: u8 = 0xd9;
    pub(super) const SCAN: u8 = 0xda;
    pub(super) const QUANTIZATION: u8 = 0xdb;
    pub(super) const RESTART_INTERVAL: u8 = 0xdd;
    pub(super) const APP0: u8 = 0xe0;
    pub(super) const APP2: u8 = 0xe2;
}

/// The most scans of a progressive picture: encoders write ten.
const SCANS: u16 = 64;
