//! The record of a consultation as one FHIR R4 document: what was said, typed, photographed and decided, by whom and in which mode
//! (`docs/adr/0050-fhir-record.md`). Pure: the same facts give the same bytes.

mod acts;
mod encounter;
mod files;
mod follow_up;
mod french;
mod names;
mod observations;
mod people;
mod sections;
mod source;
mod story;
mod systems;
mod timeline;
mod verification;
mod vitals;

pub use acts::{Signer, signers};
pub(crate) use french::urgency;
pub use source::Source;
pub use systems::Systems;
pub use verification::Verification;

use crate::fhir::{
    Bundle, CodeableConcept, Coding, Composition, Entry, Extension, Identifier, Meta, Reference, RelatesTo,
    Resource, instant,
};
use names::Names;
use people::People;
use sections::{Content, Part, narrative};
use teranga_clinic::{
    fact::{Fact, What},
    time::Timestamp,
};
use timeline::Timeline;
use uuid::Uuid;

/// The record as a document.
pub fn bundle(source: &Source<'_>) -> Bundle {
    with_content(source, document)
}

/// The record as words for people, a chapter for each section of the document.
pub fn told(source: &Source<'_>) -> Told {
    let version = Version::of(source.history.facts());
    let chapter = |part: Part| Chapter { title: part.title, lines: part.lines };
    with_content(source, |content| Told {
        title: TITLE,
        document: content.names.document(version.revision, &source.verification.mark()),
        at: version.at,
        number: version.number,
        chapters: content.parts().into_iter().map(chapter).collect(),
    })
}

/// A record in words.
#[derive(Debug)]
pub struct Told {
    /// The title.
    pub title: &'static str,
    /// The identifier of this version.
    pub document: Uuid,
    /// The time of the newest fact in it.
    pub at: Timestamp,
    /// The number of the version: 0 until something is signed or the consultation ends.
    pub number: usize,
    /// The chapters.
    pub chapters: Vec<Chapter>,
}

/// A chapter of a record in words.
#[derive(Debug)]
pub struct Chapter {
    /// The title.
    pub title: &'static str,
    /// The paragraphs. One may have several lines, as it was written.
    pub lines: Vec<String>,
}

fn with_content<T>(source: &Source<'_>, make: impl FnOnce(&Content<'_>) -> T) -> T {
    let (facts, consultation) = (source.history.facts(), source.history.consultation());
    let names = Names::of(consultation.id());
    let people = People::of(source, names);
    let examined = observations::examinations(consultation, names, source.systems);
    let files = files::files(facts, names);
    make(&Content { source, names, people: &people, examined: &examined, files: &files })
}

fn document(content: &Content<'_>) -> Bundle {
    let &Content { source, names, people, examined, files } = content;
    let facts = source.history.facts();
    let version = Version::of(facts);
    let composition = composition(content, &version);
    let encounter = encounter::encounter(source, names, people, &Timeline::of(facts));
    let first = [(names.composition(), composition.into())].into_iter().chain(people.resources()).chain([
        (names.encounter(), encounter.into()),
        (names.request(), encounter::request(source, names, people).into()),
    ]);
    let resources = first
        .chain(observations::resources(examined, names, people))
        .chain(acts::prescriptions(source, names, people))
        .chain(follow_up::dispensing::resources(source, names, people))
        .chain(follow_up::referrals::resources(source, names, people))
        .chain(follow_up::consents::resources(source, names, people))
        .chain(files::resources(files, source, names, people))
        .chain(acts::provenances(source, names, people));
    let document = names.document(version.revision, &source.verification.mark());
    Bundle {
        id: document.to_string(),
        meta: Meta { version_id: version.revision.to_string(), ..Meta::default() },
        identifier: Identifier::uuid(document),
        r#type: "document",
        timestamp: instant(version.at),
        entry: resources.map(entry).collect(),
    }
}

/// Which state of the record a document holds.
struct Version {
    /// The facts that it tells. A document with another number is another document.
    revision: usize,
    /// The time of the last of them.
    at: Timestamp,
    /// The time of the one before it.
    before: Timestamp,
    /// The number for people: 0 until something is signed or the consultation ends, then one more with each fact that is told.
    number: usize,
}

impl Version {
    fn of(facts: &[Fact]) -> Self {
        let told: Vec<_> = facts.iter().filter(|fact| story::tells(&fact.what)).collect();
        let is_first = |fact: &&Fact| acts::is_signed(&fact.what) || ends(&fact.what);
        let mut newest = told.iter().rev().map(|fact| fact.at);
        Self {
            revision: told.len(),
            at: newest.next().unwrap_or_default(),
            before: newest.next().unwrap_or_default(),
            number: told.iter().position(is_first).map_or(0, |first| told.len() - first),
        }
    }

    /// The documents of the state before, which are replaced if it had a number. There is one for each thing that was known of the patient's
    /// identity while that state was the newest, because nobody knows when somebody took a copy.
    fn replaces(&self, names: Names, verification: &Verification) -> Vec<Uuid> {
        if self.number < 2 {
            return Vec::new();
        }
        let marks = verification.marks_between(self.before, self.at);
        marks.iter().map(|mark| names.document(self.revision - 1, mark)).collect()
    }
}

/// True for a fact after which a consultation is over.
const fn ends(what: &What) -> bool {
    matches!(what, What::Closed { .. } | What::Cancelled)
}

fn composition(content: &Content<'_>, version: &Version) -> Composition {
    let (source, names, people) = (content.source, content.names, content.people);
    let consultation = source.history.consultation();
    let attester = acts::attesters(source.history.facts(), people);
    let holder = consultation.last_owner().and_then(|owner| people.person(&owner.party));
    let authors = match attester.as_slice() {
        [] => vec![holder.unwrap_or_else(|| people.post())],
        signers => signers.iter().map(|signer| signer.party.clone()).collect(),
    };
    let number = Extension {
        url: VERSION_NUMBER.to_owned(),
        value_string: version.number.to_string(),
        ..Extension::default()
    };
    let replaced = version.replaces(names, &source.verification).into_iter().map(Identifier::uuid);
    let summary = format!("{TITLE}, {} — version {}", consultation.post().place.name, version.number);
    Composition {
        id: names.composition().to_string(),
        meta: Meta { version_id: version.revision.to_string(), ..Meta::default() },
        text: narrative(&[summary]),
        extension: vec![number],
        identifier: names.consultation(),
        status: match version.number {
            0 => "preliminary",
            1 => "final",
            _ => "amended",
        },
        r#type: CodeableConcept::new(Coding::loinc("11488-4", "Consult note"), TITLE),
        subject: names.subject(),
        encounter: Reference::to(names.encounter()),
        date: instant(version.at),
        author: authors,
        title: TITLE.to_owned(),
        confidentiality: "N",
        attester,
        relates_to: replaced
            .map(|target_identifier| RelatesTo { code: "replaces", target_identifier })
            .collect(),
        section: content.sections(),
    }
}

fn entry((id, resource): (Uuid, Resource)) -> Entry {
    Entry { full_url: id.urn().to_string(), resource: Some(resource) }
}

const TITLE: &str = "Compte rendu de téléconsultation";
/// The number of a version for people (FHIR R4, extension composition-clinicaldocument-versionNumber).
const VERSION_NUMBER: &str =
    "http://hl7.org/fhir/StructureDefinition/composition-clinicaldocument-versionNumber";
