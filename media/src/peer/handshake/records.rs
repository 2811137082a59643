//! DTLS records and handshake fragments (RFC 6347 section 4, RFC 9147 section 4), as far as unprotected ones must be looked at.
//!
//! It reads bounds and headers only, and never decides what a record means.

/// The bytes of the header of a record in plain text, and of a handshake fragment.
const RECORD_HEADER: usize = 13;
const FRAGMENT_HEADER: usize = 12;

/// Content types (RFC 9147 section 4).
const CHANGE_CIPHER_SPEC: u8 = 20;
const HANDSHAKE: u8 = 22;

/// A record of a datagram.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Record<'a> {
    /// Handshake fragments that nothing protects.
    Handshake(&'a [u8]),
    /// Anything else that nothing protects: alerts, acknowledgements, changes of the cipher.
    Plain,
    /// A protected record with its header. The unified header of DTLS 1.3 may leave its length out, so this is the rest of the datagram.
    Protected(&'a [u8]),
}

/// The records of a datagram, up to the first that is malformed.
pub(super) fn records(datagram: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        if rest.first().is_some_and(|first| first >> 5 == 1) {
            return Some(Record::Protected(std::mem::take(&mut rest)));
        }
        let header = rest.get(..RECORD_HEADER)?;
        let length = usize::from(u16::from_be_bytes([header[11], header[12]]));
        let record = rest.get(..RECORD_HEADER + length)?;
        rest = &rest[record.len()..];
        Some(match (record[0], u16::from_be_bytes([record[3], record[4]])) {
            (HANDSHAKE, 0) => Record::Handshake(&record[RECORD_HEADER..]),
            (_, 0) => Record::Plain,
            _ => Record::Protected(record),
        })
    })
}

/// A fragment of a handshake message (RFC 6347 section 4.2.3), with its header.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Fragment(Vec<u8>);

impl Fragment {
    /// The message's type.
    pub(super) fn kind(&self) -> u8 {
        self.0[0]
    }

    /// The length of the whole message.
    pub(super) fn length(&self) -> usize {
        number(&self.0[1..4])
    }

    /// The number of the message in the handshake.
    pub(super) fn sequence(&self) -> usize {
        number(&self.0[4..6])
    }

    /// The place of the fragment in the message.
    pub(super) fn offset(&self) -> usize {
        number(&self.0[6..9])
    }

    /// The place behind the fragment in the message.
    pub(super) fn end(&self) -> usize {
        self.offset() + self.body().len()
    }

    pub(super) fn body(&self) -> &[u8] {
        &self.0[FRAGMENT_HEADER..]
    }

    /// True if this is the whole message.
    pub(super) fn is_whole(&self) -> bool {
        self.offset() == 0 && self.body().len() == self.length()
    }

    /// The fragment in a record of its own. The sender's sequence number is not kept, because anybody may choose it, and a large one would
    /// make the receiver take the following ones for old.
    pub(super) fn to_record(&self, sequence: u32) -> Vec<u8> {
        [&record_header(HANDSHAKE, sequence, self.0.len())[..], &self.0].concat()
    }
}

/// The change of the cipher of DTLS 1.2 as a record.
pub(super) fn change_cipher_spec(sequence: u32) -> Vec<u8> {
    [&record_header(CHANGE_CIPHER_SPEC, sequence, 1)[..], &[1]].concat()
}

fn record_header(kind: u8, sequence: u32, length: usize) -> [u8; RECORD_HEADER] {
    let mut header = [kind, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    header[7..11].copy_from_slice(&sequence.to_be_bytes());
    let length = u16::try_from(length).unwrap_or(u16::MAX);
    header[11..].copy_from_slice(&length.to_be_bytes());
    header
}

/// The handshake fragments of a record's contents, up to the first that is malformed.
pub(super) fn fragments(mut rest: &[u8]) -> impl Iterator<Item = Fragment> {
    std::iter::from_fn(move || {
        let header = rest.get(..FRAGMENT_HEADER)?;
        let length = number(&header[9..12]);
        let fragment = Fragment(rest.get(..FRAGMENT_HEADER + length)?.to_vec());
        rest = &rest[FRAGMENT_HEADER + length..];
        (fragment.end() <= fragment.length()).then_some(fragment)
    })
}

fn number(bytes: &[u8]) -> usize {
    bytes.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fragment(kind: u8, length: u8, offset: u8, body: &[u8]) -> Vec<u8> {
        let size = u8::try_from(body.len()).unwrap();
        [&[kind, 0, 0, length, 0, 0, 0, 0, offset, 0, 0, size], body].concat()
    }

    #[test]
    fn a_fragment_comes_back_out_of_a_record() {
        let bytes = fragment(1, 6, 2, b"abcd");
        let made = fragments(&bytes).next().unwrap();
        assert_eq!((made.kind(), made.length(), made.offset(), made.end()), (1, 6, 2, 6));
        assert!(!made.is_whole());
        let record = made.to_record(7);
        assert_eq!(records(&record).collect::<Vec<_>>(), [Record::Handshake(&bytes)]);
    }

    #[test]
    fn kinds_of_records_are_told_apart() {
        let alert = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 40];
        let finished = [22, 0xFE, 0xFD, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 9];
        let sealed = [0x2E, 1, 2, 3];
        let both = [&alert[..], &finished, &sealed].concat();
        let kinds: Vec<_> = records(&both).collect();
        assert_eq!(kinds, [Record::Plain, Record::Protected(&finished), Record::Protected(&sealed)]);
        assert_eq!(records(&alert[..14]).count(), 0, "cut short");
    }

    #[test]
    fn a_fragment_beyond_its_message_is_none() {
        assert_eq!(fragments(&fragment(1, 3, 2, b"abcd")).count(), 0);
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes: Vec<u8>) {
            for record in records(&bytes) {
                if let Record::Handshake(contents) = record {
                    fragments(contents).for_each(|fragment| { fragment.is_whole(); });
                }
            }
        }
    }
}
