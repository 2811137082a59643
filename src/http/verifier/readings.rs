//! Who has read a prescription with its paper, or tried to: each such reading stands among those of the consultation's record, for the patient. Nobody
//! knows the person, so what one paper causes from one kind of network is noted once in some minutes: a page that asks again writes nothing.

use crate::{
    http::{error::ApiError, records::asker::network_of, state::HttpState},
    store::StoreError,
};
use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Mutex, PoisonError},
};
use teranga_clinic::{
    audit::{Circumstances, NetworkKind, OpeningWay, RecordOpening},
    id::{ConsultationId, PrescriptionId},
    prescription::paper_holder,
    time::Timestamp,
};

/// The readings that were noted a short time ago. Their number is bounded.
#[derive(Debug, Default)]
pub(super) struct Noted(Mutex<HashMap<Reading, Timestamp>>);

/// What of two readings makes them one: the prescription, if it was refused, and the kind of network.
type Reading = (PrescriptionId, bool, NetworkKind);

impl Noted {
    /// Notes that a prescription was read, before it is shown.
    ///
    /// # Errors
    /// The store cannot be written; nothing may be shown then.
    pub(super) async fn read(
        &self,
        state: &HttpState,
        from: SocketAddr,
        of: (ConsultationId, PrescriptionId),
    ) -> Result<(), ApiError> {
        Ok(self.note(state, from, of, OpeningWay::Read).await?)
    }

    /// Notes that somebody asked for a prescription and was refused. The answer is the refusal, whatever becomes of the note.
    pub(super) async fn refused(
        &self,
        state: &HttpState,
        from: SocketAddr,
        of: (ConsultationId, PrescriptionId),
    ) {
        if let Err(error) = self.note(state, from, of, OpeningWay::Refused).await {
            tracing::error!(consultation = %of.0, code = "opening_not_stored", %error, "a refusal could not be stored");
        }
    }

    async fn note(
        &self,
        state: &HttpState,
        from: SocketAddr,
        (consultation, prescription): (ConsultationId, PrescriptionId),
        way: OpeningWay,
    ) -> Result<(), StoreError> {
        let (at, network) = (state.clock.timestamp(), network_of(from.ip()));
        let reading = (prescription, way == OpeningWay::Refused, network);
        if self.is_noted(reading, at) {
            return Ok(());
        }
        let circumstances = Circumstances { network: Some(network), staff: None };
        let by = paper_holder(prescription);
        let opening = RecordOpening { consultation, by, at, file: None, way, circumstances };
        state.journal.note_opening(&opening).await?;
        self.keep(reading, at);
        Ok(())
    }

    fn is_noted(&self, reading: Reading, now: Timestamp) -> bool {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(&reading).is_some_and(|at| now.since_ms(*at) < NOTED_MS)
    }

    fn keep(&self, reading: Reading, now: Timestamp) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if noted.len() >= ENTRIES {
            noted.retain(|_, at| now.since_ms(*at) < NOTED_MS);
        }
        if noted.len() < ENTRIES {
            noted.insert(reading, now);
        }
    }
}

/// The time for which the same reading is noted once, in milliseconds.
const NOTED_MS: u64 = 10 * 60_000;

/// The most readings that are remembered, below a megabyte. Beyond them each reading is noted.
const ENTRIES: usize = 10_000;
