//! Feeds the mixer with any voice packets at any time: it makes packets of a bounded size at its own pace.
#![no_main]

use libfuzzer_sys::fuzz_target;
use std::time::{Duration, Instant};
use teranga_media::{
    allocate::Voice,
    id::PeerId,
    mix::{Mixer, VoicePacket},
    units::Bitrate,
};

/// Sender, sequence number, timestamp, payload, milliseconds until the next packet, and true for an output of
/// lower rate.
type Packet = (u8, u32, u32, Vec<u8>, u8, bool);

fuzz_target!(|packets: Vec<Packet>| {
    let start = Instant::now();
    let (mut mixer, mut now, mut made) = (Mixer::default(), start, 0);
    for (from, sequence, timestamp, payload, after_ms, slim) in packets.iter().take(200) {
        let ptime_ms = if *slim { 120 } else { 60 };
        mixer.serve(PeerId(0), Voice { audio: Bitrate::kbps(10), ptime_ms }, now);
        let heard = VoicePacket { sequence: u64::from(*sequence), timestamp: *timestamp, payload };
        mixer.hear(PeerId(u32::from(from % 8)), &heard, Duration::from_millis(200));
        now += Duration::from_millis(u64::from(*after_ms));
        let mixed = mixer.turn(now);
        assert!(mixed.iter().all(|(_, mixed)| mixed.payload.len() <= 1_275));
        made += mixed.len();
    }
    assert!(made as u128 <= (now - start).as_millis() / 60 + 3);
});
