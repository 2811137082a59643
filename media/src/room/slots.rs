//! The assignment of every track to a slot at every other member.
//!
//! Part of the [`Room`]. [`slot_assignment`](super::slot_assignment) chooses, and here the choice is made and told. It never sends a
//! packet.

use super::{Room, keyframes, layers, member::Member};
use crate::{
    command::{Event, Kind, Missing, Slot},
    output::Outbox,
    track::{DownTrack, Source},
};
use std::time::Instant;

impl Room {
    /// Gives every track a slot at every other member, and tells those who see a change.
    pub(super) fn assign_slots(&mut self, now: Instant, out: &mut Outbox) {
        self.choose_mixed(now, out);
        let tracks: Vec<(Kind, Source)> = self.members.iter().flat_map(Member::sources).collect();
        for member in &mut self.members {
            let others: Vec<_> =
                tracks.iter().filter(|(_, source)| source.peer != member.id).copied().collect();
            let mut missing = member.tracks.assign(&others, member.hears_mix);
            if !member.link.takes_video() {
                // A line that nothing can come through is an offer and an answer for nothing.
                missing.video = 0;
            }
            member.tell_streams(missing, out);
        }
        layers::allocate(&mut self.members, now);
        keyframes::ask_missing(&mut self.members, now, &mut out.stats);
    }
}

impl Member {
    fn tell_streams(&mut self, missing: Missing, out: &mut Outbox) {
        let lines = self.peer.media_sections();
        let slot = |(line, kind, down): (usize, Kind, &DownTrack)| {
            let from = if down.mixes() { self.id } else { down.source()?.peer };
            Some(Slot { mid: lines[line].mid().to_owned(), from, kind })
        };
        let slots: Vec<Slot> = self.tracks.downs().filter_map(slot).collect();
        if self.told_streams != (slots.clone(), missing) {
            self.told_streams = (slots.clone(), missing);
            out.events.push_back(Event::Streams { peer: self.id, slots, missing });
        }
    }
}
