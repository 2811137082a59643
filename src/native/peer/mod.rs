//! The media side of the native client: a peer connection of the `webrtc` crate that sends a voice and measures and decodes every
//! voice that arrives. It always offers, as every client does, and knows nothing of signalling.

mod engine;
mod receiver;
mod sender;
mod transport;

pub use receiver::Reception;
pub use sender::VoiceCaps;
pub use transport::TransportStats;

use super::{
    NativeError,
    packet_times::PacketTimes,
    voice::{Source, VoiceEncoder},
};
use crate::clock::Clock;
use engine::Callbacks;
use receiver::Receivers;
use rtc::{rtp::Packet, rtp_transceiver::rtp_sender::RtpCodecKind};
use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::timeout,
};
use webrtc::{
    data_channel::DataChannel,
    media_stream::{
        Track,
        track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
    },
    peer_connection::{PeerConnection, RTCPeerConnectionState, RTCSessionDescription, StatsSelector},
    rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit},
};

/// Tracks that may open at once: voice and camera of a full room.
const TRACKS: usize = 16;

/// The settings of a native peer.
#[derive(Clone, Debug)]
pub struct PeerOptions {
    /// Local address of its UDP socket; the system chooses the port.
    pub local: IpAddr,
    /// The sound that it sends.
    pub voice: Source,
    /// True if its first offer has a media section for a camera, which [`NativePeer::send_camera`] needs.
    pub camera: bool,
}

/// A native peer. Dropping it stops its tasks; [`close`](Self::close) also tells the server.
pub struct NativePeer {
    connection: Arc<dyn PeerConnection>,
    clock: Clock,
    receivers: Receivers,
    /// The times of the voice packets that were sent.
    sent: PacketTimes,
    state: watch::Receiver<RTCPeerConnectionState>,
    connected_at: Arc<OnceLock<Instant>>,
    caps: watch::Sender<VoiceCaps>,
    camera: Option<Arc<TrackLocalStaticRTP>>,
    /// True while an offer waits for its answer. There is one at a time, so that answers need no number.
    has_offered: bool,
    /// Audio and video media sections that the next offer adds.
    missing: (u8, u8),
    _tasks: JoinSet<()>,
}

impl NativePeer {
    /// Opens a socket. The voice is sent as soon as the peer is connected.
    pub async fn open(options: PeerOptions, clock: Clock) -> Result<Self, NativeError> {
        let encoder = VoiceEncoder::new(options.voice)?;
        let (state_sender, state) = watch::channel(RTCPeerConnectionState::New);
        let (caps, current_caps) = watch::channel(VoiceCaps { audio_bps: 24_000, ptime_ms: 20 });
        let (opened, tracks) = mpsc::channel(TRACKS);
        let connected_at = Arc::new(OnceLock::new());
        let callbacks = Callbacks { state: state_sender, connected_at: connected_at.clone(), opened, clock };
        let connection = engine::connect(options.local, callbacks).await?;
        let voice = engine::voice_track();
        connection.add_track(voice.clone()).await?;
        let camera = options.camera.then(engine::camera_track);
        if let Some(camera) = &camera {
            connection.add_track(camera.clone()).await?;
        }
        let receivers = Receivers::default();
        let mut tasks = JoinSet::new();
        let sent = PacketTimes::default();
        tasks.spawn(sender::send_voice(voice, encoder, current_caps, state.clone(), sent.clone(), clock));
        tasks.spawn(receivers.clone().receive_all(connection.clone(), tracks, clock));
        let (has_offered, missing) = (false, (0, 0));
        Ok(Self {
            connection,
            clock,
            receivers,
            sent,
            state,
            connected_at,
            caps,
            camera,
            has_offered,
            missing,
            _tasks: tasks,
        })
    }

    /// Makes an offer with every media section that is missing now. It has no candidates: the server is ICE-lite and learns our
    /// address from our first connectivity check (RFC 8445 section 7.3.1.3).
    pub async fn offer(&mut self) -> Result<String, NativeError> {
        let (audio, video) = std::mem::take(&mut self.missing);
        self.add_receivers(RtpCodecKind::Audio, audio).await?;
        self.add_receivers(RtpCodecKind::Video, video).await?;
        let offer = self.connection.create_offer(None).await?;
        let sdp = offer.sdp.clone();
        self.connection.set_local_description(offer).await?;
        self.has_offered = true;
        Ok(sdp)
    }

    /// Makes an offer that restarts ICE: new credentials on new sockets (RFC 8445 section 9), for a network that has changed.
    pub async fn restart(&mut self) -> Result<String, NativeError> {
        self.connection.restart_ice().await?;
        self.offer().await
    }

    /// Takes the server's answer. Returns the next offer if more media sections have become missing meanwhile.
    pub async fn accept(&mut self, answer: String) -> Result<Option<String>, NativeError> {
        let answer = RTCSessionDescription::answer(answer)?;
        self.connection.set_remote_description(answer).await?;
        self.has_offered = false;
        let (audio, video) = self.missing;
        self.add_missing(audio, video).await
    }

    /// Notes how many receiving media sections the server misses. Returns the offer that adds them, unless another is under way;
    /// then they are added after its answer.
    pub async fn add_missing(&mut self, audio: u8, video: u8) -> Result<Option<String>, NativeError> {
        self.missing = (audio, video);
        if self.has_offered || self.missing == (0, 0) {
            return Ok(None);
        }
        self.offer().await.map(Some)
    }

    async fn add_receivers(&self, kind: RtpCodecKind, count: u8) -> Result<(), NativeError> {
        for _ in 0..count {
            let direction = RTCRtpTransceiverDirection::Recvonly;
            let init = RTCRtpTransceiverInit { direction, ..Default::default() };
            self.connection.add_transceiver_from_kind(kind, Some(init)).await?;
        }
        Ok(())
    }

    /// Adds a data channel to the next offer.
    pub async fn data(&self, label: &str) -> Result<Arc<dyn DataChannel>, NativeError> {
        Ok(self.connection.create_data_channel(label, None).await?)
    }

    /// Waits until ICE and DTLS are up.
    pub async fn connected(&self, within: Duration) -> Result<(), NativeError> {
        let mut state = self.state.clone();
        let settled = state.wait_for(|state| {
            matches!(
                state,
                RTCPeerConnectionState::Connected
                    | RTCPeerConnectionState::Failed
                    | RTCPeerConnectionState::Closed
            )
        });
        match timeout(within, settled).await {
            Ok(Ok(state)) if *state == RTCPeerConnectionState::Connected => Ok(()),
            Ok(_) => Err(NativeError::Unconnected),
            Err(_) => Err(NativeError::timed_out("the UDP path to the server", within)),
        }
    }

    /// True if no offer waits for its answer.
    pub const fn is_answered(&self) -> bool {
        !self.has_offered
    }

    /// The time at which ICE and DTLS came up.
    pub fn connected_at(&self) -> Option<Instant> {
        self.connected_at.get().copied()
    }

    /// Follows new caps from the next packet on.
    pub fn set_caps(&self, caps: VoiceCaps) {
        self.caps.send_replace(caps);
    }

    /// Sends one packet of a camera. The caller makes the payload in the RTP payload format of VP8.
    pub async fn send_camera(&self, packet: CameraPacket) -> Result<(), NativeError> {
        let Some(camera) = &self.camera else { return Ok(()) };
        let Some(ssrc) = camera.ssrcs().await.first().copied() else { return Ok(()) };
        Ok(camera.write_rtp(packet.into_rtp(ssrc)).await?)
    }

    /// The figures of every received track, by media section.
    pub fn receptions(&self) -> Vec<Reception> {
        self.receivers.receptions()
    }

    /// The times at which voice packets were sent.
    pub fn sent(&self) -> PacketTimes {
        self.sent.clone()
    }

    /// The statistics of the transport.
    pub async fn transport(&self) -> TransportStats {
        let report = self.connection.get_stats(self.clock.now(), StatsSelector::None).await;
        TransportStats::read(&report)
    }

    /// Closes the connection (DTLS `close_notify`) and stops.
    pub async fn close(self) -> Result<(), NativeError> {
        Ok(self.connection.close().await?)
    }
}

/// One RTP packet of a camera.
#[derive(Clone, Debug)]
pub struct CameraPacket {
    /// RTP sequence number; it counts up by one a packet.
    pub sequence: u16,
    /// RTP timestamp at 90 kHz.
    pub timestamp: u32,
    /// True for the last packet of a frame.
    pub marker: bool,
    /// VP8 payload descriptor and data (RFC 7741).
    pub payload: Vec<u8>,
}

impl CameraPacket {
    fn into_rtp(self, ssrc: u32) -> Packet {
        let Self { sequence, timestamp, marker, payload } = self;
        engine::camera_packet(ssrc, sequence, timestamp, marker, payload)
    }
}
