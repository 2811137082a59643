//! Link reports: how the links of a room are, sent now and then, less often where a thin link would feel it.

use crate::{
    context::Context,
    message::{
        ServerMessage,
        call::{Link, MemberLink, Rung},
    },
    registry::{OpenConsultation, Seat, Stage},
};
use teranga_clinic::{id::ConsultationId, people::Role};

/// The pause between two reports of a room if all its links carry a camera or the ladder's rung has changed, in
/// milliseconds.
const PAUSE_MS: u64 = 2_000;

/// The pause on a thinner link, in milliseconds: the reports of every 2 s are 1 kbit/s, which must not stand beside a
/// voice there.
const THIN_PAUSE_MS: u64 = 10_000;

/// The pause on a thinner link if a round trip has changed much, in milliseconds: sooner than without news, and still a
/// third of the full rate.
const NEWS_PAUSE_MS: u64 = 6_000;

/// A round trip has changed much if it did by more than this share of itself, in percent, and by more than
/// [`NEWS_RTT_MS`].
const NEWS_PERCENT: u32 = 20;

/// A change of the round trip by no more than this is taken for jitter, in milliseconds.
const NEWS_RTT_MS: u32 = 100;

/// Sends the link reports of a room, unless the last ones are too recent: all of them to the people in it, its own to a
/// post, whose page shows no other and whose link is the thin one.
pub(super) fn send_links(cx: &mut Context, id: ConsultationId) {
    let now = cx.now;
    let Some(open) = cx.registry.get_mut(id) else { return };
    let links = open.room.links();
    if links.is_empty() || now.since_ms(open.sent.links_at) < pause_ms(open, &links) {
        return;
    }
    open.sent.links_at = now;
    open.sent.links.clone_from(&links);
    open.sent.ladder_rung = open.room.rung();
    let present = open.room.seats().iter().filter(|seat| seat.stage == Stage::In);
    let shares: Vec<_> = present.map(|seat| (seat.who.party.clone(), links_for(seat, &links))).collect();
    for (party, members) in shares {
        if !members.is_empty() {
            cx.send_to(&party, ServerMessage::Link(Link { members }));
        }
    }
}

/// The pause after the last reports of a room until these may be sent.
fn pause_ms(open: &OpenConsultation, links: &[MemberLink]) -> u64 {
    let (rung, sent) = (open.room.rung(), &open.sent);
    let are_others = || links.iter().map(|link| link.member).ne(sent.links.iter().map(|link| link.member));
    if rung == Some(Rung::Video) || rung != sent.ladder_rung || are_others() {
        PAUSE_MS
    } else if links.iter().zip(&sent.links).any(|(link, sent)| has_changed_much(link, sent)) {
        NEWS_PAUSE_MS
    } else {
        THIN_PAUSE_MS
    }
}

/// True if a round trip has changed much.
fn has_changed_much(link: &MemberLink, sent: &MemberLink) -> bool {
    let (Some(now), Some(then)) = (link.rtt_ms, sent.rtt_ms) else { return link.rtt_ms != sent.rtt_ms };
    let by = now.abs_diff(then);
    by > NEWS_RTT_MS && by > then.saturating_mul(NEWS_PERCENT) / 100
}

/// The link reports that a member is sent.
fn links_for(seat: &Seat, links: &[MemberLink]) -> Vec<MemberLink> {
    let all = seat.who.role != Role::Kiosk;
    links.iter().filter(|link| all || link.member == seat.member).copied().collect()
}
