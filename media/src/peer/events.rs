//! The engine's events, and the datagrams that it sends, as a peer's [`Output`].
//!
//! Part of [`Peer`].

use super::{Output, Peer, engine, rtcp_feedback::Feedback};
use crate::{address::Address, output::Transmit, stats::Stats};
use std::time::Instant;
use str0m::{Event, net::Transmit as EngineTransmit};

impl Peer {
    /// The next check of an address.
    pub(super) fn poll_path(&mut self, now: Instant, stats: &mut Stats) -> Option<Transmit> {
        if !self.path.has_check() {
            return None;
        }
        let ufrag = self.ufrag();
        let (to, contents) = self.path.poll_check(&self.theirs, &ufrag, &self.crypto)?;
        stats.path_checks += 1;
        Some(self.addressed(to, contents, now))
    }

    fn addressed(&mut self, to: Address, contents: Vec<u8>, now: Instant) -> Transmit {
        self.link_stats.sent(contents.len(), now);
        Transmit { destination: to.socket, tcp: to.tcp, contents }
    }

    /// Addresses a datagram to the path. `None` if it is filtered, or if there is no consent (RFC 7675).
    pub(super) fn transmit(
        &mut self,
        transmit: EngineTransmit,
        now: Instant,
        stats: &mut Stats,
    ) -> Option<Output> {
        let contents: Vec<u8> = transmit.contents.into();
        if self.filter.drops(&contents, &self.sections) {
            return None;
        }
        self.in_flight.note(&contents, self.sections.twcc_id(), now);
        let Some(to) = self.path.destination(&contents, now) else {
            stats.dropped.no_consent += 1;
            return None;
        };
        Some(Output::Transmit(self.addressed(to, contents, now)))
    }

    /// Acts on feedback of the client.
    pub(super) fn act_on(&mut self, feedback: Feedback, now: Instant, stats: &mut Stats) {
        match feedback {
            Feedback::Nack(nack) => self.nack_received(&nack, now, stats),
            Feedback::Twcc(arrivals) => self.in_flight.take_feedback(arrivals, now),
        }
    }

    /// Notes an authentic packet, which came from the source of the last datagram.
    pub(super) fn hear(&mut self, now: Instant) {
        self.path.hear(now);
        if let Some(source) = self.source {
            self.path.hear_from(source, now);
        }
    }

    /// Takes an event of the engine.
    pub(super) fn event(&mut self, event: Event, now: Instant, stats: &mut Stats) -> Option<Output> {
        match event {
            Event::Connected => {
                self.connected = true;
                return Some(Output::Connected(engine::dtls_version(&mut self.rtc)));
            }
            Event::RtpPacket(packet) => return self.rtp_received(&packet, now, stats),
            Event::KeyframeRequest(request) => {
                stats.keyframes_asked += 1;
                return self.sections.index_of(request.mid).map(Output::KeyframeRequested);
            }
            Event::ChannelData(data) => {
                self.hear(now);
                return self.channels.received(data).map(Output::Message);
            }
            Event::Closed => {
                self.closed = true;
                return Some(Output::Closed);
            }
            Event::ChannelOpen(id, label) => {
                self.channels.opened(id, label);
                return Some(Output::Opened);
            }
            Event::ChannelClose(id) => self.channels.closed(id),
            Event::EgressBitrateEstimate(kind) => self.link_stats.estimated(&kind),
            Event::MediaEgressStats(figures) => {
                self.link_stats.egress(self.sections.by_mid_mut(figures.mid)?, &figures, stats);
                self.voice.set_reported_loss(self.link_stats.reported_loss());
            }
            Event::MediaIngressStats(figures) => {
                self.link_stats.ingress(self.sections.by_mid_mut(figures.mid)?, &figures, stats);
            }
            // A muted peer sends reports, too.
            Event::SenderFeedback(_) => self.hear(now),
            _ => {}
        }
        None
    }
}
