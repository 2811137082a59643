//! The consent of a consultation's patient, and what depends on it.

use super::{Consultation, Illegal};
use crate::{
    consent::{ConsentAct, ConsentStanding, Consents},
    fact::Fact,
    people::Role,
};

/// True if the record of a consultation may be sent to the shared national record. Whoever publishes asks this at the moment of sending, because
/// a consent may have been withdrawn since.
pub fn may_publish(consultation: &Consultation) -> bool {
    consents(consultation).last().is_some_and(|last| last.standing == ConsentStanding::Given)
}

/// What the patient answered.
pub const fn consents(consultation: &Consultation) -> &Consents {
    &consultation.consents
}

pub(super) fn give(consultation: &mut Consultation, said: ConsentAct, fact: &Fact) -> Result<(), Illegal> {
    of_post(consultation, fact)?;
    consultation.consents.give(said, fact.at, fact.staff.clone());
    Ok(())
}

pub(super) fn withdraw(
    consultation: &mut Consultation,
    said: ConsentAct,
    fact: &Fact,
) -> Result<(), Illegal> {
    of_post(consultation, fact)?;
    consultation.consents.withdraw(said, fact.at, fact.staff.clone());
    Ok(())
}

/// Only the post, where the patient is, writes an answer down.
fn of_post(consultation: &Consultation, fact: &Fact) -> Result<(), Illegal> {
    let author = consultation.author(fact)?;
    if author.role == Role::Kiosk { Ok(()) } else { Err(Illegal::Actor) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{consent::ConsentGiver, fact::What, id::ActId, request::Language, sample::after};
    use uuid::Uuid;

    fn said(number: u128) -> ConsentAct {
        ConsentAct {
            act: ActId(Uuid::from_u128(number)),
            language: Language::Ff,
            giver: ConsentGiver::Patient,
        }
    }

    fn yes(number: u128) -> (Option<&'static str>, What) {
        (Some("post"), What::Consented { said: said(number) })
    }

    fn no(number: u128) -> (Option<&'static str>, What) {
        (Some("post"), What::ConsentWithdrawn { said: said(number) })
    }

    /// What the last of these answers means, after so many facts of the sample.
    fn standing(first: usize, answers: &[(Option<&str>, What)]) -> (Option<ConsentStanding>, bool) {
        let consultation = after(first, answers).unwrap();
        (consents(&consultation).last().map(|last| last.standing), may_publish(&consultation))
    }

    #[test]
    fn nothing_is_published_unless_the_last_answer_is_yes() {
        assert_eq!(standing(2, &[]), (None, false), "nobody asked");
        assert_eq!(standing(2, &[yes(1)]), (Some(ConsentStanding::Given), true));
        assert_eq!(standing(2, &[no(1)]), (Some(ConsentStanding::Refused), false));
        assert_eq!(standing(2, &[yes(1), no(2)]), (Some(ConsentStanding::Withdrawn), false));
        assert_eq!(standing(2, &[no(1), yes(2)]), (Some(ConsentStanding::Given), true));
        assert_eq!(standing(2, &[yes(1), no(2), no(3)]), (Some(ConsentStanding::Withdrawn), false));
    }

    #[test]
    fn a_yes_that_is_said_again_late_does_not_undo_a_withdrawal() {
        assert_eq!(standing(2, &[yes(1), no(2), yes(1)]), (Some(ConsentStanding::Withdrawn), false));
    }

    #[test]
    fn a_no_that_is_repeated_is_written_down_a_bounded_number_of_times_and_a_yes_can_always_be_withdrawn() {
        let answers = |last: (Option<&'static str>, What)| {
            let all: Vec<_> = (1..40).map(no).chain([last]).collect();
            after(2, &all).unwrap()
        };
        assert!(!consents(&answers(no(40))).may_withdraw());
        assert!(consents(&answers(yes(40))).may_withdraw());
    }

    #[test]
    fn it_is_withdrawn_also_after_the_end_and_only_by_the_post() {
        assert_eq!(standing(7, &[yes(1), no(2)]), (Some(ConsentStanding::Withdrawn), false));
        for by in [Some("doctor"), Some("stranger"), None] {
            let refused = after(2, &[(by, What::Consented { said: said(1) })]);
            assert_eq!(refused, Err(Illegal::Actor), "{by:?}");
        }
    }
}
