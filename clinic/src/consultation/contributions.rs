//! What the members of a consultation add to it: photos and chat messages.

use super::{Consultation, Illegal};
use crate::{
    case::Turn,
    chat::Progress,
    fact::Fact,
    id::{ChatId, PhotoId},
    photo::{Mark, Photo, PhotoFile},
    pii::Pii,
};

impl Consultation {
    pub(super) fn ask_photo(&mut self, photo: PhotoId, fact: &Fact) -> Result<(), Illegal> {
        let author = fact.by.as_ref().and_then(|by| self.find(by)).ok_or(Illegal::Actor)?;
        if self.photo(photo).is_some() {
            return Ok(());
        }
        let (asked_by, asked_at) = (author.name.clone(), fact.at);
        let consultation = self.id();
        let photo =
            Photo { consultation, photo, asked_by, asked_at, moving: None, file: None, marks: Vec::new() };
        self.photos.push(photo);
        Ok(())
    }

    pub(super) fn take_photo(
        &mut self,
        photo: PhotoId,
        file: &PhotoFile,
        fact: &Fact,
    ) -> Result<(), Illegal> {
        let by = fact.by.as_ref().ok_or(Illegal::Actor)?;
        if !self.awaits_photo(photo, by) {
            return Err(Illegal::Actor);
        }
        self.asked(photo)?.file = Some(file.clone());
        Ok(())
    }

    pub(super) fn mark_photo(&mut self, photo: PhotoId, marks: &[Mark]) -> Result<(), Illegal> {
        self.asked(photo)?.marks = marks.to_vec();
        Ok(())
    }

    fn asked(&mut self, photo: PhotoId) -> Result<&mut Photo, Illegal> {
        self.photos.iter_mut().find(|one| one.photo == photo).ok_or(Illegal::Foreign)
    }

    pub(super) fn write_chat(
        &mut self,
        chat: ChatId,
        text: &Pii<String>,
        asks: bool,
        fact: &Fact,
    ) -> Result<(), Illegal> {
        let author = self.author(fact)?;
        if !self.chat.write(chat, &author, fact.at, text) {
            return Err(Illegal::Chat);
        }
        if let Some(case) = &mut self.case {
            match asks && author.party != self.post.party {
                true => case.give_turn(Turn::Post, fact.at),
                false if author.party == self.post.party => case.post_replied(fact.at),
                false => {}
            }
        }
        Ok(())
    }

    pub(super) fn see_chat(&mut self, progress: Progress, fact: &Fact) -> Result<(), Illegal> {
        let reader = self.author(fact)?;
        self.chat.see(&reader, progress).then_some(()).ok_or(Illegal::Chat)
    }
}
