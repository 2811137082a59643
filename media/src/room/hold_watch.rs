//! The watch over a member's link for stalls: a radio that holds everything for seconds and then delivers it.
//!
//! What is sent into a stall comes late, and stands in front of what is said after it (adr/0060). Nobody can tell a stall from an
//! outage, or which direction stands still, from silence alone: the page says if it hears nothing, and is told if nobody hears it.
//! A [`Member`](super::Member) owns it. It sends nothing itself.

use std::time::{Duration, Instant};

/// The knowledge of one member's stalls.
#[derive(Debug, Default)]
pub(super) struct HoldWatch {
    /// The time until which the page's word holds that nothing comes to it.
    deaf_until: Option<Instant>,
    /// The last voice packet that came from it was one of a pause.
    is_pausing: bool,
    /// The time of the last voice packet that went to the member.
    voice_sent: Option<Instant>,
    /// The time of the last message that we are there.
    told: Option<Instant>,
    /// The number of times that the member was told that nothing comes from it.
    told_unheard: u32,
    /// The last time at which nothing came from it.
    unheard: Option<Instant>,
    /// The word that a voice to the member is punctual again, while it is repeated.
    renewal: Renewal,
}

/// The word that a voice that came late behind a stall is punctual again.
#[derive(Debug, Default)]
struct Renewal {
    /// The number of the word. Its copies have the same.
    number: u8,
    /// The number of copies that are to go.
    left: u8,
    /// The time of the newest copy.
    told: Option<Instant>,
}

impl HoldWatch {
    /// Takes the page's word that nothing comes to it, or that something comes again. A word that stood in a stall itself is old.
    pub(super) fn take_silence(&mut self, silent: bool, now: Instant) {
        let is_old = age(self.unheard, now) < WORD_OLD;
        self.deaf_until = (silent && !is_old).then_some(now + DEAF_MOST);
    }

    /// Notes a voice packet that came from the member, with the bytes of its sound.
    pub(super) fn hear(&mut self, bytes: usize) {
        self.is_pausing = bytes <= PAUSE_BYTES;
    }

    /// Notes that a voice packet goes to the member.
    pub(super) fn note_voice(&mut self, now: Instant) {
        self.voice_sent = Some(now);
    }

    /// True if what is sent to a member now would wait, as far as can be told. `silent` is the time since anything came from a member
    /// that was sending.
    pub(super) fn is_held(&self, silent: Option<Duration>, now: Instant) -> bool {
        self.deaf_until.is_some_and(|until| now < until) || silent.is_some_and(|silent| self.is_stall(silent))
    }

    /// True if a silence is a stall and not yet an outage, after which the voice is to be back with the link. In a pause packets are
    /// rare, and two of them lost in a row are no stall.
    fn is_stall(&self, silent: Duration) -> bool {
        let after = if self.is_pausing { HELD_AFTER_PAUSE } else { HELD_AFTER };
        (after..OUTAGE_AFTER).contains(&silent)
    }

    /// True if the link may stand still: a member that was speaking is silent for longer than a pause is between two packets.
    pub(super) fn may_stand(&self, silent: Option<Duration>) -> bool {
        !self.is_pausing && silent.is_some_and(|silent| silent >= DOUBTFUL)
    }

    /// The message that the member is to be told now: that we are there while no voice goes to it, and whether nothing comes from it.
    /// In an outage it is told nothing: what waits in a channel makes the channel slower when the link is back.
    pub(super) fn poll(&mut self, silent: Option<Duration>, now: Instant) -> Option<bool> {
        if silent.is_none_or(|silent| silent >= OUTAGE_AFTER) {
            return None;
        }
        let unheard = silent.is_some_and(|silent| self.is_stall(silent));
        let since = age(self.told, now);
        let is_due = if unheard {
            self.unheard = Some(now);
            self.told_unheard == 0 || self.told_unheard < TIMES_UNHEARD && since >= AGAIN_UNHEARD
        } else {
            let away = age(self.voice_sent, now);
            self.told_unheard > 0 || (VOICE_AWAY..OUTAGE_AFTER).contains(&away) && since >= AGAIN
        };
        if !is_due {
            return None;
        }
        self.told = Some(now);
        self.told_unheard = if unheard { self.told_unheard + 1 } else { 0 };
        Some(unheard)
    }
}

impl HoldWatch {
    /// Notes that a voice to the member is punctual again, and the member's jitter buffer longer than it should be.
    pub(super) fn renew(&mut self) {
        self.renewal = Renewal { number: self.renewal.number.wrapping_add(1), left: RENEWALS, told: None };
    }

    /// The number of the word of that which the member is to be told now. It is repeated, because its channel loses messages, and waits
    /// while the link of the member stands still.
    pub(super) fn poll_renewal(&mut self, silent: Option<Duration>, now: Instant) -> Option<u8> {
        let is_out = silent.is_some_and(|silent| silent >= OUTAGE_AFTER);
        let is_due = self.renewal.left > 0 && age(self.renewal.told, now) >= AGAIN_RENEWAL;
        if !is_due || is_out || self.is_held(silent, now) {
            return None;
        }
        self.renewal.left -= 1;
        self.renewal.told = Some(now);
        Some(self.renewal.number)
    }
}

fn age(at: Option<Instant>, now: Instant) -> Duration {
    at.map_or(Duration::MAX, |at| now.saturating_duration_since(at))
}

/// The silence of a speaking member after which its link may stand still: a pause has a packet each 400 ms (RFC 7587 section 3.1.3). A link that
/// loses a tenth needs its copies, and loses a packet of each second pause.
const DOUBTFUL: Duration = Duration::from_millis(450);

/// The silence of a speaking member after which its link stands still. Its next packet may be the first of a pause, and lost.
const HELD_AFTER: Duration = Duration::from_millis(850);

/// The same in a pause, which has a packet each 400 ms (RFC 7587 section 3.1.3), of which two may be lost. With 850 ms a link that loses a
/// tenth in bursts silenced the other side's voice every half minute.
const HELD_AFTER_PAUSE: Duration = Duration::from_millis(1_300);

/// The most bytes of a packet of a pause: a header of Opus, and no sound (RFC 6716 section 3.1).
const PAUSE_BYTES: usize = 3;

/// The silence that is an outage.
const OUTAGE_AFTER: Duration = Duration::from_secs(5);

/// The time for which the page's word holds. It is repeated each second, and the word that ends it may be lost.
const DEAF_MOST: Duration = Duration::from_millis(1_300);

/// The time after a stall in which the page's word is one that the stall held back: what was under way with it takes two seconds on a link of
/// 40 kbit/s. With a second the word silenced the voice to a page that heard it again.
const WORD_OLD: Duration = Duration::from_secs(3);

/// The time without a voice to a member after which it is told that we are there.
const VOICE_AWAY: Duration = Duration::from_millis(450);

/// The period at which it is told so.
const AGAIN: Duration = Duration::from_millis(240);

/// The time after which it is told again that nothing comes from it.
const AGAIN_UNHEARD: Duration = Duration::from_millis(490);

/// The number of times that it is told so: the downlink probably stands still, too.
const TIMES_UNHEARD: u32 = 2;

/// The number of times that a member is told that a voice is punctual again. The first may be lost, with others beside it.
const RENEWALS: u8 = 3;

/// The time from one of them to the next: longer than most bursts of losses. A jitter buffer keeps its delay for ten seconds and more.
const AGAIN_RENEWAL: Duration = Duration::from_millis(490);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "a test's origin of time")]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn a_silence_is_a_pause_then_a_stall_then_an_outage() {
        let (watch, now) = (HoldWatch::default(), Instant::now());
        let held = [0, 840, 860, 4_900, 5_100].map(|ms| watch.is_held(Some(ms * MS), now));
        assert_eq!(held, [false, false, true, true, false]);
        assert!(!watch.is_held(None, now), "it sends nothing");
        let mut pausing = HoldWatch::default();
        pausing.hear(1);
        let held = [1_200, 1_300].map(|ms| pausing.is_held(Some(ms * MS), now));
        assert_eq!(held, [false, true], "two packets of a pause may be lost");
        pausing.hear(60);
        assert!(pausing.is_held(Some(900 * MS), now), "it speaks");
        assert_eq!([440, 450].map(|ms| pausing.may_stand(Some(ms * MS))), [false, true]);
        pausing.hear(1);
        assert!(!pausing.may_stand(Some(800 * MS)) && !pausing.may_stand(None));
    }

    #[test]
    fn the_page_s_word_holds_until_it_is_taken_back_or_old() {
        let (mut watch, now) = (HoldWatch::default(), Instant::now());
        watch.take_silence(true, now);
        assert!(watch.is_held(Some(MS), now + 1_200 * MS) && !watch.is_held(Some(MS), now + DEAF_MOST));
        watch.take_silence(false, now + 100 * MS);
        assert!(!watch.is_held(Some(MS), now + 100 * MS));
        watch.poll(Some(2_000 * MS), now + 2_000 * MS);
        watch.take_silence(true, now + 2_100 * MS);
        assert!(!watch.is_held(Some(MS), now + 2_100 * MS), "a stall held it back");
        watch.take_silence(true, now + 4_900 * MS);
        assert!(!watch.is_held(Some(MS), now + 4_900 * MS), "and it stood behind what was said before it");
        watch.take_silence(true, now + 5_100 * MS);
        assert!(watch.is_held(Some(MS), now + 5_100 * MS));
    }

    #[test]
    fn a_member_without_voices_is_told_that_we_are_there_and_a_change_is_told_at_once() {
        let (mut watch, now) = (HoldWatch::default(), Instant::now());
        assert_eq!(watch.poll(Some(MS), now), None, "no voice ever went to it");
        watch.note_voice(now);
        assert_eq!(watch.poll(Some(MS), now + 400 * MS), None, "a pause");
        assert_eq!(watch.poll(Some(MS), now + 500 * MS), Some(false));
        assert_eq!(watch.poll(Some(MS), now + 600 * MS), None);
        assert_eq!(watch.poll(Some(900 * MS), now + 700 * MS), Some(true));
        assert_eq!(watch.poll(Some(1_100 * MS), now + 950 * MS), None);
        assert_eq!(watch.poll(Some(1_400 * MS), now + 1_200 * MS), Some(true));
        assert_eq!(watch.poll(Some(2_400 * MS), now + 2_200 * MS), None, "twice is enough");
        assert_eq!(watch.poll(Some(6_000 * MS), now + 5_800 * MS), None, "an outage");
        watch.note_voice(now + 6_300 * MS);
        assert_eq!(watch.poll(Some(MS), now + 6_300 * MS), Some(false));
        assert_eq!(watch.poll(Some(MS), now + 6_400 * MS), None);
    }
    #[test]
    fn the_word_that_a_voice_is_punctual_again_goes_three_times_and_not_into_a_stall() {
        let (mut watch, now) = (HoldWatch::default(), Instant::now());
        assert_eq!(watch.poll_renewal(None, now), None, "nothing is to be told");
        watch.renew();
        let at = |watch: &mut HoldWatch, silent: u32, ms: u32| {
            watch.poll_renewal(Some(silent * MS), now + ms * MS)
        };
        assert_eq!(
            [0, 250, 500, 750, 1_000, 1_500].map(|ms| at(&mut watch, 1, ms)),
            [Some(1), None, Some(1), None, Some(1), None]
        );
        watch.renew();
        assert_eq!(at(&mut watch, 900, 2_000), None, "its link stands still");
        assert_eq!(at(&mut watch, 6_000, 7_000), None, "an outage");
        assert_eq!(at(&mut watch, 1, 7_100), Some(2));
        watch.renew();
        assert_eq!(watch.poll_renewal(None, now + 7_200 * MS), Some(3), "it sends nothing, and hears");
    }
}
