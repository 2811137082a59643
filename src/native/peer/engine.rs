//! Sets up the engine, which is the `webrtc` crate: codecs, ICE settings, tracks and packets.

use crate::{
    clock::Clock,
    native::{NativeError, voice::SAMPLE_RATE},
};
use rtc::{
    peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8},
    rtp::{Packet, header::Header},
    rtp_transceiver::rtp_sender::{
        RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
    },
};
use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, watch};
use webrtc::{
    media_stream::{
        MediaStreamTrack, track_local::static_rtp::TrackLocalStaticRTP, track_remote::TrackRemote,
    },
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
        RTCPeerConnectionState, Registry, SettingEngineBuilder, register_default_interceptors,
    },
};

/// RTP payload type of Opus in our offers; an answerer keeps it (RFC 3264 section 6.1).
const OPUS: u8 = 111;

/// RTP payload type of VP8 in our offers.
const VP8: u8 = 96;

/// RTP clock of video, ticks a second (RFC 7741 section 4.1).
pub(super) const VIDEO_CLOCK_HZ: u32 = 90_000;

/// The interval of connectivity checks. The engine needs two of them before DTLS starts, and its default of 200 ms would be most
/// of the time to join. It costs 11 kbit/s while it lasts; RFC 8445 section 14.2 would allow twice as many checks.
const CHECK_INTERVAL: Duration = Duration::from_millis(100);

/// Checks of one candidate pair before it is given up. They take six seconds, four round trips of the slowest link.
const MAX_CHECKS: u16 = 60;

/// The engine's callbacks. They run on its driver task and must not wait.
pub(super) struct Callbacks {
    /// Gets each new state of the connection.
    pub(super) state: watch::Sender<RTCPeerConnectionState>,
    /// Gets the time at which the connection was first up.
    pub(super) connected_at: Arc<OnceLock<Instant>>,
    /// Gets each track that opens.
    pub(super) opened: mpsc::Sender<Arc<dyn TrackRemote>>,
    /// The clock that the time is read from.
    pub(super) clock: Clock,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Callbacks {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        if state == RTCPeerConnectionState::Connected {
            self.connected_at.get_or_init(|| self.clock.now());
        }
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        if self.opened.try_send(track).is_err() {
            tracing::warn!("more tracks opened than a room can have; one is not received");
        }
    }
}

/// Makes a peer connection on a UDP socket of its own at `local`.
pub(super) async fn connect(
    local: IpAddr,
    callbacks: Callbacks,
) -> Result<Arc<dyn PeerConnection>, NativeError> {
    let mut engine = MediaEngine::default();
    for (kind, payload_type, rtp_codec) in
        [(RtpCodecKind::Audio, OPUS, opus_codec()), (RtpCodecKind::Video, VP8, vp8_codec())]
    {
        engine.register_codec(RTCRtpCodecParameters { rtp_codec, payload_type }, kind)?;
    }
    let registry = register_default_interceptors(Registry::new(), &mut engine)?;
    let settings = SettingEngineBuilder::new()
        .with_include_loopback_candidate(true)
        .with_ice_connection_attempts(Some(CHECK_INTERVAL), Some(MAX_CHECKS))
        .build();
    let builder = PeerConnectionBuilder::new()
        .with_media_engine(engine)
        .with_interceptor_registry(registry)
        .with_setting_engine(settings)
        .with_handler(Arc::new(callbacks))
        .with_udp_addrs(vec![(local, 0)]);
    // The engine builds itself in a future of 20 kB; boxing it keeps that out of every caller's future.
    let connection = Box::pin(builder.build()).await?;
    Ok(Arc::new(connection))
}

/// A track that sends voice.
pub(super) fn voice_track() -> Arc<TrackLocalStaticRTP> {
    local_track(RtpCodecKind::Audio, opus_codec())
}

/// A track that sends a camera.
pub(super) fn camera_track() -> Arc<TrackLocalStaticRTP> {
    local_track(RtpCodecKind::Video, vp8_codec())
}

/// An RTP packet of the voice track.
pub(super) fn voice_packet(ssrc: u32, sequence: u16, timestamp: u32, payload: Vec<u8>) -> Packet {
    packet(ssrc, OPUS, sequence, timestamp, false, payload)
}

/// An RTP packet of the camera track. The marker is set on the last packet of a frame.
pub(super) fn camera_packet(
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    marker: bool,
    payload: Vec<u8>,
) -> Packet {
    packet(ssrc, VP8, sequence, timestamp, marker, payload)
}

fn opus_codec() -> RTCRtpCodec {
    RTCRtpCodec {
        mime_type: MIME_TYPE_OPUS.to_owned(),
        clock_rate: SAMPLE_RATE,
        channels: 2,
        sdp_fmtp_line: "minptime=10;useinbandfec=1".to_owned(),
        rtcp_feedback: Vec::new(),
    }
}

fn vp8_codec() -> RTCRtpCodec {
    RTCRtpCodec { mime_type: MIME_TYPE_VP8.to_owned(), clock_rate: VIDEO_CLOCK_HZ, ..Default::default() }
}

fn local_track(kind: RtpCodecKind, codec: RTCRtpCodec) -> Arc<TrackLocalStaticRTP> {
    let ssrc = Some(rand::random());
    let rtp_coding_parameters = RTCRtpCodingParameters { ssrc, ..Default::default() };
    let coding = RTCRtpEncodingParameters { rtp_coding_parameters, codec, ..Default::default() };
    let (stream, track) = ("native".to_owned(), format!("native-{kind}"));
    let track = MediaStreamTrack::new(stream, track.clone(), track, kind, vec![coding]);
    Arc::new(TrackLocalStaticRTP::new(track))
}

fn packet(
    ssrc: u32,
    payload_type: u8,
    sequence_number: u16,
    timestamp: u32,
    marker: bool,
    payload: Vec<u8>,
) -> Packet {
    let header =
        Header { version: 2, marker, payload_type, sequence_number, timestamp, ssrc, ..Default::default() };
    Packet { header, payload: payload.into() }
}
