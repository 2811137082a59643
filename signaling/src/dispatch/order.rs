//! The order in which doctors are rung: by the rota, by who may be preferred, and who is told of it. Within a step each doctor on
//! duty has a turn; a vital emergency rings all of them at once. A speciality for which nobody keeps a rota is rung by availability
//! alone.

use crate::{
    context::Context,
    message::waiting::{Preference, RungDoctor, WhoRings},
    presence::OnDuty,
    registry::{OpenConsultation, Stage, escalation::first_step_for},
};
use teranga_clinic::{
    fact::RingReason,
    id::PartyId,
    people::{Availability, Speciality},
    request::{Step, Urgency},
    rota::DutyLevel,
    time::Timestamp,
};

/// The doctors of each list that people are told of. More names help nobody, and a post pays for each.
const SHOWN: usize = 3;

/// A connected doctor beside one consultation: from which step on the doctor is rung for it, and why.
pub(super) struct Ranked<'a> {
    /// The doctor.
    pub(super) doctor: &'a OnDuty,
    /// The reasons for which the doctor is preferred.
    pub(super) prefers: Vec<Preference>,
    /// The first step at which the doctor is rung.
    step: Step,
    /// The level of the duty; none for a doctor who is not on duty.
    level: Option<DutyLevel>,
    /// The number of turns of the step that come before.
    turn: u64,
}

impl Ranked<'_> {
    /// True for the doctor who put the call on hold, once the time has come, and for the one with whom the post has an appointment.
    fn rings_back(&self) -> bool {
        is_awaited(&self.prefers)
    }

    fn is_free(&self) -> bool {
        self.doctor.availability == Availability::Available
    }

    /// True for a free doctor who is preferred.
    fn is_first(&self) -> bool {
        self.is_free() && !self.prefers.is_empty()
    }

    fn shown(&self) -> RungDoctor {
        let who = &self.doctor.who;
        let (name, place) = (who.name.clone(), who.place.name.clone());
        RungDoctor { name, place, level: self.level, prefers: self.prefers.clone() }
    }
}

/// Every doctor who may be rung for a consultation. Whoever is in its call is not rung, and may take it over there.
pub(super) fn rank<'a>(cx: &Context, open: &OpenConsultation, doctors: &'a [OnDuty]) -> Vec<Ranked<'a>> {
    let outside =
        |doctor: &&OnDuty| open.room.seat(&doctor.who.party).is_none_or(|seat| seat.stage != Stage::In);
    let ranked = |doctor: &'a OnDuty| {
        let speciality = open.consultation.asked_speciality();
        let level = level_of(cx, speciality, &doctor.who.party);
        let (prefers, step) = (preferences(cx, open, doctor), first_step(cx, speciality, doctor, level));
        let step = if is_awaited(&prefers) { Step::OnCall } else { step };
        Ranked { doctor, prefers, step, level, turn: 0 }
    };
    let mut ranked = doctors.iter().filter(outside).map(ranked).collect();
    if open.consultation.request().urgency != Urgency::Stat {
        take_turns(cx, open, &mut ranked);
    }
    ranked
}

/// Gives each free doctor on duty a turn: those who are preferred first, then in the order in which the duties began. The others of a
/// step have one turn together, because no rota orders them, or they are busy or away.
fn take_turns(cx: &Context, open: &OpenConsultation, ranked: &mut Vec<Ranked<'_>>) {
    let speciality = open.consultation.asked_speciality();
    let place_in_rota = |one: &Ranked<'_>| {
        let mut duties = cx.rota.duties.iter().filter(|duty| duty.speciality == speciality && one.is_free());
        duties.position(|duty| duty.doctor.party == one.doctor.who.party).unwrap_or(usize::MAX)
    };
    let order = |one: &Ranked<'_>| (one.step, !one.is_first(), place_in_rota(one));
    ranked.sort_by_cached_key(order);
    let mut last: Option<(Step, bool, usize)> = None;
    let mut turn = 0;
    for one in ranked {
        let place = order(one);
        turn = match last {
            Some(before) if before == place => turn,
            Some((step, ..)) if step == one.step => turn + 1,
            _ => 0,
        };
        one.turn = turn;
        last = Some(place);
    }
}

/// True if the present step adds somebody.
pub(super) fn adds_somebody(open: &OpenConsultation, ranked: &[Ranked<'_>]) -> bool {
    ranked.iter().any(|one| one.step == open.consultation.step().0)
}

/// Those who ring now.
pub(super) fn reached<'r, 'a>(
    cx: &Context,
    open: &OpenConsultation,
    ranked: &'r [Ranked<'a>],
) -> Vec<&'r Ranked<'a>> {
    if !open.is_ringing() {
        return Vec::new();
    }
    let (step, since) = open.consultation.step();
    let waited_ms = cx.now.since_ms(since);
    let turns = waited_ms / cx.config.steps.next_doctor_ms.max(1);
    let is_reached = |one: &&Ranked<'a>| one.step < step || (one.step == step && one.turn <= turns);
    let back =
        waited_ms < cx.config.ring_back_ms && ranked.iter().any(|one| one.rings_back() && one.is_free());
    ranked.iter().filter(is_reached).filter(|one| !back || one.rings_back()).collect()
}

/// Who rings now and who next, and why.
pub(super) fn who_rings(cx: &Context, open: &OpenConsultation, ranked: &[Ranked<'_>]) -> WhoRings {
    let now = reached(cx, open, ranked);
    let is_now = |one: &Ranked<'_>| now.iter().any(|ringing| ringing.doctor.session == one.doctor.session);
    let later: Vec<_> = ranked.iter().filter(|one| !is_now(one)).collect();
    let soonest = later.iter().map(|one| (one.step, one.turn)).min();
    let next = later.iter().filter(|one| Some((one.step, one.turn)) == soonest);
    WhoRings {
        now: now.iter().map(|one| one.shown()).take(SHOWN).collect(),
        next: next.map(|one| one.shown()).take(SHOWN).collect(),
    }
}

/// The time at which more doctors of the same step begin to ring; none if all of them do.
pub(super) fn rings_more_at(
    cx: &Context,
    open: &OpenConsultation,
    ranked: &[Ranked<'_>],
) -> Option<Timestamp> {
    let (step, since) = open.consultation.step();
    let turns = ranked.iter().filter(|one| one.step == step).map(|one| one.turn);
    let turns = turns.map(|turn| since.plus_ms(turn.saturating_mul(cx.config.steps.next_doctor_ms)));
    let back = ranked.iter().any(Ranked::rings_back).then(|| since.plus_ms(cx.config.ring_back_ms));
    turns.chain(back).filter(|at| open.is_ringing() && *at > cx.now).min()
}

/// The first step at which a connected doctor is rung for a speciality.
pub(super) fn first_step(
    cx: &Context,
    speciality: Speciality,
    doctor: &OnDuty,
    level: Option<DutyLevel>,
) -> Step {
    if !cx.rota.is_kept(speciality) {
        return first_step_for(&doctor.who, doctor.availability, speciality);
    }
    let is_specialist = doctor.who.specialities.contains(&speciality);
    match (doctor.availability, level) {
        (Availability::Available, Some(DutyLevel::First)) => Step::OnCall,
        (Availability::Available, Some(DutyLevel::Second))
        | (Availability::Busy, Some(DutyLevel::First | DutyLevel::Second)) => Step::Second,
        (Availability::Available, None) if is_specialist => Step::Second,
        _ => Step::Regional,
    }
}

/// The reasons for which a doctor is preferred for a consultation.
fn preferences(cx: &Context, open: &OpenConsultation, doctor: &OnDuty) -> Vec<Preference> {
    let party = &doctor.who.party;
    let held = rings_back(open, doctor).then_some(Preference::Held);
    let appointed = open.consultation.request().appointment_with.as_ref() == Some(party);
    let held = held.or_else(|| appointed.then_some(Preference::Appointment));
    let followed = cx.past.followed(&open.consultation).filter(|last| last.doctor == *party);
    let followed = followed.map(|last| Preference::Followed(last.at));
    let language = open.consultation.intake().language.filter(|spoken| cx.rota.speaks(party, *spoken));
    held.into_iter().chain(followed).chain(language.map(Preference::Language)).collect()
}

/// True if the call rings this doctor alone at first.
fn is_awaited(prefers: &[Preference]) -> bool {
    prefers.iter().any(|reason| matches!(reason, Preference::Held | Preference::Appointment))
}

/// The level at which a doctor is on duty now for a speciality; the first one if there are several.
pub(super) fn level_of(cx: &Context, speciality: Speciality, party: &PartyId) -> Option<DutyLevel> {
    let is_on =
        |level: &DutyLevel| cx.rota.on_duty(speciality, *level).any(|duty| duty.doctor.party == *party);
    DutyLevel::ALL.into_iter().find(is_on)
}

/// True if this doctor put the call on hold, and it rings again because the time has come.
fn rings_back(open: &OpenConsultation, doctor: &OnDuty) -> bool {
    let is_due = open.consultation.rings_again().is_some_and(|rings| rings.why == RingReason::Due);
    is_due && open.consultation.last_owner().is_some_and(|last| last.party == doctor.who.party)
}
