//! The error of a configuration, and the check that makes one.

use std::fmt;

/// The error of a configuration that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// It cannot be read, or a key is unknown or has a value of the wrong type.
    #[error("the configuration cannot be used: {0}")]
    Unreadable(#[from] config::ConfigError),
    /// A value has the right type but cannot be used.
    #[error("{key} = {value}: {advice}")]
    Value {
        /// The key, as in the file.
        key: &'static str,
        /// The value that was found.
        value: String,
        /// The advice to the administrator.
        advice: &'static str,
    },
}

pub(super) fn demand(
    holds: bool,
    key: &'static str,
    value: impl fmt::Display,
    advice: &'static str,
) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::Value { key, value: value.to_string(), advice }) }
}
