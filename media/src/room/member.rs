//! A participant in its room: its transport, its tracks and slots, and whether it is there.
//!
//! Owned by the [`Room`](super::Room). It never looks at another member.

use super::{Outbox, link_watch::Measured, redundancy::Doubling, sender_limits::Ladder};
use crate::{
    command::{Caps, Departure, Event, Kind, Missing, Slot},
    id::PeerId,
    limits::{
        FORGET_AFTER, QUIET_AFTER, QUIET_IDLE_AFTER, QUIET_LEAST, QUIET_TOLD, VOICE_BACK_AFTER,
        VOICE_STOPPED_AFTER,
    },
    peer::Peer,
    track::{Codec, DownTrack, Packet, Source, UpTrack},
};
use std::time::{Duration, Instant};
use tracing::debug;

/// A participant in its room.
pub(crate) struct Member {
    pub(super) id: PeerId,
    pub(super) peer: Peer,
    /// By m-line: the track that comes, the slot that goes.
    pub(super) tracks: Vec<(Option<UpTrack>, Option<DownTrack>)>,
    generation: u32,
    pub(super) connected: Option<Instant>,
    pub(super) quiet: bool,
    /// When its last voice packet came, or one was first waited for; none while nobody else is there.
    voice_at: Option<Instant>,
    voice_flows: bool,
    pub(super) over: Option<Departure>,
    pub(super) voice_in: u32,
    pub(super) voice_out: u32,
    /// What was last said to the outside.
    pub(super) told_streams: (Vec<Slot>, Missing),
    pub(super) told_caps: Option<Caps>,
    pub(super) next_review: Instant,
    pub(super) measured: Measured,
    pub(super) ladder: Ladder,
    pub(super) doubles_up: Doubling,
    pub(super) doubles_down: Doubling,
    /// Since when no cameras go to it, because nothing is heard of what went.
    pub(super) held: Option<Instant>,
    /// Hears the others' voices as one.
    pub(super) hears_mix: bool,
    /// Wants no pictures, neither way.
    pub(super) voice_only: bool,
}

impl Member {
    pub(super) fn new(id: PeerId, peer: Peer, generation: u32, now: Instant) -> Self {
        let mut member = Self {
            id,
            peer,
            tracks: Vec::new(),
            generation,
            connected: None,
            quiet: false,
            voice_at: None,
            voice_flows: true,
            over: None,
            voice_in: 0,
            voice_out: 0,
            told_streams: Default::default(),
            told_caps: None,
            next_review: now,
            measured: Measured::default(),
            ladder: Ladder::default(),
            doubles_up: Doubling::default(),
            doubles_down: Doubling::default(),
            held: None,
            hears_mix: false,
            voice_only: false,
        };
        member.sync_tracks(now);
        member
    }

    /// In another room nothing was heard of it yet, and it heard nobody: voice first, there too.
    pub(super) fn begin_anew(&mut self, generation: u32, now: Instant) {
        self.generation = generation;
        self.connected = self.connected.map(|_| now);
        (self.voice_in, self.voice_out) = (0, 0);
        self.voice_at = None;
    }

    /// Makes tracks and slots for lines that came, takes those away that went.
    pub(super) fn sync_tracks(&mut self, now: Instant) {
        let Self { peer, tracks, told_caps, generation, .. } = self;
        tracks.resize_with(peer.lines().len(), Default::default);
        for (line, (up, down)) in peer.lines().iter().zip(tracks) {
            let Some(kind) = line.kind else { continue };
            if !line.up {
                *up = None;
            } else if up.is_none() {
                let mut made = UpTrack::new(kind, line.layer_count(), *generation, now);
                if let Some(caps) = *told_caps {
                    made.set_caps(caps, now);
                }
                *up = Some(made);
            }
            if !line.down {
                *down = None;
            } else if down.is_none() {
                *down = Some(DownTrack::default());
            }
        }
    }

    pub(super) fn ups(&self) -> impl Iterator<Item = (usize, &UpTrack)> {
        self.tracks.iter().enumerate().filter_map(|(line, (up, _))| Some((line, up.as_ref()?)))
    }

    pub(super) fn sources(&self) -> impl Iterator<Item = (Kind, Source)> {
        self.ups().map(|(line, up)| (up.kind, Source { peer: self.id, line }))
    }

    /// Slots with their m-line and kind.
    pub(super) fn downs(&self) -> impl Iterator<Item = (usize, Kind, &DownTrack)> {
        let kinds = self.peer.lines().iter().map(|line| line.kind);
        let downs = self.tracks.iter().zip(kinds).enumerate();
        downs.filter_map(|(line, ((_, down), kind))| Some((line, kind?, down.as_ref()?)))
    }

    pub(super) fn camera_slots(&self) -> impl Iterator<Item = (usize, &DownTrack)> {
        let cameras = self.downs().filter(|(_, kind, down)| *kind == Kind::Video && down.source().is_some());
        cameras.map(|(line, _, down)| (line, down))
    }

    /// Share of its voice that is lost on its link, on the worse of both ways.
    pub(super) fn loss(&self) -> f32 {
        self.peer.loss()
    }

    /// Notices silence and its end.
    pub(super) fn watch_presence(&mut self, now: Instant, out: &mut Outbox) {
        let silent = now.saturating_duration_since(self.peer.heard());
        let quiet = self.connected.is_some() && silent >= self.patience();
        if silent >= FORGET_AFTER {
            self.over = Some(Departure::TimedOut);
        } else if quiet != self.quiet {
            self.quiet = quiet;
            debug!(peer = %self.id, quiet, "presence");
            let peer = self.id;
            out.events.push_back(if quiet { Event::Quiet { peer } } else { Event::Back { peer } });
        }
    }

    /// When silence will have lasted too long; `None` if nobody waits for it.
    pub(super) fn quiet_at(&self) -> Option<Instant> {
        let waits = self.connected.is_some() && !self.quiet;
        waits.then(|| self.peer.heard() + self.patience())
    }

    /// A voice packet came.
    pub(super) fn note_voice(&mut self, packet: &Packet, now: Instant) {
        if packet.codec == Codec::Opus {
            self.voice_at = Some(now);
        }
    }

    /// Notices that its voice stops although its transport lives, and that it comes again. Who is quiet is told
    /// otherwise, and its voice has a moment to come after it is back.
    pub(super) fn watch_voice(&mut self, accompanied: bool, now: Instant, out: &mut Outbox) {
        if !accompanied || self.connected.is_none() {
            self.voice_at = None;
            return;
        }
        let since = *self.voice_at.get_or_insert(now);
        if self.quiet {
            let missed = VOICE_STOPPED_AFTER.saturating_sub(VOICE_BACK_AFTER);
            self.voice_at = Some(now.checked_sub(missed).map_or(since, |least| since.max(least)));
            return;
        }
        let flows = now.saturating_duration_since(since) < VOICE_STOPPED_AFTER;
        if flows != self.voice_flows {
            self.voice_flows = flows;
            out.stats.voices_stopped += u64::from(!flows);
            out.events.push_back(Event::Voice { peer: self.id, flows });
        }
    }

    /// How long this peer may be silent: one that was sending media when it fell silent, less, and over a long
    /// way less again, because what was under way when the link broke has still come.
    fn patience(&self) -> Duration {
        let was_sending =
            self.peer.media_heard().is_some_and(|media| self.peer.heard() <= media + QUIET_AFTER);
        if !was_sending {
            return QUIET_IDLE_AFTER;
        }
        let way = self.peer.least_rtt().unwrap_or_default() / 2;
        QUIET_TOLD.saturating_sub(way).clamp(QUIET_LEAST, QUIET_AFTER)
    }
}
