//! Faults of links: a rate that falls, a minute of heavy loss, packets that must be small.

use crate::world::{ROOM, Received, SECOND, Setup, World};
use std::{collections::BTreeSet, time::Duration};
use teranga_media::{
    command::{Caps, Command, Event, LinkMemory, Rung},
    id::PeerId,
    link::packet_train,
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

/// First byte of a message of a packet train on the probe data channel.
const TRAIN: u8 = 1;
/// First byte of a message that asks the page for a train of its own.
const ASK: u8 = 2;
/// First byte of a message that tells the page to send its voice only.
const HUSH: u8 = 5;

/// The client behind the faulty link.
const FAR: PeerId = PeerId(1);

/// Makes a room with a number of clients, all with a camera. The far client's link is measured at this rate,
/// and it has the probe data channel, as a page has.
fn call(count: u32, seed: u64, kbps: u64) -> World {
    let mut world = World::with(count, seed, CALL);
    world.clients[0].open(packet_train::LABEL);
    world.network.shape(FAR, |link| link.delay = Duration::from_millis(100));
    let rate = Bitrate::kbps(kbps);
    world.command(Command::Measured { peer: FAR, link: LinkMemory { up: rate, down: rate } });
    world.network.shape(FAR, |link| link.rate = kbps * 1_000);
    obeying(&mut world, 15 * SECOND);
    world
}

/// Lets time pass in which the clients obey their sender limits, as browsers do.
fn obeying(world: &mut World, span: Duration) {
    let end = world.now + span;
    while world.now < end {
        world.run(Duration::from_millis(100));
        for index in 0..world.clients.len() {
            if let Some(caps) = caps_of(world, world.clients[index].id) {
                obey(world, index, caps);
            }
        }
    }
}

fn obey(world: &mut World, index: usize, caps: Caps) {
    let client = &mut world.clients[index];
    client.voice_every = Duration::from_millis(caps.ptime_ms.into());
    match caps.video {
        None => client.camera = None,
        // A packet of a frame is 1,060 bytes each 40 ms.
        Some(cap) if client.camera.is_none() && cap >= Bitrate::kbps(200) => client.turn_on(&[1], world.now),
        Some(_) => {}
    }
}

/// The same, but the far client's signalling uses TCP: a message waits behind a full downlink. The client obeys
/// a message on the probe data channel for eight seconds, as a page does.
fn obeying_late(world: &mut World, span: Duration) {
    let end = world.now + span;
    let (mut known, mut under_way, mut hushed) = (caps_of(world, FAR), None, None);
    while world.now < end {
        world.run(Duration::from_millis(100));
        let waiting = world.network.waiting_down(FAR, world.now);
        let said = caps_of(world, FAR);
        if under_way.is_none() && said != known && waiting < Duration::from_millis(900) {
            under_way = said.map(|caps| (world.now + waiting, caps));
        }
        known = under_way.take_if(|(at, _)| *at <= world.now).map(|(_, caps)| caps).or(known);
        if let Some(hush) = world.clients[0].messages.drain(..).rfind(|message| message[0] == HUSH) {
            hushed = Some((world.now + 8 * SECOND, hush[1]));
        }
        let caps = known.map(|caps| match hushed {
            Some((until, ptime_ms)) if world.now < until => {
                Caps { video: None, ptime_ms: caps.ptime_ms.max(ptime_ms), ..caps }
            }
            _ => caps,
        });
        for (index, caps) in [caps, caps_of(world, PeerId(2))].into_iter().enumerate() {
            if let Some(caps) = caps {
                obey(world, index, caps);
            }
        }
    }
}

/// Returns the largest delay of one client's voice at the other, from then on.
fn latest(world: &World, from: usize, listener: usize, since: std::time::Instant) -> Duration {
    let (speaker, ear) = (&world.clients[from], &world.clients[listener]);
    let came = ear.received.iter().filter(|p| p.at >= since && ear.voices.contains(&p.mid));
    came.map(|packet| packet.age(speaker)).max().unwrap_or(Duration::MAX)
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

/// Returns the share of the packets of `from` since then that `listener` has received, by number, so that
/// nothing counts twice.
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

#[test]
fn both_ways_that_fall_tenfold_at_once_leave_a_voice_that_is_soon_punctual() {
    let mut world = call(2, 93, 390);
    assert!(world.clients.iter().all(|client| client.camera.is_some()), "both film before");
    world.network.shape(FAR, |link| link.rate = 40_000);
    let since = world.now + 6 * SECOND;
    obeying_late(&mut world, 16 * SECOND);
    let late = [(0, 1), (1, 0)].map(|(from, to)| latest(&world, from, to, since));
    assert!(late.iter().all(|late| *late < Duration::from_millis(500)), "up and down {late:?}");
    let share = [(1, 0), (0, 1)].map(|(to, from)| heard(&world, to, from + 1, since));
    assert!(share.iter().all(|share| *share > 0.99), "of the voices arrives {share:?}");
}

#[test]
fn a_voice_alone_shows_within_a_second_that_its_link_fell_and_is_soon_punctual() {
    let mut world = call(2, 95, 64);
    assert!(world.clients.iter().all(|client| client.camera.is_none()), "nobody films");
    let before = caps_of(&world, FAR).unwrap();
    world.clients.iter_mut().for_each(|client| client.voice_every = Duration::from_millis(20));
    world.network.shape(FAR, |link| link.rate = 24_000);
    let fell = world.now;
    world.run(Duration::from_millis(1_100));
    let caps = caps_of(&world, FAR).unwrap();
    assert!(caps.audio < before.audio && caps.pictures.is_none(), "{caps:?}");
    obeying_late(&mut world, 12 * SECOND);
    let late = [(0, 1), (1, 0)].map(|(from, to)| latest(&world, from, to, fell + 5 * SECOND));
    assert!(late.iter().all(|late| *late < Duration::from_millis(500)), "up and down {late:?}");
}

#[test]
fn a_page_whose_way_up_is_full_is_told_on_the_channel_of_the_probes() {
    let mut world = call(2, 97, 390);
    assert!(!world.clients[0].messages.iter().any(|message| message[0] == HUSH));
    world.network.shape(FAR, |link| link.rate = 40_000);
    world.network.shape_down(FAR, |link| link.rate = 390_000);
    world.run(3 * SECOND);
    let hushes = world.clients[0].messages.iter().filter(|message| message[0] == HUSH);
    let ptimes: Vec<u8> = hushes.map(|message| message[1]).collect();
    assert!(
        (2..=6).contains(&ptimes.len()) && ptimes.iter().all(|ms| *ms >= 60),
        "each half second: {ptimes:?}"
    );
}

#[test]
fn a_way_down_that_falls_tenfold_at_once_takes_the_cameras_to_it() {
    let mut world = call(2, 94, 390);
    assert!(world.clients.iter().all(|client| client.camera.is_some()), "both film before");
    world.network.shape_down(FAR, |link| link.rate = 40_000);
    let before = world.now;
    let since = before + 7 * SECOND;
    obeying_late(&mut world, 17 * SECOND);
    let withdrawn = world.events.iter().find_map(|(at, event)| {
        caps_in(event, PeerId(2)).filter(|caps| *at >= before && caps.video.is_none()).map(|_| *at - before)
    });
    assert!(withdrawn.is_some_and(|after| after <= Duration::from_millis(1_500)), "after {withdrawn:?}");
    let late = latest(&world, 1, 0, since);
    assert!(late < Duration::from_millis(500), "{late:?}");
}

/// The message that opens a channel can be lost and is repeated seconds later. The far link is unknown until
/// then.
#[test]
fn who_opens_the_channel_of_the_probes_late_is_not_taken_for_a_thick_link() {
    let mut world = World::with(2, 99, CALL);
    world.network.shape(FAR, |link| link.delay = Duration::from_millis(150));
    world.run(4 * SECOND);
    let films = |world: &World| caps_of(world, FAR).is_some_and(|caps| caps.video.is_some());
    assert!(!films(&world), "another channel is open already");
    world.run(4 * SECOND);
    assert!(films(&world), "it seems to know no probes");
    world.clients[0].open(packet_train::LABEL);
    world.run(2 * SECOND);
    assert!(world.clients[0].messages.iter().any(|message| message[0] == TRAIN), "it is measured after all");
    assert!(!films(&world), "until then nothing is known");
}

#[test]
fn losses_jitter_and_a_long_way_take_nobodys_camera() {
    // In a minute the way is tried for more, and becomes one that the engine estimates: that takes much jitter for a queue.
    for (seed, delay_ms, jitter_ms, seconds) in
        [(95, 50, 100, 25), (96, 300, 100, 25), (97, 50, 20, 60), (98, 300, 20, 60)]
    {
        let mut world = call(2, seed, 390);
        world.network.shape(FAR, |link| {
            link.loss = 0.05;
            link.delay = Duration::from_millis(delay_ms);
            link.jitter = Duration::from_millis(jitter_ms);
        });
        obeying(&mut world, 8 * SECOND);
        let since = world.now;
        obeying(&mut world, seconds * SECOND);
        let taken = world.events.iter().filter(|(at, _)| *at >= since);
        let taken =
            taken.filter(|(_, event)| matches!(event, Event::Caps { caps, .. } if caps.video.is_none()));
        let taken: Vec<_> = taken.map(|(at, event)| (*at - since, event)).collect();
        assert!(taken.is_empty(), "over {delay_ms} ms {taken:?}");
        let mut pictures: Vec<_> = world.clients[0].received.iter().filter(|p| p.at >= since).collect();
        pictures.retain(|p| world.clients[0].cameras.contains(&p.mid));
        let gap = pictures.windows(2).map(|pair| pair[1].at - pair[0].at).max();
        assert!(gap.is_some_and(|gap| gap < SECOND), "the camera to it was held for {gap:?}");
    }
}

/// A packet train delays the voice on a thin link, so it is sent only when the voice itself says that it is
/// worth it.
#[test]
fn a_thin_way_that_carries_more_is_asked_when_big_packets_come_sooner() {
    let mut world = call(2, 100, 40);
    world.clients[0].talk = Some(140);
    let asked = |world: &World| world.clients[0].messages.iter().any(|message| message[0] == ASK);
    obeying(&mut world, 60 * SECOND);
    assert!(!asked(&world), "nothing has changed");
    world.network.shape(FAR, |link| link.rate = 256_000);
    obeying(&mut world, 12 * SECOND);
    assert!(asked(&world));
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
