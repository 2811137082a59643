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
    time::Timestamp,
};

impl Consultation {
    /// True if somebody may add files at this time. The post and the specialists who are in it may while it goes on. Its post also
    /// may while the outcome is awaited, and for a week after the end: what was made before then may still be on its tablet.
    pub fn may_attach(&self, from: &Identity, now: Timestamp) -> bool {
        (self.is_of_post(from) || specialist(self, &from.party).is_some()) && !self.is_too_late(now)
    }

    /// True if nobody may add files to it any more.
    pub fn is_too_late(&self, now: Timestamp) -> bool {
        self.ended_at.is_some_and(|ended_at| now.since_ms(ended_at) >= LATE_MS)
    }

    const fn goes_on(&self) -> bool {
        matches!(self.phase, Phase::Waiting | Phase::Running | Phase::Deferred)
    }
}

/// The time after the end in which the files of its post are taken, milliseconds: a week, which is a tablet that was out of reach of
/// any network from one visit of the market to the next.
const LATE_MS: u64 = 7 * 24 * 60 * 60_000;

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
    if let Some(known) = Attachment::find(&consultation.attachments, attachment) {
        return if known.file == *file { Ok(()) } else { Err(Illegal::Attachment) };
    }
    let (by, role) = (sender.name.clone(), sender.role);
    let (id, late) = (consultation.id(), !consultation.goes_on());
    consultation.attachments.push(Attachment {
        consultation: id,
        attachment,
        by,
        role,
        at: fact.at,
        file: file.clone(),
        late,
    });
    Ok(())
}

/// The post, or a specialist who is in the consultation while it goes on. How long after the end the post may is no matter of the
/// replay: a fact that was written then stands.
fn sender<'a>(consultation: &'a Consultation, party: &PartyId) -> Option<&'a Identity> {
    let post = Some(consultation.post()).filter(|_| consultation.tablets.contains(party));
    post.or_else(|| specialist(consultation, party))
}

fn specialist<'a>(consultation: &'a Consultation, party: &PartyId) -> Option<&'a Identity> {
    let is_in = |one: &&Identity| consultation.goes_on() && one.role == Role::Doctor;
    consultation.entered.iter().filter(is_in).find(|one| one.party == *party)
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
    let is_post = author.party == consultation.post().party;
    if let Some(case) = &mut consultation.case {
        match asks && !is_post {
            true => case.give_turn(Turn::Post, fact.at),
            false if is_post => case.post_replied(fact.at),
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
