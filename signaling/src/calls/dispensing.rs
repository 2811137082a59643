//! Dispensing: what a tablet of the post or a pharmacy has given of a prescription comes over HTTP. The hub makes it a fact, one at a time for a
//! consultation, so that of two who give the last of a line exactly one does.

use super::Calls;
use crate::{
    context::Context,
    contract::{Author, Over},
};
use teranga_clinic::{consultation::Consultation, fact::What, id::ConsultationId, people::Identity};

impl Calls {
    /// Something was given. What is there already, or is more than is left, changes nothing: whoever gave it reads the consultation again.
    /// Nobody is the name of a pharmacy.
    pub(crate) fn dispensed(
        &mut self,
        cx: &mut Context,
        id: ConsultationId,
        (by, author): (Option<&Identity>, Author),
        what: What,
        over: Option<Box<Over>>,
    ) {
        if cx.uncommitted.prescribing(id) || cx.uncommitted.dispensing(id) || cx.uncommitted.ending(id) {
            return;
        }
        match (cx.registry.consultation(id), over) {
            (Some(open), _) if follows(open, by, &what) => {
                let _ = cx.record_of_anybody(id, (by, author), what, None);
            }
            (None, Some(over)) => {
                let recorded = cx.record_of_anybody(id, (by, author), what, Some(over.at_end));
                self.late_changes.extend(recorded.ok().map(|()| (id, over)));
            }
            _ => {}
        }
    }
}

/// True if the fact follows from those before it.
fn follows(open: &Consultation, by: Option<&Identity>, what: &What) -> bool {
    let What::Dispensed { prescription, dispensed } = what else { return false };
    by.is_none_or(|who| open.is_of_post(who))
        && by.is_some() == dispensed.pharmacy.is_none()
        && open.prescriptions().may_dispense(*prescription, dispensed).is_ok()
}
