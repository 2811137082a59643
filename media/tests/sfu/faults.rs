//! Links that lie: a rate that falls, a minute of heavy loss, packets that must be small.

use crate::world::{ROOM, Received, SECOND, Setup, World};
use std::{collections::BTreeSet, time::Duration};
use teranga_media::{
    command::{Caps, Command, Event, LinkMemory, Rung},
    id::PeerId,
    units::Bitrate,
};

const CALL: Setup = Setup {
    voices: 2,
    cameras: 2,
    simulcast: false,
    channel: true,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: false,
};

/// The one whose link lies.
const FAR: PeerId = PeerId(1);

/// So many in a room, all filming, the far one's link measured at this rate. Too far away to be given up for unmeasurable.
fn call(count: u32, seed: u64, kbps: u64) -> World {
    let mut world = World::with(count, seed, Setup { channel: false, ..CALL });
    world.network.shape(FAR, |link| link.delay = Duration::from_millis(100));
    let rate = Bitrate::kbps(kbps);
    world.command(Command::Measured { peer: FAR, link: LinkMemory { up: rate, down: rate } });
    world.network.shape(FAR, |link| link.rate = kbps * 1_000);
    obeying(&mut world, 15 * SECOND);
    world
}

/// Lets time pass in which the clients do what they are told, as browsers do.
fn obeying(world: &mut World, span: Duration) {
    let end = world.now + span;
    while world.now < end {
        world.run(Duration::from_millis(100));
        for index in 0..world.clients.len() {
            let Some(caps) = caps_of(world, world.clients[index].id) else { continue };
            let client = &mut world.clients[index];
            client.voice_every = Duration::from_millis(caps.ptime_ms.into());
            match caps.video {
                None => client.camera = None,
                // A packet of a frame is 1,100 bytes each 40 ms.
                Some(cap) if client.camera.is_none() && cap >= Bitrate::kbps(250) => {
                    client.turn_on(&[1], world.now);
                }
                Some(_) => {}
            }
        }
    }
}

fn caps_of(world: &World, peer: PeerId) -> Option<Caps> {
    world.seen(|event| caps_in(event, peer)).pop()
}

fn caps_in(event: &Event, peer: PeerId) -> Option<Caps> {
    match event {
        Event::Caps { peer: told, caps } if *told == peer => Some(*caps),
        _ => None,
    }
}

/// Share of what `from` said since then that `listener` has: by number, so that nothing counts twice.
fn heard(world: &World, listener: usize, from: u32, since: std::time::Instant) -> f64 {
    let voices = &world.clients[listener].voices;
    let packets =
        world.clients[listener].received.iter().filter(|p| p.at >= since && voices.contains(&p.mid));
    let numbers: BTreeSet<u32> = packets.map(Received::trace).filter(|t| t.0 == from).map(|t| t.2).collect();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return 0.0 };
    numbers.len() as f64 / f64::from(last - first + 1)
}

#[test]
fn a_minute_in_which_a_third_is_lost_ends_nothing_and_harms_nobody_else() {
    let mut world = call(3, 90, 2_000);
    assert!(caps_of(&world, FAR).unwrap().video.is_some(), "the camera is on before");
    let since = world.now;
    world.network.shape(FAR, |link| link.loss = 0.3);
    obeying(&mut world, 60 * SECOND);
    let (up, down) = (heard(&world, 1, 1, since), heard(&world, 0, 2, since));
    assert!(up > 0.6 && down > 0.6, "what came through was passed on: {up}, {down}");
    assert!(heard(&world, 2, 2, since) > 0.99, "the others hear each other as before");
    assert!(world.clients.iter().all(|client| client.connected && !client.goodbye));

    let since = world.now;
    world.network.shape(FAR, |link| link.loss = 0.0);
    obeying(&mut world, 30 * SECOND);
    let rung = caps_of(&world, FAR).unwrap().rung;
    assert_eq!(rung, Rung::Video, "all is as before, without anybody's doing");
    assert!(heard(&world, 1, 1, since + 5 * SECOND) > 0.99);
}

#[test]
fn a_rate_that_falls_tenfold_at_once_takes_the_camera_and_leaves_the_voice() {
    let mut world = call(2, 91, 400);
    assert!(caps_of(&world, FAR).unwrap().video.is_some(), "the camera is on before");
    let fell = world.now;
    // The way down is measured by the page, which is not in this world.
    world.network.shape(FAR, |link| link.rate = 40_000);
    world.network.shape_down(FAR, |link| link.rate = 400_000);
    obeying(&mut world, 10 * SECOND);
    let withdrawn = world.events.iter().find_map(|(at, event)| {
        caps_in(event, FAR).filter(|caps| *at >= fell && caps.video.is_none()).map(|_| *at - fell)
    });
    assert!(
        withdrawn.is_some_and(|after| after <= 3 * SECOND),
        "the camera was withdrawn after {withdrawn:?}"
    );
    let since = world.now;
    obeying(&mut world, 10 * SECOND);
    let share = heard(&world, 1, 1, since);
    assert!(share > 0.99, "{share} of the voice arrives on a tenth of the rate");
}

/// RFC 8200 section 5: 1,280 bytes pass everywhere. 40 of them are an IPv6 header, 8 are UDP's.
#[test]
fn all_that_we_send_of_ourselves_passes_the_smallest_link_of_ipv6() {
    let mut world = World::with(2, 92, CALL);
    world.run(2 * SECOND);
    assert!(world.clients[0].say(&vec![7; 40_000]));
    world.run(10 * SECOND);
    assert_eq!(world.clients[1].messages.len(), 1, "a large picture has come");
    let largest = world.network.largest_down;
    assert!(largest > 1_000 && largest <= 1_280 - 48, "{largest} bytes");
    world.join(ROOM, PeerId(9), CALL);
    world.run(2 * SECOND);
    assert!(world.network.largest_down <= 1_280 - 48, "the handshake's flights, too");
}
