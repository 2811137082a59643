//! Keyframe requests: from a receiver's slot to the source of its track, and again if no keyframe comes.
//!
//! Part of the [`Room`](super::Room). The track says how often a layer may be asked. It never holds a picture back; the slot does so
//! until its keyframe comes.

use super::member::Member;
use crate::{
    stats::Stats,
    track::{Source, UpTrack},
};
use std::time::{Duration, Instant};

/// Passes on the request of a receiver that lost its picture, not too often.
pub(super) fn pass_request(
    members: &mut [Member],
    index: usize,
    line: usize,
    now: Instant,
    stats: &mut Stats,
) {
    let slot = members[index].tracks.down(line);
    let Some((source, layer)) = slot.and_then(|down| Some((down.source()?, down.current()?))) else {
        return;
    };
    ask(members, source, layer, now, stats);
}

/// Sends the requests that have waited for their turn.
pub(super) fn send_due(members: &mut [Member], now: Instant, stats: &mut Stats) {
    for member in members {
        for (line, layer) in member.tracks.due_keyframes(now) {
            stats.keyframes_forwarded += 1;
            member.peer.request_keyframe(line, layer);
        }
    }
}

/// Asks for the keyframes that slots and cut layers wait for, and again if they do not come.
pub(super) fn ask_missing(members: &mut [Member], now: Instant, stats: &mut Stats) {
    let cut = members.iter().flat_map(cut_layers);
    let missing: Vec<(Source, usize)> = members.iter().flat_map(missing_keyframes).chain(cut).collect();
    for (source, layer) in missing {
        if may_ask(members, source, layer, now) {
            ask(members, source, layer, now, stats);
        }
    }
}

fn ask(members: &mut [Member], source: Source, layer: usize, now: Instant, stats: &mut Stats) {
    let Some(member) = members.iter_mut().find(|member| member.id == source.peer) else { return };
    let Some(up) = member.tracks.up_mut(source.line) else { return };
    if up.request_keyframe(layer, now) {
        stats.keyframes_forwarded += 1;
        member.peer.request_keyframe(source.line, layer);
    }
}

fn may_ask(members: &[Member], source: Source, layer: usize, now: Instant) -> bool {
    let member = members.iter().find(|member| member.id == source.peer);
    let Some(member) = member.filter(|member| member.is_listening()) else { return false };
    let Some(up) = member.tracks.up(source.line) else { return false };
    let asked = up.keyframe_requested(layer);
    up.is_open() && asked.is_none_or(|asked| now.saturating_duration_since(asked) >= KEYFRAME_RETRY)
}

/// The layers of others for whose keyframes this member's slots wait.
fn missing_keyframes(member: &Member) -> impl Iterator<Item = (Source, usize)> {
    let is_listening = member.is_listening();
    let slots = member.tracks.camera_slots().filter(move |_| is_listening);
    slots.filter_map(|(_, down)| Some((down.source()?, down.missing_keyframe()?)))
}

/// The layers of this member that wait for a keyframe after exceeding the cap.
fn cut_layers(member: &Member) -> impl Iterator<Item = (Source, usize)> {
    let peer = member.id;
    let layers = |(line, up): (usize, _)| UpTrack::cut_layers(up).map(move |layer| (line, layer));
    member.tracks.ups().flat_map(layers).map(move |(line, layer)| (Source { peer, line }, layer))
}

/// The time after which a keyframe that did not come is asked for again.
const KEYFRAME_RETRY: Duration = Duration::from_millis(1_500);
