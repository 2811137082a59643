//! Prescriptions, for calls and cases alike: who is told of one, and which name of an act has an act behind it.

use super::{Context, Outcome};
use crate::{
    message::{ServerMessage, session::ErrorCode},
    registry::OpenConsultation,
};
use teranga_clinic::{
    clinical::Disposition,
    consultation::{Consultation, appointments::appointments, referrals::referrals_of},
    fact::What,
    id::ConsultationId,
    prescription::Prescription,
};

impl Context {
    /// A prescription is durable, or its end: whoever is in the call gets it as it is now, and so do the tablets of the post and the
    /// doctors of a case.
    pub(crate) fn tell_prescription(&mut self, id: ConsultationId, what: &What) {
        let Some(consultation) = self.registry.consultation(id) else { return };
        let changed = changed(consultation, what);
        let (place, entered) = (consultation.post().place.id.clone(), consultation.entered().to_vec());
        let in_call = self.registry.get(id).map(OpenConsultation::members);
        let is_case = in_call.is_none();
        let told = in_call.unwrap_or_else(|| entered.into_iter().map(|who| who.party).collect());
        for message in changed.into_iter().map(|one| ServerMessage::Prescription(Box::new(one))) {
            if is_case {
                self.send_to_post(&place, &message);
            }
            for party in &told {
                self.send_to(party, message.clone());
            }
        }
    }

    /// Refuses to end a consultation with the name of an act that nobody has done: the post would believe in it. A prescription must be
    /// signed and in force, an evacuation ordered and not cancelled; an appointment must stand and be ahead.
    pub(crate) fn refuse_label(&self, consultation: &Consultation, label: Disposition) -> Outcome {
        let id = consultation.id();
        match label {
            Disposition::Advice => Ok(()),
            Disposition::Prescription => {
                // While a cancellation is on its way to the disk, nobody knows what stays in force.
                let stands = consultation.prescriptions().any_in_force() && !self.uncommitted.prescribing(id);
                (stands || self.uncommitted.signing(id)).then_some(()).ok_or(ErrorCode::Unprescribed.into())
            }
            Disposition::Evacuation => {
                // While a step is on its way to the disk, it may be a cancellation.
                let stands = referrals_of(consultation).any_stands() && !self.uncommitted.referring(id);
                let is_ordered = stands || self.uncommitted.ordering_referral(id);
                is_ordered.then_some(()).ok_or(ErrorCode::Unreferred.into())
            }
            Disposition::Appointment => {
                // While a change of one is on its way to the disk, nobody knows what stands.
                let stands =
                    appointments(consultation).any_after(self.now) && !self.uncommitted.appointing(id);
                stands.then_some(()).ok_or(ErrorCode::Unappointed.into())
            }
        }
    }
}

/// The prescriptions that a fact changes, as they are after it.
fn changed(consultation: &Consultation, what: &What) -> Vec<Prescription> {
    let ids = match what {
        What::Prescribed { signed } => [signed.replaces, Some(signed.prescription)],
        What::PrescriptionCancelled { prescription, .. } | What::Dispensed { prescription, .. } => {
            [Some(*prescription), None]
        }
        _ => return Vec::new(),
    };
    ids.into_iter().flatten().filter_map(|id| consultation.prescriptions().find(id)).cloned().collect()
}
