//! IPv4 packets as far as the emulator reads them: addresses, ports, kind, fragments, checksums. Pure.

use std::{fmt, net::Ipv4Addr};

/// Protocol number of TCP (IANA).
pub const TCP: u8 = 6;
/// Protocol number of UDP.
pub const UDP: u8 = 17;

const IP_LENGTH: usize = 2;
const IP_FRAGMENT: usize = 6;
const IP_CHECKSUM: usize = 10;
const IP_SOURCE: usize = 12;
const IP_DESTINATION: usize = 16;
const SMALLEST_HEADER: usize = 20;
const UDP_HEADER: usize = 8;
const DONT_FRAGMENT: u16 = 0x4000;
const MORE_FRAGMENTS: u16 = 0x2000;

/// Content of a packet, judged by its first bytes (RFC 9443 section 3, RFC 5761 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// ICE checks and consent.
    Stun,
    /// DTLS: the handshake, and the data channels.
    Dtls,
    /// SRTP, with its payload type.
    Rtp(u8),
    /// SRTCP.
    Rtcp,
    /// Pages, sign-in, signalling.
    Tcp,
    /// Everything else: ICMP, other UDP, fragments after the first.
    Other,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stun => out.write_str("stun"),
            Self::Dtls => out.write_str("dtls"),
            Self::Rtp(payload_type) => write!(out, "rtp-{payload_type}"),
            Self::Rtcp => out.write_str("rtcp"),
            Self::Tcp => out.write_str("tcp"),
            Self::Other => out.write_str("other"),
        }
    }
}

/// One of the two addresses of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The source.
    Source,
    /// The destination.
    Destination,
}

/// Header of a complete IPv4 packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Protocol number, as in [`TCP`] and [`UDP`].
    pub protocol: u8,
    /// Sender.
    pub source: Ipv4Addr,
    /// Receiver.
    pub destination: Ipv4Addr,
    /// Offset of the ports. Later fragments and ICMP have none.
    ports: Option<usize>,
}

impl Header {
    /// Reads the header; none if this is not a complete IPv4 packet.
    pub fn read(packet: &[u8]) -> Option<Self> {
        let header = packet.get(..SMALLEST_HEADER)?;
        let length = usize::from(header[0] & 0x0F) * 4;
        if header[0] >> 4 != 4 || length < SMALLEST_HEADER || packet.len() < length {
            return None;
        }
        let protocol = header[9];
        let later_fragment = u16::from_be_bytes([header[6], header[7]]) & 0x1FFF != 0;
        let room = packet.len() - length;
        let has_ports = match protocol {
            UDP => room >= UDP_HEADER,
            TCP => room >= 20,
            _ => false,
        };
        Some(Self {
            protocol,
            source: address(packet, IP_SOURCE),
            destination: address(packet, IP_DESTINATION),
            ports: (has_ports && !later_fragment).then_some(length),
        })
    }

    /// Returns the kind of the packet.
    pub fn kind(&self, packet: &[u8]) -> Kind {
        match (self.protocol, self.ports) {
            (TCP, _) => Kind::Tcp,
            (UDP, Some(at)) => kind_of_datagram(&packet[at + UDP_HEADER..]),
            _ => Kind::Other,
        }
    }

    /// Returns the port at one end of a UDP packet; none if the packet has no ports.
    pub fn udp_port(&self, packet: &[u8], end: End) -> Option<u16> {
        let at = self.ports.filter(|_| self.protocol == UDP)? + port_offset(end);
        Some(u16::from_be_bytes([packet[at], packet[at + 1]]))
    }

    /// Writes another address, and another port if one is given and the packet has ports. Updates all checksums.
    pub fn rewrite(&self, packet: &mut [u8], end: End, address: Ipv4Addr, port: Option<u16>) {
        let at = if end == End::Source { IP_SOURCE } else { IP_DESTINATION };
        let checksum = self.transport_checksum(packet);
        for (word, new) in [(at, &address.octets()[..2]), (at + 2, &address.octets()[2..])] {
            let new = [new[0], new[1]];
            correct(packet, IP_CHECKSUM, word, new);
            if let Some(checksum) = checksum {
                correct(packet, checksum, word, new);
            }
            packet[word..word + 2].copy_from_slice(&new);
        }
        if let (Some(ports), Some(port)) = (self.ports, port) {
            let word = ports + port_offset(end);
            if let Some(checksum) = checksum {
                correct(packet, checksum, word, port.to_be_bytes());
            }
            packet[word..word + 2].copy_from_slice(&port.to_be_bytes());
        }
        self.never_zero(packet, checksum);
    }

    /// Returns the offset of the checksum over the pseudo header. A UDP checksum of zero says that there is none (RFC 768).
    fn transport_checksum(&self, packet: &[u8]) -> Option<usize> {
        let ports = self.ports?;
        match self.protocol {
            TCP => Some(ports + 16),
            UDP => Some(ports + 6).filter(|at| packet[*at..*at + 2] != [0, 0]),
            _ => None,
        }
    }

    /// A computed UDP checksum of zero is sent as all ones (RFC 768).
    fn never_zero(&self, packet: &mut [u8], checksum: Option<usize>) {
        if let Some(at) = checksum.filter(|at| self.protocol == UDP && packet[*at..*at + 2] == [0, 0]) {
            packet[at..at + 2].copy_from_slice(&[0xFF, 0xFF]);
        }
    }
}

/// Returns a packet as a router passes it on into a link of this MTU: whole, or in fragments (RFC 791 section 3.2). The result is empty if
/// it is too large and forbids fragments. A router would report that by ICMP, which many networks drop.
pub fn fit(packet: Vec<u8>, mtu: usize) -> Vec<Vec<u8>> {
    if packet.len() <= mtu {
        return vec![packet];
    }
    let flags = u16::from_be_bytes([packet[6], packet[7]]);
    if flags & DONT_FRAGMENT != 0 {
        return Vec::new();
    }
    let (header, body) = packet.split_at(usize::from(packet[0] & 0x0F) * 4);
    let room = mtu.saturating_sub(header.len()) / 8;
    let pieces: Vec<&[u8]> = body.chunks(room.max(1) * 8).collect();
    let last = pieces.len() - 1;
    let fragment = |(nth, piece): (usize, &&[u8])| {
        let offset = flags + u16::try_from(nth * room.max(1)).unwrap_or(0);
        let more = if nth < last { MORE_FRAGMENTS } else { 0 };
        let mut part = [header, piece].concat();
        let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
        for (word, new) in [(IP_LENGTH, length), (IP_FRAGMENT, offset | more)] {
            correct(&mut part, IP_CHECKSUM, word, new.to_be_bytes());
            part[word..word + 2].copy_from_slice(&new.to_be_bytes());
        }
        part
    };
    pieces.iter().enumerate().map(fragment).collect()
}

fn kind_of_datagram(datagram: &[u8]) -> Kind {
    match *datagram {
        [0..=3, ..] => Kind::Stun,
        [20..=63, ..] => Kind::Dtls,
        [128..=191, second, ..] if (64..96).contains(&(second & 0x7F)) => Kind::Rtcp,
        [128..=191, second, ..] => Kind::Rtp(second & 0x7F),
        _ => Kind::Other,
    }
}

fn address(packet: &[u8], at: usize) -> Ipv4Addr {
    Ipv4Addr::new(packet[at], packet[at + 1], packet[at + 2], packet[at + 3])
}

fn port_offset(end: End) -> usize {
    if end == End::Source { 0 } else { 2 }
}

/// The checksum after the word at `word` became `new`: HC' = ~(~HC + ~m + m') (RFC 1624, equation 3).
fn correct(packet: &mut [u8], checksum: usize, word: usize, new: [u8; 2]) {
    let at = |at: usize| u32::from(u16::from_be_bytes([packet[at], packet[at + 1]]));
    let sum = (!at(checksum) & 0xFFFF) + (!at(word) & 0xFFFF) + u32::from(u16::from_be_bytes(new));
    let [_, _, high, low] = (!fold(sum)).to_be_bytes();
    packet[checksum..checksum + 2].copy_from_slice(&[high, low]);
}

/// Folds a sum of words into 16 bits, with the carries (RFC 1071).
pub(crate) fn fold(mut sum: u32) -> u32 {
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    sum
}

/// Packets for tests, with checksums computed the long way (RFC 1071).
#[cfg(test)]
pub(crate) mod samples {
    use super::{Ipv4Addr, TCP, UDP, fold};

    pub(crate) fn udp(from: (Ipv4Addr, u16), to: (Ipv4Addr, u16), payload: &[u8]) -> Vec<u8> {
        let length = u16::try_from(8 + payload.len()).unwrap();
        let mut datagram = Vec::new();
        for word in [from.1, to.1, length, 0] {
            datagram.extend(word.to_be_bytes());
        }
        datagram.extend(payload);
        packet(UDP, from.0, to.0, datagram, 6)
    }

    pub(crate) fn tcp(from: (Ipv4Addr, u16), to: (Ipv4Addr, u16)) -> Vec<u8> {
        let mut segment = Vec::new();
        segment.extend(from.1.to_be_bytes());
        segment.extend(to.1.to_be_bytes());
        segment.extend([0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xFF, 0xFF, 0, 0, 0, 0]);
        packet(TCP, from.0, to.0, segment, 16)
    }

    fn packet(protocol: u8, from: Ipv4Addr, to: Ipv4Addr, mut body: Vec<u8>, checksum: usize) -> Vec<u8> {
        let total = u16::try_from(20 + body.len()).unwrap().to_be_bytes();
        let mut header = vec![0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, protocol, 0, 0];
        header.extend(from.octets());
        header.extend(to.octets());
        let sum = !sum(&header, 0);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
        let sum = match !transport_sum(&header, &body) {
            0 => 0xFFFF,
            sum => sum,
        };
        body[checksum..checksum + 2].copy_from_slice(&sum.to_be_bytes());
        header.extend(body);
        header
    }

    /// Allows fragments of a packet.
    pub(crate) fn may_fragment(mut packet: Vec<u8>) -> Vec<u8> {
        packet[6] = 0;
        packet[10..12].fill(0);
        let sum = !sum(&packet[..20], 0);
        packet[10..12].copy_from_slice(&sum.to_be_bytes());
        packet
    }

    /// True if both checksums of a packet without IP options are right.
    pub(crate) fn is_whole(packet: &[u8]) -> bool {
        has_whole_header(packet) && transport_sum(&packet[..20], &packet[20..]) == 0xFFFF
    }

    /// True if the header's checksum is right.
    pub(crate) fn has_whole_header(packet: &[u8]) -> bool {
        sum(&packet[..20], 0) == 0xFFFF
    }

    fn transport_sum(header: &[u8], body: &[u8]) -> u16 {
        let start = u32::from(header[9]) + u32::try_from(body.len()).unwrap();
        sum(&header[12..20], u32::from(sum(body, start)))
    }

    fn sum(bytes: &[u8], start: u32) -> u16 {
        let words =
            bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
        u16::try_from(fold(words.sum::<u32>() + start)).unwrap()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEAR: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
    const FAR: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
    const PUBLIC: Ipv4Addr = Ipv4Addr::new(100, 99, 98, 97);

    fn kind(payload: &[u8]) -> String {
        let packet = samples::udp((FAR, 5_000), (NEAR, 443), payload);
        Header::read(&packet).unwrap().kind(&packet).to_string()
    }

    #[test]
    fn kinds_are_told_by_the_first_bytes() {
        assert_eq!(kind(&[0, 1]), "stun");
        assert_eq!(kind(&[22]), "dtls");
        assert_eq!(kind(&[0x80, 111]), "rtp-111");
        assert_eq!(kind(&[0x90, 0x80 | 0x60]), "rtp-96");
        assert_eq!(kind(&[0x80, 200]), "rtcp");
        assert_eq!(kind(&[]), "other");
        assert_eq!(kind(&[0xFF]), "other");
        let packet = samples::tcp((FAR, 5_000), (NEAR, 443));
        assert_eq!(Header::read(&packet).unwrap().kind(&packet), Kind::Tcp);
    }

    #[test]
    fn what_is_too_large_goes_in_fragments_if_it_may() {
        let payload: Vec<u8> = (0..1_200).map(|at: u16| at.to_be_bytes()[1]).collect();
        let rigid = samples::udp((FAR, 5_000), (NEAR, 443), &payload);
        assert_eq!(fit(rigid.clone(), 1_228), std::slice::from_ref(&rigid));
        assert_eq!(fit(rigid.clone(), 1_227), Vec::<Vec<u8>>::new());
        let parts = fit(samples::may_fragment(rigid.clone()), 576);
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [572, 572, 124]);
        assert!(parts.iter().all(|part| samples::has_whole_header(part)));
        let told = |part: &Vec<u8>| u16::from_be_bytes([part[6], part[7]]);
        assert_eq!(parts.iter().map(told).collect::<Vec<_>>(), [0x2000, 0x2000 + 69, 138]);
        let bodies: Vec<u8> = parts.iter().flat_map(|part| part[20..].to_vec()).collect();
        assert_eq!(bodies, rigid[20..]);
    }

    #[test]
    fn what_is_not_ipv4_is_not_read() {
        let packet = samples::udp((FAR, 5_000), (NEAR, 443), b"x");
        assert_eq!(Header::read(&packet[..19]), None);
        assert_eq!(Header::read(&[0x60; 60]), None);
        assert_eq!(Header::read(&[0x4F; 30]), None);
        assert_eq!(Header::read(&[]), None);
    }

    #[test]
    fn rewriting_keeps_every_checksum_right() {
        for seed in 0..2_000_u16 {
            let payload: Vec<u8> =
                (0..seed % 40).map(|at| (seed.wrapping_mul(31) ^ at).to_be_bytes()[1]).collect();
            for mut packet in
                [samples::udp((FAR, seed), (NEAR, 443), &payload), samples::tcp((FAR, seed), (NEAR, 443))]
            {
                assert!(samples::is_whole(&packet));
                let header = Header::read(&packet).unwrap();
                header.rewrite(&mut packet, End::Source, PUBLIC, Some(seed.wrapping_mul(7)));
                assert!(samples::is_whole(&packet), "seed {seed}");
                let seen = Header::read(&packet).unwrap();
                assert_eq!((seen.source, seen.destination), (PUBLIC, NEAR));
                seen.rewrite(&mut packet, End::Destination, FAR, None);
                assert!(samples::is_whole(&packet), "seed {seed}");
            }
        }
    }

    #[test]
    fn no_checksum_stays_none_and_later_fragments_have_no_ports() {
        let mut packet = samples::udp((FAR, 5_000), (NEAR, 443), b"x");
        packet[26..28].fill(0);
        Header::read(&packet).unwrap().rewrite(&mut packet, End::Source, PUBLIC, Some(9));
        assert_eq!(packet[26..28], [0, 0]);
        packet[7] = 1;
        let header = Header::read(&packet).unwrap();
        assert_eq!(header.udp_port(&packet, End::Source), None);
        assert_eq!(header.kind(&packet), Kind::Other);
    }
}
