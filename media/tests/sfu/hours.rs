//! Long use: hours of joining and leaving leave no state behind.

use crate::testbed::{ROOM, SECOND, Setup, Testbed};
use std::time::Duration;
use teranga_media::{
    command::Command,
    id::{PeerId, RoomId},
};

#[test]
fn an_hour_of_a_call_uses_no_more_memory() {
    let mut testbed = Testbed::with(2, 80, Setup { channel: true, ..Setup::default() });
    for client in &mut testbed.clients {
        client.recording = false;
        client.voice_every = Duration::from_millis(400);
    }
    testbed.run(60 * SECOND);
    let footprint = testbed.sfu.footprint();
    for _ in 0..60 {
        testbed.run(60 * SECOND);
        testbed.clients[0].say(b"still here");
        let now = testbed.sfu.footprint();
        assert!(now.queued <= 2 && now.routes == footprint.routes && now.names == footprint.names, "{now:?}");
        assert_eq!((now.rooms, now.peers, now.timers), (1, 2, 1));
    }
    let since = testbed.now;
    for client in &mut testbed.clients {
        client.recording = true;
    }
    testbed.run(4 * SECOND);
    assert!(testbed.clients[0].heard(2, since) >= 9, "and voice still flows");
    assert_eq!(testbed.sfu.stats().dropped_total(), 0, "{:?}", testbed.sfu.stats());
}

#[test]
fn thousands_of_joins_and_leaves_leave_no_state() {
    let mut testbed = Testbed::new(81);
    let offer = Testbed::with(1, 81, Setup { cameras: 1, channel: true, ..Setup::default() })
        .clients
        .remove(0)
        .first_offer;
    for i in 0..2_000_u32 {
        let (room, peer) = (RoomId(i % 7), PeerId(i));
        testbed.command(Command::Join { room, peer, offer: offer.clone() });
        if i >= 10 {
            testbed.command(Command::Leave { peer: PeerId(i - 10) });
        }
        testbed.run(Duration::from_millis(50));
        testbed.events.clear();
    }
    assert_eq!(testbed.sfu.stats().joined, 2_000);
    assert!(testbed.sfu.footprint().peers <= 10);
    for room in 0..7 {
        testbed.command(Command::CloseRoom { room: RoomId(room) });
    }
    let left = testbed.sfu.footprint();
    assert_eq!((left.rooms, left.peers, left.timers), (0, 0, 0), "{left:?}");
    assert_eq!((left.routes, left.names, left.queued), (0, 0, 0), "{left:?}");
}

#[test]
fn connected_peers_that_come_and_go_leave_no_state() {
    let mut testbed = Testbed::with(1, 82, Setup::default());
    for i in 0..60_u32 {
        let peer = PeerId(100 + i);
        let index = testbed.join(ROOM, peer, Setup::default());
        testbed.run(SECOND);
        assert!(testbed.clients[index].connected);
        testbed.command(Command::Leave { peer });
        testbed.clients.truncate(1);
    }
    let left = testbed.sfu.footprint();
    assert_eq!((left.rooms, left.peers, left.routes, left.names, left.timers), (1, 1, 1, 1, 1), "{left:?}");
}
