//! One native participant: the `webrtc` crate's peer connection, a voice to speak with and an ear for each
//! voice that comes. It offers, as every client does, and knows nothing of signalling.

use super::{
    Trouble,
    meter::{Figures, Meter, Order},
    voice::{Heard, Listener, SAMPLE_RATE, Source, Speaker},
};
use crate::clock::Clock;
use rtc::{
    peer_connection::configuration::media_engine::{MIME_TYPE_OPUS, MIME_TYPE_VP8},
    rtp::{Packet, header::Header},
    rtp_transceiver::rtp_sender::{
        RTCRtpCodec, RTCRtpCodecParameters, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind,
    },
};
use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
    time::{MissedTickBehavior, interval, timeout},
};
use webrtc::{
    data_channel::DataChannel,
    media_stream::{
        MediaStreamTrack, Track,
        track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
        track_remote::{TrackRemote, TrackRemoteEvent},
    },
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler,
        RTCPeerConnectionState, RTCSessionDescription, RTCStatsReport, RTCStatsReportEntry, Registry,
        SettingEngineBuilder, StatsSelector, register_default_interceptors,
    },
    rtp_transceiver::{RTCRtpTransceiverDirection, RTCRtpTransceiverInit},
};

/// Payload types of our offers; an answerer keeps them (RFC 3264 section 6.1).
const OPUS: u8 = 111;
/// See [`OPUS`].
const VP8: u8 = 96;

/// Pace of the engine's connectivity checks; it needs two of them before DTLS starts. Its default of 200 ms
/// would be most of a join. 11 kbit/s while it lasts; RFC 8445 section 14.2 would allow twice as many.
const CHECKS: Duration = Duration::from_millis(100);

/// Checks of one pair before it is given up: six seconds, four round trips of the slowest link.
const CHECKS_AT_MOST: u16 = 60;

/// Tracks that may open at once: a full room, voice and camera.
const TRACKS: usize = 16;

/// A gap longer than this is not concealed packet by packet: a second of 20 ms packets.
const CONCEAL_AT_MOST: u16 = 50;

/// How a native peer takes part.
#[derive(Clone, Debug)]
pub struct PeerOptions {
    /// Local address of its UDP socket; the port is chosen by the system.
    pub local: IpAddr,
    /// What it says.
    pub voice: Source,
    /// Whether its first offer has a camera line (and [`NativePeer::show`] works).
    pub camera: bool,
}

/// What the server allows to send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoiceCaps {
    /// Opus target, bits a second.
    pub audio_bps: u32,
    /// Opus packet time, milliseconds.
    pub ptime_ms: u8,
}

/// One native participant. Dropping it stops its tasks; [`close`](Self::close) also says goodbye.
pub struct NativePeer {
    connection: Arc<dyn PeerConnection>,
    clock: Clock,
    ears: Ears,
    state: watch::Receiver<RTCPeerConnectionState>,
    up: Arc<OnceLock<Instant>>,
    caps: watch::Sender<VoiceCaps>,
    camera: Option<Arc<TrackLocalStaticRTP>>,
    /// Whether an offer waits for its answer: one at a time, so that answers need no number.
    offered: bool,
    /// Audio and video m-lines to be added when the answer has come.
    wanted: (u8, u8),
    _tasks: JoinSet<()>,
}

/// What one received track amounts to.
#[derive(Clone, Debug)]
pub struct Reception {
    /// The m-line that carried it.
    pub mid: String,
    /// Voice or camera.
    pub kind: RtpCodecKind,
    /// When its first packet came.
    pub first: Option<Instant>,
    /// RFC 3550 figures.
    pub figures: Figures,
    /// What was recognised in a voice.
    pub heard: Heard,
    /// Packets that the Opus decoder refused.
    pub undecodable: u64,
}

/// What the transport says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transport {
    /// Round trip of the last STUN check (RFC 7675) or receiver report (RFC 3550 section 6.4.1).
    pub rtt: Option<Duration>,
    /// DTLS version and cipher suite, and SRTP profile, as the engine names them.
    pub security: String,
    /// UDP payload bytes sent.
    pub bytes_sent: u64,
    /// UDP payload bytes received.
    pub bytes_received: u64,
    /// Voice packets sent.
    pub voice_sent: u64,
    /// Voice bytes sent, RTP payload only.
    pub voice_bytes: u64,
    /// Share of our packets that the server's receiver reports call lost, if it sent any.
    pub reported_loss: Option<f64>,
}

impl NativePeer {
    /// Opens a socket and starts to speak as soon as it is connected.
    pub async fn open(options: PeerOptions, clock: Clock) -> Result<Self, Trouble> {
        let speaker = Speaker::new(options.voice)?;
        let (state_in, state) = watch::channel(RTCPeerConnectionState::New);
        let (caps, obeyed) = watch::channel(VoiceCaps { audio_bps: 24_000, ptime_ms: 20 });
        let (opened, openings) = mpsc::channel(TRACKS);
        let up = Arc::new(OnceLock::new());
        let handler = Handler { state: state_in, up: up.clone(), opened, clock };
        let connection = connect(options.local, handler).await?;
        let voice = local_track(RtpCodecKind::Audio, opus_codec());
        connection.add_track(voice.clone()).await?;
        let camera = options.camera.then(|| local_track(RtpCodecKind::Video, vp8_codec()));
        if let Some(camera) = &camera {
            connection.add_track(camera.clone()).await?;
        }
        let ears = Ears::default();
        let mut tasks = JoinSet::new();
        tasks.spawn(talk(voice, speaker, obeyed, state.clone()));
        tasks.spawn(ears.clone().open_all(connection.clone(), openings, clock));
        let (offered, wanted) = (false, (0, 0));
        Ok(Self { connection, clock, ears, state, up, caps, camera, offered, wanted, _tasks: tasks })
    }

    /// An offer for everything that is wanted now. No candidates: the server is ICE-lite and learns our
    /// address from our first check (RFC 8445 section 7.3.1.3).
    pub async fn offer(&mut self) -> Result<String, Trouble> {
        let (audio, video) = std::mem::take(&mut self.wanted);
        self.add_lines(RtpCodecKind::Audio, audio).await?;
        self.add_lines(RtpCodecKind::Video, video).await?;
        let offer = self.connection.create_offer(None).await?;
        let sdp = offer.sdp.clone();
        self.connection.set_local_description(offer).await?;
        self.offered = true;
        Ok(sdp)
    }

    /// An offer with new ICE credentials on new sockets (RFC 8445 section 9): the network has changed.
    pub async fn restart(&mut self) -> Result<String, Trouble> {
        self.connection.restart_ice().await?;
        self.offer().await
    }

    /// Takes the server's answer. Gives the next offer if more lines were wanted meanwhile.
    pub async fn accept(&mut self, answer: String) -> Result<Option<String>, Trouble> {
        let answer = RTCSessionDescription::answer(answer)?;
        self.connection.set_remote_description(answer).await?;
        self.offered = false;
        let (audio, video) = self.wanted;
        self.want(audio, video).await
    }

    /// The server misses so many receiving lines. Gives the offer that adds them, unless one is under way:
    /// what is missing then comes again with the answer.
    pub async fn want(&mut self, audio: u8, video: u8) -> Result<Option<String>, Trouble> {
        self.wanted = (audio, video);
        if self.offered || self.wanted == (0, 0) {
            return Ok(None);
        }
        self.offer().await.map(Some)
    }

    async fn add_lines(&self, kind: RtpCodecKind, count: u8) -> Result<(), Trouble> {
        for _ in 0..count {
            let direction = RTCRtpTransceiverDirection::Recvonly;
            let init = RTCRtpTransceiverInit { direction, ..Default::default() };
            self.connection.add_transceiver_from_kind(kind, Some(init)).await?;
        }
        Ok(())
    }

    /// Adds a data channel to the next offer.
    pub async fn data(&self, label: &str) -> Result<Arc<dyn DataChannel>, Trouble> {
        Ok(self.connection.create_data_channel(label, None).await?)
    }

    /// Waits until ICE and DTLS are up.
    pub async fn connected(&self, within: Duration) -> Result<(), Trouble> {
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
            Ok(_) => Err(Trouble::Unconnected),
            Err(_) => Err(Trouble::late("the UDP path to the server", within)),
        }
    }

    /// Whether no offer waits for its answer.
    pub const fn is_answered(&self) -> bool {
        !self.offered
    }

    /// When ICE and DTLS came up.
    pub fn connected_at(&self) -> Option<Instant> {
        self.up.get().copied()
    }

    /// Obeys new caps from the next packet on.
    pub fn obey(&self, caps: VoiceCaps) {
        self.caps.send_replace(caps);
    }

    /// Sends one packet of a camera; the caller makes the payload, as the RTP payload format says.
    pub async fn show(&self, packet: CameraPacket) -> Result<(), Trouble> {
        let Some(camera) = &self.camera else { return Ok(()) };
        let Some(ssrc) = camera.ssrcs().await.first().copied() else { return Ok(()) };
        Ok(camera.write_rtp(packet.into_rtp(ssrc)).await?)
    }

    /// What came so far, by m-line.
    pub fn receptions(&self) -> Vec<Reception> {
        self.ears.lock().values().map(|ear| lock(ear).reception()).collect()
    }

    /// What the transport says of itself.
    pub async fn transport(&self) -> Transport {
        let report = self.connection.get_stats(self.clock.now(), StatsSelector::None).await;
        Transport::read(&report)
    }

    /// Says goodbye (DTLS `close_notify`) and stops.
    pub async fn close(self) -> Result<(), Trouble> {
        Ok(self.connection.close().await?)
    }
}

/// One RTP packet of a camera.
#[derive(Clone, Debug)]
pub struct CameraPacket {
    /// Counts up by one a packet.
    pub sequence: u16,
    /// 90 kHz.
    pub timestamp: u32,
    /// Last packet of a frame.
    pub marker: bool,
    /// VP8 payload descriptor and data (RFC 7741).
    pub payload: Vec<u8>,
}

impl CameraPacket {
    fn into_rtp(self, ssrc: u32) -> Packet {
        let Self { sequence, timestamp, marker, payload } = self;
        packet(ssrc, VP8, sequence, timestamp, marker, payload)
    }
}

impl Transport {
    fn read(report: &RTCStatsReport) -> Self {
        let mut read = Self::default();
        for entry in report.iter() {
            read.take(entry);
        }
        read
    }

    fn take(&mut self, entry: &RTCStatsReportEntry) {
        match entry {
            RTCStatsReportEntry::Transport(transport) => {
                let words = [&transport.tls_version, &transport.dtls_cipher, &transport.srtp_cipher];
                self.security = words.map(String::as_str).join(" ");
                self.bytes_sent = transport.bytes_sent;
                self.bytes_received = transport.bytes_received;
            }
            RTCStatsReportEntry::IceCandidatePair(pair) if pair.nominated => {
                self.note_rtt(pair.current_round_trip_time);
            }
            RTCStatsReportEntry::OutboundRtp(sent)
                if sent.sent_rtp_stream_stats.rtp_stream_stats.kind == RtpCodecKind::Audio =>
            {
                self.voice_sent = sent.sent_rtp_stream_stats.packets_sent;
                self.voice_bytes = sent.sent_rtp_stream_stats.bytes_sent;
            }
            RTCStatsReportEntry::RemoteInboundRtp(told) if told.round_trip_time_measurements > 0 => {
                self.note_rtt(told.round_trip_time);
                self.reported_loss = Some(told.fraction_lost);
            }
            _ => {}
        }
    }

    fn note_rtt(&mut self, seconds: f64) {
        if seconds > 0.0 && self.rtt.is_none() {
            self.rtt = Some(Duration::from_secs_f64(seconds));
        }
    }
}

/// What the connection's driver tells; it must never wait here.
struct Handler {
    state: watch::Sender<RTCPeerConnectionState>,
    up: Arc<OnceLock<Instant>>,
    opened: mpsc::Sender<Arc<dyn TrackRemote>>,
    clock: Clock,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Handler {
    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        if state == RTCPeerConnectionState::Connected {
            self.up.get_or_init(|| self.clock.now());
        }
        self.state.send_replace(state);
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        if self.opened.try_send(track).is_err() {
            tracing::warn!("more tracks opened than a room can have; one is not listened to");
        }
    }
}

async fn connect(local: IpAddr, handler: Handler) -> Result<Arc<dyn PeerConnection>, Trouble> {
    let mut engine = MediaEngine::default();
    for (kind, payload_type, rtp_codec) in
        [(RtpCodecKind::Audio, OPUS, opus_codec()), (RtpCodecKind::Video, VP8, vp8_codec())]
    {
        engine.register_codec(RTCRtpCodecParameters { rtp_codec, payload_type }, kind)?;
    }
    let registry = register_default_interceptors(Registry::new(), &mut engine)?;
    let settings = SettingEngineBuilder::new()
        .with_include_loopback_candidate(true)
        .with_ice_connection_attempts(Some(CHECKS), Some(CHECKS_AT_MOST))
        .build();
    let builder = PeerConnectionBuilder::new()
        .with_media_engine(engine)
        .with_interceptor_registry(registry)
        .with_setting_engine(settings)
        .with_handler(Arc::new(handler))
        .with_udp_addrs(vec![(local, 0)]);
    // Boxed: the engine builds itself in 20 kB of future, which every caller would carry along.
    let connection = Box::pin(builder.build()).await?;
    Ok(Arc::new(connection))
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
    RTCRtpCodec { mime_type: MIME_TYPE_VP8.to_owned(), clock_rate: 90_000, ..Default::default() }
}

fn local_track(kind: RtpCodecKind, codec: RTCRtpCodec) -> Arc<TrackLocalStaticRTP> {
    let ssrc = Some(rand::random());
    let rtp_coding_parameters = RTCRtpCodingParameters { ssrc, ..Default::default() };
    let coding = RTCRtpEncodingParameters { rtp_coding_parameters, codec, ..Default::default() };
    let (stream, track) = ("witness".to_owned(), format!("witness-{kind}"));
    let track = MediaStreamTrack::new(stream, track.clone(), track, kind, vec![coding]);
    Arc::new(TrackLocalStaticRTP::new(track))
}

fn packet(
    ssrc: u32,
    payload_type: u8,
    sequence: u16,
    timestamp: u32,
    marker: bool,
    payload: Vec<u8>,
) -> Packet {
    let header = Header {
        version: 2,
        marker,
        payload_type,
        sequence_number: sequence,
        timestamp,
        ssrc,
        ..Default::default()
    };
    Packet { header, payload: payload.into() }
}

/// Speaks from the moment of connection until the connection ends.
async fn talk(
    track: Arc<TrackLocalStaticRTP>,
    mut speaker: Speaker,
    mut caps: watch::Receiver<VoiceCaps>,
    mut state: watch::Receiver<RTCPeerConnectionState>,
) {
    if state.wait_for(|state| *state == RTCPeerConnectionState::Connected).await.is_err() {
        return;
    }
    let Some(ssrc) = track.ssrcs().await.first().copied() else { return };
    let (mut sequence, mut timestamp): (u16, u32) = (rand::random(), rand::random());
    let mut tick = packet_clock(&speaker);
    while *state.borrow() != RTCPeerConnectionState::Closed {
        tick.tick().await;
        if caps.has_changed().unwrap_or(false) {
            let VoiceCaps { audio_bps, ptime_ms } = *caps.borrow_and_update();
            if speaker.obey(audio_bps, ptime_ms).is_err() {
                return;
            }
            tick = packet_clock(&speaker);
            tick.tick().await;
        }
        let Ok(payload) = speaker.speak() else { return };
        let said = track.write_rtp(packet(ssrc, OPUS, sequence, timestamp, false, payload));
        if said.await.is_err() {
            return;
        }
        sequence = sequence.wrapping_add(1);
        timestamp = timestamp.wrapping_add(u32::try_from(speaker.packet_samples()).unwrap_or(0));
    }
}

/// Ticks once a packet time; after a stall it catches up, as a microphone's buffer does.
fn packet_clock(speaker: &Speaker) -> tokio::time::Interval {
    let samples = u32::try_from(speaker.packet_samples()).unwrap_or(960);
    let mut tick = interval(Duration::from_secs(1) * samples / SAMPLE_RATE);
    tick.set_missed_tick_behavior(MissedTickBehavior::Burst);
    tick
}

/// One ear an m-line.
#[derive(Clone, Default)]
struct Ears(Arc<Mutex<BTreeMap<String, Arc<Mutex<Ear>>>>>);

impl Ears {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Mutex<Ear>>>> {
        lock(&self.0)
    }

    async fn open_all(
        self,
        connection: Arc<dyn PeerConnection>,
        mut openings: mpsc::Receiver<Arc<dyn TrackRemote>>,
        clock: Clock,
    ) {
        let mut listening = JoinSet::new();
        while let Some(track) = openings.recv().await {
            let kind = track.kind().await;
            let Some(mid) = mid_of(&*connection, &*track).await else { continue };
            let Ok(ear) = Ear::new(mid.clone(), kind, clock.now()) else { continue };
            let ear = Arc::new(Mutex::new(ear));
            self.lock().insert(mid, ear.clone());
            listening.spawn(listen(track, ear, clock));
        }
    }
}

/// The m-line of a remote track; the engine does not tell it with the track.
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

async fn listen(track: Arc<dyn TrackRemote>, ear: Arc<Mutex<Ear>>, clock: Clock) {
    while let Some(event) = track.poll().await {
        if let TrackRemoteEvent::OnRtpPacket(packet) = event {
            lock(&ear).take(clock.now(), &packet);
        }
    }
}

/// Measures and decodes one track.
struct Ear {
    mid: String,
    kind: RtpCodecKind,
    opened: Instant,
    first: Option<Instant>,
    meter: Meter,
    listener: Listener,
    undecodable: u64,
}

impl Ear {
    fn new(mid: String, kind: RtpCodecKind, opened: Instant) -> Result<Self, Trouble> {
        let clock_hz = if kind == RtpCodecKind::Audio { SAMPLE_RATE } else { 90_000 };
        let (meter, listener) = (Meter::new(clock_hz), Listener::new()?);
        Ok(Self { mid, kind, opened, first: None, meter, listener, undecodable: 0 })
    }

    fn take(&mut self, now: Instant, packet: &Packet) {
        self.first.get_or_insert(now);
        let Header { sequence_number, timestamp, .. } = packet.header;
        let arrival = now.saturating_duration_since(self.opened);
        let order = self.meter.packet(arrival, sequence_number, timestamp, packet.payload.len());
        if let (RtpCodecKind::Audio, Order::Next { missing }) = (self.kind, order) {
            self.hear(missing, &packet.payload);
        }
    }

    fn hear(&mut self, missing: u16, payload: &[u8]) {
        for _ in 0..missing.min(CONCEAL_AT_MOST) {
            self.undecodable += u64::from(self.listener.conceal().is_err());
        }
        self.undecodable += u64::from(self.listener.hear(payload).is_err());
    }

    fn reception(&self) -> Reception {
        Reception {
            mid: self.mid.clone(),
            kind: self.kind,
            first: self.first,
            figures: self.meter.figures(),
            heard: *self.listener.heard(),
            undecodable: self.undecodable,
        }
    }
}

/// A poisoned ear still holds its figures.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
