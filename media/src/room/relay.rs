//! The relay of a member's data channel messages to the others.
//!
//! Part of the [`Room`](super::Room). It reads no message, and opens no channel.

use super::member::Member;
use crate::{limits::PICTURES_LABEL, peer::Message, stats::Stats};
use std::time::Instant;

/// Sends a message to everyone who has a channel of the same label. A picture into a dead link would make the channel wait longer when the
/// link is back, and would then stand beside a new socket's handshake in front of the first words.
pub(super) fn relay(members: &mut [Member], from: usize, message: &Message, now: Instant, stats: &mut Stats) {
    let sender = &mut members[from];
    let pictures = sender.limits.caps().and_then(|caps| caps.pictures);
    if !sender.messages.take(message.data.len(), pictures, now) {
        stats.dropped.messages += 1;
        return;
    }
    let is_picture = message.label == PICTURES_LABEL;
    let is_large = message.data.len() > PICTURE_REQUEST_BYTES;
    let is_settling = |member: &Member| member.link.is_settling(now);
    let has_no_room = |member: &Member| member.voice_only || member.quiet || is_large && is_settling(member);
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

/// The most bytes of a request for a picture. Pieces of a picture are longer, except the last one (docs/pictures.md).
const PICTURE_REQUEST_BYTES: usize = 32;
