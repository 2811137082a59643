//! One participant's transport: ICE, DTLS, SRTP, RTCP, SCTP. The only file that names the WebRTC engine.
//!
//! Owned by a [`Room`](crate::room). It never decides who receives what. Where its packets go is decided
//! here, not by the engine: to the address of the last authenticated STUN request that nominated its pair
//! (RFC 8445 section 8.1.1). The engine would keep the pair of highest priority, and so speak to a dead
//! address for 15 s after a hand-over.

use crate::{
    command::{Direction, Kind, LinkReport, Refusal},
    id::PeerId,
    limits::{
        ADDRESSES_PER_ICE, CHANNEL_BACKLOG, CHANNELS, CONSENT, ESTIMATE_START, MESSAGE_BYTES, QUEUE_BYTES,
        REPAIR_AGE, REPAIR_PACKETS, REPAIR_SHARE, REPORT_INTERVAL, RTCP_INTERVAL_AUDIO, STUN_MEMORY,
    },
    meter::Meter,
    sdp::{self, Offer, Section},
    sfu::Transmit,
    stats::Stats,
    track::{Codec, Packet, Rewritten},
    units::Bitrate,
    wallclock::{CaptureClock, Report},
};
use std::{
    collections::{HashSet, VecDeque},
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Event, IceCreds, Input, Output as EngineOutput, Rtc,
    bwe::BweKind,
    change::SdpOffer,
    channel::ChannelId,
    config::{CryptoProvider, DtlsCert, DtlsVersion},
    crypto::from_feature_flags,
    ice::StunMessage,
    media::{KeyframeRequestKind, Media, Mid, Pt, Rid},
    net::{Protocol, Receive},
    rtp::{Extension, RtpPacket, RtpWrite, Ssrc},
    stats::{MediaEgressStats, MediaIngressStats},
};
use tracing::debug;

/// What all peers of an SFU share: addresses, certificate, cryptography.
pub(crate) struct Engine {
    addresses: Vec<SocketAddr>,
    certificate: DtlsCert,
    crypto: Arc<CryptoProvider>,
}

impl Engine {
    /// `addresses` are advertised as host candidates; packets count as received on the first.
    ///
    /// # Panics
    ///
    /// Without an address, or when the cryptography library cannot make a certificate: nothing could
    /// ever work.
    pub(crate) fn new(addresses: Vec<SocketAddr>) -> Self {
        assert!(!addresses.is_empty(), "an SFU needs an address to be reached at");
        let crypto = Arc::new(from_feature_flags());
        let certificate = crypto.dtls_provider.generate_certificate().expect("aws-lc-rs makes certificates");
        Self { addresses, certificate, crypto }
    }

    fn local(&self) -> SocketAddr {
        self.addresses[0]
    }

    fn build(&self, now: Instant) -> Rtc {
        let mut rtc = Rtc::builder()
            .set_crypto_provider(self.crypto.clone())
            .set_dtls_cert(self.certificate.clone())
            .set_dtls_version(DtlsVersion::Auto)
            .set_ice_lite(true)
            .set_rtp_mode(true)
            .clear_codecs()
            .enable_opus(true, false)
            .enable_vp8(true)
            .clear_extension_map()
            .set_extension(1, Extension::RtpMid)
            .set_extension(2, Extension::RtpStreamId)
            .set_extension(3, Extension::RepairedRtpStreamId)
            .set_extension(4, Extension::TransportSequenceNumber)
            .enable_bwe(Some(str0m::bwe::Bitrate::bps(ESTIMATE_START.as_bps())))
            .set_stats_interval(Some(REPORT_INTERVAL))
            .set_rtcp_report_interval_audio(RTCP_INTERVAL_AUDIO)
            .set_sctp_max_message_size(MESSAGE_BYTES)
            .set_sctp_max_buffered_amount(CHANNEL_BACKLOG)
            .build(now);
        for address in &self.addresses {
            if let Ok(candidate) = Candidate::host(*address, "udp") {
                rtc.add_local_candidate(candidate);
            }
        }
        rtc
    }
}

/// An m-line after negotiation.
#[derive(Debug)]
pub(crate) struct Line {
    mid: Mid,
    /// `None` for the data channel line.
    pub(crate) kind: Option<Kind>,
    /// The client sends through it.
    pub(crate) up: bool,
    /// We may send through it.
    pub(crate) down: bool,
    layers: Vec<Rid>,
    /// Our stream in it.
    ssrc: Option<Ssrc>,
    /// NACKs counted so far: received, sent.
    nacks: (u64, u64),
}

impl Line {
    pub(crate) fn mid(&self) -> &str {
        &self.mid
    }

    /// Simulcast layers; 1 without simulcast.
    pub(crate) fn layer_count(&self) -> usize {
        self.layers.len().max(1)
    }
}

/// What a peer wants done.
#[derive(Debug)]
pub(crate) enum Output {
    Transmit(Transmit),
    /// ICE and DTLS are up; the negotiated protection.
    Connected(String),
    Packet(Packet),
    /// The client lacks a keyframe in this line.
    KeyframeAsked(usize),
    Message(Message),
    /// Nothing will come any more: `close_notify`, or a failed handshake.
    Closed,
}

/// A data channel message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) label: String,
    pub(crate) binary: bool,
    pub(crate) data: Vec<u8>,
}

/// Why a STUN request was not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StunRefusal {
    Unauthenticated,
    Replayed,
    TooManyAddresses,
}

/// One participant's transport.
pub(crate) struct Peer {
    id: PeerId,
    rtc: Rtc,
    crypto: Arc<CryptoProvider>,
    /// Our address, as the engine sees it.
    local: SocketAddr,
    sections: Vec<Section>,
    lines: Vec<Line>,
    channels: Vec<(ChannelId, String)>,
    clock: CaptureClock,
    /// Where everything but STUN replies goes.
    path: Option<SocketAddr>,
    addresses: HashSet<SocketAddr>,
    /// STUN transactions seen, and from where.
    transactions: VecDeque<([u8; 12], SocketAddr)>,
    /// When something authenticated came last, and media.
    heard: Instant,
    media_heard: Option<Instant>,
    closed: bool,
    /// The engine has something to say.
    dirty: bool,
    deadline: Instant,
    desired: Bitrate,
    link: Link,
}

/// Measurements of the link.
struct Link {
    up: Meter,
    down: Meter,
    estimate: Option<Bitrate>,
    rtt: Option<Duration>,
    up_quality: Quality,
    down_quality: Quality,
}

#[derive(Clone, Copy, Debug, Default)]
struct Quality {
    loss: f32,
    jitter: Duration,
}

/// IPv4 and UDP headers of a datagram. IPv6 would be 48; what counts on thin links is IPv4.
const IP_UDP_BYTES: usize = 28;

impl Peer {
    /// Answers a first offer.
    pub(crate) fn join(
        engine: &Engine,
        id: PeerId,
        offer: Offer,
        now: Instant,
    ) -> Result<(Self, String), Refusal> {
        let mut peer = Self {
            id,
            rtc: engine.build(now),
            crypto: engine.crypto.clone(),
            local: engine.local(),
            sections: Vec::new(),
            lines: Vec::new(),
            channels: Vec::new(),
            clock: CaptureClock::default(),
            path: None,
            addresses: HashSet::new(),
            transactions: VecDeque::with_capacity(STUN_MEMORY),
            heard: now,
            media_heard: None,
            closed: false,
            dirty: true,
            deadline: now,
            desired: Bitrate::default(),
            link: Link::new(now),
        };
        let answer = peer.accept(offer)?;
        Ok((peer, answer))
    }

    /// Answers a later offer: more lines, or an ICE restart. On refusal nothing has changed.
    pub(crate) fn renegotiate(&mut self, offer: Offer) -> Result<String, Refusal> {
        if !offer.extends(&self.sections) {
            return Err(Refusal::Malformed);
        }
        let before = self.ufrag();
        let answer = self.accept(offer)?;
        if self.ufrag() != before {
            self.addresses.clear();
        }
        Ok(answer)
    }

    fn accept(&mut self, offer: Offer) -> Result<String, Refusal> {
        self.dirty = true;
        let mut answer = self.answer(&offer.text)?;
        self.lines = offer.sections.iter().map(|section| self.line(section)).collect();
        if self.declare_streams() {
            // Only now the answer names all our streams.
            answer = self.answer(&offer.text)?;
        }
        self.sections = offer.sections;
        Ok(sdp::dress(&answer))
    }

    fn answer(&mut self, offer: &str) -> Result<String, Refusal> {
        let offer = SdpOffer::from_sdp_string(offer).map_err(|_| Refusal::Malformed)?;
        let answer = self.rtc.sdp_api().accept_offer(offer);
        answer.map(|answer| answer.to_sdp_string()).map_err(|error| {
            debug!(peer = %self.id, %error, "offer refused");
            Refusal::Malformed
        })
    }

    fn line(&mut self, section: &Section) -> Line {
        let mid = Mid::from(section.mid.as_str());
        let known = self.lines.iter().find(|line| line.mid == mid).map(|line| (line.ssrc, line.nacks));
        let (ssrc, nacks) = known.unwrap_or_default();
        let media = self.rtc.media(mid).filter(|media| !media.disabled());
        let direction = media.map(Media::direction);
        Line {
            mid,
            kind: section.kind,
            up: direction.is_some_and(|direction| direction.is_receiving()),
            down: direction.is_some_and(|direction| direction.is_sending()),
            layers: section.layers.iter().map(|rid| Rid::from(rid.as_str())).collect(),
            ssrc,
            nacks,
        }
    }

    /// Gives every line that we may send through a stream with a repair store; whether one was new to
    /// the engine, which makes none where the client sends simulcast.
    fn declare_streams(&mut self) -> bool {
        let mut made = false;
        let repairable = self.rtc.codec_config().params().iter().any(|params| params.resend().is_some());
        for line in self.lines.iter_mut().filter(|line| line.down && line.ssrc.is_none()) {
            let mut api = self.rtc.direct_api();
            if api.stream_tx_by_mid(line.mid, None).is_none() {
                let repair = (line.kind == Some(Kind::Video) && repairable).then(|| api.new_ssrc());
                let ssrc = api.new_ssrc();
                api.declare_stream_tx(ssrc, repair, line.mid, None);
                made = true;
            }
            let Some(stream) = api.stream_tx_by_mid(line.mid, None) else { continue };
            stream.set_rtx_cache(REPAIR_PACKETS, REPAIR_AGE, Some(REPAIR_SHARE));
            line.ssrc = Some(stream.ssrc());
        }
        made
    }

    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Our ICE user name (RFC 8445 section 5.3).
    pub(crate) fn ufrag(&mut self) -> String {
        self.credentials().ufrag
    }

    fn credentials(&mut self) -> IceCreds {
        self.rtc.direct_api().local_ice_credentials()
    }

    /// Where its media goes.
    pub(crate) fn path(&self) -> Option<SocketAddr> {
        self.path
    }

    /// When something authenticated came last.
    pub(crate) fn heard(&self) -> Instant {
        self.heard
    }

    /// When media came last.
    pub(crate) fn media_heard(&self) -> Option<Instant> {
        self.media_heard
    }

    /// What the downlink is estimated to carry; `None` without transport feedback.
    pub(crate) fn estimate(&self) -> Option<Bitrate> {
        self.link.estimate
    }

    /// When the engine wants [`handle_timeout`](Self::handle_timeout).
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether [`poll`](Self::poll) has something.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Takes a STUN request that names us; on success its source may be routed to us.
    pub(crate) fn handle_stun(
        &mut self,
        source: SocketAddr,
        datagram: &[u8],
        now: Instant,
    ) -> Result<(), StunRefusal> {
        let nominates = self.authenticate(datagram).ok_or(StunRefusal::Unauthenticated)?;
        self.remember(source, datagram)?;
        if nominates && self.path != Some(source) {
            debug!(peer = %self.id, "media path moves");
            self.path = Some(source);
        }
        self.heard = now;
        self.receive(source, datagram, now);
        Ok(())
    }

    /// Checks MESSAGE-INTEGRITY (RFC 8489 section 9.1.3); whether the request nominates its pair.
    fn authenticate(&mut self, datagram: &[u8]) -> Option<bool> {
        let password = self.credentials().pass;
        let message = StunMessage::parse(datagram).ok()?;
        let hmac = |key: &[u8], parts: &[&[u8]]| self.crypto.sha1_hmac_provider.sha1_hmac(key, parts);
        let valid = message.is_binding_request() && message.verify(password.as_bytes(), hmac);
        valid.then(|| message.use_candidate())
    }

    /// A transaction belongs to the address it first came from, and addresses are bounded.
    fn remember(&mut self, source: SocketAddr, datagram: &[u8]) -> Result<(), StunRefusal> {
        let transaction: [u8; 12] =
            datagram.get(8..20).and_then(|id| id.try_into().ok()).ok_or(StunRefusal::Unauthenticated)?;
        let seen = self.transactions.iter().find(|(id, _)| *id == transaction);
        if seen.is_some_and(|(_, from)| *from != source) {
            return Err(StunRefusal::Replayed);
        }
        if !self.addresses.contains(&source) && self.addresses.len() >= ADDRESSES_PER_ICE {
            return Err(StunRefusal::TooManyAddresses);
        }
        self.addresses.insert(source);
        if self.transactions.len() == STUN_MEMORY {
            self.transactions.pop_front();
        }
        self.transactions.push_back((transaction, source));
        Ok(())
    }

    /// Takes DTLS, SRTP or SRTCP from a routed address.
    pub(crate) fn handle_datagram(&mut self, source: SocketAddr, datagram: &[u8], now: Instant) -> bool {
        self.receive(source, datagram, now)
    }

    /// Hands a datagram to the engine; whether it could use it.
    fn receive(&mut self, source: SocketAddr, datagram: &[u8], now: Instant) -> bool {
        self.link.up.add(datagram.len() + IP_UDP_BYTES, now);
        self.dirty = true;
        let Ok(receive) = Receive::new(Protocol::Udp, source, self.local, datagram) else { return false };
        self.rtc.handle_input(Input::Receive(now, receive)).is_ok()
    }

    /// Moves the engine's time.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.dirty = true;
        if let Err(error) = self.rtc.handle_input(Input::Timeout(now)) {
            debug!(peer = %self.id, %error, "engine timeout");
        }
    }

    /// The next thing that the peer wants done; `None` until something new happens to it.
    pub(crate) fn poll(&mut self, now: Instant, stats: &mut Stats) -> Option<Output> {
        let mut spins = 0;
        loop {
            let output = match self.rtc.poll_output() {
                Ok(EngineOutput::Timeout(at)) if at <= now && spins < SPINS => {
                    spins += 1;
                    self.handle_timeout(now);
                    continue;
                }
                Ok(EngineOutput::Timeout(at)) => {
                    self.deadline = at.max(now + LEAST_SLEEP);
                    self.dirty = false;
                    return self.is_over().then_some(Output::Closed);
                }
                Ok(EngineOutput::Transmit(transmit)) => self.transmit(transmit, now, stats),
                Ok(EngineOutput::Event(event)) => self.event(event, now, stats),
                Err(error) => {
                    debug!(peer = %self.id, %error, "engine failed");
                    self.rtc.disconnect();
                    None
                }
            };
            if output.is_some() {
                return output;
            }
        }
    }

    /// Whether the engine is dead and this has not been said.
    fn is_over(&mut self) -> bool {
        let over = !self.rtc.is_alive() && !self.closed;
        self.closed |= over;
        over
    }

    /// STUN replies go where they were asked from, everything else along the path, while there is
    /// consent (RFC 7675 section 5.1).
    fn transmit(
        &mut self,
        transmit: str0m::net::Transmit,
        now: Instant,
        stats: &mut Stats,
    ) -> Option<Output> {
        let contents: Vec<u8> = transmit.contents.into();
        let is_stun = contents.first().is_some_and(|first| *first < 4);
        if !is_stun && now.saturating_duration_since(self.heard) > CONSENT {
            stats.dropped.no_consent += 1;
            return None;
        }
        let path = if is_stun { None } else { self.path };
        self.link.down.add(contents.len() + IP_UDP_BYTES, now);
        Some(Output::Transmit(Transmit { destination: path.unwrap_or(transmit.destination), contents }))
    }

    fn event(&mut self, event: Event, now: Instant, stats: &mut Stats) -> Option<Output> {
        match event {
            Event::Connected => Some(self.connected()),
            Event::RtpPacket(packet) => self.packet(packet, now).map(Output::Packet),
            Event::KeyframeRequest(request) => {
                stats.keyframes_asked += 1;
                self.line_of(request.mid).map(Output::KeyframeAsked)
            }
            Event::ChannelOpen(id, label) => self.channel_opened(id, label),
            Event::ChannelData(data) => {
                self.heard = now;
                let label = self.channels.iter().find(|(id, _)| *id == data.id)?.1.clone();
                Some(Output::Message(Message { label, binary: data.binary, data: data.data }))
            }
            Event::ChannelClose(id) => self.channel_closed(id),
            Event::EgressBitrateEstimate(kind) => self.estimated(&kind),
            Event::MediaEgressStats(figures) => self.egress(&figures, stats),
            Event::MediaIngressStats(figures) => self.ingress(&figures, stats),
            Event::SenderFeedback(_) => self.heard_report(now),
            Event::Closed => {
                self.closed = true;
                Some(Output::Closed)
            }
            _ => None,
        }
    }

    fn connected(&mut self) -> Output {
        let version = self.rtc.direct_api().dtls_protocol_version();
        let version = version.map_or_else(|| "DTLS".to_owned(), |version| format!("{version:?}"));
        Output::Connected(security(&version))
    }

    /// Reports come from a muted peer, too.
    fn heard_report(&mut self, now: Instant) -> Option<Output> {
        self.heard = now;
        None
    }

    fn packet(&mut self, packet: RtpPacket, now: Instant) -> Option<Packet> {
        self.heard = now;
        self.media_heard = Some(now);
        let header = &packet.header;
        let codec = self.codec_of(header.payload_type)?;
        let mut api = self.rtc.direct_api();
        let stream = api.stream_rx(&header.ssrc)?;
        let (mid, rid) = (stream.mid(), stream.rid());
        let line = self.lines.iter().position(|line| line.mid == mid && line.kind == Some(codec.kind()))?;
        let layers = &self.lines[line].layers;
        let layer = rid.map_or(Some(0), |rid| layers.iter().position(|layer| *layer == rid))?;
        let report = packet
            .last_sender_info
            .map(|info| Report { ntp: info.ntp_time, rtp: low_bits(info.rtp_time.numer()) });
        let captured = self.clock.captured(now, header.timestamp, codec.rate(), report);
        Some(Packet {
            line,
            layer,
            codec,
            sequence: *packet.seq_no,
            timestamp: header.timestamp,
            marker: header.marker,
            payload: packet.payload,
            captured,
        })
    }

    fn codec_of(&self, pt: Pt) -> Option<Codec> {
        let params = self.rtc.codec_config().find(|params| params.pt() == pt)?;
        codec(params.spec().codec)
    }

    fn payload_type_of(&self, wanted: Codec) -> Option<Pt> {
        let params = self.rtc.codec_config().find(|params| codec(params.spec().codec) == Some(wanted))?;
        Some(params.pt())
    }

    fn line_of(&self, mid: Mid) -> Option<usize> {
        self.lines.iter().position(|line| line.mid == mid)
    }

    /// Whether more waits in a line than is worth sending.
    pub(crate) fn is_congested(&mut self, line: usize) -> bool {
        let Some(ssrc) = self.lines.get(line).and_then(|line| line.ssrc) else { return false };
        let mut api = self.rtc.direct_api();
        let queue = api.stream_tx(&ssrc).and_then(|stream| stream.queue_info());
        queue.is_some_and(|queue| queue.byte_size() > QUEUE_BYTES)
    }

    /// Sends a packet through a line.
    pub(crate) fn write(&mut self, line: usize, packet: &Packet, new: Rewritten) {
        let ssrc = self.lines.get(line).and_then(|line| line.ssrc);
        let (Some(ssrc), Some(pt)) = (ssrc, self.payload_type_of(packet.codec)) else { return };
        let mut api = self.rtc.direct_api();
        let Some(stream) = api.stream_tx(&ssrc) else { return };
        let write = RtpWrite::new(pt, new.sequence.into(), new.timestamp, packet.captured, new.payload)
            .marker(packet.marker)
            .nackable(packet.codec.kind() == Kind::Video);
        stream.write_rtp(write);
        self.dirty = true;
    }

    /// Asks the client for a keyframe of a layer.
    pub(crate) fn request_keyframe(&mut self, line: usize, layer: usize) {
        let Some(line) = self.lines.get(line) else { return };
        let (mid, rid) = (line.mid, line.layers.get(layer).copied());
        if let Some(stream) = self.rtc.direct_api().stream_rx_by_mid(mid, rid) {
            stream.request_keyframe(KeyframeRequestKind::Pli);
            self.dirty = true;
        }
    }

    /// Tells the estimator how much we would like to send.
    pub(crate) fn desire(&mut self, bitrate: Bitrate) {
        if self.desired != bitrate {
            self.desired = bitrate;
            self.rtc.bwe().set_bitrate(str0m::bwe::Bitrate::ZERO, str0m::bwe::Bitrate::bps(bitrate.as_bps()));
            self.dirty = true;
        }
    }

    /// Sends a message through the channel of this label. `None`: it has none; `false`: it is full.
    pub(crate) fn send(&mut self, message: &Message) -> Option<bool> {
        let (id, _) = self.channels.iter().find(|(_, label)| *label == message.label)?;
        let mut channel = self.rtc.channel(*id)?;
        self.dirty = true;
        Some(channel.write(message.binary, &message.data).unwrap_or(false))
    }

    fn channel_opened(&mut self, id: ChannelId, label: String) -> Option<Output> {
        if self.channels.len() < CHANNELS {
            self.channels.push((id, label));
        }
        None
    }

    fn channel_closed(&mut self, id: ChannelId) -> Option<Output> {
        self.channels.retain(|(open, _)| *open != id);
        None
    }

    fn estimated(&mut self, kind: &BweKind) -> Option<Output> {
        if let BweKind::Twcc { estimate, can_probe: true } = kind {
            self.link.estimate = Some(Bitrate::bps(estimate.as_u64()));
        }
        None
    }

    /// What receivers say of our streams.
    fn egress(&mut self, figures: &MediaEgressStats, stats: &mut Stats) -> Option<Output> {
        let line = self.lines.iter_mut().find(|line| line.mid == figures.mid)?;
        stats.nacks_in += figures.nacks.saturating_sub(line.nacks.0);
        line.nacks.0 = figures.nacks;
        self.link.rtt = figures.rtt.or(self.link.rtt);
        let jitter = figures.remote.as_ref().map_or(0, |remote| remote.jitter);
        self.link.down_quality.note(line.kind, figures.loss, jitter);
        None
    }

    /// What we measure of the client's streams.
    fn ingress(&mut self, figures: &MediaIngressStats, stats: &mut Stats) -> Option<Output> {
        let line = self.lines.iter_mut().find(|line| line.mid == figures.mid)?;
        stats.nacks_out += figures.nacks.saturating_sub(line.nacks.1);
        line.nacks.1 = figures.nacks;
        self.link.up_quality.note(line.kind, figures.loss, figures.jitter);
        None
    }

    /// The state of the link, over the last second.
    pub(crate) fn report(&mut self, now: Instant) -> LinkReport {
        let Link { up, down, rtt, up_quality, down_quality, .. } = &mut self.link;
        LinkReport {
            rtt: *rtt,
            up: direction(up, *up_quality, now),
            down: direction(down, *down_quality, now),
        }
    }

    /// Says goodbye: RTCP BYE and DTLS `close_notify` come out of [`poll`](Self::poll).
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.dirty = true;
        if let Err(error) = self.rtc.close() {
            debug!(peer = %self.id, %error, "close");
        }
    }
}

/// Times that the engine may want its clock moved within one instant before it has to wait.
const SPINS: u32 = 8;
/// What it then waits.
const LEAST_SLEEP: Duration = Duration::from_millis(1);

impl Link {
    fn new(now: Instant) -> Self {
        Self {
            up: Meter::new(now, REPORT_INTERVAL),
            down: Meter::new(now, REPORT_INTERVAL),
            estimate: None,
            rtt: None,
            up_quality: Quality::default(),
            down_quality: Quality::default(),
        }
    }
}

impl Quality {
    /// Voice tells the loss and the jitter (in ticks of 48 kHz).
    fn note(&mut self, kind: Option<Kind>, loss: Option<f32>, jitter: u32) {
        if kind == Some(Kind::Audio) {
            self.loss = loss.unwrap_or(self.loss);
            self.jitter = Duration::from_micros(u64::from(jitter) * 1_000 / 48);
        }
    }
}

fn direction(meter: &mut Meter, quality: Quality, now: Instant) -> Direction {
    Direction {
        bitrate: meter.rate(now),
        loss: quality.loss,
        jitter: quality.jitter,
        total_bytes: meter.total(),
    }
}

/// What was on the wire of an extended timestamp.
fn low_bits(extended: u64) -> u32 {
    let [.., a, b, c, d] = extended.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

fn codec(codec: str0m::format::Codec) -> Option<Codec> {
    match codec {
        str0m::format::Codec::Opus => Some(Codec::Opus),
        str0m::format::Codec::Vp8 => Some(Codec::Vp8),
        _ => None,
    }
}

fn security(version: &str) -> String {
    match version {
        "DTLS1_2" => "DTLS 1.2".to_owned(),
        "DTLS1_3" => "DTLS 1.3".to_owned(),
        other => other.to_owned(),
    }
}
