//! Calls through TCP connections, for networks that block UDP.

use crate::world::{ROOM, SECOND, Setup, World};
use teranga_media::{
    address::{Address, TcpConnectionId},
    command::Command,
    id::PeerId,
};

/// Number of the TCP connection that the first client uses.
fn tcp(world: &mut World, tcp: TcpConnectionId) -> Address {
    let socket = world.clients[0].address;
    world.tcp_connections.insert(socket, tcp);
    Address::by_tcp(tcp, socket)
}

#[test]
fn the_answer_says_where_tcp_is_waited_for_and_stays_short() {
    let world = World::with(2, 90, Setup { voices: 2, cameras: 2, channel: true, ..Setup::default() });
    let answer = &world.clients[0].answer;
    let tcp: Vec<_> = answer.lines().filter(|line| line.contains(" tcp ")).collect();
    let udp: Vec<_> = answer.lines().filter(|line| line.contains(" udp ")).collect();
    assert_eq!((tcp.len(), udp.len()), (1, 2), "{answer}");
    assert!(tcp[0].contains(" 192.0.2.1 443 typ host tcptype passive"), "{}", tcp[0]);
    let priority = |line: &str| line.split(' ').nth(3).and_then(|word| word.parse::<u32>().ok()).unwrap();
    assert!(udp.iter().all(|line| priority(line) > priority(tcp[0])), "{answer}");
}

#[test]
fn a_call_that_begins_by_tcp_and_goes_on_by_udp_and_back() {
    let mut world = World::new(91);
    world.join(ROOM, PeerId(1), Setup { voices: 1, ..Setup::default() });
    world.join(ROOM, PeerId(2), Setup { voices: 1, ..Setup::default() });
    let address = tcp(&mut world, TcpConnectionId(7));
    world.run(2 * SECOND);
    assert!(world.sfu.knows(address) && !world.sfu.knows(address.socket.into()));
    assert_eq!(world.sfu.stats().tcp_connections, 1);
    let both =
        |world: &World, since| world.clients[0].heard(2, since) > 40 && world.clients[1].heard(1, since) > 40;
    let since = world.now;
    world.run(SECOND);
    assert!(both(&world, since), "by TCP");

    for (step, next) in [("by UDP again", None), ("by another connection", Some(TcpConnectionId(8)))] {
        world.tcp_connections.clear();
        if let Some(next) = next {
            tcp(&mut world, next);
        }
        world.run(4 * SECOND);
        let since = world.now;
        world.run(SECOND);
        assert!(both(&world, since), "{step}");
    }
    world.command(Command::Leave { peer: PeerId(1) });
    assert!(!world.sfu.knows(address), "whoever accepted it closes it");
    assert_eq!(world.sfu.stats().tcp_connections, 0);
}

#[test]
fn what_was_overheard_opens_no_connection() {
    let mut world = World::new(92);
    world.network.tap = Some(Vec::new());
    world.join(ROOM, PeerId(1), Setup::default());
    world.run(SECOND);
    let tap = world.network.tap.take().unwrap();
    let sent = world.sfu.stats().packets_out;
    for (source, datagram) in tap {
        let address = Address::by_tcp(TcpConnectionId(9), source);
        world.sfu.handle_datagram(world.now, address, &datagram);
        assert!(!world.sfu.knows(address), "even from the same port");
    }
    assert!(world.sfu.poll_transmit().is_none());
    assert_eq!(world.sfu.stats().packets_out, sent);
    assert!(world.sfu.stats().dropped.stun_replayed > 0 && world.sfu.stats().dropped.unknown_source > 0);
}
