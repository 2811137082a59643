//! Access to a photo: the parties that may upload or see it, by the facts of its consultation.

use crate::{
    http::{
        bodies::PhotoHeld,
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
    audit::{OpenedFile, OpeningWay},
    consultation::Consultation,
    id::{ConsultationId, PhotoId},
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
    asker: Asker,
    consultation: Consultation,
    photo: Photo,
}

impl PhotoAccess {
    /// Reads the facts of the consultation. Whoever is no member is told that there is no such photo.
    pub(super) async fn of_member(state: &HttpState, asker: Asker, key: PhotoKey) -> Result<Self, ApiError> {
        let consultation = history(state, key.consultation, &asker).await?.into_consultation();
        match photo_rules::seen_by(&consultation, key.photo, &asker.who).cloned() {
            Some(photo) => Ok(Self { key, asker, consultation, photo }),
            None if consultation.is_member(&asker.who) => Err(ApiError::NOT_FOUND),
            None => Err(refuse(state, key.consultation, &asker, Some(OpenedFile::Photo(key.photo)))),
        }
    }

    /// Refuses everybody but the post that is to send this photo now.
    pub(super) fn check_upload(&self) -> Result<(), ApiError> {
        let awaited = self.consultation.awaits_photo(self.key.photo, &self.asker.who.party);
        awaited.then_some(()).ok_or(ApiError::NOT_FOUND)
    }

    /// The answer to the post if the photo is part of the consultation already.
    pub(super) fn stored(&self) -> Option<PhotoHeld> {
        let file = self.photo.file.as_ref().filter(|_| self.consultation.is_of_post(&self.asker.who))?;
        Some(PhotoHeld { held: file.bytes, stored: true })
    }

    /// The photo's file; refused while there is none.
    pub(super) fn file(&self) -> Result<&PhotoFile, ApiError> {
        self.photo.file.as_ref().ok_or(ApiError::NOT_FOUND)
    }

    /// Records that the photo is being opened. This must be durable before anything is shown.
    pub(super) async fn note_opening(&self, state: &HttpState) -> Result<(), ApiError> {
        let PhotoKey { consultation, photo } = self.key;
        let file = Some(OpenedFile::Photo(photo));
        let opening = self.asker.opening(state, consultation, file, OpeningWay::Read);
        Ok(state.journal.note_opening(&opening).await?)
    }
}
