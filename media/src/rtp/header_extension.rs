//! The elements of an RTP header extension in its one-byte form (RFC 8285 section 4.2), the only form that our answers negotiate. A
//! packet's header is never encrypted, so they can be read on the way out of the engine.

/// The bytes of an RTP header without contributing sources (RFC 3550 section 5.1).
const FIXED_HEADER: usize = 12;

/// The extension bit in the first byte of a packet.
const EXTENSION: u8 = 0x10;

/// The profile of the one-byte form.
const ONE_BYTE_FORM: [u8; 2] = [0xBE, 0xDE];

/// The identifier after which nothing is to be read.
const STOP: u8 = 15;

/// The data of the element with this identifier, 1 to 14.
pub(crate) fn element(packet: &[u8], id: u8) -> Option<&[u8]> {
    let first = *packet.first().filter(|first| **first & EXTENSION != 0)?;
    let sources = usize::from(first & 0x0F) * 4;
    let (header, rest) = packet.get(FIXED_HEADER + sources..)?.split_at_checked(4)?;
    if header[..2] != ONE_BYTE_FORM {
        return None;
    }
    let words = usize::from(u16::from_be_bytes([header[2], header[3]]));
    let mut elements = rest.get(..words * 4)?;
    while let [head, tail @ ..] = elements {
        let (found, length) = (head >> 4, usize::from(head & 0x0F) + 1);
        match found {
            // Padding between two elements is one byte without a length.
            0 => elements = tail,
            STOP => return None,
            _ if found == id => return tail.get(..length),
            _ => elements = tail.get(length..)?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A packet with one contributing source and the elements 1 = "a", padding, 3 = `0x0102`.
    const PACKET: [u8; 29] = [
        0x91, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 7, 0xBE, 0xDE, 0, 2, 0x10, b'a', 0, 0x31, 1, 2, 0,
        0, 42,
    ];

    #[test]
    fn elements_are_found_behind_others_and_behind_padding() {
        assert_eq!(element(&PACKET, 1), Some(&b"a"[..]));
        assert_eq!(element(&PACKET, 3), Some(&[1, 2][..]));
        assert_eq!(element(&PACKET, 4), None);
    }

    #[test]
    fn a_packet_without_the_bit_or_in_the_two_byte_form_has_none() {
        let mut plain = PACKET;
        plain[0] = 0x81;
        assert_eq!(element(&plain, 3), None);
        let mut two_byte = PACKET;
        (two_byte[16], two_byte[17]) = (0x10, 0);
        assert_eq!(element(&two_byte, 3), None);
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(mut bytes: Vec<u8>, id in 1_u8..15) {
            let _ = element(&bytes, id);
            if let Some(first) = bytes.first_mut() {
                *first |= EXTENSION;
            }
            let _ = element(&bytes, id);
        }

        #[test]
        fn a_cut_packet_never_panics(cut in 0_usize..29) {
            let _ = element(&PACKET[..cut], 3);
        }
    }
}
