//! Cameras without layers: keyframes, retransmission, sender limits, one clock with the voice.

use crate::world::{ROOM, SECOND, Setup, World};
use std::time::Duration;
use teranga_media::{
    command::{Command, Event, Rung},
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
};

/// Makes a world in which peer 1 sends a camera, all are connected, and cameras are allowed.
fn filming(count: u32, seed: u64) -> World {
    let mut world = World::with(count, seed, CALL);
    world.run(SECOND);
    let now = world.now;
    world.clients[0].turn_on(&[3], now);
    world.run(SECOND);
    world
}

#[test]
fn pictures_begin_with_a_keyframe_and_go_on_unbroken() {
    let mut world = filming(2, 30);
    world.run(3 * SECOND);
    let received = world.clients[1].through(world.clients[1].cameras[0]);
    assert!(received.len() > 250, "{}", received.len());
    assert!(received[0].vp8().keyframe_start);
    assert!(received.windows(2).all(|p| p[1].sequence == p[0].sequence + 1));
}

#[test]
fn who_comes_later_gets_a_keyframe_soon() {
    let mut world = filming(2, 31);
    let late = world.join(ROOM, PeerId(9), CALL);
    world.run_until(SECOND, |world| world.clients[late].connected).expect("connected");
    let seen = |world: &World| world.clients[late].received.iter().any(|p| p.payload.len() > 500);
    let took = world.run_until(SECOND, seen).expect("a picture");
    assert!(took < Duration::from_millis(700), "{took:?}");
    let first = world.clients[late].received.iter().find(|p| p.payload.len() > 500).unwrap();
    assert!(first.vp8().keyframe_start);
}

#[test]
fn keyframe_requests_are_throttled_per_source() {
    let mut world = filming(4, 32);
    let (asked, before) = (world.sfu.stats().keyframes_asked, world.clients[0].keyframes());
    let since = world.now;
    for _ in 0..100 {
        for index in 1..4 {
            let mid = world.clients[index].cameras[0];
            world.clients[index].want_keyframe(mid);
        }
        world.run(Duration::from_millis(50));
    }
    let span = (world.now - since).as_millis() / KEYFRAME_INTERVAL.as_millis();
    let made = world.clients[0].keyframes() - before;
    assert!(world.sfu.stats().keyframes_asked - asked > 100, "they did ask");
    assert!((span as u32 - 1..=span as u32 + 1).contains(&made), "{made} keyframes in {span} intervals");
}

#[test]
fn losses_are_repaired_both_ways() {
    let mut world = filming(2, 33);
    for peer in [1, 2] {
        world.network.shape(PeerId(peer), |link| link.loss = 0.05);
    }
    let since = world.now;
    world.run(20 * SECOND);
    world.network.shape(PeerId(1), |link| link.loss = 0.0);
    world.network.shape(PeerId(2), |link| link.loss = 0.0);
    world.run(SECOND);

    let client = &world.clients[1];
    let pictures = client.through(client.cameras[0]).into_iter().filter(|p| p.at > since);
    let mut numbers: Vec<u64> = pictures.map(|packet| packet.sequence).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let span = numbers.last().unwrap() - numbers[0] + 1;
    let missing = span as usize - numbers.len();
    assert!(span > 1_400, "{span} packets");
    assert!(missing * 200 <= span as usize, "{missing} of {span} missing; unrepaired it were one in ten");
    let stats = world.sfu.stats();
    assert!(stats.nacks_in > 20 && stats.nacks_out > 20, "{stats:?}");
}

#[test]
fn a_camera_beyond_its_cap_is_dropped_and_mended() {
    let mut world = filming(2, 34);
    let since = world.now;
    let flood = 60;
    world.clients[0].turn_on(&[flood], since);
    world.run(5 * SECOND);
    let dropped = world.sfu.stats().dropped.over_cap;
    assert!(dropped > 1_000, "12 Mbit/s do not pass: {dropped}");

    let now = world.now;
    world.clients[0].turn_on(&[3], now);
    world.run(3 * SECOND);
    let since = world.now;
    world.run(SECOND);
    assert!(world.clients[1].heard(1, since) > 100, "pictures are back");
    let received = world.clients[1].through(world.clients[1].cameras[0]);
    assert!(received.windows(2).all(|p| p[1].sequence == p[0].sequence + 1), "the cut left no gap");
    let voice = world.clients[1].through(world.clients[1].voices[0]);
    assert!(voice.windows(2).all(|p| p[1].sequence == p[0].sequence + 1), "voice did not suffer");
}

#[test]
fn no_picture_passes_before_its_cap_allows_it() {
    let mut world = World::new(35);
    world.join(ROOM, PeerId(1), CALL);
    world.join(ROOM, PeerId(2), CALL);
    world.clients[0].speaking = false;
    let now = world.now;
    world.clients[0].turn_on(&[2], now);
    world.run(SECOND / 2);
    assert!(world.clients[1].through(world.clients[1].cameras[0]).is_empty());
    world.run(2 * SECOND);
    let opened = world
        .events
        .iter()
        .find(|(_, event)| matches!(event, Event::Caps { peer: PeerId(1), caps } if caps.video.is_some()));
    let (opened, _) = opened.expect("opened");
    let pictures = world.clients[1].through(world.clients[1].cameras[0]);
    assert!(pictures[0].at >= *opened && pictures[0].vp8().keyframe_start);
}

#[test]
fn voice_and_camera_of_one_sender_are_reported_on_one_clock() {
    let mut world = filming(2, 36);
    world.network.shape(PeerId(1), |link| link.jitter = Duration::from_millis(30));
    world.run(10 * SECOND);
    let client = &world.clients[1];
    let offset = |mid, rate| client.through(mid).last().and_then(|p| p.clock_offset(rate)).expect("reported");
    let (voice, camera) = (offset(client.voices[0], 48_000), offset(client.cameras[0], 90_000));
    assert!(voice.abs_diff(camera) < Duration::from_millis(5), "{voice:?} {camera:?}");
}

#[test]
fn whoever_stays_with_the_voice_neither_sends_nor_receives_pictures() {
    let mut world = World::with(2, 49, CALL);
    world.run(2 * SECOND);
    for index in 0..2 {
        let now = world.now;
        world.clients[index].turn_on(&[2], now);
    }
    world.run(3 * SECOND);
    let last = |world: &World, of: PeerId| {
        let caps = world.seen(|event| match event {
            Event::Caps { peer, caps } if *peer == of => Some(*caps),
            _ => None,
        });
        caps.last().copied().expect("caps")
    };
    let pictures =
        |world: &World, index: usize| world.clients[index].through(world.clients[index].cameras[0]).len();
    assert!(last(&world, PeerId(1)).video.is_some() && pictures(&world, 0) > 0);

    world.command(Command::VoiceOnly { peer: PeerId(1), on: true });
    world.run(SECOND);
    let before = pictures(&world, 0);
    world.run(2 * SECOND);
    assert_eq!(pictures(&world, 0), before, "none comes, although the other's client does not obey");
    for peer in [PeerId(1), PeerId(2)] {
        let caps = last(&world, peer);
        assert_eq!((caps.video, caps.pictures, caps.rung), (None, None, Rung::Voice), "{peer}");
    }
    world.command(Command::VoiceOnly { peer: PeerId(1), on: false });
    world.run(15 * SECOND);
    assert!(last(&world, PeerId(1)).video.is_some() && pictures(&world, 0) > before);
}
