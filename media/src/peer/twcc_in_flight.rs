//! What is on its way to a client under transport-wide numbers (TWCC, draft-holmer-rmcat-transport-wide-cc): how late
//! it comes, how fast, and for how long nothing was said of it.
//!
//! Owned by a [`Peer`](super::Peer). Only cameras have such numbers. The engine estimates from them, too, for thick
//! links; on a thin one it may take ten seconds for what is seen here in one.

use crate::{
    limits::{QUEUE_WINDOW, TRANSIT_FEWEST, TRANSIT_FORGOTTEN, TRANSIT_PACKETS},
    link::{Sample, queue_delay::Lateness},
    rtp::rate_meter::Meter,
};
use std::{
    collections::VecDeque,
    time::{Duration, Instant},
};
use str0m::rtp::{
    RawPacket, RtpHeader,
    rtcp::{Rtcp, Twcc},
};

/// Packets that nothing was said of yet, the oldest first, and what was said of those before them.
pub(super) struct Transit {
    /// Ours; the far clock's times are counted from here as well.
    began: Instant,
    flying: VecDeque<Flying>,
    lateness: Lateness,
    arriving: Meter,
    /// By the far clock: when the newest came.
    newest: Option<Instant>,
    /// Something was said since the last look.
    fresh: bool,
    /// Least time from a packet to the word of it: a round trip, and what the client collects.
    least: Option<Duration>,
}

struct Flying {
    number: u64,
    at: Instant,
    bytes: usize,
}

/// In the first byte of RTP (RFC 3550 section 5.1).
pub(super) const PADDING: u8 = 0x20;
/// SRTP's tag, UDP and IPv4 around a packet.
const AROUND_BYTES: usize = 38;
/// A far clock that goes back by more is another one.
const CLOCK_BACK: Duration = Duration::from_secs(1);

impl Transit {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            began: now,
            flying: VecDeque::new(),
            lateness: Lateness::default(),
            arriving: Meter::new(now, QUEUE_WINDOW),
            newest: None,
            fresh: false,
            least: None,
        }
    }

    /// Notes what goes, if it does, and what is said of it. Of padding a client need not say anything.
    pub(super) fn see(&mut self, packet: &RawPacket, goes: bool, now: Instant) {
        match packet {
            RawPacket::RtpTx(RtpHeader { ext_vals, .. }, bytes) => {
                let is_padding = bytes.first().is_some_and(|first| first & PADDING != 0);
                if let Some(number) = ext_vals.transport_cc.filter(|_| goes && !is_padding) {
                    self.sent(number, bytes.len() + AROUND_BYTES, now);
                }
            }
            RawPacket::RtcpRx(Rtcp::Twcc(feedback)) => self.told(feedback.clone(), now),
            _ => {}
        }
    }

    fn sent(&mut self, number: u16, bytes: usize, now: Instant) {
        let before = self.flying.back().map_or(u64::from(number), |last| last.number);
        let [.., high, low] = before.to_be_bytes();
        let step = number.wrapping_sub(u16::from_be_bytes([high, low]));
        if self.flying.len() == TRANSIT_PACKETS {
            self.flying.pop_front();
        }
        self.flying.push_back(Flying { number: before + u64::from(step), at: now, bytes });
    }

    fn told(&mut self, feedback: Twcc, now: Instant) {
        let Some(first) = self.flying.front().map(|packet| packet.number) else { return };
        for (number, _, arrived) in feedback.into_iter(self.began, first.into()) {
            while self.flying.front().is_some_and(|packet| packet.number < *number) {
                self.flying.pop_front();
            }
            let Some(packet) = self.flying.pop_front_if(|packet| packet.number == *number) else { continue };
            if let Some(at) = arrived {
                self.arrived(&packet, at, now);
            }
        }
    }

    fn arrived(&mut self, packet: &Flying, at: Instant, now: Instant) {
        if self.newest.is_some_and(|newest| newest.saturating_duration_since(at) > CLOCK_BACK) {
            self.lateness = Lateness::default();
            self.arriving = Meter::new(at, QUEUE_WINDOW);
        }
        let micros = packet.at.saturating_duration_since(self.began).as_micros();
        let [.., a, b, c, d] = (micros * 48 / 1_000).to_be_bytes();
        self.lateness.note(u32::from_be_bytes([a, b, c, d]), at);
        self.arriving.add(packet.bytes, at);
        let took = now.saturating_duration_since(packet.at);
        let forgetful = |least: Duration| least + Duration::from_millis(1);
        self.least = Some(self.least.map_or(took, |least| forgetful(least).min(took)));
        self.newest = Some(at);
        self.fresh = true;
    }

    /// How late packets come and how many, if something new was said of them.
    pub(super) fn look(&mut self) -> Option<Sample> {
        let newest = self.newest.filter(|_| std::mem::take(&mut self.fresh))?;
        let arrived = self.arriving.rate(newest);
        Some(self.lateness.sample(arrived, newest))
    }

    /// How much longer than at best nothing was said of the oldest packet. Of a few last ones nothing is ever said if they
    /// were lost, until something comes after them.
    pub(super) fn overdue(&mut self, now: Instant) -> Duration {
        let age = |packet: &Flying| now.saturating_duration_since(packet.at);
        while self.flying.front().is_some_and(|packet| age(packet) > TRANSIT_FORGOTTEN) {
            self.flying.pop_front();
        }
        let least = self.least.unwrap_or(TRANSIT_FORGOTTEN);
        self.flying
            .front()
            .filter(|_| self.flying.len() >= TRANSIT_FEWEST)
            .map_or(Duration::ZERO, |packet| age(packet).saturating_sub(least))
    }

    /// The link was gone: what was under way says nothing any more.
    pub(super) fn forget(&mut self) {
        self.flying.clear();
        self.lateness = Lateness::default();
        self.fresh = false;
    }
}
