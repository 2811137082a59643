//! The wiring between the room and the [plan](crate::plan) of its senders' limits.
//!
//! Part of the [`Room`]: the view is drawn here, and the limits that the plan gives are told to tracks, page and operations. It
//! decides nothing.

use super::{Room, member::Member, sender_limits::CapsChange};
use crate::{
    allocate::{self, Voice},
    command::{Caps, Event},
    link::rate_class::LINK_THICK,
    output::Outbox,
    plan::{self, MemberView, RoomView},
    units::Bitrate,
};
use std::time::Instant;
use tracing::{debug, info};

impl Room {
    /// Plans anew as soon as the voice of somebody whose camera is closed flows.
    pub(super) fn open_cameras(&mut self, now: Instant, out: &mut Outbox) {
        let is_closed = |member: &Member| member.limits.caps().is_some_and(|caps| caps.video.is_none());
        let closed: Vec<usize> =
            (0..self.members.len()).filter(|index| is_closed(&self.members[*index])).collect();
        if closed.is_empty() {
            return;
        }
        let view = self.view(now);
        if closed.into_iter().any(|index| view.voice_flows(index)) {
            self.update_caps(now, out);
        }
    }

    /// Plans the limits of all members, and tells those for whom they have changed.
    pub(super) fn update_caps(&mut self, now: Instant, out: &mut Outbox) {
        let planned = plan::plan(&self.view(now));
        for (member, planned) in self.members.iter_mut().zip(planned) {
            member.ladder = planned.ladder;
            member.tell_caps(planned.caps, now, out);
        }
    }

    fn view(&self, now: Instant) -> RoomView {
        RoomView { now, members: self.members.iter().map(Member::view).collect() }
    }
}

impl Member {
    fn view(&self) -> MemberView {
        MemberView {
            peer: self.id,
            connected: self.connected,
            quiet: self.quiet,
            voice_only: self.voice_only,
            is_hidden: self.is_hidden,
            voice_in: self.voice_in,
            voice_out: self.voice_out,
            is_link_known: self.link.is_known(),
            carries_up: self.link.carries_up(),
            carries_down: self.link.carries_down(),
            loss: self.peer.voice.loss(),
            red_up: self.red_up,
            red_down: self.red_down,
            is_repairing: self.peer.voice.is_enabled(),
            least_rtt: self.peer.link_stats.least_rtt(),
            voice_down: self.voice_down(),
            hears_mix: self.hears_mix,
            cameras_from: self.tracks.cameras_from().collect(),
            camera_share: self.camera_share(),
            told: self.limits.caps(),
            ladder: self.ladder,
        }
    }

    /// The rate for cameras on a thin downlink; `None` on a thick one, which the engine estimates.
    pub(super) fn thin_budget(&self) -> Option<Bitrate> {
        self.link.thin_down().map(allocate::budget)
    }

    /// The encoding of a voice for its downlink.
    pub(super) fn voice_down(&self) -> Voice {
        let capacity = self.link.down().unwrap_or(LINK_THICK);
        let voice = Voice::on(capacity);
        if self.red_down.is_on() { voice.doubled(capacity).unwrap_or(voice) } else { voice }
    }

    /// Tells new limits to the transport, the tracks and the page, if they differ enough.
    fn tell_caps(&mut self, caps: Caps, now: Instant, out: &mut Outbox) {
        let Some(CapsChange { caps, new_rung, is_first }) = self.limits.update(caps) else { return };
        if new_rung {
            let [up, down] = [self.link.up(), self.link.down()].map(in_words);
            info!(peer = %self.id, rung = ?caps.rung, up, down, "ladder");
            out.stats.rungs += u64::from(!is_first);
        }
        debug!(peer = %self.id, ?caps, "caps");
        self.peer.set_video_nacks(caps.video.is_some());
        self.tracks.set_caps(caps, now);
        out.events.push_back(Event::Caps { peer: self.id, caps });
    }
}

fn in_words(capacity: Option<Bitrate>) -> String {
    capacity.map_or_else(|| "unknown".to_owned(), |capacity| capacity.to_string())
}
