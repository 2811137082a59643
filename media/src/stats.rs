//! The counters of an SFU. Each is raised beside the event that it counts; all but the gauges only grow.

/// The counters of one [`Sfu`](crate::Sfu), which its shard copies once a second. They hold no person and no address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Gauge: rooms that exist.
    pub rooms: u64,
    /// Gauge: participants, quiet ones included.
    pub peers: u64,
    /// Gauge: addresses that lead to a peer.
    pub routes: u64,
    /// Gauge: those of them that are TCP connections.
    pub tcp_connections: u64,

    /// Datagrams received.
    pub packets_in: u64,
    /// Bytes received, without IP and UDP headers.
    pub bytes_in: u64,
    /// Datagrams sent.
    pub packets_out: u64,
    /// Bytes sent, without IP and UDP headers.
    pub bytes_out: u64,

    /// Times a participant began to hear several voices as one.
    pub mixes_begun: u64,
    /// Times a participant got the originals again.
    pub mixes_ended: u64,
    /// Packets of mixes sent.
    pub mixed_audio: u64,
    /// Pieces of sound, of 20 ms at most, that were concealed in a mix.
    pub mix_concealed: u64,
    /// Voice packets that came too late for a mix.
    pub mix_late: u64,
    /// Voice packets for a mix that are not Opus.
    pub mix_refused: u64,

    /// Voice packets handed from a source to a receiver, counted once per receiver.
    pub forwarded_audio: u64,
    /// Video packets handed from a source to a receiver, counted once per receiver.
    pub forwarded_video: u64,
    /// Bytes of RTP payload forwarded.
    pub forwarded_bytes: u64,

    /// Datagrams and packets refused, by reason.
    pub dropped: Dropped,

    /// Keyframe requests that receivers sent us.
    pub keyframes_asked: u64,
    /// Keyframe requests that we sent to sources.
    pub keyframes_forwarded: u64,
    /// NACKs that receivers sent us.
    pub nacks_in: u64,
    /// NACKs that we sent to sources.
    pub nacks_out: u64,
    /// Times that a member was told another rung of the quality ladder.
    pub rungs: u64,
    /// Voice packets sent again to receivers.
    pub voice_resent: u64,
    /// Lost voice packets that were recovered from a redundant copy (RED).
    pub voice_recovered: u64,

    /// Times that the voice of a peer whose transport lives has stopped.
    pub voices_stopped: u64,

    /// Data channel messages relayed, counted once per receiver.
    pub messages_relayed: u64,

    /// Participants that joined.
    pub joined: u64,
    /// Offers refused.
    pub refused: u64,
    /// Participants forgotten after silence.
    pub timed_out: u64,
    /// Rooms ended by a broken invariant.
    pub rooms_failed: u64,
    /// Times a peer's media moved to another address.
    pub moved: u64,
    /// Times a peer's media moved so often within a minute that its link, or somebody between, is at fault.
    pub paths_flapping: u64,
    /// Connectivity checks that we sent to addresses of peers, repetitions included.
    pub path_checks: u64,
    /// Those of them that were answered, each of which proves an address.
    pub path_checks_answered: u64,
}

/// Packets that were dropped, by reason.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Neither STUN, DTLS, RTP nor RTCP, or too long.
    pub garbage: u64,
    /// Datagrams from an address that no authenticated STUN request opened.
    pub unknown_source: u64,
    /// STUN requests with an unknown user name, and STUN with a wrong MESSAGE-INTEGRITY.
    pub stun_unauthenticated: u64,
    /// A STUN request seen before, from another address.
    pub stun_replayed: u64,
    /// STUN responses to nothing that we have asked.
    pub stun_unasked: u64,
    /// Authentic responses to our checks from another address than the one that was checked.
    pub stun_misdirected: u64,
    /// Authenticated STUN requests of a peer that has used too many addresses.
    pub too_many_routes: u64,
    /// Datagrams that the engine refused: undecodable DTLS, or a dead peer.
    pub engine: u64,
    /// Video beyond the sender's cap.
    pub over_cap: u64,
    /// Late packets from before a switch, which have no place in the new order.
    pub stale: u64,
    /// Voice that a link held back until it was of no use.
    pub held_back: u64,
    /// Media for a peer whose link stands still.
    pub stalled: u64,
    /// Data channel messages beyond their sender's budget, or for a receiver whose backlog is full.
    pub messages: u64,
    /// Media for a peer whose consent has run out (RFC 7675).
    pub no_consent: u64,
}

impl Stats {
    /// The sum of all reasons.
    pub fn dropped_total(&self) -> u64 {
        let d = &self.dropped;
        d.garbage
            + d.unknown_source
            + d.stun_unauthenticated
            + d.stun_replayed
            + d.stun_unasked
            + d.stun_misdirected
            + d.too_many_routes
            + d.engine
            + d.over_cap
            + d.stale
            + d.held_back
            + d.stalled
            + d.messages
            + d.no_consent
    }
}
