//! Joining, learning of the others, leaving.

use crate::testbed::{ROOM, SECOND, Setup, Testbed};
use str0m::{
    config::DtlsVersion,
    media::{Direction, MediaKind},
};
use teranga_media::{
    command::{Command, Departure, Event, Kind, Missing, Refusal, Slot},
    id::{PeerId, RoomId},
    limits::{FORGET_AFTER, ROOM_PEERS},
};

#[test]
fn dtls_1_2_and_1_3_are_supported_and_reported() {
    for (version, name) in [(DtlsVersion::Dtls13, "DTLS 1.3"), (DtlsVersion::Dtls12, "DTLS 1.2")] {
        let testbed = Testbed::with(1, 1, Setup { dtls: version, ..Setup::default() });
        let security = testbed.seen(|event| match event {
            Event::Connected { security, .. } => Some(security.clone()),
            _ => None,
        });
        assert_eq!(security.len(), 1);
        assert!(security[0].starts_with(name), "{security:?}");
    }
}

#[test]
fn joining_takes_three_round_trips() {
    let mut testbed = Testbed::new(2);
    testbed.join(ROOM, PeerId(1), Setup::default());
    let took = testbed.run_until(SECOND, |testbed| testbed.clients[0].connected).expect("connected");
    // 40 ms each: STUN, ClientHello to Finished, and str0m's own pace of checks.
    assert!(took.as_millis() <= 200, "{took:?}");
}

#[test]
fn the_answer_advertises_every_address_and_only_what_is_used() {
    let testbed = Testbed::with(1, 3, Setup { cameras: 1, channel: true, ..Setup::default() });
    let answer = &testbed.clients[0].answer;
    assert!(answer.contains("192.0.2.1 3478 typ host") && answer.contains("198.51.100.7 3478 typ host"));
    assert!(
        answer.contains("a=ice-lite") && answer.contains("a=msid:a0 a0") && answer.contains("a=msid:v0 v0")
    );
    assert!(!answer.contains("H264") && !answer.contains("abs-send-time"));
}

#[test]
fn slots_and_missing_media_sections_are_reported() {
    let mut testbed = Testbed::with(2, 4, Setup::default());
    let streams = |testbed: &Testbed, peer: u32| {
        let told = testbed.seen(|event| match event {
            Event::Streams { peer: to, slots, missing } if to.0 == peer => Some((slots.clone(), *missing)),
            _ => None,
        });
        told.last().cloned().expect("told")
    };
    let mid = testbed.clients[0].voices[0].to_string();
    let slot = Slot { mid, from: PeerId(2), kind: Kind::Audio };
    assert_eq!(streams(&testbed, 1), (vec![slot.clone()], Missing::default()));

    testbed.join(ROOM, PeerId(3), Setup { cameras: 1, ..Setup::default() });
    testbed.run(SECOND);
    assert_eq!(streams(&testbed, 1), (vec![slot], Missing { audio: 1, video: 1 }));

    testbed.renegotiate(0, |client| {
        client.add_line(MediaKind::Audio, Direction::RecvOnly);
        client.add_line(MediaKind::Video, Direction::RecvOnly);
    });
    let since = testbed.now;
    testbed.run(SECOND);
    let (slots, missing) = streams(&testbed, 1);
    assert_eq!((slots.len(), missing), (3, Missing::default()));
    assert!(testbed.clients[0].heard(3, since) > 40 && testbed.clients[0].heard(2, since) > 40);

    testbed.command(Command::Leave { peer: PeerId(3) });
    assert_eq!(streams(&testbed, 1).0.len(), 1);
}

#[test]
fn a_full_room_refuses_a_join_and_its_members_stay() {
    let mut testbed = Testbed::new(5);
    for peer in 1..=ROOM_PEERS as u32 + 1 {
        testbed.join(ROOM, PeerId(peer), Setup::default());
    }
    let refused = |testbed: &Testbed| {
        testbed.seen(|event| match event {
            Event::Refused { peer, reason } => Some((peer.0, *reason)),
            _ => None,
        })
    };
    assert_eq!(refused(&testbed), [(9, Refusal::RoomFull)]);
    testbed.command(Command::Leave { peer: PeerId(1) });
    testbed.join(ROOM, PeerId(10), Setup::default());
    assert_eq!(refused(&testbed).len(), 1, "a place is free again");
}

#[test]
fn an_offer_of_an_unknown_peer_is_refused() {
    let mut testbed = Testbed::new(6);
    let offer = Testbed::with(1, 6, Setup::default()).clients[0].first_offer.clone();
    testbed.command(Command::Offer { peer: PeerId(77), offer });
    let unknown = Event::Refused { peer: PeerId(77), reason: Refusal::UnknownPeer };
    assert_eq!(testbed.events.last().map(|(_, event)| event), Some(&unknown));
}

#[test]
fn a_second_join_replaces_the_transport() {
    let mut testbed = Testbed::with(2, 7, Setup::default());
    testbed.clients.remove(0);
    testbed.join(ROOM, PeerId(1), Setup::default());
    testbed.run(SECOND);
    let since = testbed.now;
    testbed.run(SECOND);
    assert_eq!(testbed.sfu.stats().peers, 2);
    assert!(testbed.clients[0].heard(1, since) > 45, "the one who stayed hears the new page");
    assert!(testbed.clients[1].heard(2, since) > 45);
    assert!(gone(&testbed).is_empty());
}

#[test]
fn a_peer_that_leaves_is_gone_and_its_transport_is_closed() {
    let mut testbed = Testbed::with(2, 8, Setup::default());
    testbed.command(Command::Leave { peer: PeerId(1) });
    testbed.run(SECOND);
    assert_eq!(gone(&testbed), [(1, Departure::Left)]);
    assert!(testbed.clients[0].goodbye, "close_notify");
    testbed.command(Command::CloseRoom { room: ROOM });
    assert_eq!(gone(&testbed), [(1, Departure::Left), (2, Departure::Left)]);
    assert_eq!((testbed.sfu.stats().rooms, testbed.sfu.stats().routes), (0, 0));
    assert_eq!(testbed.sfu.poll_timeout(), None, "nothing ticks for nobody");
}

#[test]
fn a_client_that_closes_its_transport_is_gone_at_once() {
    let mut testbed = Testbed::with(2, 9, Setup::default());
    testbed.clients[0].hang_up(testbed.now);
    testbed.run(SECOND);
    assert_eq!(gone(&testbed), [(1, Departure::Closed)]);
}

#[test]
fn a_silent_peer_is_reported_in_time_and_forgotten_in_the_end() {
    let mut testbed = Testbed::with(2, 10, Setup::default());
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    let quiet =
        |testbed: &Testbed| testbed.seen(|event| (*event == Event::Quiet { peer: PeerId(1) }).then_some(()));
    let told = testbed.run_until(3 * SECOND, |testbed| !quiet(testbed).is_empty()).expect("told");
    assert!((1_400..2_000).contains(&told.as_millis()), "{told:?}");
    testbed.run(FORGET_AFTER.abs_diff(3 * SECOND));
    assert!(gone(&testbed).is_empty(), "kept until the end");
    testbed.run(3 * SECOND);
    assert_eq!(gone(&testbed), [(1, Departure::TimedOut)]);
    assert_eq!(testbed.sfu.stats().timed_out, 1);
}

#[test]
fn a_peer_that_never_connects_is_forgotten() {
    let mut testbed = Testbed::new(11);
    testbed.join(ROOM, PeerId(1), Setup::default());
    testbed.network.shape(PeerId(1), |link| link.cut = true);
    testbed.run(FORGET_AFTER + SECOND);
    assert_eq!(gone(&testbed), [(1, Departure::TimedOut)]);
}

#[test]
fn a_listener_is_not_quiet() {
    let mut testbed = Testbed::new(12);
    testbed.join(ROOM, PeerId(1), Setup::default());
    testbed.clients[0].speaking = false;
    testbed.run(30 * SECOND);
    let quiet = testbed.seen(|event| matches!(event, Event::Quiet { .. }).then_some(()));
    assert!(quiet.is_empty(), "STUN checks keep it present");
}

#[test]
fn rooms_are_isolated_from_each_other() {
    let mut testbed = Testbed::with(1, 13, Setup::default());
    testbed.join(RoomId(2), PeerId(2), Setup::default());
    testbed.run(3 * SECOND);
    assert!(testbed.clients.iter().all(|client| client.received.is_empty()));
}

#[test]
fn a_moved_peer_hears_nobody_before_and_is_heard_at_once() {
    let setup = Setup { cameras: 1, ..Setup::default() };
    let mut testbed = Testbed::with(1, 14, setup);
    let own = RoomId(7);
    testbed.join(own, PeerId(2), setup);
    testbed.run(5 * SECOND);
    assert!(testbed.clients.iter().all(|client| client.connected && client.received.is_empty()));
    let packets = testbed.sfu.stats().packets_in;

    let since = testbed.now;
    testbed.command(Command::Move { peer: PeerId(2), to: ROOM });
    let both =
        |testbed: &Testbed| testbed.clients[0].heard(2, since) > 0 && testbed.clients[1].heard(1, since) > 0;
    let took = testbed.run_until(SECOND, both).expect("heard");
    // Half a round trip of 40 ms, and what a packet of 20 ms waits for.
    assert!(took.as_millis() <= 50, "{took:?}");
    testbed.run(2 * SECOND);
    assert!(testbed.clients[0].heard(2, since) >= 98 && testbed.clients[1].heard(1, since) >= 98);
    assert!(testbed.sfu.stats().packets_in > packets);
    let connected = testbed.seen(|event| matches!(event, Event::Connected { .. }).then_some(()));
    assert_eq!(connected.len(), 2, "on the transports that stood");
    let held = testbed.sfu.footprint();
    assert_eq!(
        (held.rooms, held.peers, held.timers, held.routes),
        (1, 2, 1, 2),
        "nothing of the old room is left"
    );
    assert!(gone(&testbed).is_empty());

    testbed.command(Command::Leave { peer: PeerId(2) });
    testbed.run(SECOND);
    assert_eq!(gone(&testbed), [(2, Departure::Left)]);
}

#[test]
fn cameras_follow_a_moved_peer() {
    let setup = Setup { cameras: 1, ..Setup::default() };
    let mut testbed = Testbed::with(1, 15, setup);
    testbed.join(RoomId(7), PeerId(2), setup);
    testbed.run(3 * SECOND);
    testbed.command(Command::Move { peer: PeerId(2), to: ROOM });
    testbed.run(SECOND);
    let now = testbed.now;
    testbed.clients.iter_mut().for_each(|client| client.turn_on(&[3], now));
    testbed.run(3 * SECOND);
    for client in &testbed.clients {
        assert!(client.through(client.cameras[0]).len() > 20, "a picture, and more");
    }
}

#[test]
fn a_peer_moved_before_its_transport_is_up_connects_in_the_other_room() {
    let mut testbed = Testbed::with(1, 16, Setup::default());
    testbed.join(RoomId(7), PeerId(2), Setup::default());
    testbed.command(Command::Move { peer: PeerId(2), to: ROOM });
    testbed.run(SECOND);
    let since = testbed.now;
    testbed.run(SECOND);
    assert!(testbed.clients[0].heard(2, since) > 45 && testbed.clients[1].heard(1, since) > 45);
}

#[test]
fn a_peer_that_cannot_be_moved_is_gone() {
    let mut testbed = Testbed::with(ROOM_PEERS as u32, 17, Setup::default());
    testbed.join(RoomId(7), PeerId(99), Setup::default());
    testbed.run(SECOND);
    testbed.command(Command::Move { peer: PeerId(99), to: ROOM });
    testbed.command(Command::Move { peer: PeerId(98), to: ROOM });
    assert_eq!(gone(&testbed), [(99, Departure::Left)]);
    assert_eq!(testbed.sfu.stats().peers, ROOM_PEERS as u64);
}

fn gone(testbed: &Testbed) -> Vec<(u32, Departure)> {
    testbed.seen(|event| match event {
        Event::Gone { peer, reason } => Some((peer.0, *reason)),
        _ => None,
    })
}
