//! Hostile input: datagrams of strangers, and offers of broken clients.

use crate::testbed::{ROOM, SECOND, Setup, Testbed, server};
use std::net::SocketAddr;
use str0m::media::{Direction, MediaKind};
use teranga_media::{
    command::{Command, Departure, Event, Missing, Refusal},
    id::PeerId,
    limits::SDP_BYTES,
    rtp::DATAGRAM_BYTES,
};

fn stranger() -> SocketAddr {
    SocketAddr::from(([198, 51, 100, 66], 6_666))
}

/// Returns the datagrams that a client sent while it joined.
fn overheard(seed: u64) -> (Testbed, Vec<Vec<u8>>) {
    let mut testbed = Testbed::new(seed);
    testbed.network.tap = Some(Vec::new());
    testbed.join(ROOM, PeerId(1), Setup::default());
    testbed.run(SECOND);
    let tap = testbed.network.tap.take().expect("tapped");
    (testbed, tap.into_iter().map(|(_, datagram)| datagram).collect())
}

#[test]
fn garbage_is_counted_and_never_answered() {
    let mut testbed = Testbed::with(1, 60, Setup::default());
    testbed.clients[0].speaking = false;
    testbed.run(SECOND);
    let sent = testbed.sfu.stats().packets_out;
    for length in 0..2_000_usize {
        let datagram: Vec<u8> = (0..length).map(|i| (i * 31 + length * 17) as u8).collect();
        testbed.inject(stranger(), &datagram);
        testbed.inject(testbed.clients[0].address, &datagram);
    }
    assert!(testbed.sfu.stats().packets_out - sent < 5, "nothing is answered");
    assert!(testbed.sfu.stats().dropped.garbage > 2_000 && testbed.sfu.stats().dropped.unknown_source > 500);
    assert!(testbed.sfu.stats().dropped.garbage as usize > 2 * (2_000 - DATAGRAM_BYTES));
    testbed.clients[0].speaking = true;
    testbed.join(ROOM, PeerId(2), Setup::default());
    testbed.run(SECOND);
    let since = testbed.now;
    testbed.run(SECOND);
    assert!(testbed.clients[1].heard(1, since) > 45, "the call goes on");
}

/// The datagrams of one flood: what looks like STUN, DTLS, RTP and RTCP, a real request of somebody else, and noise.
fn flood(real: &[u8]) -> Vec<Vec<u8>> {
    let like = |first: &[u8], length: usize| {
        let rest = (first.len()..length).map(|i| (i * 31 + length * 17) as u8);
        first.iter().copied().chain(rest).collect::<Vec<u8>>()
    };
    let stun = like(&[0, 1, 0, 80, 0x21, 0x12, 0xA4, 0x42], 100);
    let hello = like(&[22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 187], 200);
    let (voice, report) = (like(&[0x80, 111], 120), like(&[0x81, 200, 0, 24], 100));
    vec![stun, hello, voice, report, real.to_vec(), like(&[255], 64), like(&[], 1_200), like(&[0], 1)]
}

#[test]
fn a_flood_beside_a_call_costs_no_voice_and_gets_no_answer() {
    let mut testbed = Testbed::new(64);
    testbed.network.tap = Some(Vec::new());
    testbed.join(ROOM, PeerId(1), Setup::default());
    testbed.join(ROOM, PeerId(2), Setup::default());
    testbed.run(2 * SECOND);
    let tap = testbed.network.tap.take().expect("tapped");
    let request = tap.iter().find(|(_, datagram)| datagram[..2] == [0, 1]).expect("a STUN request");
    let datagrams = flood(&request.1);
    let since = testbed.now;
    // 64 datagrams a millisecond from 16 addresses and in the name of a member: 64,000 in one second.
    for _ in 0..1_000 {
        for (number, datagram) in (0_u16..).zip(datagrams.iter().cycle().take(64)) {
            let stranger = SocketAddr::from(([198, 51, 100, 66], 6_000 + number % 16));
            let member = number % 8 == 7;
            testbed.inject(if member { testbed.clients[0].address } else { stranger }, datagram);
        }
        testbed.run(SECOND / 1_000);
    }
    testbed.run(SECOND);
    for (client, other) in [(0, 2), (1, 1)] {
        let heard = testbed.clients[client].heard(other, since);
        assert!(heard >= 99, "{heard} of 100 packets of the voice");
    }
    assert!(testbed.strays.is_empty(), "{} answers to strangers", testbed.strays.len());
    let dropped = &testbed.sfu.stats().dropped;
    assert!(dropped.garbage > 0 && dropped.unknown_source > 0, "{dropped:?}");
    assert!(dropped.stun_unauthenticated > 0 && dropped.stun_replayed > 0, "{dropped:?}");
}

#[test]
fn a_member_who_offers_many_voices_takes_no_slot_from_the_others() {
    let mut testbed = Testbed::with(2, 65, Setup { voices: 2, ..Setup::default() });
    testbed.renegotiate(0, |client| {
        for _ in 0..6 {
            client.add_line(MediaKind::Audio, Direction::SendOnly);
            client.add_line(MediaKind::Video, Direction::SendOnly);
        }
    });
    testbed.run(SECOND);
    testbed.join(ROOM, PeerId(3), Setup::default());
    let since = testbed.now;
    testbed.run(SECOND);
    let told = testbed.seen(|event| match event {
        Event::Streams { peer: PeerId(2), slots, missing } => Some((slots.clone(), *missing)),
        _ => None,
    });
    let (slots, missing) = told.last().expect("told");
    let from: Vec<u32> = slots.iter().map(|slot| slot.from.0).collect();
    assert_eq!((from, missing), (vec![1, 3], &Missing { audio: 0, video: 1 }));
    assert!(testbed.clients[1].heard(3, since) > 40, "nobody hears the one who came last");
}

#[test]
fn malformed_feedback_costs_a_client_its_own_place_and_nobody_else_theirs() {
    let call = Setup { cameras: 1, ..Setup::default() };
    let mut testbed = Testbed::with(2, 31, call);
    testbed.join(ROOM, PeerId(3), Setup { malformed_feedback: true, ..call });
    testbed.run(2 * SECOND);
    let gone = testbed.seen(|event| match event {
        Event::Gone { peer, reason } => Some((*peer, *reason)),
        _ => None,
    });
    assert_eq!(gone, [(PeerId(3), Departure::Closed)]);
    assert_eq!(testbed.sfu.stats().rooms_failed, 0);
    let since = testbed.now;
    testbed.run(SECOND);
    assert!(testbed.clients[1].heard(1, since) > 45, "the call of the others goes on");
}

#[test]
fn a_replay_from_another_address_opens_no_route() {
    let (mut testbed, datagrams) = overheard(61);
    assert!(datagrams.iter().any(|d| d[0] < 4) && datagrams.iter().any(|d| (20..64).contains(&d[0])));
    let (routes, moved) = (testbed.sfu.stats().routes, testbed.sfu.stats().moved);
    let sent = testbed.sfu.stats().packets_out;
    for datagram in &datagrams {
        testbed.inject(stranger(), datagram);
    }
    assert_eq!((testbed.sfu.stats().routes, testbed.sfu.stats().moved), (routes, moved));
    assert_eq!(testbed.sfu.stats().packets_out, sent, "no answer to a stranger");
    assert!(testbed.sfu.stats().dropped.stun_replayed > 0 && testbed.sfu.stats().dropped.unknown_source > 0);
    let since = testbed.now;
    testbed.join(ROOM, PeerId(2), Setup::default());
    testbed.run(2 * SECOND);
    assert!(testbed.clients[0].heard(2, since) > 40, "media still goes to its owner");
}

#[test]
fn a_foreign_client_hello_does_not_stop_a_join() {
    let (_, datagrams) = overheard(62);
    let hello: Vec<&Vec<u8>> = datagrams.iter().filter(|d| d[0] == 22).collect();
    assert!(!hello.is_empty());
    let mut testbed = Testbed::new(62);
    testbed.join(ROOM, PeerId(1), Setup::default());
    for _ in 0..50 {
        for datagram in &hello {
            testbed.inject(stranger(), datagram);
        }
        testbed.run(SECOND / 100);
    }
    assert!(testbed.clients[0].connected, "it joins as if nobody were there");
}

#[test]
fn stun_with_a_wrong_password_or_name_is_refused() {
    let (mut testbed, datagrams) = overheard(63);
    let binding = datagrams.iter().find(|d| d[0] == 0).expect("a binding request");
    let refused = testbed.sfu.stats().dropped.stun_unauthenticated;
    let name_at = 24;
    for at in [name_at, 10, binding.len() - 10] {
        let mut forged = binding.clone();
        forged[at] ^= 1;
        testbed.inject(stranger(), &forged);
    }
    assert_eq!(testbed.sfu.stats().dropped.stun_unauthenticated, refused + 3);
    assert_eq!(testbed.sfu.stats().routes, 1);
}

#[test]
fn an_authenticated_peer_opens_a_bounded_number_of_routes() {
    let mut testbed = Testbed::with(1, 64, Setup::default());
    for port in 0..300 {
        testbed.clients[0].address = SocketAddr::from(([203, 0, 113, 50], 20_000 + port));
        testbed.run(3 * SECOND);
    }
    assert!(
        testbed.sfu.stats().routes <= teranga_media::limits::ROUTES as u64,
        "{}",
        testbed.sfu.stats().routes
    );
    assert!(testbed.sfu.stats().dropped.too_many_routes > 0);
}

#[test]
fn hostile_offers_are_refused_for_the_right_reason() {
    let good = Testbed::with(1, 65, Setup { cameras: 1, channel: true, ..Setup::default() })
        .clients
        .remove(0)
        .first_offer;
    let candidates = "a=candidate:1 1 udp 2130706431 192.0.2.9 9 typ host\r\n".repeat(1_000);
    let cases = [
        (good.replace("UDP/TLS/RTP/SAVPF", "RTP/AVP"), Refusal::Insecure),
        (good.replace("UDP/DTLS/SCTP", "SCTP"), Refusal::Insecure),
        (good.replace("a=fingerprint", "a=fingerless"), Refusal::Insecure),
        (format!("{good}{candidates}"), Refusal::Malformed),
        (format!("{good}{}", "a=x:y\r\n".repeat(SDP_BYTES / 7)), Refusal::Malformed),
        (good.replace("a=mid:", "a=mad:"), Refusal::Malformed),
        (good.replace("v=0", "v=1"), Refusal::Malformed),
        (String::new(), Refusal::Malformed),
        ("v=0\r\n".repeat(100), Refusal::Malformed),
    ];
    for (i, (offer, reason)) in cases.into_iter().enumerate() {
        let mut testbed = Testbed::new(65);
        testbed.command(Command::Join { room: ROOM, peer: PeerId(1), offer });
        let refused = Event::Refused { peer: PeerId(1), reason };
        let last = testbed.events.last().map(|(_, event)| event.clone());
        assert_eq!(last, Some(refused), "case {i}");
    }
}

#[test]
fn without_a_codec_in_common_or_a_bundle_a_section_is_rejected_and_not_the_offer() {
    let setup = Setup { cameras: 1, channel: true, ..Setup::default() };
    let good = Testbed::with(1, 65, setup).clients.remove(0).first_offer;
    for (offer, rejected) in [
        (good.replace("opus/48000/2", "nothing/1"), vec!["m=audio 0 "]),
        (good.replace("a=group:BUNDLE", "a=group:NOTHING"), vec!["m=video 0 ", "m=application 0 "]),
    ] {
        let mut testbed = Testbed::new(65);
        testbed.command(Command::Join { room: ROOM, peer: PeerId(1), offer });
        let answers = testbed.seen(|event| match event {
            Event::Answer { sdp, .. } => Some(sdp.clone()),
            _ => None,
        });
        let found: Vec<&str> =
            answers[0].lines().filter(|line| line.starts_with("m=") && line.contains(" 0 UDP")).collect();
        assert_eq!(found.len(), rejected.len(), "{answers:?}");
        assert!(rejected.iter().all(|line| found.iter().any(|found| found.starts_with(line))), "{found:?}");
    }
}

#[test]
fn truncated_offers_never_panic_and_leave_no_state() {
    let good = Testbed::with(1, 66, Setup { cameras: 1, channel: true, ..Setup::default() })
        .clients
        .remove(0)
        .first_offer;
    let mut testbed = Testbed::new(66);
    for end in (0..good.len()).step_by(7) {
        testbed.command(Command::Join { room: ROOM, peer: PeerId(1), offer: good[..end].to_owned() });
    }
    testbed.command(Command::CloseRoom { room: ROOM });
    let stats = testbed.sfu.stats();
    assert_eq!((stats.rooms, stats.peers, stats.rooms_failed), (0, 0, 0));
    assert!(stats.refused > 50);
}

#[test]
fn a_refused_offer_changes_nothing() {
    let mut testbed = Testbed::with(2, 67, Setup::default());
    let other = Testbed::with(1, 68, Setup { cameras: 1, voices: 2, ..Setup::default() })
        .clients
        .remove(0)
        .first_offer;
    for offer in [other.replace("SAVPF", "AVP"), other, "v=0\r\n".to_owned()] {
        testbed.command(Command::Offer { peer: PeerId(1), offer });
    }
    let refused = testbed.seen(|event| matches!(event, Event::Refused { peer: PeerId(1), .. }).then_some(()));
    assert_eq!(refused.len(), 3);
    let since = testbed.now;
    testbed.run(5 * SECOND);
    assert!(testbed.clients[1].heard(1, since) > 240 && testbed.clients[0].heard(2, since) > 240);
    assert_eq!(testbed.sfu.stats().routes, 2, "{:?}", server());
}
