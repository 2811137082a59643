//! One participant's transport: ICE, DTLS, SRTP, RTCP and SCTP. This is the only folder that names the WebRTC engine (str0m).
//!
//! Owned by a [`Room`](crate::room). Datagrams and the time go in; [`poll`](Peer::poll) tells what they caused. It never decides
//! who receives what. Each file beside this one holds one part.

mod channels;
mod engine;
mod events;
mod format;
mod handshake;
mod link_stats;
mod media_sections;
mod nack_generator;
mod path;
mod red;
mod resend_buffer;
mod rtcp_feedback;
mod rtp_packets;
mod send_filter;
mod twcc_in_flight;
mod voice_loss;
mod voice_repair;

pub(crate) use self::{
    channels::Message, engine::Engine, media_sections::MediaSection, path::PathChange, path::StunRefusal,
};

use self::{
    channels::Channels,
    handshake::EarlyHellos,
    link_stats::LinkStats,
    media_sections::MediaSections,
    path::{Path, Request, authenticate, is_authentic_answer, transaction},
    rtcp_feedback::Feedback,
    send_filter::SendFilter,
    twcc_in_flight::TwccInFlight,
    voice_repair::VoiceRepair,
};
use crate::{
    address::Address,
    command::{LinkReport, Refusal},
    demux::{self, Class},
    id::PeerId,
    limits::ESTIMATE_START,
    output::Transmit,
    rtp::capture_time::CaptureClock,
    sdp::{IceCredentials, Offer},
    stats::Stats,
    track::Packet,
    units::Bitrate,
};
use std::{
    collections::VecDeque,
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    IceCreds, Input, Output as EngineOutput, Rtc,
    bwe::Bitrate as EngineBitrate,
    config::CryptoProvider,
    net::{Protocol, Receive},
};
use tracing::{debug, error};

/// The number of times that the engine's clock is moved within one instant before it has to wait.
const SPINS: u32 = 8;

/// The time for which the engine then waits.
const LEAST_SLEEP: Duration = Duration::from_millis(1);

/// Something that a peer wants done.
#[derive(Debug)]
pub(crate) enum Output {
    /// Send a datagram.
    Transmit(Transmit),
    /// ICE and DTLS are up; the text names the negotiated protection.
    Connected(String),
    /// Forward a packet.
    Packet(Packet),
    /// The voice of the client comes with this SSRC from now on.
    Voice(u32),
    /// The client requests a keyframe of the track in this media section.
    KeyframeRequested(usize),
    /// Relay a data channel message.
    Message(Message),
    /// A data channel was opened.
    Opened,
    /// The transport is over: `close_notify`, or a failed handshake.
    Closed,
}

/// One participant's transport.
pub(crate) struct Peer {
    id: PeerId,
    rtc: Rtc,
    crypto: Arc<CryptoProvider>,
    /// Our addresses as the engine sees them: UDP, and TCP if it is accepted.
    local: SocketAddr,
    local_tcp: Option<SocketAddr>,
    sections: MediaSections,
    channels: Channels,
    path: Path,
    /// The client's ICE credentials.
    theirs: IceCredentials,
    early_hellos: EarlyHellos,
    /// The source of the last datagram.
    source: Option<Address>,
    connected: bool,
    clock: CaptureClock,
    media_heard: Option<Instant>,
    /// The SSRC of the voice packet that came last.
    voice_ssrc: Option<str0m::rtp::Ssrc>,
    closed: bool,
    /// The engine has output.
    dirty: bool,
    deadline: Instant,
    /// The bitrate that we would like to send.
    desired: Bitrate,
    /// The estimate that the engine was last given.
    assumed: Bitrate,
    /// The statistics of the link.
    pub(crate) link_stats: LinkStats,
    /// The camera packets in flight to the client.
    pub(crate) in_flight: TwccInFlight,
    filter: SendFilter,
    /// The repair of lost voice packets, and the loss before it.
    pub(crate) voice: VoiceRepair,
    /// The packets of the last datagram: those that it recovers, then its own.
    received: VecDeque<Packet>,
    /// The feedback that was not acted on yet.
    feedback: VecDeque<Feedback>,
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
            rtc: engine.build(&offer, now),
            crypto: engine.crypto(),
            local: engine.local(),
            local_tcp: engine.local_tcp(),
            sections: MediaSections::default(),
            channels: Channels::default(),
            path: Path::new(now),
            theirs: IceCredentials::default(),
            early_hellos: EarlyHellos::default(),
            source: None,
            connected: false,
            clock: CaptureClock::default(),
            media_heard: None,
            voice_ssrc: None,
            closed: false,
            dirty: true,
            deadline: now,
            desired: Bitrate::default(),
            assumed: ESTIMATE_START,
            link_stats: LinkStats::new(now),
            in_flight: TwccInFlight::new(now),
            filter: SendFilter { video: true, padding: true },
            voice: VoiceRepair::default(),
            received: VecDeque::new(),
            feedback: VecDeque::new(),
        };
        let answer = peer.accept(offer)?;
        Ok((peer, answer))
    }

    /// Answers a later offer: more media sections, or an ICE restart. A refused offer changes nothing.
    pub(crate) fn renegotiate(&mut self, offer: Offer) -> Result<String, Refusal> {
        if !self.sections.are_extended_by(&offer) {
            return Err(Refusal::Malformed);
        }
        let before = self.ufrag();
        let answer = self.accept(offer)?;
        let offered = self.credentials();
        if offered.ufrag == before {
            return Ok(answer);
        }
        self.path.restart();
        let ours = engine::credentials();
        let answer = answer.replace(&offered.ufrag, &ours.ufrag).replace(&offered.pass, &ours.pass);
        self.rtc.direct_api().set_local_ice_credentials(ours);
        Ok(answer)
    }

    fn accept(&mut self, offer: Offer) -> Result<String, Refusal> {
        self.dirty = true;
        let theirs = offer.ice();
        let answer = self.sections.accept(&mut self.rtc, offer, self.id);
        self.voice.resize(self.sections.all().len());
        if answer.is_ok() {
            self.theirs = theirs;
        }
        answer
    }

    /// The media sections, in the order of the offer.
    pub(crate) fn media_sections(&self) -> &[MediaSection] {
        self.sections.all()
    }

    /// Our ICE user name (RFC 8445 section 5.3).
    pub(crate) fn ufrag(&mut self) -> String {
        self.credentials().ufrag
    }

    fn credentials(&mut self) -> IceCreds {
        self.rtc.direct_api().local_ice_credentials()
    }

    /// The time of the last authenticated packet.
    pub(crate) fn heard(&self) -> Instant {
        self.path.heard()
    }

    /// The time of the last media packet.
    pub(crate) fn media_heard(&self) -> Option<Instant> {
        self.media_heard
    }

    /// True if the client has opened a data channel with this label.
    pub(crate) fn has_channel(&self, label: &str) -> bool {
        self.channels.has(label)
    }

    /// True if the client has opened any data channel.
    pub(crate) fn has_channels(&self) -> bool {
        !self.channels.is_empty()
    }

    /// The report of the link.
    pub(crate) fn report(&mut self, now: Instant) -> LinkReport {
        self.link_stats.report([self.voice.loss_up(), self.voice.loss_down()], now)
    }

    /// The time at which the engine wants [`handle_timeout`](Self::handle_timeout).
    pub(crate) fn deadline(&self) -> Instant {
        let others = self.path.deadline().into_iter().chain(self.early_hellos.deadline());
        others.fold(self.deadline, Instant::min)
    }

    /// True if [`poll`](Self::poll) has output.
    pub(crate) fn is_dirty(&self) -> bool {
        self.dirty
    }

    /// Takes a STUN request that names us; on success its source may be routed to us. A peer that was `lost` chooses its path with the
    /// first request that it is heard with, nominated or not. A browser does not nominate a pair that has failed until its check is
    /// answered, and then with the next check only: a round trip and up to 2.5 s later.
    pub(crate) fn handle_stun_request(
        &mut self,
        source: Address,
        datagram: &[u8],
        lost: bool,
        now: Instant,
    ) -> Result<PathChange, StunRefusal> {
        let password = self.credentials().pass;
        let nominates =
            authenticate(datagram, &password, &self.crypto).ok_or(StunRefusal::Unauthenticated)?;
        let transaction = transaction(datagram).ok_or(StunRefusal::Unauthenticated)?;
        let request = Request { source, transaction, chooses: nominates || lost };
        let change = self.path.take_request(&request, now)?;
        self.handle_datagram(source, datagram, now);
        Ok(change)
    }

    /// Takes a STUN response, which may prove that the client is at its source.
    pub(crate) fn handle_stun_answer(
        &mut self,
        source: Address,
        datagram: &[u8],
        now: Instant,
    ) -> Result<PathChange, StunRefusal> {
        let asked = transaction(datagram).and_then(|id| self.path.asked(id, now));
        let asked = asked.ok_or(StunRefusal::Unasked)?;
        if !is_authentic_answer(datagram, &self.theirs.password, &self.crypto) {
            return Err(StunRefusal::Unauthenticated);
        }
        if asked != source {
            return Err(StunRefusal::Misdirected);
        }
        self.link_stats.received(datagram.len(), now);
        self.dirty = true;
        self.early_hellos.proven(now);
        Ok(self.path.take_answer(source, now))
    }

    /// Takes a datagram from a routed address: DTLS, SRTP, SRTCP, or STUN that was checked. False if the engine refuses it.
    pub(crate) fn handle_datagram(&mut self, source: Address, datagram: &[u8], now: Instant) -> bool {
        self.link_stats.received(datagram.len(), now);
        let is_dtls = demux::classify(datagram) == Some(Class::Dtls);
        if is_dtls && !self.connected {
            let is_proven = self.path.has_consent(source, now);
            if !self.early_hellos.admit(datagram, is_proven) {
                return true;
            }
        }
        self.feed(source, datagram, now)
    }

    /// Gives a datagram to the engine. False if the engine refuses it.
    fn feed(&mut self, source: Address, datagram: &[u8], now: Instant) -> bool {
        self.dirty = true;
        self.source = Some(source);
        let (protocol, local) = match source.tcp {
            None => (Protocol::Udp, Some(self.local)),
            Some(_) => (Protocol::Tcp, self.local_tcp),
        };
        let receive = local.and_then(|local| Receive::new(protocol, source.socket, local, datagram).ok());
        let Some(receive) = receive else { return false };
        handshake::set_time(now);
        let input = Input::Receive(now, receive);
        let (rtc, id) = (&mut self.rtc, self.id);
        if demux::classify(datagram) != Some(Class::Rtcp) {
            return survive(rtc, id, input);
        }
        rtcp_feedback::read(datagram, &mut self.feedback, || survive(rtc, id, input))
    }

    /// Moves the engine's clock.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.dirty = true;
        self.path.handle_timeout(now);
        while let Some(hello) = self.early_hellos.poll(now) {
            self.source.map(|source| self.feed(source, &hello, now));
        }
        if let Err(error) = self.rtc.handle_input(Input::Timeout(now)) {
            debug!(peer = %self.id, %error, "engine timeout");
        }
    }

    /// The next output; `None` until there is new input.
    pub(crate) fn poll(&mut self, now: Instant, stats: &mut Stats) -> Option<Output> {
        let mut spins = 0;
        while let Some(feedback) = self.feedback.pop_front() {
            self.act_on(feedback, now, stats);
        }
        if let Some(transmit) = self.poll_path(now, stats) {
            return Some(Output::Transmit(transmit));
        }
        loop {
            if let Some(packet) = self.received.pop_front() {
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

    /// True if the engine is dead and this has not been told yet.
    fn is_over(&mut self) -> bool {
        let over = !self.rtc.is_alive() && !self.closed;
        self.closed |= over;
        over
    }

    /// Sends a message through the data channel with its label. `None` if there is none; `false` if its buffer is full.
    pub(crate) fn send(&mut self, message: &Message) -> Option<bool> {
        let sent = self.channels.send(&mut self.rtc, message);
        self.dirty |= sent.is_some();
        sent
    }

    /// Tells the engine's estimator the bitrate that we would like to send.
    pub(crate) fn set_desired_bitrate(&mut self, bitrate: Bitrate) {
        if self.desired != bitrate {
            self.desired = bitrate;
            self.rtc.bwe().set_bitrate(EngineBitrate::ZERO, engine::rate(bitrate));
            self.dirty = true;
        }
    }

    /// Lets video and padding pass to the client, or drops what the engine still sends of them.
    pub(crate) fn set_send_filter(&mut self, video: bool, padding: bool) {
        self.filter = SendFilter { video, padding };
    }

    /// Forgets the engine's estimate after an outage.
    pub(crate) fn forget_estimate(&mut self) {
        self.in_flight.forget();
        self.assumed = Bitrate::default();
    }

    /// Sets the estimate from which the engine starts. The engine paces video by its estimate, so that a keyframe does not stand
    /// in front of a voice, and pads up to it.
    pub(crate) fn reset_estimate(&mut self, estimate: Bitrate) {
        if self.assumed != estimate {
            self.assumed = estimate;
            self.rtc.bwe().reset(engine::rate(estimate));
        }
    }

    /// Closes the transport: RTCP BYE and DTLS `close_notify` come out of [`poll`](Self::poll).
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.dirty = true;
        if let Err(error) = self.rtc.close() {
            debug!(peer = %self.id, %error, "close");
        }
    }
}

/// Gives an input to an engine. False if it refuses it. What a client sends may make the engine panic; that ends its connection, and nothing
/// else in its room.
fn survive(rtc: &mut Rtc, peer: PeerId, input: Input<'_>) -> bool {
    let handled = catch_unwind(AssertUnwindSafe(|| rtc.handle_input(input).is_ok()));
    handled.unwrap_or_else(|_| {
        error!(%peer, "the engine failed on a packet of this peer, which is disconnected");
        rtc.disconnect();
        false
    })
}
