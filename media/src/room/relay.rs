//! The relay of a member's data channel messages to the others.
//!
//! Part of the [`Room`](super::Room). It reads no message, and opens no channel.

use super::member::Member;
use crate::{command::Rung, limits::PICTURES_LABEL, peer::Message, stats::Stats, units::Bitrate};
use std::time::{Duration, Instant};

/// Sends a message to everyone who has a channel of the same label. A picture into a dead link would make the channel wait longer when the
/// link is back, and would then stand beside a new socket's handshake in front of the first words.
pub(super) fn relay(members: &mut [Member], from: usize, message: &Message, now: Instant, stats: &mut Stats) {
    let pictures = pictures_limit(members, from);
    if !members[from].messages.take(message.data.len(), pictures, now) {
        stats.dropped.messages += 1;
        return;
    }
    let is_picture = message.label == PICTURES_LABEL;
    let is_large = message.data.len() > PICTURE_REQUEST_BYTES;
    let is_settling = |member: &Member| member.link.is_settling(now);
    let sees_none = |member: &Member| member.voice_only || member.is_hidden;
    let is_slow = |member: &Member| member.silence(now).is_some_and(|silent| silent >= SLOW_AFTER);
    let has_no_room = |member: &Member| {
        sees_none(member) || member.quiet || is_large && (is_settling(member) || is_slow(member))
    };
    // Somebody who has just come back would ask for what does not go there yet, and ask again.
    if is_picture && !is_large && is_settling(&members[from]) {
        return;
    }
    let wants = |member: &Member| !(is_picture && has_no_room(member));
    let others = members.iter_mut().enumerate().filter(|(i, _)| *i != from);
    for member in others.map(|(_, member)| member).filter(|member| wants(member)) {
        match member.peer.send(message) {
            Some(true) => stats.messages_relayed += 1,
            Some(false) => stats.dropped.messages += 1,
            None => {}
        }
    }
}

/// The limit of a member's pictures: what it was told, or more while the link of everybody else carries a camera, where pictures stand in
/// front of nobody's voice.
fn pictures_limit(members: &[Member], from: usize) -> Option<Bitrate> {
    let carries_camera = |member: &Member| member.limits.caps().is_some_and(|caps| caps.rung == Rung::Video);
    let told = members[from].limits.caps().and_then(|caps| caps.pictures);
    let mut others = members.iter().enumerate().filter(|(i, _)| *i != from);
    let all_carry = others.all(|(_, member)| carries_camera(member));
    if all_carry { told.max(Some(BESIDE_CAMERAS)) } else { told }
}

/// The least limit there. With the tolerance of the budget it lets 16 kbit/s pass, at which a page sends at its highest pace
/// (docs/pictures.md).
const BESIDE_CAMERAS: Bitrate = Bitrate::kbps(6);

/// The silence of a sending member after which no picture goes to it: a packet of a pause is overdue.
const SLOW_AFTER: Duration = Duration::from_millis(600);

/// The most bytes of a request for a picture. Pieces of a picture are longer, except the last one (docs/pictures.md).
const PICTURE_REQUEST_BYTES: usize = 32;
