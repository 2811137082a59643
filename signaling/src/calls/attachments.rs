//! Attachments: files that the post or a specialist adds without having been asked. The bytes never come by here.

use super::Calls;
use crate::{
    context::Context,
    contract::{AtEnd, Author},
    message::ServerMessage,
};
use teranga_clinic::{
    attachment::Attachment,
    attachment_rules::ATTACHMENTS,
    fact::What,
    id::{AttachmentId, ConsultationId},
    people::Identity,
};

impl Calls {
    /// All of an attachment is on the disk: from now on it is part of the consultation, which is a call, a deferred case, or over.
    /// One that is there already, or that is one too many, changes nothing. Whoever hands in `at_end` has seen that the
    /// consultation is over and that the sender may still add to it.
    pub(crate) fn attachment_stored(
        cx: &mut Context,
        id: ConsultationId,
        (by, author): (&Identity, Author),
        attached: What,
        at_end: Option<AtEnd>,
    ) {
        let What::Attached { attachment, .. } = attached else { return };
        if cx.uncommitted.attaches(id, attachment) || cx.uncommitted.ending(id) {
            return;
        }
        match (cx.registry.consultation(id), at_end) {
            (Some(open), _) => {
                let is_full = open.attachments().len() + cx.uncommitted.attaching(id) >= ATTACHMENTS;
                if open.may_attach(by, cx.now)
                    && Attachment::find(open.attachments(), attachment).is_none()
                    && !is_full
                {
                    let _ = cx.record_attachment(id, by, author, attached);
                }
            }
            (None, Some(at_end)) => {
                let _ = cx.record_late_upload(id, at_end, by, author, attached);
            }
            (None, None) => {}
        }
    }

    /// An attachment of a call is durable: whoever is in the call sees it. The members of a case learn of it by its row.
    pub(crate) fn attached(cx: &mut Context, id: ConsultationId, attachment: AttachmentId) {
        let Some(open) = cx.registry.get(id) else { return };
        let Some(known) = Attachment::find(open.consultation.attachments(), attachment).cloned() else {
            return;
        };
        for party in open.members() {
            cx.send_to(&party, ServerMessage::Attachment(known.clone()));
        }
        cx.mark_changed(id);
    }
}
