//! Attachments: files that the post or a specialist adds without having been asked. The bytes never come by here.

use super::Calls;
use crate::{context::Context, contract::Author, message::ServerMessage};
use teranga_clinic::{
    attachment::AttachmentFile,
    attachment_rules::ATTACHMENTS,
    fact::What,
    id::{AttachmentId, ConsultationId, PartyId},
};

impl Calls {
    /// All of an attachment is on the disk: from now on it is part of the consultation, which is a call or a deferred case. One that
    /// is there already, or that is one too many, changes nothing.
    pub(crate) fn attachment_stored(
        cx: &mut Context,
        id: ConsultationId,
        attachment: AttachmentId,
        (by, author): (&PartyId, Author),
        file: AttachmentFile,
    ) {
        let in_call = cx.registry.get(id).map(|open| &open.consultation);
        let in_case = || cx.registry.cases.get(id).map(|open| &open.consultation);
        let Some(open) = in_call.or_else(in_case) else { return };
        let is_known = open.attachment(attachment).is_some() || cx.uncommitted.attaches(id, attachment);
        let is_full = open.attachments().len() + cx.uncommitted.attaching(id) >= ATTACHMENTS;
        if open.may_attach(by) && !is_known && !is_full && !cx.uncommitted.ending(id) {
            let _ = cx.record_upload(id, by, author, What::Attached { attachment, file });
        }
    }

    /// An attachment of a call is durable: whoever is in the call sees it. The members of a case learn of it by its row.
    pub(crate) fn attached(cx: &mut Context, id: ConsultationId, attachment: AttachmentId) {
        let Some(open) = cx.registry.get(id) else { return };
        let Some(known) = open.consultation.attachment(attachment).cloned() else { return };
        for party in open.members() {
            cx.send_to(&party, ServerMessage::Attachment(known.clone()));
        }
        cx.mark_changed(id);
    }
}
