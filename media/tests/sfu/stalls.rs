//! Links that stand still for seconds, hold every packet, and deliver all of them afterwards.

use crate::testbed::{Client, ROOM, Received, SECOND, Setup, Testbed};
use std::time::{Duration, Instant};
use teranga_media::{
    command::{Command, LinkMemory},
    id::PeerId,
    link::packet_train,
    units::Bitrate,
};

/// The client behind the link that stands still.
const FAR: PeerId = PeerId(1);

const STALL: Duration = Duration::from_secs(2);

/// First byte of the message on the probe data channel that the server is there.
const ALIVE: u8 = 6;
/// First byte of the page's message that nothing comes to it, or that something comes again.
const SILENCE: u8 = 7;
/// First byte of the message that a voice that came late behind a stall is punctual again.
const RENEW: u8 = 8;

/// A call of two whose far client has 64 kbit/s and 100 ms each way, and packets of 60 ms.
fn call(seed: u64) -> Testbed {
    let mut testbed = Testbed::with(2, seed, Setup { channel: true, ..Setup::default() });
    testbed.network.shape(FAR, |link| (link.rate, link.delay) = (64_000, Duration::from_millis(100)));
    testbed.clients.iter_mut().for_each(|client| client.voice_every = Duration::from_millis(60));
    // The shorter way of the first second is forgotten.
    testbed.run(45 * SECOND);
    testbed
}

/// The time at which a packet was said.
fn said(packet: &Received, speaker: &Client) -> Instant {
    packet.at.checked_sub(packet.age(speaker)).expect("a time of the test")
}

#[test]
fn a_voice_that_the_uplink_held_back_is_not_forwarded_late() {
    let mut testbed = call(700);
    testbed.clients[1].open(packet_train::LABEL);
    testbed.run(SECOND);
    let began = testbed.now;
    testbed.network.hold(FAR, STALL, began);
    testbed.run(8 * SECOND);
    let [speaker, listener] = &testbed.clients[..] else { panic!("two clients") };
    let heard: Vec<_> = listener.through(listener.voices[0]);
    let latest = heard.iter().map(|packet| packet.age(speaker)).max().expect("a voice");
    // The backlog of 2 s takes as long as the voice of .7 s that is said meanwhile.
    assert!(latest < Duration::from_millis(900), "{latest:?}");
    let said_after = heard.iter().find(|packet| said(packet, speaker) >= began + STALL).expect("it is back");
    let waited = said(said_after, speaker).saturating_duration_since(began + STALL);
    assert!(waited < Duration::from_millis(100), "what was said after the stall is heard: {waited:?}");
    let first = heard.iter().find(|packet| packet.at > began + STALL).expect("it is back");
    assert!(first.at < began + STALL + SECOND, "after {:?}", first.at - began);
    for pair in heard.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence + 1, "nobody asks for what is of no use");
        let [before, after] = [pair[0], pair[1]].map(|packet| said(packet, speaker));
        let ticks = u128::from(pair[1].timestamp.wrapping_sub(pair[0].timestamp));
        assert!(ticks.abs_diff((after - before).as_micros() * 48 / 1_000) <= 1, "the clock goes on");
    }
    let renewals: Vec<_> = listener.messages.iter().filter(|message| message[0] == RENEW).collect();
    assert_eq!(renewals, [&[RENEW, 1]; 3], "its jitter buffer is long, and a message may be lost");
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

#[test]
fn nothing_is_sent_into_a_stall_and_the_voice_goes_on_behind_it_without_a_gap_in_its_numbers() {
    let mut testbed = call(703);
    let began = testbed.now;
    testbed.network.hold(FAR, STALL, began);
    testbed.run(STALL);
    let waiting = testbed.network.waiting_down(FAR, testbed.now);
    assert!(waiting < Duration::from_millis(700), "a second of voice waits: {waiting:?}");
    testbed.run(5 * SECOND);
    let [listener, speaker] = &testbed.clients[..] else { panic!("two clients") };
    let heard: Vec<_> = listener.through(listener.voices[0]);
    let punctual = heard.iter().rfind(|packet| packet.age(speaker) > Duration::from_millis(200));
    let last_late = punctual.expect("what went before anybody knew").at;
    assert!(last_late < began + STALL + SECOND, "after {:?}", last_late - began);
    for pair in heard.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence + 1, "nobody asks for what was not sent");
        let [before, after] = [pair[0], pair[1]].map(|packet| said(packet, speaker));
        let ticks = u128::from(pair[1].timestamp.wrapping_sub(pair[0].timestamp));
        assert!(ticks.abs_diff((after - before).as_micros() * 48 / 1_000) <= 1, "the clock goes on");
    }
    assert!(testbed.sfu.stats().dropped.stalled >= 15, "{:?}", testbed.sfu.stats().dropped);
}

#[test]
fn nothing_is_sent_behind_the_backlog_of_a_thin_link_so_that_the_voice_is_punctual_once_it_has_passed() {
    for seed in 707..711 {
        let mut testbed = call(seed);
        testbed.network.shape(FAR, |link| (link.rate, link.delay) = (40_000, Duration::from_millis(300)));
        let rate = Bitrate::kbps(40);
        testbed.command(Command::Measured { peer: FAR, link: LinkMemory { up: rate, down: rate } });
        testbed.run(45 * SECOND);
        let began = testbed.now;
        testbed.network.hold(FAR, STALL, began);
        testbed.run(4 * SECOND);
        let [listener, speaker] = &testbed.clients[..] else { panic!("two clients") };
        let heard: Vec<_> = listener.through(listener.voices[0]);
        let after: Vec<_> = heard.iter().filter(|packet| said(packet, speaker) > began + STALL).collect();
        let latest = after.iter().map(|packet| packet.age(speaker)).max().expect("it is back");
        assert!(latest < Duration::from_millis(450), "{seed}: {latest:?}");
        let first = after[0].at.saturating_duration_since(began + STALL);
        assert!(first < Duration::from_millis(1_500), "{seed}: {first:?}");
    }
}

#[test]
fn a_voice_is_sent_again_in_an_outage_so_that_it_is_back_with_the_link() {
    let mut testbed = call(704);
    testbed.network.shape(FAR, |link| link.cut = true);
    testbed.run(7 * SECOND);
    testbed.network.shape(FAR, |link| link.cut = false);
    let since = testbed.now;
    let back = testbed.run_until(SECOND, |testbed| testbed.clients[0].heard(2, since) > 0);
    assert!(back.is_some_and(|back| back < Duration::from_millis(250)), "{back:?}");
}

#[test]
fn a_page_that_says_that_nothing_comes_to_it_is_sent_nothing_for_a_moment() {
    let mut testbed = call(705);
    let channel = testbed.clients[0].open(packet_train::LABEL);
    testbed.run(SECOND);
    let heard_after = |testbed: &mut Testbed, word: u8, span: Duration| {
        testbed.clients[0].say_on(channel, &[SILENCE, word]);
        testbed.run(Duration::from_millis(400));
        let since = testbed.now;
        testbed.run(span);
        testbed.clients[0].heard(2, since)
    };
    assert_eq!(heard_after(&mut testbed, 1, Duration::from_millis(700)), 0);
    assert!(heard_after(&mut testbed, 0, SECOND) >= 15, "it takes its word back");
    assert!(heard_after(&mut testbed, 1, 2 * SECOND) >= 12, "its next word may be lost");
}

#[test]
fn a_page_is_told_that_the_server_is_there_while_the_only_other_voice_is_away() {
    let mut testbed = call(706);
    testbed.clients[1].open(packet_train::LABEL);
    testbed.run(5 * SECOND);
    let words = |testbed: &Testbed| -> Vec<u8> {
        let words = testbed.clients[1].messages.iter().filter(|message| message[0] == ALIVE);
        words.map(|message| message[1]).collect()
    };
    assert!(words(&testbed).is_empty(), "the voice tells it");
    testbed.network.hold(FAR, STALL, testbed.now);
    testbed.run(STALL);
    let told = words(&testbed);
    assert!((4..=8).contains(&told.len()) && told.iter().all(|word| *word == 0), "{told:?}");
}
