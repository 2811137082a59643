//! What is measured of the link to a peer: rate, loss, jitter, round trip, estimate.
//!
//! Owned by a [`Peer`](super::Peer), which hands on what the engine counted. It never acts on a measurement.

use super::lines::Line;
use crate::{
    command::{Direction, Kind, LinkReport},
    limits::{QUEUE_WINDOW, REPORT_INTERVAL},
    meter::Meter,
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
    estimate: Option<Bitrate>,
    rtt: Option<Duration>,
    least_rtt: Option<Duration>,
    up_quality: Quality,
    down_quality: Quality,
}

#[derive(Clone, Copy, Debug, Default)]
struct Quality {
    loss: f32,
    jitter: Duration,
}

impl Link {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            up: Meter::new(now, REPORT_INTERVAL),
            down: Meter::new(now, REPORT_INTERVAL),
            arriving: Meter::new(now, QUEUE_WINDOW),
            estimate: None,
            rtt: None,
            least_rtt: None,
            up_quality: Quality::default(),
            down_quality: Quality::default(),
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
        let jitter = figures.remote.as_ref().map_or(0, |remote| remote.jitter);
        self.down_quality.note(line.kind, figures.loss, jitter);
    }

    /// What we measure of the client's stream in a line.
    pub(super) fn ingress(&mut self, line: &mut Line, figures: &MediaIngressStats, stats: &mut Stats) {
        stats.nacks_out += figures.nacks.saturating_sub(line.nacks.1);
        line.nacks.1 = figures.nacks;
        self.up_quality.note(line.kind, figures.loss, figures.jitter);
    }

    /// The state of the link, over the last second.
    pub(super) fn report(&mut self, now: Instant) -> LinkReport {
        LinkReport {
            rtt: self.rtt,
            up: direction(&mut self.up, self.up_quality, now),
            down: direction(&mut self.down, self.down_quality, now),
            capacity: None,
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
