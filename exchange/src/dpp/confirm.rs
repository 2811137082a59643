//! The two questions that a post answers before a patient who is only probable is believed to be the one in front of the nurse.
//! The answers are compared here, so that the record shows nothing to somebody who cannot answer.

use super::Candidate;
use teranga_clinic::{patient::CheckedIdentity, pii::Pii, request::Intake, time::Timestamp};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// A question about something that the patient knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The day and the month of birth, or the year if the record knows no more.
    Born,
    /// The town or village.
    Town,
    /// The last four figures of the telephone number.
    Phone,
}

/// The answers of a post; an empty one was not given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// The birth date as far as it is known, as `1994-05-12`.
    pub born: String,
    /// The town or village.
    pub town: String,
    /// The last four figures of the telephone number.
    pub phone: String,
}

impl Candidate {
    /// The two questions that the record of this patient can judge; fewer if it knows too little, and then nobody can confirm it.
    pub fn questions(&self) -> Vec<Question> {
        let known = [
            (self.born.is_some(), Question::Born),
            (self.town.is_some(), Question::Town),
            (self.phone.as_deref().is_some_and(|phone| last_four(phone).len() == 4), Question::Phone),
        ];
        known
            .into_iter()
            .filter(|(is_known, _)| *is_known)
            .map(|(_, question)| question)
            .take(ASKED)
            .collect()
    }
}

/// True if both questions are answered as the record says.
pub fn confirms(candidate: &Candidate, answers: &Answers) -> bool {
    let questions = candidate.questions();
    let right = |question: &Question| match question {
        Question::Born => candidate.born.as_deref() == Some(answers.born.trim()),
        Question::Town => {
            let said = plain(&answers.town);
            !said.is_empty() && candidate.town.as_deref().map(plain) == Some(said)
        }
        Question::Phone => candidate.phone.as_deref().map(last_four) == Some(last_four(&answers.phone)),
    };
    questions.len() == ASKED && questions.iter().all(right)
}

/// True if the form of a request is certainly about somebody else than the patient whom the record knows under its number. A number may be mistyped, and a
/// document must not go to another person's record.
pub fn is_somebody_else(candidate: &Candidate, intake: &Intake, at: Timestamp) -> bool {
    CheckedIdentity::from(candidate).contradicts(intake, at)
}

impl From<&Candidate> for CheckedIdentity {
    fn from(Candidate { number, name, born, gender, .. }: &Candidate) -> Self {
        let known = |text: &Option<String>| text.clone().map(Pii::new);
        Self {
            number: number.clone().unwrap_or_default().into(),
            name: name.clone().into(),
            born: known(born),
            gender: known(gender),
        }
    }
}

/// Letters and figures only, in lower case and without accents.
fn plain(text: &str) -> String {
    let letters = text.nfd().filter(|sign| !is_combining_mark(*sign) && sign.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn last_four(phone: &str) -> String {
    let figures: Vec<_> = phone.chars().filter(char::is_ascii_digit).collect();
    figures[figures.len().saturating_sub(4)..].iter().collect()
}

/// The number of questions.
const ASKED: usize = 2;
