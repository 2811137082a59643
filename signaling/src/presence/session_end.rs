//! The end of a socket's HTTP session, which the sign-in has fixed. A call that is under way then may be finished.

use super::Presence;
use crate::{
    context::{Context, Timer},
    id::SessionId,
    limits,
};
use teranga_clinic::time::Timestamp;

impl Presence {
    /// Notes the time at which the HTTP session of a socket ends.
    pub(crate) fn await_session_end(cx: &mut Context, session: SessionId, ends_at: Option<Timestamp>) {
        if let Some(known) = cx.sessions.get_mut(session) {
            known.ends_at = ends_at;
            cx.timers.set(Timer::SessionEnd(session), ends_at);
        }
    }

    /// True if the HTTP session of a socket has ended and its party is in no consultation, or has been in one for too long
    /// after the end.
    pub(crate) fn is_session_over(cx: &Context, session: SessionId) -> bool {
        let Some(known) = cx.sessions.get(session) else { return false };
        known.ends_at.is_some_and(|end| {
            let may_finish = cx.is_engaged(&known.who.party) && cx.now < end.plus_ms(limits::FINISH_CALL_MS);
            end <= cx.now && !may_finish
        })
    }

    /// The time that is left until the HTTP session of a socket ends, in milliseconds.
    pub(crate) fn session_ends_in_ms(cx: &Context, session: SessionId) -> Option<u32> {
        let end = cx.sessions.get(session)?.ends_at?;
        Some(u32::try_from(end.since_ms(cx.now)).unwrap_or(u32::MAX))
    }

    /// Looks again soon whether the call is over that a session may outlast.
    pub(crate) fn await_call_over(cx: &mut Context, session: SessionId) {
        if cx.sessions.get(session).is_some() {
            let again = cx.now.plus_ms(limits::CALL_OVER_POLL_MS);
            cx.timers.set(Timer::SessionEnd(session), Some(again));
        }
    }
}
