//! The link monitor of one participant: it composes the estimators of both directions and decides when a probe goes.
//!
//! Packets, probe messages and the time go in. Estimates, probe messages and the word that something fell come out. A
//! `Member` owns it and wires it to the transport. It never decides what is sent over the link; the
//! plan does.

use super::{
    camera_delay::CameraDelay,
    capacity_estimate::{CapacityEstimate, LINK_TOLD},
    packet_size_delay::PacketSizeDelay,
    packet_train::{
        Finding, Message, PROBE_BYTES, PROBE_BYTES_BESIDE, PROBE_PATIENCE, Prober, TrainDirection,
    },
    probe_support::{ProbeSigns, ProbeSupport},
    queue_delay::{LINK_QUEUE, PLUNGE_QUEUE, QueueDelay},
    queue_reports::{QueueReports, growth},
    rate_class::{LINK_THICK, LINK_UNKNOWN, LINK_VIDEO},
    sample::{Look, Sample},
};
use crate::{command::LinkMemory, id::PeerId, limits::VIDEO_MAX, rtp::opus, units::Bitrate};
use std::time::{Duration, Instant};
use tracing::debug;

/// The knowledge of one participant's link.
#[derive(Debug)]
pub(crate) struct LinkMonitor {
    /// The participant, for the log.
    peer: PeerId,
    up: CapacityEstimate,
    down: CapacityEstimate,
    /// The queue delay of the uplink, from voice packets.
    queue_delay: QueueDelay,
    /// The queue delay of the uplink, from the camera's pictures. It tells in the pauses of the speech.
    camera_delay: CameraDelay,
    size_delay: PacketSizeDelay,
    prober: Prober,
    /// The client's support for probes.
    support: ProbeSupport,
    /// The page's reports of a queue on the downlink.
    reports: QueueReports,
    /// The time until which no delay counts as evidence.
    settling_until: Option<Instant>,
    /// The time of the last message that told the page to send its voice only.
    hushed: Option<Instant>,
    /// The direction of the next train, on a link that is known.
    next_train: Option<TrainDirection>,
    /// The time since which feedback on the cameras is overdue, and no cameras go to the client.
    overdue_since: Option<Instant>,
}

/// The traffic that goes to the client while its report comes in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DownlinkUse {
    /// The rate that is sent.
    pub(crate) sent: Bitrate,
    /// The time that one voice packet takes. Whatever comes behind it is so much later without any queue.
    pub(crate) voice_packet: Duration,
}

impl LinkMonitor {
    /// A monitor that knows nothing yet.
    pub(crate) fn new(peer: PeerId) -> Self {
        Self {
            peer,
            up: CapacityEstimate::default(),
            down: CapacityEstimate::default(),
            queue_delay: QueueDelay::default(),
            camera_delay: CameraDelay::default(),
            size_delay: PacketSizeDelay::default(),
            prober: Prober::default(),
            support: ProbeSupport::default(),
            reports: QueueReports::default(),
            settling_until: None,
            hushed: None,
            next_train: None,
            overdue_since: None,
        }
    }

    /// The estimated capacity of the uplink.
    pub(crate) fn up(&self) -> Option<Bitrate> {
        self.up.capacity()
    }

    /// The estimated capacity of the downlink.
    pub(crate) fn down(&self) -> Option<Bitrate> {
        self.down.capacity()
    }

    /// True if both directions were measured.
    pub(crate) fn is_complete(&self) -> bool {
        self.up.is_measured() && self.down.is_measured()
    }

    /// True if the link is measured, or will never be.
    pub(crate) fn is_known(&self) -> bool {
        self.is_complete() || self.support.is_hopeless()
    }

    /// The capacity of both directions, once both were measured.
    pub(crate) fn capacity(&self) -> Option<LinkMemory> {
        let known = LinkMemory { up: self.up.capacity()?, down: self.down.capacity()? };
        self.is_complete().then_some(known)
    }

    /// The rate that the uplink is trusted to carry.
    pub(crate) fn carries_up(&self) -> Bitrate {
        self.carries([&self.up, &self.down])
    }

    /// The rate that the downlink is trusted to carry: no more than the uplink while feedback on it is overdue.
    pub(crate) fn carries_down(&self) -> Bitrate {
        let carries = self.carries([&self.down, &self.up]);
        if self.overdue_since.is_some() { carries.min(self.carries_up()) } else { carries }
    }

    /// A direction that is not known yet is trusted with no more than the other.
    fn carries(&self, [way, other]: [&CapacityEstimate; 2]) -> Bitrate {
        let unknown = || if self.is_known() { VIDEO_MAX.times(2) } else { LINK_UNKNOWN };
        way.capacity().unwrap_or_else(|| other.capacity().map_or_else(unknown, |other| other.min(unknown())))
    }

    /// True if the downlink is known to have room for a camera, or will never be known.
    pub(crate) fn takes_video(&self) -> bool {
        self.down.capacity().map_or(self.is_known(), |capacity| capacity >= LINK_VIDEO)
    }

    /// The capacity of a downlink that is thin. A thick one is estimated by the engine.
    pub(crate) fn thin_down(&self) -> Option<Bitrate> {
        self.down.capacity().filter(|capacity| *capacity < LINK_THICK)
    }

    /// True if a long queue stands on the uplink now.
    pub(crate) fn is_up_full(&self, now: Instant) -> bool {
        self.queue_delay.lately(now) >= PLUNGE_QUEUE
    }

    /// True if a queue stands on the uplink, or stood a moment ago.
    pub(crate) fn is_up_late(&self, now: Instant) -> bool {
        self.up.has_queue() || self.queue_delay.lately(now) > LINK_QUEUE
    }

    /// True if what goes to the client waits in a queue, as far as can be told.
    pub(crate) fn is_down_queued(&self, now: Instant) -> bool {
        self.reports.is_queued(now)
    }

    /// True shortly after an outage, when everybody and everything speaks at once over the link.
    pub(crate) fn is_settling(&self, now: Instant) -> bool {
        self.settling_until.is_some_and(|until| now < until)
    }

    /// True if no feedback on the cameras comes, and none may be sent.
    pub(crate) fn is_overdue(&self) -> bool {
        self.overdue_since.is_some()
    }

    /// Takes the capacity of an earlier call.
    pub(crate) fn remember(&mut self, link: LinkMemory) {
        self.up.remember(link.up);
        self.down.remember(link.down);
    }

    /// Takes the capacity that the page measured before the call.
    pub(crate) fn set_measured(&mut self, link: LinkMemory) {
        self.up.set_measured(link.up);
        self.down.set_measured(link.down);
    }

    /// Begins anew for a page that was reloaded: the link is the same, its clocks are not, and no train is under way.
    pub(crate) fn reloaded(self) -> Self {
        Self { up: self.up, down: self.down, ..Self::new(self.peer) }
    }

    /// The link was gone and is back: its capacity still holds, and no delay counts as evidence for a moment.
    pub(crate) fn interrupted(&mut self, now: Instant) {
        self.forget_delays();
        self.settling_until = Some(now + LINK_SETTLES);
    }

    fn forget_delays(&mut self) {
        self.queue_delay = QueueDelay::default();
        self.camera_delay = CameraDelay::default();
        self.size_delay = PacketSizeDelay::default();
    }

    /// A call begins or goes on: one train of each direction must do if they agree.
    pub(crate) fn agree_on_trains(&mut self) {
        CapacityEstimate::agree_on_trains(&mut self.up, &mut self.down);
    }

    /// Tells whether the client has negotiated data channels.
    pub(crate) fn set_can_probe(&mut self, can_probe: bool) {
        self.support.can_probe = can_probe;
    }

    /// Judges anew whether the client will answer probes.
    pub(crate) fn judge_probe_support(&mut self, signs: ProbeSigns) {
        self.support.judge(signs);
    }

    /// Notes a voice packet of the client with its RTP timestamp. `carried` is the length of the payload that it came in. The sound
    /// ended when the packet time had passed.
    pub(crate) fn note_voice(&mut self, timestamp: u32, payload: &[u8], carried: usize, now: Instant) {
        if let Some(sound) = opus::duration(payload) {
            let ticks = u32::try_from(sound.as_micros() * 48 / 1_000).unwrap_or(0);
            let end = timestamp.wrapping_add(ticks);
            let is_late = self.camera_delay.delay.lately(now) > LINK_QUEUE;
            if !is_late && self.queue_delay.has_stood(end, now) {
                self.forget_delays();
            }
            let late = self.queue_delay.note(end, now);
            self.note_size(late, carried);
        }
    }

    /// Notes a packet of the client's camera with its RTP timestamp.
    pub(crate) fn note_camera(&mut self, layer: usize, timestamp: u32, now: Instant) {
        self.camera_delay.note(layer, timestamp, now);
    }

    /// Nobody is left to ask on a link whose trains are not answered, therefore its packet sizes tell nothing.
    fn note_size(&mut self, late: i64, bytes: usize) {
        let known = self.up.capacity().unwrap_or(LINK_UNKNOWN.times(2));
        let Some(rate) = self.size_delay.note(late, bytes, known).filter(|_| !self.support.given_up) else {
            return;
        };
        debug!(peer = %self.peer, %rate, %known, "the capacity of the uplink by packet sizes");
        self.up.add_size_rate(rate);
    }

    /// True if the queue on the uplink is to be watched with [`watch_up`](Self::watch_up).
    pub(crate) fn is_watched(&self, now: Instant) -> bool {
        !self.support.given_up && !self.is_settling(now)
    }

    /// Judges the uplink, on which `arrived` came and the share `loss` was lost. Returns true if the estimate fell.
    pub(crate) fn watch_up(&mut self, arrived: Bitrate, loss: f32, now: Instant) -> bool {
        let camera_tells = self.camera_delay.delay.heard(now) > self.queue_delay.heard(now);
        let delay = if camera_tells { &mut self.camera_delay.delay } else { &mut self.queue_delay };
        let sample = delay.sample(arrived, now);
        let look = self.judge_up(sample, loss, now);
        match look {
            Look::Fell => {
                debug!(peer = %self.peer, ?sample, "the uplink carries less");
                self.doubt_down(now);
            }
            Look::Slipped => self.clock_slipped(),
            Look::Same | Look::Rose | Look::Promises => {}
        }
        look == Look::Fell
    }

    fn judge_up(&mut self, sample: Sample, loss: f32, now: Instant) -> Look {
        // A full queue does not grow: it drops what is too much, and must not be taken for a clock that slipped.
        let is_full = sample.queue >= QUEUE_FULL && loss >= QUEUE_FULL_LOSS;
        if self.up.check_plunge(sample, now) == Look::Fell {
            Look::Fell
        } else if is_full {
            self.up.overrun(sample.arrived, loss, now)
        } else {
            self.up.observe_queue(sample, sample.arrived, now)
        }
    }

    /// Trusts a thin downlink with no more than the uplink that fell, until a moment has passed without a report of a queue. Both mostly
    /// are one radio, and the page's report stands in the queue of the uplink.
    fn doubt_down(&mut self, now: Instant) {
        let is_thin = self.down.capacity().is_some_and(|capacity| capacity < LINK_THICK);
        if let Some(fallen) = self.up.capacity().filter(|_| is_thin) {
            self.down.doubt_to(fallen, now);
            self.reports.presume_queue(now);
        }
    }

    /// The sender's clock slipped, or the route changed: earlier delays say nothing of later ones.
    fn clock_slipped(&mut self) {
        self.queue_delay.forget_least();
        self.camera_delay.delay.forget_least();
        self.size_delay = PacketSizeDelay::default();
    }

    /// Tries more on both directions, of which so much is in use, and schedules a train. Returns true if an estimate rose.
    pub(crate) fn try_to_rise(&mut self, up: Bitrate, down: Bitrate, now: Instant) -> bool {
        let rose = [self.up.try_to_rise(up, now), self.down.try_to_rise(down, now)].contains(&Look::Rose);
        self.schedule_train(up, down, now);
        rose
    }

    fn schedule_train(&mut self, up: Bitrate, down: Bitrate, now: Instant) {
        if !self.is_complete() || !self.prober.is_idle(PROBE_PATIENCE, now) {
            return;
        }
        let mut ways = [(TrainDirection::Up, &mut self.up, up), (TrainDirection::Down, &mut self.down, down)];
        // Whoever waits for a link to come back waits for a train more than for a guess that there is more.
        ways.sort_by_key(|(_, way, _)| !way.is_deep());
        let due = ways.iter_mut().find_map(|(to, way, used)| way.begin_train(*used, now).then_some(*to));
        self.next_train = due.or(self.next_train);
    }

    /// Takes a message from the channel of the probes; what it shows goes into [`take_finding`](Self::take_finding).
    pub(crate) fn take_message(&mut self, message: Message, now: Instant) -> Option<Finding> {
        self.prober.handle(message, now)
    }

    /// Takes what a train or a report showed, while so much went to the client.
    pub(crate) fn take_finding(&mut self, finding: Finding, downlink: DownlinkUse, now: Instant) {
        match finding {
            Finding::Late { .. } if self.is_settling(now) => {}
            Finding::Down(rate) if self.down.is_measured() => {
                self.judge_train(TrainDirection::Down, rate, now);
            }
            Finding::Up(rate) if self.up.is_measured() => {
                self.judge_train(TrainDirection::Up, rate, now);
            }
            Finding::Down(rate) => self.down.add_train(rate),
            Finding::Up(rate) => self.up.add_train(rate),
            Finding::Late { queue, slope, arrived } => {
                let queue = queue.saturating_sub(downlink.voice_packet);
                let slope = growth(f32::from(slope) / 100.0, downlink.sent, arrived.max(LINK_TOLD));
                let sample =
                    Sample { arrived, queue, lately: queue, slope, is_heard: true, ..Sample::default() };
                self.reports.take(queue, now);
                if self.down.observe_queue(sample, downlink.sent, now) == Look::Fell {
                    debug!(peer = %self.peer, ?sample, "the downlink carries less");
                }
            }
        }
    }

    /// Takes the rate of a train on a direction that is known.
    fn judge_train(&mut self, direction: TrainDirection, rate: Bitrate, now: Instant) {
        let (up, down) = (&mut self.up, &mut self.down);
        let (way, other) = if direction == TrainDirection::Up { (up, down) } else { (down, up) };
        match way.judge_train(rate, now) {
            Look::Promises => self.next_train = Some(direction),
            Look::Rose => other.other_direction_rose(),
            _ => {}
        }
    }

    /// Presumes a capacity once all first trains are lost, because the call must begin with something. Returns true if that is new.
    pub(crate) fn presume(&mut self, now: Instant) -> bool {
        let in_vain = !self.is_complete() && self.prober.is_spent(now);
        if in_vain {
            self.up.presume();
            self.down.presume();
        }
        in_vain
    }

    /// The messages of the next train, if one is due. Somebody who is alone in a room hears no voice behind it. While nothing is
    /// known a train may stand in front of a voice after a while.
    pub(crate) fn poll_train(&mut self, alone: bool, now: Instant) -> Option<Vec<Vec<u8>>> {
        let (lost, bytes) =
            if alone { (PROBE_PATIENCE, PROBE_BYTES) } else { (PROBE_INTERVAL, PROBE_BYTES_BESIDE) };
        let direction = if self.is_complete() {
            self.next_train.take()
        } else {
            self.prober.is_due(lost, now).then(|| self.unknown_direction()).flatten()
        };
        let direction = direction?;
        debug!(peer = %self.peer, ?direction, bytes, "a packet train goes");
        Some(self.prober.begin(direction, bytes, now))
    }

    fn unknown_direction(&self) -> Option<TrainDirection> {
        match (self.down.is_measured(), self.up.is_measured()) {
            (true, true) => None,
            (true, false) => Some(TrainDirection::Up),
            (false, true) => Some(TrainDirection::Down),
            (false, false) => Some(self.prober.next_direction()),
        }
    }

    /// Watches the feedback on the cameras that go to the client. `overdue` is the time by which it is overdue, and `look` takes the
    /// sample that it gave, if there is a new one. Returns true if the estimate fell, or cameras must stop or may go again.
    pub(crate) fn watch_feedback(
        &mut self,
        overdue: Duration,
        look: impl FnOnce() -> Option<Sample>,
        now: Instant,
    ) -> bool {
        let before = self.overdue_since;
        self.overdue_since = (overdue >= TRANSIT_OVERDUE).then(|| before.unwrap_or(now));
        if before != self.overdue_since {
            debug!(peer = %self.peer, overdue = self.is_overdue(), "feedback on cameras");
        }
        before != self.overdue_since || self.check_down_plunge(look(), now) || self.is_unheard(now)
    }

    /// Feedback is missing for so long that the downlink is trusted with no more than an unknown one, and than the uplink.
    fn is_unheard(&mut self, now: Instant) -> bool {
        let long =
            self.overdue_since.is_some_and(|since| now.saturating_duration_since(since) >= TRANSIT_UNHEARD);
        let no_better = self.carries_up().min(LINK_UNKNOWN);
        long && self.down.lower_to(no_better, now) == Look::Fell
    }

    fn check_down_plunge(&mut self, seen: Option<Sample>, now: Instant) -> bool {
        let Some(seen) = seen.filter(|_| !self.is_settling(now)) else { return false };
        let sample = Sample { arrived: seen.arrived.percent(WITH_VOICE_PERCENT), ..seen };
        let fell = self.down.check_plunge(sample, now) == Look::Fell;
        if fell {
            debug!(peer = %self.peer, ?sample, "the downlink carries less");
        }
        fell
    }

    /// True if the page must be told now, and again after a while, to send its voice only, because its uplink is full. That goes
    /// over the channel of the probes: `Caps` wait in TCP behind whatever fills the downlink.
    pub(crate) fn poll_hush(&mut self, now: Instant) -> bool {
        let spaced = self.hushed.is_none_or(|at| now.saturating_duration_since(at) >= HUSH_INTERVAL);
        let is_due = spaced && self.is_up_full(now);
        if is_due {
            self.hushed = Some(now);
        }
        is_due
    }
}

/// The rate of camera and voice together, in percent of the camera alone: a voice has no transport-wide numbers.
const WITH_VOICE_PERCENT: u64 = 125;

/// The length of a queue that is full. A shorter one is heard, but loses nothing.
const QUEUE_FULL: Duration = Duration::from_millis(800);

/// The share of lost packets at which such a queue is full. The worst radio link alone loses as much without a queue.
const QUEUE_FULL_LOSS: f32 = 0.1;

/// The time after an outage for which delays are no evidence: everybody and everything speaks at once.
pub const LINK_SETTLES: Duration = Duration::from_secs(4);

/// The time by which feedback on a camera's packets is overdue when no more are sent, because they would only wait. Four messages of
/// feedback in a row are missing then.
const TRANSIT_OVERDUE: Duration = Duration::from_millis(500);

/// The time without cameras and without feedback after which the downlink is taken for a thin one. A client that is gone altogether
/// is told to be quiet before.
const TRANSIT_UNHEARD: Duration = Duration::from_millis(1_500);

/// The interval at which a page whose uplink is full is told to send its voice only.
const HUSH_INTERVAL: Duration = Duration::from_millis(500);

/// The time from a train that was lost to the next one beside a voice, in front of which it stands.
const PROBE_INTERVAL: Duration = Duration::from_secs(5);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests;
