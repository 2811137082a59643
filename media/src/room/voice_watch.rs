//! The watch over one member's voice: whether it still comes while the transport lives.
//!
//! A [`Member`](super::Member) owns it. It repairs nothing; the page is told and does.

use crate::limits::VOICE_STOPPED_AFTER;
use std::time::{Duration, Instant};

/// The state of one member's voice.
#[derive(Clone, Copy, Debug)]
pub(super) struct VoiceWatch {
    /// The time of the last voice packet, or since which one is waited for; `None` while nobody waits.
    since: Option<Instant>,
    /// The last that was told.
    flows: bool,
}

impl Default for VoiceWatch {
    fn default() -> Self {
        Self { since: None, flows: true }
    }
}

impl VoiceWatch {
    /// Notes a voice packet.
    pub(super) fn note(&mut self, now: Instant) {
        self.since = Some(now);
    }

    /// Waits for no voice, because nobody is there to hear it.
    pub(super) fn pause(&mut self) {
        self.since = None;
    }

    /// Looks whether the voice of a connected member flows while others are there. Returns the news, if it stopped or came again.
    /// The silence of a `quiet` member is told otherwise, and its voice has a moment to come after the member is back.
    pub(super) fn look(&mut self, quiet: bool, now: Instant) -> Option<bool> {
        let since = *self.since.get_or_insert(now);
        if quiet {
            let missed = VOICE_STOPPED_AFTER.saturating_sub(VOICE_BACK_AFTER);
            self.since = Some(now.checked_sub(missed).map_or(since, |least| since.max(least)));
            return None;
        }
        let flows = now.saturating_duration_since(since) < VOICE_STOPPED_AFTER;
        let changed = flows != self.flows;
        self.flows = flows;
        changed.then_some(flows)
    }
}

/// The time that a voice has to come after an outage: STUN is back first, and the page needs a moment.
const VOICE_BACK_AFTER: Duration = Duration::from_secs(2);
