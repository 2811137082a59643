//! Links that stand still for seconds, hold every packet, and deliver all of them afterwards.

use crate::testbed::{ROOM, SECOND, Setup, Testbed};
use std::time::Duration;
use teranga_media::id::PeerId;

/// The client behind the link that stands still.
const FAR: PeerId = PeerId(1);

const STALL: Duration = Duration::from_secs(2);

/// A call of two whose far client has 64 kbit/s and 100 ms each way, and packets of 60 ms.
fn call(seed: u64) -> Testbed {
    let mut testbed = Testbed::with(2, seed, Setup::default());
    testbed.network.shape(FAR, |link| (link.rate, link.delay) = (64_000, Duration::from_millis(100)));
    testbed.clients.iter_mut().for_each(|client| client.voice_every = Duration::from_millis(60));
    testbed.run(10 * SECOND);
    testbed
}

#[test]
fn a_voice_that_the_uplink_held_back_is_not_forwarded_late() {
    let mut testbed = call(700);
    let began = testbed.now;
    testbed.network.hold(FAR, STALL, began);
    testbed.run(8 * SECOND);
    let [speaker, listener] = &testbed.clients[..] else { panic!("two clients") };
    let heard: Vec<_> = listener.through(listener.voices[0]);
    let latest = heard.iter().map(|packet| packet.age(speaker)).max().expect("a voice");
    assert!(latest < Duration::from_millis(300), "{latest:?}");
    let first = heard.iter().find(|packet| packet.at > began + STALL).expect("it is back");
    assert!(first.at < began + STALL + SECOND, "after {:?}", first.at - began);
    for pair in heard.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence + 1, "nobody asks for what is of no use");
        let [before, after] = [pair[0], pair[1]].map(|packet| packet.at - packet.age(speaker));
        let ticks = u128::from(pair[1].timestamp.wrapping_sub(pair[0].timestamp));
        assert!(ticks.abs_diff((after - before).as_micros() * 48 / 1_000) <= 1, "the clock goes on");
    }
    assert!(testbed.sfu.stats().dropped.held_back >= 25, "{:?}", testbed.sfu.stats().dropped);
}

#[test]
fn a_queue_that_stands_in_front_of_a_voice_does_not_silence_it() {
    let mut testbed = call(701);
    // Somebody else's download: half of a packet's time is added to each, until the queue is 1.5 s long.
    for i in 1..=50 {
        testbed.network.shape(FAR, |link| link.delay = Duration::from_millis(100 + 30 * i));
        testbed.run(Duration::from_millis(60));
    }
    testbed.run(10 * SECOND);
    assert_eq!(testbed.sfu.stats().dropped.held_back, 0);
}

#[test]
fn a_stall_of_one_member_leaves_the_voices_of_the_others_alone() {
    let mut testbed = call(702);
    testbed.join(ROOM, PeerId(3), Setup { voices: 2, ..Setup::default() });
    testbed.run(5 * SECOND);
    let since = testbed.now;
    testbed.network.hold(FAR, STALL, since);
    testbed.run(4 * SECOND);
    let heard = testbed.clients[2].heard(2, since);
    assert!(heard >= 64, "{heard} of 66");
}
