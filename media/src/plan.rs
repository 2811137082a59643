//! The plan of a room: the limits of each sender, from a plain view of all members.
//!
//! Voice comes first; what it leaves is for a camera, or for pictures on the data channel. Each limit is what the member's own
//! uplink and the downlinks of its receivers carry. A [`Room`](crate::room) draws the view and tells the limits. The plan is a
//! pure function, and never drops a packet; the track does so if a limit is not kept.

use crate::{
    allocate::{self, PICTURES_BESIDE_RED_FROM, Voice},
    command::{Caps, Rung},
    id::PeerId,
    ladder::Ladder,
    limits::VIDEO_MIN,
    link::rate_class::{LINK_THICK, LINK_VIDEO, LOSS_FRAGILE},
    red_policy::RedPolicy,
    units::Bitrate,
};
use std::time::{Duration, Instant};

/// A room as the plan sees it.
#[derive(Clone, Debug)]
pub(crate) struct RoomView {
    /// The time of the view.
    pub(crate) now: Instant,
    /// All members.
    pub(crate) members: Vec<MemberView>,
}

/// A member as the plan sees it.
#[derive(Clone, Debug)]
pub(crate) struct MemberView {
    /// The member.
    pub(crate) peer: PeerId,
    /// The time since which its transport has been connected.
    pub(crate) connected: Option<Instant>,
    /// Nothing is heard of it.
    pub(crate) quiet: bool,
    /// It wants no pictures, neither way.
    pub(crate) voice_only: bool,
    /// Its page is on no screen, so that nobody sees a picture there.
    pub(crate) is_hidden: bool,
    /// The voice packets that came from it.
    pub(crate) voice_in: u32,
    /// The voice packets that went to it.
    pub(crate) voice_out: u32,
    /// Its link is measured, or will never be.
    pub(crate) is_link_known: bool,
    /// The rate that its uplink is trusted to carry.
    pub(crate) carries_up: Bitrate,
    /// The rate that its downlink is trusted to carry.
    pub(crate) carries_down: Bitrate,
    /// The share of voice packets lost before repair on the worse direction, 0 to 1.
    pub(crate) loss: f32,
    /// The redundancy of its uplink.
    pub(crate) red_up: RedPolicy,
    /// The redundancy of its downlink.
    pub(crate) red_down: RedPolicy,
    /// Lost voice is sent again on its link.
    pub(crate) is_repairing: bool,
    /// The round trip of its link without a queue.
    pub(crate) least_rtt: Option<Duration>,
    /// The encoding of a voice for its downlink.
    pub(crate) voice_down: Voice,
    /// It hears the voices of the others as one.
    pub(crate) hears_mix: bool,
    /// The members whose cameras it has a slot for.
    pub(crate) cameras_from: Vec<PeerId>,
    /// The rate that its downlink has for each of these cameras.
    pub(crate) camera_share: Bitrate,
    /// The limits that it was told last.
    pub(crate) told: Option<Caps>,
    /// Its ladder.
    pub(crate) ladder: Ladder,
}

/// The outcome of the plan for one member.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Planned {
    /// The limits.
    pub(crate) caps: Caps,
    /// The ladder after the step.
    pub(crate) ladder: Ladder,
}

/// Plans the limits of every member, in the order of the view. All members get the lowest rung of those whose voices flow, because
/// a conversation is what its weakest link carries.
pub(crate) fn plan(view: &RoomView) -> Vec<Planned> {
    let mut plans: Vec<Plan> = (0..view.members.len()).map(|index| view.plan(index)).collect();
    let lowest = plans.iter().filter(|plan| plan.settled).map(|plan| plan.caps.rung).min();
    for plan in &mut plans {
        plan.caps.rung = lowest.map_or(plan.caps.rung, |lowest| lowest.min(plan.caps.rung));
    }
    plans.into_iter().map(|Plan { caps, ladder, .. }| Planned { caps, ladder }).collect()
}

/// The plan for one member by its own links.
#[derive(Clone, Copy, Debug)]
struct Plan {
    caps: Caps,
    ladder: Ladder,
    /// Its voice flows and the links are known, so that its rung is no guess.
    settled: bool,
}

/// The rates of a member's voice and of what is left beside it.
#[derive(Clone, Copy, Debug)]
struct Share {
    /// The capacity of the weakest link of this voice.
    capacity: Bitrate,
    voice: Voice,
    /// The rate for a camera or pictures.
    rest: Bitrate,
}

impl Share {
    /// The part of the rest that a camera's encoder may use.
    fn camera(&self) -> Bitrate {
        if self.capacity < LINK_THICK { self.rest.percent(VIDEO_PAYLOAD_PERCENT) } else { self.rest }
    }
}

/// One direction of a link that a member's voice takes.
#[derive(Clone, Copy, Debug)]
struct Leg {
    capacity: Bitrate,
    /// The number of voices on this leg.
    voices: u64,
    /// Each of their packets carries an earlier one, too.
    red: bool,
    /// The encoding of all voices as one, for a receiver that hears a mix.
    mix: Option<Voice>,
}

impl Leg {
    /// The capacity for each voice.
    fn each(&self) -> Bitrate {
        Bitrate::bps(self.capacity.as_bps() / self.voices.max(1))
    }

    /// A voice as it fits through this leg.
    fn thinned(&self, voice: Voice) -> Voice {
        if self.red && self.mix.is_none() { voice.doubled(self.each()).unwrap_or(voice) } else { voice }
    }

    /// The rate that the voices leave.
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

impl RoomView {
    /// True if this member is heard and hears, or has had the time to. Cameras open once voices flow.
    pub(crate) fn voice_flows(&self, index: usize) -> bool {
        let member = &self.members[index];
        let others_speak = self.others(member).any(|other| other.voice_in >= VOICE_FLOWS);
        let is_heard = member.voice_in >= VOICE_FLOWS;
        let can_hear = !others_speak || member.voice_out >= VOICE_FLOWS;
        let waited = member.connected.is_some_and(|at| self.now.saturating_duration_since(at) >= VIDEO_AFTER);
        member.connected.is_some() && (waited || (is_heard && can_hear))
    }

    fn others(&self, member: &MemberView) -> impl Iterator<Item = &MemberView> {
        let peer = member.peer;
        self.members.iter().filter(move |other| other.peer != peer)
    }

    fn plan(&self, index: usize) -> Plan {
        let member = &self.members[index];
        let share = self.share(member);
        let carried =
            if self.is_seen(member) { self.carried(&share) } else { Rung::Voice.min(self.carried(&share)) };
        let settled = self.voice_flows(index) && self.counted().all(|member| member.is_link_known);
        let mut ladder = member.ladder;
        let rung = if settled { ladder.step(carried, self.now) } else { carried.min(Rung::Voice) };
        let watched = self.is_watched(member);
        let video =
            if rung == Rung::Video && watched { self.camera_cap(member, share.camera()) } else { None };
        let fits = video.is_none() && rung >= Rung::Pictures && share.rest >= PICTURES_MIN;
        let pictures = (fits && watched).then(|| share.rest.min(PICTURES_MAX));
        let Voice { audio, ptime_ms } = share.voice;
        let (red, playout) = (member.red_up.back(), self.playout(member));
        Plan { caps: Caps { audio, ptime_ms, red, video, pictures, playout, rung }, ladder, settled }
    }

    /// True if pictures of this member may go to anybody, by the choice of the people.
    fn is_seen(&self, member: &MemberView) -> bool {
        let alone = self.members.len() < 2;
        !member.voice_only && (alone || self.others(member).any(|other| !other.voice_only))
    }

    /// True if somebody else can see pictures of this member, or nobody else is there yet. It changes no rung: a page that comes back to
    /// a screen shows pictures at once.
    fn is_watched(&self, member: &MemberView) -> bool {
        let alone = self.members.len() < 2;
        alone || self.others(member).any(|other| !other.is_hidden)
    }

    /// The rung that the links carry.
    fn carried(&self, share: &Share) -> Rung {
        let loss = self.members.iter().map(|member| member.loss).fold(0.0, f32::max);
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

    /// The members whose links count.
    fn counted(&self) -> impl Iterator<Item = &MemberView> {
        self.members.iter().filter(|member| self.counts(member))
    }

    /// True if a member's link counts. Somebody who comes into a running call does not count for a second: a picture that stops for a
    /// tenth of it, while the link is measured, would startle everyone. Somebody who is gone for a while does not count either, unless
    /// there is nobody else: what is sent at the moment of the return must fit.
    fn counts(&self, member: &MemberView) -> bool {
        let settled = |at: Instant| self.now.saturating_duration_since(at) >= NEWCOMER;
        let runs = self.members.len() > 2;
        let awaited = !runs || !member.quiet;
        awaited && member.connected.is_some_and(|at| !runs || member.is_link_known || settled(at))
    }

    /// The share of this member on its own uplink and on the downlink of each receiver. A receiver that hears a mix gets one voice,
    /// which is encoded for it; the member's own voice need not fit there.
    fn share(&self, member: &MemberView) -> Share {
        let voices = self.members.iter().filter(|member| member.voice_in > 0).count().max(2) as u64 - 1;
        let up = Leg { capacity: member.carries_up, voices: 1, red: member.red_up.is_on(), mix: None };
        let receivers = self.others(member).filter(|other| self.counts(other));
        let downs: Vec<Leg> = receivers.map(|other| other.leg_down(voices)).collect();
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

    /// The number of members who send to one receiver.
    fn senders(&self) -> usize {
        self.members.iter().filter(|member| !member.quiet).count().saturating_sub(1)
    }

    /// The rate that the best receiver has for this member's camera. The engine's estimate says it on a thick link, and what the voices
    /// leave says it on a thin one.
    fn camera_cap(&self, member: &MemberView, rest: Bitrate) -> Option<Bitrate> {
        let receivers =
            self.others(member).filter(|other| !other.quiet && other.cameras_from.contains(&member.peer));
        let cap = allocate::camera_cap(receivers.map(|other| other.camera_share))?;
        let cap = cap.min(rest);
        (cap >= VIDEO_MIN).then_some(cap)
    }

    /// The time that this member's player must wait so that lost voice comes in time: a repair where a link has no room for redundancy,
    /// else a copy that is not in the very next packet. The player's own judgement was better for single losses.
    fn playout(&self, member: &MemberView) -> Duration {
        self.wait_for_repair(member).max(self.wait_for_copy(member))
    }

    /// The time that a copy takes to come, on the member's downlink or on the uplink of a voice that it hears, and half a packet more
    /// for what stands in front of it.
    fn wait_for_copy(&self, member: &MemberView) -> Duration {
        let voices = self
            .others(member)
            .filter(|_| !member.hears_mix)
            .filter_map(|other| other.told)
            .map(|caps| (caps.ptime_ms, caps.red));
        let back_down = member.red_down.back();
        let mix = member.hears_mix.then_some((member.voice_down.ptime_ms, back_down));
        let waits = voices.map(|(ptime_ms, back_up)| (ptime_ms, back_up.max(back_down))).chain(mix);
        let copies = waits.filter(|(_, back)| *back > 1);
        let longest = copies.map(|(ptime_ms, back)| u64::from(ptime_ms) * (2 * u64::from(back) + 1)).max();
        longest.map_or(Duration::ZERO, |halves_ms| Duration::from_millis(halves_ms / 2))
    }

    /// The time that a repair takes to come. A mix has waited for the repairs of its voices already, therefore only its own downlink
    /// counts.
    fn wait_for_repair(&self, member: &MemberView) -> Duration {
        let longest = if member.hears_mix {
            Some(member.voice_down.ptime_ms)
        } else {
            self.others(member).filter_map(|other| other.told).map(|caps| caps.ptime_ms).max()
        };
        let Some(ptime_ms) = longest.filter(|ptime_ms| *ptime_ms >= allocate::SLIM_PTIME_MS) else {
            return Duration::ZERO;
        };
        let counts = |other: &&MemberView| !member.hears_mix || other.peer == member.peer;
        let repairing = self.members.iter().filter(counts);
        let repairing = repairing.filter(|other| other.is_repairing && other.is_too_thin_for_red());
        let rtt = repairing.filter_map(|other| other.least_rtt).max();
        rtt.map_or(Duration::ZERO, |rtt| Duration::from_millis(ptime_ms.into()) + rtt + PLAYOUT_MARGIN)
    }
}

impl MemberView {
    /// The downlink of this member, where `others` voices go to it.
    fn leg_down(&self, others: u64) -> Leg {
        Leg {
            capacity: self.carries_down,
            voices: if self.hears_mix { 1 } else { others },
            red: self.red_down.is_on(),
            mix: self.hears_mix.then_some(self.voice_down),
        }
    }

    /// True if a direction of its link has no room for redundancy.
    fn is_too_thin_for_red(&self) -> bool {
        [self.carries_up, self.carries_down].into_iter().any(allocate::is_too_thin_to_double)
    }
}

/// The part of a camera's share on a thin link, in percent, that its encoder may use. The rest is for headers and for its overshoot,
/// which would stand in front of the voice.
const VIDEO_PAYLOAD_PERCENT: u64 = 88;

/// The rate of the control traffic of one direction: RTCP, STUN and the heartbeat of the signalling.
const CONTROL_RESERVE: Bitrate = Bitrate::bps(2_000);

/// The rate of the transport feedback of each direction if a camera is on the link. It took 7 to 10 kbit/s on links of 128 and 256.
const FEEDBACK_RESERVE: Bitrate = Bitrate::kbps(10);

/// The rate that pictures may take beside a voice with redundancy, which leaves the link idle in its pauses. With 5 kbit/s a queue of
/// 0.2 s stood in front of the voice on 40 kbit/s.
const PICTURES_BESIDE_RED: Bitrate = Bitrate::kbps(4);

/// The rate from which pictures are worth their headers.
const PICTURES_MIN: Bitrate = Bitrate::bps(2_500);

/// The most for pictures on the data channel. More does not make them better; a camera's RTP does.
const PICTURES_MAX: Bitrate = Bitrate::kbps(40);

/// The capacity below which a voice breaks up.
const LINK_FRAGILE: Bitrate = Bitrate::kbps(20);

/// The capacity below which a voice does not go through: 6 kbit/s of Opus and its headers take 9.4 kbit/s.
const LINK_DEFERRED: Bitrate = Bitrate::kbps(10);

/// The time for which the unknown link of somebody who comes into a running call does not count.
const NEWCOMER: Duration = Duration::from_secs(1);

/// The number of voice packets after which a voice flows: 100 ms of it.
const VOICE_FLOWS: u32 = 5;

/// The time after which a member that neither sends voice nor hears any gets its camera. Voice comes first, but a muted participant has
/// no voice to wait for.
const VIDEO_AFTER: Duration = Duration::from_secs(1);

/// The playout delay beyond what the network needs, so that a repair comes in time: scheduling and jitter.
pub(crate) const PLAYOUT_MARGIN: Duration = Duration::from_millis(30);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const fn kbps(rate: u64) -> Bitrate {
        Bitrate::kbps(rate)
    }

    /// A member whose voice has flowed for a minute over a known link of `capacity`, and whose camera everyone else has a slot for.
    fn member(peer: u32, capacity: Bitrate, now: Instant) -> MemberView {
        MemberView {
            peer: PeerId(peer),
            connected: now.checked_sub(Duration::from_mins(1)),
            quiet: false,
            voice_only: false,
            is_hidden: false,
            voice_in: 100,
            voice_out: 100,
            is_link_known: true,
            carries_up: capacity,
            carries_down: capacity,
            loss: 0.0,
            red_up: RedPolicy::default(),
            red_down: RedPolicy::default(),
            is_repairing: false,
            least_rtt: Some(Duration::from_millis(100)),
            voice_down: Voice::on(capacity),
            hears_mix: false,
            cameras_from: (1..=8).filter(|other| *other != peer).map(PeerId).collect(),
            camera_share: allocate::budget(capacity),
            told: None,
            ladder: Ladder::default(),
        }
    }

    /// A room of members with links of these capacities in kbit/s.
    fn room(capacities: &[u64]) -> RoomView {
        let now = Instant::now();
        let members = (1..).zip(capacities).map(|(peer, capacity)| member(peer, kbps(*capacity), now));
        RoomView { now, members: members.collect() }
    }

    fn caps(view: &RoomView) -> Vec<Caps> {
        plan(view).into_iter().map(|planned| planned.caps).collect()
    }

    #[test]
    fn everybody_reads_the_rung_of_the_weakest_link() {
        let rungs = |capacities: &[u64]| -> Vec<Rung> {
            caps(&room(capacities)).iter().map(|caps| caps.rung).collect()
        };
        assert_eq!(rungs(&[2_000, 2_000]), [Rung::Video; 2]);
        assert_eq!(rungs(&[2_000, 40]), [Rung::Pictures; 2]);
        assert_eq!(rungs(&[2_000, 19]), [Rung::Fragile; 2]);
        assert_eq!(rungs(&[2_000, 9]), [Rung::Deferred; 2]);
    }

    #[test]
    fn a_voice_is_encoded_for_the_weakest_link_that_it_takes() {
        let limits = caps(&room(&[2_000, 24]));
        for caps in limits {
            assert_eq!((caps.audio, caps.ptime_ms, caps.video), (kbps(9), 60, None));
        }
    }

    #[test]
    fn a_receiver_that_hears_a_mix_does_not_thin_the_voices_of_the_others() {
        let mut view = room(&[2_000, 2_000, 40]);
        let thinned = caps(&view)[0].audio;
        view.members[2].hears_mix = true;
        assert!(caps(&view)[0].audio > thinned);
    }

    #[test]
    fn before_its_voice_flows_or_while_a_link_is_unknown_nobody_gets_a_camera() {
        let mut silent = room(&[2_000, 2_000]);
        silent.members[0].voice_in = 0;
        silent.members[0].connected = Some(silent.now);
        let mut unknown = room(&[2_000, 2_000]);
        unknown.members[1].is_link_known = false;
        for view in [silent, unknown] {
            let first = caps(&view)[0];
            assert_eq!((first.video, first.rung), (None, Rung::Voice));
        }
    }

    #[test]
    fn somebody_who_just_came_into_a_running_call_does_not_stop_the_cameras() {
        let mut view = room(&[2_000, 2_000, 40]);
        view.members[2].is_link_known = false;
        view.members[2].connected = Some(view.now);
        assert!(caps(&view)[0].video.is_some());
        view.members[2].connected = view.now.checked_sub(NEWCOMER);
        assert_eq!(caps(&view)[0].video, None);
    }

    #[test]
    fn pictures_are_off_for_somebody_who_wants_none_and_for_the_only_sender_to_them() {
        let mut view = room(&[2_000, 2_000]);
        view.members[0].voice_only = true;
        for caps in caps(&view) {
            assert_eq!((caps.video, caps.pictures, caps.rung), (None, None, Rung::Voice));
        }
    }

    #[test]
    fn nothing_is_sent_to_a_hidden_page_and_the_rung_stays() {
        let sent = |view: &RoomView| {
            let caps = caps(view);
            caps.iter().map(|caps| (caps.video.is_some(), caps.pictures.is_some())).collect::<Vec<_>>()
        };
        for (capacity, seen) in [(2_000, (true, false)), (40, (false, true))] {
            let mut view = room(&[capacity, capacity]);
            let rungs: Vec<Rung> = caps(&view).iter().map(|caps| caps.rung).collect();
            view.members[1].is_hidden = true;
            assert_eq!(sent(&view), [(false, false), seen], "the hidden one is seen and sees nobody");
            assert_eq!(caps(&view).iter().map(|caps| caps.rung).collect::<Vec<_>>(), rungs);
            let mut three = room(&[capacity * 3; 3]);
            three.members[1].is_hidden = true;
            assert!(sent(&three).iter().all(|sent| *sent != (false, false)), "the third one looks on");
        }
    }

    #[test]
    fn a_copy_in_a_later_packet_makes_the_player_wait_for_it() {
        let mut view = room(&[40, 40]);
        let told = Caps { ptime_ms: 60, red: 2, ..caps(&view)[1] };
        assert_eq!(caps(&view)[0].playout, Duration::ZERO);
        view.members[1].told = Some(told);
        assert_eq!(caps(&view)[0].playout, Duration::from_millis(150));
    }

    #[test]
    fn where_no_copy_fits_the_player_waits_for_a_repair() {
        let mut view = room(&[18, 18]);
        view.members[1].told = Some(Caps { ptime_ms: 120, red: 0, ..caps(&view)[1] });
        assert_eq!(caps(&view)[0].playout, Duration::ZERO);
        view.members[0].is_repairing = true;
        assert_eq!(caps(&view)[0].playout, Duration::from_millis(120 + 100) + PLAYOUT_MARGIN);
    }

    #[test]
    fn the_plan_returns_the_ladder_and_changes_nothing_else() {
        let view = room(&[2_000, 2_000]);
        let first = plan(&view);
        let second = plan(&view);
        assert_eq!(caps(&view), first.iter().map(|planned| planned.caps).collect::<Vec<_>>());
        assert_eq!(first[0].caps, second[0].caps);
        let mut later = room(&[40, 40]);
        for (member, planned) in later.members.iter_mut().zip(&first) {
            member.ladder = planned.ladder;
        }
        let fallen = plan(&later);
        assert_eq!(fallen[0].caps.rung, Rung::Pictures, "down at once");
        let mut back = room(&[2_000, 2_000]);
        for (member, planned) in back.members.iter_mut().zip(&fallen) {
            member.ladder = planned.ladder;
        }
        assert_eq!(caps(&back)[0].rung, Rung::Pictures, "up after a while only");
    }
}
