//! The errors of the native client, with advice for the person at the terminal.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};
use teranga_signaling::message::session::{ByeReason, ErrorCode, Refused};

/// The errors of the native client. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum NativeError {
    /// The text is not the address of a server.
    #[error("{0:?} is no server address: write it as https://name or https://name:port")]
    Url(String),
    /// DNS does not know the name.
    #[error("no address is known for {0}: check the name and this machine's DNS")]
    UnknownHost(String),
    /// TCP failed.
    #[error("{address} cannot be reached: {source}")]
    Unreachable {
        /// The address.
        address: SocketAddr,
        /// The cause.
        source: io::Error,
    },
    /// TLS failed.
    #[error("no secure connection: {0} (an internal authority is trusted by --ca FILE)")]
    Tls(#[source] io::Error),
    /// The file of authorities holds no certificate.
    #[error("{0}: no certificate in PEM form")]
    Authority(PathBuf),
    /// This machine has no list of authorities.
    #[error("this machine has no list of authorities: install ca-certificates, or give --ca FILE")]
    NoAuthorities,
    /// Certificates were not to be checked, but the server is on another machine.
    #[error("--insecure-loopback is for 127.0.0.1 and ::1 only, not for {0}: give --ca FILE")]
    NotLoopback(IpAddr),
    /// The HTTP connection failed.
    #[error("the server broke off: {0}")]
    Http(#[from] hyper::Error),
    /// The server refused an HTTP request.
    #[error("the server refused with {status} {code}{}{}", remedy(code), retry(*retry_after_s))]
    Refused {
        /// HTTP status.
        status: u16,
        /// Error code of `docs/API.md`.
        code: String,
        /// Seconds to wait before the next attempt.
        retry_after_s: Option<u64>,
    },
    /// The WebSocket failed.
    #[error("the WebSocket broke: {0}")]
    Socket(#[from] Box<tokio_tungstenite::tungstenite::Error>),
    /// The server closed the WebSocket.
    #[error("the server closed the WebSocket")]
    SocketClosed,
    /// The server refused a message.
    #[error("the server refused `{of}`: {code:?}{}", advice(*code))]
    MessageRefused {
        /// The error code.
        code: ErrorCode,
        /// The type of the refused message.
        of: String,
    },
    /// The server ended the session.
    #[error("the server ended the session: {0:?}")]
    SessionEnded(ByeReason),
    /// The account or device has a real consultation, or waits for one.
    #[error("{0} is in a consultation, or waits for one: a test must not disturb it")]
    Busy(String),
    /// The server sent something that is not in the protocol.
    #[error("the server's answer is not understood ({0}): does it run the same version?")]
    Unexpected(&'static str),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: io::Error,
    },
    /// Other users can read the key file.
    #[error("{0}: others can read this key; enrol the device again, or chmod 600 if you are sure")]
    ReadableByOthers(PathBuf),
    /// The device key is not usable.
    #[error("the device key is not usable: remove its file and enrol again")]
    Key,
    /// The WebRTC library returned an error.
    #[error("the native WebRTC stack refused: {0}")]
    Engine(#[from] webrtc::error::Error),
    /// libopus returned an error.
    #[error("the Opus codec refused: {0}")]
    Codec(#[from] opus::Error),
    /// ICE or DTLS failed.
    #[error("no media connection: is the server's UDP port open, and does it advertise the right address?")]
    Unconnected,
    /// Something did not happen in time.
    #[error("{what} did not come within {} s", within.as_secs())]
    TimedOut {
        /// The event that was waited for.
        what: &'static str,
        /// The time that it was waited for.
        within: Duration,
    },
}

impl NativeError {
    /// The error of `what` that did not come `within` a time.
    pub(super) const fn timed_out(what: &'static str, within: Duration) -> Self {
        Self::TimedOut { what, within }
    }

    /// The error of a message that the server refused.
    pub(super) fn message_refused(refused: &Refused) -> Self {
        Self::MessageRefused { code: refused.code, of: refused.of.clone() }
    }
}

fn advice(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Elsewhere => " (another window of this account is open: close it, or use another account)",
        ErrorCode::NotFound => " (this account may not do that: is it of the right role?)",
        ErrorCode::AlreadyTaken => " (a specialist took the test request first)",
        ErrorCode::Draining => " (the server stops for maintenance: try again later)",
        _ => "",
    }
}

fn remedy(code: &str) -> &'static str {
    match code {
        "enroll_code" => " (the code is unknown, used or too old: `teranga enroll` makes another)",
        "device" => " (this key was replaced or revoked: enrol again with --code)",
        "credentials" => " (unknown login, or wrong password)",
        _ => "",
    }
}

fn retry(after_s: Option<u64>) -> String {
    after_s.map(|s| format!(": try again in {s} s")).unwrap_or_default()
}
