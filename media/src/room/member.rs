//! A participant in its room: its transport, its tracks and slots, its policies, and whether it is there.
//!
//! The [`Room`](super::Room) owns it. It never looks at another member.

use super::{
    backlog::Backlog, hold_watch::HoldWatch, message_budget::MessageBudget, sender_limits::SenderLimits,
    tracks::Tracks, voice_watch::VoiceWatch,
};
use crate::{
    command::{Departure, Event, Kind, Missing, Slot},
    id::PeerId,
    ladder::Ladder,
    limits::{FORGET_AFTER, QUIET_AFTER},
    link::monitor::LinkMonitor,
    output::Outbox,
    peer::Peer,
    red_policy::RedPolicy,
    track::Source,
    units::Bitrate,
};
use std::time::{Duration, Instant};
use tracing::debug;

/// A participant in its room.
pub(crate) struct Member {
    pub(super) id: PeerId,
    pub(super) peer: Peer,
    pub(super) tracks: Tracks,
    /// The number of its transport in the room.
    generation: u32,
    /// The time since which the transport has been connected.
    pub(super) connected: Option<Instant>,
    /// Nothing is heard of it.
    pub(super) quiet: bool,
    pub(super) voice_watch: VoiceWatch,
    pub(super) hold_watch: HoldWatch,
    pub(super) backlog: Backlog,
    /// The reason for which it is about to be removed.
    pub(super) over: Option<Departure>,
    /// The voice packets that came from it, and those that went to it.
    pub(super) voice_in: u32,
    pub(super) voice_out: u32,
    /// The streams that it was told last.
    pub(super) told_streams: (Vec<Slot>, Missing),
    /// The limits that it was told last.
    pub(super) limits: SenderLimits,
    /// The budget of its data channel messages to the others.
    pub(super) messages: MessageBudget,
    pub(super) next_review: Instant,
    pub(super) link: LinkMonitor,
    /// The capacity of its uplink and of its downlink in the log's last line about them.
    pub(super) logged_capacity: (Option<Bitrate>, Option<Bitrate>),
    pub(super) ladder: Ladder,
    /// The redundancy of its uplink and of its downlink.
    pub(super) red_up: RedPolicy,
    pub(super) red_down: RedPolicy,
    /// It hears the voices of the others as one.
    pub(super) hears_mix: bool,
    /// It wants no pictures, neither way.
    pub(super) voice_only: bool,
    /// Its page is on no screen.
    pub(super) is_hidden: bool,
}

impl Member {
    /// A participant whose transport has just been answered.
    pub(super) fn new(id: PeerId, peer: Peer, generation: u32, now: Instant) -> Self {
        let mut member = Self {
            id,
            peer,
            tracks: Tracks::default(),
            generation,
            connected: None,
            quiet: false,
            voice_watch: VoiceWatch::default(),
            hold_watch: HoldWatch::default(),
            backlog: Backlog::default(),
            over: None,
            voice_in: 0,
            voice_out: 0,
            told_streams: Default::default(),
            limits: SenderLimits::default(),
            messages: MessageBudget::new(now),
            next_review: now,
            link: LinkMonitor::new(id),
            logged_capacity: (None, None),
            ladder: Ladder::default(),
            red_up: RedPolicy::default(),
            red_down: RedPolicy::default(),
            hears_mix: false,
            voice_only: false,
            is_hidden: false,
        };
        member.sync_tracks(now);
        member
    }

    /// Takes over the link of the transport before this one: the page was reloaded.
    pub(super) fn inherit(&mut self, link: LinkMonitor) {
        self.link = link.reloaded();
        self.link.set_can_probe(self.tracks.has_data_line());
    }

    /// Begins in another room, where nothing was heard of it yet and it heard nobody: voice comes first there, too.
    pub(super) fn begin_anew(&mut self, generation: u32, now: Instant) {
        self.generation = generation;
        self.connected = self.connected.map(|_| now);
        (self.voice_in, self.voice_out) = (0, 0);
        self.voice_watch.pause();
    }

    /// Brings tracks and slots in line with the transport's m-lines.
    pub(super) fn sync_tracks(&mut self, now: Instant) {
        self.tracks.sync(self.peer.media_sections(), self.generation, self.limits.caps(), now);
        self.link.set_can_probe(self.tracks.has_data_line());
    }

    /// The tracks that it sends, by kind.
    pub(super) fn sources(&self) -> impl Iterator<Item = (Kind, Source)> {
        self.tracks.ups().map(|(line, up)| (up.kind, Source { peer: self.id, line }))
    }

    /// True if the member is there and can be reached.
    pub(super) fn is_listening(&self) -> bool {
        self.connected.is_some() && !self.quiet
    }

    /// Notices that the member falls silent, that it is heard again, and that it is to be forgotten.
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

    /// The time at which silence will have lasted too long; `None` if nobody waits for it.
    pub(super) fn quiet_at(&self) -> Option<Instant> {
        self.is_listening().then(|| self.peer.heard() + self.patience())
    }

    /// Notices that its voice stops although its transport lives, and that it comes again.
    pub(super) fn watch_voice(&mut self, accompanied: bool, now: Instant, out: &mut Outbox) {
        if !accompanied || self.connected.is_none() {
            self.voice_watch.pause();
        } else if let Some(flows) = self.voice_watch.look(self.quiet, now) {
            out.stats.voices_stopped += u64::from(!flows);
            out.events.push_back(Event::Voice { peer: self.id, flows });
        }
    }

    /// The time since anything came from the member; `None` if it was not sending media.
    pub(super) fn silence(&self, now: Instant) -> Option<Duration> {
        let heard = self.peer.heard();
        let was_sending = self.peer.media_heard().is_some_and(|media| heard <= media + QUIET_AFTER);
        (self.connected.is_some() && was_sending).then(|| now.saturating_duration_since(heard))
    }

    /// True if what is sent to the member now would wait in a link that stands still.
    pub(super) fn is_held(&self, now: Instant) -> bool {
        self.hold_watch.is_held(self.silence(now), now)
    }

    /// True if media to the member would wait in a link that stands still, or behind what it held.
    pub(super) fn is_behind_stall(&self, now: Instant) -> bool {
        self.is_held(now) || self.backlog.is_ahead(now)
    }

    /// The time for which this member may be silent. A member that was sending media may be silent for less, and for less again over a
    /// long way, because what was under way when the link broke still came.
    fn patience(&self) -> Duration {
        let was_sending =
            self.peer.media_heard().is_some_and(|media| self.peer.heard() <= media + QUIET_AFTER);
        if !was_sending {
            return QUIET_IDLE_AFTER;
        }
        let way = self.peer.link_stats.least_rtt().unwrap_or_default() / 2;
        QUIET_TOLD.saturating_sub(way).clamp(QUIET_LEAST, QUIET_AFTER)
    }
}

/// The time from the break of a link until the others are told: the way of what still comes, and the silence after it.
const QUIET_TOLD: Duration = Duration::from_millis(1_650);

/// The least silence that is an outage, over however long a way: three packets of a pause and some jitter.
const QUIET_LEAST: Duration = Duration::from_millis(1_300);

/// The silence after which a member that sends no media is quiet. A browser checks a stable ICE pair every 2.5 s, therefore this is two
/// missed checks and a margin.
const QUIET_IDLE_AFTER: Duration = Duration::from_secs(7);
