//! Joining, learning of the others, leaving.

use crate::world::{ROOM, SECOND, Setup, World};
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
fn both_versions_of_dtls_are_spoken_and_named() {
    for (version, name) in [(DtlsVersion::Dtls13, "DTLS 1.3"), (DtlsVersion::Dtls12, "DTLS 1.2")] {
        let world = World::with(1, 1, Setup { dtls: version, ..Setup::default() });
        let security = world.seen(|event| match event {
            Event::Connected { security, .. } => Some(security.clone()),
            _ => None,
        });
        assert_eq!(security.len(), 1);
        assert!(security[0].starts_with(name), "{security:?}");
    }
}

#[test]
fn joining_takes_three_round_trips() {
    let mut world = World::new(2);
    world.join(ROOM, PeerId(1), Setup::default());
    let took = world.run_until(SECOND, |world| world.clients[0].connected).expect("connected");
    // 40 ms each: STUN, ClientHello to Finished, and str0m's own pace of checks.
    assert!(took.as_millis() <= 200, "{took:?}");
}

#[test]
fn the_answer_advertises_every_address_and_only_what_is_used() {
    let world = World::with(1, 3, Setup { cameras: 1, channel: true, ..Setup::default() });
    let answer = &world.clients[0].answer;
    assert!(answer.contains("192.0.2.1 3478 typ host") && answer.contains("198.51.100.7 3478 typ host"));
    assert!(
        answer.contains("a=ice-lite") && answer.contains("a=msid:a0 a0") && answer.contains("a=msid:v0 v0")
    );
    assert!(!answer.contains("H264") && !answer.contains("abs-send-time"));
}

#[test]
fn slots_are_told_and_missing_lines_counted() {
    let mut world = World::with(2, 4, Setup::default());
    let streams = |world: &World, peer: u32| {
        let told = world.seen(|event| match event {
            Event::Streams { peer: to, slots, missing } if to.0 == peer => Some((slots.clone(), *missing)),
            _ => None,
        });
        told.last().cloned().expect("told")
    };
    let mid = world.clients[0].voices[0].to_string();
    let slot = Slot { mid, from: PeerId(2), kind: Kind::Audio };
    assert_eq!(streams(&world, 1), (vec![slot.clone()], Missing::default()));

    world.join(ROOM, PeerId(3), Setup { cameras: 1, ..Setup::default() });
    world.run(SECOND);
    assert_eq!(streams(&world, 1), (vec![slot], Missing { audio: 1, video: 1 }));

    world.renegotiate(0, |client| {
        client.add_line(MediaKind::Audio, Direction::RecvOnly);
        client.add_line(MediaKind::Video, Direction::RecvOnly);
    });
    let since = world.now;
    world.run(SECOND);
    let (slots, missing) = streams(&world, 1);
    assert_eq!((slots.len(), missing), (3, Missing::default()));
    assert!(world.clients[0].heard(3, since) > 40 && world.clients[0].heard(2, since) > 40);

    world.command(Command::Leave { peer: PeerId(3) });
    assert_eq!(streams(&world, 1).0.len(), 1);
}

#[test]
fn a_full_room_refuses_and_others_stay() {
    let mut world = World::new(5);
    for peer in 1..=ROOM_PEERS as u32 + 1 {
        world.join(ROOM, PeerId(peer), Setup::default());
    }
    let refused = |world: &World| {
        world.seen(|event| match event {
            Event::Refused { peer, reason } => Some((peer.0, *reason)),
            _ => None,
        })
    };
    assert_eq!(refused(&world), [(9, Refusal::RoomFull)]);
    world.command(Command::Leave { peer: PeerId(1) });
    world.join(ROOM, PeerId(10), Setup::default());
    assert_eq!(refused(&world).len(), 1, "a place is free again");
}

#[test]
fn an_offer_of_nobody_is_refused() {
    let mut world = World::new(6);
    let offer = World::with(1, 6, Setup::default()).clients[0].first_offer.clone();
    world.command(Command::Offer { peer: PeerId(77), offer });
    let unknown = Event::Refused { peer: PeerId(77), reason: Refusal::UnknownPeer };
    assert_eq!(world.events.last().map(|(_, event)| event), Some(&unknown));
}

#[test]
fn a_second_join_is_a_reloaded_page() {
    let mut world = World::with(2, 7, Setup::default());
    world.clients.remove(0);
    world.join(ROOM, PeerId(1), Setup::default());
    world.run(SECOND);
    let since = world.now;
    world.run(SECOND);
    assert_eq!(world.sfu.stats().peers, 2);
    assert!(world.clients[0].heard(1, since) > 45, "the one who stayed hears the new page");
    assert!(world.clients[1].heard(2, since) > 45);
    assert!(gone(&world).is_empty());
}

#[test]
fn who_leaves_is_gone_and_hears_a_goodbye() {
    let mut world = World::with(2, 8, Setup::default());
    world.command(Command::Leave { peer: PeerId(1) });
    world.run(SECOND);
    assert_eq!(gone(&world), [(1, Departure::Left)]);
    assert!(world.clients[0].goodbye, "close_notify");
    world.command(Command::CloseRoom { room: ROOM });
    assert_eq!(gone(&world), [(1, Departure::Left), (2, Departure::Left)]);
    assert_eq!((world.sfu.stats().rooms, world.sfu.stats().routes), (0, 0));
    assert_eq!(world.sfu.poll_timeout(), None, "nothing ticks for nobody");
}

#[test]
fn a_client_that_says_goodbye_is_gone_at_once() {
    let mut world = World::with(2, 9, Setup::default());
    world.clients[0].hang_up(world.now);
    world.run(SECOND);
    assert_eq!(gone(&world), [(1, Departure::Closed)]);
}

#[test]
fn silence_is_told_in_time_and_forgotten_in_the_end() {
    let mut world = World::with(2, 10, Setup::default());
    world.network.shape(PeerId(1), |link| link.cut = true);
    let quiet =
        |world: &World| world.seen(|event| (*event == Event::Quiet { peer: PeerId(1) }).then_some(()));
    let told = world.run_until(3 * SECOND, |world| !quiet(world).is_empty()).expect("told");
    assert!((1_400..2_000).contains(&told.as_millis()), "{told:?}");
    world.run(FORGET_AFTER.abs_diff(3 * SECOND));
    assert!(gone(&world).is_empty(), "kept until the end");
    world.run(3 * SECOND);
    assert_eq!(gone(&world), [(1, Departure::TimedOut)]);
    assert_eq!(world.sfu.stats().timed_out, 1);
}

#[test]
fn who_never_comes_is_forgotten_too() {
    let mut world = World::new(11);
    world.join(ROOM, PeerId(1), Setup::default());
    world.network.shape(PeerId(1), |link| link.cut = true);
    world.run(FORGET_AFTER + SECOND);
    assert_eq!(gone(&world), [(1, Departure::TimedOut)]);
}

#[test]
fn a_listener_is_not_quiet() {
    let mut world = World::new(12);
    world.join(ROOM, PeerId(1), Setup::default());
    world.clients[0].speaking = false;
    world.run(30 * SECOND);
    let quiet = world.seen(|event| matches!(event, Event::Quiet { .. }).then_some(()));
    assert!(quiet.is_empty(), "STUN checks keep it present");
}

#[test]
fn rooms_do_not_hear_each_other() {
    let mut world = World::with(1, 13, Setup::default());
    world.join(RoomId(2), PeerId(2), Setup::default());
    world.run(3 * SECOND);
    assert!(world.clients.iter().all(|client| client.received.is_empty()));
}

#[test]
fn who_moves_heard_nobody_before_and_is_heard_at_once() {
    let setup = Setup { cameras: 1, ..Setup::default() };
    let mut world = World::with(1, 14, setup);
    let own = RoomId(7);
    world.join(own, PeerId(2), setup);
    world.run(5 * SECOND);
    assert!(world.clients.iter().all(|client| client.connected && client.received.is_empty()));
    let packets = world.sfu.stats().packets_in;

    let since = world.now;
    world.command(Command::Move { peer: PeerId(2), to: ROOM });
    let both = |world: &World| world.clients[0].heard(2, since) > 0 && world.clients[1].heard(1, since) > 0;
    let took = world.run_until(SECOND, both).expect("heard");
    // Half a round trip of 40 ms, and what a packet of 20 ms waits for.
    assert!(took.as_millis() <= 50, "{took:?}");
    world.run(2 * SECOND);
    assert!(world.clients[0].heard(2, since) >= 98 && world.clients[1].heard(1, since) >= 98);
    assert!(world.sfu.stats().packets_in > packets);
    let connected = world.seen(|event| matches!(event, Event::Connected { .. }).then_some(()));
    assert_eq!(connected.len(), 2, "on the transports that stood");
    let held = world.sfu.footprint();
    assert_eq!(
        (held.rooms, held.peers, held.timers, held.routes),
        (1, 2, 1, 2),
        "nothing of the old room is left"
    );
    assert!(gone(&world).is_empty());

    world.command(Command::Leave { peer: PeerId(2) });
    world.run(SECOND);
    assert_eq!(gone(&world), [(2, Departure::Left)]);
}

#[test]
fn cameras_follow_who_moves() {
    let setup = Setup { cameras: 1, ..Setup::default() };
    let mut world = World::with(1, 15, setup);
    world.join(RoomId(7), PeerId(2), setup);
    world.run(3 * SECOND);
    world.command(Command::Move { peer: PeerId(2), to: ROOM });
    world.run(SECOND);
    let now = world.now;
    world.clients.iter_mut().for_each(|client| client.turn_on(&[3], now));
    world.run(3 * SECOND);
    for client in &world.clients {
        assert!(client.through(client.cameras[0]).len() > 20, "a picture, and more");
    }
}

#[test]
fn who_moves_before_the_transport_is_up_connects_in_the_other_room() {
    let mut world = World::with(1, 16, Setup::default());
    world.join(RoomId(7), PeerId(2), Setup::default());
    world.command(Command::Move { peer: PeerId(2), to: ROOM });
    world.run(SECOND);
    let since = world.now;
    world.run(SECOND);
    assert!(world.clients[0].heard(2, since) > 45 && world.clients[1].heard(1, since) > 45);
}

#[test]
fn who_cannot_be_moved_is_gone() {
    let mut world = World::with(ROOM_PEERS as u32, 17, Setup::default());
    world.join(RoomId(7), PeerId(99), Setup::default());
    world.run(SECOND);
    world.command(Command::Move { peer: PeerId(99), to: ROOM });
    world.command(Command::Move { peer: PeerId(98), to: ROOM });
    assert_eq!(gone(&world), [(99, Departure::Left)]);
    assert_eq!(world.sfu.stats().peers, ROOM_PEERS as u64);
}

fn gone(world: &World) -> Vec<(u32, Departure)> {
    world.seen(|event| match event {
        Event::Gone { peer, reason } => Some((peer.0, *reason)),
        _ => None,
    })
}
