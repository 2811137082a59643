//! What each member's link carries, both ways: probes go out, findings come in, queues are watched.
//!
//! Part of the [`Room`]. It never decides what is sent over a link; [`caps`](super::caps) does.

use super::{Outbox, Room, member::Member};
use crate::{
    allocate,
    command::LinkMemory,
    limits::{
        HUSH_INTERVAL, LINK_QUEUE, LINK_SETTLES, LINK_THICK, LINK_UNKNOWN, LINK_VIDEO, LOSS_FRAGILE,
        OVERRUN_AGAIN, OVERRUN_PERCENT, PLUNGE_QUEUE, PROBE_BYTES, PROBE_BYTES_BESIDE, PROBE_HOPE,
        PROBE_HOPE_FAR, PROBE_INTERVAL, PROBE_NEAR, PROBE_PATIENCE, QUEUE_FULL, QUEUE_FULL_LOSS,
        TRANSIT_OVERDUE, TRANSIT_UNHEARD, WAITS_DOWN,
    },
    link::{
        Look, Sample, Way,
        packet_size_delay::Weighing,
        packet_train::{self, Finding, Prober, Turn},
        queue_delay::Lateness,
    },
    peer::Message,
    rtp::opus,
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
    weighing: Weighing,
    prober: Prober,
    /// Nobody will answer a probe, as far as can be told.
    given_up: bool,
    /// When more was sent than came, and late.
    overrun: Option<Instant>,
    /// Until then a queue is presumed on the way down.
    waits: Option<Instant>,
    /// Until then nothing that comes late speaks against the link.
    settles: Option<Instant>,
    /// When the page was last told to send a voice only.
    hushed: Option<Instant>,
    /// Which way the next train shall look, on a link that is known.
    wonders: Option<Turn>,
}

/// What goes to a member at the moment.
struct Going {
    /// As much of it as is not lost on the way.
    rate: Bitrate,
    /// How long one voice packet takes: what comes behind it is so much later without any queue.
    packet: Duration,
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
            let late = self.lateness.note(packet.timestamp.wrapping_add(ticks), now);
            self.weigh(late, packet.carried);
        }
    }

    /// How much later big packets come than small ones tells what a thin way up carries. Nobody is left to ask on a way whose
    /// trains are not answered.
    fn weigh(&mut self, late: i64, bytes: usize) {
        let known = self.up.capacity().unwrap_or(LINK_UNKNOWN.times(2));
        let Some(rate) = self.weighing.note(late, bytes, known).filter(|_| !self.given_up) else { return };
        debug!(%rate, %known, "the way up by the weight of its packets");
        self.up.weighed(rate);
    }

    /// How long a queue stands on the way from the member, of which so much arrives.
    pub(super) fn sample_up(&mut self, arrived: Bitrate, now: Instant) -> Sample {
        self.lateness.sample(arrived, now)
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

    /// The link was gone and is back: what was known of it still holds, and is not doubted for a moment.
    pub(super) fn interrupted(&mut self, now: Instant) {
        self.lateness = Lateness::default();
        self.weighing = Weighing::default();
        self.settles = Some(now + LINK_SETTLES);
    }

    /// The sender's clock, or the way: what came before says nothing of what comes now.
    fn slipped(&mut self) {
        self.lateness.forget();
        self.weighing = Weighing::default();
    }

    /// Whether what goes down waits in a queue, as far as can be told.
    pub(super) fn waits_down(&self, now: Instant) -> bool {
        self.waits.is_some_and(|until| now < until)
    }

    /// Everybody and everything speaks at once over a link that has just come back.
    pub(super) fn is_settling(&self, now: Instant) -> bool {
        self.settles.is_some_and(|until| now < until)
    }

    fn found(&mut self, finding: Finding, going: &Going, now: Instant) {
        match finding {
            Finding::Late { .. } if self.is_settling(now) => {}
            Finding::Down(rate) if self.down.is_measured() => self.shown(Turn::Down, rate, now),
            Finding::Up(rate) if self.up.is_measured() => self.shown(Turn::Up, rate, now),
            Finding::Down(rate) => self.down.probed(rate),
            Finding::Up(rate) => self.up.probed(rate),
            Finding::Late { queue, arrived } => {
                let queue = queue.saturating_sub(going.packet);
                self.late(Sample { arrived, queue, lately: queue, ..Sample::default() }, going, now);
            }
        }
    }

    /// The page says that everything comes late. What arrives is counted over some packets only: unless the queue is
    /// long, it must be said twice that the way is overrun. Where a very long one stands, it is, whatever goes now; and a way
    /// that was just tried for more gets no doubt's benefit.
    fn late(&mut self, sample: Sample, going: &Going, now: Instant) {
        if sample.queue > LINK_QUEUE * 2 {
            self.waits = Some(now + WAITS_DOWN);
        }
        let long = LINK_QUEUE * if self.down.is_tried(now) { 2 } else { 4 };
        let overruns = going.rate > sample.arrived.percent(OVERRUN_PERCENT) || sample.queue >= long;
        if sample.queue <= LINK_QUEUE || !overruns {
            self.down.observe(sample, now);
            return;
        }
        let before = self.overrun.replace(now);
        let again = before.is_some_and(|at| now.saturating_duration_since(at) <= OVERRUN_AGAIN);
        if again || sample.queue >= LINK_QUEUE * 2 {
            self.down.overrun(sample.arrived, now);
        }
    }

    /// No train has told, and there will be none: the call must begin with something. Whether that is new.
    fn presume(&mut self, now: Instant) -> bool {
        let in_vain = !self.is_complete() && self.prober.is_spent(now);
        if in_vain {
            self.up.presume();
            self.down.presume();
        }
        in_vain
    }

    /// Whether one of the ways, of which so much is in use, may carry more than is known of it.
    fn wonder(&mut self, [up, down]: [Bitrate; 2], now: Instant) {
        if !self.is_complete() || !self.prober.rests(PROBE_PATIENCE, now) {
            return;
        }
        if self.up.asks(up) {
            self.wonders = Some(Turn::Up);
        } else if self.down.asks(down) {
            self.wonders = Some(Turn::Down);
        }
    }

    /// What a train showed of a way that is known.
    fn shown(&mut self, turn: Turn, rate: Bitrate, now: Instant) {
        let (up, down) = (&mut self.up, &mut self.down);
        let (way, other) = if turn == Turn::Up { (up, down) } else { (down, up) };
        match way.shown(rate, now) {
            Look::Promises => self.wonders = Some(turn),
            Look::Rose => other.rose_beside(),
            _ => {}
        }
    }

    /// The next train's way, if one is due. Where nothing is known it may stand in front of a voice after a while.
    fn train(&mut self, lost: Duration, now: Instant) -> Option<Turn> {
        if self.is_complete() {
            return self.wonders.take();
        }
        let due = self.prober.is_due(lost, now);
        due.then(|| self.unknown()).flatten()
    }

    /// A call begins, or goes on: what is known must do.
    pub(super) fn conclude(&mut self) {
        Way::conclude(&mut self.up, &mut self.down);
    }

    fn unknown(&self) -> Option<Turn> {
        match (self.down.is_measured(), self.up.is_measured()) {
            (true, true) => None,
            (true, false) => Some(Turn::Up),
            (false, true) => Some(Turn::Down),
            (false, false) => Some(self.prober.turn()),
        }
    }
}

impl Room {
    /// A message on the channel of the probes.
    pub(super) fn measured(&mut self, index: usize, message: &Message, now: Instant, out: &mut Outbox) {
        let Some(message) = packet_train::Message::parse(&message.data) else {
            out.stats.dropped.messages += 1;
            return;
        };
        let member = &mut self.members[index];
        let before = (member.measured.is_complete(), member.takes_video());
        let capacity = member.measured.down.capacity();
        let Some(finding) = member.measured.prober.handle(message, now) else { return };
        debug!(peer = %member.id, ?finding, "link");
        let going = member.going(now);
        member.measured.found(finding, &going, now);
        if self.members.len() > 1 {
            self.members[index].measured.conclude();
        }
        self.probe(index, now);
        let member = &self.members[index];
        let fell = member.measured.down.capacity() < capacity;
        if before != (member.measured.is_complete(), member.takes_video()) {
            self.reseat(now, out);
            self.recap(now, out);
        } else if fell {
            self.members[index].review_redundancy(now);
            self.allocate(now);
            self.recap(now, out);
        }
    }

    /// Watches queues, and sends the probes that are due.
    pub(super) fn watch_links(&mut self, now: Instant) -> bool {
        let mut fallen = false;
        for index in 0..self.members.len() {
            fallen |= self.members[index].watch(now);
            fallen |= self.members[index].watch_transit(now);
            self.members[index].give_up(now);
            fallen |= self.members[index].measured.presume(now);
            self.probe(index, now);
        }
        fallen
    }

    /// Whose way up is full is told so.
    pub(super) fn hush(&mut self, now: Instant) {
        self.members.iter_mut().for_each(|member| member.hush(now));
    }

    /// Sends a member's next train if it is due.
    pub(super) fn probe(&mut self, index: usize, now: Instant) {
        let alone = self.members.len() < 2;
        let (lost, bytes) =
            if alone { (PROBE_PATIENCE, PROBE_BYTES) } else { (PROBE_INTERVAL, PROBE_BYTES_BESIDE) };
        let member = &mut self.members[index];
        if member.quiet || member.connected.is_none() || !member.peer.has_channel(packet_train::LABEL) {
            return;
        }
        let Some(turn) = member.measured.train(lost, now) else { return };
        for data in member.measured.prober.begin(turn, bytes, now) {
            member.peer.send(&Message { label: packet_train::LABEL.to_owned(), binary: true, data });
        }
    }
}

/// Beside a camera goes a voice, which has no numbers: what comes of both, of what comes of the camera.
const WITH_VOICE_PERCENT: u64 = 125;

/// What of it arrives. Of more than that many losses a full queue is the cause: that is what is looked for.
fn not_lost(rate: Bitrate, loss: f32) -> Bitrate {
    rate.scaled(1.0 - loss.min(LOSS_FRAGILE))
}

impl Member {
    /// What goes to it, of which some is lost.
    fn going(&mut self, now: Instant) -> Going {
        let voice = self.voice_down();
        let ptime = Duration::from_millis(voice.ptime_ms.into());
        let bytes = voice.on_wire(self.doubles_down.is_on()).bytes_in(ptime);
        let capacity = self.measured.down.capacity().unwrap_or(LINK_THICK);
        let rate = not_lost(self.peer.leaving(now), self.peer.loss_down());
        Going { rate, packet: capacity.time_of(bytes) }
    }

    /// Voice is repaired where it is worth its delay.
    pub(super) fn review_repair(&mut self, now: Instant) {
        let Some(rtt) = self.peer.least_rtt() else { return };
        let was = self.peer.is_repairing();
        // What a full queue dropped would only stand in it once more.
        let waits = self.measured.lateness.lately(now) >= PLUNGE_QUEUE;
        let repairing = !waits && allocate::repairs_voice(self.peer.loss(), rtt, was);
        if repairing != was {
            debug!(peer = %self.id, repairing, loss = self.peer.loss(), ?rtt, "repair of voice");
            self.peer.set_repairing(repairing);
        }
    }

    fn watch(&mut self, now: Instant) -> bool {
        if self.measured.given_up || self.quiet || self.measured.is_settling(now) {
            return false;
        }
        let arrived = self.peer.arriving(now);
        let sample = self.measured.sample_up(arrived, now);
        let look = self.judge_up(sample, now);
        match look {
            Look::Fell => {
                debug!(peer = %self.id, ?sample, "the way up carries less");
                self.doubt_down(now);
                self.review_repair(now);
                self.review_redundancy(now);
            }
            Look::Slipped => self.measured.slipped(),
            Look::Same | Look::Rose | Look::Promises => {}
        }
        let [up, down] = [sample.arrived, self.peer.leaving_lately(now)];
        let rose = [self.measured.up.rise(up, now), self.measured.down.rise(down, now)].contains(&Look::Rose);
        self.measured.wonder([up, down], now);
        look == Look::Fell || rose
    }

    fn judge_up(&mut self, sample: Sample, now: Instant) -> Look {
        let up = &mut self.measured.up;
        if up.plunged(sample, now) == Look::Fell || up.climbed(sample, now) == Look::Fell {
            return Look::Fell;
        }
        // A full queue does not grow: it loses what is too much, and must not be taken for a clock that slipped.
        let is_full = sample.queue >= QUEUE_FULL && self.peer.loss_up() >= QUEUE_FULL_LOSS;
        if is_full { up.overrun(sample.arrived, now) } else { up.observe(sample, now) }
    }

    /// A thin link mostly is one radio, and the page's word of what comes late stands in the queue of the way that fell: until
    /// it is told otherwise, the way down is taken for no better.
    fn doubt_down(&mut self, now: Instant) {
        let Measured { up, down, .. } = &mut self.measured;
        let is_thin = down.capacity().is_some_and(|capacity| capacity < LINK_VIDEO);
        if let Some(fallen) = up.capacity().filter(|_| is_thin) {
            down.unheard(fallen, now);
            self.measured.waits = Some(now + WAITS_DOWN);
        }
    }

    /// Watches what is said of the cameras that go to it: how late they come, and whether anything is said at all.
    fn watch_transit(&mut self, now: Instant) -> bool {
        let overdue = !self.quiet && self.peer.overdue(now) >= TRANSIT_OVERDUE;
        let before = self.held;
        self.held = overdue.then(|| before.unwrap_or(now));
        if before != self.held {
            debug!(peer = %self.id, overdue, "cameras to it");
        }
        before != self.held || self.plunges_down(now) || self.is_unheard(now)
    }

    /// Nothing is heard for so long that its way down is taken for no better than any, and than its way up.
    fn is_unheard(&mut self, now: Instant) -> bool {
        let long = self.held.is_some_and(|since| now.saturating_duration_since(since) >= TRANSIT_UNHEARD);
        let no_better = self.carries_up().min(LINK_UNKNOWN);
        long && self.measured.down.unheard(no_better, now) == Look::Fell
    }

    fn plunges_down(&mut self, now: Instant) -> bool {
        let Some(seen) = self.peer.look_down().filter(|_| !self.measured.is_settling(now)) else {
            return false;
        };
        let sample = Sample { arrived: seen.arrived.percent(WITH_VOICE_PERCENT), ..seen };
        let fell = self.measured.down.plunged(sample, now) == Look::Fell;
        if fell {
            debug!(peer = %self.id, ?sample, "the way down carries less");
        }
        fell
    }

    /// Tells a page whose way up is full to send its voice only, by the channel of the probes: `Caps` wait in TCP behind
    /// whatever fills the way down.
    fn hush(&mut self, now: Instant) {
        let Some(caps) = self.told_caps else { return };
        let is_full = !self.quiet && self.measured.lateness.lately(now) >= PLUNGE_QUEUE;
        let spaced = self.measured.hushed.is_none_or(|at| now.saturating_duration_since(at) >= HUSH_INTERVAL);
        if is_full && spaced && caps.video.is_none() && self.peer.has_channel(packet_train::LABEL) {
            self.measured.hushed = Some(now);
            let data = packet_train::hush(caps.audio, caps.ptime_ms);
            self.peer.send(&Message { label: packet_train::LABEL.to_owned(), binary: true, data });
        }
    }

    /// Whether its link is known, or will not be: a client without a line for data channels cannot be
    /// measured.
    pub(super) fn is_measured(&self) -> bool {
        let has_line = self.peer.lines().iter().any(|line| line.kind.is_none());
        self.measured.is_complete() || !has_line || self.measured.given_up
    }

    /// A client that opens other channels, or none although its way is short, will not be measured, unless it opens one
    /// after all: on a bad link the word of it may be lost more than once.
    fn give_up(&mut self, now: Instant) {
        let is_near = self.peer.rtt().is_some_and(|rtt| rtt < PROBE_NEAR);
        let patience = if is_near { PROBE_HOPE } else { PROBE_HOPE_FAR };
        let waited = self.connected.is_some_and(|since| now.saturating_duration_since(since) >= patience);
        let in_vain = waited && (is_near || self.peer.has_channels());
        self.measured.given_up |= in_vain;
        self.measured.given_up &= !self.peer.has_channel(packet_train::LABEL);
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    /// A doubled voice on 24 kbit/s.
    const GOING: Going = Going { rate: Bitrate::kbps(20), packet: Duration::from_millis(98) };

    #[test]
    fn what_waits_behind_one_packet_is_no_queue_and_a_short_one_must_be_told_twice() {
        let (start, known) = (Instant::now(), Bitrate::kbps(24));
        let mut link = Measured::default();
        link.told(LinkMemory { up: known, down: known });
        let mut tell = |queue_ms, at_s| {
            let finding =
                Finding::Late { queue: Duration::from_millis(queue_ms), arrived: Bitrate::kbps(12) };
            link.found(finding, &GOING, start + Duration::from_secs(at_s));
            link.down.capacity()
        };
        assert_eq!([tell(240, 0), tell(240, 2), tell(260, 4), tell(260, 10)], [Some(known); 4]);
        assert!(tell(260, 12) < Some(known), "twice in a row");
    }

    #[test]
    fn a_thin_way_whose_trains_were_lost_is_known_by_its_voice() {
        let known_after = |rate: Bitrate, jitter_ms: u64| {
            let mut link = Measured::default();
            let takes = |bytes: u64, late_ms: u64| {
                let takes = rate.time_of(bytes) + Duration::from_millis(late_ms);
                i64::try_from(takes.as_micros()).expect("short")
            };
            let heard = (0..3_000_u64).find(|i| {
                let bytes = if i / 20 % 2 == 0 { 90 } else { 3 };
                link.weigh(
                    takes(bytes, i * 7_919 % 97 * jitter_ms / 97),
                    usize::try_from(bytes).expect("few"),
                );
                link.up.is_measured()
            });
            heard.map(|_| link.up.capacity().expect("measured").as_bps() / 1_000)
        };
        assert_eq!([24, 39].map(|kbps| known_after(Bitrate::kbps(kbps), 0)), [Some(24), Some(39)]);
        assert_eq!([0, 10, 20].map(|jitter| known_after(Bitrate::kbps(9_000), jitter)), [None; 3]);
    }

    #[test]
    fn a_full_queue_does_not_hide_behind_what_it_drops() {
        let (sent, arrives) = (Bitrate::kbps(80), Bitrate::kbps(40));
        assert!(not_lost(sent, 0.5) > arrives.percent(OVERRUN_PERCENT));
        assert_eq!(not_lost(sent, 0.1), Bitrate::kbps(72));
    }

    #[test]
    fn a_long_queue_is_believed_at_once() {
        let known = Bitrate::kbps(24);
        let mut link = Measured::default();
        link.told(LinkMemory { up: known, down: known });
        let late = Finding::Late { queue: Duration::from_millis(900), arrived: Bitrate::kbps(12) };
        link.found(late, &GOING, Instant::now());
        assert!(link.down.capacity() < Some(known));
    }

    #[test]
    fn what_comes_late_after_an_outage_is_no_evidence_and_later_it_is_again() {
        let start = Instant::now();
        let (mut link, known) = (Measured::default(), Bitrate::kbps(40));
        link.told(LinkMemory { up: known, down: known });
        link.interrupted(start);
        let late = Finding::Late { queue: Duration::from_millis(700), arrived: Bitrate::kbps(6) };
        let mut tell = |ms| {
            link.found(late, &GOING, start + Duration::from_millis(ms));
            link.down.capacity()
        };
        assert_eq!([500, 1_000, 2_500].map(&mut tell), [Some(known); 3]);
        assert!(tell(5_000) < Some(known), "a link that has become thinner is believed");
    }

    #[test]
    fn a_long_queue_is_believed_while_little_goes_and_a_shorter_one_where_more_was_just_tried() {
        let (start, known) = (Instant::now(), Bitrate::kbps(64));
        let pause = Going { rate: Bitrate::kbps(10), ..GOING };
        let told = |link: &mut Measured, queue_ms, now| {
            let queue = Duration::from_millis(queue_ms);
            link.found(Finding::Late { queue, arrived: Bitrate::kbps(40) }, &pause, now);
            link.down.capacity() < Some(known)
        };
        let mut link = Measured::default();
        link.told(LinkMemory { up: known, down: known });
        assert!(!told(&mut link, 420, start));
        assert!(told(&mut link, 720, start));
        let later = (0..40).map(|i| start + Duration::from_millis(10_000 + i * 250));
        let risen =
            later.into_iter().find(|now| link.down.rise(Bitrate::kbps(40), *now) == Look::Rose).unwrap();
        assert_eq!(link.down.capacity(), Some(known));
        assert!(told(&mut link, 420, risen + Duration::from_secs(2)));
    }
}
