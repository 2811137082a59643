//! What each member receives: a layer of each camera, as far as its downlink carries.
//!
//! Part of the [`Room`]; [`allocate`] decides. It never touches voice, which always goes.

use super::{Room, member::Member};
use crate::{
    allocate::{self, Wish},
    command::Kind,
    id::PeerId,
    limits::{AUDIO_RESERVE, ESTIMATE_NONE, ESTIMATE_START, VIDEO_MAX},
    track::Source,
    units::Bitrate,
};
use std::time::Instant;

impl Room {
    /// Chooses a layer of each camera for each receiver.
    pub(super) fn allocate(&mut self, now: Instant) {
        let rates = self.camera_rates(now);
        for member in &mut self.members {
            member.allocate(|source| {
                rates.iter().find(|(of, _)| *of == source).map_or_else(Vec::new, |(_, rates)| rates.clone())
            });
        }
    }

    fn camera_rates(&mut self, now: Instant) -> Vec<(Source, Vec<Bitrate>)> {
        let members = self.members.iter_mut();
        let cameras = members.flat_map(|member| {
            let peer = member.id;
            let ups = member.tracks.iter_mut().enumerate().filter_map(|(i, (up, _))| Some((i, up.as_mut()?)));
            let cameras = ups.filter(|(_, up)| up.kind == Kind::Video);
            cameras.map(move |(line, up)| (Source { peer, line }, up.rates(now)))
        });
        cameras.collect()
    }
}

impl Member {
    /// Chooses a layer for each camera slot, given what each camera's layers send.
    fn allocate(&mut self, rates: impl Fn(Source) -> Vec<Bitrate>) {
        let slots: Vec<usize> = self.camera_slots().map(|(line, _)| line).collect();
        let wishes: Vec<Wish> = self
            .camera_slots()
            .filter_map(|(_, down)| Some(Wish { layers: rates(down.source()?), current: down.current() }))
            .collect();
        let decided = if self.quiet || self.voice_only || self.held.is_some() {
            vec![None; wishes.len()]
        } else {
            allocate::decide(self.budget(), &wishes)
        };
        // The engine pads up to 50 kbit/s, even where that is more than a thin link carries.
        let idle = !wishes.iter().flat_map(|wish| &wish.layers).any(|rate| *rate > Bitrate::default());
        self.peer.set_filming(self.held.is_none(), self.thin_budget().is_none() || !idle);
        if self.held.is_some() {
            for line in &slots {
                self.peer.forget_sent(*line);
            }
        }
        for (line, layer) in slots.into_iter().zip(decided) {
            if let (_, Some(down)) = &mut self.tracks[line] {
                down.want(layer);
            }
        }
        // The engine's probes go up to twice this, and its estimate never above what was probed: aim at the
        // best. On a thin link probes and padding would be most of the traffic.
        let thin = self.thin_budget().map(|_| self.budget());
        self.peer.desire(VIDEO_MAX.times(if thin.is_some() { 0 } else { wishes.len() as u64 }));
        self.peer.assume(if self.takes_video() { thin.unwrap_or(ESTIMATE_START) } else { ESTIMATE_NONE });
    }

    /// What the downlink has for cameras, after the voices.
    fn budget(&self) -> Bitrate {
        let voices = self.downs().filter(|(_, kind, down)| *kind == Kind::Audio && down.is_taken());
        let voices = voices.count() as u64;
        if let Some(budget) = self.thin_budget() {
            return budget.saturating_sub(self.voice_down().on_wire(self.doubles_down.is_on()).times(voices));
        }
        let reserve = AUDIO_RESERVE.times(voices);
        let cameras = self.camera_slots().count() as u64;
        let assumed = VIDEO_MAX.times(cameras);
        self.peer.estimate().map_or(assumed, |estimate| estimate.saturating_sub(reserve))
    }

    /// This receiver's share for the camera of `peer`, if it has a slot for it.
    pub(super) fn share_for(&self, peer: PeerId) -> Option<Bitrate> {
        let has =
            self.camera_slots().any(|(_, down)| down.source().is_some_and(|source| source.peer == peer));
        has.then(|| self.budget().shared_by(self.camera_slots().count()))
    }
}
