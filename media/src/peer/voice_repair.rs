//! The repair of lost voice packets in both directions: NACK and resending (RFC 4585), and redundant copies (RED, RFC 2198).
//!
//! Owned by a [`Peer`](super::Peer). Loss is measured before repair, whether repair is switched on or not. It never decides if
//! repair is worth its bytes: the room switches it.

use super::{
    nack_generator::{EngineNacks, NackGenerator},
    red::RedundantCopy,
    resend_buffer::{ResendBuffer, SentPacket},
    voice_loss::VoiceLoss,
};
use crate::track::{Packet, Rewritten};
use std::time::{Duration, Instant};

/// The repair state of all media sections of a transport.
#[derive(Default)]
pub(crate) struct VoiceRepair {
    /// The outgoing and the incoming voice of each media section.
    streams: Vec<(ResendBuffer, NackGenerator)>,
    /// Lost packets are sent and requested again.
    enabled: bool,
    /// The distance in packets of the redundant copy in each outgoing packet; 0 for none.
    red_distance: u8,
    /// The fraction lost of the outgoing voice by receiver reports, from 0 to 1.
    reported_loss: f32,
}

impl VoiceRepair {
    /// Makes state for so many media sections, and keeps that of earlier ones.
    pub(super) fn resize(&mut self, sections: usize) {
        self.streams.resize_with(sections, Default::default);
    }

    /// The fraction of voice packets lost before repair, in the worse direction, from 0 to 1.
    pub(crate) fn loss(&self) -> f32 {
        self.loss_up().max(self.loss_down())
    }

    /// The fraction of incoming voice packets lost before repair, from 0 to 1.
    pub(crate) fn loss_up(&self) -> f32 {
        self.streams.iter().map(|(_, nacks)| nacks.loss().fraction()).fold(0.0, f32::max)
    }

    /// The fraction of outgoing voice packets lost before repair, from 0 to 1: by NACKs if the client sends any, otherwise by
    /// receiver reports.
    pub(crate) fn loss_down(&self) -> f32 {
        let by_nack = self.streams.iter().filter_map(|(sent, _)| sent.loss_by_nack());
        by_nack.map(VoiceLoss::fraction).reduce(f32::max).unwrap_or(self.reported_loss)
    }

    /// True if incoming voice is lost in bursts; `None` while little was lost. `was_bursty` is the previous verdict.
    pub(crate) fn is_bursty_up(&self, was_bursty: bool) -> Option<bool> {
        self.streams.iter().find_map(|(_, nacks)| nacks.loss().is_bursty(was_bursty))
    }

    /// True if outgoing voice is lost in bursts; `None` while little was lost. `was_bursty` is the previous verdict.
    pub(crate) fn is_bursty_down(&self, was_bursty: bool) -> Option<bool> {
        self.streams.iter().find_map(|(sent, _)| sent.loss().is_bursty(was_bursty))
    }

    /// True if lost packets are sent and requested again.
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Switches resending and requests.
    pub(crate) fn set_enabled(&mut self, enabled: bool) {
        self.enabled = enabled;
    }

    /// True if outgoing packets carry redundant copies.
    pub(super) fn is_redundant(&self) -> bool {
        self.red_distance > 0
    }

    /// Sets the distance in packets of the redundant copy in each outgoing packet; 0 for none.
    pub(crate) fn set_red_distance(&mut self, distance: u8) {
        self.red_distance = distance;
    }

    /// Notes the fraction lost that receiver reports tell.
    pub(super) fn set_reported_loss(&mut self, fraction: f32) {
        self.reported_loss = fraction;
    }

    /// Keeps a packet that is being sent.
    pub(super) fn sent(&mut self, section: usize, packet: &Packet, new: &Rewritten, now: Instant) {
        self.streams[section].0.push(packet, new, now);
    }

    /// The packet that the next one repeats.
    pub(super) fn redundant_for_next(&self, section: usize) -> Option<&SentPacket> {
        self.streams[section].0.redundant_for_next(self.red_distance)
    }

    /// The packet with this 16-bit sequence number, if it is to be sent again. The request counts as a loss in any case.
    pub(super) fn resend(
        &mut self,
        section: usize,
        number: u16,
        spacing: Duration,
        now: Instant,
    ) -> Option<SentPacket> {
        self.streams[section].0.resend(number, spacing, now)
    }

    /// The missing packets that a packet carries copies of, the oldest first.
    pub(super) fn recover(
        &mut self,
        carrier: &Packet,
        copies: &[RedundantCopy],
        now: Instant,
    ) -> Vec<Packet> {
        let nacks = &mut self.streams[carrier.line].1;
        let mut recovered = Vec::new();
        for RedundantCopy { distance, ticks, payload } in copies.iter().rev() {
            let sequence = carrier.sequence.saturating_sub(*distance);
            if nacks.is_missing(sequence) {
                nacks.recovered(sequence, now);
                recovered.push(Packet {
                    sequence,
                    timestamp: carrier.timestamp.wrapping_sub(*ticks),
                    marker: false,
                    payload: payload.clone(),
                    ..carrier.clone()
                });
            }
        }
        recovered
    }

    /// Notes that a packet came, and says how the engine's NACKs change. `rtt` is the time that the answer to a request takes;
    /// `None` disables requests.
    pub(super) fn received(
        &mut self,
        section: usize,
        sequence: u64,
        rtt: Option<Duration>,
        now: Instant,
    ) -> EngineNacks {
        self.streams[section].1.received(sequence, rtt, now)
    }
}
