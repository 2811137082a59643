//! Prescriptions: they are signed over HTTP, where their signer is asked for the password again. The hub makes them facts and
//! tells those who are there.

use super::Calls;
use crate::{
    context::Context,
    contract::{Author, Over},
    message::ServerMessage,
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
        &mut self,
        cx: &mut Context,
        id: ConsultationId,
        by: &Identity,
        what: What,
        over: Option<Box<Over>>,
    ) {
        let signs = matches!(what, What::Prescribed { .. });
        if cx.uncommitted.prescribing(id)
            || cx.uncommitted.dispensing(id)
            || cx.uncommitted.ending(id)
            || (signs && cx.uncommitted.moves_case(id))
        {
            return;
        }
        match (cx.registry.consultation(id), over) {
            (Some(open), _) if follows(open, by, &what) => {
                let _ = cx.record_upload(id, &by.party, Author::Staff(None), what);
            }
            (None, Some(over)) if !signs => {
                let recorded = cx.record_late_upload(id, over.at_end, by, Author::Staff(None), what);
                self.late_changes.extend(recorded.ok().map(|()| (id, over)));
            }
            _ => {}
        }
    }

    /// The fate of a cancellation or of something given after the end of the consultation is known: if it is durable, the tablets of the
    /// post are told.
    pub(crate) fn late_change(&mut self, cx: &mut Context, id: ConsultationId, durable: bool) {
        let Some(over) = self.late_changes.remove(&id).filter(|_| durable) else { return };
        let Over { place, prescription, .. } = *over;
        cx.send_to_post(&place, &ServerMessage::Prescription(Box::new(prescription)));
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
