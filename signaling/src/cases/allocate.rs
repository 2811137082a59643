//! Allocation: which specialist answers for a case.

use crate::{context::Context, registry::OpenCase};
use teranga_clinic::{
    case::AssignReason,
    id::PartyId,
    people::{Addressee, Availability, Identity, Role},
    request::Urgency,
    rota::DutyLevel,
};

/// The specialist who should answer for a case, and by what right; none if nobody can. `except` is the one who has just let the
/// deadline pass.
pub(super) fn candidate(
    cx: &Context,
    open: &OpenCase,
    except: Option<&PartyId>,
) -> Option<(Identity, AssignReason)> {
    addressed(cx, open, except)
        .map(|doctor| (doctor, AssignReason::Addressed))
        .or_else(|| on_duty(cx, open, except).map(|doctor| (doctor, AssignReason::OnDuty)))
}

/// The specialist to whom the case is addressed, if they have an account and have not let its deadline pass.
fn addressed(cx: &Context, open: &OpenCase, except: Option<&PartyId>) -> Option<Identity> {
    let case = open.consultation.case()?;
    let Addressee::Party(party) = &case.to else { return None };
    let lapsed = case.lapses > 0 || except == Some(party);
    known_doctor(cx, party).filter(|_| !lapsed)
}

/// A doctor by their account, connected or not.
pub(super) fn known_doctor(cx: &Context, party: &PartyId) -> Option<Identity> {
    let connected = || cx.sessions.of_role(Role::Doctor).find(|(_, session)| session.who.party == *party);
    cx.rota.find(party).cloned().or_else(|| connected().map(|(_, session)| (*session.who).clone()))
}

/// The best of those on duty for the speciality. Where nobody keeps a rota, or the rota has a gap, a doctor of the speciality who is
/// connected; for an emergency, then any doctor who is available.
fn on_duty(cx: &Context, open: &OpenCase, except: Option<&PartyId>) -> Option<Identity> {
    let (speciality, stat) =
        (open.consultation.asked_speciality(), open.consultation.request().urgency == Urgency::Stat);
    let by_rota = (0..).zip(DutyLevel::ALL).flat_map(|(rank, level)| {
        cx.rota.on_duty(speciality, level).map(move |duty| (rank, duty.doctor.clone()))
    });
    let connected = cx.sessions.of_role(Role::Doctor).map(|(_, session)| (*session.who).clone());
    let (same, other): (Vec<_>, Vec<_>) =
        connected.partition(|doctor| doctor.specialities.contains(&speciality));
    let available = |doctor: &Identity| cx.availability(&doctor.party) == Availability::Available;
    let others = other.into_iter().filter(|doctor| stat && available(doctor));
    let connected = same.into_iter().map(|doctor| (3, doctor)).chain(others.map(|doctor| (4, doctor)));
    let candidates = by_rota.chain(connected).filter(|(_, doctor)| except != Some(&doctor.party));
    let best = candidates.min_by_key(|(rank, doctor)| preference(cx, open, *rank, doctor));
    best.map(|(_, doctor)| doctor)
}

/// The order of preference, the least first: who has not had the case before; for an emergency who is connected; then the level of the
/// duty, who is connected, and who has the fewest cases.
fn preference(
    cx: &Context,
    open: &OpenCase,
    rank: u8,
    doctor: &Identity,
) -> (bool, bool, u8, bool, usize, PartyId) {
    let had_it = open.consultation.formers().iter().any(|former| former.party == doctor.party);
    let stat = open.consultation.request().urgency == Urgency::Stat;
    let away = !cx.sessions.is_live(&doctor.party);
    let held = |case: &&OpenCase| case.consultation.is_held_by(&doctor.party);
    let load = cx.registry.cases.of_party(&doctor.party).filter(held).count();
    (had_it, stat && away, rank, away, load, doctor.party.clone())
}
