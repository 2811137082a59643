//! The bounds of the texts of a referral, and what is taken out of them before they become a fact.

use super::{Letter, ReferralEvent};
use crate::{pii::Pii, text::clean};

/// A text that cannot become a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextFlaw {
    /// It is longer than its bound.
    #[error("a text of a referral is too long")]
    TooLong,
    /// A text that must be there is empty, or a number is out of range.
    #[error("a referral lacks a text, or has an impossible number")]
    Malformed,
}

/// The longest field of a letter, a counter-referral, and a remark, in characters.
const LETTER_CHARS: usize = 2_000;
const COUNTER_CHARS: usize = 4_000;
const REMARK_CHARS: usize = 500;
/// The expected travelling time, minutes.
const ETA_MIN: std::ops::RangeInclusive<u16> = 5..=1_440;
/// The longest time since a departure that is told later, minutes.
const AGO_MIN: u16 = 1_440;

/// The letter in the form in which it becomes a fact. The patient has one line.
///
/// # Errors
/// [`TextFlaw`].
pub fn cleaned_letter(letter: &Letter) -> Result<Letter, TextFlaw> {
    let field = |text: &Pii<String>| cleaned(text, LETTER_CHARS);
    let patient = field(&letter.patient)?;
    let patient = patient.reveal().split_whitespace().collect::<Vec<_>>().join(" ").into();
    Ok(Letter {
        patient,
        reason: field(&letter.reason)?,
        findings: field(&letter.findings)?,
        done: field(&letter.done)?,
        not_examined: field(&letter.not_examined)?,
        question: field(&letter.question)?,
    })
}

/// The event in the form in which it becomes a fact.
///
/// # Errors
/// [`TextFlaw`].
pub fn cleaned_event(event: ReferralEvent) -> Result<ReferralEvent, TextFlaw> {
    use ReferralEvent as Event;
    Ok(match event {
        Event::Accepted { text } => Event::Accepted { text: remark(text)? },
        Event::Rejected { reason, text } => Event::Rejected { reason, text: remark(text)? },
        Event::Departed { eta_min: Some(eta_min), .. } if !ETA_MIN.contains(&eta_min) => {
            return Err(TextFlaw::Malformed);
        }
        Event::Departed { ago_min: Some(ago_min), .. } if ago_min > AGO_MIN => {
            return Err(TextFlaw::Malformed);
        }
        Event::Departed { transport, eta_min, ago_min, text } => {
            let ago_min = ago_min.filter(|ago_min| *ago_min > 0);
            Event::Departed { transport, eta_min, ago_min, text: remark(text)? }
        }
        Event::Failed { reason, text } => Event::Failed { reason, text: remark(text)? },
        Event::CounterReferral { text } => {
            Event::CounterReferral { text: present(cleaned(&text, COUNTER_CHARS)?)? }
        }
        Event::Cancelled { text } => Event::Cancelled { text: present(cleaned(&text, REMARK_CHARS)?)? },
        Event::Received
        | Event::AskedNext { .. }
        | Event::Unanswered
        | Event::Arrived
        | Event::InCare
        | Event::ArrivalAsked
        | Event::CounterAsked => event,
    })
}

fn cleaned(text: &Pii<String>, chars: usize) -> Result<Pii<String>, TextFlaw> {
    if text.reveal().chars().count() > chars {
        return Err(TextFlaw::TooLong);
    }
    Ok(clean(text.reveal()).trim().to_owned().into())
}

fn present(text: Pii<String>) -> Result<Pii<String>, TextFlaw> {
    if text.reveal().is_empty() { Err(TextFlaw::Malformed) } else { Ok(text) }
}

/// A remark; one that is empty is none.
fn remark(text: Option<Pii<String>>) -> Result<Option<Pii<String>>, TextFlaw> {
    let text = text.map(|text| cleaned(&text, REMARK_CHARS)).transpose()?;
    Ok(text.filter(|text| !text.reveal().is_empty()))
}
