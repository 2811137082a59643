//! What specialists declare about their availability, and what they are told of it. A declaration ends by itself; the page then
//! asks anew, and nobody becomes absent without a word.

use super::Presence;
use crate::{
    context::{Context, Outcome, Sender},
    message::{
        ServerMessage,
        presence::{OwnDuty, OwnPresence, PresenceBasis, SetAvailability},
    },
};
use teranga_clinic::{
    id::PartyId,
    people::{Availability, Declaration, Role},
};

impl Presence {
    /// A specialist declares an availability. An absence always ends, so that whoever goes home in it is reminded of the next duty.
    pub(crate) fn set_availability(cx: &mut Context, me: &Sender, set: SetAvailability) -> Outcome {
        me.must_be(Role::Doctor)?;
        let is_open = set.state == Availability::Away && set.for_ms.is_none();
        let open_since = is_open.then_some(cx.now);
        let until = match open_since {
            Some(since) => Some(cx.rota.end_of_absence(me.party(), since)),
            None => set.for_ms.map(|for_ms| cx.now.plus_ms(for_ms)),
        };
        cx.declare(me.party(), Some(Declaration { state: set.state, until, open_since }));
        cx.update_pace(me.party());
        Self::tell_own(cx, me.party());
        Ok(())
    }

    /// The time of a declaration is over.
    pub(crate) fn declaration_ends(cx: &mut Context, party: &PartyId) {
        cx.changes.people = true;
        cx.update_pace(party);
        Self::tell_own(cx, party);
    }

    /// Whoever signs out is not there any more; an absence that was declared holds on.
    pub(crate) fn signed_out(cx: &mut Context, party: &PartyId) {
        let declared = cx.sessions.declared(party);
        if declared.is_some_and(|declared| declared.state != Availability::Away) {
            cx.declare(party, None);
        }
    }

    /// Tells a specialist their own presence.
    pub(crate) fn tell_own(cx: &mut Context, party: &PartyId) {
        let by = cx.presence_basis(party);
        let until = cx.sessions.declared(party).and_then(|declared| declared.until);
        let duties = cx.rota.duties_of(party).map(|duty| OwnDuty {
            speciality: duty.speciality,
            level: duty.level,
            until_ms: duty.until.since_ms(cx.now),
        });
        let own = OwnPresence {
            state: cx.availability(party),
            by,
            until_ms: until.filter(|_| by == PresenceBasis::Declared).map(|until| until.since_ms(cx.now)),
            duties: duties.collect(),
        };
        cx.send_to(party, ServerMessage::Presence(own));
    }

    /// Tells every connected specialist their own presence, because the rota has changed.
    pub(crate) fn tell_all(cx: &mut Context) {
        let doctors: Vec<_> =
            cx.sessions.of_role(Role::Doctor).map(|(_, doctor)| doctor.who.party.clone()).collect();
        for party in doctors {
            cx.update_pace(&party);
            Self::tell_own(cx, &party);
        }
    }
}
