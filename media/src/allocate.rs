//! Allocation of a link's capacity: the layer of each camera that a receiver gets, and the rate that a camera
//! may send.
//!
//! Pure. Voice comes first and is always sent; the rest is for a camera, or for pictures.

use crate::{
    limits::{
        FEC_FROM, LINK_BUDGET_PERCENT, LINK_THICK, LINK_VIDEO, MIX_END_PERCENT, MIX_SHARE,
        RED_BACK_BURSTY_MS, RED_BACK_LEAST, RED_BESIDE_CAMERA_PERCENT, RED_BUDGET_PERCENT, RED_LONG_BELOW,
        RED_LONGEST_PTIME_MS, RED_LOSS, RED_LOSS_BESIDE_FEC, RED_PTIME_MS, RED_SHORT_FROM,
        RED_THINNED_PERCENT, REPAIR_LOSS, REPAIR_RTT, SLIM_PTIME_MS, VIDEO_MAX, VIDEO_MIN,
    },
    units::Bitrate,
};
use std::time::Duration;

/// Encoding of a voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    /// Opus target.
    pub audio: Bitrate,
    /// Packet time in milliseconds: 20, 40, 60 or 120.
    pub ptime_ms: u8,
}

/// Bytes of IP, UDP, RTP and SRTP around each packet of a voice.
const VOICE_HEADERS: u64 = 50;
/// Bytes that redundancy adds: the RED headers of the earlier packet and of the packet itself (RFC 2198 section
/// 3).
const RED_HEADERS: u64 = 5;

impl Voice {
    /// Returns the best voice for a direction of this capacity. A thin link gets long packets, because the
    /// headers of 20 ms packets would take the voice's rate.
    pub fn on(capacity: Bitrate) -> Self {
        let kbps = capacity.as_bps() / 1_000;
        let (audio, ptime_ms) = match kbps {
            400.. => (Bitrate::kbps(32), 20),
            180..400 => (Bitrate::kbps(24), 20),
            96..180 => (Bitrate::kbps(16), 20),
            52..96 => (Bitrate::kbps(14), 60),
            30..52 => (Bitrate::kbps(12), 60),
            21..30 => (Bitrate::kbps(9), 60),
            18..21 => (Bitrate::kbps(10), 120),
            15..18 => (Bitrate::kbps(8), 120),
            _ => (Bitrate::kbps(6), 120),
        };
        Self { audio, ptime_ms }
    }

    /// Returns the rate on the link with headers; `doubled` is true if each packet also carries an earlier one.
    pub fn on_wire(self, doubled: bool) -> Bitrate {
        if doubled {
            self.headers(VOICE_HEADERS + RED_HEADERS).plus(self.audio.times(2))
        } else {
            self.headers(VOICE_HEADERS).plus(self.audio)
        }
    }

    /// This voice so that it may be doubled on a way that carries `capacity`: a little thinner at need, and in longer
    /// packets, but where a camera has room to spare. `None` where it does not fit, and on a thick link, where a repair comes
    /// in time.
    pub fn doubled(self, capacity: Bitrate) -> Option<Self> {
        if capacity >= LINK_THICK {
            return None;
        }
        let within = |ptime_ms| Self { ptime_ms, ..self }.halved(capacity);
        if capacity < RED_LONG_BELOW {
            return within(RED_LONGEST_PTIME_MS);
        }
        let as_quick = if mends_itself(capacity) { within(self.ptime_ms) } else { None };
        let shortest = if capacity < RED_SHORT_FROM { self.ptime_ms.max(RED_PTIME_MS) } else { RED_PTIME_MS };
        as_quick
            .or_else(|| within(shortest))
            .or_else(|| if self.is_slim() { within(RED_LONGEST_PTIME_MS) } else { None })
    }

    fn is_slim(self) -> bool {
        self.ptime_ms >= SLIM_PTIME_MS
    }

    /// Returns the same voice with the packet time unchanged.
    fn halved(self, capacity: Bitrate) -> Option<Self> {
        let percent = if capacity < LINK_VIDEO { RED_BUDGET_PERCENT } else { RED_BESIDE_CAMERA_PERCENT };
        let budget = capacity.percent(percent);
        let spare = budget.saturating_sub(self.headers(VOICE_HEADERS + RED_HEADERS));
        let audio = self.audio.min(spare.percent(50));
        let fits = audio >= self.audio.percent(RED_THINNED_PERCENT);
        fits.then_some(Self { audio, ..self })
    }

    fn headers(self, bytes: u64) -> Bitrate {
        Bitrate::bps(bytes * 8_000 / u64::from(self.ptime_ms.max(1)))
    }
}

/// Returns the distance of a redundant copy in packets, in a direction of this capacity. A burst would take the
/// next packet too. Long packets make a later copy nearly free, and beside a camera the conversation is too
/// quick to wait for one.
pub fn copies_back(capacity: Bitrate, bursty: bool) -> u8 {
    let plain = Voice::on(capacity);
    let Some(Voice { ptime_ms, .. }) = plain.doubled(capacity) else { return 0 };
    let late = ptime_ms >= RED_LONGEST_PTIME_MS || (bursty && plain.is_slim());
    if late { (RED_BACK_BURSTY_MS / ptime_ms).max(RED_BACK_LEAST) } else { 1 }
}

/// True if a direction of this capacity has room for each voice packet to carry an earlier one, too.
pub fn can_double_voice(capacity: Bitrate) -> bool {
    Voice::on(capacity).doubled(capacity).is_some()
}

/// True if a direction carries a voice of low rate only, and has no room for copies.
pub fn is_too_thin_to_double(capacity: Bitrate) -> bool {
    Voice::on(capacity).is_slim() && !can_double_voice(capacity)
}

/// True if copies are worth their rate at this loss: a gap that a later packet fills costs a packet time or
/// two, and no round trip. `heard` is true if the sender is told of the loss, and conceals it by in-band FEC
/// where there is room.
pub fn is_worth_doubling(capacity: Bitrate, loss: f32, heard: bool) -> bool {
    loss >= if heard && mends_itself(capacity) { RED_LOSS_BESIDE_FEC } else { RED_LOSS }
}

/// True if a voice in such a direction has room for Opus's own redundancy (in-band FEC, RFC 6716 section
/// 2.1.7). A sender uses it only for the loss that it is told of.
pub fn mends_itself(capacity: Bitrate) -> bool {
    Voice::on(capacity).audio >= FEC_FROM
}

/// True if lost voice is worth retransmitting. A retransmission is a round trip late, and all sound must be
/// played later by as much: with little loss concealment is better than the delay, and over VSAT nobody can
/// wait. `now` is true while it is done, so that it is not given up at the first good second.
pub fn repairs_voice(loss: f32, rtt: Duration, now: bool) -> bool {
    let least = if now { REPAIR_LOSS / 2.0 } else { REPAIR_LOSS };
    rtt <= REPAIR_RTT && loss >= least
}

/// True if a receiver gets `voices` mixed into one, because its downlink has too little for each of them. `now`
/// is true while it does, so that a link at the border does not alternate.
pub fn mixes_voices(capacity: Bitrate, voices: usize, now: bool) -> bool {
    let share = if now { MIX_SHARE.percent(MIX_END_PERCENT) } else { MIX_SHARE };
    voices > 1 && capacity.shared_by(voices) < share
}

/// Returns the part of a capacity that may be used. The rest keeps the queue empty.
pub fn budget(capacity: Bitrate) -> Bitrate {
    capacity.percent(LINK_BUDGET_PERCENT)
}

/// A camera that a receiver has a slot for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Rate of each layer now; zero for a layer that is not sent.
    pub layers: Vec<Bitrate>,
    /// The layer that the receiver gets now.
    pub current: Option<usize>,
}

/// Percent of its rate that a layer may lack and still be kept: the sender is being capped meanwhile, and
/// stopping costs a keyframe.
const KEEP: u64 = 150;
/// Percent of its price that must be free before a better layer is taken: its keyframe comes on top.
const CLIMB: u64 = 120;

/// Returns one layer, or none, for each wish. Everyone gets the cheapest layer before anyone gets a better one,
/// and earlier wishes come first.
pub fn decide(budget: Bitrate, wishes: &[Wish]) -> Vec<Option<usize>> {
    let ladders: Vec<Vec<usize>> = wishes.iter().map(|wish| ladder(&wish.layers)).collect();
    let mut left = budget;
    let mut rungs: Vec<Option<usize>> = Vec::with_capacity(wishes.len());
    for (wish, ladder) in wishes.iter().zip(&ladders) {
        let price = wish.layers[ladder[0]];
        let kept = wish.current.is_some() && price <= left.percent(KEEP);
        let taken = kept || price <= left;
        left = if taken { left.saturating_sub(price) } else { left };
        rungs.push(taken.then_some(0));
    }
    while climb(&mut left, wishes, &ladders, &mut rungs) {}
    rungs.iter().zip(&ladders).map(|(rung, ladder)| rung.map(|rung| ladder[rung])).collect()
}

/// Returns the layers from low to high rate: those that are sent, or the first one if none is sent yet.
fn ladder(layers: &[Bitrate]) -> Vec<usize> {
    let mut sent: Vec<usize> = (0..layers.len()).filter(|i| layers[*i] > Bitrate::default()).collect();
    sent.sort_by_key(|i| layers[*i]);
    if sent.is_empty() { vec![0] } else { sent }
}

/// Raises everyone who can afford it by one layer. True if anyone could.
fn climb(left: &mut Bitrate, wishes: &[Wish], ladders: &[Vec<usize>], rungs: &mut [Option<usize>]) -> bool {
    let mut climbed = false;
    for ((wish, ladder), rung) in wishes.iter().zip(ladders).zip(rungs) {
        let Some(here) = *rung else { continue };
        let Some(&next) = ladder.get(here + 1) else { continue };
        let price = wish.layers[next].saturating_sub(wish.layers[ladder[here]]);
        let needed = if wish.current == Some(next) { price } else { price.percent(CLIMB) };
        if needed <= *left {
            *left = left.saturating_sub(price);
            *rung = Some(here + 1);
            climbed = true;
        }
    }
    climbed
}

/// Returns the rate that a camera may send, from the rate that each receiver has for it: as much as the best
/// receiver can take. The others take a lower layer; without layers they lose the picture, so that the quality
/// of the others stays.
pub fn camera_cap(shares: impl Iterator<Item = Bitrate>) -> Option<Bitrate> {
    let best = shares.max().unwrap_or(VIDEO_MAX);
    (best >= VIDEO_MIN).then_some(best.min(VIDEO_MAX))
}

/// True if a new limit differs enough to tell the client, because an encoder needs time after each change.
pub fn worth_telling(old: Option<Bitrate>, new: Option<Bitrate>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => {
            let (low, high) = (old.min(new), old.max(new));
            low.percent(110) < high || (high == VIDEO_MAX && low != high)
        }
        _ => old != new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wish(kbps: &[u64], current: Option<usize>) -> Wish {
        Wish { layers: kbps.iter().map(|k| Bitrate::kbps(*k)).collect(), current }
    }

    #[test]
    fn voice_fits_every_way_that_can_carry_one() {
        for kbps in 12..1_000 {
            let way = Bitrate::kbps(kbps);
            assert!(Voice::on(way).on_wire(false) <= way.percent(80), "{kbps} kbit/s");
        }
        assert_eq!(Voice::on(Bitrate::kbps(40)).on_wire(false), Bitrate::bps(18_666));
    }

    #[test]
    fn a_doubled_voice_fits_and_is_a_voice_still() {
        for way in (12..1_000).map(Bitrate::kbps) {
            if let Some(voice) = Voice::on(way).doubled(way) {
                assert!(voice.on_wire(true) <= way.percent(84), "{way}");
                assert!(voice.audio >= Bitrate::bps(6_700), "{way}: {voice:?}");
            }
        }
        let on = |kbps| Voice::on(Bitrate::kbps(kbps)).doubled(Bitrate::kbps(kbps)).expect("room");
        assert_eq!(on(40), Voice { audio: Bitrate::kbps(12), ptime_ms: 60 });
        assert_eq!(
            [24, 28].map(|kbps| on(kbps).ptime_ms),
            [120; 2],
            "headers of 60 ms would take the copy's room"
        );
        assert_eq!(on(64), Voice { audio: Bitrate::kbps(14), ptime_ms: 40 });
        assert_eq!(on(256), Voice { audio: Bitrate::kbps(24), ptime_ms: 20 });
        assert_eq!(on(185).ptime_ms, 40, "the camera needs the room");
        assert!(on(200).ptime_ms == 20 && on(200).audio < Bitrate::kbps(20), "it thins the voice instead");
        let beside_camera = on(128);
        assert_eq!(beside_camera.ptime_ms, 40);
        assert!(beside_camera.on_wire(true) <= Bitrate::kbps(39), "{beside_camera:?}");
    }

    #[test]
    fn one_voice_is_never_mixed_and_the_border_is_wide() {
        let mixes = |kbps, voices, now| mixes_voices(Bitrate::kbps(kbps), voices, now);
        assert!(!mixes(10, 1, true) && mixes(40, 2, false) && !mixes(400, 2, true));
        assert!(!mixes(120, 2, false) && mixes(120, 2, true) && mixes(120, 3, false));
        assert!(!mixes(500, 7, true), "a thick link has room for a full room");
    }

    #[test]
    fn everyone_gets_the_cheapest_before_anyone_gets_more() {
        let simulcast = || wish(&[100, 300, 900], None);
        let decide = |kbps, n| decide(Bitrate::kbps(kbps), &vec![simulcast(); n]);
        assert_eq!(decide(1_200, 1), [Some(2)]);
        assert_eq!(decide(350, 1), [Some(1)]);
        assert_eq!(decide(350, 3), [Some(0); 3]);
        assert_eq!(decide(250, 3), [Some(0), Some(0), None]);
        assert_eq!(decide(460, 2), [Some(1), Some(0)]);
    }

    #[test]
    fn climbing_needs_room_and_staying_does_not() {
        let budget = Bitrate::kbps(310);
        assert_eq!(decide(budget, &[wish(&[100, 300], None)]), [Some(0)]);
        assert_eq!(decide(budget, &[wish(&[100, 300], Some(1))]), [Some(1)]);
    }

    #[test]
    fn a_single_layer_is_kept_while_its_sender_is_capped() {
        assert_eq!(decide(Bitrate::kbps(700), &[wish(&[1_000], Some(0))]), [Some(0)]);
        assert_eq!(decide(Bitrate::kbps(700), &[wish(&[1_000], None)]), [None]);
        assert_eq!(decide(Bitrate::kbps(600), &[wish(&[1_000], Some(0))]), [None]);
    }

    #[test]
    fn what_is_not_sent_yet_is_wanted() {
        assert_eq!(decide(Bitrate::kbps(0), &[wish(&[0], None), wish(&[0, 0, 0], None)]), [Some(0); 2]);
    }

    #[test]
    fn between_too_thin_and_too_quick_a_voice_can_be_doubled() {
        let judged = |kbps| {
            let way = Bitrate::kbps(kbps);
            (can_double_voice(way), is_too_thin_to_double(way))
        };
        assert_eq!(judged(18), (false, true));
        assert_eq!(judged(24), (true, false));
        assert_eq!(judged(40), (true, false));
        assert_eq!(judged(256), (true, false));
        assert_eq!(judged(400), (false, false), "a repair comes in time, and nothing is too thin");
    }

    #[test]
    fn where_opus_mends_single_losses_there_must_be_more_of_them() {
        let worth = |kbps, loss, heard| is_worth_doubling(Bitrate::kbps(kbps), loss, heard);
        assert!(worth(40, 0.01, true) && worth(128, 0.01, true) && !worth(128, 0.005, false));
        assert!(!worth(256, 0.01, true) && worth(256, 0.03, true));
        assert!(worth(256, 0.01, false), "the far encoder does not know");
    }

    #[test]
    fn a_copy_is_in_a_later_packet_where_bursts_take_the_next_and_people_can_wait() {
        let back = |kbps| [false, true].map(|bursty| copies_back(Bitrate::kbps(kbps), bursty));
        assert_eq!(back(18), [0, 0], "no room");
        assert_eq!(back(24), [2, 2], "packets are long");
        assert_eq!(back(40), [1, 2]);
        assert_eq!(back(64), [1, 4], "packets are short");
        assert_eq!(back(128), [1, 1], "a camera runs beside them");
    }

    #[test]
    fn the_best_receiver_sets_the_cap() {
        let cap = |kbps: &[u64]| camera_cap(kbps.iter().map(|k| Bitrate::kbps(*k)));
        assert_eq!(cap(&[100, 600]), Some(Bitrate::kbps(600)));
        assert_eq!(cap(&[9_000]), Some(VIDEO_MAX));
        assert_eq!(cap(&[39]), None, "below it a picture on the data channel is worth more");
        assert_eq!(cap(&[]), Some(VIDEO_MAX), "alone: the self view is sharp at once");
    }

    #[test]
    fn small_changes_are_not_told() {
        let k = |kbps| Some(Bitrate::kbps(kbps));
        assert!(!worth_telling(k(500), k(540)) && worth_telling(k(500), k(600)));
        assert!(worth_telling(k(500), None) && worth_telling(None, k(500)));
        assert!(worth_telling(k(1_150), Some(VIDEO_MAX)), "the last step to the top");
    }

    proptest! {
        /// A newly taken layer never exceeds the budget.
        #[test]
        fn the_budget_holds(
            budget in 0_u64..5_000,
            kbps in prop::collection::vec(prop::collection::vec(0_u64..2_000, 1..4), 0..8),
        ) {
            let wishes: Vec<Wish> = kbps.iter().map(|layers| wish(layers, None)).collect();
            let decided = decide(Bitrate::kbps(budget), &wishes);
            let spent: u64 = decided.iter().zip(&kbps).filter_map(|(d, layers)| d.map(|d| layers[d])).sum();
            prop_assert!(spent <= budget);
        }
    }
}
