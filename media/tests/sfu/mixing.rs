//! Three people and more, one of them behind a thin link: that one receives one voice, the mix of all others.

use crate::testbed::{ROOM, Received, SECOND, Setup, SyntheticVoice, Testbed, decode, share};
use std::time::{Duration, Instant};
use teranga_media::{
    allocate::Voice,
    command::{Command, Event, Kind, LinkMemory, Missing},
    id::PeerId,
    rtp::opus,
    units::Bitrate,
};

const CALL: Setup = Setup {
    voices: 3,
    cameras: 0,
    simulcast: false,
    channel: false,
    dtls: str0m::config::DtlsVersion::Dtls13,
    red: false,
    malformed_feedback: false,
};
const THIN: PeerId = PeerId(1);
/// Pitches of peers 1, 2 and 3, in Hz.
const PITCHES: [f32; 3] = [990.0, 500.0, 780.0];

/// Makes a testbed with a number of people, of whom the first is known to be behind 40 kbit/s. The network is a
/// little wider, because these clients do not obey their limits.
fn call(count: u32, seed: u64) -> Testbed {
    let mut testbed = Testbed::with(count, seed, CALL);
    for index in 0..count as usize {
        give_tone(&mut testbed, index);
    }
    testbed.network.shape(THIN, |link| (link.rate, link.delay) = (90_000, Duration::from_millis(100)));
    measure(&mut testbed, 40);
    testbed
}

fn give_tone(testbed: &mut Testbed, index: usize) {
    testbed.clients[index].synthetic_voice = Some(SyntheticVoice::new(PITCHES[index]));
}

fn measure(testbed: &mut Testbed, kbps: u64) {
    let link = LinkMemory { up: Bitrate::kbps(kbps), down: Bitrate::kbps(kbps) };
    testbed.command(Command::Measured { peer: THIN, link });
}

/// Returns the packets that the thin client received since then. All of them must have come through one m-line.
fn one_voice(testbed: &Testbed, since: Instant) -> Vec<&Received> {
    let client = &testbed.clients[0];
    let received: Vec<&Received> = client.received.iter().filter(|packet| packet.at >= since).collect();
    assert!(received.iter().all(|packet| packet.mid == client.voices[0]), "one voice, never two");
    received
}

fn assert_unbroken(received: &[&Received]) {
    for pair in received.windows(2) {
        assert_eq!(pair[1].sequence, pair[0].sequence + 1, "no gap, no repetition");
        let ticks = pair[1].timestamp.wrapping_sub(pair[0].timestamp);
        assert!((1..48 * 500).contains(&ticks), "time moves on: {ticks}");
    }
}

fn sounds(received: &[&Received]) -> Vec<u128> {
    received.iter().map(|packet| opus::duration(&packet.payload).expect("Opus").as_millis()).collect()
}

#[test]
fn a_thin_receiver_hears_both_others_as_one_voice_and_never_itself() {
    let mut testbed = call(3, 80);
    testbed.run(SECOND);
    let since = testbed.now;
    testbed.run(8 * SECOND);
    let received = one_voice(&testbed, since);
    assert_unbroken(&received);
    assert!(sounds(&received).iter().all(|ms| *ms == 60), "as Voice::on says of 40 kbit/s");
    assert!((130..=136).contains(&received.len()), "{} in 8 s", received.len());
    let bytes: usize = received.iter().map(|packet| packet.payload.len() + 50).sum();
    assert!(bytes < 20_000, "one voice's worth: {bytes} bit/s");
    let heard = decode(&received);
    let [own, second, third] = PITCHES.map(|hz| share(&heard, hz));
    assert!(second > 0.2 && third > 0.2 && own < 0.005, "{second} {third} {own}");

    for (index, other) in [(1, 2), (2, 1)] {
        let client = &testbed.clients[index];
        let lines: Vec<f32> =
            client.voices.iter().map(|mid| share(&decode(&client.through(*mid)), PITCHES[other])).collect();
        assert_eq!(lines.iter().filter(|share| **share > 0.8).count(), 1, "the originals: {lines:?}");
    }
    let told = |of: PeerId| {
        let caps = testbed.seen(|event| match event {
            Event::Caps { peer, caps } if *peer == of => Some((caps.audio, caps.ptime_ms)),
            _ => None,
        });
        caps.last().copied()
    };
    assert_eq!(told(PeerId(2)), Some((Bitrate::kbps(32), 20)), "nobody is slimmed for who hears a mix");
    let slim = Voice::on(Bitrate::kbps(40)).doubled(Bitrate::kbps(40)).expect("room for redundancy");
    assert_eq!(told(THIN), Some((slim.audio, slim.ptime_ms)), "by its own way up");
    let stats = testbed.sfu.stats();
    assert_eq!((stats.mixes_begun, stats.mixes_ended, stats.rooms_failed), (1, 0, 0));
    assert!(stats.mix_concealed < 5 && stats.mix_late < 5, "{stats:?}");
}

#[test]
fn sequence_numbers_continue_when_a_third_member_comes_and_goes() {
    let mut testbed = call(2, 81);
    let since = testbed.now;
    testbed.run(3 * SECOND);
    let joined = testbed.now;
    testbed.join(ROOM, PeerId(3), CALL);
    give_tone(&mut testbed, 2);
    testbed.run(5 * SECOND);
    let left = testbed.now;
    testbed.command(Command::Leave { peer: PeerId(3) });
    testbed.run(4 * SECOND);

    let received = one_voice(&testbed, since);
    assert_unbroken(&received);
    let span = |from: Instant, to: Instant| -> Vec<&Received> {
        received.iter().filter(|packet| packet.at >= from && packet.at < to).copied().collect()
    };
    let third = |received: &[&Received]| share(&decode(received), PITCHES[2]);
    let (before, mixed) = (span(since, joined), span(joined + SECOND, left));
    let after = span(left + SECOND, testbed.now);
    assert!(third(&before) < 0.005 && third(&mixed) > 0.2 && third(&after) < 0.005);
    assert_eq!(
        (sounds(&before)[0], sounds(&mixed)[0], sounds(&after)[0]),
        (20, 60, 20),
        "the original again"
    );
    let pause = received.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap();
    assert!(pause < Duration::from_millis(300), "{pause:?}");

    let asked: Vec<(usize, Missing)> = testbed.seen(|event| match event {
        Event::Streams { peer: THIN, slots, missing } => {
            Some((slots.iter().filter(|slot| slot.kind == Kind::Audio).count(), *missing))
        }
        _ => None,
    });
    assert!(asked.iter().all(|(voices, missing)| *voices <= 1 && missing.audio == 0), "{asked:?}");
    let owners: Vec<PeerId> = testbed.seen(|event| match event {
        Event::Streams { peer: THIN, slots, .. } => slots.first().map(|slot| slot.from),
        _ => None,
    });
    assert_eq!(owners, [PeerId(2), THIN, PeerId(2)], "a mix is nobody's");
}

#[test]
fn a_link_that_is_measured_as_thick_gets_the_original_voices() {
    let mut testbed = call(3, 82);
    testbed.run(3 * SECOND);
    testbed.network.shape(THIN, |link| link.rate = 0);
    measure(&mut testbed, 2_000);
    testbed.run(SECOND);
    let since = testbed.now;
    testbed.run(2 * SECOND);
    let lines =
        testbed.clients[0].received.iter().filter(|packet| packet.at > since).map(|packet| packet.mid);
    assert_eq!(lines.collect::<std::collections::HashSet<_>>().len(), 2);
    let mut first = testbed.clients[0].through(testbed.clients[0].voices[0]);
    first.sort_by_key(|packet| packet.sequence);
    assert_unbroken(&first);
    assert_eq!(testbed.sfu.stats().mixes_ended, 1);
}

#[test]
fn leaving_or_rejoining_a_mixed_room_leaves_no_state() {
    let mut testbed = call(3, 83);
    testbed.run(2 * SECOND);
    testbed.command(Command::Leave { peer: THIN });
    testbed.run(SECOND);
    let stats = testbed.sfu.stats();
    assert_eq!((stats.mixes_begun, stats.mixes_ended), (1, 1));
    let mixed = stats.mixed_audio;
    testbed.run(SECOND);
    assert_eq!(testbed.sfu.stats().mixed_audio, mixed, "nobody hears a mix any more");
}

#[test]
fn losses_before_the_mix_are_concealed_and_after_it_repaired() {
    let mut testbed = call(3, 84);
    testbed.network.shape(PeerId(2), |link| link.loss = 0.08);
    testbed.run(2 * SECOND);
    testbed.clients[0].ask_for_lost_voice(true);
    testbed.network.shape_down(THIN, |link| link.loss = 0.1);
    let since = testbed.now;
    testbed.run(30 * SECOND);
    testbed.network.shape_down(THIN, |link| link.loss = 0.0);
    testbed.run(SECOND);
    let stats = testbed.sfu.stats();
    assert!(stats.mix_concealed > 20, "{stats:?}");
    assert!(stats.voice_resent > 10, "{stats:?}");
    let mut received = one_voice(&testbed, since);
    received.sort_by_key(|packet| packet.sequence);
    received.dedup_by_key(|packet| packet.sequence);
    let span = (received[received.len() - 1].sequence - received[0].sequence + 1) as usize;
    assert!(
        (span - received.len()) * 25 < span,
        "{} of {span}; unrepaired it were one in ten",
        received.len()
    );
    let heard = decode(&received);
    assert!(share(&heard, PITCHES[1]) > 0.15 && share(&heard, PITCHES[2]) > 0.15);
}

#[test]
fn packets_that_are_not_opus_do_not_disturb_the_mix() {
    let mut testbed = call(3, 85);
    testbed.clients[2].synthetic_voice = None;
    testbed.run(SECOND);
    let since = testbed.now;
    testbed.run(8 * SECOND);
    let received = one_voice(&testbed, since);
    assert_unbroken(&received);
    let heard = decode(&received);
    assert!(share(&heard, PITCHES[1]) > 0.02, "{}", share(&heard, PITCHES[1]));
    assert_eq!(testbed.sfu.stats().rooms_failed, 0);
}
