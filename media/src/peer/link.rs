//! What is measured of the link to a peer: rate, loss, jitter, round trip, estimate.
//!
//! Owned by a [`Peer`](super::Peer), which hands on what the engine counted. It never acts on a measurement.

use super::media_sections::Line;
use crate::{
    command::{Direction, Kind, LinkReport},
    limits::{QUEUE_WINDOW, REPORT_INTERVAL},
    rtp::rate_meter::Meter,
    stats::Stats,
    units::Bitrate,
};
use std::time::{Duration, Instant};
use str0m::{
    bwe::BweKind,
    stats::{MediaEgressStats, MediaIngressStats},
};

/// IPv4 and UDP headers of a datagram. IPv6 would be 48; what counts on thin links is IPv4.
const IP_UDP_BYTES: usize = 28;

/// Measurements of the link.
pub(super) struct Link {
    up: Meter,
    down: Meter,
    /// What comes, over a shorter time: a fall is answered within a second.
    arriving: Meter,
    leaving: Meter,
    estimate: Option<Bitrate>,
    rtt: Option<Duration>,
    least_rtt: Option<Duration>,
    up_jitter: Duration,
    down_jitter: Duration,
    /// What the client's reports say was lost of our voice.
    reported: f32,
}

impl Link {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            up: Meter::new(now, REPORT_INTERVAL),
            down: Meter::new(now, REPORT_INTERVAL),
            arriving: Meter::new(now, QUEUE_WINDOW),
            leaving: Meter::new(now, QUEUE_WINDOW),
            estimate: None,
            rtt: None,
            least_rtt: None,
            up_jitter: Duration::ZERO,
            down_jitter: Duration::ZERO,
            reported: 0.0,
        }
    }

    /// A datagram of this length came.
    pub(super) fn received(&mut self, bytes: usize, now: Instant) {
        self.up.add(bytes + IP_UDP_BYTES, now);
        self.arriving.add(bytes + IP_UDP_BYTES, now);
    }

    /// A datagram of this length goes.
    pub(super) fn sent(&mut self, bytes: usize, now: Instant) {
        self.down.add(bytes + IP_UDP_BYTES, now);
        self.leaving.add(bytes + IP_UDP_BYTES, now);
    }

    /// What the downlink is estimated to carry; `None` without transport feedback.
    pub(super) fn estimate(&self) -> Option<Bitrate> {
        self.estimate
    }

    pub(super) fn arriving(&mut self, now: Instant) -> Bitrate {
        self.arriving.rate(now)
    }

    pub(super) fn leaving(&mut self, now: Instant) -> Bitrate {
        self.down.rate(now)
    }

    pub(super) fn leaving_lately(&mut self, now: Instant) -> Bitrate {
        self.leaving.rate(now)
    }

    /// The round trip without a queue: the least that was seen, forgotten by 1 ms a report.
    pub(super) fn least_rtt(&self) -> Option<Duration> {
        self.least_rtt
    }

    pub(super) fn rtt(&self) -> Option<Duration> {
        self.rtt
    }

    pub(super) fn estimated(&mut self, kind: &BweKind) {
        if let BweKind::Twcc { estimate, can_probe: true } = kind {
            self.estimate = Some(Bitrate::bps(estimate.as_u64()));
        }
    }

    /// What receivers say of our stream in a line.
    pub(super) fn egress(&mut self, line: &mut Line, figures: &MediaEgressStats, stats: &mut Stats) {
        stats.nacks_in += figures.nacks.saturating_sub(line.nacks.0);
        line.nacks.0 = figures.nacks;
        self.rtt = figures.rtt.or(self.rtt);
        let forgetful = |least: Duration| least + Duration::from_millis(1);
        self.least_rtt = self.rtt.map(|rtt| self.least_rtt.map_or(rtt, |least| forgetful(least).min(rtt)));
        if line.kind == Some(Kind::Audio) {
            self.down_jitter = ticks(figures.remote.as_ref().map_or(0, |remote| remote.jitter));
            self.reported = figures.loss.unwrap_or(self.reported);
        }
    }

    /// What we measure of the client's stream in a line.
    pub(super) fn ingress(&mut self, line: &mut Line, figures: &MediaIngressStats, stats: &mut Stats) {
        stats.nacks_out += figures.nacks.saturating_sub(line.nacks.1);
        line.nacks.1 = figures.nacks;
        if line.kind == Some(Kind::Audio) {
            self.up_jitter = ticks(figures.jitter);
        }
    }

    /// What reports say was lost of our voice. A repaired voice looks whole in them (RFC 3550 A.3 counts what
    /// came, at whatever time): they are true for a client that never asks for what it lacks.
    pub(super) fn reported_loss(&self) -> f32 {
        self.reported
    }

    /// The state of the link, with the shares of the voice that were lost before any repair.
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

/// Ticks of a voice's clock.
fn ticks(count: u32) -> Duration {
    Duration::from_micros(u64::from(count) * 1_000 / 48)
}
