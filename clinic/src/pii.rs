//! Personal data that must not reach a log: a wrapper that prints a placeholder.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A person's name, a vital sign, a note, a token. `Debug` and `Display` print a placeholder;
/// [`reveal`](Self::reveal) is the only way to the value, and easy to search for in review. Serde passes the value through,
/// because it belongs on the wire and in the store.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(transparent)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps `value`.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// Returns the value. Never pass it to a log or to an error.
    pub const fn reveal(&self) -> &T {
        &self.0
    }

    /// Returns the value, owned.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Pii<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl From<&str> for Pii<String> {
    fn from(value: &str) -> Self {
        Self(value.to_owned())
    }
}

impl<T> fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹redacted›")
    }
}

impl<T> fmt::Display for Pii<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹redacted›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_display_tells_the_value() {
        let name: Pii<String> = "Awa Ndiaye".into();
        assert!(!format!("{name} {name:?} {:?}", Some(&name)).contains("Awa"));
        assert_eq!(serde_json::to_string(&name).unwrap(), "\"Awa Ndiaye\"");
    }
}
