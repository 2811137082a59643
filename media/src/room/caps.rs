//! What each member may send: voice first, then its camera or pictures, as far as its own link and those
//! of its receivers carry.
//!
//! Part of the [`Room`]. It never drops a packet: the track does, when the cap is not kept.

use super::{Outbox, Room, member::Member};
use crate::{
    allocate::{self, Voice},
    command::{Caps, Event, Rung},
    limits::{
        CONTROL_RESERVE, FEEDBACK_RESERVE, LADDER_INTERVAL, LINK_DEFERRED, LINK_FRAGILE, LINK_THICK,
        LINK_UNKNOWN, LINK_VIDEO, LOSS_FRAGILE, NEWCOMER, PICTURES_MAX, PICTURES_MIN, PLAYOUT_MARGIN,
        VIDEO_AFTER, VIDEO_MAX, VIDEO_MIN, VOICE_FLOWS,
    },
    link::Way,
    units::Bitrate,
};
use std::time::{Duration, Instant};
use tracing::info;

/// Where a member's sending stands, with hysteresis: down at once, up one rung in `LADDER_INTERVAL`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ladder {
    rung: Option<Rung>,
    since: Option<Instant>,
}

impl Ladder {
    /// The rung to stand on, when `wanted` is what the links carry now.
    fn step(&mut self, wanted: Rung, now: Instant) -> Rung {
        let settled = self.since.is_none_or(|at| now.saturating_duration_since(at) >= LADDER_INTERVAL);
        let rung = match self.rung {
            Some(rung) if wanted > rung && !settled => rung,
            _ => wanted,
        };
        if self.rung != Some(rung) {
            // The first rung is where the call begins, not a change.
            self.since = self.rung.map(|_| now);
            self.rung = Some(rung);
        }
        rung
    }
}

/// What a member's voice may take, and what is left beside it.
#[derive(Clone, Copy, Debug)]
struct Share {
    /// What the weakest way of this voice carries as a whole.
    capacity: Bitrate,
    voice: Voice,
    /// For a camera or pictures.
    rest: Bitrate,
}

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

    /// Tells everyone anew what they may send.
    pub(super) fn recap(&mut self, now: Instant, out: &mut Outbox) {
        (0..self.members.len()).for_each(|index| self.cap(index, now, out));
    }

    /// Tells a member what it may send, when that has changed.
    pub(super) fn cap(&mut self, index: usize, now: Instant, out: &mut Outbox) {
        let share = self.share(index, now);
        let carried = self.carried(&share);
        let rung = if self.may_film(index, now) {
            self.members[index].ladder.step(carried, now)
        } else {
            carried.min(Rung::Voice)
        };
        let video = if rung == Rung::Video { self.camera_cap(index, share.rest) } else { None };
        let pictures = (video.is_none() && rung >= Rung::Pictures && share.rest >= PICTURES_MIN)
            .then(|| share.rest.min(PICTURES_MAX));
        let Voice { audio, ptime_ms } = share.voice;
        let caps = Caps { audio, ptime_ms, video, pictures, playout: self.playout(index), rung };
        self.members[index].tell_caps(caps, now, out);
    }

    /// What a conversation can consist of, by what the links carry.
    fn carried(&self, share: &Share) -> Rung {
        let loss = self.members.iter().map(Member::loss).fold(0.0, f32::max);
        if share.capacity < LINK_DEFERRED {
            Rung::Deferred
        } else if share.rest >= VIDEO_MIN && share.capacity >= LINK_VIDEO {
            Rung::Video
        } else if share.rest >= PICTURES_MIN {
            Rung::Pictures
        } else if share.capacity < LINK_FRAGILE || loss > LOSS_FRAGILE {
            Rung::Fragile
        } else {
            Rung::Voice
        }
    }

    /// Voices flow, and the links are known.
    fn may_film(&self, index: usize, now: Instant) -> bool {
        let counted = self.members.iter().filter(|member| self.counts(member, now));
        self.voice_flows(index, now) && counted.into_iter().all(Member::is_measured)
    }

    /// Whether a member's link counts. One who has just come into a running call does not for a second: a
    /// picture that goes for a tenth of it, while the link is measured, would startle everyone.
    fn counts(&self, member: &Member, now: Instant) -> bool {
        let settled = |at: Instant| now.saturating_duration_since(at) >= NEWCOMER;
        let runs = self.members.len() > 2;
        !member.quiet && member.connected.is_some_and(|at| !runs || member.is_measured() || settled(at))
    }

    /// What this member's voice and camera have, on its own way up and on the way down to each receiver. Who hears a
    /// mix receives one voice, which is encoded for it: the member's own need not fit through there.
    fn share(&self, index: usize, now: Instant) -> Share {
        let voices = self.members.iter().filter(|member| member.voice_in > 0).count().max(2) as u64 - 1;
        let member = &self.members[index];
        let receivers =
            || self.members.iter().filter(|other| other.id != member.id && self.counts(other, now));
        let a_voice = |other: &Member| {
            Bitrate::bps(other.carries(&other.measured.down).as_bps() / other.voices_of(voices))
        };
        let up = member.carries(&member.measured.up);
        let weakest = receivers().map(a_voice).fold(up, Bitrate::min);
        let voice =
            Voice::on(receivers().filter(|other| !other.hears_mix).map(a_voice).fold(up, Bitrate::min));
        let left = |capacity: Bitrate, voices: Bitrate| {
            let feedback = if capacity >= LINK_VIDEO { FEEDBACK_RESERVE } else { Bitrate::default() };
            let control = CONTROL_RESERVE.min(capacity.percent(5)).plus(feedback);
            allocate::budget(capacity).saturating_sub(voices).saturating_sub(control)
        };
        let left_beside = |other: &Member| {
            let heard = if other.hears_mix { other.voice_down().wire() } else { voice.wire().times(voices) };
            left(other.carries(&other.measured.down), heard).shared_by(self.senders())
        };
        let rest = receivers().map(left_beside).fold(left(up, voice.wire()), Bitrate::min);
        Share { capacity: weakest, voice, rest }
    }

    /// Others who send beside a receiver.
    fn senders(&self) -> usize {
        self.members.iter().filter(|member| !member.quiet).count().saturating_sub(1)
    }

    /// What the best of its receivers has for this member's camera. On a thick link the transport's own
    /// estimate says it, on a thin one what the probes left.
    fn camera_cap(&self, index: usize, rest: Bitrate) -> Option<Bitrate> {
        let peer = self.members[index].id;
        let receivers = self.members.iter().filter(|member| member.id != peer && !member.quiet);
        let cap = allocate::camera_cap(receivers.filter_map(|member| member.share_for(peer)))?;
        let cap = cap.min(rest);
        (cap >= VIDEO_MIN).then_some(cap)
    }

    /// How long this member's player must wait so that a repair comes in time. With packets of 120 ms it is
    /// worth it; with shorter ones the player's own judgement was better (THINLINK points 5 and 6).
    fn playout(&self, index: usize) -> Duration {
        let member = &self.members[index];
        let others = self.members.iter().filter(|other| other.id != member.id);
        // A mix has waited for its voices' repairs already: only its own way counts.
        let longest = if member.hears_mix {
            Some(member.voice_down().ptime_ms)
        } else {
            others.filter_map(|other| other.told_caps).map(|caps| caps.ptime_ms).max()
        };
        let Some(ptime_ms) = longest.filter(|ptime_ms| *ptime_ms >= 120) else { return Duration::ZERO };
        let counts = |other: &&Member| !member.hears_mix || other.id == member.id;
        let repairing = self.members.iter().filter(counts).filter(|other| other.peer.is_repairing());
        let rtt = repairing.filter_map(|member| member.peer.least_rtt()).max();
        rtt.map_or(Duration::ZERO, |rtt| Duration::from_millis(ptime_ms.into()) + rtt + PLAYOUT_MARGIN)
    }
}

impl Member {
    /// What a way of its link carries, as far as is known.
    fn carries(&self, way: &Way) -> Bitrate {
        let unknown = || if self.is_measured() { VIDEO_MAX.times(2) } else { LINK_UNKNOWN };
        way.capacity().unwrap_or_else(unknown)
    }

    /// What its cameras may take at most, by the probes; `None` on a thick link, which estimates itself.
    pub(super) fn thin_budget(&self) -> Option<Bitrate> {
        let capacity = self.measured.down.capacity().filter(|capacity| *capacity < LINK_THICK);
        capacity.map(allocate::budget)
    }

    /// How a voice comes to it.
    pub(super) fn voice_down(&self) -> Voice {
        Voice::on(self.measured.down.capacity().unwrap_or(LINK_THICK))
    }

    /// Whether its way down is known to have room for a camera, or will never be known.
    pub(super) fn takes_video(&self) -> bool {
        self.measured.down.capacity().map_or(self.is_measured(), |capacity| capacity >= LINK_VIDEO)
    }

    fn tell_caps(&mut self, mut caps: Caps, now: Instant, out: &mut Outbox) {
        let told = self.told_caps;
        if let Some(told) = told {
            let unless_small = |old, new| if allocate::worth_telling(old, new) { new } else { old };
            caps.video = unless_small(told.video, caps.video);
            caps.pictures = unless_small(told.pictures, caps.pictures);
            if caps.playout.abs_diff(told.playout) < PLAYOUT_MARGIN {
                caps.playout = told.playout;
            }
        }
        if told == Some(caps) {
            return;
        }
        if told.is_none_or(|told| told.rung != caps.rung) {
            let [up, down] = [self.measured.up.capacity(), self.measured.down.capacity()].map(shown);
            info!(peer = %self.id, rung = ?caps.rung, up, down, "ladder");
            out.stats.rungs += u64::from(told.is_some());
        }
        self.told_caps = Some(caps);
        for up in self.tracks.iter_mut().filter_map(|(up, _)| up.as_mut()) {
            up.set_cap(caps.video, now);
        }
        out.events.push_back(Event::Caps { peer: self.id, caps });
    }
}

fn shown(capacity: Option<Bitrate>) -> String {
    capacity.map_or_else(|| "unknown".to_owned(), |capacity| capacity.to_string())
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    #[test]
    fn down_at_once_and_up_one_change_in_ten_seconds() {
        let start = Instant::now();
        let at = |s| start + Duration::from_secs(s);
        let mut ladder = Ladder::default();
        assert_eq!(ladder.step(Rung::Voice, at(0)), Rung::Voice);
        assert_eq!(ladder.step(Rung::Video, at(0)), Rung::Video, "where it begins is no change");
        assert_eq!(ladder.step(Rung::Fragile, at(1)), Rung::Fragile, "down at once");
        assert_eq!(ladder.step(Rung::Pictures, at(5)), Rung::Fragile);
        assert_eq!(ladder.step(Rung::Pictures, at(11)), Rung::Pictures);
        assert_eq!(ladder.step(Rung::Video, at(12)), Rung::Pictures);
        assert_eq!(ladder.step(Rung::Video, at(21)), Rung::Video);
    }
}
