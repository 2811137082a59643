//! Photos: asked for by the holder, sent by the post, drawn on by the holder. The bytes never come by here.

use super::{Hub, Outcome, Speaker, writing::taken_seats};
use crate::{
    case::Case,
    limits,
    message::{
        ServerMessage,
        photo::{AskPhoto, MarkPhoto},
        session::ErrorCode,
    },
};
use teranga_clinic::{
    clinical::Record,
    fact::What,
    id::{ConsultationId, PartyId, PhotoId},
    people::Role,
    photo::{Photo, PhotoFile, PhotoMoving},
};

impl Hub {
    pub(super) fn ask_photo(&mut self, me: &Speaker, ask: AskPhoto) -> Outcome {
        let AskPhoto { consultation: id, photo } = ask;
        let consultation = &self.directs(me, id)?.consultation;
        if let Some(known) = consultation.photo(photo) {
            let known = self.as_it_moves(known);
            return self.reply(me, ServerMessage::Photo(known));
        }
        if consultation.photos().len() >= limits::PHOTOS {
            return Err(ErrorCode::TooLarge.into());
        }
        self.record(id, Some(me.party()), What::PhotoAsked { photo }, "ask_photo")
    }

    pub(super) fn mark_photo(&mut self, me: &Speaker, mark: MarkPhoto) -> Outcome {
        let MarkPhoto { consultation: id, photo, marks } = mark;
        let known = self.directs(me, id)?.consultation.photo(photo).filter(|photo| photo.file.is_some());
        let known = known.ok_or(ErrorCode::NotFound)?;
        if known.marks == marks {
            let known = known.clone();
            return self.reply(me, ServerMessage::Photo(known));
        }
        self.record(id, Some(me.party()), What::PhotoMarked { photo, marks }, "mark_photo")
    }

    /// More of a photo is on the disk: whoever waits for it sees it come.
    pub(super) fn photo_moved(
        &mut self,
        id: ConsultationId,
        photo: PhotoId,
        by: &PartyId,
        moving: PhotoMoving,
    ) {
        if self.awaits(id, photo, by) && self.moving.insert((id, photo), moving) != Some(moving) {
            self.photo_changed(id, photo);
        }
    }

    /// All of it is: from now on it is part of the consultation.
    pub(super) fn photo_stored(&mut self, id: ConsultationId, photo: PhotoId, by: &PartyId, file: PhotoFile) {
        if self.awaits(id, photo, by) && !self.uncommitted.taking(id, photo) {
            self.record_or_not(id, Some(by), What::PhotoTaken { photo, file });
        }
    }

    /// Everyone in the room sees how a photo stands.
    pub(super) fn photo_changed(&mut self, id: ConsultationId, photo: PhotoId) {
        let Some(case) = self.cases.get(id) else { return };
        let Some(known) = case.consultation.photo(photo) else { return };
        if known.file.is_some() {
            self.moving.remove(&(id, photo));
        }
        let (known, readers) = (self.as_it_moves(known), taken_seats(case));
        for party in readers {
            self.tell(&party, ServerMessage::Photo(known.clone()));
        }
    }

    /// What somebody sees on entering: the facts, and what is on its way.
    pub(super) fn record_for(&self, case: &Case, role: Role) -> Record {
        let record = case.consultation.record_for(role);
        Record { photos: record.photos.iter().map(|photo| self.as_it_moves(photo)).collect(), ..record }
    }

    fn as_it_moves(&self, photo: &Photo) -> Photo {
        let moving = self.moving.get(&(photo.consultation, photo.photo)).copied();
        Photo { moving, ..photo.clone() }
    }

    fn awaits(&self, id: ConsultationId, photo: PhotoId, by: &PartyId) -> bool {
        self.cases.get(id).is_some_and(|case| case.consultation.awaits_photo(photo, by))
    }
}
