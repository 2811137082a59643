//! Referrals of a consultation: who may order one, and who may do something with it. A receiver is no member of the consultation: the
//! server checks the account or the code before there is a fact.

use super::{Consultation, Illegal};
use crate::{
    fact::Fact,
    id::ReferralId,
    people::Role,
    referral::{Referral, ReferralActor, ReferralOrder, ReferralStep, Referrals},
};

/// The referrals of a consultation.
pub const fn referrals_of(consultation: &Consultation) -> &Referrals {
    &consultation.referrals
}

pub(super) fn refer(
    consultation: &mut Consultation,
    order: &ReferralOrder,
    fact: &Fact,
) -> Result<(), Illegal> {
    consultation.owned(order.consultation)?;
    if consultation.author(fact)?.role != Role::Doctor {
        return Err(Illegal::Actor);
    }
    if consultation.referrals.find(order.referral).is_some() {
        return Err(Illegal::Referral);
    }
    consultation.referrals.add(Referral::new(order.clone()));
    Ok(())
}

pub(super) fn step(
    consultation: &mut Consultation,
    id: ReferralId,
    step: &ReferralStep,
    fact: &Fact,
) -> Result<(), Illegal> {
    if !may(consultation, step.actor, fact) {
        return Err(Illegal::Actor);
    }
    let referral = consultation.referrals.find_mut(id).ok_or(Illegal::Referral)?;
    referral.apply(step).map_err(|_| Illegal::Referral)
}

/// True if the party of the fact is what the step says.
fn may(consultation: &Consultation, actor: ReferralActor, fact: &Fact) -> bool {
    let member = || consultation.author(fact).map(|who| who.role);
    match actor {
        ReferralActor::Post => member() == Ok(Role::Kiosk),
        ReferralActor::Doctor => member() == Ok(Role::Doctor),
        ReferralActor::Receiver => true,
        ReferralActor::Server => fact.by.is_none(),
    }
}
