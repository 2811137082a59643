//! The log: one JSON object a line, on standard error. It holds no personal data, because [`Pii`](teranga_clinic::pii::Pii)
//! prints a placeholder.

use serde::Deserialize;
use std::io;
use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// The format of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object a line, for machines.
    #[default]
    Json,
    /// One plain line, for people.
    Text,
}

/// The filter unless `RUST_LOG` names another: our own events, those of [`security`](crate::security), and the warnings of
/// libraries.
const DEFAULT_FILTER: &str = "warn,teranga=info,security=info";

/// Starts the log of this process. A second call changes nothing.
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT_FILTER));
    let lines = fmt::layer().with_writer(io::stderr);
    let registry = tracing_subscriber::registry().with(filter);
    let _ = match format {
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
        LogFormat::Text => registry.with(lines.without_time()).try_init(),
    };
}
