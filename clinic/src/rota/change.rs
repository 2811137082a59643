//! Changes of a plan: who may make which, and when one is refused. A change that is refused leaves the plan as it was.

use super::{
    calendar::{DAY_MS, DutyCalendar},
    plan::{DutyLeave, DutyPlan, Exception, Span, Spoken, Stretch, Swap, WeekSlot},
    zone::Zone,
};
use crate::{
    id::PartyId,
    people::{Identity, Role, Speciality},
    request::Language,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A change of a plan. Its JSON is what the audit log of the rota keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// A coordinator adds slots of the template, or replaces those with their identifiers.
    PutSlots {
        /// The slots.
        slots: Vec<WeekSlot>,
    },
    /// A coordinator removes a slot of the template.
    RemoveSlot {
        /// Its identifier.
        id: u32,
    },
    /// A coordinator adds exceptions, or replaces those with their identifiers.
    PutExceptions {
        /// The exceptions.
        exceptions: Vec<Exception>,
    },
    /// A coordinator removes an exception.
    RemoveException {
        /// Its identifier.
        id: u32,
    },
    /// A doctor asks for leave, or a coordinator grants it unasked.
    AskLeave {
        /// The doctor.
        doctor: PartyId,
        /// The span.
        span: Span,
    },
    /// A coordinator grants a leave, or refuses it, which removes it.
    DecideLeave {
        /// Its identifier.
        id: u32,
        /// True if it is granted.
        granted: bool,
    },
    /// The doctor or a coordinator takes a leave back.
    WithdrawLeave {
        /// Its identifier.
        id: u32,
    },
    /// A doctor proposes to exchange a duty.
    ProposeSwap {
        /// The doctor who would take it.
        to: PartyId,
        /// The duty.
        gives: Stretch,
        /// The duty that would be taken in return.
        in_return: Option<Stretch>,
    },
    /// The other doctor accepts a swap, or refuses it, which removes it.
    AnswerSwap {
        /// Its identifier.
        id: u32,
        /// True if it is accepted.
        accepted: bool,
    },
    /// The doctor who proposed a swap takes it back before it is accepted, or a coordinator undoes it.
    WithdrawSwap {
        /// Its identifier.
        id: u32,
    },
    /// A coordinator or the doctor says which languages the doctor speaks.
    SetLanguages {
        /// The doctor.
        doctor: PartyId,
        /// The languages.
        languages: Vec<Language>,
    },
}

/// The reason for which a change is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// This person may not make this change.
    #[error("not allowed")]
    NotAllowed,
    /// What it speaks of is not in the plan any more.
    #[error("no such entry")]
    Unknown,
    /// A span is empty, too long, over, or too far ahead; or a time of day is none.
    #[error("a span that cannot be")]
    Span,
    /// The doctor has no account, or not the speciality.
    #[error("not a doctor of this speciality")]
    Doctor,
    /// A doctor gives away a duty that is not theirs, or wants one that is not the other's.
    #[error("not on duty then")]
    NotOnDuty,
    /// The plan is full.
    #[error("too many entries")]
    TooMany,
}

/// The most entries of each kind. A country with forty doctors has about a hundred slots.
const MOST_ENTRIES: usize = 600;

/// The longest span of an exception, a leave or a swap, days.
const LONGEST_DAYS: u64 = 366;

/// The time ahead within which a span begins, days.
const AHEAD_DAYS: u64 = 2 * 366;

/// The time for which ended exceptions, leaves and swaps stay in the plan, days.
const KEPT_DAYS: u64 = 31;

impl DutyPlan {
    /// The plan after a change by a person.
    ///
    /// # Errors
    /// See [`Refused`].
    pub fn changed(
        &self,
        change: &Change,
        by: &Identity,
        doctors: &[Identity],
        zone: &Zone,
        now: Timestamp,
    ) -> Result<Self, Refused> {
        let mut plan = self.clone();
        plan.forget_before(Timestamp(now.0.saturating_sub(KEPT_DAYS * DAY_MS)));
        let scene = Scene { before: self, by, doctors, zone, now };
        scene.apply(&mut plan, change)?;
        let sizes = [plan.template.len(), plan.exceptions.len(), plan.leaves.len(), plan.swaps.len()];
        if sizes.iter().any(|size| *size > MOST_ENTRIES) { Err(Refused::TooMany) } else { Ok(plan) }
    }

    fn forget_before(&mut self, time: Timestamp) {
        self.exceptions.retain(|exception| exception.span.until > time);
        self.leaves.retain(|leave| leave.span.until > time);
        self.swaps.retain(|swap| {
            swap.gives.span.until > time || swap.in_return.is_some_and(|back| back.span.until > time)
        });
    }

    const fn new_id(&mut self) -> u32 {
        self.last_id += 1;
        self.last_id
    }
}

/// What a change is judged by.
struct Scene<'a> {
    before: &'a DutyPlan,
    by: &'a Identity,
    doctors: &'a [Identity],
    zone: &'a Zone,
    now: Timestamp,
}

impl Scene<'_> {
    fn apply(&self, plan: &mut DutyPlan, change: &Change) -> Result<(), Refused> {
        match change {
            Change::PutSlots { slots } => slots.iter().try_for_each(|slot| self.put_slot(plan, slot)),
            Change::RemoveSlot { id } => {
                self.coordinator()?;
                take(&mut plan.template, |slot| slot.id == *id).map(drop)
            }
            Change::PutExceptions { exceptions } => {
                exceptions.iter().try_for_each(|exception| self.put_exception(plan, exception))
            }
            Change::RemoveException { id } => {
                self.coordinator()?;
                take(&mut plan.exceptions, |exception| exception.id == *id).map(drop)
            }
            Change::AskLeave { doctor, span } => self.ask_leave(plan, doctor, *span),
            Change::DecideLeave { id, granted } => {
                self.coordinator()?;
                let mut leave = take(&mut plan.leaves, |leave| leave.id == *id)?;
                if *granted {
                    leave.granted = true;
                    plan.leaves.push(leave);
                }
                Ok(())
            }
            Change::WithdrawLeave { id } => {
                let leave = take(&mut plan.leaves, |leave| leave.id == *id)?;
                self.oneself_or_coordinator(&leave.doctor)
            }
            Change::ProposeSwap { to, gives, in_return } => self.propose(plan, to, gives, *in_return),
            Change::AnswerSwap { id, accepted } => self.answer(plan, *id, *accepted),
            Change::WithdrawSwap { id } => {
                let swap = take(&mut plan.swaps, |swap| swap.id == *id)?;
                let own = !swap.accepted && self.by.party == swap.from;
                if own { Ok(()) } else { self.coordinator() }
            }
            Change::SetLanguages { doctor, languages } => self.set_languages(plan, doctor, languages),
        }
    }

    fn put_slot(&self, plan: &mut DutyPlan, slot: &WeekSlot) -> Result<(), Refused> {
        self.coordinator()?;
        if slot.from_min >= 1_440 || slot.until_min > 1_440 {
            return Err(Refused::Span);
        }
        self.doctor_of(&slot.doctor, slot.speciality)?;
        let id = self.place(&mut plan.template, slot.id, |old| old.id).transpose()?;
        let id = id.unwrap_or_else(|| plan.new_id());
        plan.template.push(WeekSlot { id, ..slot.clone() });
        plan.template.sort_by_key(|slot| slot.id);
        Ok(())
    }

    fn put_exception(&self, plan: &mut DutyPlan, exception: &Exception) -> Result<(), Refused> {
        self.coordinator()?;
        self.check_span(exception.span)?;
        if let Some(doctor) = &exception.doctor {
            self.doctor_of(doctor, exception.speciality)?;
        }
        let id = self.place(&mut plan.exceptions, exception.id, |old| old.id).transpose()?;
        let id = id.unwrap_or_else(|| plan.new_id());
        plan.exceptions.push(Exception { id, ..exception.clone() });
        Ok(())
    }

    /// Removes the entry that a new one replaces; none for an identifier of 0, which asks for a new one.
    #[expect(clippy::unused_self, reason = "it reads as a step of the two above")]
    fn place<T>(
        &self,
        list: &mut Vec<T>,
        id: u32,
        id_of: impl Fn(&T) -> u32,
    ) -> Option<Result<u32, Refused>> {
        (id != 0).then(|| take(list, |old| id_of(old) == id).map(|_| id))
    }

    fn ask_leave(&self, plan: &mut DutyPlan, doctor: &PartyId, span: Span) -> Result<(), Refused> {
        self.oneself_or_coordinator(doctor)?;
        self.check_span(span)?;
        self.known(doctor)?;
        let id = plan.new_id();
        let granted = self.by.role == Role::Coordinator;
        plan.leaves.push(DutyLeave { id, doctor: doctor.clone(), span, granted });
        Ok(())
    }

    fn propose(
        &self,
        plan: &mut DutyPlan,
        to: &PartyId,
        gives: &Stretch,
        in_return: Option<Stretch>,
    ) -> Result<(), Refused> {
        if self.by.role != Role::Doctor || *to == self.by.party {
            return Err(Refused::NotAllowed);
        }
        self.check_span(gives.span)?;
        self.doctor_of(to, gives.speciality)?;
        self.on_duty(&self.by.party, gives)?;
        if let Some(back) = &in_return {
            self.check_span(back.span)?;
            self.doctor_of(&self.by.party, back.speciality)?;
            self.on_duty(to, back)?;
        }
        let id = plan.new_id();
        let (from, to) = (self.by.party.clone(), to.clone());
        plan.swaps.push(Swap { id, from, to, gives: *gives, in_return, accepted: false });
        Ok(())
    }

    /// The answer of the other doctor. What is over by now cannot be exchanged any more.
    fn answer(&self, plan: &mut DutyPlan, id: u32, accepted: bool) -> Result<(), Refused> {
        let mut swap = take(&mut plan.swaps, |swap| swap.id == id && !swap.accepted)?;
        if swap.to != self.by.party {
            return Err(Refused::NotAllowed);
        }
        if accepted {
            self.check_span(swap.gives.span)?;
            self.on_duty(&swap.from, &swap.gives)?;
            if let Some(back) = &swap.in_return {
                self.on_duty(&swap.to, back)?;
            }
            swap.accepted = true;
            plan.swaps.push(swap);
            plan.swaps.sort_by_key(|swap| swap.id);
        }
        Ok(())
    }

    fn set_languages(
        &self,
        plan: &mut DutyPlan,
        doctor: &PartyId,
        languages: &[Language],
    ) -> Result<(), Refused> {
        self.oneself_or_coordinator(doctor)?;
        self.known(doctor)?;
        plan.languages.retain(|spoken| spoken.doctor != *doctor);
        let mut once: Vec<Language> = Vec::new();
        for language in languages {
            if !once.contains(language) {
                once.push(*language);
            }
        }
        plan.languages.push(Spoken { doctor: doctor.clone(), languages: once });
        Ok(())
    }

    fn coordinator(&self) -> Result<(), Refused> {
        if self.by.role == Role::Coordinator { Ok(()) } else { Err(Refused::NotAllowed) }
    }

    fn oneself_or_coordinator(&self, doctor: &PartyId) -> Result<(), Refused> {
        if self.by.party == *doctor && self.by.role == Role::Doctor { Ok(()) } else { self.coordinator() }
    }

    fn known(&self, doctor: &PartyId) -> Result<(), Refused> {
        let found = self.doctors.iter().any(|known| known.party == *doctor);
        if found { Ok(()) } else { Err(Refused::Doctor) }
    }

    fn doctor_of(&self, doctor: &PartyId, speciality: Speciality) -> Result<(), Refused> {
        let found = self
            .doctors
            .iter()
            .any(|known| known.party == *doctor && known.specialities.contains(&speciality));
        if found { Ok(()) } else { Err(Refused::Doctor) }
    }

    fn check_span(&self, span: Span) -> Result<(), Refused> {
        let fits = span.from < span.until
            && span.until > self.now
            && span.until.since_ms(span.from) <= LONGEST_DAYS * DAY_MS
            && span.from.since_ms(self.now) <= AHEAD_DAYS * DAY_MS;
        if fits { Ok(()) } else { Err(Refused::Span) }
    }

    /// Refuses unless the doctor is on duty over the whole stretch, by the plan before the change.
    fn on_duty(&self, doctor: &PartyId, stretch: &Stretch) -> Result<(), Refused> {
        let Self { before: plan, zone, doctors, .. } = *self;
        let calendar = DutyCalendar { plan, zone, doctors };
        let mut covered = stretch.span.from;
        for duty in calendar.duties_between(stretch.span.from, stretch.span.until) {
            let same = duty.speciality == stretch.speciality
                && duty.level == stretch.level
                && duty.doctor.party == *doctor;
            if same && duty.from <= covered {
                covered = covered.max(duty.until);
            }
        }
        if covered >= stretch.span.until { Ok(()) } else { Err(Refused::NotOnDuty) }
    }
}

/// Takes an entry out of a list.
fn take<T>(list: &mut Vec<T>, is: impl Fn(&T) -> bool) -> Result<T, Refused> {
    let index = list.iter().position(is).ok_or(Refused::Unknown)?;
    Ok(list.remove(index))
}
