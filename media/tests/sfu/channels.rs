//! Data channels: a message reaches the others' channels of the same label.

use crate::testbed::{SECOND, Setup, Testbed};
use teranga_media::id::PeerId;

const CALL: Setup = Setup {
    voices: 1,
    cameras: 0,
    simulcast: false,
    channel: true,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: false,
};

fn open(count: u32, seed: u64) -> Testbed {
    let mut testbed = Testbed::with(count, seed, CALL);
    testbed.run(2 * SECOND);
    assert!(testbed.clients.iter().all(|client| client.channel_open));
    testbed
}

#[test]
fn a_message_reaches_all_others_once() {
    let mut testbed = open(3, 70);
    assert!(testbed.clients[0].say(b"38.9 degrees"));
    testbed.clients[0].wake(testbed.now);
    testbed.run(SECOND);
    assert!(testbed.clients[0].messages.is_empty(), "no echo");
    assert_eq!(testbed.clients[1].messages, [b"38.9 degrees"]);
    assert_eq!(testbed.clients[2].messages, [b"38.9 degrees"]);
    assert_eq!(testbed.sfu.stats().messages_relayed, 2);
}

#[test]
fn a_picture_of_many_packets_arrives_whole() {
    let mut testbed = open(2, 71);
    testbed.network.shape(PeerId(2), |link| link.loss = 0.03);
    let picture: Vec<u8> = (0..40_000_u32).map(|i| (i % 251) as u8).collect();
    assert!(testbed.clients[0].say(&picture));
    testbed.clients[0].wake(testbed.now);
    testbed.run(20 * SECOND);
    assert_eq!(testbed.clients[1].messages, [picture]);
}

#[test]
fn a_slow_reader_has_a_bounded_backlog() {
    let mut testbed = open(2, 72);
    testbed.network.shape_down(PeerId(2), |link| link.rate = 40_000);
    let message = vec![7; 8_000];
    for _ in 0..200 {
        testbed.clients[0].say(&message);
        testbed.clients[0].wake(testbed.now);
        testbed.run(SECOND / 20);
    }
    let stats = testbed.sfu.stats();
    assert!(stats.dropped.messages > 50, "the backlog is bounded: {stats:?}");
    assert!(stats.messages_relayed > 10);
}
