//! The camera packets in flight to a client, by transport-wide sequence number (TWCC,
//! draft-holmer-rmcat-transport-wide-cc-extensions-01): their lateness, their arrival rate, and overdue feedback.
//!
//! Owned by a [`Peer`](super::Peer). Only video carries these numbers. The engine's estimator uses the same feedback for
//! thick links; on a thin link it may need ten seconds for what is seen here within one. It never decides what is sent.

use super::link_stats::IP_UDP_BYTES;
use crate::{
    demux::{self, Class},
    link::{
        Sample,
        queue_delay::{QUEUE_WINDOW, QueueDelay},
    },
    rtp::{header_extension, rate_meter::Meter},
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use str0m::rtp::rtcp::Twcc;

/// The number of packets in flight that are remembered: five seconds at 1 Mbit/s.
const PACKETS: usize = 512;

/// Fewer packets in flight than this may all be lost, so their silence says nothing about the link.
const FEWEST: usize = 4;

/// A packet without feedback for this long is lost, or its feedback is: longer than a full queue in each direction.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(4);

/// A step of the client's clock backwards that is longer than this means another clock.
const CLOCK_STEP: Duration = Duration::from_secs(1);

/// The padding bit in the first byte of an RTP packet (RFC 3550 section 5.1).
pub(super) const PADDING: u8 = 0x20;

/// The packets without feedback, the oldest first, and statistics of those with feedback.
pub(crate) struct TwccInFlight {
    /// The origin of the client's arrival times on our clock.
    began: Instant,
    in_flight: VecDeque<InFlight>,
    queue_delay: QueueDelay,
    arrival_rate: Meter,
    /// The newest arrival by the client's clock.
    newest: Option<Instant>,
    /// Feedback came since the last [`take_sample`](Self::take_sample).
    fresh: bool,
    /// The least time from a packet to its feedback: a round trip, and the time for which the client collects.
    least_delay: Option<Duration>,
}

struct InFlight {
    number: u64,
    sent_at: Instant,
    bytes: usize,
}

impl TwccInFlight {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            began: now,
            in_flight: VecDeque::new(),
            queue_delay: QueueDelay::default(),
            arrival_rate: Meter::new(now, QUEUE_WINDOW),
            newest: None,
            fresh: false,
            least_delay: None,
        }
    }

    /// Notes an outgoing datagram, if it is an RTP packet with a number in the header extension element `id`. Padding is left out,
    /// because a client need not report it.
    pub(super) fn note(&mut self, datagram: &[u8], id: Option<u8>, now: Instant) {
        let is_padding = || datagram[0] & PADDING != 0;
        if demux::classify(datagram) != Some(Class::Rtp) || is_padding() {
            return;
        }
        if let Some([high, low]) = id.and_then(|id| header_extension::element(datagram, id)) {
            self.sent(u16::from_be_bytes([*high, *low]), datagram.len() + IP_UDP_BYTES, now);
        }
    }

    fn sent(&mut self, number: u16, bytes: usize, now: Instant) {
        let before = self.in_flight.back().map_or(u64::from(number), |last| last.number);
        let [.., high, low] = before.to_be_bytes();
        let step = number.wrapping_sub(u16::from_be_bytes([high, low]));
        if self.in_flight.len() == PACKETS {
            self.in_flight.pop_front();
        }
        self.in_flight.push_back(InFlight { number: before + u64::from(step), sent_at: now, bytes });
    }

    /// Takes the client's feedback about earlier packets.
    pub(super) fn take_feedback(&mut self, feedback: Twcc, now: Instant) {
        let Some(first) = self.in_flight.front().map(|packet| packet.number) else { return };
        for (number, _, arrived) in feedback.into_iter(self.began, first.into()) {
            while self.in_flight.front().is_some_and(|packet| packet.number < *number) {
                self.in_flight.pop_front();
            }
            let packet = self.in_flight.pop_front_if(|packet| packet.number == *number);
            if let Some((packet, at)) = packet.zip(arrived) {
                self.arrived(&packet, at, now);
            }
        }
    }

    /// Notes that a packet arrived `at` a time of the client's clock.
    fn arrived(&mut self, packet: &InFlight, at: Instant, now: Instant) {
        if self.newest.is_some_and(|newest| newest.saturating_duration_since(at) > CLOCK_STEP) {
            self.queue_delay = QueueDelay::default();
            self.arrival_rate = Meter::new(at, QUEUE_WINDOW);
        }
        let micros = packet.sent_at.saturating_duration_since(self.began).as_micros();
        let [.., a, b, c, d] = (micros * 48 / 1_000).to_be_bytes();
        self.queue_delay.note(u32::from_be_bytes([a, b, c, d]), at);
        self.arrival_rate.add(packet.bytes, at);
        let delay = now.saturating_duration_since(packet.sent_at);
        let forgetful = |least: Duration| least + Duration::from_millis(1);
        self.least_delay = Some(self.least_delay.map_or(delay, |least| forgetful(least).min(delay)));
        self.newest = Some(at);
        self.fresh = true;
    }

    /// The lateness and the arrival rate of the packets, if feedback came since the last call.
    pub(crate) fn take_sample(&mut self) -> Option<Sample> {
        let newest = self.newest.filter(|_| std::mem::take(&mut self.fresh))?;
        let arrived = self.arrival_rate.rate(newest);
        Some(self.queue_delay.sample(arrived, newest))
    }

    /// The time by which feedback about the oldest packet is later than the least delay ever seen; zero if it is not. Fewer
    /// than [`FEWEST`] packets are not overdue: if they were lost, no feedback comes before something follows them.
    pub(crate) fn overdue(&mut self, now: Instant) -> Duration {
        let age = |packet: &InFlight| now.saturating_duration_since(packet.sent_at);
        while self.in_flight.front().is_some_and(|packet| age(packet) > FORGOTTEN_AFTER) {
            self.in_flight.pop_front();
        }
        let least = self.least_delay.unwrap_or(FORGOTTEN_AFTER);
        self.in_flight
            .front()
            .filter(|_| self.in_flight.len() >= FEWEST)
            .map_or(Duration::ZERO, |packet| age(packet).saturating_sub(least))
    }

    /// Forgets the packets in flight after an outage, because their feedback says nothing about the link now.
    pub(super) fn forget(&mut self) {
        self.in_flight.clear();
        self.queue_delay = QueueDelay::default();
        self.fresh = false;
    }
}
