//! Notification of the members of a running consultation.

use super::{Calls, invitations::invitable};
use crate::{
    context::{Context, Timer},
    dispatch::{Dispatch, postponed_message, rings_again_message},
    limits,
    message::{ServerMessage, call::Call},
    registry::{OpenConsultation, Seat, Stage, Unsent},
};
use teranga_clinic::id::{ConsultationId, PartyId};

/// The `call` message for a member, with what its page must still be sent; none if it is in no running consultation.
pub(crate) fn call_message(calls: &Calls, cx: &mut Context, party: &PartyId) -> Option<Call> {
    let (open, seat) = cx.registry.seat_of(party).filter(|(open, _)| !open.is_waiting())?;
    if !seat.is_member() {
        return None;
    }
    let (id, member) = (open.consultation.id(), seat.member);
    let (unsent, role) = (seat.unsent, seat.who.role);
    let wants_grant = unsent.grant && seat.stage == Stage::In;
    let holds = open.consultation.is_held_by(party);
    let call = Call {
        consultation: id,
        member,
        members: open.room.members(&open.consultation, |party| cx.sessions.is_present(party)),
        age_ms: cx.now.since_ms(open.consultation.taken_at().unwrap_or_default()),
        grant: None,
        record: unsent.record.then(|| calls.record_for(open, role)),
        invitable: if holds { invitable(cx) } else { Vec::new() },
        may: cx.acts(id, party),
        rings: rings_again_message(cx, id),
        postponed: postponed_message(cx, id),
    };
    let session = cx.sessions.live(party)?;
    let grant = wants_grant.then(|| cx.join_token(session, member));
    cx.registry.seat_mut(id, party)?.unsent = Unsent::default();
    Some(Call { grant, ..call })
}

impl Calls {
    /// Tells the members of a running consultation what has changed. `invitable` says that the people who may be
    /// invited have changed.
    pub(crate) fn notify_call(&self, cx: &mut Context, id: ConsultationId, invitable: bool) {
        let (now, connected) = (cx.now, cx.is_post_there(id));
        let Some(open) = cx.registry.get_mut(id).filter(|open| !open.is_waiting()) else { return };
        let members = open.room.members(&open.consultation, |party| cx.sessions.is_present(party));
        let (rings, postponed) = (open.consultation.rings_again(), open.consultation.detours().0.cloned());
        let changed =
            members != open.sent.members || rings != open.sent.rings || postponed != open.sent.postponed;
        let news = changed && open.pace.call.pass(now);
        let audience = audience(open, news, invitable);
        if news {
            (open.sent.members, open.sent.rings, open.sent.postponed) = (members, rings, postponed);
        } else if changed {
            cx.timers.set(Timer::CallNews(id), Some(now.plus_ms(limits::NEWS_EVERY_MS)));
        }
        open.observe_post(connected, now);
        open.observe_holder(now);
        Dispatch::welcome_back(cx, id);
        Dispatch::schedule(cx, id);
        for party in audience {
            self.send_call(cx, &party);
        }
    }

    fn send_call(&self, cx: &mut Context, party: &PartyId) {
        if !cx.sessions.is_live(party) {
            return;
        }
        if let Some(call) = call_message(self, cx, party) {
            cx.send_to(party, ServerMessage::Call(call));
        }
    }
}

/// The members who are sent the call: with `news` everyone in it, else whoever must still be sent something, and the
/// holder if others may be invited now.
fn audience(open: &OpenConsultation, news: bool, invitable: bool) -> Vec<PartyId> {
    let holds = |seat: &Seat| open.consultation.is_held_by(&seat.who.party);
    let hears = |seat: &&Seat| seat.is_member() && (news || seat.unsent.any() || (invitable && holds(seat)));
    open.room.seats().iter().filter(hears).map(|seat| seat.who.party.clone()).collect()
}
