//! The tasks that receive tracks: each measures its stream, and decodes it if it is a voice.

use super::engine::VIDEO_CLOCK_HZ;
use crate::{
    clock::Clock,
    native::{
        NativeError,
        meter::{Arrival, Figures, Meter},
        packet_times::PacketTimes,
        voice::{Recognition, SAMPLE_RATE, VoiceDecoder},
    },
};
use rtc::{
    rtp::{Packet, header::Header},
    rtp_transceiver::rtp_sender::RtpCodecKind,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};
use tokio::{sync::mpsc, task::JoinSet};
use webrtc::{
    media_stream::track_remote::{TrackRemote, TrackRemoteEvent},
    peer_connection::PeerConnection,
};

/// The longest gap, in packets, that is concealed packet by packet: a second of 20 ms packets.
const MAX_CONCEALED: u16 = 50;

/// The figures of one received track.
#[derive(Clone, Debug)]
pub struct Reception {
    /// Identifier of the media section that carried it.
    pub mid: String,
    /// Voice or camera.
    pub kind: RtpCodecKind,
    /// Arrival of its first packet.
    pub first: Option<Instant>,
    /// Loss, jitter and rate (RFC 3550).
    pub figures: Figures,
    /// The voices that were recognised in the sound.
    pub heard: Recognition,
    /// The times of its packets.
    pub arrivals: PacketTimes,
    /// Packets that the Opus decoder refused.
    pub undecodable: u64,
}

/// The receivers of a peer, one for each media section.
#[derive(Clone, Default)]
pub(super) struct Receivers(Arc<Mutex<BTreeMap<String, Arc<Mutex<TrackReceiver>>>>>);

impl Receivers {
    /// The figures of all tracks, by media section.
    pub(super) fn receptions(&self) -> Vec<Reception> {
        lock(&self.0).values().map(|receiver| lock(receiver).reception()).collect()
    }

    /// Starts a task for each track that opens.
    pub(super) async fn receive_all(
        self,
        connection: Arc<dyn PeerConnection>,
        mut opened: mpsc::Receiver<Arc<dyn TrackRemote>>,
        clock: Clock,
    ) {
        let mut tasks = JoinSet::new();
        while let Some(track) = opened.recv().await {
            let kind = track.kind().await;
            let Some(mid) = mid_of(&*connection, &*track).await else { continue };
            let Ok(receiver) = TrackReceiver::new(mid.clone(), kind, clock.now()) else { continue };
            let receiver = Arc::new(Mutex::new(receiver));
            lock(&self.0).insert(mid, receiver.clone());
            tasks.spawn(receive(track, receiver, clock));
        }
    }
}

/// The media section of a remote track. The engine does not tell it with the track.
async fn mid_of(connection: &dyn PeerConnection, track: &dyn TrackRemote) -> Option<String> {
    let wanted = track.track_id().await;
    for transceiver in connection.get_transceivers().await {
        if let Ok(Some(receiver)) = transceiver.receiver().await
            && receiver.track().track_id().await == wanted
        {
            return transceiver.mid().await.ok().flatten();
        }
    }
    None
}

async fn receive(track: Arc<dyn TrackRemote>, receiver: Arc<Mutex<TrackReceiver>>, clock: Clock) {
    while let Some(event) = track.poll().await {
        if let TrackRemoteEvent::OnRtpPacket(packet) = event {
            lock(&receiver).handle_packet(clock.now(), &packet);
        }
    }
}

/// Measures and decodes one track.
struct TrackReceiver {
    mid: String,
    kind: RtpCodecKind,
    opened: Instant,
    first: Option<Instant>,
    meter: Meter,
    decoder: VoiceDecoder,
    arrivals: PacketTimes,
    undecodable: u64,
}

impl TrackReceiver {
    fn new(mid: String, kind: RtpCodecKind, opened: Instant) -> Result<Self, NativeError> {
        let clock_hz = if kind == RtpCodecKind::Audio { SAMPLE_RATE } else { VIDEO_CLOCK_HZ };
        let (meter, decoder) = (Meter::new(clock_hz), VoiceDecoder::new()?);
        Ok(Self {
            mid,
            kind,
            opened,
            first: None,
            meter,
            decoder,
            arrivals: PacketTimes::default(),
            undecodable: 0,
        })
    }

    fn handle_packet(&mut self, now: Instant, packet: &Packet) {
        self.first.get_or_insert(now);
        self.arrivals.add(now);
        let Header { sequence_number, timestamp, .. } = packet.header;
        let arrival = now.saturating_duration_since(self.opened);
        let order = self.meter.packet(arrival, sequence_number, timestamp, packet.payload.len());
        if let (RtpCodecKind::Audio, Arrival::Next { missing }) = (self.kind, order) {
            self.decode(missing, &packet.payload);
        }
    }

    fn decode(&mut self, missing: u16, payload: &[u8]) {
        for _ in 0..missing.min(MAX_CONCEALED) {
            self.undecodable += u64::from(self.decoder.conceal().is_err());
        }
        self.undecodable += u64::from(self.decoder.decode(payload).is_err());
    }

    fn reception(&self) -> Reception {
        Reception {
            mid: self.mid.clone(),
            kind: self.kind,
            first: self.first,
            figures: self.meter.figures(),
            heard: *self.decoder.recognition(),
            arrivals: self.arrivals.clone(),
            undecodable: self.undecodable,
        }
    }
}

/// Locks a mutex. A task that panicked leaves its figures readable.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
