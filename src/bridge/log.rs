//! The log of a call: what becomes of transports and voices. Lines name members and sessions by number, never a person.

use crate::security::SecurityKind;
use teranga_media::command::Event;
use teranga_signaling::{
    contract::Input,
    message::{
        ClientMessage, ServerMessage,
        session::{ByeReason, ErrorCode},
    },
};

/// Logs a page's own report on its voice. The code is `one_way_audio` if the page hears nobody although
/// somebody speaks.
pub(super) fn voice_report(input: &Input) {
    if let Input::Message { session, message } = input
        && let ClientMessage::Voice(voice) = &**message
    {
        let code = if voice.deaf { "one_way_audio" } else { "voice_report" };
        tracing::info!(?session, code, mic = ?voice.mic, "a page reports on its voice");
    }
}

/// The security event that a message to a page tells of, if it is one.
pub(super) const fn security_kind(message: &ServerMessage) -> Option<SecurityKind> {
    match message {
        ServerMessage::Error(refused) => match refused.code {
            ErrorCode::Grant => Some(SecurityKind::GrantRefused),
            ErrorCode::Malformed | ErrorCode::TooLarge | ErrorCode::Order | ErrorCode::NotFound => {
                Some(SecurityKind::MessageRefused)
            }
            ErrorCode::TooFast => Some(SecurityKind::Throttled),
            _ => None,
        },
        ServerMessage::Bye(bye) => match bye.reason {
            ByeReason::Abuse => Some(SecurityKind::SocketAbuse),
            _ => None,
        },
        _ => None,
    }
}

/// Logs the beginning and the end of a transport, a refused offer, and a voice that stops or flows again.
pub(super) fn media_event(event: &Event) {
    match event {
        Event::Connected { peer, security } => tracing::info!(%peer, security, "transport is up"),
        Event::Refused { reason, .. } => tracing::info!(%reason, "an offer was refused"),
        Event::Voice { peer, flows } => {
            let code = if *flows { "voice_flows" } else { "voice_stopped" };
            tracing::info!(%peer, code, "the voice on a transport that is up");
        }
        Event::Gone { peer, reason } => tracing::info!(%peer, ?reason, "transport is gone"),
        _ => {}
    }
}
