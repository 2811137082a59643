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
        LINK_UNKNOWN, LINK_VIDEO, LOSS_FRAGILE, NEWCOMER, PICTURES_BESIDE_RED, PICTURES_BESIDE_RED_FROM,
        PICTURES_MAX, PICTURES_MIN, PLAYOUT_MARGIN, SLIM_PTIME_MS, VIDEO_AFTER, VIDEO_MAX, VIDEO_MIN,
        VIDEO_PAYLOAD_PERCENT, VOICE_FLOWS,
    },
    link::Way,
    units::Bitrate,
};
use std::time::{Duration, Instant};
use tracing::{debug, info};

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

impl Share {
    /// What a camera's encoder may use of the rest.
    fn camera(&self) -> Bitrate {
        if self.capacity < LINK_THICK { self.rest.percent(VIDEO_PAYLOAD_PERCENT) } else { self.rest }
    }
}

/// What a member is to be told.
struct Plan {
    caps: Caps,
    /// Its voice flows and its links are known: what it says of the conversation is no guess.
    settled: bool,
}

/// A way that a member's voice goes.
#[derive(Clone, Copy, Debug)]
struct Leg {
    capacity: Bitrate,
    /// Voices that go this way.
    voices: u64,
    /// Each packet of them carries an earlier one, too.
    red: bool,
    /// They go as one, encoded for this way.
    mix: Option<Voice>,
}

impl Leg {
    /// What it carries for each voice.
    fn each(&self) -> Bitrate {
        Bitrate::bps(self.capacity.as_bps() / self.voices.max(1))
    }

    /// A voice as it fits through here.
    fn thinned(&self, voice: Voice) -> Voice {
        if self.red && self.mix.is_none() { voice.doubled(self.each()).unwrap_or(voice) } else { voice }
    }

    /// What the voices leave.
    fn left(&self, voice: Voice) -> Bitrate {
        let feedback = if self.capacity >= LINK_VIDEO { FEEDBACK_RESERVE } else { Bitrate::default() };
        let control = CONTROL_RESERVE.min(self.capacity.percent(5)).plus(feedback);
        let voice = self.mix.unwrap_or(voice);
        let wire = voice.on_wire(self.red);
        let left =
            allocate::budget(self.capacity).saturating_sub(wire.times(self.voices)).saturating_sub(control);
        let beside = self.red && self.capacity >= PICTURES_BESIDE_RED_FROM;
        if beside { left.max(PICTURES_BESIDE_RED) } else { left }
    }
}

impl Room {
    /// Voice first: cameras open once voices flow.
    pub(super) fn allow_cameras(&mut self, now: Instant, out: &mut Outbox) {
        let is_closed = |member: &Member| member.told_caps.is_some_and(|caps| caps.video.is_none());
        if (0..self.members.len()).any(|i| is_closed(&self.members[i]) && self.voice_flows(i, now)) {
            self.recap(now, out);
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

    /// Tells everyone what they may send, where that has changed. All read one rung of the ladder, the lowest:
    /// a conversation is what its weakest way carries.
    pub(super) fn recap(&mut self, now: Instant, out: &mut Outbox) {
        let plans: Vec<Plan> = (0..self.members.len()).map(|index| self.plan(index, now)).collect();
        let lowest = plans.iter().filter(|plan| plan.settled).map(|plan| plan.caps.rung).min();
        for (member, Plan { caps, .. }) in self.members.iter_mut().zip(plans) {
            let rung = lowest.map_or(caps.rung, |lowest| lowest.min(caps.rung));
            member.tell_caps(Caps { rung, ..caps }, now, out);
        }
    }

    /// What a member may send, by its own ways.
    fn plan(&mut self, index: usize, now: Instant) -> Plan {
        let share = self.share(index, now);
        let carried =
            if self.is_seen(index) { self.carried(&share) } else { Rung::Voice.min(self.carried(&share)) };
        let settled = self.may_film(index, now);
        let rung =
            if settled { self.members[index].ladder.step(carried, now) } else { carried.min(Rung::Voice) };
        let video = if rung == Rung::Video { self.camera_cap(index, share.camera()) } else { None };
        let pictures = (video.is_none() && rung >= Rung::Pictures && share.rest >= PICTURES_MIN)
            .then(|| share.rest.min(PICTURES_MAX));
        let Voice { audio, ptime_ms } = share.voice;
        let (red, playout) = (self.members[index].doubles_up.back(), self.playout(index));
        Plan { caps: Caps { audio, ptime_ms, red, video, pictures, playout, rung }, settled }
    }

    /// Whether pictures of this member may go to anybody, by choice of the people.
    fn is_seen(&self, index: usize) -> bool {
        let mut others = self.members.iter().enumerate().filter(|(i, _)| *i != index).map(|(_, other)| other);
        let alone = self.members.len() < 2;
        !self.members[index].voice_only && (alone || others.any(|other| !other.voice_only))
    }

    /// What a conversation can consist of, by what the links carry.
    fn carried(&self, share: &Share) -> Rung {
        let loss = self.members.iter().map(Member::loss).fold(0.0, f32::max);
        if share.capacity < LINK_DEFERRED {
            Rung::Deferred
        } else if share.camera() >= VIDEO_MIN && share.capacity >= LINK_VIDEO {
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
    /// picture that goes for a tenth of it, while the link is measured, would startle everyone. One who is gone
    /// for a while does not either, unless there is nobody else: what is sent the moment they are back must fit.
    fn counts(&self, member: &Member, now: Instant) -> bool {
        let settled = |at: Instant| now.saturating_duration_since(at) >= NEWCOMER;
        let runs = self.members.len() > 2;
        let awaited = !runs || !member.quiet;
        awaited && member.connected.is_some_and(|at| !runs || member.is_measured() || settled(at))
    }

    /// What this member's voice and camera have, on its own way up and on the way down to each receiver. Who hears a
    /// mix receives one voice, which is encoded for it: the member's own need not fit through there.
    fn share(&self, index: usize, now: Instant) -> Share {
        let voices = self.members.iter().filter(|member| member.voice_in > 0).count().max(2) as u64 - 1;
        let member = &self.members[index];
        let receivers =
            || self.members.iter().filter(|other| other.id != member.id && self.counts(other, now));
        let up = Leg { capacity: member.carries_up(), voices: 1, red: member.doubles_up.is_on(), mix: None };
        let downs: Vec<Leg> = receivers().map(|other| other.leg_down(voices)).collect();
        let legs = || downs.iter().chain([&up]);
        let each = |legs: &mut dyn Iterator<Item = &Leg>| legs.map(Leg::each).fold(up.capacity, Bitrate::min);
        let weakest = each(&mut legs());
        let voice = Voice::on(each(&mut legs().filter(|leg| leg.mix.is_none())));
        let voice = legs().fold(voice, |voice, leg| leg.thinned(voice));
        let rest = downs
            .iter()
            .map(|leg| leg.left(voice).shared_by(self.senders()))
            .fold(up.left(voice), Bitrate::min);
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

    /// How long this member's player must wait so that what is lost comes in time: a repair where a link has no room
    /// for redundancy, else a copy that is not in the very next packet. With single losses the player's own judgement
    /// was better (THINLINK points 5 and 6).
    fn playout(&self, index: usize) -> Duration {
        self.wait_for_repair(index).max(self.wait_for_copy(index))
    }

    /// How long a copy takes to come, on the member's way down or on the way up of one that it hears; and half a packet
    /// more, for what stands in front of it.
    fn wait_for_copy(&self, index: usize) -> Duration {
        let member = &self.members[index];
        let others = self.members.iter().filter(|other| other.id != member.id && !member.hears_mix);
        let voices = others.filter_map(|other| other.told_caps).map(|caps| (caps.ptime_ms, caps.red));
        let back_down = member.doubles_down.back();
        let mix = member.hears_mix.then(|| (member.voice_down().ptime_ms, back_down));
        let waits = voices.map(|(ptime_ms, back_up)| (ptime_ms, back_up.max(back_down))).chain(mix);
        let copies = waits.filter(|(_, back)| *back > 1);
        let longest = copies.map(|(ptime_ms, back)| u64::from(ptime_ms) * (2 * u64::from(back) + 1)).max();
        longest.map_or(Duration::ZERO, |halves_ms| Duration::from_millis(halves_ms / 2))
    }

    /// How long a repair takes to come.
    fn wait_for_repair(&self, index: usize) -> Duration {
        let member = &self.members[index];
        let others = self.members.iter().filter(|other| other.id != member.id);
        // A mix has waited for its voices' repairs already: only its own way counts.
        let longest = if member.hears_mix {
            Some(member.voice_down().ptime_ms)
        } else {
            others.filter_map(|other| other.told_caps).map(|caps| caps.ptime_ms).max()
        };
        let Some(ptime_ms) = longest.filter(|ptime_ms| *ptime_ms >= SLIM_PTIME_MS) else {
            return Duration::ZERO;
        };
        let counts = |other: &&Member| !member.hears_mix || other.id == member.id;
        let repairing = self
            .members
            .iter()
            .filter(counts)
            .filter(|other| other.peer.is_repairing() && other.is_too_thin_for_red());
        let rtt = repairing.filter_map(|member| member.peer.least_rtt()).max();
        rtt.map_or(Duration::ZERO, |rtt| Duration::from_millis(ptime_ms.into()) + rtt + PLAYOUT_MARGIN)
    }
}

impl Member {
    /// What its way up carries, as far as is known.
    pub(super) fn carries_up(&self) -> Bitrate {
        self.carries([&self.measured.up, &self.measured.down])
    }

    /// The same of its way down.
    pub(super) fn carries_down(&self) -> Bitrate {
        let carries = self.carries([&self.measured.down, &self.measured.up]);
        // As long as nothing is heard of it, no more than of the other.
        if self.held.is_some() { carries.min(self.carries_up()) } else { carries }
    }

    /// Of a way that is not known yet no more is believed than of the other.
    fn carries(&self, [way, other]: [&Way; 2]) -> Bitrate {
        let unknown = || if self.is_measured() { VIDEO_MAX.times(2) } else { LINK_UNKNOWN };
        way.capacity().unwrap_or_else(|| other.capacity().map_or_else(unknown, |other| other.min(unknown())))
    }

    /// What its cameras may take at most, by the probes; `None` on a thick link, which estimates itself.
    pub(super) fn thin_budget(&self) -> Option<Bitrate> {
        let capacity = self.measured.down.capacity().filter(|capacity| *capacity < LINK_THICK);
        capacity.map(allocate::budget)
    }

    /// Whether a way of its link has no room for redundancy.
    fn is_too_thin_for_red(&self) -> bool {
        [self.carries_up(), self.carries_down()].into_iter().any(allocate::is_too_thin_to_double)
    }

    /// How a voice comes to it.
    pub(super) fn voice_down(&self) -> Voice {
        let capacity = self.measured.down.capacity().unwrap_or(LINK_THICK);
        let voice = Voice::on(capacity);
        if self.doubles_down.is_on() { voice.doubled(capacity).unwrap_or(voice) } else { voice }
    }

    /// Its way down, where so many others speak.
    fn leg_down(&self, others: u64) -> Leg {
        Leg {
            capacity: self.carries_down(),
            voices: self.voices_of(others),
            red: self.doubles_down.is_on(),
            mix: self.hears_mix.then(|| self.voice_down()),
        }
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
            let same_packets = (told.ptime_ms, told.red) == (caps.ptime_ms, caps.red);
            if same_packets && !allocate::worth_telling(Some(told.audio), Some(caps.audio)) {
                caps.audio = told.audio;
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
        debug!(peer = %self.id, ?caps, "caps");
        self.told_caps = Some(caps);
        self.peer.ask_for_pictures(caps.video.is_some());
        for up in self.tracks.iter_mut().filter_map(|(up, _)| up.as_mut()) {
            up.set_caps(caps, now);
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
