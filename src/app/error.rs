//! The reasons why the server does not start. Each message says what to do.

use crate::{http::state::MetricsTokenError, net::certificate::TlsError, store::StoreError};
use std::{io, net::SocketAddr};

/// The reason why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store cannot be opened.
    #[error("the records cannot be opened: {0}")]
    Store(#[from] StoreError),
    /// The metrics' token cannot be used.
    #[error(transparent)]
    MetricsToken(#[from] MetricsTokenError),
    /// There is no certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The national record's authority cannot be used.
    #[error(
        "the authority of the national record cannot be used ({0}); name a readable PEM file with dpp.authority"
    )]
    Dpp(#[source] io::Error),
    /// The HTTPS port cannot be opened.
    #[error(
        "TCP {address} cannot be opened ({source}); is another server running? Choose another port with http.listen"
    )]
    Http {
        /// The configured address.
        address: SocketAddr,
        /// The cause.
        source: io::Error,
    },
    /// A media port cannot be opened.
    #[error(
        "UDP {address} cannot be opened ({source}); is another server running? Choose another port with media.first_port"
    )]
    Media {
        /// The configured address.
        address: SocketAddr,
        /// The cause.
        source: io::Error,
    },
}
