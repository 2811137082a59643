//! The order in which a request of now would ring, for coordinators: it follows from the rota and from who is there, by the same
//! rule as a real request. It knows no request and no patient.

use super::{
    Dispatch,
    order::{first_step, level_of},
};
use crate::{
    context::{Context, Timer},
    message::{
        ServerMessage,
        presence::{DoctorState, PresenceBasis, RingLine, RingOrder},
    },
    presence::{OnDuty, on_duty},
};
use std::collections::BTreeMap;
use teranga_clinic::{
    id::PartyId,
    people::{Availability, Role, Speciality},
    request::Step,
    rota::SPECIALITIES,
};

/// The least time between two `ring_order` messages, in milliseconds.
const ORDER_MS: u64 = 2_000;

impl Dispatch {
    /// Sends the order of rings to the coordinators if it has changed: at once, but not twice within [`ORDER_MS`].
    pub(crate) fn notify_ring_order(&mut self, cx: &mut Context) {
        let order = ring_order(cx);
        let (told, at) = &self.told_order;
        if order == *told {
            return;
        }
        let next = at.plus_ms(ORDER_MS);
        if cx.now < next {
            cx.timers.set(Timer::RingOrder, Some(next));
            return;
        }
        self.told_order = (order, cx.now);
        let coordinators: Vec<_> = cx.sessions.of_role(Role::Coordinator).map(|(id, _)| id).collect();
        for coordinator in coordinators {
            cx.send(coordinator, self.ring_order_message());
        }
    }

    /// The order of rings that was told last.
    pub(crate) fn ring_order_message(&self) -> ServerMessage {
        ServerMessage::RingOrder(self.told_order.0.clone())
    }
}

fn ring_order(cx: &Context) -> RingOrder {
    let connected: BTreeMap<PartyId, OnDuty> =
        on_duty(cx).into_iter().map(|doctor| (doctor.who.party.clone(), doctor)).collect();
    let mut lines: Vec<_> =
        SPECIALITIES.into_iter().flat_map(|speciality| lines_of(cx, speciality, &connected)).collect();
    // Whoever no step rings comes last.
    lines.sort_by_key(|line| {
        (line.speciality, line.step.is_none(), line.step, line.level.is_none(), line.level)
    });
    RingOrder { lines }
}

/// The lines of a speciality: whoever is on duty, and whoever is rung without a duty before everybody is.
fn lines_of(cx: &Context, speciality: Speciality, connected: &BTreeMap<PartyId, OnDuty>) -> Vec<RingLine> {
    let on_duty = cx.rota.duties.iter().filter(|duty| duty.speciality == speciality);
    let absent = on_duty.map(|duty| &duty.doctor.party).filter(|party| !connected.contains_key(*party));
    let mut lines: Vec<RingLine> = Vec::new();
    for party in absent {
        if lines.iter().all(|line| line.doctor != *party) {
            lines.push(line(cx, speciality, party, None));
        }
    }
    let there = connected.iter().map(|(party, doctor)| line(cx, speciality, party, Some(doctor)));
    let is_early =
        |line: &RingLine| line.level.is_some() || line.step.is_some_and(|step| step <= Step::Second);
    lines.extend(there.filter(is_early));
    lines
}

fn line(cx: &Context, speciality: Speciality, party: &PartyId, there: Option<&OnDuty>) -> RingLine {
    let level = level_of(cx, speciality, party);
    let declared =
        cx.sessions.declared(party).filter(|_| cx.presence_basis(party) == PresenceBasis::Declared);
    let state = match (cx.availability(party), there.map(|doctor| doctor.availability)) {
        (Availability::Away, _) => DoctorState::Away,
        (_, None) => DoctorState::NotConnected,
        (Availability::Busy, _) => DoctorState::Busy,
        (_, Some(Availability::Busy)) => DoctorState::InCall,
        _ => DoctorState::Available,
    };
    let counts = matches!(state, DoctorState::Away | DoctorState::Busy);
    RingLine {
        speciality,
        doctor: party.clone(),
        level,
        state,
        until: declared.and_then(|declared| declared.until).filter(|_| counts),
        step: there.map(|doctor| first_step(cx, speciality, doctor, level)),
    }
}
