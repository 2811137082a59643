//! Cameras without layers: keyframes, retransmission, sender limits, one clock with the voice.

use crate::testbed::{ROOM, SECOND, Setup, Testbed};
use std::time::Duration;
use teranga_media::{
    command::{Caps, Command, Event, Rung},
    id::PeerId,
    limits::KEYFRAME_INTERVAL,
};

const CALL: Setup = Setup {
    voices: 3,
    cameras: 3,
    simulcast: false,
    channel: false,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: false,
    malformed_feedback: false,
};

/// Makes a testbed in which peer 1 sends a camera, all are connected, and cameras are allowed.
fn filming(count: u32, seed: u64) -> Testbed {
    let mut testbed = Testbed::with(count, seed, CALL);
    testbed.run(SECOND);
    let now = testbed.now;
    testbed.clients[0].turn_on(&[3], now);
    testbed.run(SECOND);
    testbed
}

/// Makes a testbed in which two peers film each other.
fn filming_each_other(seed: u64) -> Testbed {
    let mut testbed = Testbed::with(2, seed, CALL);
    testbed.run(2 * SECOND);
    for index in 0..2 {
        let now = testbed.now;
        testbed.clients[index].turn_on(&[2], now);
    }
    testbed.run(3 * SECOND);
    testbed
}

/// Returns the number of camera packets that a client got.
fn pictures(testbed: &Testbed, index: usize) -> usize {
    testbed.clients[index].through(testbed.clients[index].cameras[0]).len()
}

/// Returns the last limits that a peer was told.
fn caps(testbed: &Testbed, of: PeerId) -> Caps {
    let told = testbed.seen(|event| match event {
        Event::Caps { peer, caps } if *peer == of => Some(*caps),
        _ => None,
    });
    told.last().copied().expect("caps")
}

#[test]
fn video_begins_with_a_keyframe_and_has_no_gaps() {
    let mut testbed = filming(2, 30);
    testbed.run(3 * SECOND);
    let received = testbed.clients[1].through(testbed.clients[1].cameras[0]);
    assert!(received.len() > 250, "{}", received.len());
    assert!(received[0].vp8().keyframe_start);
    assert!(received.windows(2).all(|p| p[1].sequence == p[0].sequence + 1));
}

#[test]
fn a_late_joiner_gets_a_keyframe_soon() {
    let mut testbed = filming(2, 31);
    let late = testbed.join(ROOM, PeerId(9), CALL);
    testbed.run_until(SECOND, |testbed| testbed.clients[late].connected).expect("connected");
    let seen = |testbed: &Testbed| testbed.clients[late].received.iter().any(|p| p.payload.len() > 500);
    let took = testbed.run_until(SECOND, seen).expect("a picture");
    assert!(took < Duration::from_millis(700), "{took:?}");
    let first = testbed.clients[late].received.iter().find(|p| p.payload.len() > 500).unwrap();
    assert!(first.vp8().keyframe_start);
}

#[test]
fn keyframe_requests_are_throttled_per_source() {
    let mut testbed = filming(4, 32);
    let (asked, before) = (testbed.sfu.stats().keyframes_asked, testbed.clients[0].keyframes());
    let since = testbed.now;
    for _ in 0..100 {
        for index in 1..4 {
            let mid = testbed.clients[index].cameras[0];
            testbed.clients[index].want_keyframe(mid);
        }
        testbed.run(Duration::from_millis(50));
    }
    let span = (testbed.now - since).as_millis() / KEYFRAME_INTERVAL.as_millis();
    let made = testbed.clients[0].keyframes() - before;
    assert!(testbed.sfu.stats().keyframes_asked - asked > 100, "they did ask");
    assert!((span as u32 - 1..=span as u32 + 1).contains(&made), "{made} keyframes in {span} intervals");
}

#[test]
fn lost_video_packets_are_repaired_in_both_directions() {
    let mut testbed = filming(2, 33);
    for peer in [1, 2] {
        testbed.network.shape(PeerId(peer), |link| link.loss = 0.05);
    }
    let since = testbed.now;
    testbed.run(20 * SECOND);
    testbed.network.shape(PeerId(1), |link| link.loss = 0.0);
    testbed.network.shape(PeerId(2), |link| link.loss = 0.0);
    testbed.run(SECOND);

    let client = &testbed.clients[1];
    let pictures = client.through(client.cameras[0]).into_iter().filter(|p| p.at > since);
    let mut numbers: Vec<u64> = pictures.map(|packet| packet.sequence).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let span = numbers.last().unwrap() - numbers[0] + 1;
    let missing = span as usize - numbers.len();
    assert!(span > 1_400, "{span} packets");
    assert!(missing * 200 <= span as usize, "{missing} of {span} missing; unrepaired it were one in ten");
    let stats = testbed.sfu.stats();
    assert!(stats.nacks_in > 20 && stats.nacks_out > 20, "{stats:?}");
}

#[test]
fn a_camera_beyond_its_limit_is_dropped_and_resumes_with_a_keyframe() {
    let mut testbed = filming(2, 34);
    let since = testbed.now;
    let flood = 60;
    testbed.clients[0].turn_on(&[flood], since);
    testbed.run(5 * SECOND);
    let dropped = testbed.sfu.stats().dropped.over_cap;
    assert!(dropped > 1_000, "12 Mbit/s do not pass: {dropped}");

    let now = testbed.now;
    testbed.clients[0].turn_on(&[3], now);
    testbed.run(3 * SECOND);
    let since = testbed.now;
    testbed.run(SECOND);
    assert!(testbed.clients[1].heard(1, since) > 100, "pictures are back");
    let received = testbed.clients[1].through(testbed.clients[1].cameras[0]);
    assert!(received.windows(2).all(|p| p[1].sequence == p[0].sequence + 1), "the cut left no gap");
    let voice = testbed.clients[1].through(testbed.clients[1].voices[0]);
    assert!(voice.windows(2).all(|p| p[1].sequence == p[0].sequence + 1), "voice did not suffer");
}

#[test]
fn no_video_passes_before_its_limit_allows_it() {
    let mut testbed = Testbed::new(35);
    testbed.join(ROOM, PeerId(1), CALL);
    testbed.join(ROOM, PeerId(2), CALL);
    testbed.clients[0].speaking = false;
    let now = testbed.now;
    testbed.clients[0].turn_on(&[2], now);
    testbed.run(SECOND / 2);
    assert!(testbed.clients[1].through(testbed.clients[1].cameras[0]).is_empty());
    testbed.run(2 * SECOND);
    let opened = testbed
        .events
        .iter()
        .find(|(_, event)| matches!(event, Event::Caps { peer: PeerId(1), caps } if caps.video.is_some()));
    let (opened, _) = opened.expect("opened");
    let pictures = testbed.clients[1].through(testbed.clients[1].cameras[0]);
    assert!(pictures[0].at >= *opened && pictures[0].vp8().keyframe_start);
}

#[test]
fn voice_and_camera_of_one_sender_are_reported_on_one_clock() {
    let mut testbed = filming(2, 36);
    testbed.network.shape(PeerId(1), |link| link.jitter = Duration::from_millis(30));
    testbed.run(10 * SECOND);
    let client = &testbed.clients[1];
    let offset = |mid, rate| client.through(mid).last().and_then(|p| p.clock_offset(rate)).expect("reported");
    let (voice, camera) = (offset(client.voices[0], 48_000), offset(client.cameras[0], 90_000));
    assert!(voice.abs_diff(camera) < Duration::from_millis(5), "{voice:?} {camera:?}");
}

#[test]
fn a_hidden_page_is_sent_no_picture_and_shows_one_at_once_when_it_is_back() {
    let mut testbed = filming_each_other(49);
    testbed.command(Command::Screen { peer: PeerId(1), shown: false });
    testbed.run(SECOND);
    let before = [pictures(&testbed, 0), pictures(&testbed, 1)];
    testbed.run(2 * SECOND);
    assert_eq!(pictures(&testbed, 0), before[0], "none comes, although the other's client does not obey");
    assert!(pictures(&testbed, 1) > before[1], "its own camera is still seen");
    let told = caps(&testbed, PeerId(2));
    assert_eq!((told.video, told.pictures, told.rung), (None, None, Rung::Video));
    testbed.command(Command::Screen { peer: PeerId(1), shown: true });
    testbed.run(SECOND);
    assert!(pictures(&testbed, 0) > before[0]);
}

#[test]
fn a_voice_only_peer_neither_sends_nor_receives_video() {
    let mut testbed = filming_each_other(49);
    assert!(caps(&testbed, PeerId(1)).video.is_some() && pictures(&testbed, 0) > 0);

    testbed.command(Command::VoiceOnly { peer: PeerId(1), on: true });
    testbed.run(SECOND);
    let before = pictures(&testbed, 0);
    testbed.run(2 * SECOND);
    assert_eq!(pictures(&testbed, 0), before, "none comes, although the other's client does not obey");
    for peer in [PeerId(1), PeerId(2)] {
        let caps = caps(&testbed, peer);
        assert_eq!((caps.video, caps.pictures, caps.rung), (None, None, Rung::Voice), "{peer}");
    }
    testbed.command(Command::VoiceOnly { peer: PeerId(1), on: false });
    testbed.run(15 * SECOND);
    assert!(caps(&testbed, PeerId(1)).video.is_some() && pictures(&testbed, 0) > before);
}
