//! Which track goes through which slot of a receiver. Pure.

use crate::{
    command::{Kind, Missing},
    track::Source,
};

/// A slot of a receiver, in the order of its m-lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seat {
    pub(crate) kind: Kind,
    pub(crate) taken: Option<Source>,
}

/// Seats the tracks and counts those without a slot. A track that has a slot keeps it: moving it would
/// cost a keyframe. A new one goes to the first free slot.
pub(crate) fn seat(seats: &mut [Seat], tracks: &[(Kind, Source)]) -> Missing {
    for seat in seats.iter_mut() {
        seat.taken = seat.taken.filter(|source| tracks.contains(&(seat.kind, *source)));
    }
    let mut missing = Missing::default();
    for kind in [Kind::Audio, Kind::Video] {
        for (_, source) in tracks.iter().filter(|(k, _)| *k == kind) {
            let short = match kind {
                Kind::Audio => &mut missing.audio,
                Kind::Video => &mut missing.video,
            };
            *short += u8::from(!take(seats, kind, *source));
        }
    }
    missing
}

/// Finds a slot for a track; whether it has one.
fn take(seats: &mut [Seat], kind: Kind, source: Source) -> bool {
    let mine = |seat: &&mut Seat| seat.kind == kind;
    if seats.iter_mut().filter(mine).any(|seat| seat.taken == Some(source)) {
        return true;
    }
    let free = seats.iter_mut().filter(mine).find(|seat| seat.taken.is_none());
    free.map(|seat| seat.taken = Some(source)).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::PeerId;

    fn seats(kinds: &str) -> Vec<Seat> {
        let kind = |c| if c == 'a' { Kind::Audio } else { Kind::Video };
        kinds.chars().map(|c| Seat { kind: kind(c), taken: None }).collect()
    }

    fn voice(peer: u32) -> (Kind, Source) {
        (Kind::Audio, Source { peer: PeerId(peer), line: 0 })
    }

    fn camera(peer: u32) -> (Kind, Source) {
        (Kind::Video, Source { peer: PeerId(peer), line: 1 })
    }

    fn owners(seats: &[Seat]) -> Vec<u32> {
        seats.iter().map(|seat| seat.taken.map_or(0, |source| source.peer.0)).collect()
    }

    #[test]
    fn a_new_track_takes_the_first_free_slot_of_its_kind() {
        let mut seats = seats("avav");
        let missing = seat(&mut seats, &[voice(1), voice(2), camera(2)]);
        assert_eq!((owners(&seats), missing), (vec![1, 2, 2, 0], Missing::default()));
        seat(&mut seats, &[voice(1), camera(1), voice(2), camera(2)]);
        assert_eq!(owners(&seats), [1, 2, 2, 1], "who has a slot keeps it");
    }

    #[test]
    fn who_has_a_slot_keeps_it_and_who_lacks_one_is_counted() {
        let mut seats = seats("av");
        let missing = seat(&mut seats, &[voice(1), camera(1), voice(2), camera(2), voice(3)]);
        assert_eq!(missing, Missing { audio: 2, video: 1 });
        let missing = seat(&mut seats, &[voice(3), voice(1), camera(2)]);
        assert_eq!((owners(&seats), missing), (vec![1, 2], Missing { audio: 1, video: 0 }));
    }
}
