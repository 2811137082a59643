//! Data channels: a message reaches the others' channels of the same label.

use crate::world::{SECOND, Setup, World};
use teranga_media::id::PeerId;

const CALL: Setup = Setup {
    voices: 1,
    cameras: 0,
    simulcast: false,
    channel: true,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: false,
};

fn open(count: u32, seed: u64) -> World {
    let mut world = World::with(count, seed, CALL);
    world.run(2 * SECOND);
    assert!(world.clients.iter().all(|client| client.channel_open));
    world
}

#[test]
fn a_message_reaches_all_others_once() {
    let mut world = open(3, 70);
    assert!(world.clients[0].say(b"38.9 degrees"));
    world.clients[0].wake(world.now);
    world.run(SECOND);
    assert!(world.clients[0].messages.is_empty(), "no echo");
    assert_eq!(world.clients[1].messages, [b"38.9 degrees"]);
    assert_eq!(world.clients[2].messages, [b"38.9 degrees"]);
    assert_eq!(world.sfu.stats().messages_relayed, 2);
}

#[test]
fn a_picture_of_many_packets_arrives_whole() {
    let mut world = open(2, 71);
    world.network.shape(PeerId(2), |link| link.loss = 0.03);
    let picture: Vec<u8> = (0..40_000_u32).map(|i| (i % 251) as u8).collect();
    assert!(world.clients[0].say(&picture));
    world.clients[0].wake(world.now);
    world.run(20 * SECOND);
    assert_eq!(world.clients[1].messages, [picture]);
}

#[test]
fn a_slow_reader_costs_no_memory() {
    let mut world = open(2, 72);
    world.network.shape_down(PeerId(2), |link| link.rate = 40_000);
    let message = vec![7; 8_000];
    for _ in 0..200 {
        world.clients[0].say(&message);
        world.clients[0].wake(world.now);
        world.run(SECOND / 20);
    }
    let stats = world.sfu.stats();
    assert!(stats.dropped.messages > 50, "the backlog is bounded: {stats:?}");
    assert!(stats.messages_relayed > 10);
}
