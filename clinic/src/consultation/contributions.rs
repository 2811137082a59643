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
    /// True if this party may add files now: it is the post or a specialist who is in the consultation, which has not ended.
    pub fn may_attach(&self, from: &PartyId) -> bool {
        sender(self, from).is_some() && self.is_unfinished()
    }

    /// True if it has not ended: files may still be added.
    pub const fn is_unfinished(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Running | Phase::Deferred)
    }
}

pub(super) fn ask_photo(consultation: &mut Consultation, photo: PhotoId, fact: &Fact) -> Result<(), Illegal> {
    let author = fact.by.as_ref().and_then(|by| consultation.find(by)).ok_or(Illegal::Actor)?;
    if consultation.photo(photo).is_some() {
        return Ok(());
    }
    let (asked_by, asked_at) = (author.name.clone(), fact.at);
    let photo = Photo {
        consultation: consultation.id(),
        photo,
        asked_by,
        asked_at,
        moving: None,
        file: None,
        marks: Vec::new(),
    };
    consultation.photos.push(photo);
    Ok(())
}

pub(super) fn take_photo(
    consultation: &mut Consultation,
    photo: PhotoId,
    file: &PhotoFile,
    fact: &Fact,
) -> Result<(), Illegal> {
    let by = fact.by.as_ref().ok_or(Illegal::Actor)?;
    if !consultation.awaits_photo(photo, by) {
        return Err(Illegal::Actor);
    }
    asked(consultation, photo)?.file = Some(file.clone());
    Ok(())
}

pub(super) fn mark_photo(
    consultation: &mut Consultation,
    photo: PhotoId,
    marks: &[Mark],
) -> Result<(), Illegal> {
    asked(consultation, photo)?.marks = marks.to_vec();
    Ok(())
}

fn asked(consultation: &mut Consultation, photo: PhotoId) -> Result<&mut Photo, Illegal> {
    consultation.photos.iter_mut().find(|one| one.photo == photo).ok_or(Illegal::Foreign)
}

pub(super) fn attach(
    consultation: &mut Consultation,
    attachment: AttachmentId,
    file: &AttachmentFile,
    fact: &Fact,
) -> Result<(), Illegal> {
    let sender = fact.by.as_ref().and_then(|by| sender(consultation, by)).ok_or(Illegal::Actor)?;
    if let Some(known) = consultation.attachment(attachment) {
        return if known.file == *file { Ok(()) } else { Err(Illegal::Attachment) };
    }
    let (by, role) = (sender.name.clone(), sender.role);
    let id = consultation.id();
    consultation.attachments.push(Attachment {
        consultation: id,
        attachment,
        by,
        role,
        at: fact.at,
        file: file.clone(),
    });
    Ok(())
}

/// The post, or a specialist who is in the consultation.
fn sender<'a>(consultation: &'a Consultation, party: &PartyId) -> Option<&'a Identity> {
    let specialists = consultation.entered.iter().filter(|one| one.role == Role::Doctor);
    std::iter::once(&consultation.post).chain(specialists).find(|one| one.party == *party)
}

pub(super) fn write_chat(
    consultation: &mut Consultation,
    chat: ChatId,
    text: &Pii<String>,
    asks: bool,
    fact: &Fact,
) -> Result<(), Illegal> {
    let author = consultation.author(fact)?;
    if !consultation.chat.write(chat, &author, fact.at, text) {
        return Err(Illegal::Chat);
    }
    if let Some(case) = &mut consultation.case {
        match asks && author.party != consultation.post.party {
            true => case.give_turn(Turn::Post, fact.at),
            false if author.party == consultation.post.party => case.post_replied(fact.at),
            false => {}
        }
    }
    Ok(())
}

pub(super) fn see_chat(
    consultation: &mut Consultation,
    progress: Progress,
    fact: &Fact,
) -> Result<(), Illegal> {
    let reader = consultation.author(fact)?;
    consultation.chat.see(&reader, progress).then_some(()).ok_or(Illegal::Chat)
}
