//! Archive copies as PDF/A: of the record of a consultation, of one of its prescriptions, of the letter of one of its evacuations
//! (`docs/adr/0057-pdf-a.md`). They are made when somebody asks, and kept nowhere: the same facts give the same bytes.

use super::{
    asker::Asker,
    consultations::{NO_STORE, history_of_member, staff_of},
};
use crate::http::{bodies::FailureCode, error::ApiError, parameters::InPath, state::HttpState};
use axum::{
    Extension, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::get,
};
use std::{sync::Arc, time::Duration};
use teranga_clinic::{
    audit::OpeningWay,
    consultation::referrals::referrals_of,
    history::History,
    id::{ConsultationId, PrescriptionId, ReferralId},
    view::StaffName,
};
use teranga_exchange::{
    archive::{self, ArchiveError},
    record::{Source, Systems, Verification},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
    time::timeout,
};
use uuid::Uuid;

/// The addresses of copies.
pub(super) fn router() -> Router<HttpState> {
    Router::new()
        .route("/api/consultations/{id}/record.pdf", get(of_record))
        .route("/api/consultations/{id}/prescriptions/{prescription}/copy.pdf", get(of_prescription))
        .route("/api/consultations/{id}/referrals/{referral}/copy.pdf", get(of_referral))
        .layer(Extension(Renders(Arc::new(Semaphore::new(AT_ONCE)))))
}

/// The copies that are being made: one that takes long does not take the processors from calls.
#[derive(Clone)]
struct Renders(Arc<Semaphore>);

impl Renders {
    /// A place among those that are made.
    async fn place(&self) -> Result<OwnedSemaphorePermit, ApiError> {
        let place = timeout(WAIT, Arc::clone(&self.0).acquire_owned()).await;
        place.map_err(|_| ApiError::TooManyAttempts(RETRY_S))?.map_err(|_| FailureCode::Internal.into())
    }
}

/// The copy of a whole record.
async fn of_record(
    State(state): State<HttpState>,
    Extension(renders): Extension<Renders>,
    asker: Asker,
    InPath(id): InPath<Uuid>,
) -> Result<Response, ApiError> {
    let wanted = Wanted::Record {
        systems: state.systems.clone(),
        staff: Vec::new(),
        verification: Verification::default(),
    };
    copy(&state, &renders, &asker, ConsultationId(id), wanted).await
}

/// The copy of a prescription, also of one that was cancelled or replaced, which it then says.
async fn of_prescription(
    State(state): State<HttpState>,
    Extension(renders): Extension<Renders>,
    asker: Asker,
    InPath((id, prescription)): InPath<(Uuid, Uuid)>,
) -> Result<Response, ApiError> {
    let wanted = Wanted::Prescription(PrescriptionId(prescription));
    copy(&state, &renders, &asker, ConsultationId(id), wanted).await
}

/// The copy of a letter, with what happened to it.
async fn of_referral(
    State(state): State<HttpState>,
    Extension(renders): Extension<Renders>,
    asker: Asker,
    InPath((id, referral)): InPath<(Uuid, Uuid)>,
) -> Result<Response, ApiError> {
    copy(&state, &renders, &asker, ConsultationId(id), Wanted::Referral(ReferralId(referral))).await
}

/// What somebody wants a copy of.
enum Wanted {
    /// The record, in which facts name the post's staff by their identifiers alone.
    Record {
        systems: Arc<Systems>,
        staff: Vec<StaffName>,
        verification: Verification,
    },
    Prescription(PrescriptionId),
    Referral(ReferralId),
}

impl Wanted {
    /// True if the consultation has it.
    fn is_in(&self, history: &History) -> bool {
        let consultation = history.consultation();
        match self {
            Self::Record { .. } => true,
            Self::Prescription(id) => consultation.prescriptions().find(*id).is_some(),
            Self::Referral(id) => referrals_of(consultation).find(*id).is_some(),
        }
    }

    /// The copy; none if the consultation does not have the thing.
    fn render(&self, history: &History) -> Option<Result<Vec<u8>, ArchiveError>> {
        let consultation = history.consultation();
        let post = &consultation.post().place;
        Some(match self {
            Self::Record { systems, staff, verification } => {
                archive::record(&Source { history, staff, systems, verification: verification.clone() })
            }
            Self::Prescription(id) => archive::prescription(consultation.prescriptions().find(*id)?, post),
            Self::Referral(id) => archive::referral(referrals_of(consultation).find(*id)?, post),
        })
    }

    /// The name of the file, which names no patient.
    fn file(&self, consultation: ConsultationId) -> String {
        match self {
            Self::Record { .. } => format!("teranga-compte-rendu-{consultation}.pdf"),
            Self::Prescription(id) => format!("teranga-ordonnance-{id}.pdf"),
            Self::Referral(id) => format!("teranga-fiche-de-liaison-{id}.pdf"),
        }
    }
}

/// Makes a copy for somebody who may take the record with them: the post and the doctors of the consultation. The opening is
/// durable before anything is shown.
async fn copy(
    state: &HttpState,
    renders: &Renders,
    asker: &Asker,
    id: ConsultationId,
    mut wanted: Wanted,
) -> Result<Response, ApiError> {
    let history = history_of_member(state, id, asker).await?;
    if !wanted.is_in(&history) {
        return Err(ApiError::NOT_FOUND);
    }
    if let Wanted::Record { staff, verification, .. } = &mut wanted {
        *staff = staff_of(state, &history.consultation().post().place.id).await?;
        *verification = super::verification::verification(state, &history).await?;
    }
    let place = renders.place().await?;
    state.journal.note_opening(&asker.opening(state, id, None, OpeningWay::Read)).await?;
    let file = wanted.file(id);
    let work = move || {
        let _place = place;
        wanted.render(&history)
    };
    let rendered = spawn_blocking(work).await.map_err(|_| FailureCode::Internal)?;
    let bytes = rendered.ok_or(ApiError::NOT_FOUND)?.map_err(|error| {
        tracing::error!(consultation = %id, code = "archive_copy", %error, "an archive copy could not be made");
        FailureCode::Internal
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!(r#"attachment; filename="{file}""#)),
    ];
    Ok((NO_STORE, headers, bytes).into_response())
}

/// The copies that are made at once. Each takes a thread and some megabytes for a moment.
const AT_ONCE: usize = 2;
/// The longest time for which a request waits for its turn, and when it may come again.
const WAIT: Duration = Duration::from_secs(10);
const RETRY_S: u32 = 10;
