//! Access to a photo: the parties that may upload or see it, by the facts of its consultation.

use crate::{
    http::{
        bodies::PhotoHeld,
        error::ApiError,
        records::consultations::{history, refuse},
        state::HttpState,
    },
    store::{FileKey, FileName},
};
use teranga_clinic::{
    audit::{OpenedFile, OpeningWay, RecordOpening},
    consultation::Consultation,
    id::{ConsultationId, PhotoId},
    people::Identity,
    photo::{Photo, PhotoFile},
    photo_rules,
};
use uuid::Uuid;

/// The identifiers of a photo.
#[derive(Clone, Copy)]
pub(super) struct PhotoKey {
    /// The consultation.
    pub(super) consultation: ConsultationId,
    /// The photo.
    pub(super) photo: PhotoId,
}

impl PhotoKey {
    /// Its name in the store.
    pub(super) const fn file(self) -> FileKey {
        FileKey { consultation: self.consultation, file: FileName::Photo(self.photo) }
    }
}

/// The identifiers in the path of a request.
pub(super) fn photo_key((consultation, photo): (String, String)) -> Result<PhotoKey, ApiError> {
    let parse = |text: String| text.parse::<Uuid>().map_err(|_| ApiError::NOT_FOUND);
    Ok(PhotoKey { consultation: ConsultationId(parse(consultation)?), photo: PhotoId(parse(photo)?) })
}

/// The proof that somebody is a member of the consultation to which a photo belongs.
pub(super) struct PhotoAccess {
    key: PhotoKey,
    who: Identity,
    consultation: Consultation,
    photo: Photo,
}

impl PhotoAccess {
    /// Reads the facts of the consultation. Whoever is no member is told that there is no such photo.
    pub(super) async fn of_member(state: &HttpState, who: Identity, key: PhotoKey) -> Result<Self, ApiError> {
        let consultation = history(state, key.consultation, &who).await?.into_consultation();
        match photo_rules::seen_by(&consultation, key.photo, &who).cloned() {
            Some(photo) => Ok(Self { key, who, consultation, photo }),
            None if consultation.is_member(&who) => Err(ApiError::NOT_FOUND),
            None => Err(refuse(state, key.consultation, who.party, Some(OpenedFile::Photo(key.photo)))),
        }
    }

    /// Refuses everybody but the post that is to send this photo now.
    pub(super) fn check_upload(&self) -> Result<(), ApiError> {
        let awaited = self.consultation.awaits_photo(self.key.photo, &self.who.party);
        awaited.then_some(()).ok_or(ApiError::NOT_FOUND)
    }

    /// The answer to the post if the photo is part of the consultation already.
    pub(super) fn stored(&self) -> Option<PhotoHeld> {
        let file = self.photo.file.as_ref().filter(|_| self.consultation.is_of_post(&self.who))?;
        Some(PhotoHeld { held: file.bytes, stored: true })
    }

    /// The photo's file; refused while there is none.
    pub(super) fn file(&self) -> Result<&PhotoFile, ApiError> {
        self.photo.file.as_ref().ok_or(ApiError::NOT_FOUND)
    }

    /// Records that the photo is being opened. This must be durable before anything is shown.
    pub(super) async fn note_opening(&self, state: &HttpState) -> Result<(), ApiError> {
        let (PhotoKey { consultation, photo }, by) = (self.key, self.who.party.clone());
        let at = state.clock.timestamp();
        let opening = RecordOpening {
            consultation,
            by,
            at,
            file: Some(OpenedFile::Photo(photo)),
            way: OpeningWay::Read,
        };
        Ok(state.journal.note_opening(&opening).await?)
    }
}
