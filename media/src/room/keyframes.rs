//! Who asks whom for a keyframe, and when again.
//!
//! Part of the [`Room`]; how often a layer may be asked is for its track to say. It never holds a picture
//! back: the slot does, until its keyframe comes.

use super::{Outbox, Room, member::Member};
use crate::{
    limits::KEYFRAME_RETRY,
    track::{Source, UpTrack},
};
use std::time::Instant;

impl Room {
    /// A receiver lost its picture: its source is asked, not too often.
    pub(super) fn pass_keyframe_request(
        &mut self,
        index: usize,
        line: usize,
        now: Instant,
        out: &mut Outbox,
    ) {
        let slot = self.members[index].tracks.get(line).and_then(|(_, down)| down.as_ref());
        let Some((source, layer)) = slot.and_then(|down| Some((down.source()?, down.current()?))) else {
            return;
        };
        self.ask_keyframe(source, layer, now, out);
    }

    fn ask_keyframe(&mut self, source: Source, layer: usize, now: Instant, out: &mut Outbox) {
        let Some(index) = self.find(source.peer) else { return };
        let Some((Some(up), _)) = self.members[index].tracks.get_mut(source.line) else { return };
        if up.ask_keyframe(layer, now) {
            out.stats.keyframes_forwarded += 1;
            self.members[index].peer.request_keyframe(source.line, layer);
        }
    }

    pub(super) fn send_due_keyframes(&mut self, now: Instant, out: &mut Outbox) {
        for member in &mut self.members {
            let due: Vec<(usize, usize)> = member
                .tracks
                .iter_mut()
                .enumerate()
                .filter_map(|(line, (up, _))| Some((line, up.as_mut()?.due_keyframes(now))))
                .flat_map(|(line, layers)| layers.into_iter().map(move |layer| (line, layer)))
                .collect();
            for (line, layer) in due {
                out.stats.keyframes_forwarded += 1;
                member.peer.request_keyframe(line, layer);
            }
        }
    }

    /// Asks for the keyframes that slots and cut layers wait for, and again when they do not come.
    pub(super) fn ask_missing_keyframes(&mut self, now: Instant, out: &mut Outbox) {
        let cut = self.members.iter().flat_map(Member::cut_layers);
        let missing: Vec<(Source, usize)> =
            self.members.iter().flat_map(Member::missing_keyframes).chain(cut).collect();
        for (source, layer) in missing {
            if self.may_ask(source, layer, now) {
                self.ask_keyframe(source, layer, now, out);
            }
        }
    }

    fn may_ask(&self, source: Source, layer: usize, now: Instant) -> bool {
        let member = self.find(source.peer).map(|index| &self.members[index]);
        let Some(member) = member.filter(|member| member.connected.is_some() && !member.quiet) else {
            return false;
        };
        let Some((Some(up), _)) = member.tracks.get(source.line) else { return false };
        let asked = up.keyframe_asked(layer);
        up.is_open() && asked.is_none_or(|asked| now.saturating_duration_since(asked) >= KEYFRAME_RETRY)
    }
}

impl Member {
    /// Layers of others of which this member's slots wait for a keyframe.
    fn missing_keyframes(&self) -> impl Iterator<Item = (Source, usize)> {
        let listening = self.connected.is_some() && !self.quiet;
        let slots = self.camera_slots().filter(move |_| listening);
        slots.filter_map(|(_, down)| Some((down.source()?, down.missing_keyframe()?)))
    }

    /// Layers of this member that wait for a keyframe after exceeding the cap.
    fn cut_layers(&self) -> impl Iterator<Item = (Source, usize)> {
        let peer = self.id;
        let layers = |(line, up): (usize, _)| UpTrack::cut_layers(up).map(move |layer| (line, layer));
        self.ups().flat_map(layers).map(move |(line, layer)| (Source { peer, line }, layer))
    }
}
