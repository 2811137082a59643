//! The wiring between the members' transports and their [link monitors](LinkMonitor).
//!
//! Part of the [`Room`]. Figures and messages of a transport go into the monitor, trains and changed estimates come out. It never
//! judges a link, and never decides what is sent over one.

use super::{Room, layers, member::Member};
use crate::{
    allocate,
    link::{monitor::DownlinkUse, packet_train, probe_support::ProbeSigns, rate_class::LINK_THICK},
    output::Outbox,
    peer::Message,
    red_policy::LossReport,
    units::Bitrate,
};
use std::time::{Duration, Instant};
use tracing::debug;

impl Room {
    /// Takes a message from a member's channel of the probes.
    pub(super) fn take_probe_message(
        &mut self,
        index: usize,
        message: &Message,
        now: Instant,
        out: &mut Outbox,
    ) {
        let Some(message) = packet_train::Message::parse(&message.data) else {
            out.stats.dropped.messages += 1;
            return;
        };
        let member = &mut self.members[index];
        if let packet_train::Message::Silence(silent) = message {
            debug!(peer = %member.id, silent, "a page tells whether anything comes to it");
            member.hold_watch.take_silence(silent, now);
            return;
        }
        let before = (member.link.is_complete(), member.link.takes_video());
        let capacity = member.link.down();
        let Some(finding) = member.link.take_message(message, now) else { return };
        debug!(peer = %member.id, ?finding, "link");
        if finding.is_late() && self.is_late_before(index, now) {
            return;
        }
        let member = &mut self.members[index];
        let downlink = member.downlink_use(now);
        member.link.take_finding(finding, downlink, now);
        let alone = self.members.len() < 2;
        let member = &mut self.members[index];
        if !alone {
            member.link.agree_on_trains();
        }
        member.send_train(alone, now);
        let fell = member.link.down() < capacity;
        if before != (member.link.is_complete(), member.link.takes_video()) {
            self.assign_slots(now, out);
            self.update_caps(now, out);
        } else if fell {
            self.members[index].review_redundancy(now);
            layers::allocate(&mut self.members, now);
            self.update_caps(now, out);
        }
    }
}

impl Room {
    /// True if a voice that goes to a member comes late already, over the uplink of who speaks. The member's page cannot tell the two apart.
    fn is_late_before(&self, index: usize, now: Instant) -> bool {
        let mut others = self.members.iter().enumerate().filter(|(other, _)| *other != index);
        others.any(|(_, other)| other.link.is_up_late(now))
    }
}

impl Member {
    /// Watches the link, and sends the train that is due. Returns true if an estimate changed.
    pub(super) fn watch(&mut self, alone: bool, now: Instant) -> bool {
        let moved = self.watch_link(now);
        let fed_back = self.watch_feedback(now);
        self.link.judge_probe_support(self.probe_signs(now));
        let presumed = self.link.presume(now);
        self.send_train(alone, now);
        self.log_capacity();
        moved || fed_back || presumed
    }

    /// Logs what the link is believed to carry, in bits per second, whenever that has changed. Measurements of calls compare it with the
    /// truth.
    fn log_capacity(&mut self) {
        let believed = (self.link.up(), self.link.down());
        if self.logged_capacity != believed {
            let [up_bps, down_bps] = [believed.0, believed.1].map(|rate| rate.map(Bitrate::as_bps));
            debug!(peer = %self.id, up_bps, down_bps, "capacity");
            self.logged_capacity = believed;
        }
    }

    /// The traffic that goes to the member.
    fn downlink_use(&mut self, now: Instant) -> DownlinkUse {
        let voice = self.voice_down();
        let ptime = Duration::from_millis(voice.ptime_ms.into());
        let bytes = voice.on_wire(self.red_down.is_on()).bytes_in(ptime);
        let voice_packet = self.link.down().unwrap_or(LINK_THICK).time_of(bytes);
        DownlinkUse { sent: self.peer.link_stats.leaving(now), voice_packet }
    }

    fn probe_signs(&self, now: Instant) -> ProbeSigns {
        ProbeSigns {
            waited: self.connected.map(|since| now.saturating_duration_since(since)),
            rtt: self.peer.link_stats.rtt(),
            has_channels: self.peer.has_channels(),
            has_probe_channel: self.peer.has_channel(packet_train::LABEL),
        }
    }

    /// Watches the queue of the uplink, and tries for more. Returns true if an estimate changed.
    fn watch_link(&mut self, now: Instant) -> bool {
        if self.quiet || !self.link.is_watched(now) {
            return false;
        }
        let arrived = self.peer.link_stats.arriving(now);
        let fell = self.link.watch_up(arrived, self.peer.voice.loss_up(), now);
        if fell {
            self.review_repair(now);
            self.review_redundancy(now);
        }
        let rose = self.link.try_to_rise(arrived, self.peer.link_stats.leaving_lately(now), now);
        fell || rose
    }

    /// Watches the feedback on the cameras that go to the member.
    fn watch_feedback(&mut self, now: Instant) -> bool {
        let Self { link, peer, .. } = self;
        let overdue = if self.quiet { Duration::ZERO } else { peer.in_flight.overdue(now) };
        link.watch_feedback(overdue, || peer.in_flight.take_sample(), now)
    }

    /// Switches the repair of lost voice on where it is worth its delay.
    pub(super) fn review_repair(&mut self, now: Instant) {
        let Some(rtt) = self.peer.link_stats.least_rtt() else { return };
        let was = self.peer.voice.is_enabled();
        // A packet that a full queue dropped would only stand in it once more.
        let repairing =
            !self.link.is_up_full(now) && allocate::repairs_voice(self.peer.voice.loss(), rtt, was);
        if repairing != was {
            debug!(peer = %self.id, repairing, loss = self.peer.voice.loss(), ?rtt, "repair of voice");
            self.peer.voice.set_enabled(repairing);
        }
    }

    /// Decides anew on the redundancy of both directions.
    pub(super) fn review_redundancy(&mut self, now: Instant) {
        if self.quiet {
            self.red_up.hold(now);
            self.red_down.hold(now);
            return;
        }
        let before = (self.red_up.back(), self.red_down.back());
        let (peer, rtt) = (&self.peer, self.peer.link_stats.least_rtt());
        let bursty_up = peer.voice.is_bursty_up(self.red_up.is_bursty());
        let up = LossReport { share: peer.voice.loss_up(), bursty: bursty_up, rtt, heard: true };
        let bursty_down = peer.voice.is_bursty_down(self.red_down.is_bursty());
        let down = LossReport { share: peer.voice.loss_down(), bursty: bursty_down, rtt, heard: false };
        let is_estimated = self.link.up().or(self.link.down()).is_some();
        self.red_up.review(&up, is_estimated.then(|| self.link.carries_up()), now);
        self.red_down.review(&down, is_estimated.then(|| self.link.carries_down()), now);
        let after = (self.red_up.back(), self.red_down.back());
        // A link that is back has no room for copies beside a new socket's handshake, and a full one has none at all.
        let is_full = self.link.is_settling(now) || self.link.is_down_queued(now) || self.link.is_overdue();
        self.peer.voice.set_red_distance(if is_full { 0 } else { after.1 });
        if before != after {
            debug!(peer = %self.id, up = after.0, down = after.1, lost_up = up.share, lost_down = down.share,
                "redundant voice");
        }
    }

    /// Sends the next train, if one is due.
    pub(super) fn send_train(&mut self, alone: bool, now: Instant) {
        let is_reachable = !self.quiet && self.connected.is_some() && !self.is_held(now);
        if !is_reachable || !self.peer.has_channel(packet_train::LABEL) {
            return;
        }
        for data in self.link.poll_train(alone, now).into_iter().flatten() {
            self.send_probe_message(data);
        }
    }

    /// Tells a page whose uplink is full to send its voice only.
    pub(super) fn hush(&mut self, now: Instant) {
        let Some(caps) = self.limits.caps().filter(|caps| caps.video.is_none()) else { return };
        if !self.quiet && self.peer.has_channel(packet_train::LABEL) && self.link.poll_hush(now) {
            self.send_probe_message(packet_train::hush(caps.audio, caps.ptime_ms));
        }
    }

    /// Tells a page to which no voice goes that we are there, and if nothing comes from it. Tells it, too, that a voice to it is punctual
    /// again, and its jitter buffer longer than it should be.
    pub(super) fn tell_stalls(&mut self, now: Instant) {
        if self.connected.is_none() || !self.peer.has_channel(packet_train::LABEL) {
            return;
        }
        let silence = self.silence(now);
        if let Some(unheard) = self.hold_watch.poll(silence, now) {
            debug!(peer = %self.id, unheard, ?silence, "a page is told that we are there");
            self.send_probe_message(packet_train::alive(unheard));
        }
        if let Some(number) = self.hold_watch.poll_renewal(silence, now) {
            debug!(peer = %self.id, number, "a page is told that a voice is punctual again");
            self.send_probe_message(packet_train::renew(number));
        }
    }

    fn send_probe_message(&mut self, data: Vec<u8>) {
        self.peer.send(&Message { label: packet_train::LABEL.to_owned(), binary: true, data });
    }
}
