//! A document of the DPP that somebody opens (MHD ITI-68): where its bytes are, and what they are. What a server says of their kind is not
//! believed; the bytes are looked at.

use super::{FhirRequest, answer::is_id};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;

/// Where the bytes of a document are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentBytes {
    /// In the resource itself.
    Inside(Vec<u8>),
    /// At the server that was asked.
    At(FhirRequest),
}

/// The kind of a document that may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentKind {
    /// A PDF.
    Pdf,
    /// A picture.
    Jpeg,
    /// A picture.
    Png,
    /// Plain text in UTF-8.
    Text,
    /// A resource of FHIR as JSON.
    FhirJson,
}

/// The reason for which a document is not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unopened {
    /// Its bytes are at another server, which is never asked.
    #[error("the document is at another server")]
    Elsewhere,
    /// It has no bytes, or none that can be read.
    #[error("the document has no content")]
    Empty,
    /// It is of a kind that is not shown.
    #[error("the document is of a kind that is not shown")]
    Kind,
}

/// Where the bytes of a document are. `base` is the address of the interface, as `https://dpp.example.sn/fhir`.
///
/// # Errors
/// See [`Unopened`].
pub fn bytes_of(document: &Value, base: &str) -> Result<DocumentBytes, Unopened> {
    let attachment = &document["content"][0]["attachment"];
    if let Some(data) = attachment["data"].as_str() {
        return decoded(data).map(DocumentBytes::Inside);
    }
    let url = attachment["url"].as_str().ok_or(Unopened::Empty)?;
    let path = url.strip_prefix(base).and_then(|path| path.strip_prefix('/')).unwrap_or(url);
    // A version of a Binary is that Binary: documents are not changed, only replaced.
    let mut parts = path.split('/');
    match (parts.next(), parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("Binary"), Some(id), None, None, None) if is_id(id) => {}
        (Some("Binary"), Some(id), Some("_history"), Some(version), None) if is_id(id) && is_id(version) => {}
        _ => return Err(Unopened::Elsewhere),
    }
    Ok(DocumentBytes::At(FhirRequest::get(path.to_owned())))
}

/// The bytes of an answer: a server may wrap them into a `Binary` (FHIR R4 section 2.40.3).
///
/// # Errors
/// [`Unopened::Empty`].
pub fn unwrapped(answer: Vec<u8>) -> Result<Vec<u8>, Unopened> {
    let wrapped = serde_json::from_slice::<Wrapper<'_>>(&answer).ok();
    match wrapped.as_ref().and_then(|one| Some((one.resource_type.as_deref()?, &one.data))) {
        Some(("Binary", data)) => decoded(data.as_deref().ok_or(Unopened::Empty)?),
        Some(("OperationOutcome", _)) => Err(Unopened::Empty),
        _ if answer.is_empty() => Err(Unopened::Empty),
        _ => Ok(answer),
    }
}

/// The kind of these bytes.
///
/// # Errors
/// [`Unopened::Kind`].
pub fn kind_of(bytes: &[u8]) -> Result<DocumentKind, Unopened> {
    if bytes.starts_with(b"%PDF-") {
        return Ok(DocumentKind::Pdf);
    }
    if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
        return Ok(DocumentKind::Jpeg);
    }
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Ok(DocumentKind::Png);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Unopened::Kind)?;
    let json = serde_json::from_str::<Wrapper<'_>>(text);
    if json.is_ok_and(|json| json.resource_type.is_some()) {
        return Ok(DocumentKind::FhirJson);
    }
    // XML and HTML are markup that nobody reads as text.
    let is_markup = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    let is_binary = text.chars().any(|char| char.is_control() && !matches!(char, '\n' | '\r' | '\t'));
    if is_markup || is_binary { Err(Unopened::Kind) } else { Ok(DocumentKind::Text) }
}

/// What is looked at in a resource: the rest of a large one takes no memory.
#[derive(Deserialize)]
struct Wrapper<'a> {
    #[serde(rename = "resourceType", borrow)]
    resource_type: Option<Cow<'a, str>>,
    #[serde(borrow)]
    data: Option<Cow<'a, str>>,
}

fn decoded(data: &str) -> Result<Vec<u8>, Unopened> {
    let data: String = data.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(data).map_err(|_| Unopened::Empty)?;
    if bytes.is_empty() { Err(Unopened::Empty) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const BASE: &str = "https://dpp.example.sn/fhir";

    fn of(attachment: &Value) -> Result<DocumentBytes, Unopened> {
        bytes_of(&json!({ "content": [{ "attachment": attachment }] }), BASE)
    }

    #[test]
    fn bytes_are_inside_or_at_the_same_server_and_nowhere_else() {
        assert_eq!(of(&json!({ "data": "YWJj" })), Ok(DocumentBytes::Inside(b"abc".to_vec())));
        for url in ["Binary/b1", "https://dpp.example.sn/fhir/Binary/b1"] {
            let at = DocumentBytes::At(FhirRequest::get("Binary/b1".to_owned()));
            assert_eq!(of(&json!({ "url": url })), Ok(at), "{url}");
        }
        assert!(of(&json!({ "url": "Binary/b1/_history/2" })).is_ok());
        for url in [
            "https://elsewhere.example/fhir/Binary/b1",
            "https://dpp.example.sn/fhir.elsewhere.example/Binary/b1",
            "https://dpp.example.sn/fhir@elsewhere.example/Binary/b1",
            "//elsewhere.example/Binary/b1",
            "/Binary/b1",
            "Binary/../Patient",
            "Binary/..",
            "Binary/b1?x=1",
            "Binary/b1/$export",
            "Patient/p1",
            "urn:uuid:00000000-0000-0000-0000-000000000001",
            "file:///etc/passwd",
        ] {
            assert_eq!(of(&json!({ "url": url })), Err(Unopened::Elsewhere), "{url}");
        }
        for empty in [json!({}), json!({ "data": "" }), json!({ "data": "§" })] {
            assert_eq!(of(&empty), Err(Unopened::Empty), "{empty}");
        }
    }

    #[test]
    fn a_binary_is_unwrapped_and_an_error_is_no_document() {
        let binary = json!({ "resourceType": "Binary", "contentType": "text/html", "data": "YWJj" });
        assert_eq!(unwrapped(binary.to_string().into_bytes()), Ok(b"abc".to_vec()));
        assert_eq!(unwrapped(b"%PDF-1.7".to_vec()), Ok(b"%PDF-1.7".to_vec()));
        let error = json!({ "resourceType": "OperationOutcome" }).to_string().into_bytes();
        assert_eq!((unwrapped(error), unwrapped(Vec::new())), (Err(Unopened::Empty), Err(Unopened::Empty)));
    }

    #[test]
    fn the_kind_is_that_of_the_bytes() {
        for (bytes, kind) in [
            (&b"%PDF-1.7\n"[..], Ok(DocumentKind::Pdf)),
            (&[0xff, 0xd8, 0xff, 0xe0], Ok(DocumentKind::Jpeg)),
            (b"\x89PNG\r\n\x1a\n...", Ok(DocumentKind::Png)),
            ("Grossesse : 20 semaines\n".as_bytes(), Ok(DocumentKind::Text)),
            (br#"{"resourceType":"Bundle"}"#, Ok(DocumentKind::FhirJson)),
            (b"<html><script>alert(1)</script>", Err(Unopened::Kind)),
            ("\u{feff}  <?xml version='1.0'?>".as_bytes(), Err(Unopened::Kind)),
            (b"MZ\x00\x01", Err(Unopened::Kind)),
            (b"PK\x03\x04", Err(Unopened::Kind)),
            (&[0xff, 0xfe, 0x00], Err(Unopened::Kind)),
        ] {
            assert_eq!(kind_of(bytes), kind, "{bytes:?}");
        }
    }
}
