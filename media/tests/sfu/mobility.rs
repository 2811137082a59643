//! Outages, hand-overs and ICE restarts, which a call survives.

use crate::testbed::{Credentials, Received, SECOND, Setup, Testbed};
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
    malformed_feedback: false,
};

fn call(seed: u64) -> Testbed {
    let mut testbed = Testbed::with(2, seed, CALL);
    testbed.run(SECOND);
    let now = testbed.now;
    testbed.clients[0].turn_on(&[2], now);
    testbed.run(2 * SECOND);
    testbed
}

/// Cuts both directions for `span`. Voice and camera must return without a new join.
fn survives(mut testbed: Testbed, span: Duration) {
    testbed.clients[0].say(b"before the outage");
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    testbed.run(span);
    testbed.network.shape(PeerId(1), |link| link.cut = false);
    let back = testbed.now;
    let voice = |testbed: &Testbed, index: usize, other| testbed.clients[index].heard(other, back) > 0;
    let took = testbed
        .run_until(SECOND, |testbed| voice(testbed, 0, 2) && voice(testbed, 1, 1))
        .expect("voice is back");
    assert!(took < Duration::from_millis(600), "{took:?}");
    let picture = |testbed: &Testbed| {
        let client = &testbed.clients[1];
        client.through(client.cameras[0]).iter().any(|p| p.at >= back && p.vp8().keyframe_start)
    };
    let took = testbed.run_until(2 * SECOND, picture).expect("a keyframe is back");
    assert!(took < Duration::from_millis(1_500), "{took:?}");
    testbed.run(SECOND);
    let presence = testbed.seen(|event| match event {
        Event::Quiet { peer: PeerId(1) } => Some("quiet"),
        Event::Back { peer: PeerId(1) } => Some("back"),
        Event::Gone { .. } => Some("gone"),
        _ => None,
    });
    assert_eq!(presence, ["quiet", "back"]);
    let connected = testbed.seen(|event| matches!(event, Event::Connected { .. }).then_some(()));
    assert_eq!(connected.len(), 2, "no one joined anew");
}

#[test]
fn a_call_survives_an_outage_of_eight_seconds() {
    survives(call(50), 8 * SECOND);
}

#[test]
fn a_call_survives_an_outage_of_a_minute() {
    survives(call(51), 60 * SECOND);
}

#[test]
fn a_call_survives_an_outage_of_two_minutes() {
    survives(call(61), 120 * SECOND);
}

#[test]
fn media_follows_a_client_to_a_new_address() {
    let mut testbed = call(52);
    let old = testbed.clients[0].address;
    testbed.clients[0].address = SocketAddr::from(([203, 0, 113, 99], 4_242));
    let moved = testbed.now;
    let hears = |testbed: &Testbed| testbed.clients[0].heard(2, moved + SECOND) > 10;
    testbed.run_until(8 * SECOND, hears).expect("media follows the authenticated address");
    assert_eq!(testbed.sfu.stats().moved, 1);
    let moved = testbed.now;
    testbed.run(SECOND);
    assert!(testbed.clients[1].heard(1, moved) > 45, "and the other hears on");
    // Back to where it was: the old address is not burnt.
    testbed.clients[0].address = old;
    let moved = testbed.now;
    testbed
        .run_until(8 * SECOND, |testbed| testbed.clients[0].heard(2, moved + SECOND) > 10)
        .expect("back again");
    assert_eq!(testbed.sfu.stats().moved, 2);
}

/// A NAT that forgets a client: the client notices nothing, and checks its path each 3 s only.
#[test]
fn the_voice_moves_the_path_before_the_next_check_of_the_client() {
    let mut longest = Duration::ZERO;
    for port in 4_250..4_262 {
        let mut testbed = thin_call(u64::from(port));
        testbed.run(u32::from(port - 4_250) * SECOND / 4);
        testbed.clients[0].address = SocketAddr::from(([203, 0, 113, 96], port));
        let moved = testbed.now;
        let back = |testbed: &Testbed| {
            let hears = testbed.clients[0].heard(2, moved + 600 * Duration::from_millis(1)) > 0;
            hears && testbed.clients[1].heard(1, moved + 600 * Duration::from_millis(1)) > 0
        };
        let took = testbed.run_until(8 * SECOND, back).expect("both hear each other");
        longest = longest.max(took);
        assert_eq!(testbed.sfu.stats().moved, 1);
    }
    // The silence that counts, and two round trips of 600 ms.
    assert!(longest < Duration::from_millis(1_600), "{longest:?}");
}

#[test]
fn an_ice_restart_does_not_interrupt() {
    let mut testbed = call(53);
    let since = testbed.now;
    testbed.restart_ice(0);
    testbed.run(10 * SECOND);
    assert!(testbed.clients[0].heard(2, since) > 480, "{}", testbed.clients[0].heard(2, since));
    assert!(testbed.clients[1].heard(1, since) > 480);
    assert_eq!(testbed.sfu.stats().peers, 2);
    let restarted = testbed.seen(|event| matches!(event, Event::Connected { .. }).then_some(()));
    assert_eq!(restarted.len(), 2, "DTLS goes on");
}

#[test]
fn a_restart_on_another_address_moves_at_once() {
    let mut testbed = call(54);
    testbed.clients[0].address = SocketAddr::from(([203, 0, 113, 98], 4_243));
    testbed.restart_ice(0);
    let moved = testbed.now;
    let took =
        testbed.run_until(4 * SECOND, |testbed| testbed.clients[0].heard(2, moved) > 0).expect("moved");
    assert!(took < SECOND, "{took:?}");
}

#[test]
fn media_sections_added_later_carry_video_and_voice_is_not_interrupted() {
    let mut testbed = Testbed::with(2, 55, Setup::default());
    let since = testbed.now;
    for index in 0..2 {
        testbed.renegotiate(index, |client| {
            client.add_line(str0m::media::MediaKind::Video, str0m::media::Direction::SendRecv);
        });
    }
    testbed.run(SECOND);
    let now = testbed.now;
    testbed.clients[0].turn_on(&[2], now);
    testbed.run(2 * SECOND);
    let client = &testbed.clients[1];
    assert!(client.through(client.cameras[0]).len() > 80);
    let voice: Vec<_> = client.through(client.voices[0]).into_iter().filter(|p| p.at > since).collect();
    assert!(voice.windows(2).all(|p| p[1].sequence == p[0].sequence + 1));
    let cameras = testbed.seen(|event| match event {
        Event::Streams { slots, .. } => slots.iter().find(|slot| slot.kind == Kind::Video).cloned(),
        _ => None,
    });
    assert!(!cameras.is_empty());
}

#[test]
fn nothing_but_stun_is_sent_without_consent() {
    let mut testbed = call(56);
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    testbed.run(31 * SECOND);
    let (sent, withheld) = (testbed.sent_to(PeerId(1)), testbed.sfu.stats().dropped.no_consent);
    testbed.run(5 * SECOND);
    assert_eq!(testbed.sent_to(PeerId(1)), sent);
    assert!(testbed.sfu.stats().dropped.no_consent > withheld + 200, "voice for the dead path is withheld");
}

/// Makes a testbed with two voices, one of them over a satellite link of 40 kbit/s.
fn thin_call(seed: u64) -> Testbed {
    thin_call_of(seed, Setup::default())
}

fn thin_call_of(seed: u64, setup: Setup) -> Testbed {
    let mut testbed = Testbed::with(2, seed, setup);
    let known = Bitrate::kbps(40);
    testbed.command(Command::Measured { peer: PeerId(1), link: LinkMemory { up: known, down: known } });
    testbed.network.shape(PeerId(1), |link| link.delay = Duration::from_millis(300));
    for client in &mut testbed.clients {
        client.voice_every = Duration::from_millis(60);
    }
    testbed.run(10 * SECOND);
    testbed
}

#[test]
fn the_first_check_from_a_new_address_after_an_outage_moves_the_path_nominated_or_not() {
    let mut testbed = thin_call(57);
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    testbed.run(10 * SECOND);
    testbed.clients[0].address = SocketAddr::from(([203, 0, 113, 97], 4_244));
    testbed.clients[0].shy = true;
    testbed.network.shape(PeerId(1), |link| link.cut = false);
    let back = testbed.now;
    let hears = |testbed: &Testbed| testbed.clients[0].heard(2, back) > 0;
    let took = testbed.run_until(8 * SECOND, hears).expect("the voice is back");
    assert_eq!(testbed.sfu.stats().moved, 1);
    // A check of this client may be 3 s away.
    assert!(took < Duration::from_millis(3_700), "{took:?}");
}

#[test]
fn the_path_of_a_live_peer_moves_only_on_nomination() {
    let mut testbed = thin_call(58);
    testbed.clients[0].shy = true;
    let mut second = testbed.clients[0].address;
    second.set_port(4_245);
    testbed.network.tap = Some(Vec::new());
    testbed.run(4 * SECOND);
    assert_eq!(testbed.sfu.stats().moved, 0);
    for _ in 0..20 {
        let request = Credentials::of(&testbed.clients[0]).request(false);
        testbed.inject(second, &request);
        testbed.run(SECOND / 20);
    }
    testbed.run(4 * SECOND);
    assert_eq!(testbed.sfu.stats().moved, 0);
}

#[test]
fn an_outage_is_reported_in_time_over_a_long_round_trip() {
    let mut testbed = thin_call(59);
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    let told = |testbed: &Testbed| {
        testbed.seen(|event| matches!(event, Event::Quiet { .. }).then_some(())).len() == 1
    };
    let took = testbed.run_until(3 * SECOND, told).expect("told");
    assert!((1_600..1_750).contains(&took.as_millis()), "{took:?}");
}

#[test]
fn traffic_after_an_outage_fits_the_link() {
    let mut testbed = thin_call(60);
    let since = testbed.events.len();
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    testbed.run(20 * SECOND);
    testbed.network.shape(PeerId(1), |link| link.cut = false);
    testbed.run(5 * SECOND);
    let packet_times: Vec<u8> = testbed.events[since..]
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Caps { peer: PeerId(2), caps } => Some(caps.ptime_ms),
            _ => None,
        })
        .collect();
    assert!(packet_times.iter().all(|ptime_ms| *ptime_ms == 60), "{packet_times:?}");
}

#[test]
fn no_redundant_voice_is_sent_right_after_an_outage() {
    let mut testbed = thin_call_of(61, Setup { red: true, ..Setup::default() });
    testbed.network.shape(PeerId(1), |link| link.loss = 0.02);
    testbed.run(10 * SECOND);
    let copies = |testbed: &Testbed, since| {
        let heard = |packet: &&Received| packet.at >= since;
        let copies = |packet: &Received| packet.spare.is_some();
        testbed.clients[0].received.iter().filter(heard).map(copies).collect::<Vec<_>>()
    };
    let before = testbed.now;
    testbed.run(SECOND);
    assert!(copies(&testbed, before).contains(&true), "a thin way is doubled");
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    testbed.run(10 * SECOND);
    testbed.network.shape(PeerId(1), |link| link.cut = false);
    let back = testbed.now;
    testbed.run(4 * SECOND);
    let first = copies(&testbed, back + SECOND);
    assert!(first.len() > 20 && !first.contains(&true), "{first:?}");
    let settled = testbed.now + SECOND;
    testbed.run(3 * SECOND);
    assert!(copies(&testbed, settled).contains(&true), "and again");
}

/// Pictures would delay the first words; a request for one is small and passes.
#[test]
fn voices_come_first_after_an_outage_and_video_a_little_later() {
    let mut testbed = call(62);
    let pictures = testbed.clients[1].open(PICTURES_LABEL);
    let pictures_back = testbed.clients[0].open(PICTURES_LABEL);
    testbed.run(2 * SECOND);
    let sent = |testbed: &mut Testbed, message: &[u8]| {
        testbed.clients[0].messages.clear();
        testbed.clients[1].say_on(pictures, message);
        testbed.clients[1].wake(testbed.now);
        testbed.run(SECOND / 2);
        testbed.clients[0].messages.len()
    };
    let (picture, request) = ([7; 1_000], [3; 8]);
    assert_eq!(sent(&mut testbed, &picture), 1);
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    testbed.run(10 * SECOND);
    testbed.network.shape(PeerId(1), |link| link.cut = false);
    testbed.run(SECOND);
    assert_eq!((sent(&mut testbed, &picture), sent(&mut testbed, &request)), (0, 1));
    let asked = |testbed: &mut Testbed| {
        testbed.clients[1].messages.clear();
        testbed.clients[0].say_on(pictures_back, &request);
        testbed.clients[0].wake(testbed.now);
        testbed.run(SECOND / 2);
        testbed.clients[1].messages.len()
    };
    assert_eq!(asked(&mut testbed), 0, "nor is one asked for");
    testbed.run(LINK_SETTLES);
    assert_eq!((sent(&mut testbed, &picture), asked(&mut testbed)), (1, 1));
}
