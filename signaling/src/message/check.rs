//! The one place where what a client wrote is held against the bounds of [`limits`].

use crate::{
    limits,
    message::{ClientMessage, session::ErrorCode},
};
use std::{collections::BTreeSet, ops::RangeInclusive};
use teranga_clinic::{id::PartyId, people::Addressee, photo::Mark, pii::Pii, request::Intake, vital::Vital};

type Checked = Result<(), ErrorCode>;

/// Refuses a message whose texts are too long or whose figures cannot be.
pub(crate) fn check(message: &ClientMessage) -> Checked {
    match message {
        ClientMessage::Request(request) => {
            addressee(request.defer_to.as_ref())?;
            check_intake(&request.intake)
        }
        ClientMessage::Defer(defer) => addressee(defer.to.as_ref()),
        ClientMessage::Examine(examine) => check_intake(&examine.intake),
        ClientMessage::TellOutcome(tell) => text(&tell.text, limits::OUTCOME_CHARS),
        ClientMessage::AssignCase(assign) => party(&assign.to),
        ClientMessage::AskOpinion(ask) => party(&ask.party),
        ClientMessage::Close(close) => hours(close.follow_up_h),
        ClientMessage::Join(join) => sdp(&join.sdp),
        ClientMessage::Offer(offer) => sdp(&offer.sdp),
        ClientMessage::Invite(invite) => {
            party(&invite.party)?;
            invite.why.as_ref().map_or(Ok(()), |why| some_text(why, limits::REASON_CHARS))
        }
        ClientMessage::Note(note) => text(&note.text, limits::NOTE_CHARS),
        ClientMessage::Advise(advice) => some_text(&advice.text, limits::ADVICE_CHARS),
        ClientMessage::WriteChat(write) => some_text(&write.text, limits::CHAT_CHARS),
        ClientMessage::Postpone(postpone) => within(postpone.for_ms, limits::POSTPONE_MS),
        ClientMessage::Redirect(redirect) => some_text(&redirect.why, limits::REASON_CHARS),
        ClientMessage::Availability(set) => {
            set.for_ms.map_or(Ok(()), |for_ms| within(for_ms, limits::DECLARED_MS))
        }
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
    intake.name.as_ref().map_or(Ok(()), |name| some_text(name, limits::NAME_CHARS))?;
    let possible =
        |vital: &Vital| intake.figure(*vital).is_none_or(|figure| vital.possible().contains(&figure));
    Vital::ALL.iter().all(possible).then_some(()).ok_or(ErrorCode::Malformed)?;
    once(intake.unmeasurable.iter().map(Pii::reveal))?;
    once(intake.as_typed.iter().map(|typed| typed.vital.reveal()))?;
    intake.as_typed.iter().try_for_each(|typed| some_text(&typed.text, limits::TYPED_CHARS))
}

/// Refuses a list that names a value twice, and thereby any list that is longer than the form.
fn once<'a>(mut vitals: impl Iterator<Item = &'a Vital>) -> Checked {
    let mut seen = BTreeSet::new();
    vitals.all(|vital| seen.insert(vital)).then_some(()).ok_or(ErrorCode::Malformed)
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

fn addressee(to: Option<&Addressee>) -> Checked {
    match to {
        Some(Addressee::Party(one)) => party(one),
        Some(Addressee::Speciality(_)) | None => Ok(()),
    }
}

fn hours(hours: Option<u16>) -> Checked {
    let possible = hours.is_none_or(|hours| (1..=limits::FOLLOW_UP_HOURS).contains(&hours));
    possible.then_some(()).ok_or(ErrorCode::Malformed)
}

fn party(party: &PartyId) -> Checked {
    at_most(party.0.chars().count(), limits::PARTY_CHARS)
}

fn within(ms: u64, bounds: RangeInclusive<u64>) -> Checked {
    bounds.contains(&ms).then_some(()).ok_or(ErrorCode::Malformed)
}

fn at_most(length: usize, most: usize) -> Checked {
    (length <= most).then_some(()).ok_or(ErrorCode::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::{clinical::Advise, id::ConsultationId, vital::AsTyped};

    fn advice(text: &str) -> ClientMessage {
        let consultation = ConsultationId(uuid::Uuid::from_u128(1));
        ClientMessage::Advise(Advise { consultation, revision: 1, text: text.into(), replaces: None })
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
    fn every_value_of_the_form_has_bounds() {
        let breaths = |rate| Intake { breathing_rate: Some(rate), ..Intake::default() };
        assert_eq!(check_intake(&breaths(150.into())), Ok(()));
        assert_eq!(check_intake(&breaths(151.into())), Err(ErrorCode::Malformed));
        let heavy = Intake { weight_g: Some(u32::MAX.into()), ..Intake::default() };
        assert_eq!(check_intake(&heavy), Err(ErrorCode::Malformed));
        let nameless = Intake { name: Some(" ".into()), ..Intake::default() };
        assert_eq!(check_intake(&nameless), Err(ErrorCode::Malformed));
        let long =
            Intake { name: Some("ñ".repeat(limits::NAME_CHARS + 1).as_str().into()), ..Intake::default() };
        assert_eq!(check_intake(&long), Err(ErrorCode::TooLarge));
    }

    #[test]
    fn what_was_typed_is_short_and_told_once_a_value() {
        let typed = |vital, text: &str| AsTyped { vital: Pii::new(vital), text: text.into() };
        let with = |as_typed| Intake { as_typed, ..Intake::default() };
        let all = Vital::ALL.map(|vital| typed(vital, "396"));
        assert_eq!(check_intake(&with(all.to_vec())), Ok(()));
        let twice = vec![typed(Vital::Pulse, "1400"), typed(Vital::Pulse, "1300")];
        assert_eq!(check_intake(&with(twice)), Err(ErrorCode::Malformed));
        let long = vec![typed(Vital::Pulse, &"1".repeat(limits::TYPED_CHARS + 1))];
        assert_eq!(check_intake(&with(long)), Err(ErrorCode::TooLarge));
        let unmeasurable = vec![Pii::new(Vital::Systolic), Pii::new(Vital::Systolic)];
        let twice = Intake { unmeasurable, ..Intake::default() };
        assert_eq!(check_intake(&twice), Err(ErrorCode::Malformed));
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
