//! Documents that are sent to the national record and found there again. What is sent and what an answer means is decided in
//! `exchange/src/dpp/`; when it is sent, in `src/outbound/publications/`.

use super::{
    Dpp, DppFailure, DppTrouble, OpeningTrouble,
    client::{Answered, DESCRIPTION, DOCUMENT, Expected, Silence},
    failure_of,
};
use teranga_clinic::time::Timestamp;
use teranga_exchange::dpp::{
    self, Answer, DocumentBytes, DocumentKind, FhirRequest, StoredDocument, Told, Unusable, by_key,
    document_by_id, supersede, told,
};
use uuid::Uuid;

impl Dpp {
    /// The documents of this name that the record has of a patient: one, none, or by a fault of the record several.
    ///
    /// # Errors
    /// See [`DppTrouble`].
    pub async fn documents(
        &self,
        patient: &str,
        key: Uuid,
        now: Timestamp,
    ) -> Result<Vec<StoredDocument>, DppTrouble> {
        let answer = self.ask(self.client()?, &by_key(patient, key), now).await?;
        self.judged(dpp::found(&answer, patient, key), now)
    }

    /// The bytes of a document of a patient, as somebody opens it (ITI-68). Only the configured server is asked. A few documents are
    /// opened at once on the whole server, and what a large one needs of a processor is done beside the threads that serve calls.
    ///
    /// # Errors
    /// See [`OpeningTrouble`].
    pub async fn open(
        &self,
        patient: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<(DocumentKind, Vec<u8>), OpeningTrouble> {
        let base = self.client()?.base();
        let place = self.openings.place().await?;
        let answer = self.read(&document_by_id(id), DESCRIPTION, now).await?;
        let (id, patient) = (id.to_owned(), patient.to_owned());
        let described = place.apart(move || described(&answer, (&id, &patient), &base)).await?;
        match self.judged(described, now)?? {
            Described::Bytes(kind, bytes) => Ok((kind, bytes)),
            Described::At(request) => {
                let answer = self.read(&request, DOCUMENT, now).await?;
                place.apart(move || shown(dpp::unwrapped(answer)?)).await?
            }
        }
    }

    async fn read(
        &self,
        request: &FhirRequest,
        expected: Expected,
        now: Timestamp,
    ) -> Result<Vec<u8>, OpeningTrouble> {
        match Box::pin(self.client()?.read(request, expected)).await {
            Ok(bytes) => Ok(bytes),
            Err(Silence::TooLarge) => Err(OpeningTrouble::TooLarge),
            Err(cause) => {
                tracing::warn!(code = "dpp_unreachable", %cause, "the national record does not give a document");
                self.note(now, Some(failure_of(&cause)));
                Err(DppTrouble::Unreachable.into())
            }
        }
    }

    /// Sends a document of this name. Without an answer it is not known whether it was stored.
    ///
    /// # Errors
    /// [`DppTrouble::Off`] only.
    pub async fn send(
        &self,
        request: &FhirRequest,
        (patient, key): (&str, Uuid),
        now: Timestamp,
    ) -> Result<Told, DppTrouble> {
        let client = self.client()?;
        let base = client.base();
        let Some(Answered { status, location, body }) = self.answered(request, now).await? else {
            return Ok(Told::Unknown);
        };
        let answer = Answer { status: status.as_u16(), location: location.as_deref(), body: &body };
        let told = told(answer, &base, patient, key);
        let failure = match told {
            Told::Stored(_) => None,
            Told::Refused => Some(DppFailure::Refused),
            Told::Denied => Some(DppFailure::Denied),
            Told::Unknown => Some(DppFailure::Unreachable),
            Told::Unclear => Some(DppFailure::Unusable),
        };
        if failure.is_some() {
            tracing::warn!(code = "dpp_document", %key, %status, "a document was not accepted");
        }
        self.note(now, failure);
        Ok(told)
    }

    /// Marks an earlier version as superseded, if it is not yet; false if the record does not do it.
    ///
    /// # Errors
    /// See [`DppTrouble`]: nobody knows whether it was done, and it may be asked again.
    pub async fn supersede(&self, patient: &str, id: &str, now: Timestamp) -> Result<bool, DppTrouble> {
        let Some(read) = self.answered(&document_by_id(id), now).await? else {
            return Err(DppTrouble::Unreachable);
        };
        if !read.status.is_success() {
            return not_done(&read);
        }
        let earlier = self.judged(dpp::document_of(&read.body, id, patient), now)?;
        if !earlier.is_current {
            return Ok(true);
        }
        match self.answered(&supersede(&earlier), now).await? {
            Some(answer) if answer.status.is_success() => Ok(true),
            Some(answer) => not_done(&answer),
            None => Err(DppTrouble::Unreachable),
        }
    }

    /// The answer to something that was sent; none if none came.
    async fn answered(&self, request: &FhirRequest, now: Timestamp) -> Result<Option<Answered>, DppTrouble> {
        match Box::pin(self.client()?.send(request)).await {
            Ok(answer) => Ok(Some(answer)),
            Err(cause) => {
                tracing::warn!(code = "dpp_unreachable", %cause, "the national record does not answer a document");
                self.note(now, Some(failure_of(&cause)));
                Ok(None)
            }
        }
    }
}

/// What the description of a document leads to.
enum Described {
    /// Its bytes, which stand inside.
    Bytes(DocumentKind, Vec<u8>),
    /// Its bytes are to be asked for.
    At(FhirRequest),
}

/// Reads the description of a document of a patient.
fn described(
    answer: &[u8],
    (id, patient): (&str, &str),
    base: &str,
) -> Result<Result<Described, OpeningTrouble>, Unusable> {
    let document = dpp::document_of(answer, id, patient)?;
    if !document.is_current {
        return Ok(Err(DppTrouble::NotFound.into()));
    }
    Ok(match dpp::bytes_of(&document.resource, base) {
        Ok(DocumentBytes::Inside(bytes)) => shown(bytes).map(|(kind, bytes)| Described::Bytes(kind, bytes)),
        Ok(DocumentBytes::At(request)) => Ok(Described::At(request)),
        Err(trouble) => Err(trouble.into()),
    })
}

/// The bytes with their kind, if both may be shown.
fn shown(bytes: Vec<u8>) -> Result<(DocumentKind, Vec<u8>), OpeningTrouble> {
    if bytes.len() > OPENED_BYTES {
        return Err(OpeningTrouble::TooLarge);
    }
    Ok((dpp::kind_of(&bytes)?, bytes))
}

/// False for what the record does not do, and trouble for what it may do later.
const fn not_done(answer: &Answered) -> Result<bool, DppTrouble> {
    match answer.status.as_u16() {
        401 | 403 | 408 | 409 | 412 | 429 | 500.. => Err(DppTrouble::Unreachable),
        _ => Ok(false),
    }
}

/// The largest document that is shown.
const OPENED_BYTES: usize = 10_000_000;
