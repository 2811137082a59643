//! The layer of each camera that each member receives, as far as its downlink carries.
//!
//! Part of the [`Room`](super::Room); [`allocate`](mod@crate::allocate) decides. It never touches voice, which always goes.

use super::member::Member;
use crate::{
    allocate::{self, Wish},
    command::Kind,
    limits::{ESTIMATE_START, VIDEO_MAX},
    track::Source,
    units::Bitrate,
};
use std::time::Instant;

/// The rates of a camera's layers.
type CameraRates = (Source, Vec<Bitrate>);

/// Chooses a layer of each camera for each receiver.
pub(super) fn allocate(members: &mut [Member], now: Instant) {
    let rates = camera_rates(members, now);
    for member in members {
        member.allocate(|source| {
            rates.iter().find(|(of, _)| *of == source).map_or_else(Vec::new, |(_, rates)| rates.clone())
        });
    }
}

fn camera_rates(members: &mut [Member], now: Instant) -> Vec<CameraRates> {
    let cameras = members.iter_mut().flat_map(|member| {
        let peer = member.id;
        let cameras = member.tracks.ups_mut().filter(|(_, up)| up.kind == Kind::Video);
        cameras.map(move |(line, up)| (Source { peer, line }, up.rates(now)))
    });
    cameras.collect()
}

impl Member {
    /// Chooses a layer for each camera slot, given the rates of each camera's layers.
    fn allocate(&mut self, rates: impl Fn(Source) -> Vec<Bitrate>) {
        let slots: Vec<usize> = self.tracks.camera_slots().map(|(line, _)| line).collect();
        let wishes: Vec<Wish> = self
            .tracks
            .camera_slots()
            .filter_map(|(_, down)| Some(Wish { layers: rates(down.source()?), current: down.current() }))
            .collect();
        let is_held = self.link.is_overdue();
        let decided = if self.quiet || self.voice_only || self.is_hidden || is_held {
            vec![None; wishes.len()]
        } else {
            allocate::decide(self.camera_budget(), &wishes)
        };
        // The engine pads up to 50 kbit/s, even if that is more than a thin link carries.
        let idle = !wishes.iter().flat_map(|wish| &wish.layers).any(|rate| *rate > Bitrate::default());
        self.peer.set_send_filter(!is_held, self.thin_budget().is_none() || !idle);
        if is_held {
            for line in &slots {
                self.peer.clear_rtx_cache(*line);
            }
        }
        for (line, layer) in slots.into_iter().zip(decided) {
            if let Some(down) = self.tracks.down_mut(line) {
                down.want(layer);
            }
        }
        self.steer_engine(wishes.len() as u64);
    }

    /// Tells the engine's estimator what to aim at. Its probes go up to twice that, and its estimate never above what was probed,
    /// therefore it aims at the best. On a thin link probes and padding would be most of the traffic.
    fn steer_engine(&mut self, cameras: u64) {
        let thin = self.thin_budget().map(|_| self.camera_budget());
        self.peer.set_desired_bitrate(VIDEO_MAX.times(if thin.is_some() { 0 } else { cameras }));
        let assumed = if self.link.takes_video() { thin.unwrap_or(ESTIMATE_START) } else { ESTIMATE_NONE };
        self.peer.reset_estimate(assumed);
    }

    /// The rate of the downlink for cameras, after the voices.
    fn camera_budget(&self) -> Bitrate {
        let voices = self.tracks.voice_slots_taken();
        if let Some(budget) = self.thin_budget() {
            return budget.saturating_sub(self.voice_down().on_wire(self.red_down.is_on()).times(voices));
        }
        let reserve = AUDIO_RESERVE.times(voices);
        let cameras = self.tracks.camera_slots().count() as u64;
        let assumed = VIDEO_MAX.times(cameras);
        self.peer.link_stats.estimate().map_or(assumed, |estimate| estimate.saturating_sub(reserve))
    }

    /// The rate of the downlink for each camera that has a slot.
    pub(super) fn camera_share(&self) -> Bitrate {
        self.camera_budget().shared_by(self.tracks.camera_slots().count())
    }
}

/// The engine's estimate on a link without video. It fills the pacer up to its estimate with padding, but by 50 kbit/s at most, and
/// nobody wants that there.
const ESTIMATE_NONE: Bitrate = Bitrate::kbps(1);

/// The rate kept free for one received voice, headers included: 32 kbit/s of Opus in 50 packets with 50 bytes more.
const AUDIO_RESERVE: Bitrate = Bitrate::kbps(52);
