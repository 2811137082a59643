//! Faults of links: a rate that falls, a minute of heavy loss, packets that must be small.

use crate::testbed::{ROOM, Received, Reporter, SECOND, Setup, Testbed};
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
    malformed_feedback: false,
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
fn call(count: u32, seed: u64, kbps: u64) -> Testbed {
    let mut testbed = Testbed::with(count, seed, CALL);
    testbed.clients[0].open(packet_train::LABEL);
    testbed.network.shape(FAR, |link| link.delay = Duration::from_millis(100));
    let rate = Bitrate::kbps(kbps);
    testbed.command(Command::Measured { peer: FAR, link: LinkMemory { up: rate, down: rate } });
    testbed.network.shape(FAR, |link| link.rate = kbps * 1_000);
    obeying(&mut testbed, 15 * SECOND);
    testbed
}

/// Lets time pass in which the clients obey their sender limits, as browsers do.
fn obeying(testbed: &mut Testbed, span: Duration) {
    let end = testbed.now + span;
    while testbed.now < end {
        testbed.run(Duration::from_millis(100));
        for index in 0..testbed.clients.len() {
            if let Some(caps) = caps_of(testbed, testbed.clients[index].id) {
                obey(testbed, index, caps);
            }
        }
    }
}

fn obey(testbed: &mut Testbed, index: usize, caps: Caps) {
    let client = &mut testbed.clients[index];
    client.voice_every = Duration::from_millis(caps.ptime_ms.into());
    match caps.video {
        None => client.camera = None,
        // A packet of a frame is 1,060 bytes each 40 ms.
        Some(cap) if client.camera.is_none() && cap >= Bitrate::kbps(200) => {
            client.turn_on(&[1], testbed.now);
        }
        Some(_) => {}
    }
}

/// The same, but the far client's signalling uses TCP: a message waits behind a full downlink. The client obeys
/// a message on the probe data channel for eight seconds, and reports on it what comes late, as a page does.
fn obeying_late(testbed: &mut Testbed, span: Duration) {
    let end = testbed.now + span;
    let (mut known, mut under_way, mut hushed) = (caps_of(testbed, FAR), None, None);
    let mut reporter = Reporter::new(testbed.now);
    while testbed.now < end {
        testbed.run(Duration::from_millis(100));
        let probes = testbed.clients[0].probes.expect("it has the channel");
        reporter.report(&mut testbed.clients[0], probes, testbed.now);
        let waiting = testbed.network.waiting_down(FAR, testbed.now);
        let said = caps_of(testbed, FAR);
        if under_way.is_none() && said != known && waiting < Duration::from_millis(900) {
            under_way = said.map(|caps| (testbed.now + waiting, caps));
        }
        known = under_way.take_if(|(at, _)| *at <= testbed.now).map(|(_, caps)| caps).or(known);
        if let Some(hush) = testbed.clients[0].messages.drain(..).rfind(|message| message[0] == HUSH) {
            hushed = Some((testbed.now + 8 * SECOND, hush[1]));
        }
        let caps = known.map(|caps| match hushed {
            Some((until, ptime_ms)) if testbed.now < until => {
                Caps { video: None, ptime_ms: caps.ptime_ms.max(ptime_ms), ..caps }
            }
            _ => caps,
        });
        for (index, caps) in [caps, caps_of(testbed, PeerId(2))].into_iter().enumerate() {
            if let Some(caps) = caps {
                obey(testbed, index, caps);
            }
        }
    }
}

/// Returns the largest delay of one client's voice at the other, from then on.
fn latest(testbed: &Testbed, from: usize, listener: usize, since: std::time::Instant) -> Duration {
    let (speaker, ear) = (&testbed.clients[from], &testbed.clients[listener]);
    let came = ear.received.iter().filter(|p| p.at >= since && ear.voices.contains(&p.mid));
    came.map(|packet| packet.age(speaker)).max().unwrap_or(Duration::MAX)
}

fn caps_of(testbed: &Testbed, peer: PeerId) -> Option<Caps> {
    testbed.seen(|event| caps_in(event, peer)).pop()
}

fn caps_in(event: &Event, peer: PeerId) -> Option<Caps> {
    match event {
        Event::Caps { peer: told, caps } if *told == peer => Some(*caps),
        _ => None,
    }
}

/// Returns the share of the packets of `from` since then that `listener` has received, by number, so that
/// nothing counts twice.
fn heard(testbed: &Testbed, listener: usize, from: u32, since: std::time::Instant) -> f64 {
    let voices = &testbed.clients[listener].voices;
    let packets =
        testbed.clients[listener].received.iter().filter(|p| p.at >= since && voices.contains(&p.mid));
    let numbers: BTreeSet<u32> = packets.map(Received::trace).filter(|t| t.0 == from).map(|t| t.2).collect();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return 0.0 };
    numbers.len() as f64 / f64::from(last - first + 1)
}

#[test]
fn a_minute_of_heavy_loss_ends_no_call_and_harms_no_other_link() {
    let mut testbed = call(3, 90, 2_000);
    assert!(caps_of(&testbed, FAR).unwrap().video.is_some(), "the camera is on before");
    let since = testbed.now;
    testbed.network.shape(FAR, |link| link.loss = 0.3);
    obeying(&mut testbed, 60 * SECOND);
    let (up, down) = (heard(&testbed, 1, 1, since), heard(&testbed, 0, 2, since));
    assert!(up > 0.6 && down > 0.6, "what came through was passed on: {up}, {down}");
    assert!(heard(&testbed, 2, 2, since) > 0.99, "the others hear each other as before");
    assert!(testbed.clients.iter().all(|client| client.connected && !client.goodbye));

    let since = testbed.now;
    testbed.network.shape(FAR, |link| link.loss = 0.0);
    obeying(&mut testbed, 30 * SECOND);
    let rung = caps_of(&testbed, FAR).unwrap().rung;
    assert_eq!(rung, Rung::Video, "all is as before, without anybody's doing");
    assert!(heard(&testbed, 1, 1, since + 5 * SECOND) > 0.99);
}

#[test]
fn a_rate_that_falls_tenfold_at_once_takes_the_camera_and_leaves_the_voice() {
    let mut testbed = call(2, 91, 400);
    assert!(caps_of(&testbed, FAR).unwrap().video.is_some(), "the camera is on before");
    let fell = testbed.now;
    // The way down is measured by the page, which is not in this testbed.
    testbed.network.shape(FAR, |link| link.rate = 40_000);
    testbed.network.shape_down(FAR, |link| link.rate = 400_000);
    obeying(&mut testbed, 10 * SECOND);
    let withdrawn = testbed.events.iter().find_map(|(at, event)| {
        caps_in(event, FAR).filter(|caps| *at >= fell && caps.video.is_none()).map(|_| *at - fell)
    });
    assert!(
        withdrawn.is_some_and(|after| after <= 3 * SECOND),
        "the camera was withdrawn after {withdrawn:?}"
    );
    let since = testbed.now;
    obeying(&mut testbed, 10 * SECOND);
    let share = heard(&testbed, 1, 1, since);
    assert!(share > 0.99, "{share} of the voice arrives on a tenth of the rate");
}

#[test]
fn both_directions_that_fall_tenfold_at_once_leave_a_voice_that_is_soon_punctual() {
    let mut testbed = call(2, 93, 390);
    assert!(testbed.clients.iter().all(|client| client.camera.is_some()), "both film before");
    testbed.network.shape(FAR, |link| link.rate = 40_000);
    let since = testbed.now + 6 * SECOND;
    obeying_late(&mut testbed, 16 * SECOND);
    let late = [(0, 1), (1, 0)].map(|(from, to)| latest(&testbed, from, to, since));
    assert!(late.iter().all(|late| *late < Duration::from_millis(500)), "up and down {late:?}");
    let share = [(1, 0), (0, 1)].map(|(to, from)| heard(&testbed, to, from + 1, since));
    assert!(share.iter().all(|share| *share > 0.99), "of the voices arrives {share:?}");
}

#[test]
fn a_voice_alone_shows_within_a_second_that_its_link_fell_and_is_soon_punctual() {
    let mut testbed = call(2, 95, 64);
    assert!(testbed.clients.iter().all(|client| client.camera.is_none()), "nobody films");
    let before = caps_of(&testbed, FAR).unwrap();
    testbed.clients.iter_mut().for_each(|client| client.voice_every = Duration::from_millis(20));
    testbed.network.shape(FAR, |link| link.rate = 24_000);
    let fell = testbed.now;
    testbed.run(Duration::from_millis(1_100));
    let caps = caps_of(&testbed, FAR).unwrap();
    assert!(caps.audio < before.audio && caps.pictures.is_none(), "{caps:?}");
    obeying_late(&mut testbed, 12 * SECOND);
    let late = [(0, 1), (1, 0)].map(|(from, to)| latest(&testbed, from, to, fell + 5 * SECOND));
    assert!(late.iter().all(|late| *late < Duration::from_millis(500)), "up and down {late:?}");
}

#[test]
fn a_page_with_a_full_uplink_is_told_on_the_probe_channel() {
    let mut testbed = call(2, 97, 390);
    assert!(!testbed.clients[0].messages.iter().any(|message| message[0] == HUSH));
    testbed.network.shape(FAR, |link| link.rate = 40_000);
    testbed.network.shape_down(FAR, |link| link.rate = 390_000);
    testbed.run(3 * SECOND);
    let hushes = testbed.clients[0].messages.iter().filter(|message| message[0] == HUSH);
    let ptimes: Vec<u8> = hushes.map(|message| message[1]).collect();
    assert!(
        (2..=6).contains(&ptimes.len()) && ptimes.iter().all(|ms| *ms >= 60),
        "each half second: {ptimes:?}"
    );
}

#[test]
fn a_downlink_that_falls_tenfold_at_once_gets_no_cameras() {
    let mut testbed = call(2, 94, 390);
    assert!(testbed.clients.iter().all(|client| client.camera.is_some()), "both film before");
    testbed.network.shape_down(FAR, |link| link.rate = 40_000);
    let before = testbed.now;
    let since = before + 7 * SECOND;
    obeying_late(&mut testbed, 17 * SECOND);
    let withdrawn = testbed.events.iter().find_map(|(at, event)| {
        caps_in(event, PeerId(2)).filter(|caps| *at >= before && caps.video.is_none()).map(|_| *at - before)
    });
    assert!(withdrawn.is_some_and(|after| after <= Duration::from_millis(1_500)), "after {withdrawn:?}");
    let late = latest(&testbed, 1, 0, since);
    assert!(late < Duration::from_millis(500), "{late:?}");
}

/// The message that opens a channel can be lost and is repeated seconds later. The far link is unknown until
/// then.
#[test]
fn a_link_whose_probe_channel_opens_late_is_not_taken_for_a_thick_one() {
    let mut testbed = Testbed::with(2, 99, CALL);
    testbed.network.shape(FAR, |link| link.delay = Duration::from_millis(150));
    testbed.run(4 * SECOND);
    let films = |testbed: &Testbed| caps_of(testbed, FAR).is_some_and(|caps| caps.video.is_some());
    assert!(!films(&testbed), "another channel is open already");
    testbed.run(4 * SECOND);
    assert!(films(&testbed), "it seems to know no probes");
    testbed.clients[0].open(packet_train::LABEL);
    testbed.run(2 * SECOND);
    assert!(
        testbed.clients[0].messages.iter().any(|message| message[0] == TRAIN),
        "it is measured after all"
    );
    assert!(!films(&testbed), "until then nothing is known");
}

#[test]
fn loss_jitter_and_a_long_round_trip_stop_no_camera() {
    // In a minute the way is tried for more, and becomes one that the engine estimates: that takes much jitter for a queue.
    for (seed, delay_ms, jitter_ms, seconds) in
        [(95, 50, 100, 25), (96, 300, 100, 25), (97, 50, 20, 60), (98, 300, 20, 60)]
    {
        let mut testbed = call(2, seed, 390);
        testbed.network.shape(FAR, |link| {
            link.loss = 0.05;
            link.delay = Duration::from_millis(delay_ms);
            link.jitter = Duration::from_millis(jitter_ms);
        });
        obeying(&mut testbed, 8 * SECOND);
        let since = testbed.now;
        obeying(&mut testbed, seconds * SECOND);
        let taken = testbed.events.iter().filter(|(at, _)| *at >= since);
        let taken =
            taken.filter(|(_, event)| matches!(event, Event::Caps { caps, .. } if caps.video.is_none()));
        let taken: Vec<_> = taken.map(|(at, event)| (*at - since, event)).collect();
        assert!(taken.is_empty(), "over {delay_ms} ms {taken:?}");
        let mut pictures: Vec<_> = testbed.clients[0].received.iter().filter(|p| p.at >= since).collect();
        pictures.retain(|p| testbed.clients[0].cameras.contains(&p.mid));
        let gap = pictures.windows(2).map(|pair| pair[1].at - pair[0].at).max();
        assert!(gap.is_some_and(|gap| gap < SECOND), "the camera to it was held for {gap:?}");
    }
}

/// A packet train delays the voice on a thin link, so it is sent only when the voice itself says that it is
/// worth it.
#[test]
fn a_thin_link_that_carries_more_is_probed_when_large_packets_come_sooner() {
    let mut testbed = call(2, 100, 40);
    testbed.clients[0].talk = Some(140);
    let asked = |testbed: &Testbed| testbed.clients[0].messages.iter().any(|message| message[0] == ASK);
    obeying(&mut testbed, 60 * SECOND);
    assert!(!asked(&testbed), "nothing has changed");
    testbed.network.shape(FAR, |link| link.rate = 256_000);
    obeying(&mut testbed, 12 * SECOND);
    assert!(asked(&testbed));
}

/// RFC 8200 section 5: 1,280 bytes pass everywhere. 40 of them are an IPv6 header, 8 are UDP's.
#[test]
fn our_own_datagrams_fit_the_minimum_mtu_of_ipv6() {
    let mut testbed = Testbed::with(2, 92, CALL);
    testbed.run(2 * SECOND);
    assert!(testbed.clients[0].say(&vec![7; 3_900]));
    testbed.run(10 * SECOND);
    assert_eq!(testbed.clients[1].messages.len(), 1, "a message of several packets has come");
    let largest = testbed.network.largest_down;
    assert!(largest > 1_000 && largest <= 1_280 - 48, "{largest} bytes");
    testbed.join(ROOM, PeerId(9), CALL);
    testbed.run(2 * SECOND);
    assert!(testbed.network.largest_down <= 1_280 - 48, "the handshake's flights, too");
}
