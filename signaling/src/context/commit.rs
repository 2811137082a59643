//! Sending facts to the disk ("recording"). Nothing is acknowledged, and nothing changes, before a fact is durable;
//! `hub/committed.rs` takes the answer of the disk.

use super::{Context, Outcome, uncommitted::Entry};
use crate::{
    contract::{AtEnd, Author, Effect},
    message::session::ErrorCode,
};
use teranga_clinic::{
    fact::{Fact, What},
    id::{ConsultationId, PartyId},
    people::Identity,
    time::Timestamp,
};

impl Context {
    /// Sends a fact to the disk, under the number that must follow. A party that says the same again before it is durable is
    /// answered once, by its fate. `of` is the `type` of the message that wants it, for a
    /// refusal; empty if no message does.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] if the disk has fallen too far behind, and [`ErrorCode::TooFast`] if the messages of this party
    /// write too many facts, or make others ring too often.
    pub(crate) fn record(
        &mut self,
        consultation: ConsultationId,
        by: Option<&PartyId>,
        what: What,
        of: &'static str,
    ) -> Outcome {
        if let Some(author) = by.filter(|_| !of.is_empty()) {
            if self.uncommitted.ends_with(consultation, author, &what) {
                return Ok(());
            }
            self.spend(author, &what)?;
        }
        if let Some(tablet) = by.and_then(|by| self.new_tablet(consultation, by)) {
            self.record_tablet(consultation, by, tablet)?;
        }
        let staff = by.and_then(|by| self.sessions.staff_of(by)).cloned();
        let fact = Fact { at: self.now, by: by.cloned(), staff, what };
        self.send_to_disk(consultation, fact, of)
    }

    /// Sends to the disk that a further tablet of the post takes part. What it does follows.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] if the disk has fallen too far behind.
    pub(crate) fn record_tablet(
        &mut self,
        consultation: ConsultationId,
        by: Option<&PartyId>,
        tablet: Identity,
    ) -> Outcome {
        self.send_to_disk(consultation, tablet_joined(self.now, by.cloned(), tablet), "")
    }

    /// The tablet that does something in a case for the first time; none for anybody else.
    fn new_tablet(&self, consultation: ConsultationId, by: &PartyId) -> Option<Identity> {
        let who = &self.sessions.get(self.sessions.live(by)?)?.who;
        self.is_new_tablet(consultation, who).then(|| (**who).clone())
    }

    /// True if this is a tablet of the post of a consultation and has had no part in it.
    fn is_new_tablet(&self, consultation: ConsultationId, who: &Identity) -> bool {
        let known = self.registry.consultation(consultation);
        let is_new =
            known.is_some_and(|known| known.is_of_post(who) && !known.tablets().contains(&who.party));
        is_new && !self.uncommitted.joining(consultation).any(|party| *party == who.party)
    }

    /// Sends the fact of an upload to the disk, in the name of whoever did it, who may have left the tablet since.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] if the disk has fallen too far behind.
    pub(crate) fn record_upload(
        &mut self,
        consultation: ConsultationId,
        by: &PartyId,
        author: Author,
        what: What,
    ) -> Outcome {
        let fact = self.upload_fact(by, author, what);
        self.send_to_disk(consultation, fact, "")
    }

    /// The same for somebody whose tablet may have had no part so far.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] if the disk has fallen too far behind.
    pub(crate) fn record_attachment(
        &mut self,
        consultation: ConsultationId,
        by: &Identity,
        author: Author,
        what: What,
    ) -> Outcome {
        if self.is_new_tablet(consultation, by) {
            self.record_tablet(consultation, Some(&by.party), by.clone())?;
        }
        self.record_upload(consultation, &by.party, author, what)
    }

    /// The same for a consultation that is over. If what its sender knows of it is out of date, the store refuses the fact, and the
    /// page asks again.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] if the disk has fallen too far behind.
    pub(crate) fn record_late_upload(
        &mut self,
        consultation: ConsultationId,
        at_end: AtEnd,
        by: &Identity,
        author: Author,
        what: What,
    ) -> Outcome {
        if at_end.is_new_tablet {
            let joined = tablet_joined(self.now, Some(by.party.clone()), by.clone());
            self.send_after(at_end.facts, consultation, joined, "")?;
        }
        let fact = self.upload_fact(&by.party, author, what);
        self.send_after(at_end.facts, consultation, fact, "")
    }

    /// Sends to the disk what somebody did who may be no member of the consultation, or has no account, as the receiver of a referral or a
    /// pharmacy. `at_end` is there if the consultation is over.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] if the disk has fallen too far behind.
    pub(crate) fn record_of_anybody(
        &mut self,
        consultation: ConsultationId,
        (by, author): (Option<&Identity>, Author),
        what: What,
        at_end: Option<AtEnd>,
    ) -> Outcome {
        let own = |what| Fact { at: self.now, by: None, staff: None, what };
        match (by, at_end) {
            (Some(by), None) => self.record_attachment(consultation, by, author, what),
            (Some(by), Some(at_end)) => self.record_late_upload(consultation, at_end, by, author, what),
            (None, None) => self.send_to_disk(consultation, own(what), ""),
            (None, Some(at_end)) => self.send_after(at_end.facts, consultation, own(what), ""),
        }
    }

    fn upload_fact(&self, by: &PartyId, author: Author, what: What) -> Fact {
        let staff = match author {
            Author::AtTheTablet => self.sessions.staff_of(by).cloned(),
            Author::Staff(staff) => staff,
        };
        Fact { at: self.now, by: Some(by.clone()), staff, what }
    }

    fn send_to_disk(&mut self, consultation: ConsultationId, fact: Fact, of: &'static str) -> Outcome {
        // A consultation that is not open yet has no fact: this one is its request.
        let open = self.registry.get(consultation).map(|open| open.durable_facts);
        let case = || self.registry.cases.get(consultation).map(|case| case.durable_facts);
        self.send_after(open.or_else(case).unwrap_or(0), consultation, fact, of)
    }

    fn send_after(
        &mut self,
        durable: u32,
        consultation: ConsultationId,
        fact: Fact,
        of: &'static str,
    ) -> Outcome {
        let number = self.uncommitted.next_number(consultation, durable);
        let entry = Entry { consultation, number, fact: fact.clone(), of };
        let record = self.uncommitted.add(entry).ok_or(ErrorCode::Storage)?;
        self.effects.push_back(Effect::Record { record, consultation, number, fact: Box::new(fact) });
        Ok(())
    }

    /// Takes a fact out of the budgets of the party whose message wants it. Whoever reads a chat is not made to pay for what the
    /// others write.
    fn spend(&mut self, author: &PartyId, what: &What) -> Outcome {
        if matches!(what, What::ChatSeen { .. }) {
            return Ok(());
        }
        let rings = matches!(
            what,
            What::Requested { .. }
                | What::RangAgain { .. }
                | What::Postponed { .. }
                | What::Redirected { .. }
        );
        let may =
            self.sessions.may_write(author, self.now) && (!rings || self.sessions.may_ring(author, self.now));
        may.then_some(()).ok_or(ErrorCode::TooFast.into())
    }

    /// Sends a fact that no message asked for, unless an uncommitted one would make it void. Returns true if it was
    /// sent.
    pub(crate) fn record_if_possible(
        &mut self,
        id: ConsultationId,
        by: Option<&PartyId>,
        what: What,
    ) -> bool {
        self.uncommitted.turning(id).is_none() && self.record(id, by, what, "").is_ok()
    }
}

/// The fact that a further tablet of the post takes part.
const fn tablet_joined(at: Timestamp, by: Option<PartyId>, tablet: Identity) -> Fact {
    Fact { at, by, staff: None, what: What::TabletJoined { tablet } }
}
