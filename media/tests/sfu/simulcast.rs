//! Layers: chosen per receiver, switched at keyframes, numbered as one stream.

use crate::testbed::{ROOM, Received, SECOND, Setup, Testbed};
use std::collections::HashSet;
use teranga_media::id::PeerId;

const CALL: Setup = Setup {
    voices: 2,
    cameras: 2,
    simulcast: false,
    channel: false,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: false,
    malformed_feedback: false,
};

/// Makes a client; only the first sends layers, because str0m as a client accepts none without a rid on such a
/// line.
fn call(count: u32, seed: u64) -> Testbed {
    let mut testbed = Testbed::new(seed);
    for peer in 1..=count {
        testbed.join(ROOM, PeerId(peer), Setup { simulcast: peer == 1, ..CALL });
    }
    testbed.run(2 * SECOND);
    testbed
}

/// Makes a testbed in which peer 1 sends three layers of some 200, 200 and 600 kbit/s (1 kB packets, 25 frames a
/// second).
fn filming(count: u32, seed: u64) -> Testbed {
    let mut testbed = call(count, seed);
    let now = testbed.now;
    testbed.clients[0].turn_on(&[1, 1, 3], now);
    testbed.run(5 * SECOND);
    testbed
}

fn pictures(testbed: &Testbed, index: usize) -> Vec<Received> {
    let client = &testbed.clients[index];
    let through = client.cameras.iter().flat_map(|mid| client.through(*mid));
    through.filter(|packet| packet.payload.len() > 500).cloned().collect()
}

#[test]
fn a_good_link_gets_the_best_layer() {
    let testbed = filming(2, 40);
    let layers: Vec<u8> = pictures(&testbed, 1).iter().map(|packet| packet.trace().1).collect();
    assert_eq!(layers.first(), Some(&0), "the cheapest at first");
    assert_eq!(layers.last(), Some(&2), "the best in the end");
}

#[test]
fn sequence_numbers_do_not_show_a_layer_switch() {
    let testbed = filming(2, 41);
    let received = pictures(&testbed, 1);
    let layers: HashSet<u8> = received.iter().map(|packet| packet.trace().1).collect();
    assert!(layers.len() > 1, "there was a switch");
    for pair in received.windows(2) {
        let [a, b] = pair else { unreachable!("windows of two") };
        assert_eq!(b.sequence, a.sequence + 1);
        let ticks = b.timestamp.wrapping_sub(a.timestamp);
        assert!(ticks <= 90 * 200, "time moves on without a jump: {ticks}");
        let step = |now: u16, before: u16, mask: u16| now.wrapping_sub(before) & mask;
        let (now, before) = (b.vp8(), a.vp8());
        let pictures = step(now.picture.unwrap().id, before.picture.unwrap().id, 0x7FFF);
        let levels = step(now.level0.unwrap().into(), before.level0.unwrap().into(), 0xFF);
        assert!(pictures <= 1 && levels <= 1, "picture ids step by one: {pictures} {levels}");
        assert_eq!(pictures == 1, now.frame_start);
        if a.trace().1 != b.trace().1 {
            assert!(now.keyframe_start, "only at a keyframe");
        }
    }
}

#[test]
fn a_thin_receiver_gets_less_and_costs_the_others_nothing() {
    let mut testbed = call(3, 42);
    testbed.network.shape_down(PeerId(3), |link| link.rate = 400_000);
    let now = testbed.now;
    testbed.clients[0].turn_on(&[1, 1, 3], now);
    testbed.run(20 * SECOND);
    let since = testbed.now;
    testbed.run(5 * SECOND);
    let recent = |index: usize| -> Vec<usize> {
        pictures(&testbed, index).iter().filter(|p| p.at > since).map(|p| p.trace().1.into()).collect()
    };
    let (thick, thin) = (recent(1), recent(2));
    let best = thick.iter().filter(|layer| **layer == 2).count();
    assert!(best * 10 > thick.len() * 9, "the thick one has the best layer: {best} of {}", thick.len());
    assert!(thin.iter().all(|layer| *layer < 2), "the thin one has not");
    assert!(testbed.clients[2].heard(2, since) > 225, "and its voices flow");
}
