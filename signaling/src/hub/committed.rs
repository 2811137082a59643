//! The consequences of a fact that became durable, or could not. One that could not be stored leaves everything as it
//! was.

use super::Hub;
use crate::{
    calls::Calls,
    cases::{Cases, Follows, is_case},
    context::{Entry, Timer, is_of_appointment, tell_consent, tell_referral},
    contract::Commit,
    dispatch::Dispatch,
    id::RecordId,
    message::{ServerMessage, queue::EntryGone, session::ErrorCode},
    registry::{Before, OpenConsultation},
};
use teranga_clinic::{
    consultation::{Consultation, Phase},
    fact::{Fact, RingReason, What},
    id::ConsultationId,
    people::Identity,
};

impl Hub {
    /// The fate of a fact is known.
    pub(super) fn recorded(&mut self, record: RecordId, outcome: Commit) {
        let durable = outcome == Commit::Durable;
        let Some(entry) = self.cx.uncommitted.take(record, durable) else { return };
        if matches!(entry.fact.what, What::PrescriptionCancelled { .. } | What::Dispensed { .. }) {
            self.calls.late_change(&mut self.cx, entry.consultation, durable);
        }
        if matches!(entry.fact.what, What::ReferralMoved { .. }) {
            self.calls.late_referral(&mut self.cx, entry.consultation, &entry.fact, durable);
        }
        if is_of_appointment(&entry.fact.what) {
            self.calls.appointment_recorded(&mut self.cx, entry.consultation, durable);
        }
        if !durable {
            self.not_stored(&entry, outcome);
        } else if self.apply(&entry).is_none() {
            self.cx.counters.faults += 1;
            self.refuse_author(&entry, ErrorCode::Internal);
        }
    }

    /// Applies a durable fact, and lets it have its consequences. None if it does not follow from the facts before it,
    /// which the handlers exclude.
    fn apply(&mut self, entry: &Entry) -> Option<()> {
        if let What::Requested { .. } = entry.fact.what {
            return self.opened(&entry.fact);
        }
        if is_case(&self.cx, entry.consultation) {
            return self.case_changed(entry);
        }
        if matches!(
            entry.fact.what,
            What::Attached { .. }
                | What::TabletJoined { .. }
                | What::PrescriptionCancelled { .. }
                | What::Consented { .. }
                | What::ConsentWithdrawn { .. }
                | What::ReferralMoved { .. }
                | What::Dispensed { .. }
                | What::AppointmentMoved { .. }
                | What::AppointmentCancelled { .. }
        ) && self.cx.registry.get(entry.consultation).is_none()
        {
            // The consultation is over: who opens its record finds the file there.
            return Some(());
        }
        let before = self.cx.registry.apply(entry.consultation, entry.number, &entry.fact)?;
        if let Some(open) = self.cx.registry.get(entry.consultation) {
            self.cx.past.learn(&open.consultation, before.waiting, &entry.fact);
        }
        self.consequences(entry, &before)
    }

    fn consequences(&mut self, entry: &Entry, before: &Before) -> Option<()> {
        let (id, by) = (entry.consultation, entry.fact.by.as_ref());
        let cx = &mut self.cx;
        match &entry.fact.what {
            What::Requested { .. }
            | What::TabletJoined { .. }
            | What::Appointed { .. }
            | What::AppointmentMoved { .. }
            | What::AppointmentCancelled { .. } => {}
            What::Escalated { .. } => {
                cx.counters.escalated += 1;
                cx.mark_changed(id);
            }
            What::Claimed { doctor } => self.claimed(id, doctor, before),
            What::RangAgain { why } => self.rang_again(id, *why, before),
            What::Postponed { .. } => self.put_off(id, before),
            What::Redirected { .. } => self.rang_again(id, RingReason::HandedOn, before),
            What::Entered { guest, .. } => Calls::entered(cx, id, &guest.party),
            What::Left => Calls::left(cx, id, by?),
            What::Noted { note } => Calls::noted(cx, id, by?, note.revision),
            What::Advised { advice, .. } => Calls::advised(cx, id, by?, advice.revision),
            What::PhotoAsked { photo } | What::PhotoTaken { photo, .. } | What::PhotoMarked { photo, .. } => {
                self.calls.photo_changed(cx, id, *photo);
            }
            What::Prescribed { .. } | What::PrescriptionCancelled { .. } | What::Dispensed { .. } => {
                cx.tell_prescription(id, &entry.fact.what);
            }
            What::Consented { .. } | What::ConsentWithdrawn { .. } => tell_consent(cx, id),
            What::Referred { .. } => tell_referral(cx, id, &entry.fact.what),
            What::ReferralMoved { referral, .. } => {
                tell_referral(cx, id, &entry.fact.what);
                self.end_ambulance(id, *referral);
            }
            What::Attached { attachment, .. } => Calls::attached(cx, id, *attachment),
            What::ChatWritten { .. } => Calls::chat_written(cx, id, by?),
            What::ChatSeen { .. } => Calls::chat_seen(cx, id, by?),
            What::Deferred { .. } => {
                cx.counters.deferred += 1;
                self.deferred(id, before.queued);
            }
            What::Assigned { .. }
            | What::CaseRead
            | What::Reminded
            | What::Examined { .. }
            | What::OutcomeAskedAgain
            | What::LostToFollowUp { .. }
            | What::OutcomeTold { .. } => cx.mark_changed(id),
            What::Cancelled => {
                cx.counters.cancelled += 1;
                self.ended(id, before.queued);
            }
            What::Closed { .. } => {
                cx.counters.closed += 1;
                self.ended(id, before.queued);
            }
        }
        Some(())
    }

    /// A request is durable: it enters the queue.
    fn opened(&mut self, fact: &Fact) -> Option<()> {
        let consultation = Consultation::open(fact).ok()?;
        let (id, post) = (consultation.id(), consultation.post().party.clone());
        let cx = &mut self.cx;
        cx.counters.requested += 1;
        if consultation.phase() == Phase::Deferred {
            Cases::filed(cx, consultation);
            return Some(());
        }
        cx.timers.set(Timer::Prewarmed(post.clone()), None);
        cx.registry.open(consultation, 1, cx.now);
        cx.update_pace(&post);
        cx.mark_changed(id);
        Some(())
    }

    /// A claim is durable: the doctor and the post enter the call. A doctor who takes a consultation over follows the one
    /// who held it; one who was absent only comes back.
    fn claimed(&mut self, id: ConsultationId, doctor: &Identity, before: &Before) {
        let cx = &mut self.cx;
        Dispatch::claimed(cx, id, doctor);
        if let Some(former) = before.holder.as_ref().filter(|former| **former != doctor.party) {
            Calls::released(cx, id, former, Some(doctor));
        }
        cx.counters.taken_over += u64::from(!before.waiting && before.holder.as_ref() != Some(&doctor.party));
        if cx.registry.seat_mut(id, &doctor.party).is_none() {
            Calls::seat_holder(cx, id, doctor);
        } else {
            Calls::close_prewarmed(cx, &doctor.party);
        }
        if before.waiting {
            Dispatch::call_post_in(cx, id);
        }
        cx.update_pace(&doctor.party);
        cx.mark_people_changed(id);
    }

    /// It is durable that a consultation rings again. Whoever handed it on is out of it, and may take another one.
    fn rang_again(&mut self, id: ConsultationId, why: RingReason, before: &Before) {
        let cx = &mut self.cx;
        Dispatch::rang_again(cx, id);
        if let Some(former) = before.holder.as_ref().filter(|_| why == RingReason::HandedOn) {
            Calls::released(cx, id, former, None);
            self.dispatch.claim_next(cx, former);
        }
    }

    /// It is durable that a consultation rings nobody for now. The doctor who put it on hold is out of it, and may take
    /// another one.
    fn put_off(&mut self, id: ConsultationId, before: &Before) {
        let cx = &mut self.cx;
        Dispatch::put_off(cx, id);
        if let Some(former) = before.holder.as_ref().filter(|_| !before.queued) {
            Calls::released(cx, id, former, None);
            self.dispatch.claim_next(cx, former);
        }
    }

    /// A call is over: everybody hears it, its room and seats are gone. If the outcome is awaited, the consultation goes on
    /// among the cases.
    fn ended(&mut self, id: ConsultationId, was_queued: bool) {
        let Some(ended) = self.take_apart(id, was_queued) else { return };
        let cx = &mut self.cx;
        self.dispatch.recently_closed.remember(&ended.consultation, cx.now);
        if ended.consultation.phase() == Phase::FollowUp {
            Cases::add(cx, ended.consultation, ended.durable_facts);
        }
    }

    /// A call is a case from now on: its room and seats are gone, and its members are told.
    fn deferred(&mut self, id: ConsultationId, was_queued: bool) {
        let Some(ended) = self.take_apart(id, was_queued) else { return };
        Cases::add(&mut self.cx, ended.consultation, ended.durable_facts);
    }

    /// Takes a call out of the registry and the queue, and its room apart.
    fn take_apart(&mut self, id: ConsultationId, was_queued: bool) -> Option<OpenConsultation> {
        let cx = &mut self.cx;
        let ended = cx.registry.close(id)?;
        cx.timers.set(Timer::Consultation(id), None);
        if was_queued {
            let gone = EntryGone { consultation: id, by: None, returns: false };
            cx.send_to_doctors(&ServerMessage::EntryGone(gone), None);
        }
        self.calls.dissolve(cx, &ended);
        let tablet = ended.consultation.tablets().current();
        Cases::call_is_over(cx, tablet);
        for missed in self.dispatch.recently_closed.after_call(tablet, cx.now) {
            cx.send_to(&tablet.party, missed);
        }
        cx.changes.people = true;
        Some(ended)
    }

    /// A fact of a case is durable. It may end the case, or make it a call.
    fn case_changed(&mut self, entry: &Entry) -> Option<()> {
        match Cases::committed(&mut self.cx, entry)? {
            Follows::Case => {}
            Follows::Over(consultation) => {
                self.dispatch.recently_closed.remember(&consultation, self.cx.now);
            }
            Follows::Call(consultation, facts) => self.called(*consultation, facts),
        }
        Some(())
    }

    /// A case is a call from now on: its post, and the specialist who called, enter it.
    fn called(&mut self, consultation: Consultation, durable_facts: u32) {
        let cx = &mut self.cx;
        let (id, post) = (consultation.id(), consultation.tablets().current().party.clone());
        let doctor = consultation.owner().map(|owner| owner.party.clone());
        cx.timers.set(Timer::Prewarmed(post.clone()), None);
        if let Some(doctor) = &doctor {
            Calls::close_prewarmed(cx, doctor);
            Dispatch::void_invitation(cx, doctor);
        }
        cx.registry.open(consultation, durable_facts, cx.now);
        for party in std::iter::once(post).chain(doctor) {
            cx.update_pace(&party);
        }
        cx.mark_people_changed(id);
    }

    /// A fact is not on the disk. A request that is out of sequence is said again after its consultation has ended and
    /// was forgotten; the page must not try it for ever.
    fn not_stored(&mut self, entry: &Entry, outcome: Commit) {
        self.cx.counters.unrecorded += 1;
        match entry.fact.what {
            What::Requested { .. } if outcome == Commit::OutOfSequence => {
                self.refuse_author(entry, ErrorCode::NotFound);
            }
            // Whoever asked waits for the answer of the request, looks at the disk, and asks again.
            What::Referred { .. } | What::ReferralMoved { .. } | What::Dispensed { .. } => {}
            _ if entry.fact.by.is_none() && is_case(&self.cx, entry.consultation) => {
                Cases::retry(&mut self.cx, entry.consultation);
            }
            What::Deferred { .. } if entry.fact.by.is_none() => {
                Dispatch::retry_escalation(&mut self.cx, entry.consultation);
            }
            What::Escalated { .. } | What::RangAgain { why: RingReason::Absent | RingReason::Due } => {
                Dispatch::retry_escalation(&mut self.cx, entry.consultation);
            }
            _ => self.refuse_author(entry, ErrorCode::Storage),
        }
        self.cx.mark_changed(entry.consultation);
        if is_case(&self.cx, entry.consultation) {
            self.cx.mark_case_changed(entry.consultation);
        }
    }

    /// Tells whoever wanted a fact that there is none.
    fn refuse_author(&mut self, entry: &Entry, code: ErrorCode) {
        let author = entry.fact.by.as_ref().and_then(|by| self.cx.sessions.live(by));
        if let Some(session) = author.filter(|_| !entry.of.is_empty()) {
            self.cx.refuse(session, entry.of, code.into());
        }
    }
}
