//! What each member may send: voice first, then its camera, as much as the best receiver has for it.
//!
//! Part of the [`Room`]. It never drops a packet: the track does, when the cap is not kept.

use super::{Outbox, Room, member::Member};
use crate::{
    allocate,
    command::{Caps, Event, Rung},
    limits::{AUDIO_START, PTIME_START_MS, VIDEO_AFTER, VOICE_FLOWS},
    units::Bitrate,
};
use std::time::{Duration, Instant};

impl Room {
    /// Voice first: cameras open once voices flow.
    pub(super) fn allow_cameras(&mut self, now: Instant, out: &mut Outbox) {
        for index in 0..self.members.len() {
            let told = self.members[index].told_caps;
            if told.is_some_and(|caps| caps.video.is_none()) && self.voice_flows(index, now) {
                self.cap(index, now, out);
            }
        }
    }

    /// Whether this member is heard and hears, or has had the time to.
    fn voice_flows(&self, index: usize, now: Instant) -> bool {
        let member = &self.members[index];
        let others_speak = self.members.iter().any(|m| m.id != member.id && m.voice_in >= VOICE_FLOWS);
        let is_heard = member.voice_in >= VOICE_FLOWS;
        let can_hear = !others_speak || member.voice_out >= VOICE_FLOWS;
        let waited = member.connected.is_some_and(|at| now.saturating_duration_since(at) >= VIDEO_AFTER);
        member.connected.is_some() && (waited || (is_heard && can_hear))
    }

    /// Tells a member what it may send, when that has changed.
    pub(super) fn cap(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        if self.members[index].connected.is_none() {
            return;
        }
        let video = if self.voice_flows(index, now) { self.camera_cap(index) } else { None };
        let caps = Caps {
            audio: AUDIO_START,
            ptime_ms: PTIME_START_MS,
            video,
            pictures: None,
            playout: Duration::ZERO,
            rung: if video.is_some() { Rung::Video } else { Rung::Voice },
        };
        self.members[index].tell_caps(caps, now, out);
    }

    /// What the best of its receivers has for this member's camera.
    fn camera_cap(&self, index: usize) -> Option<Bitrate> {
        let peer = self.members[index].id;
        let receivers = self.members.iter().filter(|member| member.id != peer && !member.quiet);
        allocate::camera_cap(receivers.filter_map(|member| member.share_for(peer)))
    }
}

impl Member {
    fn tell_caps(&mut self, mut caps: Caps, now: Instant, out: &mut Outbox) {
        let told = self.told_caps;
        if let Some(told) = told.filter(|told| !allocate::worth_telling(told.video, caps.video)) {
            caps.video = told.video;
        }
        if told == Some(caps) {
            return;
        }
        self.told_caps = Some(caps);
        for up in self.tracks.iter_mut().filter_map(|(up, _)| up.as_mut()) {
            up.set_cap(caps.video, now);
        }
        out.events.push_back(Event::Caps { peer: self.id, caps });
    }
}
