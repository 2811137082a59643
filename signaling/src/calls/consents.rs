//! The consent of a patient: a post writes the answer down over HTTP, also after the end of the consultation. The hub makes it a fact.

use super::Calls;
use crate::{
    context::Context,
    contract::{AtEnd, Author},
};
use teranga_clinic::{
    consultation::{Consultation, consents::consents},
    fact::What,
    id::ConsultationId,
    people::Identity,
};

impl Calls {
    /// A patient answered. One answer at a time is on its way to the disk, so that each is known when the next one comes; the page says the
    /// next one again.
    pub(crate) fn consent(
        cx: &mut Context,
        id: ConsultationId,
        (by, author): (&Identity, Author),
        what: What,
        at_end: Option<AtEnd>,
    ) {
        if cx.uncommitted.consenting(id) || cx.uncommitted.ending(id) {
            return;
        }
        match (cx.registry.consultation(id), at_end) {
            (Some(open), _) if follows(open, by, &what) => {
                let _ = cx.record_attachment(id, by, author, what);
            }
            (None, Some(at_end)) => {
                let _ = cx.record_late_upload(id, at_end, by, author, what);
            }
            _ => {}
        }
    }
}

/// True if the answer is the post's own, and none that is there already.
fn follows(open: &Consultation, by: &Identity, what: &What) -> bool {
    let known = consents(open);
    open.is_of_post(by)
        && match what {
            What::Consented { said } => known.may_give() && !known.has(said.act),
            What::ConsentWithdrawn { said } => !known.has(said.act),
            _ => false,
        }
}
