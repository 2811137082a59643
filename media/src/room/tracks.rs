//! The tracks and slots of one member, by m-line: what it sends to us, and what we send through which line.
//!
//! A [`Member`](super::Member) owns them. They know no transport and no other member: packets and sources are handed in.

use super::slot_assignment::{self, SlotChoice};
use crate::{
    command::{Caps, Kind, Missing},
    id::PeerId,
    peer::MediaSection,
    track::{DownTrack, Source, UpTrack},
};
use std::time::Instant;

/// All m-lines of one member.
#[derive(Debug, Default)]
pub(super) struct Tracks(Vec<TrackLine>);

/// One m-line.
#[derive(Debug, Default)]
struct TrackLine {
    /// The kind of media; `None` for the line of the data channels.
    kind: Option<Kind>,
    /// The track that comes through it.
    up: Option<UpTrack>,
    /// The slot that goes through it.
    down: Option<DownTrack>,
}

impl Tracks {
    /// Makes tracks and slots for new lines, and takes those away whose lines have stopped. A member has one voice and one camera,
    /// those of its first lines: with more it would have their limits several times, and take the slots of the others. `generation` tells the tracks of one
    /// transport from those of the one before, and `caps` are the limits that hold.
    pub(super) fn sync(&mut self, lines: &[MediaSection], generation: u32, caps: Option<Caps>, now: Instant) {
        self.0.resize_with(lines.len(), TrackLine::default);
        let mut sent = Vec::new();
        for (line, track) in lines.iter().zip(&mut self.0) {
            track.kind = line.kind;
            let Some(kind) = line.kind else { continue };
            let is_first = line.up && !sent.contains(&kind);
            if is_first {
                sent.push(kind);
            }
            if !is_first {
                track.up = None;
            } else if track.up.is_none() {
                let mut made = UpTrack::new(kind, line.layer_count(), generation, now);
                if let Some(caps) = caps {
                    made.set_caps(caps, now);
                }
                track.up = Some(made);
            }
            if !line.down {
                track.down = None;
            } else if track.down.is_none() {
                track.down = Some(DownTrack::default());
            }
        }
    }

    /// True if there is a line for data channels.
    pub(super) fn has_data_line(&self) -> bool {
        self.0.iter().any(|track| track.kind.is_none())
    }

    /// The track that comes through a line.
    pub(super) fn up(&self, line: usize) -> Option<&UpTrack> {
        self.0.get(line)?.up.as_ref()
    }

    /// The track that comes through a line.
    pub(super) fn up_mut(&mut self, line: usize) -> Option<&mut UpTrack> {
        self.0.get_mut(line)?.up.as_mut()
    }

    /// The tracks that come, with their lines.
    pub(super) fn ups(&self) -> impl Iterator<Item = (usize, &UpTrack)> {
        self.0.iter().enumerate().filter_map(|(line, track)| Some((line, track.up.as_ref()?)))
    }

    /// The tracks that come, with their lines.
    pub(super) fn ups_mut(&mut self) -> impl Iterator<Item = (usize, &mut UpTrack)> {
        self.0.iter_mut().enumerate().filter_map(|(line, track)| Some((line, track.up.as_mut()?)))
    }

    /// The slot that goes through a line.
    pub(super) fn down(&self, line: usize) -> Option<&DownTrack> {
        self.0.get(line)?.down.as_ref()
    }

    /// The slot that goes through a line.
    pub(super) fn down_mut(&mut self, line: usize) -> Option<&mut DownTrack> {
        self.0.get_mut(line)?.down.as_mut()
    }

    /// The slots, with their lines and kinds.
    pub(super) fn downs(&self) -> impl Iterator<Item = (usize, Kind, &DownTrack)> {
        let tracks = self.0.iter().enumerate();
        tracks.filter_map(|(line, track)| Some((line, track.kind?, track.down.as_ref()?)))
    }

    /// The slots, with their lines.
    pub(super) fn downs_mut(&mut self) -> impl Iterator<Item = (usize, &mut DownTrack)> {
        self.0.iter_mut().enumerate().filter_map(|(line, track)| Some((line, track.down.as_mut()?)))
    }

    /// The slots that carry a camera, with their lines.
    pub(super) fn camera_slots(&self) -> impl Iterator<Item = (usize, &DownTrack)> {
        let cameras = self.downs().filter(|(_, kind, down)| *kind == Kind::Video && down.source().is_some());
        cameras.map(|(line, _, down)| (line, down))
    }

    /// The members whose cameras have a slot here.
    pub(super) fn cameras_from(&self) -> impl Iterator<Item = PeerId> {
        self.camera_slots().filter_map(|(_, down)| Some(down.source()?.peer))
    }

    /// The number of voices that come through slots here.
    pub(super) fn voice_slots_taken(&self) -> u64 {
        self.downs().filter(|(_, kind, down)| *kind == Kind::Audio && down.is_taken()).count() as u64
    }

    /// The line through which the member's voice comes.
    pub(super) fn voice_line(&self) -> Option<usize> {
        self.ups().find(|(_, up)| up.kind == Kind::Audio).map(|(line, _)| line)
    }

    /// Tells every track that comes what its sender may send.
    pub(super) fn set_caps(&mut self, caps: Caps, now: Instant) {
        self.ups_mut().for_each(|(_, up)| up.set_caps(caps, now));
    }

    /// The member was silent: its cameras make no sense before their next keyframes.
    pub(super) fn interrupt(&mut self) {
        self.ups_mut().for_each(|(_, up)| up.interrupt());
    }

    /// The time at which the next waiting keyframe request may go out.
    pub(super) fn next_keyframe(&self) -> Option<Instant> {
        self.ups().filter_map(|(_, up)| up.next_keyframe()).min()
    }

    /// The lines and layers whose waiting keyframe requests go out now.
    pub(super) fn due_keyframes(&mut self, now: Instant) -> Vec<(usize, usize)> {
        let due = self.ups_mut().map(|(line, up)| (line, up.due_keyframes(now)));
        due.flat_map(|(line, layers)| layers.into_iter().map(move |layer| (line, layer))).collect()
    }

    /// Gives the tracks of others to the slots, and counts the tracks without one. If voices are mixed, the first voice slot carries
    /// all of them.
    pub(super) fn assign(&mut self, others: &[(Kind, Source)], mixes: bool) -> Missing {
        if !mixes {
            self.downs_mut().for_each(|(_, down)| down.set_mix(false));
            return self.assign_each(others);
        }
        let cameras: Vec<_> = others.iter().filter(|(kind, _)| *kind == Kind::Video).copied().collect();
        let missing = self.assign_each(&cameras);
        let voice = self.downs().find(|(_, kind, _)| *kind == Kind::Audio).map(|(line, ..)| line);
        if let Some(down) = voice.and_then(|line| self.down_mut(line)) {
            down.set_mix(true);
        }
        Missing { audio: u8::from(voice.is_none()), ..missing }
    }

    fn assign_each(&mut self, others: &[(Kind, Source)]) -> Missing {
        let lines: Vec<usize> = self.downs().map(|(line, _, _)| line).collect();
        let mut slots: Vec<SlotChoice> =
            self.downs().map(|(_, kind, down)| SlotChoice { kind, taken: down.source() }).collect();
        let missing = slot_assignment::assign(&mut slots, others);
        for (line, slot) in lines.into_iter().zip(slots) {
            if let Some(down) = self.down_mut(line) {
                down.attach(slot.taken);
            }
        }
        missing
    }
}
