//! The framing of datagrams in a TCP stream: each follows its length in two bytes (RFC 4571 section 2).
//!
//! Fuzz entry point: [`Frames`].

use super::DATAGRAM_BYTES;

/// The bytes of the length field.
const HEADER: usize = 2;

/// Frames a datagram; `None` if it is longer than any that we send.
pub fn framed(datagram: &[u8]) -> Option<Vec<u8>> {
    let length = u16::try_from(datagram.len()).ok().filter(|_| datagram.len() <= DATAGRAM_BYTES)?;
    Some([&length.to_be_bytes(), datagram].concat())
}

/// The stream holds a frame longer than any datagram, so it is out of step or not framed at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frame longer than any datagram")]
pub struct TooLong;

/// Finds the datagrams of a stream that comes in pieces. Never holds more than one of them.
#[derive(Debug)]
pub struct Frames {
    bytes: Box<[u8]>,
    filled: usize,
}

impl Default for Frames {
    fn default() -> Self {
        Self { bytes: vec![0; HEADER + DATAGRAM_BYTES].into(), filled: 0 }
    }
}

impl Frames {
    /// Returns the buffer for the next bytes of the stream. Never empty after [`datagram`](Self::datagram) has
    /// said that it needs more.
    pub fn space(&mut self) -> &mut [u8] {
        &mut self.bytes[self.filled..]
    }

    /// Notes that a number of bytes were read into the buffer.
    ///
    /// # Panics
    /// Panics if that is more than there was space.
    pub fn read(&mut self, count: usize) {
        self.filled += count;
        assert!(self.filled <= self.bytes.len(), "more was read than there was space");
    }

    /// The next datagram; `None` until more is read.
    ///
    /// # Errors
    /// [`TooLong`], after which no frame of the stream can be found any more.
    pub fn datagram(&mut self) -> Result<Option<Vec<u8>>, TooLong> {
        let [high, low, rest @ ..] = &self.bytes[..self.filled] else { return Ok(None) };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        if length > DATAGRAM_BYTES {
            return Err(TooLong);
        }
        let Some(datagram) = rest.get(..length).map(<[u8]>::to_vec) else { return Ok(None) };
        self.bytes.copy_within(HEADER + length..self.filled, 0);
        self.filled -= HEADER + length;
        Ok(Some(datagram))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Feeds a stream in pieces, whose lengths repeat.
    fn cut(stream: &[u8], pieces: &[usize]) -> Result<Vec<Vec<u8>>, TooLong> {
        let (mut frames, mut found, mut rest) = (Frames::default(), Vec::new(), stream);
        for piece in pieces.iter().cycle() {
            while let Some(datagram) = frames.datagram()? {
                found.push(datagram);
            }
            if rest.is_empty() {
                return Ok(found);
            }
            let space = frames.space();
            let count = (*piece).clamp(1, rest.len()).min(space.len());
            space[..count].copy_from_slice(&rest[..count]);
            frames.read(count);
            rest = &rest[count..];
        }
        Ok(found)
    }

    #[test]
    fn a_frame_has_its_length_in_front() {
        assert_eq!(framed(b"abc").unwrap(), b"\x00\x03abc");
        assert_eq!(framed(&[7; DATAGRAM_BYTES]).map(|frame| frame.len()), Some(DATAGRAM_BYTES + 2));
        assert_eq!(framed(&[7; DATAGRAM_BYTES + 1]), None);
    }

    #[test]
    fn a_frame_that_is_too_long_is_refused_by_its_length() {
        let [high, low] = u16::try_from(DATAGRAM_BYTES + 1).unwrap().to_be_bytes();
        assert_eq!(cut(&[0, 1, b'x', high, low], &[9]), Err(TooLong));
        assert_eq!(cut(b"GET / HTTP/1.1\r\n\r\n", &[5]), Err(TooLong));
        assert_eq!(cut(&[22, 3, 1, 2, 0, 1], &[6]), Err(TooLong), "TLS");
    }

    #[test]
    fn the_longest_and_the_empty_datagram_are_framed() {
        let stream = [framed(&[7; DATAGRAM_BYTES]).unwrap(), framed(&[]).unwrap()].concat();
        assert_eq!(cut(&stream, &[usize::MAX]).unwrap(), [vec![7; DATAGRAM_BYTES], vec![]]);
    }

    proptest! {
        #[test]
        fn datagrams_survive_any_segmentation(
            datagrams in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..DATAGRAM_BYTES), 0..8),
            pieces in prop::collection::vec(1_usize..2_000, 1..8),
        ) {
            let stream: Vec<u8> = datagrams.iter().flat_map(|datagram| framed(datagram).unwrap()).collect();
            prop_assert_eq!(cut(&stream, &pieces), Ok(datagrams));
        }

        #[test]
        fn hostile_bytes_never_panic(stream: Vec<u8>, pieces in prop::collection::vec(1_usize..99, 1..4)) {
            let _ = cut(&stream, &pieces);
        }
    }
}
