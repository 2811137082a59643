//! The VP8 payload descriptor (RFC 7741 section 4.2): parses it, and renumbers its picture id and `TL0PICIDX` when a slot
//! switches layers.
//!
//! Fuzz entry points: [`Descriptor::parse`], [`renumbered`], [`renumber`].

use std::sync::Arc;

/// Fields of a descriptor that forwarding needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// True for the first packet of a keyframe: S set, partition 0, P clear (sections 4.2 and 4.3).
    pub keyframe_start: bool,
    /// True for the first packet of any frame.
    pub frame_start: bool,
    /// The picture id, of 7 or 15 bits.
    pub picture: Option<Picture>,
    /// `TL0PICIDX`, which counts frames of the base temporal layer.
    pub level0: Option<u8>,
    /// Temporal layer, 0 to 3.
    pub temporal: u8,
    /// Offset of `TL0PICIDX`.
    level0_at: usize,
}

/// A picture id and its width on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The id.
    pub id: u16,
    /// The M bit: true for 15 bits, false for 7.
    pub long: bool,
}

/// Bits of the descriptor's first and second byte.
const EXTENDED: u8 = 0x80;
const START: u8 = 0x10;
const PARTITION: u8 = 0x07;
const HAS_PICTURE: u8 = 0x80;
const HAS_LEVEL0: u8 = 0x40;
const HAS_TEMPORAL: u8 = 0x20;
const HAS_KEY_INDEX: u8 = 0x10;
const LONG: u8 = 0x80;
/// Returns the offset of the picture id, if there is one.
const PICTURE_AT: usize = 2;

impl Descriptor {
    /// Reads the descriptor of an RTP payload; `None` if it is cut short or carries no VP8.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let flags = if first & EXTENDED != 0 { *payload.get(1)? } else { 0 };
        let mut at = if first & EXTENDED != 0 { PICTURE_AT } else { 1 };

        let picture = if flags & HAS_PICTURE != 0 { Some(picture(payload.get(at..)?)?) } else { None };
        at += picture.map_or(0, |p| if p.long { 2 } else { 1 });

        let level0_at = at;
        let level0 = if flags & HAS_LEVEL0 != 0 { Some(*payload.get(at)?) } else { None };
        at += usize::from(level0.is_some());

        let has_layer = flags & (HAS_TEMPORAL | HAS_KEY_INDEX) != 0;
        let layer = if has_layer { *payload.get(at)? } else { 0 };
        let temporal = if flags & HAS_TEMPORAL != 0 { layer >> 6 } else { 0 };
        at += usize::from(has_layer);

        let frame_start = first & START != 0 && first & PARTITION == 0;
        let inter_frame = payload.get(at)? & 1 != 0;
        let keyframe_start = frame_start && !inter_frame;
        Some(Self { keyframe_start, frame_start, picture, level0, temporal, level0_at })
    }
}

fn picture(bytes: &[u8]) -> Option<Picture> {
    let first = *bytes.first()?;
    if first & LONG == 0 {
        return Some(Picture { id: first.into(), long: false });
    }
    let second = *bytes.get(1)?;
    Some(Picture { id: u16::from_be_bytes([first & !LONG, second]), long: true })
}

/// The numbers that a descriptor is to have for one receiver. A field that the sender left out is not added, so the length stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Numbers {
    /// The picture id, in the width that the descriptor has room for; `None` if it has none.
    pub picture: Option<u16>,
    /// `TL0PICIDX`; `None` if the descriptor has none.
    pub level0: Option<u8>,
}

/// The numbers of a descriptor with another picture id and `TL0PICIDX`; `None` when nothing changes.
pub fn renumbered(descriptor: &Descriptor, picture: u16, level0: u8) -> Option<Numbers> {
    let numbers = Numbers {
        picture: descriptor.picture.map(|old| narrow(picture, old.long)),
        level0: descriptor.level0.map(|_| level0),
    };
    let before = Numbers { picture: descriptor.picture.map(|old| old.id), level0: descriptor.level0 };
    (numbers != before).then_some(numbers)
}

/// A copy of the payload with other numbers.
pub fn renumber(payload: &Arc<[u8]>, descriptor: &Descriptor, numbers: Numbers) -> Arc<[u8]> {
    let mut bytes: Arc<[u8]> = Arc::from(&payload[..]);
    let Some(writable) = Arc::get_mut(&mut bytes) else { return bytes };
    if let Some((old, picture)) = descriptor.picture.zip(numbers.picture) {
        write_picture(&mut writable[PICTURE_AT..], picture, old.long);
    }
    if let Some((_, level0)) = descriptor.level0.zip(numbers.level0) {
        writable[descriptor.level0_at] = level0;
    }
    bytes
}

/// A picture id in the width that its descriptor has room for.
fn narrow(id: u16, long: bool) -> u16 {
    if long { id & 0x7FFF } else { id & 0x7F }
}

fn write_picture(bytes: &mut [u8], id: u16, long: bool) {
    let [high, low] = id.to_be_bytes();
    if long {
        bytes[0] = high | LONG;
        bytes[1] = low;
    } else {
        bytes[0] = low;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// X S, I L T K, a 15-bit id 300, TL0PICIDX 7, TID 2, then a keyframe's first byte.
    const FULL: [u8; 7] = [0x90, 0xF0, 0x81, 0x2C, 7, 0x80, 0x10];

    #[test]
    fn reads_all_fields() {
        let d = Descriptor::parse(&FULL).unwrap();
        assert!(d.keyframe_start && d.frame_start);
        assert_eq!(d.picture, Some(Picture { id: 300, long: true }));
        assert_eq!((d.level0, d.temporal), (Some(7), 2));
    }

    #[test]
    fn a_continuation_or_a_delta_frame_is_no_keyframe() {
        let mut continued = FULL;
        continued[0] = 0x80;
        assert!(!Descriptor::parse(&continued).unwrap().keyframe_start);
        let mut delta = FULL;
        delta[6] = 0x11;
        assert!(!Descriptor::parse(&delta).unwrap().keyframe_start);
        assert!(Descriptor::parse(&[0x10, 0x00]).unwrap().keyframe_start, "no extension");
    }

    #[test]
    fn renumbers_in_place() {
        let payload: Arc<[u8]> = Arc::from(&FULL[..]);
        let d = Descriptor::parse(&payload).unwrap();
        assert_eq!(renumbered(&d, 300, 7), None, "nothing to change");
        let numbers = renumbered(&d, 0x7FFF, 255).unwrap();
        let changed = Descriptor::parse(&renumber(&payload, &d, numbers)).unwrap();
        assert_eq!(changed.picture.unwrap().id, 0x7FFF);
        assert_eq!((changed.level0, changed.temporal), (Some(255), 2));
    }

    proptest! {
        #[test]
        fn never_panics_and_keeps_the_rest(bytes: Vec<u8>, picture: u16, level0: u8) {
            let payload: Arc<[u8]> = Arc::from(bytes);
            if let Some(d) = Descriptor::parse(&payload) {
                let changed = renumbered(&d, picture, level0)
                    .map_or_else(|| payload.clone(), |numbers| renumber(&payload, &d, numbers));
                prop_assert_eq!(changed.len(), payload.len());
                let again = Descriptor::parse(&changed).unwrap();
                prop_assert_eq!(again.keyframe_start, d.keyframe_start);
                prop_assert_eq!(again.picture.map(|p| p.id), d.picture.map(|p| narrow(picture, p.long)));
                prop_assert_eq!(again.level0, d.level0.map(|_| level0));
            }
        }
    }
}
