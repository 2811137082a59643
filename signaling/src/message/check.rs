//! The one place where what a client wrote is held against the bounds of [`limits`].

use crate::{
    limits,
    message::{ClientMessage, session::ErrorCode},
};
use std::ops::RangeInclusive;
use teranga_clinic::{id::PartyId, photo::Mark, pii::Pii, request::Intake};

type Checked = Result<(), ErrorCode>;

/// Refuses a message whose texts are too long or whose figures cannot be.
pub(crate) fn check(message: &ClientMessage) -> Checked {
    match message {
        ClientMessage::Request(request) => check_intake(&request.intake),
        ClientMessage::Join(join) => sdp(&join.sdp),
        ClientMessage::Offer(offer) => sdp(&offer.sdp),
        ClientMessage::Invite(invite) => party(&invite.party),
        ClientMessage::Note(note) => text(&note.text, limits::NOTE_CHARS),
        ClientMessage::Advise(advice) => some_text(&advice.text, limits::ADVICE_CHARS),
        ClientMessage::MarkPhoto(photo) => check_marks(&photo.marks),
        _ => Ok(()),
    }
}

fn check_marks(marks: &[Mark]) -> Checked {
    at_most(marks.len(), limits::MARKS)?;
    let inside =
        |mark: &Mark| [mark.from, mark.to].as_flattened().iter().all(|place| *place <= limits::MARK_PLACE);
    marks.iter().all(inside).then_some(()).ok_or(ErrorCode::Malformed)
}

fn check_intake(intake: &Intake) -> Checked {
    text(&intake.reason, limits::REASON_CHARS)?;
    intake.dpp.as_ref().map_or(Ok(()), |dpp| some_text(dpp, limits::DPP_CHARS))?;
    within(intake.age_years, limits::AGE_YEARS)?;
    within(intake.term_weeks, limits::TERM_WEEKS)?;
    within(intake.systolic, limits::SYSTOLIC)?;
    within(intake.diastolic, limits::DIASTOLIC)?;
    within(intake.pulse, limits::PULSE)?;
    within(intake.temperature_dc, limits::TEMPERATURE_DC)
}

fn within<T: Copy + PartialOrd>(value: Option<Pii<T>>, range: RangeInclusive<T>) -> Checked {
    let possible = value.is_none_or(|value| range.contains(value.reveal()));
    possible.then_some(()).ok_or(ErrorCode::Malformed)
}

fn text(text: &Pii<String>, most: usize) -> Checked {
    let written = |char: char| !char.is_control() || matches!(char, '\n' | '\t');
    at_most(text.reveal().chars().count(), most)?;
    text.reveal().chars().all(written).then_some(()).ok_or(ErrorCode::Malformed)
}

fn some_text(some: &Pii<String>, most: usize) -> Checked {
    if some.reveal().trim().is_empty() {
        return Err(ErrorCode::Malformed);
    }
    text(some, most)
}

fn sdp(sdp: &str) -> Checked {
    if sdp.is_empty() {
        return Err(ErrorCode::Malformed);
    }
    at_most(sdp.len(), limits::SDP_BYTES)
}

fn party(party: &PartyId) -> Checked {
    at_most(party.0.chars().count(), limits::PARTY_CHARS)
}

fn at_most(length: usize, most: usize) -> Checked {
    (length <= most).then_some(()).ok_or(ErrorCode::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::{clinical::Advise, id::ConsultationId};

    fn advice(text: &str) -> ClientMessage {
        let consultation = ConsultationId(uuid::Uuid::from_u128(1));
        ClientMessage::Advise(Advise { consultation, revision: 1, text: text.into() })
    }

    #[test]
    fn vital_signs_outside_the_possible_are_malformed() {
        let possible = Intake { pulse: Some(140.into()), systolic: Some(0.into()), ..Intake::default() };
        assert_eq!(check_intake(&possible), Ok(()));
        let typed_twice = Intake { pulse: Some(14_014.into()), ..Intake::default() };
        assert_eq!(check_intake(&typed_twice), Err(ErrorCode::Malformed));
        let fahrenheit = Intake { temperature_dc: Some(986.into()), ..Intake::default() };
        assert_eq!(check_intake(&fahrenheit), Err(ErrorCode::Malformed));
    }

    #[test]
    fn texts_count_characters_not_bytes() {
        assert_eq!(check(&advice(&"ɓ".repeat(limits::ADVICE_CHARS))), Ok(()));
        assert_eq!(check(&advice(&"a".repeat(limits::ADVICE_CHARS + 1))), Err(ErrorCode::TooLarge));
    }

    #[test]
    fn empty_advice_and_control_characters_are_malformed() {
        for wrong in ["", " \n", "lie\u{0}down", "\u{1b}[31m"] {
            assert_eq!(check(&advice(wrong)), Err(ErrorCode::Malformed));
        }
        assert_eq!(check(&advice("Allonger la patiente.\n\tPerfusion.")), Ok(()));
    }
}
