//! Who is on duty and not there. The doctor's own page reminds the doctor; the coordinators are told after a while, so that the
//! reload of a page alarms nobody.

use super::Presence;
use crate::{
    context::{Context, Timer},
    message::{
        ServerMessage,
        presence::{Absence, AbsenceReason, DutyAbsent},
    },
};
use teranga_clinic::{
    people::{Availability, Role},
    rota::Duty,
};

impl Presence {
    /// Looks at who is on duty and not there, and tells the coordinators if that has changed.
    pub(crate) fn notify_absences(&mut self, cx: &mut Context) {
        let missing: Vec<_> =
            cx.rota.duties.iter().filter_map(|duty| Some((duty, why_absent(cx, duty)?))).collect();
        let since = |duty: &Duty| {
            let known = self.absences.since.get(&duty.doctor.party);
            known.copied().unwrap_or(cx.now).max(duty.from)
        };
        self.absences.since =
            missing.iter().map(|(duty, _)| (duty.doctor.party.clone(), since(duty))).collect();
        let told_at = |duty: &Duty| self.absences.since[&duty.doctor.party].plus_ms(cx.config.duty_absent_ms);
        let next = missing.iter().map(|(duty, _)| told_at(duty)).filter(|at| *at > cx.now).min();
        let due = missing.iter().filter(|(duty, _)| told_at(duty) <= cx.now);
        let absences: Vec<_> = due.map(|(duty, why)| self.absence(duty, *why)).collect();
        cx.timers.set(Timer::Absences, next);
        if absences != self.absences.sent {
            self.absences.sent = absences;
            self.tell_coordinators(cx);
        }
    }

    /// The list of those who are on duty and not there.
    pub(crate) fn absences_message(&self) -> ServerMessage {
        ServerMessage::DutyAbsent(DutyAbsent { absences: self.absences.sent.clone() })
    }

    fn absence(&self, duty: &Duty, why: AbsenceReason) -> Absence {
        Absence {
            name: duty.doctor.name.clone(),
            place: duty.doctor.place.clone(),
            speciality: duty.speciality,
            level: duty.level,
            why,
            since: self.absences.since[&duty.doctor.party],
            until: duty.until,
        }
    }

    fn tell_coordinators(&self, cx: &mut Context) {
        let coordinators: Vec<_> = cx.sessions.of_role(Role::Coordinator).map(|(id, _)| id).collect();
        for coordinator in coordinators {
            cx.send(coordinator, self.absences_message());
        }
    }
}

/// The reason for which the doctor of a duty is not there; none for one who is.
fn why_absent(cx: &Context, duty: &Duty) -> Option<AbsenceReason> {
    let party = &duty.doctor.party;
    if !cx.sessions.is_live(party) {
        Some(AbsenceReason::NotConnected)
    } else if cx.availability(party) == Availability::Away {
        Some(AbsenceReason::DeclaredAway)
    } else {
        None
    }
}
