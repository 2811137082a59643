//! Outages, hand-overs and ICE restarts, which a call survives.

use crate::world::{Received, SECOND, Setup, World};
use std::{net::SocketAddr, time::Duration};
use teranga_media::{
    command::{Command, Event, Kind, LinkMemory},
    id::PeerId,
    limits::PICTURES_LABEL,
    link::monitor::LINK_SETTLES,
    units::Bitrate,
};

const CALL: Setup = Setup {
    voices: 1,
    cameras: 1,
    simulcast: false,
    channel: true,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: false,
};

fn call(seed: u64) -> World {
    let mut world = World::with(2, seed, CALL);
    world.run(SECOND);
    let now = world.now;
    world.clients[0].turn_on(&[2], now);
    world.run(2 * SECOND);
    world
}

/// Cuts both directions for `span`. Voice and camera must return without a new join.
fn survives(mut world: World, span: Duration) {
    world.clients[0].say(b"before the outage");
    world.network.shape(PeerId(1), |link| link.cut = true);
    world.run(span);
    world.network.shape(PeerId(1), |link| link.cut = false);
    let back = world.now;
    let voice = |world: &World, index: usize, other| world.clients[index].heard(other, back) > 0;
    let took =
        world.run_until(SECOND, |world| voice(world, 0, 2) && voice(world, 1, 1)).expect("voice is back");
    assert!(took < Duration::from_millis(600), "{took:?}");
    let picture = |world: &World| {
        let client = &world.clients[1];
        client.through(client.cameras[0]).iter().any(|p| p.at >= back && p.vp8().keyframe_start)
    };
    let took = world.run_until(2 * SECOND, picture).expect("a keyframe is back");
    assert!(took < Duration::from_millis(1_500), "{took:?}");
    world.run(SECOND);
    let presence = world.seen(|event| match event {
        Event::Quiet { peer: PeerId(1) } => Some("quiet"),
        Event::Back { peer: PeerId(1) } => Some("back"),
        Event::Gone { .. } => Some("gone"),
        _ => None,
    });
    assert_eq!(presence, ["quiet", "back"]);
    let connected = world.seen(|event| matches!(event, Event::Connected { .. }).then_some(()));
    assert_eq!(connected.len(), 2, "no one joined anew");
}

#[test]
fn eight_seconds_without_a_link() {
    survives(call(50), 8 * SECOND);
}

#[test]
fn a_minute_without_a_link() {
    survives(call(51), 60 * SECOND);
}

#[test]
fn two_minutes_without_a_link() {
    survives(call(61), 120 * SECOND);
}

#[test]
fn a_new_address_takes_the_media_with_it() {
    let mut world = call(52);
    let old = world.clients[0].address;
    world.clients[0].address = SocketAddr::from(([203, 0, 113, 99], 4_242));
    let moved = world.now;
    let hears = |world: &World| world.clients[0].heard(2, moved + SECOND) > 10;
    world.run_until(8 * SECOND, hears).expect("media follows the authenticated address");
    assert_eq!(world.sfu.stats().moved, 1);
    let moved = world.now;
    world.run(SECOND);
    assert!(world.clients[1].heard(1, moved) > 45, "and the other hears on");
    // Back to where it was: the old address is not burnt.
    world.clients[0].address = old;
    let moved = world.now;
    world.run_until(8 * SECOND, |world| world.clients[0].heard(2, moved + SECOND) > 10).expect("back again");
    assert_eq!(world.sfu.stats().moved, 2);
}

#[test]
fn an_ice_restart_does_not_interrupt() {
    let mut world = call(53);
    let since = world.now;
    world.restart_ice(0);
    world.run(10 * SECOND);
    assert!(world.clients[0].heard(2, since) > 480, "{}", world.clients[0].heard(2, since));
    assert!(world.clients[1].heard(1, since) > 480);
    assert_eq!(world.sfu.stats().peers, 2);
    let restarted = world.seen(|event| matches!(event, Event::Connected { .. }).then_some(()));
    assert_eq!(restarted.len(), 2, "DTLS goes on");
}

#[test]
fn a_restart_on_another_address_moves_at_once() {
    let mut world = call(54);
    world.clients[0].address = SocketAddr::from(([203, 0, 113, 98], 4_243));
    world.restart_ice(0);
    let moved = world.now;
    let took = world.run_until(4 * SECOND, |world| world.clients[0].heard(2, moved) > 0).expect("moved");
    assert!(took < SECOND, "{took:?}");
}

#[test]
fn lines_added_later_carry_pictures_and_voice_does_not_stumble() {
    let mut world = World::with(2, 55, Setup::default());
    let since = world.now;
    for index in 0..2 {
        world.renegotiate(index, |client| {
            client.add_line(str0m::media::MediaKind::Video, str0m::media::Direction::SendRecv);
        });
    }
    world.run(SECOND);
    let now = world.now;
    world.clients[0].turn_on(&[2], now);
    world.run(2 * SECOND);
    let client = &world.clients[1];
    assert!(client.through(client.cameras[0]).len() > 80);
    let voice: Vec<_> = client.through(client.voices[0]).into_iter().filter(|p| p.at > since).collect();
    assert!(voice.windows(2).all(|p| p[1].sequence == p[0].sequence + 1));
    let cameras = world.seen(|event| match event {
        Event::Streams { slots, .. } => slots.iter().find(|slot| slot.kind == Kind::Video).cloned(),
        _ => None,
    });
    assert!(!cameras.is_empty());
}

#[test]
fn nothing_but_stun_is_sent_without_consent() {
    let mut world = call(56);
    world.network.shape(PeerId(1), |link| link.cut = true);
    world.run(31 * SECOND);
    let (sent, withheld) = (world.sent_to(PeerId(1)), world.sfu.stats().dropped.no_consent);
    world.run(5 * SECOND);
    assert_eq!(world.sent_to(PeerId(1)), sent);
    assert!(world.sfu.stats().dropped.no_consent > withheld + 200, "voice for the dead path is withheld");
}

/// Makes a world with two voices, one of them over a satellite link of 40 kbit/s.
fn thin_call(seed: u64) -> World {
    thin_call_of(seed, Setup::default())
}

fn thin_call_of(seed: u64, setup: Setup) -> World {
    let mut world = World::with(2, seed, setup);
    let known = Bitrate::kbps(40);
    world.command(Command::Measured { peer: PeerId(1), link: LinkMemory { up: known, down: known } });
    world.network.shape(PeerId(1), |link| link.delay = Duration::from_millis(300));
    for client in &mut world.clients {
        client.voice_every = Duration::from_millis(60);
    }
    world.run(10 * SECOND);
    world
}

#[test]
fn after_an_outage_the_first_check_from_a_new_address_brings_the_voice_whatever_it_nominates() {
    let mut world = thin_call(57);
    world.network.shape(PeerId(1), |link| link.cut = true);
    world.run(10 * SECOND);
    world.clients[0].address = SocketAddr::from(([203, 0, 113, 97], 4_244));
    world.clients[0].shy = true;
    world.network.shape(PeerId(1), |link| link.cut = false);
    let back = world.now;
    let hears = |world: &World| world.clients[0].heard(2, back) > 0;
    let took = world.run_until(8 * SECOND, hears).expect("the voice is back");
    assert_eq!(world.sfu.stats().moved, 1);
    // A check of this client may be 3 s away.
    assert!(took < Duration::from_millis(3_700), "{took:?}");
}

#[test]
fn who_is_heard_is_followed_only_where_they_nominate() {
    let mut world = thin_call(58);
    world.clients[0].shy = true;
    let mut second = world.clients[0].address;
    second.set_port(4_245);
    world.network.tap = Some(Vec::new());
    world.run(4 * SECOND);
    assert_eq!(world.sfu.stats().moved, 0);
    let home = world.clients[0].address;
    world.clients[0].address = second;
    world.run(SECOND);
    world.clients[0].address = home;
    world.run(4 * SECOND);
    assert_eq!(world.sfu.stats().moved, 0);
}

#[test]
fn over_a_long_way_too_an_outage_is_told_in_time() {
    let mut world = thin_call(59);
    world.network.shape(PeerId(1), |link| link.cut = true);
    let told =
        |world: &World| world.seen(|event| matches!(event, Event::Quiet { .. }).then_some(())).len() == 1;
    let took = world.run_until(3 * SECOND, told).expect("told");
    assert!((1_600..1_750).contains(&took.as_millis()), "{took:?}");
}

#[test]
fn what_is_sent_when_the_link_returns_fits_it() {
    let mut world = thin_call(60);
    let since = world.events.len();
    world.network.shape(PeerId(1), |link| link.cut = true);
    world.run(20 * SECOND);
    world.network.shape(PeerId(1), |link| link.cut = false);
    world.run(5 * SECOND);
    let packet_times: Vec<u8> = world.events[since..]
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Caps { peer: PeerId(2), caps } => Some(caps.ptime_ms),
            _ => None,
        })
        .collect();
    assert!(packet_times.iter().all(|ptime_ms| *ptime_ms == 60), "{packet_times:?}");
}

#[test]
fn no_copies_of_the_voice_stand_in_front_of_what_a_link_that_is_back_has_to_carry() {
    let mut world = thin_call_of(61, Setup { red: true, ..Setup::default() });
    world.network.shape(PeerId(1), |link| link.loss = 0.02);
    world.run(10 * SECOND);
    let copies = |world: &World, since| {
        let heard = |packet: &&Received| packet.at >= since;
        let copies = |packet: &Received| packet.spare.is_some();
        world.clients[0].received.iter().filter(heard).map(copies).collect::<Vec<_>>()
    };
    let before = world.now;
    world.run(SECOND);
    assert!(copies(&world, before).contains(&true), "a thin way is doubled");
    world.network.shape(PeerId(1), |link| link.cut = true);
    world.run(10 * SECOND);
    world.network.shape(PeerId(1), |link| link.cut = false);
    let back = world.now;
    world.run(4 * SECOND);
    let first = copies(&world, back + SECOND);
    assert!(first.len() > 20 && !first.contains(&true), "{first:?}");
    let settled = world.now + SECOND;
    world.run(3 * SECOND);
    assert!(copies(&world, settled).contains(&true), "and again");
}

/// Pictures would delay the first words; a request for one is small and passes.
#[test]
fn who_is_back_gets_voices_first_and_pictures_a_little_later() {
    let mut world = call(62);
    let pictures = world.clients[1].open(PICTURES_LABEL);
    let pictures_back = world.clients[0].open(PICTURES_LABEL);
    world.run(2 * SECOND);
    let sent = |world: &mut World, message: &[u8]| {
        world.clients[0].messages.clear();
        world.clients[1].say_on(pictures, message);
        world.clients[1].wake(world.now);
        world.run(SECOND / 2);
        world.clients[0].messages.len()
    };
    let (picture, request) = ([7; 1_000], [3; 8]);
    assert_eq!(sent(&mut world, &picture), 1);
    world.network.shape(PeerId(1), |link| link.cut = true);
    world.run(10 * SECOND);
    world.network.shape(PeerId(1), |link| link.cut = false);
    world.run(SECOND);
    assert_eq!((sent(&mut world, &picture), sent(&mut world, &request)), (0, 1));
    let asked = |world: &mut World| {
        world.clients[1].messages.clear();
        world.clients[0].say_on(pictures_back, &request);
        world.clients[0].wake(world.now);
        world.run(SECOND / 2);
        world.clients[1].messages.len()
    };
    assert_eq!(asked(&mut world), 0, "nor is one asked for");
    world.run(LINK_SETTLES);
    assert_eq!((sent(&mut world, &picture), asked(&mut world)), (1, 1));
}
