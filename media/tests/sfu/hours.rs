//! Long use: hours of joining and leaving leave no state behind.

use crate::world::{ROOM, SECOND, Setup, World};
use std::time::Duration;
use teranga_media::{
    command::Command,
    id::{PeerId, RoomId},
};

#[test]
fn an_hour_in_a_call_grows_nothing() {
    let mut world = World::with(2, 80, Setup { channel: true, ..Setup::default() });
    for client in &mut world.clients {
        client.recording = false;
        client.voice_every = Duration::from_millis(400);
    }
    world.run(60 * SECOND);
    let footprint = world.sfu.footprint();
    for _ in 0..60 {
        world.run(60 * SECOND);
        world.clients[0].say(b"still here");
        let now = world.sfu.footprint();
        assert!(now.queued <= 2 && now.routes == footprint.routes && now.names == footprint.names, "{now:?}");
        assert_eq!((now.rooms, now.peers, now.timers), (1, 2, 1));
    }
    let since = world.now;
    for client in &mut world.clients {
        client.recording = true;
    }
    world.run(4 * SECOND);
    assert!(world.clients[0].heard(2, since) >= 9, "and voice still flows");
    assert_eq!(world.sfu.stats().dropped_total(), 0, "{:?}", world.sfu.stats());
}

#[test]
fn thousands_of_joins_and_leaves_leave_nothing() {
    let mut world = World::new(81);
    let offer = World::with(1, 81, Setup { cameras: 1, channel: true, ..Setup::default() })
        .clients
        .remove(0)
        .first_offer;
    for i in 0..2_000_u32 {
        let (room, peer) = (RoomId(i % 7), PeerId(i));
        world.command(Command::Join { room, peer, offer: offer.clone() });
        if i >= 10 {
            world.command(Command::Leave { peer: PeerId(i - 10) });
        }
        world.run(Duration::from_millis(50));
        world.events.clear();
    }
    assert_eq!(world.sfu.stats().joined, 2_000);
    assert!(world.sfu.footprint().peers <= 10);
    for room in 0..7 {
        world.command(Command::CloseRoom { room: RoomId(room) });
    }
    let left = world.sfu.footprint();
    assert_eq!((left.rooms, left.peers, left.timers), (0, 0, 0), "{left:?}");
    assert_eq!((left.routes, left.names, left.queued), (0, 0, 0), "{left:?}");
}

#[test]
fn connected_peers_that_come_and_go_leave_nothing() {
    let mut world = World::with(1, 82, Setup::default());
    for i in 0..60_u32 {
        let peer = PeerId(100 + i);
        let index = world.join(ROOM, peer, Setup::default());
        world.run(SECOND);
        assert!(world.clients[index].connected);
        world.command(Command::Leave { peer });
        world.clients.truncate(1);
    }
    let left = world.sfu.footprint();
    assert_eq!((left.rooms, left.peers, left.routes, left.names, left.timers), (1, 1, 1, 1, 1), "{left:?}");
}
