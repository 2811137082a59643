//! Prescriptions: they are signed over HTTP, where their signer is asked for the password again. The hub makes them facts and
//! tells those who are there.

use super::Calls;
use crate::{
    context::Context,
    contract::{AtEnd, Author},
};
use teranga_clinic::{
    consultation::Consultation,
    fact::What,
    id::ConsultationId,
    people::{Identity, Role},
    prescribing::may_prescribe,
    prescription::PRESCRIPTIONS,
};

impl Calls {
    /// A prescription was signed, or one is cancelled. What is there already, or does not follow, changes nothing. One at a time is on
    /// its way to the disk, so that none replaces what another one replaces, and none while a fact is that may end the consultation or make
    /// it ring: its signer is told that it is not stored, and asks again.
    pub(crate) fn prescription(
        cx: &mut Context,
        id: ConsultationId,
        by: &Identity,
        what: What,
        at_end: Option<AtEnd>,
    ) {
        let signs = matches!(what, What::Prescribed { .. });
        if cx.uncommitted.prescribing(id)
            || cx.uncommitted.ending(id)
            || (signs && cx.uncommitted.moves_case(id))
        {
            return;
        }
        match (cx.registry.consultation(id), at_end) {
            (Some(open), _) if follows(open, by, &what) => {
                let _ = cx.record_upload(id, &by.party, Author::Staff(None), what);
            }
            (None, Some(at_end)) if matches!(what, What::PrescriptionCancelled { .. }) => {
                let _ = cx.record_late_upload(id, at_end, by, Author::Staff(None), what);
            }
            _ => {}
        }
    }
}

/// True if the fact follows from those before it.
fn follows(open: &Consultation, by: &Identity, what: &What) -> bool {
    let known = open.prescriptions();
    match what {
        What::Prescribed { signed } => {
            may_prescribe(open, by)
                && known.find(signed.prescription).is_none()
                && signed.replaces.is_none_or(|replaced| known.is_in_force(replaced))
                && known.all().len() < PRESCRIPTIONS
        }
        What::PrescriptionCancelled { prescription, .. } => {
            by.role == Role::Doctor && open.is_member(by) && known.is_in_force(*prescription)
        }
        _ => false,
    }
}
