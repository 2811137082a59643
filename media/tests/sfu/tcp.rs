//! Calls through TCP connections, for networks that block UDP.

use crate::testbed::{ROOM, SECOND, Setup, Testbed};
use teranga_media::{
    address::{Address, TcpConnectionId},
    command::Command,
    id::PeerId,
};

/// Number of the TCP connection that the first client uses.
fn tcp(testbed: &mut Testbed, tcp: TcpConnectionId) -> Address {
    let socket = testbed.clients[0].address;
    testbed.tcp_connections.insert(socket, tcp);
    Address::by_tcp(tcp, socket)
}

#[test]
fn the_answer_has_tcp_candidates_and_stays_short() {
    let testbed = Testbed::with(2, 90, Setup { voices: 2, cameras: 2, channel: true, ..Setup::default() });
    let answer = &testbed.clients[0].answer;
    let tcp: Vec<_> = answer.lines().filter(|line| line.contains(" tcp ")).collect();
    let udp: Vec<_> = answer.lines().filter(|line| line.contains(" udp ")).collect();
    assert_eq!((tcp.len(), udp.len()), (1, 2), "{answer}");
    assert!(tcp[0].contains(" 192.0.2.1 443 typ host tcptype passive"), "{}", tcp[0]);
    let priority = |line: &str| line.split(' ').nth(3).and_then(|word| word.parse::<u32>().ok()).unwrap();
    assert!(udp.iter().all(|line| priority(line) > priority(tcp[0])), "{answer}");
}

#[test]
fn a_call_moves_from_tcp_to_udp_and_back() {
    let mut testbed = Testbed::new(91);
    testbed.join(ROOM, PeerId(1), Setup { voices: 1, ..Setup::default() });
    testbed.join(ROOM, PeerId(2), Setup { voices: 1, ..Setup::default() });
    let address = tcp(&mut testbed, TcpConnectionId(7));
    testbed.run(2 * SECOND);
    assert!(testbed.sfu.knows(address) && !testbed.sfu.knows(address.socket.into()));
    assert_eq!(testbed.sfu.stats().tcp_connections, 1);
    let both = |testbed: &Testbed, since| {
        testbed.clients[0].heard(2, since) > 40 && testbed.clients[1].heard(1, since) > 40
    };
    let since = testbed.now;
    testbed.run(SECOND);
    assert!(both(&testbed, since), "by TCP");

    for (step, next) in [("by UDP again", None), ("by another connection", Some(TcpConnectionId(8)))] {
        testbed.tcp_connections.clear();
        if let Some(next) = next {
            tcp(&mut testbed, next);
        }
        testbed.run(4 * SECOND);
        let since = testbed.now;
        testbed.run(SECOND);
        assert!(both(&testbed, since), "{step}");
    }
    testbed.command(Command::Leave { peer: PeerId(1) });
    assert!(!testbed.sfu.knows(address), "whoever accepted it closes it");
    assert_eq!(testbed.sfu.stats().tcp_connections, 0);
}

#[test]
fn a_replayed_request_opens_no_tcp_connection() {
    let mut testbed = Testbed::new(92);
    testbed.network.tap = Some(Vec::new());
    testbed.join(ROOM, PeerId(1), Setup::default());
    testbed.run(SECOND);
    let tap = testbed.network.tap.take().unwrap();
    let sent = testbed.sfu.stats().packets_out;
    for (source, datagram) in tap {
        let address = Address::by_tcp(TcpConnectionId(9), source);
        testbed.sfu.handle_datagram(testbed.now, address, &datagram);
        assert!(!testbed.sfu.knows(address), "even from the same port");
    }
    assert!(testbed.sfu.poll_transmit().is_none());
    assert_eq!(testbed.sfu.stats().packets_out, sent);
    assert!(testbed.sfu.stats().dropped.stun_replayed > 0 && testbed.sfu.stats().dropped.unknown_source > 0);
}
