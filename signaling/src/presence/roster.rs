//! The roster: how many specialists of each speciality are connected, available or busy. Posts see counts, no names.

use super::Presence;
use crate::{
    context::{Context, Timer},
    id::SessionId,
    message::{
        ServerMessage,
        presence::{Roster, RosterLine},
    },
    session::Session,
};
use std::sync::Arc;
use teranga_clinic::{
    id::PartyId,
    people::{Availability, Identity, Role, Speciality},
};

/// The least time between two `roster` messages, in milliseconds: an idle post pays for every byte.
const ROSTER_MS: u64 = 5_000;

/// A connected doctor, as the queue sees them.
pub(crate) struct OnDuty {
    /// The live socket.
    pub(crate) session: SessionId,
    /// The doctor.
    pub(crate) who: Arc<Identity>,
    /// The availability, a call included.
    pub(crate) availability: Availability,
}

/// All connected doctors.
pub(crate) fn on_duty(cx: &Context) -> Vec<OnDuty> {
    let doctor = |(session, known): (SessionId, &Session)| OnDuty {
        session,
        who: known.who.clone(),
        availability: effective_availability(cx, &known.who.party),
    };
    cx.sessions.of_role(Role::Doctor).map(doctor).collect()
}

/// The availability of a specialist. A call makes them busy, whatever they have set.
pub(crate) fn effective_availability(cx: &Context, party: &PartyId) -> Availability {
    let in_call = cx.registry.seat_of(party).is_some_and(|(_, seat)| seat.is_member());
    if in_call { Availability::Busy } else { cx.availability(party) }
}

/// The roster of this moment.
pub(crate) fn roster(cx: &Context) -> Roster {
    const ALL: [Speciality; 4] =
        [Speciality::Obstetrics, Speciality::Paediatrics, Speciality::General, Speciality::Surgery];
    let mut lines = ALL.map(|speciality| RosterLine { speciality, available: 0, busy: 0 });
    for doctor in on_duty(cx) {
        for line in lines.iter_mut().filter(|line| doctor.who.specialities.contains(&line.speciality)) {
            line.available += u16::from(doctor.availability == Availability::Available);
            line.busy += u16::from(doctor.availability == Availability::Busy);
        }
    }
    Roster { lines: lines.to_vec() }
}

impl Presence {
    /// Sends the roster to the posts if it has changed: at once, but not twice within [`ROSTER_MS`].
    pub(crate) fn notify_roster(&mut self, cx: &mut Context) {
        let roster = roster(cx);
        if roster.lines == self.sent_roster {
            return;
        }
        let next = self.sent_roster_at.plus_ms(ROSTER_MS);
        if cx.now < next {
            cx.timers.set(Timer::Roster, Some(next));
            return;
        }
        self.sent_roster_at = cx.now;
        self.sent_roster.clone_from(&roster.lines);
        for post in posts_outside_calls(cx) {
            cx.send(post, ServerMessage::Roster(roster.clone()));
        }
    }
}

fn posts_outside_calls(cx: &Context) -> Vec<SessionId> {
    let in_call = |party: &PartyId| cx.registry.seat_of(party).is_some_and(|(open, _)| !open.is_waiting());
    let posts = cx.sessions.of_role(Role::Kiosk).filter(|(_, post)| !in_call(&post.who.party));
    posts.map(|(session, _)| session).collect()
}
