//! Causes: what coordinators are told of outside of their pages. Each of them holds as long as somebody should do something about it.

use crate::{
    context::Context,
    contract::{Cause, NEXT_HOURS_MS},
    presence::Presence,
    registry::OpenCase,
    rota::first_duties,
};
use teranga_clinic::{
    case::Turn,
    people::{Availability, Declaration},
    rota::Duty,
};

/// Every cause that holds now.
pub(super) fn causes(presence: &Presence, cx: &Context) -> Vec<Cause> {
    let cases = cx.registry.cases.iter().flat_map(|open| of_case(cx, open));
    let uncovered = cx.rota.uncovered.iter().map(|gap| Cause::Uncovered(gap.clone()));
    let later = cx.rota.next.iter().filter(|duty| will_be_absent(cx, duty));
    let absent = first_duties(presence.missed(cx).chain(later)).into_values();
    let absent = absent.map(|duty| Cause::Absent(Box::new(duty.clone())));
    cases.chain(uncovered).chain(absent).collect()
}

/// A case that nobody answers for, and one whose deadline has lapsed without an answer.
fn of_case(cx: &Context, open: &OpenCase) -> Vec<Cause> {
    let consultation = &open.consultation;
    let Some(case) = consultation.case().filter(|_| consultation.follow_up().is_none()) else {
        return Vec::new();
    };
    if case.turn != Turn::Specialist {
        return Vec::new();
    }
    let (speciality, urgency) = (consultation.asked_speciality(), consultation.request().urgency);
    let consultation_id = consultation.id();
    let lapsed = (case.lapses > 0).then_some(Cause::Lapsed {
        consultation: consultation_id,
        speciality,
        urgency,
        lapses: case.lapses,
    });
    let unassigned = has_nobody(cx, open).then(|| Cause::Unassigned {
        consultation: consultation_id,
        speciality,
        urgency,
        owners: consultation.formers().len(),
    });
    lapsed.into_iter().chain(unassigned).collect()
}

/// True if a case has no owner and the last search found nobody, so that the next one is due later.
fn has_nobody(cx: &Context, open: &OpenCase) -> bool {
    open.consultation.owner().is_none() && open.search_at > cx.now
}

/// True for a duty of the next hours whose doctor has said to be away beyond its beginning.
fn will_be_absent(cx: &Context, duty: &Duty) -> bool {
    let declared = cx.sessions.declared(&duty.doctor.party);
    let until = match declared {
        Some(Declaration { state: Availability::Away, until, .. }) => *until,
        _ => return false,
    };
    duty.from <= cx.now.plus_ms(NEXT_HOURS_MS) && until.is_none_or(|until| until > duty.from)
}
