//! CPU time of mixing: the share of one core for a receiver that hears the others as one voice, and the number
//! of such receivers a core carries.
//!
//! The [`Mixer`] alone, with real Opus: voices of 20 ms and 24 kbit/s come in without loss, legs of what thin links get
//! go out. Time is virtual; the stopwatch runs only while the mixer has its turn. A room of three has two voices to
//! decode for its one leg; in a full room each further leg costs its encoder only.
//! Run by `cargo bench -p teranga-media --bench mix`.

use opus::{Application, Bitrate as Rate, Channels, Encoder};
use std::{
    f32::consts::TAU,
    time::{Duration, Instant},
};
use teranga_media::{
    allocate::Voice,
    id::PeerId,
    limits::MIX_WAIT,
    mix::{FRAME_TIME, Mixer, VoicePacket},
    units::Bitrate,
};

/// Virtual seconds of a round, and rounds; the best counts.
const SECONDS: u64 = 20;
const ROUNDS: usize = 5;
/// Turns of a second.
const TURNS: u64 = 50;

fn main() {
    let voices: Vec<Vec<Vec<u8>>> = (0..8).map(speech).collect();
    println!("{:<44} {:>14} {:>10} {:>12}", "", "µs a second", "% of core", "legs a core");
    for voice in [voice(14, 60), voice(12, 60), voice(10, 120), voice(6, 120)] {
        let name =
            |what: &str| format!("{what}, {} kbit/s in {} ms", voice.audio.as_bps() / 1_000, voice.ptime_ms);
        report(&name("three people, one leg"), best(&voices, 3, 1, voice), 1);
        report(&name("three people, two legs"), best(&voices, 3, 2, voice), 2);
        report(&name("eight people, seven legs"), best(&voices, 8, 7, voice), 7);
    }
}

const fn voice(kbps: u64, ptime_ms: u8) -> Voice {
    Voice { audio: Bitrate::kbps(kbps), ptime_ms }
}

/// Prints what one of `legs` takes of a second.
fn report(name: &str, total: Duration, legs: u32) {
    let leg = total.as_secs_f64() * 1e6 / (f64::from(legs) * f64::from(u32::try_from(SECONDS).unwrap_or(1)));
    println!("{name:<44} {leg:>14.0} {:>10.2} {:>12.0}", leg / 1e4, 1e6 / leg);
}

fn best(voices: &[Vec<Vec<u8>>], people: u32, legs: u32, voice: Voice) -> Duration {
    (0..ROUNDS).map(|_| round(voices, people, legs, voice)).min().unwrap_or_default()
}

/// One call; the mixer's own time.
fn round(voices: &[Vec<Vec<u8>>], people: u32, legs: u32, voice: Voice) -> Duration {
    let (start, mut mixer, mut spent) = (clock(), Mixer::default(), Duration::ZERO);
    (0..legs).for_each(|to| mixer.serve(PeerId(to), voice, start));
    let mut now = start;
    let mut made = 0;
    for turn in 0..SECONDS * TURNS {
        now += FRAME_TIME;
        let before = clock();
        for from in 0..people {
            let packets = &voices[from as usize];
            let payload = &packets[usize::try_from(turn).unwrap_or(0) % packets.len()];
            let timestamp = u32::try_from(turn * 960).unwrap_or(0);
            mixer.hear(PeerId(from), &VoicePacket { sequence: turn + 1, timestamp, payload }, MIX_WAIT);
        }
        made += mixer.turn(now).len();
        spent += before.elapsed();
    }
    assert!(made > 0, "somebody hears");
    spent
}

/// Five seconds of something like speech: a pitch that wanders with overtones, syllables, a breath of noise.
fn speech(nth: u16) -> Vec<Vec<u8>> {
    let mut encoder = Encoder::new(48_000, Channels::Mono, Application::Voip).expect("memory");
    encoder.set_bitrate(Rate::Bits(24_000)).expect("a rate");
    let (mut noise, mut phase) = (u32::from(nth) + 1, 0.0_f32);
    let mut sample = |second: f32| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let hiss = f32::from(u16::try_from(noise >> 16).unwrap_or(0)) / 65_536.0 - 0.5;
        let pitch = 110.0 + 20.0 * f32::from(nth) + 25.0 * (TAU * 0.7 * second).sin();
        phase = (phase + pitch / 48_000.0).fract();
        let voiced: f32 = (1..20_u8).map(|n| (TAU * phase * f32::from(n)).sin() / f32::from(n)).sum();
        let syllable = (TAU * 3.5 * second + f32::from(nth)).sin().max(0.0);
        0.15 * syllable * voiced + 0.02 * hiss
    };
    let packet = |n: u16| {
        let sound: Vec<f32> =
            (0..960_u16).map(|i| sample(f32::from(n) / 50.0 + f32::from(i) / 48_000.0)).collect();
        encoder.encode_vec_float(&sound, 1_275).expect("a packet")
    };
    (0..250).map(packet).collect()
}

/// The stopwatch, and the origin of virtual time.
#[expect(clippy::disallowed_methods, reason = "what is measured here is time itself")]
fn clock() -> Instant {
    Instant::now()
}
