//! The measurements of a peer's link that a room reads, and the switches of the repair of voice.
//!
//! Part of [`Peer`].

use super::Peer;
use crate::{command::LinkReport, link::Sample, units::Bitrate};
use std::time::{Duration, Instant};

impl Peer {
    /// The engine's estimate of the downlink; `None` without transport feedback.
    pub(crate) fn estimate(&self) -> Option<Bitrate> {
        self.link.estimate()
    }

    /// The last round trip, if one was measured.
    pub(crate) fn rtt(&self) -> Option<Duration> {
        self.link.rtt()
    }

    /// The round trip without a queue.
    pub(crate) fn least_rtt(&self) -> Option<Duration> {
        self.link.least_rtt()
    }

    /// The bitrate from the client over the last half second, with IP headers.
    pub(crate) fn arriving(&mut self, now: Instant) -> Bitrate {
        self.link.arriving(now)
    }

    /// The bitrate to the client over the last second, with IP headers.
    pub(crate) fn leaving(&mut self, now: Instant) -> Bitrate {
        self.link.leaving(now)
    }

    /// The bitrate to the client over the last half second, with IP headers.
    pub(crate) fn leaving_lately(&mut self, now: Instant) -> Bitrate {
        self.link.leaving_lately(now)
    }

    /// The report of the link.
    pub(crate) fn report(&mut self, now: Instant) -> LinkReport {
        self.link.report([self.voice.loss_up(), self.voice.loss_down()], now)
    }

    /// The lateness and the arrival rate of camera packets at the client, if feedback came since the last call.
    pub(crate) fn look_down(&mut self) -> Option<Sample> {
        self.in_flight.take_sample()
    }

    /// The time by which feedback about the oldest camera packet in flight is overdue.
    pub(crate) fn overdue(&mut self, now: Instant) -> Duration {
        self.in_flight.overdue(now)
    }

    /// The fraction of voice packets lost before repair, in the worse direction, from 0 to 1.
    pub(crate) fn loss(&self) -> f32 {
        self.voice.loss_up().max(self.voice.loss_down())
    }

    /// The fraction lost of the voice from the client.
    pub(crate) fn loss_up(&self) -> f32 {
        self.voice.loss_up()
    }

    /// The fraction lost of the voice to the client.
    pub(crate) fn loss_down(&self) -> f32 {
        self.voice.loss_down()
    }

    /// True if the voice from the client is lost in bursts; `None` while little was lost. `was_bursty` is the previous verdict.
    pub(crate) fn is_bursty_up(&self, was_bursty: bool) -> Option<bool> {
        self.voice.is_bursty_up(was_bursty)
    }

    /// The same for the voice to the client.
    pub(crate) fn is_bursty_down(&self, was_bursty: bool) -> Option<bool> {
        self.voice.is_bursty_down(was_bursty)
    }

    /// True if lost voice packets are sent and requested again.
    pub(crate) fn is_repairing(&self) -> bool {
        self.voice.is_enabled()
    }

    /// Switches the repair of voice.
    pub(crate) fn set_repairing(&mut self, repairing: bool) {
        self.voice.set_enabled(repairing);
    }

    /// Sets the distance of the redundant copy in each voice packet to the client, if the client knows RED; 0 for none.
    pub(crate) fn set_doubling(&mut self, distance: u8) {
        self.voice.set_red_distance(distance);
    }
}
