//! The national record (DPP) as this server asks it: who a patient is, and the record in short. The server asks and the posts only
//! show, so that a tablet never speaks to anybody else. What is asked and read is in `exchange/src/dpp/`.

mod allergies;
mod client;
mod documents;
mod known;
mod openings;
#[cfg(test)]
mod tests;

use crate::config::DppServer;
use allergies::Allergies;
use client::{FhirClient, Silence};
use known::Known;
use openings::{NoPlace, Openings};
use std::{
    io,
    sync::{Mutex, PoisonError},
};
use teranga_clinic::{id::PartyId, prescribing::KnownAllergy, time::Timestamp};
use teranga_exchange::dpp::{
    self, Answers, Candidate, FhirRequest, Lookup, OneIdentity, Summary, Traits, Unopened, Unusable, by_id,
    by_number, by_traits, confirms, record_requests,
};

/// The national record.
#[derive(Debug)]
pub struct Dpp {
    client: Option<FhirClient>,
    known: Known,
    allergies: Allergies,
    exchanges: Mutex<Exchanges>,
    openings: Openings,
}

/// The last exchanges with the national record since the start of the server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exchanges {
    /// The time of the last answer that could be used.
    pub success_at: Option<Timestamp>,
    /// The last time that there was none, and the reason.
    pub failure: Option<(Timestamp, DppFailure)>,
}

/// The reason for which an exchange failed, for operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DppFailure {
    /// No answer came, or not in time.
    Unreachable,
    /// The server does not let us in.
    Denied,
    /// It refused the question or the document.
    Refused,
    /// It answered something that cannot be believed.
    Unusable,
}

/// Who is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The patient with this number.
    Number(String),
    /// Whoever these traits may mean.
    Traits(Traits),
}

/// The reason for which the record says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DppTrouble {
    /// No national record is configured.
    #[error("no national record is configured")]
    Off,
    /// It does not answer, or not in time.
    #[error("the national record does not answer")]
    Unreachable,
    /// It answers something that cannot be believed.
    #[error("the national record answers what cannot be used: {0}")]
    Unusable(#[from] Unusable),
    /// The identity was joined to another one, which is not in use itself: it was joined to a third one, or given up. That is a
    /// good answer of the record, so operations hear of no failure.
    #[error("the identity leads to one that is not in use")]
    NotInUse,
    /// The asker has not found this patient before, or too long ago.
    #[error("the patient was not looked up")]
    NotFound,
}

/// The reason for which a document is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningTrouble {
    /// The record does not give it.
    #[error(transparent)]
    Dpp(#[from] DppTrouble),
    /// What it gives is not shown.
    #[error(transparent)]
    Unopened(#[from] Unopened),
    /// It is larger than is read.
    #[error("the document is larger than is shown")]
    TooLarge,
    /// Others are being opened, and none of them was done in time.
    #[error("too many documents are being opened")]
    Busy,
}

impl From<NoPlace> for OpeningTrouble {
    fn from(_: NoPlace) -> Self {
        Self::Busy
    }
}

impl Dpp {
    /// The record of this server; without one, every question answers [`DppTrouble::Off`].
    ///
    /// # Errors
    /// The file of its authority cannot be read.
    pub fn new(server: Option<DppServer>) -> io::Result<Self> {
        let client = server.map(FhirClient::new).transpose()?;
        Ok(Self {
            client,
            known: Known::default(),
            allergies: Allergies::default(),
            exchanges: Mutex::default(),
            openings: Openings::default(),
        })
    }

    /// True if there is a national record.
    pub const fn is_on(&self) -> bool {
        self.client.is_some()
    }

    /// Whom a patient asks to have something in the record hidden; none if the configuration names nobody.
    pub fn contact(&self) -> Option<&str> {
        self.client.as_ref()?.contact()
    }

    /// The last exchanges.
    pub fn exchanges(&self) -> Exchanges {
        *self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for a patient. An identity that was joined to another one is followed once. A patient who is certain may be
    /// [read](Self::summary) by the same asker afterwards.
    ///
    /// # Errors
    /// See [`DppTrouble`].
    pub async fn find(&self, by: &PartyId, wanted: &Wanted, now: Timestamp) -> Result<Lookup, DppTrouble> {
        let found = self.look_up(wanted, now).await?;
        match &found {
            Lookup::Certain(one) => {
                self.known.certain(by, &one.id, now);
                // An identity that was joined to another one has a number of its own.
                let asked = if let Wanted::Number(number) = wanted { Some(number) } else { None };
                let numbers = asked.into_iter().chain(&one.number);
                numbers.for_each(|number| self.allergies.numbered(number, &one.id, now));
            }
            Lookup::Possible(all) => all.iter().for_each(|one| self.known.possible(by, &one.id, now)),
            Lookup::Unknown | Lookup::ReplacedBy(_) => {}
        }
        Ok(found)
    }

    /// Looks for a patient for this server itself, which shows nothing of the record.
    ///
    /// # Errors
    /// See [`DppTrouble`].
    pub async fn look_up(&self, wanted: &Wanted, now: Timestamp) -> Result<Lookup, DppTrouble> {
        let client = self.client()?;
        let system = client.number_system();
        let (request, number) = match wanted {
            Wanted::Number(number) => (by_number(system, number), Some(number.as_str())),
            Wanted::Traits(traits) => (by_traits(traits), None),
        };
        let answer = self.ask(client, &request, now).await?;
        Ok(match self.judged(dpp::lookup(&answer, system, number), now)? {
            Lookup::ReplacedBy(id) => Lookup::Certain(self.joined_to(&id, now).await?),
            other => other,
        })
    }

    /// Compares the answers to the questions about a patient who was only probable. Gives the patient if both are right.
    ///
    /// # Errors
    /// See [`DppTrouble`].
    pub async fn confirm(
        &self,
        by: &PartyId,
        patient: &str,
        answers: &Answers,
        now: Timestamp,
    ) -> Result<Option<Candidate>, DppTrouble> {
        if !self.known.is_possible(by, patient, now) {
            return Err(DppTrouble::NotFound);
        }
        let OneIdentity { candidate, in_use, replaced_by } = self.identity(patient, now).await?;
        if !confirms(&candidate, answers) {
            return Ok(None);
        }
        // Whoever has answered rightly is certain, and is followed as such.
        let confirmed = match replaced_by {
            Some(other) => self.joined_to(&other, now).await?,
            None if in_use => candidate,
            None => return Err(DppTrouble::NotInUse),
        };
        self.known.certain(by, &confirmed.id, now);
        confirmed.number.iter().for_each(|number| self.allergies.numbered(number, &confirmed.id, now));
        Ok(Some(confirmed))
    }

    /// The record in short of a patient whom the asker has found before.
    ///
    /// # Errors
    /// See [`DppTrouble`].
    pub async fn summary(&self, by: &PartyId, patient: &str, now: Timestamp) -> Result<Summary, DppTrouble> {
        let client = self.client()?;
        if !self.known.is_certain(by, patient, now) {
            return Err(DppTrouble::NotFound);
        }
        let [allergies, problems, drugs, documents] = record_requests(patient);
        let ask = async |request: FhirRequest| self.ask(client, &request, now).await;
        let (allergies, problems, drugs, documents) =
            tokio::try_join!(ask(allergies), ask(problems), ask(drugs), ask(documents))?;
        let summary = self.judged(dpp::summary([&allergies, &problems, &drugs, &documents], patient), now)?;
        self.allergies.told(patient, &summary.known, now);
        Ok(summary)
    }

    /// The allergies that the record has told of the patient with this number, to whomever, within a day. Nothing is asked.
    pub fn allergies_of(&self, number: &str, now: Timestamp) -> Vec<KnownAllergy> {
        self.allergies.of_number(number, now)
    }

    /// The identity to which another one was joined. One that is not in use itself is not taken: a chain of joinings is for people to look into.
    async fn joined_to(&self, id: &str, now: Timestamp) -> Result<Candidate, DppTrouble> {
        let OneIdentity { candidate, in_use, .. } = self.identity(id, now).await?;
        if in_use { Ok(candidate) } else { Err(DppTrouble::NotInUse) }
    }

    async fn identity(&self, id: &str, now: Timestamp) -> Result<OneIdentity, DppTrouble> {
        let client = self.client()?;
        let answer = self.ask(client, &by_id(id), now).await?;
        self.judged(dpp::patient(&answer, client.number_system(), id), now)
    }

    fn client(&self) -> Result<&FhirClient, DppTrouble> {
        self.client.as_ref().ok_or(DppTrouble::Off)
    }

    async fn ask(
        &self,
        client: &FhirClient,
        request: &FhirRequest,
        now: Timestamp,
    ) -> Result<Vec<u8>, DppTrouble> {
        // Four of these futures run at once, and one has five kilobytes.
        match Box::pin(client.ask(request)).await {
            Ok(answer) => {
                self.note(now, None);
                Ok(answer)
            }
            Err(cause) => {
                let code =
                    if matches!(cause, Silence::Status(_)) { "dpp_refused" } else { "dpp_unreachable" };
                tracing::warn!(code, %cause, "the national record does not answer a question");
                self.note(now, Some(failure_of(&cause)));
                Err(DppTrouble::Unreachable)
            }
        }
    }

    fn judged<T>(&self, read: Result<T, Unusable>, now: Timestamp) -> Result<T, DppTrouble> {
        read.map_err(|cause| {
            tracing::warn!(code = "dpp_unusable", %cause, "an answer of the national record is not used");
            self.note(now, Some(DppFailure::Unusable));
            DppTrouble::Unusable(cause)
        })
    }

    fn note(&self, at: Timestamp, failure: Option<DppFailure>) {
        let mut exchanges = self.exchanges.lock().unwrap_or_else(PoisonError::into_inner);
        match failure {
            None => exchanges.success_at = Some(at),
            Some(why) => exchanges.failure = Some((at, why)),
        }
    }
}

fn failure_of(cause: &Silence) -> DppFailure {
    match cause {
        Silence::Status(status) if matches!(status.as_u16(), 401 | 403) => DppFailure::Denied,
        Silence::Status(status) if status.is_client_error() => DppFailure::Refused,
        _ => DppFailure::Unreachable,
    }
}
