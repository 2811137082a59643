//! Demultiplexer: it finds the peer of a datagram. There is one index and one rule: only an authenticated packet adds a route, which is a
//! STUN request whose MESSAGE-INTEGRITY passed, or the voice of a peer that is silent at its known addresses. Everything else from an
//! unknown address is dropped and never answered.
//!
//! Fuzz entry points: [`classify`], [`username`], [`rtp_ssrc`].

use crate::{address::Address, id::PeerId, limits::ROUTES};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// Kind of a datagram by its first bytes (RFC 9443 section 3, RFC 5761 section 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// STUN (RFC 8489).
    Stun,
    /// A DTLS record.
    Dtls,
    /// SRTP.
    Rtp,
    /// SRTCP.
    Rtcp,
}

/// Returns the kind by the first two bytes.
pub fn classify(datagram: &[u8]) -> Option<Class> {
    match *datagram {
        [0..=3, ..] if datagram.len() >= STUN_HEADER => Some(Class::Stun),
        [20..=63, ..] => Some(Class::Dtls),
        [128..=191, kind, ..] if (64..96).contains(&(kind & 0x7F)) => Some(Class::Rtcp),
        [128..=191, _, ..] => Some(Class::Rtp),
        _ => None,
    }
}

/// The bytes of a STUN header: type, length, magic cookie, transaction id (RFC 8489 section 5).
const STUN_HEADER: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xA4, 0x42];
const BINDING_REQUEST: [u8; 2] = [0x00, 0x01];
const USERNAME: u16 = 0x0006;

/// Returns our half of the USERNAME of a binding request: `ours:theirs` (RFC 8445 section 7.2.2). It proves nothing
/// yet, and only says who can check the rest.
pub fn username(datagram: &[u8]) -> Option<&str> {
    let header = datagram.get(..STUN_HEADER)?;
    if header[..2] != BINDING_REQUEST || header[4..8] != MAGIC_COOKIE {
        return None;
    }
    let value = attribute(&datagram[STUN_HEADER..], USERNAME)?;
    let (ours, _theirs) = std::str::from_utf8(value).ok()?.split_once(':')?;
    Some(ours)
}

/// Returns the SSRC of an RTP packet (RFC 3550 section 5.1), which SRTP does not encrypt. It proves nothing: it only says who can check the
/// rest.
pub fn rtp_ssrc(datagram: &[u8]) -> Option<u32> {
    let ssrc = datagram.get(8..12).filter(|_| classify(datagram) == Some(Class::Rtp))?;
    Some(u32::from_be_bytes(ssrc.try_into().ok()?))
}

/// True if a STUN message is a success or an error response: the upper bit of its class is set (RFC 8489 section 5).
pub fn is_stun_response(datagram: &[u8]) -> bool {
    datagram.first().is_some_and(|first| first & 1 == 1)
}

/// Returns the first attribute of this type; attributes are type, length, and value padded to four bytes.
fn attribute(mut rest: &[u8], wanted: u16) -> Option<&[u8]> {
    while let [t0, t1, l0, l1, tail @ ..] = rest {
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let value = tail.get(..length)?;
        if u16::from_be_bytes([*t0, *t1]) == wanted {
            return Some(value);
        }
        rest = tail.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// Routes from addresses and ICE user names to peers.
#[derive(Debug, Default)]
pub struct Demux {
    /// The routes. Only an authenticated request adds one, and each peer has at most [`ROUTES`], so nobody can fill this with addresses
    /// that collide, and each datagram is looked up with a fast hash that has a random seed.
    routes: foldhash::HashMap<Address, Route>,
    /// The number of routes that are TCP connections.
    tcp_connections: usize,
    /// The names. Strangers look them up before they have proven anything, hence the standard library's keyed hash.
    names: HashMap<String, PeerId>,
    /// The SSRC of each peer's voice, for strangers, too.
    voices: HashMap<u32, PeerId>,
}

/// The silence of an address after which it may go to another peer: four checks of a browser.
const OWNER_IS_THERE: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug)]
struct Route {
    peer: PeerId,
    heard: Instant,
}

impl Demux {
    /// Returns the peer behind an address.
    pub fn peer_at(&mut self, source: Address, now: Instant) -> Option<PeerId> {
        let route = self.routes.get_mut(&source)?;
        route.heard = now;
        Some(route.peer)
    }

    /// Returns the peer behind an address, which does not count as heard.
    pub fn owner(&self, source: Address) -> Option<PeerId> {
        self.routes.get(&source).map(|route| route.peer)
    }

    /// True if an address leads to a peer.
    pub fn knows(&self, source: Address) -> bool {
        self.routes.contains_key(&source)
    }

    /// Returns the peer with this ICE user name.
    pub fn peer_named(&self, ufrag: &str) -> Option<PeerId> {
        self.names.get(ufrag).copied()
    }

    /// Sets a peer's ICE user name, at first or after a restart; its former name is forgotten.
    pub fn name(&mut self, ufrag: String, peer: PeerId) {
        self.names.retain(|_, named| *named != peer);
        self.names.insert(ufrag, peer);
    }

    /// Returns the peer that speaks with this SSRC.
    pub fn speaker(&self, ssrc: u32) -> Option<PeerId> {
        self.voices.get(&ssrc).copied()
    }

    /// Sets the SSRC of a peer's voice; its former one is forgotten.
    pub fn speaks(&mut self, ssrc: u32, peer: PeerId) {
        self.voices.retain(|_, speaker| *speaker != peer);
        self.voices.insert(ssrc, peer);
    }

    /// Adds a route after an authenticated STUN request or voice packet: the address now belongs to `peer`. If it has more than
    /// [`ROUTES`], the one that was silent for longest is closed. An address from which another peer was just heard stays with
    /// that peer, because anybody could send a request in its name.
    pub fn admit(&mut self, source: Address, peer: PeerId, now: Instant) {
        let owner = self.routes.get(&source);
        if owner.is_some_and(|route| {
            route.peer != peer && now.saturating_duration_since(route.heard) < OWNER_IS_THERE
        }) {
            return;
        }
        let known = self.routes.insert(source, Route { peer, heard: now });
        self.tcp_connections += usize::from(known.is_none() && source.tcp.is_some());
        if known.is_none_or(|route| route.peer != peer) {
            self.close_stalest(peer);
        }
    }

    fn close_stalest(&mut self, peer: PeerId) {
        let mine = || self.routes.iter().filter(|(_, route)| route.peer == peer);
        if mine().count() > ROUTES {
            let stalest = mine().min_by_key(|(_, route)| route.heard).map(|(source, _)| *source);
            stalest.map(|source| self.routes.remove(&source));
            self.count_connections();
        }
    }

    fn count_connections(&mut self) {
        self.tcp_connections = self.routes.keys().filter(|address| address.tcp.is_some()).count();
    }

    /// Removes a peer with all its addresses and its name.
    pub fn forget(&mut self, peer: PeerId) {
        self.routes.retain(|_, route| route.peer != peer);
        self.count_connections();
        self.names.retain(|_, named| *named != peer);
        self.voices.retain(|_, speaker| *speaker != peer);
    }

    /// Closes addresses from which nothing came for `age`.
    pub fn sweep(&mut self, now: Instant, age: Duration) {
        self.routes.retain(|_, route| now.saturating_duration_since(route.heard) < age);
        self.count_connections();
    }

    /// Returns the number of addresses.
    pub fn routes(&self) -> usize {
        self.routes.len()
    }

    /// Returns the number of addresses that are TCP connections.
    pub fn tcp_connections(&self) -> usize {
        self.tcp_connections
    }

    /// Returns the number of ICE user names.
    pub fn names(&self) -> usize {
        self.names.len()
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;
    use crate::address::TcpConnectionId;
    use proptest::prelude::*;
    use std::net::SocketAddr;

    fn address(port: u16) -> Address {
        SocketAddr::from(([192, 0, 2, 1], port)).into()
    }

    fn binding(name: &str) -> Vec<u8> {
        let mut bytes = vec![0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42];
        bytes.extend([7; 12]);
        bytes.extend([0x80, 0x22, 0, 1, b'x', 0, 0, 0]);
        bytes.extend([0, 6, 0, u8::try_from(name.len()).unwrap()]);
        bytes.extend(name.as_bytes());
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    #[test]
    fn the_first_bytes_tell_the_kind() {
        assert_eq!(classify(&[]), None);
        assert_eq!(classify(&[0; 19]), None);
        assert_eq!(classify(&[0; 20]), Some(Class::Stun));
        assert_eq!(classify(&[22, 254]), Some(Class::Dtls));
        assert_eq!(classify(&[0x80, 111]), Some(Class::Rtp));
        assert_eq!(classify(&[0x80, 0xE0]), Some(Class::Rtp), "with marker");
        assert_eq!(classify(&[0x80, 200]), Some(Class::Rtcp));
        assert_eq!(classify(&[0x80]), None);
        assert_eq!(classify(&[64; 30]), None, "TURN channel data is not ours");
    }

    #[test]
    fn the_user_name_is_found_behind_other_attributes() {
        assert_eq!(username(&binding("ours:theirs")), Some("ours"));
        assert_eq!(username(&binding("nobody")), None);
        let mut reply = binding("ours:theirs");
        reply[0] = 1;
        assert_eq!(username(&reply), None, "not a request");
        let cut = binding("ours:theirs");
        assert_eq!(username(&cut[..cut.len() - 4]), None);
    }

    #[test]
    fn routes_are_bounded_per_peer_and_the_stalest_goes() {
        let start = Instant::now();
        let mut demux = Demux::default();
        demux.admit(address(9), PeerId(2), start);
        for i in 0..=ROUTES {
            let port = 1_000 + u16::try_from(i).unwrap();
            demux.admit(address(port), PeerId(1), start + Duration::from_secs(port.into()));
        }
        assert_eq!(demux.routes(), ROUTES + 1);
        assert_eq!(demux.peer_at(address(1_000), start), None);
        assert_eq!(demux.peer_at(address(1_001), start), Some(PeerId(1)));
        assert_eq!(demux.peer_at(address(9), start), Some(PeerId(2)), "another peer's stays");
    }

    #[test]
    fn udp_and_each_connection_are_apart_even_from_the_same_port() {
        let (start, mut demux) = (Instant::now(), Demux::default());
        let socket = address(7).socket;
        let [first, second] = [1, 2].map(|tcp| Address::by_tcp(TcpConnectionId(tcp), socket));
        demux.admit(first, PeerId(1), start);
        assert_eq!(demux.peer_at(first, start), Some(PeerId(1)));
        assert!(!demux.knows(second) && !demux.knows(socket.into()), "a later connection inherits nothing");
        demux.admit(socket.into(), PeerId(2), start);
        assert_eq!((demux.routes(), demux.tcp_connections()), (2, 1));
        demux.admit(first, PeerId(1), start);
        assert_eq!(demux.tcp_connections(), 1, "it is heard again");
        demux.forget(PeerId(1));
        assert_eq!(demux.tcp_connections(), 0);
    }

    #[test]
    fn an_address_goes_to_another_peer_only_when_its_owner_is_silent() {
        let (start, mut demux) = (Instant::now(), Demux::default());
        demux.admit(address(1), PeerId(1), start);
        demux.admit(address(1), PeerId(2), start + Duration::from_secs(9));
        assert_eq!(demux.owner(address(1)), Some(PeerId(1)));
        demux.admit(address(1), PeerId(2), start + Duration::from_secs(10));
        assert_eq!(demux.owner(address(1)), Some(PeerId(2)), "a NAT has given the port away");
    }

    #[test]
    fn forgotten_peers_and_stale_routes_are_removed() {
        let start = Instant::now();
        let mut demux = Demux::default();
        demux.name("a".into(), PeerId(1));
        demux.name("b".into(), PeerId(1));
        assert_eq!((demux.peer_named("a"), demux.peer_named("b")), (None, Some(PeerId(1))));
        demux.admit(address(1), PeerId(1), start);
        demux.sweep(start + Duration::from_secs(9), Duration::from_secs(10));
        assert_eq!(demux.routes(), 1);
        demux.sweep(start + Duration::from_secs(10), Duration::from_secs(10));
        assert_eq!(demux.routes(), 0);
        demux.admit(address(1), PeerId(1), start);
        demux.forget(PeerId(1));
        assert_eq!((demux.routes(), demux.names()), (0, 0));
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes: Vec<u8>) {
            let _ = classify(&bytes);
            let _ = username(&bytes);
        }

        #[test]
        fn a_cut_request_is_no_other_request(cut in 0_usize..44) {
            let whole = binding("ours:theirs");
            prop_assert!(username(&whole[..cut.min(whole.len() - 1)]).is_none_or(|name| name == "ours"));
        }
    }
}
