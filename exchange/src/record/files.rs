//! Photos, voice notes and documents: what they are, how large, and their hash. Their bytes stay in the server.

use super::{names::Names, people::People, source::Source};
use crate::fhir::{
    Attachment, DocumentContent, DocumentContext, DocumentReference, Identifier, Reference, Resource, instant,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use teranga_clinic::{
    attachment::{AttachmentContent, AttachmentFile, MediaType},
    fact::{Fact, What},
    photo::PhotoFile,
    time::Timestamp,
};
use uuid::Uuid;

/// A file of the record.
pub(super) struct RecordFile<'a> {
    pub(super) id: Uuid,
    name: Uuid,
    pub(super) at: Timestamp,
    /// What it is, in French.
    pub(super) words: String,
    kind: &'static str,
    content_type: &'static str,
    bytes: u32,
    sha256: &'a str,
    fact: &'a Fact,
}

/// The files that are stored, in the order in which they came.
pub(super) fn files<'a>(facts: &'a [Fact], names: Names) -> Vec<RecordFile<'a>> {
    let mut files: Vec<RecordFile<'a>> = Vec::new();
    for fact in facts {
        let file = match &fact.what {
            What::PhotoTaken { photo, file } => photo_file(fact, photo.0, file, names),
            What::Attached { attachment, file } => attached(fact, attachment.0, file, names),
            _ => continue,
        };
        if !files.iter().any(|known| known.name == file.name) {
            files.push(file);
        }
    }
    files
}

/// Their resources.
pub(super) fn resources(
    files: &[RecordFile<'_>],
    source: &Source<'_>,
    names: Names,
    people: &People<'_>,
) -> Vec<(Uuid, Resource)> {
    let of = |file: &RecordFile<'_>| {
        let mut sha256 = source.systems.extension("sha-256");
        sha256.value_base64_binary = hash(file.sha256).unwrap_or_default();
        let extension = Some(sha256).filter(|hash| !hash.value_base64_binary.is_empty());
        let attachment = Attachment {
            extension: extension.into_iter().collect(),
            content_type: file.content_type,
            size: Some(file.bytes),
            title: file.words.clone(),
            ..Attachment::default()
        };
        let document = DocumentReference {
            id: file.id.to_string(),
            master_identifier: Identifier::uuid(file.name),
            status: "current",
            r#type: source.systems.concept("file", file.kind, kind_words(file.kind)),
            subject: names.subject(),
            date: instant(file.at),
            author: vec![people.author(file.fact)],
            description: file.words.clone(),
            content: vec![DocumentContent { attachment }],
            context: DocumentContext { encounter: vec![Reference::to(names.encounter())] },
        };
        (file.id, document.into())
    };
    files.iter().map(of).collect()
}

fn photo_file<'a>(fact: &'a Fact, name: Uuid, file: &'a PhotoFile, names: Names) -> RecordFile<'a> {
    RecordFile {
        id: names.id("file", name.to_string()),
        name,
        at: fact.at,
        words: format!("Photo demandée par le médecin, {} × {} pixels", file.width, file.height),
        kind: "photo",
        content_type: media_type(file.kind.into()),
        bytes: file.bytes,
        sha256: &file.sha256,
        fact,
    }
}

fn attached<'a>(fact: &'a Fact, name: Uuid, file: &'a AttachmentFile, names: Names) -> RecordFile<'a> {
    let (kind, words) = match &file.content {
        AttachmentContent::Photo { width, height } => {
            ("photo", format!("Photo jointe, {width} × {height} pixels"))
        }
        AttachmentContent::VoiceNote { duration_ms, .. } => {
            ("voice-note", format!("Note vocale de {} s", duration_ms.div_ceil(1_000)))
        }
        AttachmentContent::Document { pages } => ("document", format!("Document, pages : {}", pages.len())),
    };
    RecordFile {
        id: names.id("file", name.to_string()),
        name,
        at: fact.at,
        words,
        kind,
        content_type: media_type(file.media_type),
        bytes: file.bytes,
        sha256: &file.sha256,
        fact,
    }
}

fn kind_words(kind: &str) -> &'static str {
    match kind {
        "photo" => "Photo",
        "voice-note" => "Note vocale",
        _ => "Document",
    }
}

/// The media type without parameters, as lists of media types have it.
fn media_type(of: MediaType) -> &'static str {
    of.mime().split(';').next().unwrap_or_default()
}

/// A hash that is kept in base64url, in the base64 of FHIR. None if it is not the hash of a file.
fn hash(sha256: &str) -> Option<String> {
    Some(STANDARD.encode(URL_SAFE_NO_PAD.decode(sha256).ok()?))
}
