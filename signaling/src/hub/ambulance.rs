//! The end of an ambulance's journey, as two machines see it: its telephone is out of the call, and its sockets close.

use super::Hub;
use crate::{calls::Calls, context::Context, presence::Presence};
use std::collections::BTreeSet;
use teranga_clinic::{
    consultation::referrals::referrals_of,
    id::{ConsultationId, PartyId, ReferralId},
    referral::referral_of_ambulance,
};

impl Hub {
    /// Something happened to a referral: if the patient has arrived, or is not sent any more, the telephone of the ambulance is out.
    pub(super) fn end_ambulance(&mut self, id: ConsultationId, referral: ReferralId) {
        let cx = &mut self.cx;
        let known = cx.registry.consultation(id).and_then(|open| referrals_of(open).find(referral));
        if known.is_none_or(|known| known.state.keeps_ambulance()) {
            return;
        }
        for party in ambulances_of(cx, id, referral) {
            Presence::revoke(cx, &party);
            Calls::evict(cx, &party);
        }
    }
}

/// The telephones of a referral's ambulances that have a seat in its call or a socket.
fn ambulances_of(cx: &Context, id: ConsultationId, referral: ReferralId) -> BTreeSet<PartyId> {
    let seats = cx.registry.get(id).into_iter().flat_map(|open| open.room.seats());
    let seated = seats.map(|seat| &seat.who.party);
    let connected = cx.sessions.ready().map(|(_, session)| &session.who.party);
    let all = seated.chain(connected);
    all.filter(|party| referral_of_ambulance(party) == Some(referral)).cloned().collect()
}
