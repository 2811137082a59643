//! The failures of the subcommands, and their exit codes.

use crate::{
    app::StartError, config::ConfigError, demo::DemoError, native::NativeError, net::certificate::TlsError,
    signatures::authority::AuthorityError, store::StoreError,
};
use std::io;

/// The reason why a command failed, as one line for the terminal.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The demonstration cannot be set up.
    #[error(transparent)]
    Demo(#[from] DemoError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A certificate cannot be made.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The authority of documents did nothing.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The native client failed.
    #[error(transparent)]
    Native(#[from] NativeError),
    /// A measurement was made, and its result is not good enough.
    #[error("{0}")]
    Unfit(&'static str),
    /// A file or the terminal failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The arguments cannot be used as they stand.
    #[error("{0}")]
    Usage(String),
}

impl Failure {
    /// The exit code: 2 for arguments or a configuration that cannot be used, 1 for everything else.
    pub(super) const fn exit_code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Usage(_) => 2,
            _ => 1,
        }
    }
}
