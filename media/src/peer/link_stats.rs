//! The statistics of the link to a peer: bitrates, round trip, jitter, reported loss, and the engine's bandwidth estimate.
//!
//! Owned by a [`Peer`](super::Peer), which hands it the engine's counts. It never acts on a measurement.

use super::media_sections::MediaSection;
use crate::{
    command::{Direction, Kind, LinkReport},
    limits::REPORT_INTERVAL,
    link::queue_delay::QUEUE_WINDOW,
    rtp::rate_meter::Meter,
    stats::Stats,
    units::Bitrate,
};
use std::time::{Duration, Instant};
use str0m::{
    bwe::BweKind,
    stats::{MediaEgressStats, MediaIngressStats},
};

/// The bytes of the IPv4 and UDP headers of a datagram. IPv6 would need 48, but thin links use IPv4.
pub(super) const IP_UDP_BYTES: usize = 28;

/// The statistics of one link, up from the client and down to it.
pub(crate) struct LinkStats {
    up: Meter,
    down: Meter,
    /// The bitrates over a shorter window, so that a fall is answered within a second.
    up_recent: Meter,
    down_recent: Meter,
    estimate: Option<Bitrate>,
    rtt: Option<Duration>,
    least_rtt: Option<Duration>,
    up_jitter: Duration,
    down_jitter: Duration,
    /// The fraction lost of our voice in the client's receiver reports, from 0 to 1.
    reported_loss: f32,
}

impl LinkStats {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            up: Meter::new(now, REPORT_INTERVAL),
            down: Meter::new(now, REPORT_INTERVAL),
            up_recent: Meter::new(now, QUEUE_WINDOW),
            down_recent: Meter::new(now, QUEUE_WINDOW),
            estimate: None,
            rtt: None,
            least_rtt: None,
            up_jitter: Duration::ZERO,
            down_jitter: Duration::ZERO,
            reported_loss: 0.0,
        }
    }

    /// Counts a received datagram.
    pub(super) fn received(&mut self, bytes: usize, now: Instant) {
        self.up.add(bytes + IP_UDP_BYTES, now);
        self.up_recent.add(bytes + IP_UDP_BYTES, now);
    }

    /// Counts a sent datagram.
    pub(super) fn sent(&mut self, bytes: usize, now: Instant) {
        self.down.add(bytes + IP_UDP_BYTES, now);
        self.down_recent.add(bytes + IP_UDP_BYTES, now);
    }

    /// The engine's estimate of the downlink; `None` without transport feedback.
    pub(crate) fn estimate(&self) -> Option<Bitrate> {
        self.estimate
    }

    /// The bitrate from the client over the last half second, with IP headers.
    pub(crate) fn arriving(&mut self, now: Instant) -> Bitrate {
        self.up_recent.rate(now)
    }

    /// The bitrate to the client over the last second, with IP headers.
    pub(crate) fn leaving(&mut self, now: Instant) -> Bitrate {
        self.down.rate(now)
    }

    /// The bitrate to the client over the last half second, with IP headers.
    pub(crate) fn leaving_lately(&mut self, now: Instant) -> Bitrate {
        self.down_recent.rate(now)
    }

    /// The round trip without a queue: the least one seen, which is forgotten by 1 ms per report.
    pub(crate) fn least_rtt(&self) -> Option<Duration> {
        self.least_rtt
    }

    /// The last round trip, if one was measured.
    pub(crate) fn rtt(&self) -> Option<Duration> {
        self.rtt
    }

    /// Takes an estimate of the engine.
    pub(super) fn estimated(&mut self, kind: &BweKind) {
        if let BweKind::Twcc { estimate, can_probe: true } = kind {
            self.estimate = Some(Bitrate::bps(estimate.as_u64()));
        }
    }

    /// Takes the client's reports about our stream in a section.
    pub(super) fn egress(
        &mut self,
        section: &mut MediaSection,
        figures: &MediaEgressStats,
        stats: &mut Stats,
    ) {
        stats.nacks_in += figures.nacks.saturating_sub(section.nacks_received);
        section.nacks_received = figures.nacks;
        self.rtt = figures.rtt.or(self.rtt);
        let forgetful = |least: Duration| least + Duration::from_millis(1);
        self.least_rtt = self.rtt.map(|rtt| self.least_rtt.map_or(rtt, |least| forgetful(least).min(rtt)));
        if section.kind == Some(Kind::Audio) {
            self.down_jitter = ticks(figures.remote.as_ref().map_or(0, |remote| remote.jitter));
            self.reported_loss = figures.loss.unwrap_or(self.reported_loss);
        }
    }

    /// Takes our measurements of the client's stream in a section.
    pub(super) fn ingress(
        &mut self,
        section: &mut MediaSection,
        figures: &MediaIngressStats,
        stats: &mut Stats,
    ) {
        stats.nacks_out += figures.nacks.saturating_sub(section.nacks_sent);
        section.nacks_sent = figures.nacks;
        if section.kind == Some(Kind::Audio) {
            self.up_jitter = ticks(figures.jitter);
        }
    }

    /// The fraction lost of our voice in receiver reports, from 0 to 1. It is true only for a client that sends no NACKs, because
    /// a repaired packet counts as received (RFC 3550 appendix A.3).
    pub(super) fn reported_loss(&self) -> f32 {
        self.reported_loss
    }

    /// The report of the link, with the fractions of voice packets lost before repair.
    pub(super) fn report(&mut self, [loss_up, loss_down]: [f32; 2], now: Instant) -> LinkReport {
        let direction = |meter: &mut Meter, loss, jitter| Direction {
            bitrate: meter.rate(now),
            loss,
            jitter,
            total_bytes: meter.total(),
        };
        LinkReport {
            rtt: self.rtt,
            up: direction(&mut self.up, loss_up, self.up_jitter),
            down: direction(&mut self.down, loss_down, self.down_jitter),
            capacity: None,
        }
    }
}

/// Ticks of the voice's RTP clock at 48 kHz as a duration.
fn ticks(count: u32) -> Duration {
    Duration::from_micros(u64::from(count) * 1_000 / 48)
}
