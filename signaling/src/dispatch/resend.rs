//! Resending: a message that was said twice gets the same answer twice.

use crate::{
    context::{Context, Outcome, Sender},
    registry::Unsent,
};
use teranga_clinic::id::ConsultationId;

/// Sends a member again what they have, for a message that was said twice.
#[expect(clippy::unnecessary_wraps, reason = "it ends a handler")]
pub(super) fn show_again(cx: &mut Context, me: &Sender, id: ConsultationId) -> Outcome {
    let joined = cx.registry.seat_of(me.party()).is_some_and(|(_, seat)| seat.is_joined());
    cx.mark_unsent(id, me.party(), Unsent { grant: !joined, record: true });
    Ok(())
}
