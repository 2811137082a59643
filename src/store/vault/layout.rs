//! The layout of a sealed file, which is a row of records: record 0 holds the announcement in JSON, the others hold the
//! file from its first byte to its last. All versions of the server write this format; the records of the older ones
//! differ in length.

use super::seal::{self, FileSeal};
use std::ops::Range;
use teranga_clinic::photo_rules::Announced;

/// The places of a file's records. A length is not authenticated until its record is opened.
#[derive(Debug)]
pub(super) struct Layout(Vec<Place>);

/// The place of a record's content.
#[derive(Clone, Debug)]
struct Place {
    /// Its bytes in the file, sealed.
    file: Range<usize>,
    /// Its bytes in the file; empty for the announcement.
    plain: Range<usize>,
}

impl Layout {
    /// Finds the records of a file without opening one. The layout ends before the first record that is cut.
    pub(super) fn of(content: &[u8]) -> Self {
        let (mut places, mut file_end, mut plain_end) = (Vec::new(), 0, 0);
        while let Some(length) = seal::record_bytes(&content[file_end..]) {
            let plain_bytes = if places.is_empty() { 0 } else { length - seal::OVERHEAD_BYTES };
            let (file, plain) = (file_end..file_end + length, plain_end..plain_end + plain_bytes);
            (file_end, plain_end) = (file.end, plain.end);
            places.push(Place { file, plain });
        }
        Self(places)
    }

    /// The end of the last record in the file, bytes.
    pub(super) fn file_end(&self) -> usize {
        self.0.last().map_or(0, |place| place.file.end)
    }

    /// The end of the last record in the file, bytes.
    pub(super) fn plain_end(&self) -> usize {
        self.0.last().map_or(0, |place| place.plain.end)
    }

    /// The records that hold a range of the file's bytes: the number of each, and its bytes in the file.
    pub(super) fn holding(&self, wanted: &Range<usize>) -> impl Iterator<Item = (u32, Range<usize>)> {
        let holds = |place: &Place| place.plain.start < wanted.end && wanted.start < place.plain.end;
        (0..)
            .zip(&self.0)
            .filter(move |(_, place)| holds(place))
            .map(|(number, place)| (number, place.file.clone()))
    }

    /// The offset in the file of the first byte of the record that holds this offset.
    pub(super) fn record_start(&self, offset: usize) -> usize {
        let holder = self.0.iter().find(|place| place.plain.contains(&offset));
        holder.map_or(offset, |place| place.plain.start)
    }
}

/// A file that was opened as a whole.
pub(super) struct Opened {
    /// The announcement.
    pub(super) announced: Announced,
    /// The file's bytes that the good records hold.
    pub(super) plain: Vec<u8>,
    /// The number of good records, the announcement included.
    pub(super) records: u32,
    /// The end of the last good record in the file, bytes.
    pub(super) end: usize,
}

/// Opens all records up to the first one that is cut or was changed; `None` if that is the announcement.
pub(super) fn open_all(seal: &FileSeal, content: &[u8]) -> Option<Opened> {
    let layout = Layout::of(content);
    let announced = open_announcement(seal, content, &layout)?;
    let mut opened = Opened { announced, plain: Vec::new(), records: 1, end: layout.0[0].file.end };
    for place in &layout.0[1..] {
        let Some(plain) = seal.open(opened.records, &content[place.file.clone()]) else { break };
        opened.plain.extend(plain);
        opened.records += 1;
        opened.end = place.file.end;
    }
    Some(opened)
}

/// Opens record 0.
pub(super) fn open_announcement(seal: &FileSeal, content: &[u8], layout: &Layout) -> Option<Announced> {
    let header = seal.open(0, &content[layout.0.first()?.file.clone()])?;
    serde_json::from_slice(&header).ok()
}

/// Seals the announcement as record 0.
pub(super) fn seal_announcement(seal: &FileSeal, announced: &Announced) -> Vec<u8> {
    seal.seal(0, &serde_json::to_vec(announced).expect("plain data"))
}

/// Seals a whole file, in records of equal length.
pub(super) fn seal_all(seal: &FileSeal, announced: &Announced, plain: &[u8]) -> Vec<u8> {
    let mut content = seal_announcement(seal, announced);
    for (number, part) in (1..).zip(plain.chunks(RECORD_BYTES)) {
        content.extend(seal.seal(number, part));
    }
    content
}

/// The file's bytes in a record of a finished file. A part of 1 kB costs one or two records, and the seals are 1 % of
/// the file.
const RECORD_BYTES: usize = 4 * 1024;
