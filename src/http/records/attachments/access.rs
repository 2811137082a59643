//! Access to an attachment: the parties that may upload or see it, by the facts of its consultation.

use crate::{
    http::{
        bodies::{FailureCode, PhotoHeld},
        error::ApiError,
        records::{
            asker::Asker,
            consultations::{history, refuse},
        },
        state::HttpState,
    },
    store::{FileKey, FileName},
};
use teranga_clinic::{
    attachment::{Attachment, AttachmentFile},
    attachment_rules::{ATTACHMENTS, seen_by},
    audit::{OpenedFile, OpeningWay},
    consultation::Consultation,
    id::{AttachmentId, ConsultationId},
    people::Identity,
    time::Timestamp,
};
use teranga_signaling::contract::AtEnd;
use uuid::Uuid;

/// The identifiers of an attachment.
#[derive(Clone, Copy)]
pub(super) struct AttachmentKey {
    pub(super) consultation: ConsultationId,
    pub(super) attachment: AttachmentId,
}

impl AttachmentKey {
    /// The identifiers in the path of a request.
    pub(super) fn of(consultation: &str, attachment: &str) -> Result<Self, ApiError> {
        let parse = |text: &str| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
        let (consultation, attachment) = (parse(consultation)?, parse(attachment)?);
        Ok(Self { consultation: ConsultationId(consultation), attachment: AttachmentId(attachment) })
    }

    /// The name of the original in the store.
    pub(super) const fn file(self) -> FileKey {
        FileKey { consultation: self.consultation, file: FileName::Attachment(self.attachment) }
    }

    /// The name of the picture of a page in the store.
    pub(super) const fn page(self, number: u8) -> FileKey {
        FileKey { consultation: self.consultation, file: FileName::Page(self.attachment, number) }
    }
}

/// The proof that somebody is a member of the consultation to which an attachment belongs, or is to belong.
pub(super) struct AttachmentAccess {
    key: AttachmentKey,
    asker: Asker,
    consultation: Consultation,
}

impl AttachmentAccess {
    /// Reads the facts of the consultation. Whoever is no member is told that there is no such attachment.
    pub(super) async fn of_member(
        state: &HttpState,
        asker: Asker,
        key: AttachmentKey,
    ) -> Result<Self, ApiError> {
        let consultation = history(state, key.consultation, &asker).await?.into_consultation();
        if !consultation.is_member(&asker.who) {
            let file = Some(OpenedFile::Attachment(key.attachment));
            return Err(refuse(state, key.consultation, &asker, file));
        }
        Ok(Self { key, asker, consultation })
    }

    /// Refuses a party that may not add this file now.
    pub(super) fn check_upload(&self, state: &HttpState) -> Result<(), ApiError> {
        may_upload(&self.consultation, &self.asker.who, state.clock.timestamp())
    }

    /// The answer to its sender if the attachment is part of the consultation already.
    ///
    /// # Errors
    /// [`FailureCode::Malformed`]: another file, of which this is the SHA-256, is announced under its identifier.
    pub(super) fn stored(&self, announced: Option<&str>) -> Result<Option<PhotoHeld>, ApiError> {
        let Some(known) = self.seen() else { return Ok(None) };
        if announced.is_some_and(|sha256| sha256 != known.file.sha256) {
            return Err(FailureCode::Malformed.into());
        }
        Ok(Some(PhotoHeld { held: known.file.bytes, stored: true }))
    }

    /// The attachment's file; refused while there is none.
    pub(super) fn attached(&self) -> Result<&AttachmentFile, ApiError> {
        Ok(&self.seen().ok_or(ApiError::NOT_FOUND)?.file)
    }

    /// Records that the attachment is being opened. This must be durable before anything is shown.
    pub(super) async fn note_opening(&self, state: &HttpState) -> Result<(), ApiError> {
        let AttachmentKey { consultation, attachment } = self.key;
        let file = Some(OpenedFile::Attachment(attachment));
        let opening = self.asker.opening(state, consultation, file, OpeningWay::Read);
        Ok(state.journal.note_opening(&opening).await?)
    }

    /// The consultation at its end if it is over and its sender may still add this file; none while it goes on.
    pub(super) async fn at_end(
        state: &HttpState,
        key: AttachmentKey,
        asker: &Asker,
    ) -> Result<Option<AtEnd>, ApiError> {
        let by = &asker.who;
        if !state.journal.has_ended(key.consultation).await? {
            return Ok(None);
        }
        let history = history(state, key.consultation, asker).await?;
        let consultation = history.consultation();
        may_upload(consultation, by, state.clock.timestamp())?;
        let facts = u32::try_from(history.facts().len()).unwrap_or(u32::MAX);
        let is_new_tablet = consultation.is_of_post(by) && !consultation.tablets().contains(&by.party);
        Ok(Some(AtEnd { facts, is_new_tablet }))
    }

    fn seen(&self) -> Option<&Attachment> {
        seen_by(&self.consultation, self.key.attachment, &self.asker.who)
    }
}

/// Refuses somebody who may not add a file at this time, and a file too many.
fn may_upload(consultation: &Consultation, by: &Identity, now: Timestamp) -> Result<(), ApiError> {
    if !consultation.may_attach(by, now) {
        let was_late = consultation.ended_at().is_some();
        return Err(if was_late { FailureCode::AttachmentLate.into() } else { ApiError::NOT_FOUND });
    }
    let fits = consultation.attachments().len() < ATTACHMENTS;
    fits.then_some(()).ok_or(FailureCode::AttachmentsFull.into())
}
