//! The name under which a document is known in the world, and how it stands in resources and searches.

use super::ask::escape;
use serde_json::Value;
use uuid::Uuid;

/// The system of names that are URIs.
pub(super) const URI: &str = "urn:ietf:rfc:3986";

/// The name as a URI.
pub(super) fn urn(id: Uuid) -> String {
    id.urn().to_string()
}

/// True if a document has this name.
pub(super) fn is_key(resource: &Value, key: Uuid) -> bool {
    let identifier = &resource["masterIdentifier"];
    identifier["system"] == URI && identifier["value"] == urn(key)
}

/// The search that finds the document of this name, as a condition.
pub(super) fn condition(key: Uuid) -> String {
    format!("identifier={}%7C{}", escape(URI), escape(&urn(key)))
}
