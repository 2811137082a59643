//! Summons: the people without a page who are to be reached outside of it, by SMS or e-mail: doctors on duty, the owners of cases, and
//! coordinators. The hub says whom and why; the server knows the ways.

use super::causes::causes;
use crate::{
    context::{Context, Timer},
    contract::{Cause, NEXT_HOURS_MS, Summons, SummonsReason},
    presence::{Presence, REACHED_AFTER_MS},
    registry::{OpenCase, OpenConsultation},
    rota::first_duties,
};
use std::collections::{BTreeMap, BTreeSet};
use teranga_clinic::{
    case::Turn,
    id::PartyId,
    people::Identity,
    request::{Step, Urgency},
    rota::{Duty, DutyLevel},
    time::Timestamp,
};

/// Who is to be reached, and what that depends on besides the state of the other machines.
#[derive(Debug, Default)]
pub(super) struct Summoning {
    /// What the server was told last.
    told: Vec<Summons>,
    /// Since when each doctor and coordinator has no page.
    gone: BTreeMap<PartyId, Timestamp>,
    /// The coordinators who had a page while a cause held, by its key: they have read of it there.
    seen: BTreeMap<String, BTreeSet<PartyId>>,
}

impl Summoning {
    /// Tells the server who is to be reached, if that has changed.
    pub(super) fn update(&mut self, presence: &Presence, cx: &mut Context) {
        let causes = causes(presence, cx);
        self.note_pages(cx);
        self.note_seen(cx, &causes);
        let mut summons = of_duties(presence, cx);
        summons.extend(self.of_cases(cx));
        summons.extend(self.of_causes(cx, &causes));
        cx.timers.set(Timer::Summons, self.next_look(cx));
        if summons != self.told {
            self.told.clone_from(&summons);
            cx.summon(summons);
        }
    }

    /// Notes since when people have no page.
    fn note_pages(&mut self, cx: &Context) {
        let people = cx.rota.doctors.iter().flatten().chain(&cx.rota.coordinators).map(|who| &who.party);
        let without = people.filter(|party| !cx.sessions.is_live(party));
        let since = |party: &PartyId| self.gone.get(party).copied().unwrap_or(cx.now);
        self.gone = without.map(|party| (party.clone(), since(party))).collect();
    }

    /// Notes which coordinators read of a cause on their page. A page that reloads counts as one.
    fn note_seen(&mut self, cx: &Context, causes: &[Cause]) {
        let here: Vec<_> = cx.rota.coordinators.iter().map(|who| &who.party).collect();
        let here: Vec<_> = here.into_iter().filter(|party| cx.sessions.is_live(party)).collect();
        let mut seen = BTreeMap::new();
        for key in causes.iter().map(Cause::key) {
            let mut by = self.seen.remove(&key).unwrap_or_default();
            by.extend(here.iter().map(|party| (*party).clone()));
            seen.insert(key, by);
        }
        self.seen = seen;
    }

    /// True if somebody has had no page for longer than a reload takes.
    fn is_gone(&self, cx: &Context, party: &PartyId) -> bool {
        self.gone.get(party).is_some_and(|since| since.plus_ms(REACHED_AFTER_MS) <= cx.now)
    }

    /// The owners of cases that wait for their answer: of an emergency at once, of others from their reminder on.
    fn of_cases(&self, cx: &Context) -> Vec<Summons> {
        let due = cx.registry.cases.iter().filter_map(|open| case_of(cx, open));
        due.filter(|summons| self.is_gone(cx, &summons.to.party)).collect()
    }

    /// The coordinators who are to hear of a cause, because they had no page since it arose.
    fn of_causes(&self, cx: &Context, causes: &[Cause]) -> Vec<Summons> {
        let gone = |who: &&Identity| self.is_gone(cx, &who.party);
        let coordinators: Vec<_> = cx.rota.coordinators.iter().filter(gone).collect();
        let unseen = |cause: &Cause, who: &Identity| {
            !self.seen.get(&cause.key()).is_some_and(|seen| seen.contains(&who.party))
        };
        let each = causes.iter().flat_map(|cause| {
            let wanted = coordinators.iter().filter(move |who| unseen(cause, who));
            wanted.map(move |who| Summons { to: (*who).clone(), why: SummonsReason::Cause(cause.clone()) })
        });
        each.collect()
    }

    /// The time at which time alone changes the list: somebody has been gone for long enough, or a duty comes near.
    fn next_look(&self, cx: &Context) -> Option<Timestamp> {
        let gone = self.gone.values().map(|since| since.plus_ms(REACHED_AFTER_MS));
        let near = cx.rota.next.iter().map(|duty| Timestamp(duty.from.0.saturating_sub(NEXT_HOURS_MS)));
        gone.chain(near).filter(|at| *at > cx.now).min()
    }
}

/// The doctors on duty who are not there, and those whom a request would ring.
fn of_duties(presence: &Presence, cx: &Context) -> Vec<Summons> {
    let absent = first_duties(presence.without_page(cx, true)).into_values();
    let absent = absent
        .map(|duty| Summons { to: duty.doctor.clone(), why: SummonsReason::Absent(Box::new(duty.clone())) });
    let reachable: Vec<_> = presence.without_page(cx, false).collect();
    let rung = cx.registry.queue().filter(|open| cannot_wait(open)).flat_map(|open| {
        let rung = reachable.iter().copied().filter(|duty| reaches(open, duty));
        let (consultation, urgency) = (open.consultation.id(), open.consultation.request().urgency);
        first_duties(rung).into_values().map(move |duty| Summons {
            to: duty.doctor.clone(),
            why: SummonsReason::Rings { duty: Box::new(duty.clone()), consultation, urgency },
        })
    });
    absent.chain(rung).collect()
}

/// The summons of a case to its owner; none if it does not wait for them, or is not due enough yet.
fn case_of(cx: &Context, open: &OpenCase) -> Option<Summons> {
    let consultation = &open.consultation;
    let case = consultation.case().filter(|_| consultation.follow_up().is_none())?;
    let (owner, urgency) = (consultation.owner()?, consultation.request().urgency);
    let is_new = urgency == Urgency::Stat && case.read_at.is_none();
    if case.turn != Turn::Specialist || !(is_new || case.reminded) {
        return None;
    }
    let why = SummonsReason::Case {
        consultation: consultation.id(),
        speciality: consultation.asked_speciality(),
        urgency,
        since: case.clock_since,
        due: case.due(urgency, &cx.config.cases),
    };
    Some(Summons { to: owner.clone(), why })
}

/// True for a request that rings, and is not a routine one.
fn cannot_wait(open: &OpenConsultation) -> bool {
    open.is_ringing() && open.consultation.request().urgency != Urgency::Routine
}

/// True if the escalation of a request has come to the level of a duty.
fn reaches(open: &OpenConsultation, duty: &Duty) -> bool {
    let step = match duty.level {
        DutyLevel::First => Step::OnCall,
        DutyLevel::Second => Step::Second,
        DutyLevel::Regional => Step::Regional,
    };
    duty.speciality == open.consultation.asked_speciality() && step <= open.consultation.step().0
}
