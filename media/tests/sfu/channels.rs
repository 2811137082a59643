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
    malformed_feedback: false,
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
fn a_message_of_many_packets_arrives_whole() {
    let mut testbed = open(2, 71);
    testbed.network.shape(PeerId(2), |link| link.loss = 0.03);
    let message: Vec<u8> = (0..3_900_u32).map(|i| (i % 251) as u8).collect();
    assert!(testbed.clients[0].say(&message));
    testbed.clients[0].wake(testbed.now);
    testbed.run(20 * SECOND);
    assert_eq!(testbed.clients[1].messages, [message]);
}

#[test]
fn a_member_who_floods_with_messages_takes_no_voice_from_a_thin_link() {
    let mut testbed = open(2, 72);
    testbed.network.shape_down(PeerId(2), |link| link.rate = 80_000);
    let since = testbed.now;
    for message in 0..1_000 {
        testbed.clients[0].say(&vec![7; if message % 2 == 0 { 1_000 } else { 10 }]);
        testbed.clients[0].wake(testbed.now);
        testbed.run(SECOND / 100);
    }
    let heard = testbed.clients[1].heard(1, since);
    assert!(heard >= 470, "{heard} of 500 packets of the voice");
    let late = testbed.network.waiting_down(PeerId(2), testbed.now);
    assert!(late < SECOND / 5, "a queue of {late:?} in front of the voice");
    let stats = testbed.sfu.stats();
    assert!(stats.dropped.messages > 800, "most of 400 kbit/s: {stats:?}");
    assert!(stats.messages_relayed > 5, "what anybody may say");
}
