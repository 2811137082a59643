//! Who is on duty and not there. The doctor's own page reminds the doctor; the coordinators are told after a while, so that the
//! reload of a page alarms nobody. A doctor without a page is then to be reached by other ways, and the coordinators read by which.

use super::Presence;
use crate::{
    context::{Context, Timer},
    message::{
        ServerMessage,
        presence::{Absence, AbsenceReason, DutyAbsent},
    },
};
use teranga_clinic::{
    id::PartyId,
    notice::Notice,
    people::{Availability, Role},
    rota::Duty,
};

/// The time without a page after which a doctor is to be reached otherwise for a request that cannot wait, in milliseconds: longer
/// than the reload of a page and most changes of a network.
pub(crate) const REACHED_AFTER_MS: u64 = 15_000;

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
        let since = |duty: &Duty| self.absences.since[&duty.doctor.party];
        let told_at = |duty: &Duty| since(duty).plus_ms(cx.config.duty_absent_ms);
        let looks =
            missing.iter().flat_map(|(duty, _)| [told_at(duty), since(duty).plus_ms(REACHED_AFTER_MS)]);
        let next = looks.filter(|at| *at > cx.now).min();
        let due = missing.iter().filter(|(duty, _)| told_at(duty) <= cx.now);
        let absences: Vec<_> = due.map(|(duty, why)| self.absence(duty, *why)).collect();
        cx.timers.set(Timer::Absences, next);
        self.tell_absences(cx, absences);
    }

    /// Takes over what became of the notices to those who are not there.
    pub(crate) fn noticed(&mut self, cx: &mut Context, notices: Vec<(PartyId, Notice)>) {
        self.absences.notices = notices;
        self.notify_absences(cx);
    }

    /// The list of those who are on duty and not there.
    pub(crate) fn absences_message(&self) -> ServerMessage {
        ServerMessage::DutyAbsent(DutyAbsent { absences: self.absences.sent.clone() })
    }

    /// The duties whose doctor has no page, and has not said to be away. `told` asks for those of whom the coordinators are told; the
    /// others are already those of whom no page came back for a short time.
    pub(crate) fn without_page<'a>(&'a self, cx: &'a Context, told: bool) -> impl Iterator<Item = &'a Duty> {
        let after_ms = if told { cx.config.duty_absent_ms } else { REACHED_AFTER_MS };
        cx.rota.duties.iter().filter(move |duty| {
            let since = self.absences.since.get(&duty.doctor.party);
            since.is_some_and(|since| since.plus_ms(after_ms) <= cx.now)
                && why_absent(cx, duty) == Some(AbsenceReason::NotConnected)
        })
    }

    /// The duties whose doctor is not there, as the coordinators are told.
    pub(crate) fn missed<'a>(&'a self, cx: &'a Context) -> impl Iterator<Item = &'a Duty> {
        cx.rota.duties.iter().filter(|duty| {
            let since = self.absences.since.get(&duty.doctor.party);
            since.is_some_and(|since| since.plus_ms(cx.config.duty_absent_ms) <= cx.now)
                && why_absent(cx, duty).is_some()
        })
    }

    fn tell_absences(&mut self, cx: &mut Context, absences: Vec<Absence>) {
        if absences != self.absences.sent {
            self.absences.sent = absences;
            self.tell_coordinators(cx);
        }
    }

    fn absence(&self, duty: &Duty, why: AbsenceReason) -> Absence {
        let party = &duty.doctor.party;
        let notices = self.absences.notices.iter().filter(|(to, _)| to == party);
        Absence {
            name: duty.doctor.name.clone(),
            place: duty.doctor.place.clone(),
            speciality: duty.speciality,
            level: duty.level,
            why,
            since: self.absences.since[party],
            until: duty.until,
            notices: notices.map(|(_, notice)| *notice).collect(),
        }
    }

    fn tell_coordinators(&self, cx: &mut Context) {
        let coordinators: Vec<_> = cx.sessions.of_role(Role::Coordinator).map(|(id, _)| id).collect();
        for coordinator in coordinators {
            cx.send(coordinator, self.absences_message());
        }
    }
}

/// The reason for which the doctor of a duty is not there; none for one who is. Whoever has said to be away is away, with a page or
/// without one.
fn why_absent(cx: &Context, duty: &Duty) -> Option<AbsenceReason> {
    let party = &duty.doctor.party;
    if cx.availability(party) == Availability::Away {
        Some(AbsenceReason::DeclaredAway)
    } else if !cx.sessions.is_live(party) {
        Some(AbsenceReason::NotConnected)
    } else {
        None
    }
}
