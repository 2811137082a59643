//! The second opinion: a participant built on stacks that share no code with the server, the `webrtc` crate
//! for ICE, DTLS, SRTP and RTP, libopus for the voice. `teranga probe`, `teranga loadtest` and the tests
//! use it; the server never does.

pub mod client;
pub mod device;
pub mod meter;
pub mod participant;
pub mod peer;
pub mod play;
pub mod report;
pub mod trust;
pub mod voice;
pub mod wav;

use std::{
    io,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};
use teranga_signaling::message::session::{ByeReason, ErrorCode, Refused};

/// What can go wrong for a native participant, said so that one knows what to do.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Not an address of a server.
    #[error("{0:?} is no server address: write it as https://name or https://name:port")]
    Url(String),
    /// The name is not known.
    #[error("no address is known for {0}: check the name and this machine's DNS")]
    Unknown(String),
    /// TCP failed.
    #[error("{address} cannot be reached: {source}")]
    Unreachable {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// TLS failed.
    #[error("no secure connection: {0} (an internal authority is trusted by --ca FILE)")]
    Tls(#[source] io::Error),
    /// The authorities' file is of no use.
    #[error("{0}: no certificate in PEM form")]
    Authority(PathBuf),
    /// This machine trusts nobody.
    #[error("this machine has no list of authorities: install ca-certificates, or give --ca FILE")]
    NoAuthorities,
    /// Blind trust was asked for beyond loopback.
    #[error("--insecure-loopback is for 127.0.0.1 and ::1 only, not for {0}: give --ca FILE")]
    NotLoopback(IpAddr),
    /// HTTP failed.
    #[error("the server broke off: {0}")]
    Http(#[from] hyper::Error),
    /// The server said no.
    #[error("the server refused with {status} {code}{}{}", remedy(code), retry(*retry_after_s))]
    Refused {
        /// HTTP status.
        status: u16,
        /// Code of `docs/API.md`.
        code: String,
        /// When to try again.
        retry_after_s: Option<u64>,
    },
    /// The WebSocket failed.
    #[error("the WebSocket broke: {0}")]
    Socket(#[from] Box<tokio_tungstenite::tungstenite::Error>),
    /// The WebSocket was closed.
    #[error("the server closed the WebSocket")]
    HungUp,
    /// The server refused a message.
    #[error("the server refused `{of}`: {code:?}{}", advice(*code))]
    Told {
        /// Its code.
        code: ErrorCode,
        /// The type of the message.
        of: String,
    },
    /// The server ended the session.
    #[error("the server ended the session: {0:?}")]
    Dismissed(ByeReason),
    /// The account or device has a real consultation.
    #[error("{0} is in a consultation, or waits for one: a test must not disturb it")]
    Engaged(String),
    /// Something came that is not in the protocol.
    #[error("the server's answer is not understood ({0}): does it run the same version?")]
    Puzzling(&'static str),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A key file that others can read.
    #[error("{0}: others can read this key; enrol the device again, or chmod 600 if you are sure")]
    OpenToAll(PathBuf),
    /// A key of no use.
    #[error("the device key is not usable: remove its file and enrol again")]
    Key,
    /// The WebRTC stack refused something.
    #[error("the native WebRTC stack refused: {0}")]
    Engine(#[from] webrtc::error::Error),
    /// libopus refused something.
    #[error("the Opus codec refused: {0}")]
    Codec(#[from] opus::Error),
    /// ICE or DTLS failed.
    #[error("no media connection: is the server's UDP port open, and does it advertise the right address?")]
    Unconnected,
    /// Something did not happen in time.
    #[error("{what} did not come within {} s", within.as_secs())]
    Late {
        /// What was waited for.
        what: &'static str,
        /// How long.
        within: Duration,
    },
}

impl Trouble {
    pub(crate) const fn late(what: &'static str, within: Duration) -> Self {
        Self::Late { what, within }
    }

    pub(crate) fn told(refused: &Refused) -> Self {
        Self::Told { code: refused.code, of: refused.of.clone() }
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
