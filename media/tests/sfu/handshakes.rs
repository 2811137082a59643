//! Joins while somebody forges DTLS in the client's name: from its own address, before its handshake, within it and after it (adr/0019).
//!
//! `TERANGA_JOINS=100 cargo test -p teranga-media --test sfu handshakes -- --nocapture` prints how many of a hundred joins came through.

use crate::testbed::{ROOM, SECOND, Setup, Testbed};
use std::{net::SocketAddr, time::Duration};
use str0m::config::DtlsVersion;
use teranga_media::id::PeerId;

/// The joins of each attack; `TERANGA_JOINS` sets another number.
const JOINS: u64 = 3;

/// The time for a join. Without an attack it takes a tenth of a second here.
const IN_TIME: Duration = Duration::from_secs(2);

const VERSIONS: [DtlsVersion; 2] = [DtlsVersion::Dtls12, DtlsVersion::Dtls13];

const CLIENT_HELLO: u8 = 1;

/// What an attacker can read and write.
struct View<'a> {
    testbed: &'a mut Testbed,
    victim: SocketAddr,
    /// Milliseconds since the victim's address is known.
    step: u16,
    /// What the victim has just sent and what has not arrived yet.
    sent: Vec<Vec<u8>>,
    /// Handshake records of another client.
    foreign: &'a [Vec<u8>],
}

impl View<'_> {
    fn forge(&mut self, datagram: &[u8]) {
        self.testbed.inject(self.victim, datagram);
    }

    /// A `ClientHello` of another client with a random that nobody has used.
    fn hello(&self) -> Vec<u8> {
        let hello = self.foreign.iter().find(|datagram| is_hello(datagram));
        let mut hello = hello.expect("a ClientHello").clone();
        hello[40..42].copy_from_slice(&self.step.to_be_bytes());
        hello
    }
}

fn is_hello(datagram: &[u8]) -> bool {
    datagram[0] == 22 && datagram[3..5] == [0, 0] && datagram[13] == CLIENT_HELLO
}

fn setup(dtls: DtlsVersion) -> Setup {
    Setup { dtls, ..Setup::default() }
}

/// The DTLS datagrams of a client that joins elsewhere.
fn foreign(dtls: DtlsVersion) -> Vec<Vec<u8>> {
    let mut testbed = Testbed::new(399);
    testbed.network.tap = Some(Vec::new());
    testbed.join(ROOM, PeerId(1), setup(dtls));
    testbed.run(SECOND);
    let tap = testbed.network.tap.take().expect("tapped").into_iter();
    tap.map(|(_, datagram)| datagram).filter(|datagram| (20..64).contains(&datagram[0])).collect()
}

/// Lets somebody join while `attack` acts each millisecond. Returns true if the join came through in time, and the voice after it.
fn joins(seed: u64, dtls: DtlsVersion, foreign: &[Vec<u8>], attack: &mut dyn FnMut(&mut View<'_>)) -> bool {
    let mut testbed = Testbed::with(1, seed, setup(dtls));
    testbed.network.tap = Some(Vec::new());
    let index = testbed.join(ROOM, PeerId(2), setup(dtls));
    let victim = testbed.clients[index].address;
    let (began, mut step, mut in_since) = (testbed.now, 0, None);
    while in_since.is_none_or(|since| testbed.now < since + SECOND) {
        testbed.run(Duration::from_millis(1));
        let tap = testbed.network.tap.replace(Vec::new()).unwrap_or_default();
        let sent =
            tap.into_iter().filter(|(from, _)| *from == victim).map(|(_, datagram)| datagram).collect();
        if testbed.sfu.knows(victim.into()) {
            attack(&mut View { testbed: &mut testbed, victim, step, sent, foreign });
            step += 1;
        }
        if testbed.clients[index].connected {
            in_since.get_or_insert(testbed.now);
        } else if testbed.now > began + IN_TIME {
            return false;
        }
    }
    let since = in_since.expect("it is in");
    testbed.clients[index].heard(1, since) >= 40 && testbed.clients[0].heard(2, since) >= 40
}

fn survives(name: &str, versions: &[DtlsVersion], attack: &mut dyn FnMut(&mut View<'_>)) {
    let count = std::env::var("TERANGA_JOINS").map_or(JOINS, |count| count.parse().expect("a number"));
    for dtls in versions {
        let foreign = foreign(*dtls);
        let came = (0..count).filter(|seed| joins(400 + seed, *dtls, &foreign, attack)).count();
        println!("{name}, {dtls}: {came} of {count} joins came through");
        assert_eq!(came as u64, count, "{name}, {dtls}");
    }
}

#[test]
fn nothing() {
    survives("no attack", &VERSIONS, &mut |_| {});
}

#[test]
fn one_forged_client_hello_before_the_clients_own() {
    survives("one forged ClientHello", &VERSIONS, &mut |view| {
        if view.step == 0 {
            view.forge(&view.hello());
        }
    });
}

#[test]
fn a_forged_client_hello_of_the_other_version() {
    for (dtls, other) in [(VERSIONS[0], VERSIONS[1]), (VERSIONS[1], VERSIONS[0])] {
        let foreign = foreign(other);
        let hello = foreign.iter().find(|datagram| is_hello(datagram)).expect("a ClientHello").clone();
        survives("one ClientHello of the other version", &[dtls], &mut |view| {
            if view.step == 0 {
                view.forge(&hello);
            }
        });
    }
}

#[test]
fn forged_client_hellos_before_within_and_after() {
    survives("a forged ClientHello each 20 ms", &VERSIONS, &mut |view| {
        if view.step % 20 == 0 {
            view.forge(&view.hello());
        }
    });
}

#[test]
fn a_flood_of_forged_client_hellos() {
    survives("a forged ClientHello each 2 ms", &VERSIONS, &mut |view| {
        if view.step % 2 == 0 {
            view.forge(&view.hello());
        }
    });
}

/// The attacker reads the client's `ClientHello`, changes its key share, and is faster.
#[test]
fn a_changed_copy_of_the_clients_own_hello_that_comes_first() {
    survives("a changed ClientHello", &VERSIONS, &mut |view| {
        for mut datagram in view.sent.clone() {
            if is_hello(&datagram) {
                let last = datagram.len() - 1;
                datagram[last] ^= 1;
                view.forge(&datagram);
                datagram.truncate(last);
                view.forge(&datagram);
            }
        }
    });
}

/// A large record number would make everything that follows look old.
#[test]
fn the_clients_own_hello_with_a_large_record_number() {
    survives("a ClientHello from the future", &VERSIONS, &mut |view| {
        for mut datagram in view.sent.clone() {
            if is_hello(&datagram) {
                datagram[5..11].copy_from_slice(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF0]);
                view.forge(&datagram);
            }
        }
    });
}

#[test]
fn halves_of_forged_client_hellos() {
    survives("forged fragments", &VERSIONS, &mut |view| {
        if view.step % 10 == 0 {
            let hello = view.hello();
            let body = &hello[25..];
            for (offset, part) in [(0_u32, &body[..60]), (60, &body[60..])] {
                let mut record = hello[..25].to_vec();
                record[19..22].copy_from_slice(&offset.to_be_bytes()[1..]);
                record[22..25].copy_from_slice(&(part.len() as u32).to_be_bytes()[1..]);
                record[11..13].copy_from_slice(&(part.len() as u16 + 12).to_be_bytes());
                record.extend(part);
                if offset == 0 || view.step % 20 == 0 {
                    view.forge(&record);
                }
            }
        }
    });
}

#[test]
fn alerts() {
    survives("three alerts each millisecond", &VERSIONS, &mut |view| {
        for (level, kind) in [(2, 40), (1, 0), (2, 10)] {
            let number = view.step.to_be_bytes();
            let alert = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, number[0], number[1], 0, 2, level, kind];
            view.forge(&alert);
        }
    });
}

#[test]
fn garbage() {
    survives("garbage each millisecond", &VERSIONS, &mut |view| {
        for first in [20, 21, 22, 22, 25, 26, 32, 47, 63] {
            let length = 1 + usize::from(view.step) * 7 % 300;
            let mut datagram: Vec<u8> =
                (0..length).map(|i| (i * 31 + usize::from(view.step)) as u8).collect();
            datagram[0] = first;
            view.forge(&datagram);
            let mut framed = vec![first, 0xFE, 0xFD, 0, first & 1, 0, 0, 0, 0, 0, 0];
            framed.extend(u16::try_from(length).expect("short").to_be_bytes());
            framed.extend(datagram);
            view.forge(&framed);
        }
    });
}

/// All that another client said in its handshake, its certificate too.
#[test]
fn the_handshake_of_somebody_else() {
    let mut kept = Vec::new();
    survives("a foreign handshake", &VERSIONS, &mut |view| {
        if view.step == 0 {
            kept =
                view.foreign.iter().filter(|datagram| datagram[13..].first() != Some(&16)).cloned().collect();
        }
        if let Some(datagram) = kept.get(usize::from(view.step) % 40) {
            let certificate = datagram[0] == 22 && datagram[13] == 11;
            // A foreign key exchange is a separate matter: nothing protects it in DTLS 1.2 (adr/0019).
            let end = if certificate {
                13 + usize::from(datagram[11]) * 256 + usize::from(datagram[12])
            } else {
                datagram.len()
            };
            view.forge(&datagram[..end]);
        }
    });
}

#[test]
fn a_call_goes_on_under_forged_alerts_and_hellos() {
    for dtls in VERSIONS {
        let mut testbed = Testbed::with(2, 450, setup(dtls));
        let foreign = foreign(dtls);
        let victim = testbed.clients[0].address;
        let since = testbed.now;
        for round in 0..3_699_u16 {
            let number = round.to_be_bytes();
            let alert = [21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, number[0], number[1], 0, 2, 2, 40];
            testbed.inject(victim, &alert);
            testbed.inject(victim, &foreign[usize::from(round) % foreign.len()]);
            if round % 2 == 0 {
                testbed.run(Duration::from_millis(1));
            }
        }
        testbed.run(SECOND);
        let spoken = (testbed.now - since).as_millis() as usize / 20;
        assert!(testbed.clients.iter().all(|client| client.connected && !client.goodbye));
        let heard = (testbed.clients[0].heard(2, since), testbed.clients[1].heard(1, since));
        assert!(heard.0 + 3 >= spoken && heard.1 + 3 >= spoken, "{heard:?} of {spoken}, {dtls}");
    }
}
