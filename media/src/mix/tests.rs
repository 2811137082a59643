//! The mixer with real Opus: who hears whom, the effect of loss and jitter, and hostile packets.

#![expect(clippy::disallowed_methods, reason = "a test's origin of time")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "made-up numbers are small"
)]

use super::*;
use crate::units::Bitrate;
use opus::{Application, Channels, Decoder, Encoder};
use proptest::prelude::*;
use std::f32::consts::TAU;

const MS: Duration = Duration::from_millis(1);
const PATIENCE: Duration = Duration::from_millis(200);
const SLIM: Voice = Voice { audio: Bitrate::kbps(12), ptime_ms: 60 };
const SLIMMEST: Voice = Voice { audio: Bitrate::kbps(10), ptime_ms: 120 };
const LISTENER: PeerId = PeerId(1);

/// A speaker that says one pitch without end.
struct Speaker {
    from: PeerId,
    encoder: Encoder,
    hz: f32,
    ptime: usize,
    said: usize,
    sequence: u64,
    loudness: f32,
    /// Packets of silence in a row.
    pause: u32,
}

impl Speaker {
    fn new(from: u32, hz: f32, ptime_ms: usize) -> Self {
        let mut encoder = Encoder::new(48_000, Channels::Mono, Application::Voip).unwrap();
        encoder.set_bitrate(opus::Bitrate::Bits(24_000)).unwrap();
        encoder.set_inband_fec(true).unwrap();
        encoder.set_packet_loss_perc(20).unwrap();
        let from = PeerId(from);
        Self { from, encoder, hz, ptime: ptime_ms * 48, said: 0, sequence: 40_000, loudness: 0.2, pause: 0 }
    }

    /// Returns the next packet with its sequence number and timestamp.
    fn speak(&mut self) -> (u64, u32, Vec<u8>) {
        let sample = |i: usize| self.loudness * (TAU * self.hz * (i % 48_000) as f32 / 48_000.0).sin();
        let sound: Vec<f32> = (self.said..self.said + self.ptime).map(sample).collect();
        let payload = self.encoder.encode_vec_float(&sound, 1_275).unwrap();
        let timestamp = (u32::MAX - 20_000).wrapping_add(self.said as u32);
        self.said += self.ptime;
        // Only each twentieth packet is sent in a pause.
        self.pause = if payload.len() <= 2 { self.pause + 1 } else { 0 };
        self.sequence += u64::from(self.pause % 20 <= 1);
        (self.sequence, timestamp, payload)
    }
}

/// A mixer with its speakers, and the packets that it has made.
struct TestMixer {
    start: Instant,
    mixer: Mixer,
    speakers: Vec<Speaker>,
    made: Vec<(PeerId, MixPacket)>,
}

impl TestMixer {
    fn new(speakers: Vec<Speaker>, outputs: &[(PeerId, Voice)]) -> Self {
        let (start, mut mixer) = (Instant::now(), Mixer::default());
        for (to, voice) in outputs {
            mixer.serve(*to, *voice, start);
        }
        Self { start, mixer, speakers, made: Vec::new() }
    }

    /// Lets `ms` pass. `travel` gives the delay of each packet in ms, or none if it is lost.
    fn run(&mut self, ms: usize, travel: impl Fn(PeerId, u64) -> Option<u64>) {
        let mut coming = Vec::new();
        for speaker in &mut self.speakers {
            while speaker.said / 48 < ms {
                let (sequence, timestamp, payload) = speaker.speak();
                let sent = speaker.pause % 20 <= 1;
                let Some(takes) = travel(speaker.from, sequence).filter(|_| sent) else { continue };
                coming.push((speaker.said as u64 / 48 + takes, speaker.from, sequence, timestamp, payload));
            }
        }
        coming.sort_by_key(|(at, ..)| *at);
        for (at, from, sequence, timestamp, payload) in coming {
            self.made.extend(self.mixer.turn(self.start + Duration::from_millis(at)));
            self.mixer.hear(from, &VoicePacket { sequence, timestamp, payload: &payload }, PATIENCE);
        }
        self.made.extend(self.mixer.turn(self.start + Duration::from_millis(ms as u64)));
    }

    /// Returns the sound that a receiver hears, at 16 kHz.
    fn heard_by(&self, to: PeerId) -> Vec<f32> {
        let mut decoder = Decoder::new(16_000, Channels::Mono).unwrap();
        let mut heard = Vec::new();
        for (_, mixed) in self.made.iter().filter(|(peer, _)| *peer == to) {
            let mut sound = [0.0; 1_920];
            let count = decoder.decode_float(&mixed.payload, &mut sound, false).unwrap();
            heard.extend(&sound[..count]);
        }
        heard
    }
}

/// Share of a sound's energy at a pitch (Goertzel).
fn share(sound: &[f32], hz: f32) -> f32 {
    let coefficient = 2.0 * (TAU * hz / 16_000.0).cos();
    let (mut last, mut before) = (0.0_f32, 0.0_f32);
    for sample in sound {
        (last, before) = (sample + coefficient * last - before, last);
    }
    let power = last * last + before * before - coefficient * last * before;
    let energy: f32 = sound.iter().map(|sample| sample * sample).sum();
    2.0 * power / (sound.len() as f32 * energy.max(1e-9))
}

/// Returns the number of windows of 200 ms in which a pitch holds at least a tenth of the energy, and of all windows.
fn windows_with(sound: &[f32], hz: f32) -> (usize, usize) {
    let windows: Vec<_> = sound.chunks_exact(3_200).collect();
    (windows.iter().filter(|window| share(window, hz) > 0.1).count(), windows.len())
}

#[expect(clippy::unnecessary_wraps, reason = "another packet may be lost")]
fn punctual(_: PeerId, _: u64) -> Option<u64> {
    Some(30)
}

fn two_and_a_listener(voice: Voice) -> TestMixer {
    let speakers = vec![Speaker::new(2, 500.0, 20), Speaker::new(3, 780.0, 60), Speaker::new(1, 990.0, 60)];
    TestMixer::new(speakers, &[(LISTENER, voice)])
}

#[test]
fn both_others_are_heard_and_never_oneself() {
    for voice in [SLIM, SLIMMEST] {
        let mut world = two_and_a_listener(voice);
        world.run(5_000, punctual);
        let heard = world.heard_by(LISTENER);
        let late = &heard[8_000..];
        for hz in [500.0, 780.0] {
            let (with, all) = windows_with(late, hz);
            assert!(with >= all - 1, "{hz} Hz in {with} of {all}");
        }
        assert!(share(late, 990.0) < 0.005, "{}", share(late, 990.0));
    }
}

#[test]
fn packets_are_whole_and_numbers_and_times_go_on() {
    let mut world = two_and_a_listener(SLIM);
    world.run(2_000, punctual);
    world.mixer.serve(LISTENER, SLIMMEST, world.start);
    world.run(5_000, punctual);
    let sounds: Vec<_> = world.made.iter().map(|(_, mixed)| mixed.sound.as_millis()).collect();
    assert_eq!((sounds[0], sounds[sounds.len() - 1]), (60, 120));
    for pair in world.made.windows(2) {
        let [(_, a), (_, b)] = pair else { unreachable!() };
        assert_eq!(b.sequence, a.sequence + 1);
        assert_eq!(u128::from(b.timestamp - a.timestamp), a.sound.as_micros() * 48 / 1_000);
    }
    let bytes: usize = world.made.iter().map(|(_, mixed)| mixed.payload.len()).sum();
    assert!(bytes * 8 / 5 < 13_000, "the rate is kept: {} bit/s", bytes * 8 / 5);
}

#[test]
fn a_packet_of_120_ms_is_two_frames_of_60_ms_that_share_its_rate() {
    let mut world = two_and_a_listener(SLIMMEST);
    world.run(5_000, punctual);
    let whole: Vec<_> = world.made.iter().filter(|(_, mixed)| mixed.sound == 120 * MS).collect();
    assert!(whole.len() * 10 >= world.made.len() * 9, "{} of {} are whole", whole.len(), world.made.len());
    for (_, mixed) in &whole {
        assert_eq!(opus::packet::get_nb_frames(&mixed.payload).unwrap(), 2);
        assert_eq!(opus::packet::get_samples_per_frame(&mixed.payload, 48_000).unwrap(), 60 * 48);
    }
    let bytes: usize = whole.iter().map(|(_, mixed)| mixed.payload.len()).sum();
    let bits = bytes * 8_000 / (whole.len() * 120);
    let wanted = usize::try_from(SLIMMEST.audio.as_bps()).unwrap();
    assert!((wanted * 8 / 10..wanted * 12 / 10).contains(&bits), "{bits} of {wanted} bit/s");
}

#[test]
fn everybody_on_a_thin_way_hears_everybody_else() {
    let mut world = two_and_a_listener(SLIM);
    world.mixer.serve(PeerId(2), SLIMMEST, world.start);
    world.run(3_000, punctual);
    let heard = world.heard_by(PeerId(2));
    assert!(share(&heard[8_000..], 990.0) > 0.2 && share(&heard[8_000..], 780.0) > 0.2);
    assert!(share(&heard[8_000..], 500.0) < 0.005);
}

#[test]
fn a_tenth_of_the_packets_may_be_lost() {
    for ptime in [20, 60, 120] {
        let mut world = TestMixer::new(vec![Speaker::new(2, 500.0, ptime)], &[(LISTENER, SLIM)]);
        world.run(6_000, |_, sequence| (sequence % 10 != 3).then_some(30));
        let heard = world.heard_by(LISTENER);
        let (with, all) = windows_with(&heard[8_000..], 500.0);
        assert!(with >= all - 1, "{ptime} ms: in {with} of {all}");
        assert!(world.mixer.faults().concealed > 3);
    }
}

#[test]
fn the_wait_follows_the_jitter_and_is_bounded() {
    let jitter = |_: PeerId, sequence: u64| Some(30 + sequence * 7_919 % 90);
    let mut world = TestMixer::new(vec![Speaker::new(2, 500.0, 20)], &[(LISTENER, SLIM)]);
    world.run(6_000, jitter);
    let wait = world.mixer.wait(PeerId(2)).unwrap();
    assert!((80 * MS..=130 * MS).contains(&wait), "{wait:?}");
    world.mixer.faults();
    world.run(10_000, jitter);
    let faults = world.mixer.faults();
    assert!(faults.late <= 2 && faults.concealed <= 2, "nothing is late any more: {faults:?}");

    let mut calm = TestMixer::new(vec![Speaker::new(2, 500.0, 20)], &[(LISTENER, SLIM)]);
    calm.run(6_000, punctual);
    assert!(calm.mixer.wait(PeerId(2)).unwrap() <= 40 * MS);
    assert_eq!(calm.mixer.faults(), Faults::default());

    let mut wild = TestMixer::new(vec![Speaker::new(2, 500.0, 20)], &[(LISTENER, SLIM)]);
    wild.run(10_000, |_, sequence| Some(if sequence % 9 == 0 { 900 } else { 30 }));
    assert!(wild.mixer.wait(PeerId(2)).unwrap() <= PATIENCE + 20 * MS);
}

#[test]
fn a_pause_of_the_speech_is_no_loss() {
    let mut world = TestMixer::new(vec![Speaker::new(2, 500.0, 20)], &[(LISTENER, SLIM)]);
    world.speakers[0].encoder.set_dtx(true).unwrap();
    world.run(2_000, punctual);
    world.speakers[0].loudness = 0.0;
    let before = world.speakers[0].sequence;
    (101..=400).for_each(|turn| world.run(20 * turn, punctual));
    assert!(world.speakers[0].sequence - before < 100, "the encoder rests for most of 300 packets");
    world.speakers[0].loudness = 0.2;
    (401..=500).for_each(|turn| world.run(20 * turn, punctual));
    let faults = world.mixer.faults();
    assert!(faults.late == 0 && faults.concealed <= 2, "{faults:?}");
    assert!(world.mixer.wait(PeerId(2)).unwrap() <= 60 * MS);
    let heard = world.heard_by(LISTENER);
    let (with, all) = windows_with(&heard[heard.len() - 16_000..], 500.0);
    assert!(with >= all - 1, "heard again at once: {with} of {all}");
}

#[test]
fn what_comes_twice_is_not_late() {
    let mut world = TestMixer::new(vec![Speaker::new(2, 500.0, 20)], &[(LISTENER, SLIM)]);
    let packets: Vec<_> = (0..300).map(|_| world.speakers[0].speak()).collect();
    for turn in 0..packets.len() {
        for (sequence, timestamp, payload) in [&packets[turn], &packets[turn.saturating_sub(12)]] {
            let heard = VoicePacket { sequence: *sequence, timestamp: *timestamp, payload };
            world.mixer.hear(PeerId(2), &heard, PATIENCE);
        }
        world.mixer.turn(world.start + FRAME_TIME * turn as u32);
    }
    assert_eq!(world.mixer.faults(), Faults::default());
    assert!(world.mixer.wait(PeerId(2)).unwrap() <= 60 * MS);
}

#[test]
fn what_waits_for_nothing_is_left_out_in_a_pause() {
    let mut world = TestMixer::new(vec![Speaker::new(2, 500.0, 20)], &[(LISTENER, SLIM)]);
    // Now and then seven packets come together.
    world.run(2_000, |_, sequence| {
        Some(30 + 20 * 14_u64.checked_sub(sequence % 20).filter(|n| *n <= 7).unwrap_or(0))
    });
    let wait = world.mixer.wait(PeerId(2)).unwrap();
    assert!(wait > 120 * MS, "{wait:?}");
    world.speakers[0].loudness = 0.0;
    (101..=700).for_each(|turn| world.run(20 * turn, punctual));
    let wait = world.mixer.wait(PeerId(2)).unwrap();
    assert!(wait <= 60 * MS, "{wait:?}");
}

#[test]
fn silence_costs_a_packet_now_and_then() {
    for voice in [SLIM, SLIMMEST] {
        let mut world = two_and_a_listener(voice);
        world.run(1_000, punctual);
        let before = world.made.len();
        (51..=550).for_each(|turn| world.run(20 * turn, |_, _| None));
        let sent = world.made.len() - before;
        assert!((24..=70).contains(&sent), "{sent} packets in 10 s");
        let times: Vec<u32> = world.made.iter().map(|(_, mixed)| mixed.timestamp).collect();
        assert!(times.windows(2).all(|pair| pair[1] - pair[0] <= 400 * 48), "{times:?}");
    }
}

#[test]
fn all_at_once_do_not_clip() {
    let speakers: Vec<Speaker> = (2..9).map(|i| Speaker::new(i, 300.0 + 70.0 * i as f32, 20)).collect();
    let mut world = TestMixer::new(speakers, &[(LISTENER, Voice { audio: Bitrate::kbps(24), ptime_ms: 20 })]);
    world.speakers.iter_mut().for_each(|speaker| speaker.loudness = 0.8);
    world.run(3_000, punctual);
    let heard = world.heard_by(LISTENER);
    let peak = heard.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((0.5..=1.3).contains(&peak), "{peak}");
    let clipped = heard.iter().filter(|sample| sample.abs() > 0.99).count();
    assert!(clipped * 100 < heard.len(), "{clipped} of {}", heard.len());
}

#[test]
fn a_stranger_hurts_nobody() {
    let mut world = two_and_a_listener(SLIM);
    let mut noise = 1_u32;
    for i in 0..250_u64 {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let payload: Vec<u8> = (0..noise >> 26).map(|j| (noise >> (j % 24)) as u8).collect();
        let heard =
            VoicePacket { sequence: noise.into(), timestamp: noise.rotate_left(9), payload: &payload };
        world.mixer.hear(PeerId(9), &heard, PATIENCE);
        world.run(20 * (i as usize + 1), punctual);
    }
    let heard = world.heard_by(LISTENER);
    let (with, all) = windows_with(&heard[8_000..], 500.0);
    assert!(with * 10 >= all * 7, "500 Hz in {with} of {all}");
    assert!(
        world.mixer.inputs.iter().all(|(_, input)| input.wait() <= PATIENCE + Duration::from_millis(220))
    );
}

#[test]
fn who_oversleeps_begins_anew() {
    let mut world = two_and_a_listener(SLIM);
    world.run(1_000, punctual);
    let (before, last) = (world.made.len(), world.made.last().unwrap().1.timestamp);
    world.made.extend(world.mixer.turn(world.start + 61_000 * MS));
    assert!(world.made.len() <= before + 1, "a minute is not made up for");
    world.made.extend(world.mixer.turn(world.start + 61_200 * MS));
    let next = world.made[before].1.timestamp;
    assert!((48 * 59_000..=48 * 61_000).contains(&(next - last)), "but it has passed: {}", next - last);
}

#[test]
fn with_the_last_leg_everything_is_forgotten() {
    let mut world = two_and_a_listener(SLIM);
    world.run(1_000, punctual);
    world.mixer.dismiss(LISTENER);
    assert!(world.mixer.is_idle() && world.mixer.inputs.is_empty() && world.mixer.deadline().is_none());
    world.mixer.hear(PeerId(2), &VoicePacket { sequence: 1, timestamp: 1, payload: &[0xF8, 0, 0] }, PATIENCE);
    assert!(world.mixer.inputs.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    /// Any packets at any time leave the mixer bounded and cause no panic.
    #[test]
    fn any_packets(packets in prop::collection::vec((0_u64..1 << 20, any::<u32>(), prop::collection::vec(any::<u8>(), 0..40), 0_u64..90, any::<bool>()), 0..150)) {
        let start = Instant::now();
        let mut mixer = Mixer::default();
        mixer.serve(LISTENER, SLIMMEST, start);
        let (mut now, mut near) = (start, 0_u32);
        for (sequence, timestamp, payload, ms, jump) in packets {
            now += Duration::from_millis(ms);
            near = if jump { timestamp } else { near.wrapping_add(timestamp % 5_000) };
            mixer.hear(PeerId(2), &VoicePacket { sequence, timestamp: near, payload: &payload }, PATIENCE);
            for (_, mixed) in mixer.turn(now) {
                prop_assert!(mixed.payload.len() <= 1_275);
            }
        }
    }
}
