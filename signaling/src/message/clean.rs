//! The one place where the texts that clients write are cleaned, before they are checked and become facts.

use crate::message::ClientMessage;
use teranga_clinic::{pii::Pii, request::Intake, text};

/// Takes out of a message's texts what nobody sees and what would change how the rest reads (see [`text::clean`]).
pub(crate) fn clean(message: &mut ClientMessage) {
    match message {
        ClientMessage::Request(request) => clean_intake(&mut request.intake),
        ClientMessage::Examine(examine) => clean_intake(&mut examine.intake),
        ClientMessage::TellOutcome(tell) => clean_text(&mut tell.text),
        ClientMessage::Note(note) => clean_text(&mut note.text),
        ClientMessage::Advise(advice) => clean_text(&mut advice.text),
        ClientMessage::Invite(invite) => invite.why.as_mut().map_or((), clean_text),
        ClientMessage::Redirect(redirect) => clean_text(&mut redirect.why),
        ClientMessage::WriteChat(write) => clean_text(&mut write.text),
        _ => {}
    }
}

fn clean_intake(intake: &mut Intake) {
    clean_text(&mut intake.reason);
    intake.dpp.iter_mut().chain(&mut intake.name).for_each(clean_text);
    intake.as_typed.iter_mut().for_each(|typed| clean_text(&mut typed.text));
}

fn clean_text(text: &mut Pii<String>) {
    let clean = text::clean(text.reveal());
    if clean != *text.reveal() {
        *text = Pii::new(clean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use teranga_clinic::{
        id::ConsultationId,
        people::Speciality,
        request::{Request, Urgency},
    };

    #[test]
    fn the_texts_of_a_request_are_cleaned() {
        let (reason, dpp) = ("TA \u{202e}011/071".into(), Some("47\u{7}11".into()));
        let mut message = ClientMessage::Request(Request {
            request: ConsultationId(uuid::Uuid::from_u128(1)),
            speciality: Speciality::General,
            urgency: Urgency::Stat,
            intake: Intake { reason, dpp, ..Intake::default() },
            defer_to: None,
            patient: None,
            appointment_with: None,
        });
        clean(&mut message);
        let ClientMessage::Request(Request { intake, .. }) = message else { panic!("another message") };
        assert_eq!(intake.reason.reveal(), "TA 011/071");
        assert_eq!(intake.dpp.unwrap().reveal(), "4711");
    }
}
