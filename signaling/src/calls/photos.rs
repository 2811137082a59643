//! Photos: asked for by the holder, sent by the post, drawn on by the holder. The bytes never come by here.

use super::Calls;
use crate::{
    context::{Context, Outcome, Sender},
    contract::Author,
    limits,
    message::{
        ServerMessage,
        photo::{AskPhoto, MarkPhoto},
        session::ErrorCode,
    },
    registry::OpenConsultation,
};
use teranga_clinic::{
    clinical::Record,
    fact::What,
    id::{ConsultationId, PartyId, PhotoId},
    people::Role,
    photo::{Photo, PhotoFile, PhotoMoving},
};

impl Calls {
    /// The holder asks the post for a photo.
    pub(crate) fn ask_photo(&self, cx: &mut Context, me: &Sender, ask: AskPhoto) -> Outcome {
        let AskPhoto { consultation: id, photo } = ask;
        let consultation = &cx.held_by(me, id)?.consultation;
        if let Some(known) = consultation.photo(photo) {
            let known = self.with_upload(known);
            return cx.reply(me, ServerMessage::Photo(known));
        }
        if consultation.photos().len() + cx.uncommitted.asking_photos(id) >= limits::PHOTOS {
            return Err(ErrorCode::TooLarge.into());
        }
        cx.record(id, Some(me.party()), What::PhotoAsked { photo }, "ask_photo")
    }

    /// The holder draws on a photo.
    pub(crate) fn mark_photo(cx: &mut Context, me: &Sender, mark: MarkPhoto) -> Outcome {
        let MarkPhoto { consultation: id, photo, marks } = mark;
        let known = cx.held_by(me, id)?.consultation.photo(photo).filter(|photo| photo.file.is_some());
        let known = known.ok_or(ErrorCode::NotFound)?;
        if known.marks == marks {
            let known = known.clone();
            return cx.reply(me, ServerMessage::Photo(known));
        }
        cx.record(id, Some(me.party()), What::PhotoMarked { photo, marks }, "mark_photo")
    }

    /// More of a photo is on the disk: whoever waits for it sees it come.
    pub(crate) fn photo_moved(
        &mut self,
        cx: &mut Context,
        id: ConsultationId,
        photo: PhotoId,
        by: &PartyId,
        moving: PhotoMoving,
    ) {
        // Nobody looks at the upload to a case: its photo is there when all of it is.
        let is_watched = cx.registry.get(id).is_some() && awaits(cx, id, photo, by);
        if is_watched && self.uploads.insert((id, photo), moving) != Some(moving) {
            self.photo_changed(cx, id, photo);
        }
    }

    /// All of a photo is on the disk: from now on it is part of the consultation, which may have become a deferred case meanwhile.
    pub(crate) fn photo_stored(
        cx: &mut Context,
        id: ConsultationId,
        photo: PhotoId,
        (by, author): (&PartyId, Author),
        file: PhotoFile,
    ) {
        let is_late = cx.uncommitted.taking(id, photo) || cx.uncommitted.ending(id);
        if awaits(cx, id, photo, by) && !is_late {
            let _ = cx.record_upload(id, by, author, What::PhotoTaken { photo, file });
        }
    }

    /// Shows every member how a photo stands.
    pub(crate) fn photo_changed(&mut self, cx: &mut Context, id: ConsultationId, photo: PhotoId) {
        let Some(open) = cx.registry.get(id) else { return };
        let Some(known) = open.consultation.photo(photo) else { return };
        if known.file.is_some() {
            self.uploads.remove(&(id, photo));
        }
        let (known, members) = (self.with_upload(known), open.members());
        for party in members {
            cx.send_to(&party, ServerMessage::Photo(known.clone()));
        }
    }

    /// The record that a member sees on entering: what the facts give, and the uploads under way.
    pub(super) fn record_for(&self, open: &OpenConsultation, role: Role) -> Record {
        let record = open.consultation.record_for(role);
        Record { photos: record.photos.iter().map(|photo| self.with_upload(photo)).collect(), ..record }
    }

    /// Forgets the uploads of a consultation that ended.
    pub(super) fn forget_uploads(&mut self, id: ConsultationId) {
        self.uploads.retain(|(consultation, _), _| *consultation != id);
    }

    fn with_upload(&self, photo: &Photo) -> Photo {
        let moving = self.uploads.get(&(photo.consultation, photo.photo)).copied();
        Photo { moving, ..photo.clone() }
    }
}

fn awaits(cx: &Context, id: ConsultationId, photo: PhotoId, by: &PartyId) -> bool {
    cx.registry.consultation(id).is_some_and(|known| known.awaits_photo(photo, by))
}
