//! What each member's link carries, both ways: probes go out, findings come in, queues are watched.
//!
//! Part of the [`Room`]. It never decides what is sent over a link; [`caps`](super::caps) does.

use super::{Outbox, Room, member::Member};
use crate::{
    allocate,
    command::LinkMemory,
    limits::{OVERRUN_PERCENT, PROBE_HOPE, PROBE_NEAR, QUEUE_FULL, QUEUE_FULL_LOSS},
    link::{Lateness, Look, Sample, Way},
    opus,
    peer::Message,
    probe::{self, Finding, Prober, Turn},
    track::{Codec, Packet},
    units::Bitrate,
};
use std::time::{Duration, Instant};
use tracing::debug;

/// What is known of a member's link.
#[derive(Debug, Default)]
pub(super) struct Measured {
    pub(super) up: Way,
    pub(super) down: Way,
    lateness: Lateness,
    prober: Prober,
    /// Nobody will ever answer a probe.
    given_up: bool,
}

impl Measured {
    /// Whether both ways were measured.
    pub(super) fn is_complete(&self) -> bool {
        self.up.is_measured() && self.down.is_measured()
    }

    /// A voice packet says how late it comes. Its sound ended when its packet time had passed.
    pub(super) fn heard(&mut self, packet: &Packet, now: Instant) {
        if packet.codec == Codec::Opus
            && let Some(sound) = opus::duration(&packet.payload)
        {
            let ticks = u32::try_from(sound.as_micros() * 48 / 1_000).unwrap_or(0);
            self.lateness.note(packet.timestamp.wrapping_add(ticks), now);
        }
    }

    /// How long a queue stands on the way from the member.
    pub(super) fn queue_up(&mut self, now: Instant) -> Duration {
        self.lateness.queue(now)
    }

    /// What it carried last time.
    pub(super) fn remember(&mut self, link: LinkMemory) {
        self.up.remember(link.up);
        self.down.remember(link.down);
    }

    /// What the page saw before the call.
    pub(super) fn told(&mut self, link: LinkMemory) {
        self.up.told(link.up);
        self.down.told(link.down);
    }

    /// What it carries, once both ways were measured.
    pub(super) fn capacity(&self) -> Option<LinkMemory> {
        let known = LinkMemory { up: self.up.capacity()?, down: self.down.capacity()? };
        self.is_complete().then_some(known)
    }

    /// The page came again: the link is the same, its clocks are not, and no train is under way.
    pub(super) fn reloaded(self) -> Self {
        Self { up: self.up, down: self.down, ..Self::default() }
    }

    /// `leaving` is what goes to the member now.
    fn found(&mut self, finding: Finding, leaving: Bitrate, now: Instant) {
        match finding {
            Finding::Down(rate) => self.down.probed(rate),
            Finding::Up(rate) => self.up.probed(rate),
            Finding::Late { arrived, .. } if leaving > arrived.percent(OVERRUN_PERCENT) => {
                self.down.overrun(arrived, now);
            }
            Finding::Late { queue, arrived } => _ = self.down.observe(Sample { arrived, queue }, now),
        }
        if let Some(turn) = self.unknown() {
            self.prober.next(turn, now);
        }
    }

    fn unknown(&self) -> Option<Turn> {
        let ways = [(&self.down, Turn::Down), (&self.up, Turn::Up)];
        ways.into_iter().find(|(way, _)| !way.is_measured()).map(|(_, turn)| turn)
    }
}

impl Room {
    /// A message on the channel of the probes.
    pub(super) fn measured(&mut self, index: usize, message: &Message, now: Instant, out: &mut Outbox) {
        let Some(message) = probe::Message::parse(&message.data) else {
            out.stats.dropped.messages += 1;
            return;
        };
        let member = &mut self.members[index];
        let before = (member.measured.is_complete(), member.takes_video());
        let capacity = member.measured.down.capacity();
        let Some(finding) = member.measured.prober.handle(message, now) else { return };
        debug!(peer = %member.id, ?finding, "link");
        let leaving = member.peer.leaving(now);
        member.measured.found(finding, leaving, now);
        self.probe(index, now);
        let member = &self.members[index];
        let fell = member.measured.down.capacity() < capacity;
        if before != (member.measured.is_complete(), member.takes_video()) {
            self.reseat(now, out);
            self.recap(now, out);
        } else if fell {
            self.allocate(now);
            self.recap(now, out);
        }
    }

    /// Watches queues, and sends the probes that are due.
    pub(super) fn watch_links(&mut self, now: Instant) -> bool {
        let mut fallen = false;
        for index in 0..self.members.len() {
            fallen |= self.members[index].watch(now);
            self.members[index].give_up(now);
            self.probe(index, now);
        }
        fallen
    }

    /// Sends a member's next train if it is due. On a link that is known there is none: it would stand in front
    /// of a voice.
    pub(super) fn probe(&mut self, index: usize, now: Instant) {
        let member = &mut self.members[index];
        let wanted = !member.measured.is_complete() && member.peer.has_channel(probe::LABEL);
        if wanted && !member.quiet && member.connected.is_some() && member.measured.prober.is_due(now) {
            for data in member.measured.prober.begin(now) {
                member.peer.send(&Message { label: probe::LABEL.to_owned(), binary: true, data });
            }
        }
    }
}

impl Member {
    /// Voice is repaired where it is worth its delay.
    pub(super) fn review_repair(&mut self) {
        let Some(rtt) = self.peer.least_rtt() else { return };
        let was = self.peer.is_repairing();
        let repairing = allocate::repairs_voice(self.peer.loss(), rtt, was);
        if repairing != was {
            debug!(peer = %self.id, repairing, loss = self.peer.loss(), ?rtt, "repair of voice");
            self.peer.set_repairing(repairing);
        }
    }

    fn watch(&mut self, now: Instant) -> bool {
        if self.measured.given_up {
            return false;
        }
        let sample = Sample { arrived: self.peer.arriving(now), queue: self.measured.queue_up(now) };
        // A full queue does not grow: it loses what is too much, and must not be taken for a clock that slipped.
        let is_full = sample.queue >= QUEUE_FULL && self.peer.loss_up() >= QUEUE_FULL_LOSS;
        let look = if is_full {
            self.measured.up.overrun(sample.arrived, now)
        } else {
            self.measured.up.observe(sample, now)
        };
        match look {
            Look::Fell => debug!(peer = %self.id, ?sample, "the way up carries less"),
            Look::Slipped => self.measured.lateness.forget(),
            Look::Same | Look::Rose => {}
        }
        let [up, down] = [sample.arrived, self.peer.leaving(now)];
        let rose = [self.measured.up.rise(up, now), self.measured.down.rise(down, now)].contains(&Look::Rose);
        look == Look::Fell || rose
    }

    /// Whether its link is known, or will not be: a client without a line for data channels cannot be
    /// measured.
    pub(super) fn is_measured(&self) -> bool {
        let has_line = self.peer.lines().iter().any(|line| line.kind.is_none());
        self.measured.is_complete() || !has_line || self.measured.given_up
    }

    /// A client that opens other channels, or none although its way is short, will not be measured.
    fn give_up(&mut self, now: Instant) {
        let waited = |since: Instant| now.saturating_duration_since(since) >= PROBE_HOPE;
        let is_near = self.peer.rtt().is_some_and(|rtt| rtt < PROBE_NEAR);
        let knows_none = !self.peer.has_channel(probe::LABEL) && (is_near || self.peer.has_channels());
        self.measured.given_up |= knows_none && self.connected.is_some_and(waited);
    }
}
