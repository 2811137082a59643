//! What an archive copy says, before it has pages.

use teranga_clinic::{people::Place, time::Timestamp};
use uuid::Uuid;

/// The content of one archive copy.
pub(super) struct Manuscript {
    /// The kind of document, in French.
    pub(super) title: &'static str,
    /// What stands at the top of each page, so that a loose page is known: the kind of document, and its number or version.
    pub(super) head: String,
    /// The name of the document in the world, which is the same for the same facts.
    pub(super) id: Uuid,
    /// The time of the newest fact that it tells.
    pub(super) at: Timestamp,
    /// Whoever signed it.
    pub(super) authors: Vec<String>,
    pub(super) blocks: Vec<Block>,
    /// The signed bytes, which are attached to it.
    pub(super) proof: Option<Proof>,
}

/// A file that is attached to a copy.
pub(super) struct Proof {
    pub(super) file: &'static str,
    pub(super) media_type: &'static str,
    /// What it is, in French.
    pub(super) what: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// A piece of a copy.
pub(super) enum Block {
    /// The structure that it comes from.
    Structure(Place),
    /// The title, and what stands below it.
    Title { text: String, below: Vec<String> },
    /// A sentence that nobody may miss.
    Notice(String),
    /// A part begins.
    Heading(String),
    /// Fields between two rules.
    Fields(Vec<Field>),
    /// Words, a paragraph a line.
    Text(String),
    /// Words in small letters.
    Remark(String),
    /// Words in bold letters, and what belongs to them.
    Entry { head: String, below: Vec<String> },
    /// The signature, beside the QR code of a text.
    Signature { code: Option<String>, fields: Vec<Field> },
}

/// A value with its label.
pub(super) struct Field {
    pub(super) label: &'static str,
    pub(super) value: String,
}

impl Field {
    /// A field; a value that is not known is a dash.
    pub(super) fn new(label: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        let value = if value.trim().is_empty() { "—".to_owned() } else { value };
        Self { label, value }
    }
}
