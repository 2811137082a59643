//! The task that sends the voice, a packet each packet time.

use super::{PacketTimes, engine::voice_packet};
use crate::{
    clock::Clock,
    native::voice::{SAMPLE_RATE, VoiceEncoder},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::watch,
    time::{Interval, MissedTickBehavior, interval},
};
use webrtc::{
    media_stream::{
        Track,
        track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
    },
    peer_connection::RTCPeerConnectionState,
};

/// The server's limits for the voice that a peer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoiceCaps {
    /// Opus target, bits a second.
    pub audio_bps: u32,
    /// Opus packet time, milliseconds.
    pub ptime_ms: u8,
}

/// Sends voice from the moment of connection until the connection closes, and follows the caps.
pub(super) async fn send_voice(
    track: Arc<TrackLocalStaticRTP>,
    mut encoder: VoiceEncoder,
    mut caps: watch::Receiver<VoiceCaps>,
    mut state: watch::Receiver<RTCPeerConnectionState>,
    sent: PacketTimes,
    clock: Clock,
) {
    if state.wait_for(|state| *state == RTCPeerConnectionState::Connected).await.is_err() {
        return;
    }
    let Some(ssrc) = track.ssrcs().await.first().copied() else { return };
    let (mut sequence, mut timestamp): (u16, u32) = (rand::random(), rand::random());
    let mut tick = packet_interval(&encoder);
    while *state.borrow() != RTCPeerConnectionState::Closed {
        tick.tick().await;
        if caps.has_changed().unwrap_or(false) {
            let VoiceCaps { audio_bps, ptime_ms } = *caps.borrow_and_update();
            if encoder.set_limits(audio_bps, ptime_ms).is_err() {
                return;
            }
            tick = packet_interval(&encoder);
            tick.tick().await;
        }
        let Ok(payload) = encoder.next_packet() else { return };
        if track.write_rtp(voice_packet(ssrc, sequence, timestamp, payload)).await.is_err() {
            return;
        }
        sent.add(clock.now());
        sequence = sequence.wrapping_add(1);
        timestamp = timestamp.wrapping_add(u32::try_from(encoder.packet_samples()).unwrap_or(0));
    }
}

/// Ticks once a packet time. It catches up after a stall, as the buffer of a microphone does.
fn packet_interval(encoder: &VoiceEncoder) -> Interval {
    let samples = u32::try_from(encoder.packet_samples()).unwrap_or(960);
    let mut tick = interval(Duration::from_secs(1) * samples / SAMPLE_RATE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    tick
}
