//! Ogg (RFC 3533) as Opus uses it (RFC 7845): one logical stream, a header page, a page of tags, then the packets.

/// The channels and the packets of a file. A packet that spans two pages is refused, because a voice at 24 kbit/s never needs
/// that: a page holds 65,025 bytes.
pub(super) fn packets(file: &[u8]) -> Option<(u8, Vec<&[u8]>)> {
    let (mut rest, mut packets, mut serial) = (file, Vec::new(), None);
    for number in 0_u32.. {
        if rest.is_empty() {
            break;
        }
        let page = Page::read(rest)?;
        let is_ours = *serial.get_or_insert(page.serial) == page.serial && page.number == number;
        let is_first = number == 0;
        if !is_ours || is_first != (page.flags & BEGINS != 0) || page.flags & CONTINUES != 0 {
            return None;
        }
        page.add_to(&mut packets)?;
        rest = &rest[page.bytes..];
    }
    let (head, others) = packets.split_first()?;
    let (tags, voice) = others.split_first()?;
    (tags.starts_with(b"OpusTags") && tags.len() <= TAGS_BYTES).then_some(())?;
    Some((super::identification::channels_of(head)?, voice.to_vec()))
}

struct Page<'a> {
    flags: u8,
    serial: u32,
    number: u32,
    /// The length of each segment (RFC 3533 section 6).
    lacing: &'a [u8],
    body: &'a [u8],
    /// The length of the whole page.
    bytes: usize,
}

impl<'a> Page<'a> {
    fn read(rest: &'a [u8]) -> Option<Self> {
        let (head, after) = rest.split_first_chunk::<HEAD_BYTES>()?;
        let word = |at: usize| Some(u32::from_le_bytes(*head.get(at..)?.first_chunk()?));
        (head[..4] == *b"OggS" && head[4] == 0).then_some(())?;
        let lacing = after.get(..usize::from(head[26]))?;
        let length = lacing.iter().map(|segment| usize::from(*segment)).sum();
        let body = after.get(lacing.len()..)?.get(..length)?;
        let bytes = HEAD_BYTES + lacing.len() + length;
        let page = Self { flags: head[5], serial: word(14)?, number: word(18)?, lacing, body, bytes };
        (checksum(&rest[..bytes]) == word(CHECKSUM_AT)?).then_some(page)
    }

    /// Adds the packets of this page; `None` if the last one does not end in it.
    fn add_to(&self, packets: &mut Vec<&'a [u8]>) -> Option<()> {
        let (mut begin, mut end) = (0, 0);
        for segment in self.lacing {
            end += usize::from(*segment);
            if *segment < u8::MAX {
                packets.push(&self.body[begin..end]);
                begin = end;
            }
        }
        (begin == self.body.len()).then_some(())
    }
}

/// The checksum of a page, of which its own field counts as zero (RFC 3533 section 6).
fn checksum(page: &[u8]) -> u32 {
    let own = CHECKSUM_AT..CHECKSUM_AT + 4;
    page.iter().enumerate().fold(0, |sum, (at, byte)| {
        let byte = if own.contains(&at) { 0 } else { *byte };
        (0..8).fold(sum ^ (u32::from(byte) << 24), |sum, _| {
            if sum & 0x8000_0000 == 0 { sum << 1 } else { (sum << 1) ^ POLYNOMIAL }
        })
    })
}

const HEAD_BYTES: usize = 27;
const CHECKSUM_AT: usize = 22;
const POLYNOMIAL: u32 = 0x04c1_1db7;
const CONTINUES: u8 = 1;
const BEGINS: u8 = 2;

/// The longest tags: browsers write the name of their encoder.
const TAGS_BYTES: usize = 1_024;

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A page of these packets.
    pub(in super::super) fn page(flags: u8, number: u32, packets: &[&[u8]]) -> Vec<u8> {
        let mut lacing = Vec::new();
        for packet in packets {
            lacing.extend(vec![255; packet.len() / 255]);
            lacing.push(u8::try_from(packet.len() % 255).unwrap());
        }
        let mut page =
            [&b"OggS\0"[..], &[flags], &[0; 8], &7_u32.to_le_bytes(), &number.to_le_bytes()].concat();
        page.extend([0; 4]);
        page.push(u8::try_from(lacing.len()).unwrap());
        page.extend(lacing);
        page.extend(packets.concat());
        let sum = checksum(&page);
        page[CHECKSUM_AT..CHECKSUM_AT + 4].copy_from_slice(&sum.to_le_bytes());
        page
    }
}
