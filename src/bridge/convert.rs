//! Conversion between the words of the two machines: commands, events and identifiers of `media`, and messages and identifiers
//! of `signaling`. Each pair of types is converted here and nowhere else.

use crate::store::LinkRates;
use std::time::Duration;
use teranga_media::{
    command::{self as media_command, Command, Event, Kind, LinkMemory, Refusal},
    id as media,
    units::Bitrate,
};
use teranga_signaling::{
    contract::{Input, MediaOrder, MediaSignal},
    id::{MemberId, RoomId, ShardId},
    message::{
        call::{Caps, LinkDirection, MediaKind, MemberLink, Rung, Slot, Streams},
        session::ErrorCode,
    },
};

/// The command that tells a shard what a member's link carried in its last call.
pub(super) fn remember_link(member: MemberId, link: LinkRates) -> Command {
    let link = LinkMemory { up: bitrate(link.up_bps), down: bitrate(link.down_bps) };
    Command::Remember { peer: peer_id(member), link }
}

/// A command for the shard of a room.
pub(super) struct ShardCommand {
    /// The shard that runs the room.
    pub(super) shard: ShardId,
    /// The member who waits for an answer; none if nobody does.
    pub(super) asker: Option<MemberId>,
    /// The command.
    pub(super) command: Command,
}

/// Converts an order of the hub into a command for a shard.
pub(super) fn command(order: MediaOrder) -> ShardCommand {
    let (RoomId { shard, .. }, asker, command) = match order {
        MediaOrder::Join { room, member, offer, .. } => {
            let (at, peer) = (room_id(room), peer_id(member));
            (room, Some(member), Command::Join { room: at, peer, offer })
        }
        MediaOrder::Offer { room, member, offer } => {
            (room, Some(member), Command::Offer { peer: peer_id(member), offer })
        }
        MediaOrder::Measured { room, member, seen } => {
            let link = LinkMemory { up: bitrate(seen.up_bps), down: bitrate(seen.down_bps) };
            (room, None, Command::Measured { peer: peer_id(member), link })
        }
        MediaOrder::VoiceOnly { room, member, on } => {
            (room, None, Command::VoiceOnly { peer: peer_id(member), on })
        }
        MediaOrder::Screen { room, member, shown } => {
            (room, None, Command::Screen { peer: peer_id(member), shown })
        }
        MediaOrder::Move { room, member, to } => {
            let (peer, to) = (peer_id(member), room_id(to));
            (room, Some(member), Command::Move { peer, to })
        }
        MediaOrder::Leave { room, member } => (room, None, Command::Leave { peer: peer_id(member) }),
        MediaOrder::CloseRoom { room } => (room, None, Command::CloseRoom { room: room_id(room) }),
    };
    ShardCommand { shard, asker, command }
}

const fn room_id(room: RoomId) -> media::RoomId {
    media::RoomId(room.number)
}

const fn peer_id(member: MemberId) -> media::PeerId {
    media::PeerId(member.0)
}

pub(super) const fn member_id(peer: media::PeerId) -> MemberId {
    MemberId(peer.0)
}

/// Converts an event of a shard into an input of the hub.
pub(super) fn input(event: Event) -> Input {
    let (peer, signal) = match event {
        Event::Answer { peer, sdp } => (peer, MediaSignal::Answer(sdp)),
        Event::Refused { peer, reason } => (peer, MediaSignal::Refused(error_code(reason))),
        Event::Connected { peer, .. } => (peer, MediaSignal::Connected),
        Event::Streams { peer, slots, missing } => {
            let slots = slots.into_iter().map(slot).collect();
            let streams = Streams { slots, missing_audio: missing.audio, missing_video: missing.video };
            (peer, MediaSignal::Streams(streams))
        }
        Event::Quiet { peer } => (peer, MediaSignal::Quiet),
        Event::Back { peer } => (peer, MediaSignal::Back),
        Event::Voice { peer, flows } => (peer, MediaSignal::Voice(flows)),
        Event::Gone { peer, .. } => (peer, MediaSignal::Gone),
        Event::Caps { peer, caps } => (peer, MediaSignal::Caps(wire_caps(caps))),
        Event::Link { peer, report } => (peer, MediaSignal::Link(member_link(peer, &report))),
    };
    Input::Media { member: member_id(peer), signal }
}

/// The rates of a link in bits a second, as the link history keeps them.
pub(super) fn link_rates(LinkMemory { up, down }: LinkMemory) -> LinkRates {
    LinkRates { up_bps: bps(up), down_bps: bps(down) }
}

const fn error_code(reason: Refusal) -> ErrorCode {
    match reason {
        Refusal::Malformed | Refusal::Insecure | Refusal::UnknownPeer => ErrorCode::Offer,
        Refusal::RoomFull => ErrorCode::RoomFull,
    }
}

fn slot(slot: media_command::Slot) -> Slot {
    let kind = match slot.kind {
        Kind::Audio => MediaKind::Audio,
        Kind::Video => MediaKind::Video,
    };
    Slot { mid: slot.mid, member: member_id(slot.from), kind }
}

fn wire_caps(caps: media_command::Caps) -> Caps {
    Caps {
        audio_bps: bps(caps.audio),
        ptime_ms: caps.ptime_ms,
        red: caps.red,
        video_bps: caps.video.map(bps),
        pictures_bps: caps.pictures.map(bps),
        playout_ms: u16::try_from(caps.playout.as_millis()).unwrap_or(u16::MAX),
        rung: rung(caps.rung),
    }
}

const fn rung(rung: media_command::Rung) -> Rung {
    use media_command::Rung as Media;
    match rung {
        Media::Deferred => Rung::Deferred,
        Media::Fragile => Rung::Fragile,
        Media::Voice => Rung::Voice,
        Media::Pictures => Rung::Pictures,
        Media::Video => Rung::Video,
    }
}

fn bps(rate: Bitrate) -> u32 {
    u32::try_from(rate.as_bps()).unwrap_or(u32::MAX)
}

fn member_link(peer: media::PeerId, report: &media_command::LinkReport) -> MemberLink {
    MemberLink {
        member: member_id(peer),
        rtt_ms: report.rtt.map(millis),
        up: link_direction(&report.up),
        down: link_direction(&report.down),
    }
}

fn link_direction(direction: &media_command::Direction) -> LinkDirection {
    LinkDirection {
        bps: bps(direction.bitrate),
        loss: (direction.loss * 1_000.0).round() / 1_000.0,
        jitter_ms: millis(direction.jitter),
        total_bytes: direction.total_bytes,
    }
}

fn millis(span: Duration) -> u32 {
    u32::try_from(span.as_millis()).unwrap_or(u32::MAX)
}

fn bitrate(bps: u32) -> Bitrate {
    Bitrate::bps(bps.into())
}
