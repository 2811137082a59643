//! The limits of one sender, as it was told them last. This is the one owner of the value [`Caps`]; tracks, page and plan are told.
//!
//! A [`Member`](super::Member) holds it. It decides whether a change is worth telling, and never what the limits are.

use crate::{allocate, command::Caps, plan::PLAYOUT_MARGIN};

/// The limits that a sender was told last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SenderLimits(Option<Caps>);

/// A change of the limits that the sender must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CapsChange {
    /// The new limits.
    pub(super) caps: Caps,
    /// The rung is another one, or the first.
    pub(super) new_rung: bool,
    /// These are the first limits of this sender.
    pub(super) is_first: bool,
}

impl SenderLimits {
    /// The limits that hold; `None` before the first ones.
    pub(super) fn caps(self) -> Option<Caps> {
        self.0
    }

    /// Takes new limits. Returns the change if it is worth telling; a rate that differs by little stays as it was, because encoders do
    /// not like to be steered by the percent.
    pub(super) fn update(&mut self, mut caps: Caps) -> Option<CapsChange> {
        let told = self.0;
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
            return None;
        }
        self.0 = Some(caps);
        let new_rung = told.is_none_or(|told| told.rung != caps.rung);
        Some(CapsChange { caps, new_rung, is_first: told.is_none() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{command::Rung, units::Bitrate};
    use std::time::Duration;

    const FIRST: Caps = Caps {
        audio: Bitrate::kbps(16),
        ptime_ms: 20,
        red: 0,
        video: Some(Bitrate::kbps(500)),
        pictures: None,
        playout: Duration::ZERO,
        rung: Rung::Video,
    };

    #[test]
    fn a_change_by_little_is_not_told_and_another_rung_always_is() {
        let mut limits = SenderLimits::default();
        let first = limits.update(FIRST).expect("never told before");
        assert!(first.is_first && first.new_rung && limits.caps() == Some(FIRST));
        assert_eq!(limits.update(Caps { video: Some(Bitrate::kbps(540)), ..FIRST }), None);
        assert_eq!(limits.update(Caps { audio: Bitrate::kbps(17), ..FIRST }), None);
        assert_eq!(limits.update(Caps { playout: Duration::from_millis(29), ..FIRST }), None);
        assert_eq!(limits.caps(), Some(FIRST), "what was told holds");
        let pictures = Caps { video: None, pictures: Some(Bitrate::kbps(5)), rung: Rung::Pictures, ..FIRST };
        let change = limits.update(pictures).expect("another rung");
        assert_eq!(change, CapsChange { caps: pictures, new_rung: true, is_first: false });
    }

    #[test]
    fn a_voice_in_other_packets_is_told_its_rate_exactly() {
        let mut limits = SenderLimits::default();
        limits.update(FIRST);
        let longer = Caps { audio: Bitrate::kbps(17), ptime_ms: 40, ..FIRST };
        assert_eq!(limits.update(longer).map(|change| change.caps), Some(longer));
    }
}
