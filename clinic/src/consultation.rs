//! A consultation: the replay of its facts, and nothing beside them. The hub folds each fact as it becomes
//! durable; after a restart, and in the record that people read, the same fold gives the same state.

pub mod appointments;
pub mod consents;
mod contributions;
mod custody;
mod deferral;
mod dispensing;
mod fold;
mod postponement;
mod prescriptions;
pub mod referrals;
mod tablets;

use crate::{
    appointment::Appointments,
    attachment::Attachment,
    case::{Case, DeferReason, FollowUp},
    chat::Chat,
    clinical::{Advice, Advise, Disposition, Examination, Note, Record},
    consent::Consents,
    danger::dangers,
    fact::{Fact, RingReason, What},
    id::{ConsultationId, PartyId, PhotoId},
    people::{Identity, Role},
    photo::Photo,
    pii::Pii,
    prescription::Prescriptions,
    referral::Referrals,
    request::{Request, Step},
    tablets::Tablets,
    time::Timestamp,
    wait::{Postponement, Redirection},
};

/// State of a consultation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// The request waits in the queue.
    Waiting,
    /// A specialist holds it in a call.
    Running,
    /// It is a deferred case, which a specialist answers in writing.
    Deferred,
    /// It ended, and the post is asked for the outcome.
    FollowUp,
    /// It ended, or was withdrawn.
    Closed,
}

impl Phase {
    const fn is_call(self) -> bool {
        matches!(self, Self::Waiting | Self::Running)
    }
}

/// A fact that does not follow from those before it. Says nothing of what the fact contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Illegal {
    /// There is no fact at all.
    #[error("a consultation without facts")]
    Empty,
    /// The first fact is not a request, or a later one is.
    #[error("a consultation begins with exactly one request")]
    Beginning,
    /// The facts are another consultation's.
    #[error("a fact of another consultation")]
    Foreign,
    /// The phase does not allow it.
    #[error("a fact that cannot happen in the phase {0:?}")]
    Phase(Phase),
    /// Whoever did it was not there, or is not one who may.
    #[error("a fact by somebody who could not do it")]
    Actor,
    /// An escalation that does not lead on.
    #[error("an escalation backwards")]
    Backwards,
    /// A chat message under an identifier that is in use, or a reader who is ahead of what was written.
    #[error("a chat that contradicts itself")]
    Chat,
    /// Another file under the identifier of an attachment that is there.
    #[error("an attachment that contradicts itself")]
    Attachment,
    /// A prescription under an identifier that is in use, or that follows one that is not in force.
    #[error("a prescription that contradicts itself")]
    Prescription,
    /// A referral under an identifier that is in use, or a step that does not follow.
    #[error("a referral that contradicts itself")]
    Referral,
    /// An appointment under an identifier that is in use, or one that does not stand.
    #[error("an appointment that contradicts itself")]
    Appointment,
    /// A correction of advice that was never signed.
    #[error("a correction of something that is not there")]
    Uncorrectable,
}

/// A consultation that was taken and rings again, because whoever held it is not there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RingingAgain {
    /// The reason.
    pub why: RingReason,
    /// The time since which it rings.
    pub since: Timestamp,
}

/// One consultation, from the request to the disposition.
#[derive(Clone, Debug, PartialEq)]
pub struct Consultation {
    requested_at: Timestamp,
    tablets: Tablets,
    request: Request,
    phase: Phase,
    step: Step,
    step_since: Timestamp,
    taken_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    owner: Option<PartyId>,
    rings_again: Option<RingingAgain>,
    postponed: Option<Postponement>,
    redirected: Option<Redirection>,
    entered: Vec<Identity>,
    formers: Vec<Identity>,
    note: Option<Note>,
    advice: Vec<Advice>,
    prescriptions: Prescriptions,
    referrals: Referrals,
    appointments: Appointments,
    photos: Vec<Photo>,
    attachments: Vec<Attachment>,
    consents: Consents,
    chat: Chat,
    disposition: Option<Disposition>,
    case: Option<Case>,
    was_case: bool,
    examinations: Vec<Examination>,
    follow_up: Option<FollowUp>,
}

impl Consultation {
    /// Begins with the request.
    pub fn open(fact: &Fact) -> Result<Self, Illegal> {
        let What::Requested { post, request } = &fact.what else { return Err(Illegal::Beginning) };
        if post.role != Role::Kiosk || fact.by.as_ref() != Some(&post.party) {
            return Err(Illegal::Actor);
        }
        Ok(Self::requested(fact.at, post.clone(), request.clone()))
    }

    /// Folds all facts of one consultation, oldest first.
    pub fn replay<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Result<Self, Illegal> {
        let mut facts = facts.into_iter();
        let mut consultation = Self::open(facts.next().ok_or(Illegal::Empty)?)?;
        facts.try_for_each(|fact| consultation.apply(fact))?;
        Ok(consultation)
    }

    /// Its identifier: the request's.
    pub const fn id(&self) -> ConsultationId {
        self.request.request
    }

    /// State.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Time at which the request became a fact.
    pub const fn requested_at(&self) -> Timestamp {
        self.requested_at
    }

    /// Time at which a specialist took it.
    pub const fn taken_at(&self) -> Option<Timestamp> {
        self.taken_at
    }

    /// Time at which it ended.
    pub const fn ended_at(&self) -> Option<Timestamp> {
        self.ended_at
    }

    /// The post, as the tablet with which it asked.
    pub const fn post(&self) -> &Identity {
        self.tablets.asked()
    }

    /// The request with its form.
    pub const fn request(&self) -> &Request {
        &self.request
    }

    /// The escalation step, and the time at which it was reached.
    pub const fn step(&self) -> (Step, Timestamp) {
        (self.step, self.step_since)
    }

    /// True for each tablet of the post, for everyone who came and did not leave for good, and for every doctor who held it.
    pub fn is_member(&self, who: &Identity) -> bool {
        match who.role {
            Role::Kiosk => self.is_of_post(who),
            _ => self.member(&who.party).is_some(),
        }
    }

    /// Everyone in it beside the post, in the order they came.
    pub fn entered(&self) -> &[Identity] {
        &self.entered
    }

    /// The last note.
    pub const fn note(&self) -> Option<&Note> {
        self.note.as_ref()
    }

    /// Signed advice, oldest first.
    pub fn advice(&self) -> &[Advice] {
        &self.advice
    }

    /// Photos that were asked for, oldest first.
    pub fn photos(&self) -> &[Photo] {
        &self.photos
    }

    /// One of them.
    pub fn photo(&self, photo: PhotoId) -> Option<&Photo> {
        self.photos.iter().find(|one| one.photo == photo)
    }

    /// Files that the post or a specialist added, oldest first.
    pub fn attachments(&self) -> &[Attachment] {
        &self.attachments
    }

    /// What its members wrote to each other.
    pub const fn chat(&self) -> &Chat {
        &self.chat
    }

    /// True if the post may send this photo now: it was asked for, is not stored yet, and the consultation goes
    /// on.
    pub fn awaits_photo(&self, photo: PhotoId, from: &PartyId) -> bool {
        let missing = self.photo(photo).is_some_and(|photo| photo.file.is_none());
        missing && matches!(self.phase, Phase::Running | Phase::Deferred) && self.tablets.contains(from)
    }

    /// The disposition; none while it goes on, and for a withdrawn one.
    pub const fn disposition(&self) -> Option<Disposition> {
        self.disposition
    }

    /// Returns the record that a member of this role gets on entering.
    pub fn record_for(&self, role: Role) -> Record {
        Record {
            speciality: self.request.speciality,
            urgency: self.request.urgency,
            intake: self.intake().clone(),
            dangers: match role {
                Role::Doctor => dangers(self.intake(), self.request.speciality),
                _ => Vec::new(),
            },
            note: self.note.clone().filter(|_| role == Role::Doctor),
            advice: self.advice.clone(),
            prescriptions: self.prescriptions.all().to_vec(),
            referrals: self.referrals.all().to_vec(),
            photos: self.photos.clone(),
            attachments: self.attachments.clone(),
            consent: self.consents.last().cloned(),
            examinations: self.all_examinations(),
        }
    }

    /// True if this advice is stored. The text counts too: a page that begins to count anew must not be told
    /// "saved" for words that were not.
    pub fn has_advice(&self, advice: &Advise) -> bool {
        let same = |known: &Advice| {
            (known.revision, &known.text, known.replaces) == (advice.revision, &advice.text, advice.replaces)
        };
        self.advice.iter().any(same)
    }

    /// True if advice may be signed: it is new, or corrects advice that is there.
    pub fn is_correctable(&self, advice: &Advise) -> bool {
        let corrects = |replaced| {
            replaced != advice.revision && self.advice.iter().any(|known| known.revision == replaced)
        };
        advice.replaces.is_none_or(corrects)
    }

    fn requested(at: Timestamp, post: Identity, request: Request) -> Self {
        let case = request.defer_to.clone().map(|to| Case::begun(to, DeferReason::Chosen, at));
        Self {
            requested_at: at,
            tablets: Tablets::of(post),
            request,
            phase: if case.is_some() { Phase::Deferred } else { Phase::Waiting },
            step: Step::OnCall,
            step_since: at,
            taken_at: None,
            ended_at: None,
            owner: None,
            rings_again: None,
            postponed: None,
            redirected: None,
            entered: Vec::new(),
            formers: Vec::new(),
            note: None,
            advice: Vec::new(),
            prescriptions: Prescriptions::default(),
            referrals: Referrals::default(),
            appointments: Appointments::default(),
            photos: Vec::new(),
            attachments: Vec::new(),
            consents: Consents::default(),
            chat: Chat::default(),
            disposition: None,
            case,
            was_case: false,
            examinations: Vec::new(),
            follow_up: None,
        }
    }

    /// A member by their party. Each tablet of the post is its post.
    fn member(&self, party: &PartyId) -> Option<&Identity> {
        if self.tablets.contains(party) {
            return Some(self.post());
        }
        self.entered.iter().chain(&self.formers).find(|one| one.party == *party)
    }

    fn find(&self, party: &PartyId) -> Option<&Identity> {
        self.entered.iter().find(|one| one.party == *party)
    }

    fn enter(&mut self, guest: &Identity, holds: bool) -> Result<(), Illegal> {
        let holder_is_doctor = !holds || guest.role == Role::Doctor;
        if !holder_is_doctor || matches!(guest.role, Role::Kiosk | Role::Operator | Role::Coordinator) {
            return Err(Illegal::Actor);
        }
        if self.find(&guest.party).is_none() {
            self.entered.push(guest.clone());
        }
        if holds {
            self.owner = Some(guest.party.clone());
            (self.rings_again, self.postponed) = (None, None);
        }
        Ok(())
    }

    fn leave(&mut self, who: Option<&PartyId>) -> Result<(), Illegal> {
        let who =
            who.filter(|who| self.find(who).is_some() && !self.is_held_by(who)).ok_or(Illegal::Actor)?;
        self.entered.retain(|one| one.party != *who);
        Ok(())
    }

    fn write(&mut self, note: &Note) -> Result<(), Illegal> {
        self.owned(note.consultation)?;
        self.note = Some(note.clone());
        Ok(())
    }

    fn sign(
        &mut self,
        advice: &Advise,
        order_number: Option<&Pii<String>>,
        fact: &Fact,
    ) -> Result<(), Illegal> {
        self.owned(advice.consultation)?;
        let author = fact.by.as_ref().and_then(|by| self.find(by)).ok_or(Illegal::Actor)?;
        if self.has_advice(advice) {
            return Ok(());
        }
        if !self.is_correctable(advice) {
            return Err(Illegal::Uncorrectable);
        }
        let signed = Advice {
            consultation: advice.consultation,
            revision: advice.revision,
            text: advice.text.clone(),
            by: author.name.clone(),
            order_number: order_number.cloned(),
            at: fact.at,
            replaces: advice.replaces,
        };
        self.advice.push(signed);
        if let Some(case) = &mut self.case {
            case.answered(fact.at);
        }
        Ok(())
    }

    /// Whoever did it, who must be a member.
    fn author(&self, fact: &Fact) -> Result<Identity, Illegal> {
        fact.by.as_ref().and_then(|by| self.member(by)).cloned().ok_or(Illegal::Actor)
    }

    fn owned(&self, consultation: ConsultationId) -> Result<(), Illegal> {
        if consultation == self.id() { Ok(()) } else { Err(Illegal::Foreign) }
    }

    /// Ends it, with a disposition if its specialist did. If the outcome is awaited, it is over when that is told.
    #[expect(clippy::unnecessary_wraps, reason = "ends a fold")]
    fn end(
        &mut self,
        disposition: Option<Disposition>,
        follow_up: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), Illegal> {
        (self.disposition, self.rings_again, self.postponed) = (disposition, None, None);
        self.follow_up = follow_up.map(FollowUp::begun);
        self.phase = if follow_up.is_some() { Phase::FollowUp } else { Phase::Closed };
        self.ended_at = Some(at).filter(|_| follow_up.is_none());
        Ok(())
    }
}
