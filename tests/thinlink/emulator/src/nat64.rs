//! Translation for a far host that has IPv6 only: its packets become IPv4 before anything else happens to them, and IPv4
//! becomes IPv6 when it is delivered (RFC 7915, without fragments and ICMP). The NAT behind it keeps the state. Pure.

use crate::{
    nat::{FAR, NEAR},
    packet::{TCP, UDP, fold},
};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The far host's only address.
pub const FAR_IPV6: Ipv6Addr = Ipv6Addr::new(0xFD77, 0, 0, 0, 0, 0, 0, 2);

/// IPv4 addresses are the end of addresses of this prefix (RFC 6052 section 2.1).
const PREFIX: [u8; 12] = [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0];
const IPV6_HEADER: usize = 40;
const IPV4_HEADER: usize = 20;
/// IPv4 packets up to this length may be fragmented, because IPv6 carries 1,280 bytes everywhere (RFC 7915 section 5.1).
const ALWAYS_FITS: usize = 1_260;

/// Returns the address under which the far host reaches the server, as a resolver with DNS64 would tell it (RFC 6147).
pub fn server() -> Ipv6Addr {
    embedded(NEAR)
}

/// Translates a packet of the far host; none if it is not TCP or UDP for an address behind the translation.
pub fn to_ipv4(packet: &[u8]) -> Option<Vec<u8>> {
    let (header, body) = packet.split_at_checked(IPV6_HEADER)?;
    let protocol = header[6];
    let has_all = usize::from(u16::from_be_bytes([header[4], header[5]])) == body.len();
    let is_from_far = header[8..24] == FAR_IPV6.octets() && header[24..36] == PREFIX;
    if header[0] >> 4 != 6 || !has_all || !is_from_far {
        return None;
    }
    let destination = Ipv4Addr::new(header[36], header[37], header[38], header[39]);
    let length = IPV4_HEADER + body.len();
    let [high, low] = u16::try_from(length).ok()?.to_be_bytes();
    let flags = if length > ALWAYS_FITS { 0x40 } else { 0 };
    let mut made = vec![0x45, class_of(header), high, low, 0, 0, flags, 0, header[7], protocol, 0, 0];
    made.extend(FAR.octets());
    made.extend(destination.octets());
    let checksum = !fold(sum(&made));
    made[10..12].copy_from_slice(&low_half(checksum));
    append(made, body, protocol, &[&FAR.octets(), &destination.octets()])
}

/// Translates a packet for the far host; none if it is a fragment, or neither TCP nor UDP.
pub fn to_ipv6(packet: &[u8]) -> Option<Vec<u8>> {
    let length = usize::from(packet.first()? & 0x0F) * 4;
    let (header, body) = packet.split_at_checked(length.max(IPV4_HEADER))?;
    let is_fragment = u16::from_be_bytes([header[6], header[7]]) & 0x3FFF != 0;
    if header[0] >> 4 != 4 || is_fragment {
        return None;
    }
    let source = embedded(Ipv4Addr::new(header[12], header[13], header[14], header[15]));
    let [high, low] = u16::try_from(body.len()).ok()?.to_be_bytes();
    let class = header[1];
    let mut made = vec![0x60 | class >> 4, class << 4, 0, 0, high, low, header[9], header[8]];
    made.extend(source.octets());
    made.extend(FAR_IPV6.octets());
    append(made, body, header[9], &[&source.octets(), &FAR_IPV6.octets()])
}

/// Adds the body, with a checksum over the new addresses (RFC 8200 section 8.1).
fn append(mut header: Vec<u8>, body: &[u8], protocol: u8, addresses: &[&[u8]]) -> Option<Vec<u8>> {
    let at = match protocol {
        UDP => 6,
        TCP => 16,
        _ => return None,
    };
    let mut body = body.to_vec();
    body.get_mut(at..at + 2)?.fill(0);
    let pseudo = addresses.iter().map(|address| sum(address)).sum::<u32>();
    let length = u32::try_from(body.len()).ok()?;
    let checksum = !fold(pseudo + u32::from(protocol) + length + sum(&body));
    // A UDP checksum of zero would mean that there is none.
    let checksum = if low_half(checksum) == [0, 0] { 0xFFFF } else { checksum };
    body[at..at + 2].copy_from_slice(&low_half(checksum));
    header.extend(body);
    Some(header)
}

fn embedded(address: Ipv4Addr) -> Ipv6Addr {
    let mut octets = [0; 16];
    octets[..12].copy_from_slice(&PREFIX);
    octets[12..].copy_from_slice(&address.octets());
    octets.into()
}

/// Returns the traffic class, which IPv4 calls type of service.
fn class_of(header: &[u8]) -> u8 {
    header[0] << 4 | header[1] >> 4
}

fn sum(bytes: &[u8]) -> u32 {
    bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0))).sum()
}

fn low_half(sum: u32) -> [u8; 2] {
    let [_, _, high, low] = sum.to_be_bytes();
    [high, low]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::samples;

    const PAYLOADS: [&[u8]; 4] = [b"", b"x", b"hello", &[0xFF; 1_232]];

    #[test]
    fn there_and_back_is_the_same_packet() {
        for payload in PAYLOADS {
            let sent = to_ipv6(&samples::udp((NEAR, 443), (FAR, 5_000), payload)).unwrap();
            assert_eq!(sent.len(), IPV6_HEADER + 8 + payload.len());
            assert_eq!((&sent[8..24], &sent[24..40]), (&server().octets()[..], &FAR_IPV6.octets()[..]));
            assert!(has_whole_body(&sent));
            // What the far host answers has the addresses the other way round.
            let mut answer = sent.clone();
            answer[8..24].copy_from_slice(&FAR_IPV6.octets());
            answer[24..40].copy_from_slice(&server().octets());
            let answered = to_ipv4(&answer).unwrap();
            assert!(samples::is_whole(&answered), "{} bytes", payload.len());
            assert_eq!((&answered[12..16], &answered[16..20]), (&FAR.octets()[..], &NEAR.octets()[..]));
            assert_eq!(answered[28..], *payload);
        }
        let segment = to_ipv6(&samples::tcp((NEAR, 443), (FAR, 6_000))).unwrap();
        assert!(has_whole_body(&segment));
    }

    #[test]
    fn a_datagram_without_a_checksum_gets_one() {
        let mut bare = samples::udp((NEAR, 443), (FAR, 5_000), b"x");
        bare[26..28].fill(0);
        let sent = to_ipv6(&bare).unwrap();
        assert_ne!(sent[46..48], [0, 0]);
        assert!(has_whole_body(&sent));
    }

    #[test]
    fn what_cannot_be_translated_is_dropped() {
        let whole = samples::udp((NEAR, 443), (FAR, 5_000), b"hello");
        let mut fragment = whole.clone();
        fragment[6] = 0x20;
        let mut ping = whole.clone();
        ping[9] = 1;
        for bad in [&fragment[..], &ping, &whole[..19], &whole[..21], &[], &[0x60; 60]] {
            assert_eq!(to_ipv6(bad), None);
        }
        let sent = to_ipv6(&whole).unwrap();
        for bad in [&sent[..], &sent[..39], &[], &whole] {
            assert_eq!(to_ipv4(bad), None, "from elsewhere, or no IPv6");
        }
    }

    fn has_whole_body(packet: &[u8]) -> bool {
        let length = u32::try_from(packet.len() - IPV6_HEADER).unwrap();
        fold(sum(&packet[8..]) + u32::from(packet[6]) + length) == 0xFFFF
    }
}
