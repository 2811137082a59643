//! The bodies about the national record (DPP).

use serde::{Deserialize, Serialize};
use teranga_clinic::{pii::Pii, time::Timestamp, vital::Sex};
use teranga_exchange::dpp::{Answers, Candidate, DocumentLine, Question, Summary, SummaryLine};

/// Asks who a patient is: by the number, or by what is known without one.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct FindDppPatient {
    /// The number in the DPP.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub number: Option<Pii<String>>,
    /// The name; it counts only without a number.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub name: Option<Pii<String>>,
    /// The year of birth.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "number"))]
    pub birth_year: Option<Pii<u16>>,
    /// The sex.
    #[serde(default)]
    #[cfg_attr(test, ts(optional, type = "Sex"))]
    pub sex: Option<Pii<Sex>>,
}

/// Answers the two questions about a patient who may be meant.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ConfirmDppPatient {
    /// The patient, as [`DppPossible`] names them.
    pub patient: String,
    /// The date of birth, as `1994-05-12`.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub born: Pii<String>,
    /// The town or village.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub town: Pii<String>,
    /// The last four figures of the telephone number.
    #[serde(default)]
    #[cfg_attr(test, ts(type = "string"))]
    pub phone: Pii<String>,
}

/// Asks for the record of a patient who was found.
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ReadDppRecord {
    /// The patient, as the answer before named them.
    pub patient: String,
}

/// Who was found in the DPP, or why nobody was.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DppLookup {
    /// This patient, certainly.
    Found {
        /// The patient.
        patient: DppPatient,
    },
    /// One of these, perhaps: two questions are asked before.
    Possible {
        /// The patients, the likeliest first.
        patients: Vec<DppPossible>,
    },
    /// Nobody, or the answers to the questions were not right.
    Unknown,
    /// The identity was joined to one that is not in use itself. Nothing of either is shown.
    Retired,
    /// No DPP is configured.
    Off,
    /// The DPP does not answer. The consultation goes on without it.
    Unreachable,
    /// The DPP answers something that cannot be believed.
    Unusable,
}

/// A patient of the DPP.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DppPatient {
    /// The identifier of the DPP's server.
    pub id: String,
    /// The name.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The date of birth as far as it is known, as `1994-05`.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub born: Option<Pii<String>>,
    /// The sex.
    #[cfg_attr(test, ts(type = "Sex | null"))]
    pub sex: Option<Pii<Sex>>,
    /// The number in the DPP.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub number: Option<Pii<String>>,
    /// The town or village.
    #[cfg_attr(test, ts(type = "string | null"))]
    pub town: Option<Pii<String>>,
}

/// A patient who may be meant, of whom nothing more is told before the questions are answered.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DppPossible {
    /// The identifier of the DPP's server.
    pub id: String,
    /// The name.
    #[cfg_attr(test, ts(type = "string"))]
    pub name: Pii<String>,
    /// The questions; fewer than two if the record knows too little for anybody to confirm the patient.
    pub questions: Vec<DppQuestion>,
}

/// A question to the patient.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum DppQuestion {
    /// The date of birth.
    Born,
    /// The town or village.
    Town,
    /// The last four figures of the telephone number.
    Phone,
}

/// The record of a patient in short, or why there is none.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DppRecord {
    /// What the DPP knows.
    Found {
        /// The time of reading by the server's clock, ms since 1970.
        #[cfg_attr(test, ts(type = "number"))]
        at: Timestamp,
        /// The patient; none if the asker has it from the answer before.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        patient: Option<Box<DppPatient>>,
        /// Allergies and intolerances, the grave ones first.
        allergies: Vec<DppLine>,
        /// Problems that are not resolved.
        problems: Vec<DppLine>,
        /// Drugs that are taken.
        drugs: Vec<DppLine>,
        /// The last documents, the newest first.
        documents: Vec<DppDocument>,
        /// True if there is more than is shown.
        more: bool,
    },
    /// Nobody has this number.
    Unknown,
    /// The identity was joined to one that is not in use itself.
    Retired,
    /// No DPP is configured, or the patient has no number.
    Off,
    /// The DPP does not answer.
    Unreachable,
    /// The DPP answers something that cannot be believed.
    Unusable,
}

/// One line of the record.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DppLine {
    /// What it is.
    #[cfg_attr(test, ts(type = "string"))]
    pub text: Pii<String>,
    /// What is added: the reaction of an allergy, the dose of a drug.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub detail: Option<Pii<String>>,
    /// The date since which, as far as it is known, as `2024-03`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub since: Option<Pii<String>>,
    /// True for an allergy that may kill.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub grave: bool,
    /// True for an entry that says that no allergy is known.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub denies: bool,
}

/// A document of the record.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct DppDocument {
    /// The identifier with which a doctor opens it; none if it cannot be opened.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub id: Option<String>,
    /// Its title or kind.
    #[cfg_attr(test, ts(type = "string"))]
    pub title: Pii<String>,
    /// The time of its making, as FHIR writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub date: Option<String>,
    /// Its author.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, type = "string"))]
    pub author: Option<Pii<String>>,
}

impl From<ConfirmDppPatient> for Answers {
    fn from(ConfirmDppPatient { born, town, phone, .. }: ConfirmDppPatient) -> Self {
        Self { born: born.into_inner(), town: town.into_inner(), phone: phone.into_inner() }
    }
}

impl From<Candidate> for DppPatient {
    fn from(Candidate { id, name, born, gender, number, town, .. }: Candidate) -> Self {
        let sex = gender.and_then(|gender| match gender.as_str() {
            "female" => Some(Pii::new(Sex::Female)),
            "male" => Some(Pii::new(Sex::Male)),
            _ => None,
        });
        let of = |text: Option<String>| text.map(Pii::new);
        Self { id, name: Pii::new(name), born: of(born), sex, number: of(number), town: of(town) }
    }
}

impl From<Candidate> for DppPossible {
    fn from(candidate: Candidate) -> Self {
        let questions = candidate.questions().into_iter().map(DppQuestion::from).collect();
        Self { id: candidate.id, name: Pii::new(candidate.name), questions }
    }
}

impl From<Question> for DppQuestion {
    fn from(question: Question) -> Self {
        match question {
            Question::Born => Self::Born,
            Question::Town => Self::Town,
            Question::Phone => Self::Phone,
        }
    }
}

impl DppRecord {
    /// The record as it was read at this time.
    pub fn of(summary: Summary, patient: Option<DppPatient>, at: Timestamp) -> Self {
        let Summary { allergies, problems, drugs, documents, more, .. } = summary;
        let lines = |all: Vec<SummaryLine>| all.into_iter().map(DppLine::from).collect();
        Self::Found {
            at,
            patient: patient.map(Box::new),
            allergies: lines(allergies),
            problems: lines(problems),
            drugs: lines(drugs),
            documents: documents.into_iter().map(DppDocument::from).collect(),
            more,
        }
    }
}

impl From<SummaryLine> for DppLine {
    fn from(SummaryLine { text, detail, since, grave, denies }: SummaryLine) -> Self {
        Self { text: Pii::new(text), detail: detail.map(Pii::new), since: since.map(Pii::new), grave, denies }
    }
}

impl From<DocumentLine> for DppDocument {
    fn from(DocumentLine { id, title, date, author }: DocumentLine) -> Self {
        Self { id, title: Pii::new(title), date, author: author.map(Pii::new) }
    }
}
