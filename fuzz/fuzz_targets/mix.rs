//! Whatever is called a voice, and whenever it comes: the mixer makes packets of a bounded size at its own pace.
#![no_main]

use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};
use std::time::{Duration, Instant};
use teranga_media::{
    allocate::Voice,
    id::PeerId,
    mix::{Heard, Mixer},
    units::Bitrate,
};

#[derive(Arbitrary, Debug)]
struct Packet {
    from: u8,
    sequence: u32,
    timestamp: u32,
    payload: Vec<u8>,
    after_ms: u8,
    slim: bool,
}

fuzz_target!(|packets: Vec<Packet>| {
    let start = Instant::now();
    let (mut mixer, mut now, mut made) = (Mixer::default(), start, 0);
    for packet in packets.iter().take(200) {
        let ptime_ms = if packet.slim { 120 } else { 60 };
        mixer.serve(PeerId(0), Voice { audio: Bitrate::kbps(10), ptime_ms }, now);
        let Packet { sequence, timestamp, ref payload, .. } = *packet;
        let heard = Heard { sequence: sequence.into(), timestamp, payload };
        mixer.hear(PeerId(u32::from(packet.from % 8)), &heard, Duration::from_millis(200));
        now += Duration::from_millis(packet.after_ms.into());
        let mixed = mixer.turn(now);
        assert!(mixed.iter().all(|(_, mixed)| mixed.payload.len() <= 1_275));
        made += mixed.len();
    }
    assert!(made as u128 <= (now - start).as_millis() / 60 + 3);
});
