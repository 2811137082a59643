//! What the hub is told by a page over HTTP that waits until it is on the disk.

use crate::http::{bodies::FailureCode, error::ApiError, state::HttpState};
use std::time::Duration;
use teranga_clinic::{consultation::Consultation, id::ConsultationId};
use teranga_signaling::contract::Input;

/// Tells the hub.
///
/// # Errors
/// The server is stopping.
pub(super) async fn tell(state: &HttpState, input: Input) -> Result<(), ApiError> {
    state.inputs.send(input).await.map_err(|_| FailureCode::Draining.into())
}

/// Waits until the facts on the disk say so, for as long as somebody looks at a page that waits.
///
/// # Errors
/// The store failed.
pub(super) async fn is_durable(
    state: &HttpState,
    id: ConsultationId,
    is_there: impl Fn(&Consultation) -> bool,
) -> Result<bool, ApiError> {
    for _ in 0..LOOKS {
        if let Some(Ok(history)) = state.journal.read(id).await?
            && is_there(history.consultation())
        {
            return Ok(true);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(false)
}

/// The times that the disk is asked for a fact, and the pause between them: two seconds in all.
pub(super) const LOOKS: u32 = 40;
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(50);
