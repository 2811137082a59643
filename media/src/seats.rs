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
/// cost a keyframe. A new camera goes to the slot of the same rank as its owner's voice, because lines of
/// equal rank are played in lip-sync (see [`sdp::dress`](crate::sdp::dress)); else to the first free one.
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
    let rank = voice_rank(seats, source);
    let mut free: Vec<_> =
        seats.iter_mut().filter(mine).enumerate().filter(|(_, s)| s.taken.is_none()).collect();
    free.sort_by_key(|(i, _)| Some(*i) != rank);
    let seat = free.into_iter().next();
    seat.map(|(_, seat)| seat.taken = Some(source)).is_some()
}

/// The rank of the voice slot that this track's owner has.
fn voice_rank(seats: &[Seat], source: Source) -> Option<usize> {
    let mut voices = seats.iter().filter(|seat| seat.kind == Kind::Audio);
    voices.position(|seat| seat.taken.is_some_and(|taken| taken.peer == source.peer))
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
    fn cameras_sit_beside_their_voices() {
        let mut seats = seats("avav");
        let missing = seat(&mut seats, &[voice(1), voice(2), camera(2)]);
        assert_eq!((owners(&seats), missing), (vec![1, 0, 2, 2], Missing::default()));
        seat(&mut seats, &[voice(1), camera(1), voice(2), camera(2)]);
        assert_eq!(owners(&seats), [1, 1, 2, 2]);
    }

    #[test]
    fn any_free_slot_is_better_than_none() {
        let mut seats = seats("aav");
        seat(&mut seats, &[voice(1), voice(2), camera(2)]);
        assert_eq!(owners(&seats), [1, 2, 2]);
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
