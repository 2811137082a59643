//! One attempt to publish a version of a record: may it go, whose is it, is it there already, and only then is it sent.

use super::publisher::Publisher;
use crate::{
    dpp::{DppTrouble, Wanted},
    outbound::retry::retry_ms,
    store::{StoreError, StoredPublication},
};
use teranga_clinic::{
    consultation::{Consultation, consents::may_publish},
    history::History,
    patient::figures,
    publication::{PublicationState, PublicationTrouble, number_of},
    time::Timestamp,
    view::StaffName,
};
use teranga_exchange::{
    dpp::{Document, Lookup, Told, Unusable, is_somebody_else},
    record::{Source, Verification, bundle, signers},
};

/// What came of an attempt.
#[derive(Debug)]
pub(super) enum Outcome {
    /// The record has it, under this identifier of its own.
    Sent { remote: String, trouble: Option<PublicationTrouble> },
    /// It is tried again later.
    Waits(PublicationTrouble),
    /// It is refused until a person acts.
    Refused(PublicationTrouble),
    /// It is not needed any more.
    Dropped(PublicationTrouble),
    /// Somebody else was faster.
    Taken,
}

/// After so many attempts an answer that cannot be believed counts as a refusal, so that a person looks at it.
const UNCLEAR_TRIES: u32 = 5;

impl Publisher {
    /// Attempts to publish. Facts and consent are read anew, because both may have changed since the row was written.
    pub(super) async fn attempt(
        &self,
        row: &StoredPublication,
        now: Timestamp,
    ) -> Result<Outcome, StoreError> {
        let Some(Ok(history)) = self.journal.read(row.consultation).await? else {
            return Ok(Outcome::Refused(PublicationTrouble::Unreadable));
        };
        let agreed = may_publish(history.consultation());
        if !agreed && row.sends == 0 {
            return Ok(Outcome::Dropped(PublicationTrouble::Withdrawn));
        }
        let patient = match self.patient(history.consultation(), now).await {
            Ok(patient) => patient,
            Err(outcome) => return Ok(outcome),
        };
        if row.sends > 0 {
            match self.search(row, &patient, now).await {
                Ok(Some(remote)) => return self.stored(row, &patient, remote, now).await,
                Ok(None) if !agreed => return Ok(Outcome::Dropped(PublicationTrouble::Withdrawn)),
                Ok(None) => {}
                Err(outcome) => return Ok(outcome),
            }
        }
        self.send(row, &history, &patient, now).await
    }

    /// The patient's identifier at the national record, if the number of the request is certainly theirs.
    async fn patient(&self, consultation: &Consultation, now: Timestamp) -> Result<String, Outcome> {
        let unknown = Outcome::Refused(PublicationTrouble::PatientUnknown);
        let Some(number) = number_of(consultation) else { return Err(unknown) };
        match self.dpp.look_up(&Wanted::Number(number), now).await {
            Ok(Lookup::Certain(one)) if is_somebody_else(&one, consultation.intake(), now) => {
                Err(Outcome::Refused(PublicationTrouble::OtherPatient))
            }
            Ok(Lookup::Certain(one)) => Ok(one.id),
            Ok(_) | Err(DppTrouble::NotInUse | DppTrouble::Unusable(Unusable::TwoCertain)) => Err(unknown),
            Err(DppTrouble::Unusable(Unusable::OtherPatient)) => {
                Err(Outcome::Refused(PublicationTrouble::OtherPatient))
            }
            Err(DppTrouble::Unusable(_)) => Err(Outcome::Waits(PublicationTrouble::Unusable)),
            Err(_) => Err(Outcome::Waits(PublicationTrouble::Unreachable)),
        }
    }

    /// The identifier of the national record for a document that may have been stored; none if it is not there.
    async fn search(
        &self,
        row: &StoredPublication,
        patient: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Outcome> {
        match self.dpp.documents(patient, row.key, now).await {
            Ok(found) if found.len() > 1 => Err(Outcome::Refused(PublicationTrouble::Doubled)),
            Ok(found) => Ok(found.into_iter().next().map(|one| one.id)),
            Err(DppTrouble::Unusable(Unusable::OtherPatient)) => {
                Err(Outcome::Refused(PublicationTrouble::OtherPatient))
            }
            Err(DppTrouble::Unusable(_)) => Err(Outcome::Waits(PublicationTrouble::Unusable)),
            Err(_) => Err(Outcome::Waits(PublicationTrouble::Unreachable)),
        }
    }

    /// Sends the document. That the sending begins is on the disk before the first byte leaves.
    async fn send(
        &self,
        row: &StoredPublication,
        history: &History,
        patient: &str,
        now: Timestamp,
    ) -> Result<Outcome, StoreError> {
        let Some(history) = history.up_to(row.fact) else {
            return Ok(Outcome::Refused(PublicationTrouble::Unreadable));
        };
        let place = &history.consultation().post().place.id;
        let members = self.staff.members(place).await?.into_iter();
        let staff: Vec<_> = members
            .map(|member| StaffName { id: member.id, name: member.name, title: member.title })
            .collect();
        let verification = self.verification(row, &history, now).await?;
        let source = Source { history: &history, staff: &staff, systems: &self.systems, verification };
        let (json, signers) = (bundle(&source).to_json(), signers(&source));
        let document = Document {
            key: row.key,
            patient,
            json: &json,
            at: history.facts().last().map_or(row.made_at, |fact| fact.at),
            signers: &signers,
            order_number: &self.systems.order_number,
            structure: (&self.systems.structure, place),
        };
        let request = match self.earlier(row).await? {
            Some(earlier) => document.replace(&earlier),
            None => document.publish(),
        };
        if !self.publications.begin_send(row, now.plus_ms(retry_ms(row.tries))).await? {
            return Ok(Outcome::Taken);
        }
        let unclear = match self.dpp.send(&request, (patient, row.key), now).await {
            Ok(Told::Stored(remote)) => return self.stored(row, patient, remote, now).await,
            Ok(Told::Refused) => return Ok(Outcome::Refused(PublicationTrouble::Refused)),
            Ok(Told::Denied) => return Ok(Outcome::Waits(PublicationTrouble::Denied)),
            Ok(Told::Unclear) => true,
            Ok(Told::Unknown) | Err(_) => false,
        };
        match self.search(row, patient, now).await {
            Ok(Some(remote)) => self.stored(row, patient, remote, now).await,
            Ok(None) if unclear && row.tries + 1 >= UNCLEAR_TRIES => {
                Ok(Outcome::Refused(PublicationTrouble::Unusable))
            }
            Ok(None) if unclear => Ok(Outcome::Waits(PublicationTrouble::Unusable)),
            Ok(None) => Ok(Outcome::Waits(PublicationTrouble::Unreachable)),
            Err(outcome) => Ok(outcome),
        }
    }

    /// How the identity was verified: by what the post did before, and by the question that was asked before this sending.
    async fn verification(
        &self,
        row: &StoredPublication,
        history: &History,
        now: Timestamp,
    ) -> Result<Verification, StoreError> {
        let place = &history.consultation().post().place.id;
        let checks = match Verification::checked_between(history) {
            Some((from, to)) => self.patients.checks(place, from, to).await?,
            None => Vec::new(),
        };
        let number = number_of(history.consultation()).map(|number| figures(&number));
        let mut identifications = self.patients.identifications(place).await?;
        identifications.retain(|one| Some(figures(one.identity.number.reveal())) == number);
        let has_number = |then: History| number_of(then.consultation()).map(|one| figures(&one)) == number;
        let before = self.publications.of_consultation(row.consultation).await?.into_iter();
        let sent = before.filter(|one| one.state == PublicationState::Sent);
        let confirmed = sent.filter(|one| history.up_to(one.fact).is_some_and(has_number));
        let first_at = confirmed.map(|one| one.changed_at).min().unwrap_or(now);
        Ok(Verification::of(history, &checks, &identifications).confirmed_at_sending(first_at))
    }

    /// The document is there. The version before it is marked as superseded before this one counts as sent.
    async fn stored(
        &self,
        row: &StoredPublication,
        patient: &str,
        remote: String,
        now: Timestamp,
    ) -> Result<Outcome, StoreError> {
        let Some(earlier) = self.earlier(row).await? else {
            return Ok(Outcome::Sent { remote, trouble: None });
        };
        Ok(match self.dpp.supersede(patient, &earlier, now).await {
            Ok(true) => Outcome::Sent { remote, trouble: None },
            Ok(false) | Err(DppTrouble::Unusable(_)) => {
                Outcome::Sent { remote, trouble: Some(PublicationTrouble::NotSuperseded) }
            }
            Err(_) => Outcome::Waits(PublicationTrouble::Unreachable),
        })
    }

    /// The identifier of the national record for the version before this one; none if it has none.
    async fn earlier(&self, row: &StoredPublication) -> Result<Option<String>, StoreError> {
        let all = self.publications.of_consultation(row.consultation).await?;
        let sent = all.into_iter().filter(|one| one.fact < row.fact && one.state == PublicationState::Sent);
        Ok(sent.filter_map(|one| one.remote).next_back())
    }
}
