//! One participant's transport: ICE, DTLS, SRTP, RTCP, SCTP. The only folder that names the WebRTC engine.
//!
//! Owned by a [`Room`](crate::room). It never decides who receives what. Datagrams and the time go in
//! here, [`poll`](Peer::poll) tells what they caused; each file beside this one has one of its ideas.

mod channels;
mod compact_answer;
mod engine;
mod link;
mod media;
mod media_sections;
mod nack_generator;
mod path;
mod red;
mod resend_buffer;
mod twcc_in_flight;
mod voice_loss;

pub(crate) use self::{channels::Message, engine::Engine, path::StunRefusal};

use self::{
    channels::Channels,
    link::Link,
    media_sections::{Line, Lines},
    nack_generator::NackGenerator,
    path::{Path, authenticate},
    resend_buffer::ResendBuffer,
    twcc_in_flight::{PADDING, TwccInFlight},
    voice_loss::VoiceLoss,
};
use crate::{
    address::Address,
    command::{LinkReport, Refusal},
    id::PeerId,
    limits::ESTIMATE_START,
    link::Sample,
    rtp::capture_time::CaptureClock,
    sdp::Offer,
    sfu::Transmit,
    stats::Stats,
    track::Packet,
    units::Bitrate,
};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    Event, IceCreds, Input, Output as EngineOutput, Rtc,
    bwe::Bitrate as EngineBitrate,
    channel::ChannelData,
    config::CryptoProvider,
    net::{Protocol, Receive, Transmit as EngineTransmit},
};
use tracing::debug;

/// Times that the engine may want its clock moved within one instant before it has to wait.
const SPINS: u32 = 8;
/// What it then waits.
const LEAST_SLEEP: Duration = Duration::from_millis(1);

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
    /// A data channel is open.
    Opened,
    /// Nothing will come any more: `close_notify`, or a failed handshake.
    Closed,
}

/// One participant's transport.
pub(crate) struct Peer {
    id: PeerId,
    rtc: Rtc,
    crypto: Arc<CryptoProvider>,
    /// Our addresses, as the engine sees them: UDP, and TCP if it is waited for.
    local: SocketAddr,
    local_tcp: Option<SocketAddr>,
    lines: Lines,
    channels: Channels,
    path: Path,
    clock: CaptureClock,
    media_heard: Option<Instant>,
    closed: bool,
    /// The engine has something to say.
    dirty: bool,
    deadline: Instant,
    desired: Bitrate,
    assumed: Bitrate,
    link: Link,
    in_flight: TwccInFlight,
    /// Whether cameras go to it, and padding.
    films: bool,
    pads: bool,
    /// By line: repair of the voice that goes, and of the voice that comes.
    repairs: Vec<(ResendBuffer, NackGenerator)>,
    /// Lost voice is worth a repair on this link.
    repairing: bool,
    /// Each voice packet that goes carries the one so many before it; 0: none.
    doubling: u8,
    /// What one datagram brought: the last packet of it, and those that it recovers.
    unwrapped: VecDeque<Packet>,
}

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
            crypto: engine.crypto(),
            local: engine.local(),
            local_tcp: engine.local_tcp(),
            lines: Lines::default(),
            channels: Channels::default(),
            path: Path::new(now),
            clock: CaptureClock::default(),
            media_heard: None,
            closed: false,
            dirty: true,
            deadline: now,
            desired: Bitrate::default(),
            assumed: ESTIMATE_START,
            link: Link::new(now),
            in_flight: TwccInFlight::new(now),
            films: true,
            pads: true,
            repairs: Vec::new(),
            repairing: false,
            doubling: 0,
            unwrapped: VecDeque::new(),
        };
        let answer = peer.accept(offer)?;
        Ok((peer, answer))
    }

    /// Answers a later offer: more lines, or an ICE restart. On refusal nothing has changed.
    pub(crate) fn renegotiate(&mut self, offer: Offer) -> Result<String, Refusal> {
        if !self.lines.are_extended_by(&offer) {
            return Err(Refusal::Malformed);
        }
        let before = self.ufrag();
        let answer = self.accept(offer)?;
        if self.ufrag() != before {
            self.path.restart();
        }
        Ok(answer)
    }

    fn accept(&mut self, offer: Offer) -> Result<String, Refusal> {
        self.dirty = true;
        let answer = self.lines.accept(&mut self.rtc, offer, self.id);
        self.repairs.resize_with(self.lines.all().len(), Default::default);
        answer
    }

    pub(crate) fn lines(&self) -> &[Line] {
        self.lines.all()
    }

    /// Our ICE user name (RFC 8445 section 5.3).
    pub(crate) fn ufrag(&mut self) -> String {
        self.credentials().ufrag
    }

    fn credentials(&mut self) -> IceCreds {
        self.rtc.direct_api().local_ice_credentials()
    }

    /// Where its media goes.
    pub(crate) fn path(&self) -> Option<Address> {
        self.path.nominated()
    }

    /// When something authenticated came last.
    pub(crate) fn heard(&self) -> Instant {
        self.path.heard()
    }

    /// When media came last.
    pub(crate) fn media_heard(&self) -> Option<Instant> {
        self.media_heard
    }

    /// What the downlink is estimated to carry; `None` without transport feedback.
    pub(crate) fn estimate(&self) -> Option<Bitrate> {
        self.link.estimate()
    }

    /// The round trip, if it was measured yet.
    pub(crate) fn rtt(&self) -> Option<Duration> {
        self.link.rtt()
    }

    /// The round trip without a queue.
    pub(crate) fn least_rtt(&self) -> Option<Duration> {
        self.link.least_rtt()
    }

    /// What arrives from it, over the last half second.
    pub(crate) fn arriving(&mut self, now: Instant) -> Bitrate {
        self.link.arriving(now)
    }

    /// What goes to it, over the last second.
    pub(crate) fn leaving(&mut self, now: Instant) -> Bitrate {
        self.link.leaving(now)
    }

    /// What goes to it, over the window of what [arrives](Self::arriving).
    pub(crate) fn leaving_lately(&mut self, now: Instant) -> Bitrate {
        self.link.leaving_lately(now)
    }

    /// How late camera packets come there, and how many, if that was told since the last look.
    pub(crate) fn look_down(&mut self) -> Option<Sample> {
        self.in_flight.take_sample()
    }

    /// How much longer than at best nothing was said of the oldest camera packet that is under way.
    pub(crate) fn overdue(&mut self, now: Instant) -> Duration {
        self.in_flight.overdue(now)
    }

    /// Share of voice packets lost before repair, on the worse of both ways.
    pub(crate) fn loss(&self) -> f32 {
        self.loss_up().max(self.loss_down())
    }

    /// The same, of the voice that comes.
    pub(crate) fn loss_up(&self) -> f32 {
        self.repairs.iter().map(|(_, nacks)| nacks.loss().fraction()).fold(0.0, f32::max)
    }

    /// The same, of the voice that goes.
    pub(crate) fn loss_down(&self) -> f32 {
        let told = self
            .repairs
            .iter()
            .filter_map(|(sent, _)| sent.loss_by_nack())
            .map(VoiceLoss::fraction)
            .reduce(f32::max);
        told.unwrap_or_else(|| self.link.reported_loss())
    }

    /// Whether the voice that comes is lost in bursts; `None` while little was lost. `now` is what was said last.
    pub(crate) fn is_bursty_up(&self, now: bool) -> Option<bool> {
        self.repairs.iter().find_map(|(_, nacks)| nacks.loss().is_bursty(now))
    }

    /// The same, of the voice that goes.
    pub(crate) fn is_bursty_down(&self, now: bool) -> Option<bool> {
        self.repairs.iter().find_map(|(sent, _)| sent.loss().is_bursty(now))
    }

    /// Whether lost voice is sent and asked for again.
    pub(crate) fn is_repairing(&self) -> bool {
        self.repairing
    }

    /// Switches the repair of voice.
    pub(crate) fn set_repairing(&mut self, repairing: bool) {
        self.repairing = repairing;
    }

    /// Lets each voice packet that goes carry the one so many before it, if the client understands that; 0: none.
    pub(crate) fn set_doubling(&mut self, back: u8) {
        self.doubling = back;
    }

    /// Whether it has opened a data channel of this label.
    pub(crate) fn has_channel(&self, label: &str) -> bool {
        self.channels.has(label)
    }

    /// Whether it has opened any.
    pub(crate) fn has_channels(&self) -> bool {
        !self.channels.is_empty()
    }

    /// The state of the link.
    pub(crate) fn report(&mut self, now: Instant) -> LinkReport {
        self.link.report([self.loss_up(), self.loss_down()], now)
    }

    /// When the engine wants [`handle_timeout`](Self::handle_timeout).
    pub(crate) fn deadline(&self) -> Instant {
        self.deadline
    }

    /// Whether [`poll`](Self::poll) has something.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Takes a STUN request that names us; on success its source may be routed to us. Who was `lost` is followed
    /// to where they are heard from first, nominated or not: a browser does not nominate a pair that has failed
    /// until its check is answered, and then with the next check only, a round trip and up to 2.5 s later.
    pub(crate) fn handle_stun(
        &mut self,
        source: Address,
        datagram: &[u8],
        lost: bool,
        now: Instant,
    ) -> Result<(), StunRefusal> {
        let password = self.credentials().pass;
        let nominates =
            authenticate(datagram, &password, &self.crypto).ok_or(StunRefusal::Unauthenticated)?;
        self.path.remember(source, datagram)?;
        if (nominates || lost) && self.path.nominate(source) {
            debug!(peer = %self.id, "media path moves");
        }
        self.path.hear(now);
        self.receive(source, datagram, now);
        Ok(())
    }

    /// Takes DTLS, SRTP or SRTCP from a routed address.
    pub(crate) fn handle_datagram(&mut self, source: Address, datagram: &[u8], now: Instant) -> bool {
        self.receive(source, datagram, now)
    }

    /// Hands a datagram to the engine; whether it could use it.
    fn receive(&mut self, source: Address, datagram: &[u8], now: Instant) -> bool {
        self.link.received(datagram.len(), now);
        self.dirty = true;
        let (protocol, local) = match source.tcp {
            None => (Protocol::Udp, Some(self.local)),
            Some(_) => (Protocol::Tcp, self.local_tcp),
        };
        let receive = local.and_then(|local| Receive::new(protocol, source.socket, local, datagram).ok());
        let Some(receive) = receive else { return false };
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
            if let Some(packet) = self.unwrapped.pop_front() {
                return Some(Output::Packet(packet));
            }
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

    /// Sends a datagram on along the path, if there is consent.
    fn transmit(&mut self, transmit: EngineTransmit, now: Instant, stats: &mut Stats) -> Option<Output> {
        let contents: Vec<u8> = transmit.contents.into();
        if self.is_unwanted(&contents) {
            return None;
        }
        let Some(Address { socket: destination, tcp }) = self.path.destination(&contents, now) else {
            stats.dropped.no_consent += 1;
            return None;
        };
        self.link.sent(contents.len(), now);
        Some(Output::Transmit(Transmit { destination, tcp, contents }))
    }

    /// Of RTP (RFC 5761 section 4) that is no voice: padding, or pictures and those that go again.
    fn is_unwanted(&self, datagram: &[u8]) -> bool {
        let Some(&[first, second, _, _, _, _, _, _, a, b, c, d]) = datagram.first_chunk() else {
            return false;
        };
        let is_rtp = (128..192).contains(&first) && !(64..96).contains(&(second & 0x7F));
        let unwanted = !self.films || (!self.pads && first & PADDING != 0);
        unwanted && is_rtp && self.lines.voice_of(u32::from_be_bytes([a, b, c, d]).into()).is_none()
    }

    fn event(&mut self, event: Event, now: Instant, stats: &mut Stats) -> Option<Output> {
        match event {
            Event::Connected => return Some(self.connected()),
            Event::RtpPacket(packet) => self.packet(&packet, now, stats),
            Event::KeyframeRequest(request) => {
                stats.keyframes_asked += 1;
                return self.lines.index_of(request.mid).map(Output::KeyframeAsked);
            }
            Event::ChannelData(data) => return self.message(data, now),
            Event::Closed => {
                self.closed = true;
                return Some(Output::Closed);
            }
            Event::ChannelOpen(id, label) => {
                self.channels.opened(id, label);
                return Some(Output::Opened);
            }
            Event::ChannelClose(id) => self.channels.closed(id),
            Event::EgressBitrateEstimate(kind) => self.link.estimated(&kind),
            Event::MediaEgressStats(figures) => {
                self.link.egress(self.lines.of_mut(figures.mid)?, &figures, stats);
            }
            Event::MediaIngressStats(figures) => {
                self.link.ingress(self.lines.of_mut(figures.mid)?, &figures, stats);
            }
            Event::RawPacket(packet) => {
                self.in_flight.observe(&packet, self.films, now);
                self.repair(&packet, now, stats);
            }
            // Reports come from a muted peer, too.
            Event::SenderFeedback(_) => self.path.hear(now),
            _ => {}
        }
        None
    }

    fn connected(&mut self) -> Output {
        let version = self.rtc.direct_api().dtls_protocol_version();
        let version = version.map_or_else(|| "DTLS".to_owned(), |version| format!("{version:?}"));
        Output::Connected(engine::security(&version))
    }

    fn message(&mut self, data: ChannelData, now: Instant) -> Option<Output> {
        self.path.hear(now);
        let label = self.channels.label(data.id)?.to_owned();
        Some(Output::Message(Message { label, binary: data.binary, data: data.data }))
    }

    /// Sends a message through the channel of this label. `None`: it has none; `false`: it is full.
    pub(crate) fn send(&mut self, message: &Message) -> Option<bool> {
        let sent = self.channels.send(&mut self.rtc, message);
        self.dirty |= sent.is_some();
        sent
    }

    /// Tells the estimator how much we would like to send.
    pub(crate) fn desire(&mut self, bitrate: Bitrate) {
        if self.desired != bitrate {
            self.desired = bitrate;
            self.rtc.bwe().set_bitrate(EngineBitrate::ZERO, engine::rate(bitrate));
            self.dirty = true;
        }
    }

    /// Whether cameras go to it, and padding. What is not wanted and the engine still sends is dropped.
    pub(crate) fn set_filming(&mut self, films: bool, pads: bool) {
        (self.films, self.pads) = (films, pads);
    }

    /// The link was gone: what the engine thought of it since is of no use.
    pub(crate) fn forget_estimate(&mut self) {
        self.in_flight.forget();
        self.assumed = Bitrate::default();
    }

    /// What the engine shall start from. It paces cameras by its estimate, so that a keyframe does not stand in
    /// front of a voice, and fills what it thinks is free.
    pub(crate) fn assume(&mut self, estimate: Bitrate) {
        if self.assumed != estimate {
            self.assumed = estimate;
            self.rtc.bwe().reset(engine::rate(estimate));
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
