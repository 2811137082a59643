//! Network address translation (NAT) of the operator, at the near end of the link: the far host is seen under a public
//! address and, for UDP, under ports that are not its own. Both can change in the middle of a call. Pure.

use crate::packet::{End, Header, UDP};
use rand::{Rng, SeedableRng, rngs::StdRng};
use std::{collections::BTreeMap, net::Ipv4Addr};

/// The server's address, in the near namespace.
pub const NEAR: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 1);
/// The far host's own address, which the near side never sees.
pub const FAR: Ipv4Addr = Ipv4Addr::new(10, 77, 0, 2);
/// Public addresses are drawn from the range of carriers' translators (RFC 6598).
pub const PUBLIC_RANGE: &str = "100.64.0.0/10";

/// Public ports: 32,768 of them, so that a free one is found at once by drawing.
const PORTS: std::ops::RangeInclusive<u16> = 0x8000..=0xFFFF;
/// Maximum number of flows. More are the work of a program gone wild, and all mappings are then forgotten, as routers do.
const MAX_FLOWS: usize = 8_192;

/// The NAT of one far host behind one public address. A UDP mapping holds for every destination until it is told
/// to change: idle mappings do not expire.
#[derive(Debug)]
pub struct Nat {
    random: StdRng,
    public: Ipv4Addr,
    to_public: BTreeMap<u16, u16>,
    to_far: BTreeMap<u16, u16>,
}

impl Nat {
    /// Makes a NAT without mappings. The same seed gives the same addresses and ports.
    pub fn new(seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let public = draw_address(&mut random);
        Self { random, public, to_public: BTreeMap::new(), to_far: BTreeMap::new() }
    }

    /// Public address of the far host.
    pub fn public(&self) -> Ipv4Addr {
        self.public
    }

    /// Changes the public address, and forgets every UDP mapping.
    pub fn change_address(&mut self) {
        let old = self.public;
        while self.public == old {
            self.public = draw_address(&mut self.random);
        }
        self.change_ports();
    }

    /// Forgets every UDP mapping; the next packet of a flow makes another.
    pub fn change_ports(&mut self) {
        self.to_public.clear();
        // Old ports stay known as dead, so that none is drawn again for another flow.
        for far in self.to_far.values_mut() {
            *far = DEAD;
        }
    }

    /// Rewrites a packet that the far host sends to the near side.
    pub fn translate_outgoing(&mut self, packet: &mut [u8]) {
        let Some(header) = Header::read(packet) else { return };
        let port = header.udp_port(packet, End::Source).map(|port| self.map(port));
        header.rewrite(packet, End::Source, self.public, port);
    }

    /// Rewrites a packet for the far host; false if no mapping exists for its address and port.
    #[must_use]
    pub fn translate_incoming(&self, packet: &mut [u8]) -> bool {
        let Some(header) = Header::read(packet) else { return false };
        if header.destination != self.public {
            return false;
        }
        let port = header.udp_port(packet, End::Destination);
        let far = port.and_then(|port| self.to_far.get(&port).copied()).filter(|far| *far != DEAD);
        if header.protocol == UDP && port.is_some() && far.is_none() {
            return false;
        }
        header.rewrite(packet, End::Destination, FAR, far);
        true
    }

    fn map(&mut self, port: u16) -> u16 {
        if let Some(public) = self.to_public.get(&port) {
            return *public;
        }
        if self.to_far.len() >= MAX_FLOWS {
            self.to_public.clear();
            self.to_far.clear();
        }
        let mut public = self.random.random_range(PORTS);
        while self.to_far.contains_key(&public) {
            public = self.random.random_range(PORTS);
        }
        self.to_public.insert(port, public);
        self.to_far.insert(public, port);
        public
    }
}

/// Marks a dead mapping, because no flow has port 0.
const DEAD: u16 = 0;

fn draw_address(random: &mut StdRng) -> Ipv4Addr {
    Ipv4Addr::new(100, random.random_range(64..128), random.random(), random.random_range(1..255))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packet::samples;

    /// Public port of a port of the far host; a new one is drawn if there is none.
    fn seen(nat: &mut Nat, port: u16) -> (Ipv4Addr, u16) {
        let mut packet = samples::udp((FAR, port), (NEAR, 443), b"hello");
        nat.translate_outgoing(&mut packet);
        assert!(samples::is_whole(&packet));
        let header = Header::read(&packet).unwrap();
        (header.source, header.udp_port(&packet, End::Source).unwrap())
    }

    /// Port of the far host behind a public port.
    fn answered(nat: &Nat, to: (Ipv4Addr, u16)) -> Option<u16> {
        let mut packet = samples::udp((NEAR, 443), to, b"hello");
        let passed = nat.translate_incoming(&mut packet);
        assert!(samples::is_whole(&packet));
        let header = Header::read(&packet).unwrap();
        assert!(!passed || header.destination == FAR);
        passed.then(|| header.udp_port(&packet, End::Destination)).flatten()
    }

    #[test]
    fn a_flow_keeps_its_mapping_and_answers_return() {
        let mut nat = Nat::new(1);
        let (one, two) = (seen(&mut nat, 5_000), seen(&mut nat, 5_001));
        assert_ne!(one, two);
        assert_eq!(one, seen(&mut nat, 5_000));
        assert_eq!(one.0, nat.public());
        assert!(one.0.octets()[0] == 100 && (64..128).contains(&one.0.octets()[1]));
        assert_eq!(answered(&nat, one), Some(5_000));
        assert_eq!(answered(&nat, two), Some(5_001));
        assert_eq!(answered(&nat, (one.0, 1)), None);
        assert_eq!(answered(&nat, (FAR, 5_000)), None);
    }

    #[test]
    fn new_ports_kill_old_mappings_only() {
        let mut nat = Nat::new(2);
        let old = seen(&mut nat, 5_000);
        nat.change_ports();
        assert_eq!(answered(&nat, old), None);
        let new = seen(&mut nat, 5_000);
        assert_eq!(new.0, old.0);
        assert_ne!(new.1, old.1);
        assert_eq!(answered(&nat, new), Some(5_000));
        assert_eq!(answered(&nat, old), None);
    }

    #[test]
    fn a_new_address_kills_the_old_one_for_tcp_too() {
        let mut nat = Nat::new(3);
        let old = seen(&mut nat, 5_000);
        let mut segment = samples::tcp((NEAR, 443), (nat.public(), 6_000));
        assert!(nat.translate_incoming(&mut segment));
        assert!(samples::is_whole(&segment));
        nat.change_address();
        assert_ne!(nat.public(), old.0);
        assert!(!nat.translate_incoming(&mut samples::tcp((NEAR, 443), (old.0, 6_000))));
        assert_eq!(answered(&nat, old), None);
        assert_ne!(seen(&mut nat, 5_000).0, old.0);
    }

    #[test]
    fn tcp_keeps_its_port() {
        let mut nat = Nat::new(4);
        let mut segment = samples::tcp((FAR, 6_000), (NEAR, 443));
        nat.translate_outgoing(&mut segment);
        assert!(samples::is_whole(&segment));
        assert_eq!(segment[20..22], 6_000_u16.to_be_bytes());
        assert_eq!(Header::read(&segment).unwrap().source, nat.public());
    }

    #[test]
    fn the_table_of_flows_is_bounded() {
        let mut nat = Nat::new(5);
        for port in 1..=u16::MAX {
            seen(&mut nat, port);
        }
        assert!(nat.to_far.len() <= MAX_FLOWS && nat.to_public.len() <= MAX_FLOWS);
    }
}
