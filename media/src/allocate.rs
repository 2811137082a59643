//! The allocation of a link's bits: the encoding of a voice, its redundancy and repair, and the layer of each camera.
//!
//! Everything here is a pure function of rates and losses. Voice comes first and always goes; what it leaves is for a camera, or for
//! pictures behind it.

use crate::{
    limits::{REPAIR_RTT, VIDEO_MAX, VIDEO_MIN},
    link::rate_class::{LINK_THICK, LINK_VIDEO},
    units::Bitrate,
};
use std::time::Duration;

/// The encoding of a voice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    /// Opus target.
    pub audio: Bitrate,
    /// Packet time in milliseconds: 20, 40, 60 or 120.
    pub ptime_ms: u8,
}

impl Voice {
    /// The best voice for a link of this `capacity`. The headers of 20 ms packets would take the voice's rate on a
    /// thin one, so its packets are long.
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

    /// The rate that it takes of the link, headers included. `doubled` means that each packet carries an earlier one, too.
    pub fn on_wire(self, doubled: bool) -> Bitrate {
        if doubled {
            self.headers(VOICE_HEADERS + RED_HEADERS).plus(self.audio.times(2))
        } else {
            self.headers(VOICE_HEADERS).plus(self.audio)
        }
    }

    /// This voice with room for redundancy on a link of this `capacity`: a little thinner at need, and in longer packets, except
    /// beside a camera with room to spare. `None` if that does not fit, and on a thick link, where a repair comes in time.
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

    /// The same in packets of its own length.
    fn halved(self, capacity: Bitrate) -> Option<Self> {
        let within = |percent| {
            let headers = self.headers(VOICE_HEADERS + RED_HEADERS);
            capacity.percent(percent).saturating_sub(headers).percent(50)
        };
        let least = self.audio.percent(RED_THINNED_PERCENT);
        let most = within(if capacity < LINK_VIDEO { RED_BUDGET_PERCENT } else { RED_BESIDE_CAMERA_PERCENT });
        let beside_pictures = (PICTURES_BESIDE_RED_FROM..LINK_VIDEO).contains(&capacity);
        let wanted =
            if beside_pictures { within(RED_BESIDE_PICTURES_PERCENT).max(least) } else { self.audio };
        (most >= least).then_some(Self { audio: self.audio.min(most).min(wanted), ..self })
    }

    fn headers(self, bytes: u64) -> Bitrate {
        Bitrate::bps(bytes * 8_000 / u64::from(self.ptime_ms.max(1)))
    }
}

/// The number of packets between a packet and its copy, on a link of this `capacity`; 0 if it has no room for copies. A later packet
/// carries the copy if losses come in bursts, because the next packet would be lost as well, and if packets are long, because nobody
/// waits much longer then. A conversation beside a camera is too quick to wait.
pub fn copies_back(capacity: Bitrate, bursty: bool) -> u8 {
    let plain = Voice::on(capacity);
    let Some(Voice { ptime_ms, .. }) = plain.doubled(capacity) else { return 0 };
    let late = ptime_ms >= RED_LONGEST_PTIME_MS || (bursty && plain.is_slim());
    if late { (RED_BACK_BURSTY_MS / ptime_ms).max(RED_BACK_LEAST) } else { 1 }
}

/// True if a link of this `capacity` has room for each voice packet to carry an earlier one, too.
pub fn can_double_voice(capacity: Bitrate) -> bool {
    Voice::on(capacity).doubled(capacity).is_some()
}

/// True if a link carries a slim voice only, and has no room for redundancy.
pub fn is_too_thin_to_double(capacity: Bitrate) -> bool {
    Voice::on(capacity).is_slim() && !can_double_voice(capacity)
}

/// True if redundancy is worth its bytes while the share `loss` of the voice is lost: a gap that a later packet fills costs a packet
/// time or two, and no round trip. `heard` means that the sender hears of the loss, and mends it by itself if there is room.
pub fn is_worth_doubling(capacity: Bitrate, loss: f32, heard: bool) -> bool {
    loss >= if heard && mends_itself(capacity) { RED_LOSS_BESIDE_FEC } else { RED_LOSS }
}

/// True if a voice on a link of this `capacity` has room for Opus's own redundancy (in-band FEC, RFC 6716 section 2.1.7). A sender uses
/// it for the losses that it hears of, on its own uplink only.
pub fn mends_itself(capacity: Bitrate) -> bool {
    Voice::on(capacity).audio >= FEC_FROM
}

/// True if lost voice is worth sending again. A repair comes a round trip late, and everything must be played so much later. The ear
/// would rather have few gaps concealed than that delay, and over VSAT nobody can wait. `now` tells that repair is on: it is not given up
/// at the first good second.
pub fn repairs_voice(loss: f32, rtt: Duration, now: bool) -> bool {
    let least = if now { REPAIR_LOSS / 2.0 } else { REPAIR_LOSS };
    rtt <= REPAIR_RTT && loss >= least
}

/// True if a receiver gets its `voices` mixed into one, because its downlink has too little for each of them. `now` tells that it does
/// already, so that a link at the border does not go to and fro.
pub fn mixes_voices(capacity: Bitrate, voices: usize, now: bool) -> bool {
    let share = if now { MIX_SHARE.percent(MIX_END_PERCENT) } else { MIX_SHARE };
    voices > 1 && capacity.shared_by(voices) < share
}

/// The part of a link that may be used. The rest keeps its queue empty.
pub fn budget(capacity: Bitrate) -> Bitrate {
    capacity.percent(LINK_BUDGET_PERCENT)
}

/// A camera that a receiver has a slot for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The rate of each of its layers now; zero for a layer that is not sent.
    pub layers: Vec<Bitrate>,
    /// The layer that the receiver gets now.
    pub current: Option<usize>,
}

/// Decides on one layer, or none, for each wish. Everyone gets the cheapest layer before anyone gets a better one; earlier wishes come
/// first.
pub fn decide(budget: Bitrate, wishes: &[Wish]) -> Vec<Option<usize>> {
    let ladders: Vec<Vec<usize>> = wishes.iter().map(|wish| layers_by_rate(&wish.layers)).collect();
    let mut left = budget;
    let mut rungs: Vec<Option<usize>> = Vec::with_capacity(wishes.len());
    for (wish, ladder) in wishes.iter().zip(&ladders) {
        let price = wish.layers[ladder[0]];
        let kept = wish.current.is_some() && price <= left.percent(KEEP_PERCENT);
        let taken = kept || price <= left;
        left = if taken { left.saturating_sub(price) } else { left };
        rungs.push(taken.then_some(0));
    }
    while climb(&mut left, wishes, &ladders, &mut rungs) {}
    rungs.iter().zip(&ladders).map(|(rung, ladder)| rung.map(|rung| ladder[rung])).collect()
}

/// Layers from cheap to dear: those that are sent, or the first when none is yet.
fn layers_by_rate(layers: &[Bitrate]) -> Vec<usize> {
    let mut sent: Vec<usize> = (0..layers.len()).filter(|i| layers[*i] > Bitrate::default()).collect();
    sent.sort_by_key(|i| layers[*i]);
    if sent.is_empty() { vec![0] } else { sent }
}

/// Gives the next better layer to everyone who can pay it. Returns true if anyone could.
fn climb(left: &mut Bitrate, wishes: &[Wish], ladders: &[Vec<usize>], rungs: &mut [Option<usize>]) -> bool {
    let mut climbed = false;
    for ((wish, ladder), rung) in wishes.iter().zip(ladders).zip(rungs) {
        let Some(here) = *rung else { continue };
        let Some(&next) = ladder.get(here + 1) else { continue };
        let price = wish.layers[next].saturating_sub(wish.layers[ladder[here]]);
        let needed = if wish.current == Some(next) { price } else { price.percent(CLIMB_PERCENT) };
        if needed <= *left {
            *left = left.saturating_sub(price);
            *rung = Some(here + 1);
            climbed = true;
        }
    }
    climbed
}

/// The rate of a camera, given the rate that each receiver has for it: as much as the best of them can take. The others take a lower
/// layer, or lose the picture if there is none, rather than everyone's quality.
pub fn camera_cap(shares: impl Iterator<Item = Bitrate>) -> Option<Bitrate> {
    let best = shares.max().unwrap_or(VIDEO_MAX);
    (best >= VIDEO_MIN).then_some(best.min(VIDEO_MAX))
}

/// True if a new limit differs enough to tell the client: encoders do not like to be steered by the percent.
pub fn worth_telling(old: Option<Bitrate>, new: Option<Bitrate>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => {
            let (low, high) = (old.min(new), old.max(new));
            low.percent(110) < high || (high == VIDEO_MAX && low != high)
        }
        _ => old != new,
    }
}

/// The bytes of IP, UDP, RTP and SRTP around each packet of a voice.
const VOICE_HEADERS: u64 = 50;

/// The bytes that redundancy adds: the header of the copy, and that of the packet itself (RFC 2198 section 3).
const RED_HEADERS: u64 = 5;

/// The part of a link that we use, in percent. The rest is for retransmissions, signalling and traffic that we do not see. A queue
/// begins to stand above 80 %.
const LINK_BUDGET_PERCENT: u64 = 78;

/// The packet time in milliseconds from which a voice is slim: made for a link on which nothing moves but pictures.
pub(crate) const SLIM_PTIME_MS: u8 = 60;

/// The share of lost voice at which lost packets are sent again.
const REPAIR_LOSS: f32 = 0.035;

/// The share of lost voice at which each packet carries an earlier one, too.
const RED_LOSS: f32 = 0.008;

/// The same share for a voice with room for Opus's own redundancy, which mends single losses without longer packets. A link that loses
/// 1 % by chance showed 2.7 % in one window.
const RED_LOSS_BESIDE_FEC: f32 = 0.03;

/// The rate from which Opus has room for its own redundancy. Below 19.5 kbit/s it has none at all while 3 % are lost.
const FEC_FROM: Bitrate = Bitrate::kbps(24);

/// The least packet time in milliseconds of a voice with redundancy, unless Opus has room for its own. Headers of shorter packets take as
/// much as the copies.
const RED_PTIME_MS: u8 = 40;

/// The capacity from which a voice with redundancy has packets of [`RED_PTIME_MS`], because so much more of the wait is for a copy.
const RED_SHORT_FROM: Bitrate = Bitrate::kbps(52);

/// The capacity below which it has packets of [`RED_LONGEST_PTIME_MS`]. Headers of shorter packets would take the voice's quality, and
/// their copies would be too near for bursts of 120 ms.
const RED_LONG_BELOW: Bitrate = Bitrate::kbps(30);

/// The age in milliseconds of a copy if losses come in bursts: one in seven bursts of 80 ms is longer.
const RED_BACK_BURSTY_MS: u8 = 160;

/// The least number of packets to such a copy: the next packet would be lost as well.
const RED_BACK_LEAST: u8 = 2;

/// The packet time in milliseconds of a voice with redundancy on the thinnest link that has room for it.
const RED_LONGEST_PTIME_MS: u8 = 120;

/// The rate to which a voice may be thinned, in percent, to have room for redundancy: a gap is heard more than a kilobit.
const RED_THINNED_PERCENT: u64 = 75;

/// The part of a link that a voice with redundancy may use beside a camera, in percent. A plain voice of 20 ms takes as much below
/// 193 kbit/s.
const RED_BESIDE_CAMERA_PERCENT: u64 = 30;

/// The part of a link that a voice with redundancy may use, in percent. It is more than [`LINK_BUDGET_PERCENT`], because a voice that
/// pauses leaves the link idle in between, and nothing waits beside it.
const RED_BUDGET_PERCENT: u64 = 84;

/// The capacity from which pictures go beside a voice with redundancy.
pub(crate) const PICTURES_BESIDE_RED_FROM: Bitrate = Bitrate::kbps(34);

/// The part of a link that such a voice uses, in percent, unless that thins it to less than [`RED_THINNED_PERCENT`]. A picture delays the
/// packets of the voice until the link has caught up, and with 78 % for the voice that took three of them.
const RED_BESIDE_PICTURES_PERCENT: u64 = 76;

/// The rate for each voice below which a receiver gets all of them mixed into one. Below it [`Voice::on`] makes the packets long, and those
/// of everybody, because a sender has one encoding only.
const MIX_SHARE: Bitrate = Bitrate::kbps(52);

/// The rate for each voice at which the originals are given again, in percent of [`MIX_SHARE`]: a rise of the estimate by 15 % is a guess.
const MIX_END_PERCENT: u64 = 130;

/// The rate that a layer may take and still be kept, in percent of what is left. Its sender is being capped meanwhile, and stopping costs a
/// keyframe.
const KEEP_PERCENT: u64 = 150;

/// The rate that must be free before a better layer is taken, in percent of its price: its keyframe comes on top.
const CLIMB_PERCENT: u64 = 120;

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
        assert_eq!(on(40), Voice { audio: Bitrate::bps(11_533), ptime_ms: 60 }, "pictures go beside it");
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
        /// What is newly taken never exceeds the budget.
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
