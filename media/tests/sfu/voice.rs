//! Voice: everyone hears everyone, sequence numbers continue, the reported figures are right.

use crate::testbed::{Received, SECOND, Setup, Testbed};
use std::{collections::BTreeSet, time::Duration};
use teranga_media::{
    command::{Command, Event, LinkMemory, LinkReport},
    id::PeerId,
    red_policy::RED_KEEP,
    units::Bitrate,
};

#[test]
fn six_people_hear_all_of_each_other() {
    let mut testbed = Testbed::with(6, 20, Setup { voices: 5, ..Setup::default() });
    let since = testbed.now;
    testbed.run(5 * SECOND);
    for client in &testbed.clients {
        for other in (1..=6).filter(|other| *other != client.id.0) {
            let mut numbers: Vec<u32> = client
                .received
                .iter()
                .filter(|packet| packet.at >= since && packet.trace().0 == other)
                .map(|packet| packet.trace().2)
                .collect();
            assert!(numbers.len() >= 248, "{} of 250 from {other}", numbers.len());
            let span = numbers.last().unwrap() - numbers[0] + 1;
            numbers.dedup();
            assert_eq!(numbers.len() as u32, span, "loss 0 on a clean network");
        }
    }
    assert_eq!(testbed.sfu.stats().dropped_total(), 0);
}

#[test]
fn sequence_numbers_continue_when_a_slot_changes_its_source() {
    let mut testbed = Testbed::with(2, 21, Setup::default());
    testbed.run(2 * SECOND);
    testbed.join(crate::testbed::ROOM, PeerId(3), Setup::default());
    testbed.run(SECOND);
    testbed.command(teranga_media::command::Command::Leave { peer: PeerId(2) });
    testbed.run(2 * SECOND);

    let received = testbed.clients[0].through(testbed.clients[0].voices[0]);
    let owners: Vec<u32> = received.iter().map(|packet| packet.trace().0).collect();
    assert!(owners.contains(&2) && owners.last() == Some(&3));
    for pair in received.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence + 1, "no gap, no repetition");
        let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        let elapsed = (pair[1].at - pair[0].at).as_millis() as u32 * 48;
        assert!(ticks >= 1 && ticks <= elapsed + 960 * 2, "time moves on: {ticks} in {elapsed}");
    }
}

#[test]
fn a_voice_that_stops_on_a_live_transport_is_reported_and_so_is_its_return() {
    let told = |testbed: &Testbed| {
        testbed.seen(|event| match event {
            Event::Voice { peer, flows } => Some((peer.0, *flows)),
            _ => None,
        })
    };
    let mut testbed = Testbed::with(2, 29, Setup::default());
    testbed.run(20 * SECOND);
    assert!(told(&testbed).is_empty(), "they speak");
    testbed.clients[0].speaking = false;
    let after = testbed.run_until(8 * SECOND, |testbed| !told(testbed).is_empty()).expect("told");
    assert!((4_500..6_000).contains(&after.as_millis()), "{after:?}");
    assert_eq!(told(&testbed), [(1, false)]);
    testbed.clients[0].speaking = true;
    testbed.run(2 * SECOND);
    assert_eq!(told(&testbed), [(1, false), (1, true)]);
    assert_eq!(testbed.sfu.stats().voices_stopped, 1);
}

#[test]
fn a_peer_that_is_alone_or_offline_is_not_reported_as_silent() {
    let mut testbed = Testbed::new(30);
    testbed.join(crate::testbed::ROOM, PeerId(1), Setup::default());
    testbed.clients[0].speaking = false;
    testbed.run(20 * SECOND);
    let mut cut = Testbed::with(2, 31, Setup::default());
    cut.network.shape(PeerId(1), |link| link.cut = true);
    cut.run(20 * SECOND);
    cut.network.shape(PeerId(1), |link| link.cut = false);
    cut.run(10 * SECOND);
    for testbed in [testbed, cut] {
        assert!(testbed.seen(|event| matches!(event, Event::Voice { .. }).then_some(())).is_empty());
    }
}

#[test]
fn a_pause_in_speech_keeps_its_length() {
    let mut testbed = Testbed::with(2, 22, Setup::default());
    testbed.clients[1].speaking = false;
    testbed.run(3 * SECOND);
    testbed.clients[1].speaking = true;
    testbed.run(SECOND);
    let received = testbed.clients[0].through(testbed.clients[0].voices[0]);
    let ticks: Vec<u32> = received.windows(2).map(|p| p[1].timestamp.wrapping_sub(p[0].timestamp)).collect();
    let pause = ticks.iter().max().unwrap();
    assert!((48 * 2_900..=48 * 3_100).contains(pause), "DTX: the gap of 3 s is in the timestamps, {pause}");
    assert!(received.windows(2).all(|p| p[1].sequence == p[0].sequence + 1), "and not in the numbers");
}

#[test]
fn reordering_and_duplicates_stay_as_they_were() {
    let mut testbed = Testbed::with(2, 23, Setup::default());
    testbed.network.shape(PeerId(2), |link| {
        link.jitter = Duration::from_millis(60);
        link.duplicates = 0.1;
    });
    testbed.run(10 * SECOND);
    let received = testbed.clients[0].through(testbed.clients[0].voices[0]);
    let offset = |packet: &Received| packet.sequence.wrapping_sub(packet.trace().2.into());
    let first = offset(received[0]);
    assert!(received.iter().all(|packet| offset(packet) == first), "one constant shift");
    assert!(received.windows(2).any(|p| p[1].sequence < p[0].sequence), "the network did reorder");
    let mut numbers: Vec<u64> = received.iter().map(|packet| packet.sequence).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), received.len(), "no packet twice");
}

#[test]
fn the_link_is_reported_each_second_with_true_figures() {
    let mut testbed = Testbed::with(2, 24, Setup::default());
    testbed.network.shape(PeerId(1), |link| {
        link.delay = Duration::from_millis(100);
        link.loss = 0.05;
    });
    let since = testbed.now;
    testbed.run(30 * SECOND);
    let reports: Vec<LinkReport> = testbed
        .events
        .iter()
        .filter(|(at, _)| *at > since + 10 * SECOND)
        .filter_map(|(_, event)| match event {
            Event::Link { peer: PeerId(1), report } => Some(*report),
            _ => None,
        })
        .collect();
    assert!((19..=21).contains(&reports.len()), "{} in 20 s", reports.len());
    let mean =
        |figure: &dyn Fn(&LinkReport) -> f64| reports.iter().map(figure).sum::<f64>() / reports.len() as f64;
    let rtt = mean(&|report| report.rtt.expect("measured").as_secs_f64() * 1e3);
    assert!((195.0..=215.0).contains(&rtt), "{rtt} ms");
    let (up, down) = (mean(&|r| r.up.loss.into()), mean(&|r| r.down.loss.into()));
    assert!((0.02..=0.09).contains(&up) && (0.02..=0.09).contains(&down), "loss {up} {down}");
    // 69 B of payload, 12 of RTP, 16 of tag, 28 below, mid: some 50 kbit/s at 50 packets.
    let rate = mean(&|report| report.up.bitrate.as_bps() as f64);
    assert!((45_000.0..60_000.0).contains(&rate), "{rate} bit/s");
    assert!(reports.last().unwrap().up.total_bytes > reports[0].up.total_bytes);
}

#[test]
fn sender_limits_put_voice_first() {
    let testbed = Testbed::with(1, 25, Setup { cameras: 1, ..Setup::default() });
    let caps = testbed.seen(|event| match event {
        Event::Caps { caps, .. } => Some(*caps),
        _ => None,
    });
    assert_eq!((caps[0].video, caps[0].ptime_ms), (None, 20), "the shortest packets, and no camera at first");
    assert!(caps.len() == 2 && caps[1].video.is_some(), "then it opens: {caps:?}");
}

#[test]
fn voice_on_a_thin_lossy_link_carries_redundant_copies() {
    let mut testbed = Testbed::with(2, 29, Setup { red: true, ..Setup::default() });
    testbed.clients.iter_mut().for_each(|client| client.voice_every = Duration::from_millis(40));
    let thin = PeerId(1);
    let link = LinkMemory { up: Bitrate::kbps(64), down: Bitrate::kbps(64) };
    testbed.command(Command::Measured { peer: thin, link });
    testbed.network.shape(thin, |link| link.loss = 0.05);
    testbed.run(4 * SECOND);
    let since = testbed.now;
    testbed.run(120 * SECOND);
    let missing = |index: usize, brings: &dyn Fn(&Received) -> Vec<u32>| {
        let received = testbed.clients[index].received.iter().filter(|packet| packet.at >= since);
        let numbers: BTreeSet<u32> = received.flat_map(brings).collect();
        let span = numbers.last().unwrap() - numbers.first().unwrap() + 1;
        f64::from(span - numbers.len() as u32) / f64::from(span)
    };
    let itself = |packet: &Received| vec![packet.trace().2];
    let with_spare = |packet: &Received| packet.brings().collect();
    let [up, down, bare] = [missing(1, &itself), missing(0, &with_spare), missing(0, &itself)];
    assert!(up < 0.01, "{up} of the thin one's voice is lost for good");
    assert!(down < 0.01 && bare > 0.03, "{down} is lost for good of what goes to it, {bare} at first");
    assert!(testbed.sfu.stats().voice_recovered > 60, "{:?}", testbed.sfu.stats());
    let far: Vec<&Received> =
        testbed.clients[1].received.iter().filter(|packet| packet.at >= since).collect();
    assert!(far.iter().all(|packet| packet.spare.is_none()), "a good way is not doubled");
    let (_, report) = testbed.seen(|event| match event {
        Event::Link { peer, report } if *peer == thin => Some((*peer, *report)),
        _ => None,
    })[..]
        .last()
        .copied()
        .expect("a report");
    assert!((0.02..0.09).contains(&report.up.loss), "loss is told as it was before: {}", report.up.loss);
}

#[test]
fn bursty_loss_moves_the_redundant_copy_to_a_later_packet() {
    let mut testbed = Testbed::with(2, 31, Setup { red: true, ..Setup::default() });
    testbed.clients.iter_mut().for_each(|client| client.voice_every = Duration::from_millis(40));
    let thin = PeerId(1);
    let link = LinkMemory { up: Bitrate::kbps(64), down: Bitrate::kbps(64) };
    testbed.command(Command::Measured { peer: thin, link });
    testbed.clients[0].ask_for_lost_voice(true);
    let caps = |testbed: &Testbed, of: PeerId| {
        let told = testbed.seen(|event| match event {
            Event::Caps { peer, caps } if *peer == of => Some(*caps),
            _ => None,
        });
        *told.last().expect("caps")
    };
    testbed.run(5 * SECOND);
    assert_eq!((caps(&testbed, thin).red, caps(&testbed, thin).playout), (1, Duration::ZERO));
    for _ in 0..20 {
        // Two packets at a time, both ways.
        testbed.network.shape(thin, |link| link.cut = true);
        testbed.run(Duration::from_millis(120));
        testbed.network.shape(thin, |link| link.cut = false);
        testbed.run(Duration::from_millis(1_080));
    }
    assert_eq!(caps(&testbed, thin).red, 4, "the page is told for its way up");
    let spare = testbed.clients[0].received.last().and_then(|packet| packet.brings().nth(1)).expect("a copy");
    let itself = testbed.clients[0].received.last().expect("a voice").trace().2;
    assert_eq!(itself - spare, 4, "and we do so on the way down");
    for of in [thin, PeerId(2)] {
        let playout = caps(&testbed, of).playout;
        assert_eq!(playout, Duration::from_millis(180), "{of:?} waits for it");
    }
}

/// An outage loses no packets while nothing is sent, so it does not end the copies even if it is longer than
/// the time for which they are kept.
#[test]
fn redundancy_on_a_thin_link_resumes_after_an_outage() {
    let mut testbed = Testbed::with(2, 32, Setup { red: true, ..Setup::default() });
    testbed.clients.iter_mut().for_each(|client| client.voice_every = Duration::from_millis(60));
    let thin = PeerId(1);
    let link = LinkMemory { up: Bitrate::kbps(40), down: Bitrate::kbps(40) };
    testbed.command(Command::Measured { peer: thin, link });
    let doubled =
        |testbed: &Testbed| testbed.clients[0].received.last().is_some_and(|packet| packet.spare.is_some());
    testbed.clients[0].ask_for_lost_voice(true);
    testbed.network.shape(thin, |link| link.loss = 0.02);
    testbed.run(10 * SECOND);
    assert!(doubled(&testbed));
    // Of so long an outage a browser asks for nothing.
    testbed.clients[0].ask_for_lost_voice(false);
    testbed.network.shape(thin, |link| (link.loss, link.cut) = (0.0, true));
    testbed.run(RED_KEEP + 20 * SECOND);
    testbed.network.shape(thin, |link| link.cut = false);
    testbed.run(3 * SECOND);
    assert!(!doubled(&testbed), "a new socket's handshake needs the room");
    testbed.run(3 * SECOND);
    assert!(doubled(&testbed));
}
