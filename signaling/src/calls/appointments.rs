//! Appointments: they are made, moved and cancelled over HTTP. The hub makes them facts, and tells the pages of the post and of the
//! doctor to read their list again.

use super::Calls;
use crate::{
    context::Context,
    contract::{AppointmentParties, Author},
    message::ServerMessage,
};
use teranga_clinic::{
    appointment::APPOINTMENTS,
    consultation::{Consultation, appointments::appointments},
    fact::What,
    id::ConsultationId,
    people::{Identity, Role},
    prescribing::may_prescribe,
};

impl Calls {
    /// An appointment is made, moved or cancelled. What is there already, or does not follow, changes nothing. One at a time is on its
    /// way to the disk; whoever comes second is told that theirs is not stored, and asks again.
    pub(crate) fn appointment(
        &mut self,
        cx: &mut Context,
        id: ConsultationId,
        by: &Identity,
        what: What,
        parties: AppointmentParties,
    ) {
        let makes = matches!(what, What::Appointed { .. });
        if cx.uncommitted.appointing(id)
            || cx.uncommitted.ending(id)
            || (makes && cx.uncommitted.moves_case(id))
        {
            return;
        }
        let recorded = match (cx.registry.consultation(id), parties.at_end) {
            (Some(open), _) if follows(open, by, &what) => {
                cx.record_upload(id, &by.party, Author::Staff(None), what)
            }
            (None, Some(at_end)) if !makes => {
                cx.record_late_upload(id, at_end, by, Author::Staff(None), what)
            }
            _ => return,
        };
        if recorded.is_ok() {
            self.appointments.insert(id, parties);
        }
    }

    /// The fate of an appointment is known: if it is durable, the pages of those who have it are told.
    pub(crate) fn appointment_recorded(&mut self, cx: &mut Context, id: ConsultationId, durable: bool) {
        let Some(parties) = self.appointments.remove(&id).filter(|_| durable) else { return };
        cx.send_to_post(&parties.place, &ServerMessage::AppointmentsChanged);
        cx.send_to(&parties.doctor, ServerMessage::AppointmentsChanged);
    }
}

/// True if the fact follows from those before it.
fn follows(open: &Consultation, by: &Identity, what: &What) -> bool {
    let known = appointments(open);
    match what {
        What::Appointed { appointment } => {
            may_prescribe(open, by)
                && known.find(appointment.appointment).is_none()
                && known.all().len() < APPOINTMENTS
        }
        What::AppointmentMoved { appointment, .. } | What::AppointmentCancelled { appointment, .. } => {
            by.role == Role::Doctor && open.is_member(by) && known.stands(*appointment)
        }
        _ => false,
    }
}
