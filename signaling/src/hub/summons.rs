//! Summons: the doctors on duty without a page who are to be reached outside of it, by SMS or e-mail. The hub says whom and why; the
//! server knows the ways.

use super::Hub;
use crate::{
    context::Context,
    contract::{Summons, SummonsReason},
    presence::Presence,
    registry::OpenConsultation,
};
use std::collections::BTreeMap;
use teranga_clinic::{
    id::PartyId,
    request::{Step, Urgency},
    rota::{Duty, DutyLevel},
};

impl Hub {
    /// Tells the server who is to be reached, if that has changed.
    pub(super) fn summon(&mut self) {
        let summons = summons(&self.presence, &self.cx);
        if summons != self.summoned {
            self.summoned.clone_from(&summons);
            self.cx.summon(summons);
        }
    }
}

fn summons(presence: &Presence, cx: &Context) -> Vec<Summons> {
    let absent = first_duties(presence.without_page(cx, true)).into_values();
    let absent = absent.map(|duty| Summons { duty: duty.clone(), why: SummonsReason::Absent });
    let reachable: Vec<_> = presence.without_page(cx, false).collect();
    let rung = cx.registry.queue().filter(|open| cannot_wait(open)).flat_map(|open| {
        let rung = reachable.iter().copied().filter(|duty| reaches(open, duty));
        let (consultation, urgency) = (open.consultation.id(), open.consultation.request().urgency);
        let why = SummonsReason::Rings { consultation, urgency };
        first_duties(rung).into_values().map(move |duty| Summons { duty: duty.clone(), why })
    });
    absent.chain(rung).collect()
}

/// One duty of each doctor, that of the first level: whoever has several duties at once is reached once.
fn first_duties<'a>(duties: impl Iterator<Item = &'a Duty>) -> BTreeMap<PartyId, &'a Duty> {
    let mut first: BTreeMap<PartyId, &Duty> = BTreeMap::new();
    for duty in duties {
        let known = first.entry(duty.doctor.party.clone()).or_insert(duty);
        if (duty.level, duty.from) < (known.level, known.from) {
            *known = duty;
        }
    }
    first
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
