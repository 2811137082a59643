//! Every track finds a slot at every other member.
//!
//! Part of the [`Room`]; [`seats`] chooses, here it is done and told. It never sends a packet.

use super::{Outbox, Room, member::Member};
use crate::{
    command::{Event, Kind, Missing, Slot},
    room::slot_assignment::{self, Seat},
    track::{DownTrack, Source},
};
use std::time::Instant;

impl Room {
    /// Gives every track a slot at every other member, and tells who sees a change.
    pub(super) fn reseat(&mut self, now: Instant, out: &mut Outbox) {
        self.choose_mixed(now, out);
        let tracks: Vec<(Kind, Source)> = self.members.iter().flat_map(Member::sources).collect();
        for member in &mut self.members {
            let others: Vec<_> =
                tracks.iter().filter(|(_, source)| source.peer != member.id).copied().collect();
            let mut missing = member.seat(&others);
            if !member.takes_video() {
                // A line that nothing can come through is an offer and an answer for nothing.
                missing.video = 0;
            }
            member.tell_streams(missing, out);
        }
        self.allocate(now);
        self.ask_missing_keyframes(now, out);
    }
}

impl Member {
    /// Puts the tracks of the others into slots; counts those without. If their voices are mixed, the first voice
    /// slot has them all.
    fn seat(&mut self, others: &[(Kind, Source)]) -> Missing {
        if !self.hears_mix {
            self.tracks.iter_mut().filter_map(|(_, down)| down.as_mut()).for_each(|down| down.set_mix(false));
            return self.seat_each(others);
        }
        let cameras: Vec<_> = others.iter().filter(|(kind, _)| *kind == Kind::Video).copied().collect();
        let missing = self.seat_each(&cameras);
        let voice = self.downs().find(|(_, kind, _)| *kind == Kind::Audio).map(|(line, ..)| line);
        if let Some((_, Some(down))) = voice.and_then(|line| self.tracks.get_mut(line)) {
            down.set_mix(true);
        }
        Missing { audio: u8::from(voice.is_none()), ..missing }
    }

    fn seat_each(&mut self, others: &[(Kind, Source)]) -> Missing {
        let lines: Vec<usize> = self.downs().map(|(line, _, _)| line).collect();
        let mut seats: Vec<Seat> =
            self.downs().map(|(_, kind, down)| Seat { kind, taken: down.source() }).collect();
        let missing = slot_assignment::seat(&mut seats, others);
        for (line, seat) in lines.into_iter().zip(seats) {
            if let (_, Some(down)) = &mut self.tracks[line] {
                down.attach(seat.taken);
            }
        }
        missing
    }

    fn tell_streams(&mut self, missing: Missing, out: &mut Outbox) {
        let lines = self.peer.lines();
        let slot = |(line, kind, down): (usize, Kind, &DownTrack)| {
            let from = if down.mixes() { self.id } else { down.source()?.peer };
            Some(Slot { mid: lines[line].mid().to_owned(), from, kind })
        };
        let slots: Vec<Slot> = self.downs().filter_map(slot).collect();
        if self.told_streams != (slots.clone(), missing) {
            self.told_streams = (slots.clone(), missing);
            out.events.push_back(Event::Streams { peer: self.id, slots, missing });
        }
    }
}
