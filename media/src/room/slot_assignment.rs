//! The choice of a slot for each track at one receiver. It is a pure function, and its caller attaches the tracks.

use crate::{
    command::{Kind, Missing},
    track::Source,
};

/// A slot of a receiver and the track that it carries. Slots stand in the order of the m-lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SlotChoice {
    pub(crate) kind: Kind,
    pub(crate) taken: Option<Source>,
}

/// Assigns the tracks and counts those without a slot. A track that has a slot keeps it, because moving it would cost a keyframe. A new
/// track goes to the first free slot of its kind.
pub(crate) fn assign(slots: &mut [SlotChoice], tracks: &[(Kind, Source)]) -> Missing {
    for slot in slots.iter_mut() {
        slot.taken = slot.taken.filter(|source| tracks.contains(&(slot.kind, *source)));
    }
    let mut missing = Missing::default();
    for kind in [Kind::Audio, Kind::Video] {
        for (_, source) in tracks.iter().filter(|(k, _)| *k == kind) {
            let short = match kind {
                Kind::Audio => &mut missing.audio,
                Kind::Video => &mut missing.video,
            };
            *short += u8::from(!take(slots, kind, *source));
        }
    }
    missing
}

/// Finds a slot for a track. Returns true if the track has one.
fn take(slots: &mut [SlotChoice], kind: Kind, source: Source) -> bool {
    let mine = |slot: &&mut SlotChoice| slot.kind == kind;
    if slots.iter_mut().filter(mine).any(|slot| slot.taken == Some(source)) {
        return true;
    }
    let free = slots.iter_mut().filter(mine).find(|slot| slot.taken.is_none());
    free.map(|slot| slot.taken = Some(source)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::PeerId;

    fn slots(kinds: &str) -> Vec<SlotChoice> {
        let kind = |c| if c == 'a' { Kind::Audio } else { Kind::Video };
        kinds.chars().map(|c| SlotChoice { kind: kind(c), taken: None }).collect()
    }

    fn voice(peer: u32) -> (Kind, Source) {
        (Kind::Audio, Source { peer: PeerId(peer), line: 0 })
    }

    fn camera(peer: u32) -> (Kind, Source) {
        (Kind::Video, Source { peer: PeerId(peer), line: 1 })
    }

    fn owners(slots: &[SlotChoice]) -> Vec<u32> {
        slots.iter().map(|slot| slot.taken.map_or(0, |source| source.peer.0)).collect()
    }

    #[test]
    fn a_new_track_takes_the_first_free_slot_of_its_kind() {
        let mut slots = slots("avav");
        let missing = assign(&mut slots, &[voice(1), voice(2), camera(2)]);
        assert_eq!((owners(&slots), missing), (vec![1, 2, 2, 0], Missing::default()));
        assign(&mut slots, &[voice(1), camera(1), voice(2), camera(2)]);
        assert_eq!(owners(&slots), [1, 2, 2, 1], "who has a slot keeps it");
    }

    #[test]
    fn who_has_a_slot_keeps_it_and_who_lacks_one_is_counted() {
        let mut slots = slots("av");
        let missing = assign(&mut slots, &[voice(1), camera(1), voice(2), camera(2), voice(3)]);
        assert_eq!(missing, Missing { audio: 2, video: 1 });
        let missing = assign(&mut slots, &[voice(3), voice(1), camera(2)]);
        assert_eq!((owners(&slots), missing), (vec![1, 2], Missing { audio: 1, video: 0 }));
    }
}
