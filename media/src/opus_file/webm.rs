//! WebM as browsers record it: EBML (RFC 8794) elements of Matroska (RFC 9559). A segment and a cluster may have an unknown
//! length, so the elements are walked in the order of the file, and those that hold others are entered.

/// The channels and the packets of a file with exactly one track, of Opus. Elements that a recorded voice does not need are
/// refused.
pub(super) fn packets(file: &[u8]) -> Option<(u8, Vec<&[u8]>)> {
    let (mut rest, mut track, mut packets) = (file, None, Vec::new());
    let header = Element::read(&mut rest)?;
    (header.id == EBML && is_webm(header.content()?)?).then_some(())?;
    let segment = Element::read(&mut rest)?;
    (segment.id == SEGMENT && segment.length.is_none_or(|length| length == segment.rest.len()))
        .then_some(())?;
    rest = segment.rest;
    while !rest.is_empty() {
        let element = Element::read(&mut rest)?;
        match element.id {
            CLUSTER | BLOCK_GROUP => rest = element.rest,
            TRACKS if track.is_none() => track = Some(only_track(element.content()?)?),
            SIMPLE_BLOCK | BLOCK => packets.push(packet(element.content()?, track?.number)?),
            id if SKIPPED.contains(&id) => {
                element.content()?;
            }
            _ => return None,
        }
    }
    Some((track?.channels, packets))
}

#[derive(Clone, Copy)]
struct Track {
    number: u64,
    channels: u8,
}

/// An element whose head was read.
struct Element<'a> {
    id: u32,
    /// `None` if it is unknown (RFC 8794 section 6.2).
    length: Option<usize>,
    /// Everything behind its head.
    rest: &'a [u8],
}

impl<'a> Element<'a> {
    /// Reads the head of the next element, and moves `rest` behind its content; behind its head if its length is unknown.
    fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let (id, id_bytes) = number(rest, true)?;
        let after = &rest[id_bytes..];
        let (length, length_bytes) = number(after, false)?;
        let content = &after[length_bytes..];
        let is_unknown = length == (1 << (7 * length_bytes)) - 1;
        let length = if is_unknown { None } else { Some(usize::try_from(length).ok()?) };
        *rest = content.get(length.unwrap_or(0)..)?;
        Some(Self { id: u32::try_from(id).ok()?, length, rest: content })
    }

    /// Its content; `None` if its length is unknown.
    fn content(&self) -> Option<&'a [u8]> {
        self.rest.get(..self.length?)
    }
}

/// A variable-size integer and its length in bytes (RFC 8794 section 4), with its marker if it is an identifier.
fn number(bytes: &[u8], with_marker: bool) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let length = usize::try_from(first.leading_zeros()).ok()? + 1;
    let whole = bytes.get(..length).filter(|_| length <= 8)?;
    let value = whole.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte));
    let marker = 1 << (7 * length);
    Some((if with_marker { value } else { value & (marker - 1) }, length))
}

/// An unsigned integer of an element.
fn unsigned(content: &[u8]) -> Option<u64> {
    (content.len() <= 8).then(|| content.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)))
}

fn is_webm(mut header: &[u8]) -> Option<bool> {
    let mut kind: &[u8] = b"";
    while !header.is_empty() {
        let element = Element::read(&mut header)?;
        if element.id == DOC_TYPE {
            kind = element.content()?;
        }
    }
    Some(kind == b"webm")
}

/// The track; `None` if there is none, or more than one, or it is no voice.
fn only_track(mut tracks: &[u8]) -> Option<Track> {
    let entry = Element::read(&mut tracks)?;
    (entry.id == TRACK_ENTRY && tracks.is_empty()).then_some(())?;
    let (mut entry, mut number, mut kind, mut codec, mut channels) = (entry.content()?, 0, 0, &b""[..], 1);
    while !entry.is_empty() {
        let element = Element::read(&mut entry)?;
        let content = element.content()?;
        match element.id {
            TRACK_NUMBER => number = unsigned(content)?,
            TRACK_TYPE => kind = unsigned(content)?,
            CODEC => codec = content,
            CODEC_PRIVATE => channels = super::identification::channels_of(content)?,
            _ => {}
        }
    }
    (number > 0 && kind == AUDIO && codec == b"A_OPUS").then_some(Track { number, channels })
}

/// The packet of a block without lacing (RFC 9559 section 10).
fn packet(block: &[u8], track: u64) -> Option<&[u8]> {
    let (number, length) = number(block, false)?;
    let [_time_1, _time_2, flags, packet @ ..] = &block[length..] else { return None };
    (number == track && flags & LACING == 0).then_some(packet)
}

const EBML: u32 = 0x1A45_DFA3;
const DOC_TYPE: u32 = 0x4282;
const SEGMENT: u32 = 0x1853_8067;
const TRACKS: u32 = 0x1654_AE6B;
const TRACK_ENTRY: u32 = 0xAE;
const TRACK_NUMBER: u32 = 0xD7;
const TRACK_TYPE: u32 = 0x83;
const CODEC: u32 = 0x86;
const CODEC_PRIVATE: u32 = 0x63A2;
const CLUSTER: u32 = 0x1F43_B675;
const BLOCK_GROUP: u32 = 0xA0;
const SIMPLE_BLOCK: u32 = 0xA3;
const BLOCK: u32 = 0xA1;

/// The elements without which a voice is heard as well, in the order of RFC 9559: seek head, information, times of a cluster, its
/// position and the size of the one before, duration, padding and reference of a block, cues, tags, filler, checksum.
const SKIPPED: [u32; 12] =
    [0x114D_9B74, 0x1549_A966, 0xE7, 0xA7, 0xAB, 0x9B, 0x75A2, 0xFB, 0x1C53_BB6B, 0x1254_C367, 0xEC, 0xBF];

/// The type of a track of sound.
const AUDIO: u64 = 2;
/// The bits of a block's flags that tell that it holds several packets.
const LACING: u8 = 0x06;
