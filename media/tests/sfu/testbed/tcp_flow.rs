//! Somebody else's transfer over TCP beside a call: as much as its congestion window lets into the link.
//!
//! Two kinds fill a queue in two ways. CUBIC (RFC 9438) grows until the queue drops a segment, so that the queue is long. BBR
//! (draft-ietf-ccwg-bbr) keeps two bandwidth-delay products under way, so that the queue holds one round trip and more. Slow start,
//! recovery and the model's probes are reduced to what a voice beside them feels.

use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use teranga_media::id::PeerId;

/// The place of a flow in the network.
pub(crate) type FlowId = usize;

/// The congestion control of a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Congestion {
    /// Loss lowers the window to seven tenths, and the cube of the time since raises it.
    Cubic,
    /// The window is twice what the highest delivery rate brings in the least round trip.
    Bbr,
}

/// A transfer that runs from its making to `until`.
pub(crate) struct TcpFlow {
    peer: PeerId,
    way: usize,
    congestion: Congestion,
    until: Instant,
    /// Bytes that may be under way.
    window: f64,
    under_way: u64,
    /// The window before the last loss, and the time of that loss.
    at_loss: Option<(f64, Instant)>,
    least_rtt: Duration,
    /// The bytes that were acknowledged, of the last ten round trips, with their times.
    delivered: VecDeque<(Instant, u64)>,
}

/// Bytes of a segment with its headers.
const SEGMENT: u64 = 1_500;

impl TcpFlow {
    /// Makes a transfer through one direction of a client's link, 0 for up and 1 for down.
    pub(crate) fn new(peer: PeerId, way: usize, congestion: Congestion, until: Instant) -> Self {
        let window = 10.0 * SEGMENT as f64;
        let least_rtt = Duration::from_secs(10);
        let delivered = VecDeque::new();
        Self { peer, way, congestion, until, window, under_way: 0, at_loss: None, least_rtt, delivered }
    }

    /// Returns the direction of the transfer.
    pub(crate) fn place(&self) -> (PeerId, usize) {
        (self.peer, self.way)
    }

    /// Returns the bytes of the next segment, if one may go now. It counts as sent.
    pub(crate) fn next_segment(&mut self, now: Instant) -> Option<u64> {
        let fits = self.under_way as f64 + SEGMENT as f64 <= self.window.max(2.0 * SEGMENT as f64);
        (fits && now < self.until).then(|| {
            self.under_way += SEGMENT;
            SEGMENT
        })
    }

    /// True if nothing is under way.
    pub(crate) fn is_idle(&self) -> bool {
        self.under_way == 0
    }

    /// The receiver has acknowledged so many bytes, `rtt` after they were sent.
    pub(crate) fn acknowledged(&mut self, bytes: u64, rtt: Duration, now: Instant) {
        if bytes == 0 {
            return;
        }
        self.under_way -= bytes;
        self.least_rtt = self.least_rtt.min(rtt);
        match self.congestion {
            Congestion::Cubic => self.grow_by_cube(bytes, now),
            Congestion::Bbr => self.follow_rate(bytes, now),
        }
    }

    fn grow_by_cube(&mut self, bytes: u64, now: Instant) {
        let Some((before, at)) = self.at_loss else {
            self.window += bytes as f64;
            return;
        };
        // RFC 9438 section 4.2 with C = 0.4 and beta = 0.7, in segments.
        let most = before / SEGMENT as f64;
        let turn = (most * 0.3 / 0.4).cbrt();
        let grown = 0.4 * (now.saturating_duration_since(at).as_secs_f64() - turn).powi(3) + most;
        self.window = self.window.max(grown * SEGMENT as f64);
    }

    fn follow_rate(&mut self, bytes: u64, now: Instant) {
        self.delivered.push_back((now, bytes));
        let span = self.least_rtt * 10;
        while self.delivered.front().is_some_and(|(at, _)| now.saturating_duration_since(*at) > span) {
            self.delivered.pop_front();
        }
        let since = self.delivered.front().map_or(now, |(at, _)| *at);
        let lasted = now.saturating_duration_since(since).max(self.least_rtt).as_secs_f64();
        let rate = self.delivered.iter().map(|(_, bytes)| *bytes as f64).sum::<f64>() / lasted;
        self.window = (2.0 * rate * self.least_rtt.as_secs_f64()).max(4.0 * SEGMENT as f64);
    }

    /// The queue has dropped a segment. One fall of the window answers all losses of a round trip.
    pub(crate) fn lost(&mut self, bytes: u64, now: Instant) {
        self.under_way -= bytes;
        let answered = self.at_loss.is_some_and(|(_, at)| now.saturating_duration_since(at) < self.least_rtt);
        if self.congestion == Congestion::Cubic && !answered {
            self.at_loss = Some((self.window, now));
            self.window *= 0.7;
        }
    }
}
