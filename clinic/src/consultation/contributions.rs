//! What the members of a consultation add to it: photos, attachments and chat messages.

use super::{Consultation, Illegal, Phase};
use crate::{
    attachment::{Attachment, AttachmentFile},
    case::Turn,
    chat::Progress,
    fact::Fact,
    id::{AttachmentId, ChatId, PartyId, PhotoId},
    people::{Identity, Role},
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

    /// True if this party may add files now: it is the post or a specialist who is in the consultation, which has not ended.
    pub fn may_attach(&self, from: &PartyId) -> bool {
        self.sender(from).is_some() && self.is_unfinished()
    }

    /// True if it has not ended: files may still be added.
    pub const fn is_unfinished(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Running | Phase::Deferred)
    }

    pub(super) fn attach(
        &mut self,
        attachment: AttachmentId,
        file: &AttachmentFile,
        fact: &Fact,
    ) -> Result<(), Illegal> {
        let sender = fact.by.as_ref().and_then(|by| self.sender(by)).ok_or(Illegal::Actor)?;
        if let Some(known) = self.attachment(attachment) {
            return if known.file == *file { Ok(()) } else { Err(Illegal::Attachment) };
        }
        let (by, role) = (sender.name.clone(), sender.role);
        let consultation = self.id();
        self.attachments.push(Attachment {
            consultation,
            attachment,
            by,
            role,
            at: fact.at,
            file: file.clone(),
        });
        Ok(())
    }

    /// The post, or a specialist who is in the consultation.
    fn sender(&self, party: &PartyId) -> Option<&Identity> {
        let specialists = self.entered.iter().filter(|one| one.role == Role::Doctor);
        std::iter::once(&self.post).chain(specialists).find(|one| one.party == *party)
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
