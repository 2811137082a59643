//! A consultation and the tablets of its post. It is the post's: each of its tablets may read it, and act in it while it is a case. A
//! call is at one tablet.

use super::{Consultation, Illegal};
use crate::{id::PartyId, people::Identity, tablets::Tablets};

impl Consultation {
    /// The tablets of its post.
    pub const fn tablets(&self) -> &Tablets {
        &self.tablets
    }

    /// True for each tablet of the post that asked, also for one that has had no part in it yet.
    pub fn is_of_post(&self, who: &Identity) -> bool {
        self.tablets.is_of_post(who)
    }
}

/// Another tablet of the post takes part. A case goes on with it; a call stays where it is.
pub(super) fn join(consultation: &mut Consultation, tablet: &Identity) -> Result<(), Illegal> {
    if !consultation.is_of_post(tablet) {
        return Err(Illegal::Actor);
    }
    consultation.tablets.add(tablet);
    if !consultation.phase.is_call() {
        consultation.tablets.go_on_at(&tablet.party);
    }
    Ok(())
}

/// True if this tablet may ring: any of the post for a case, and for a call the one at which it is.
pub(super) fn may_ring(consultation: &Consultation, by: &PartyId) -> bool {
    let tablets = &consultation.tablets;
    if consultation.phase.is_call() { tablets.current().party == *by } else { tablets.contains(by) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::{DeferReason, Outcome},
        clinical::Disposition,
        consultation::Phase,
        fact::{RingReason, What},
        id::ChatId,
        people::{Addressee, Role, Speciality},
        request::Intake,
        sample::{after, identity},
        time::Timestamp,
    };
    use uuid::Uuid;

    type Done<'a> = (Option<&'a str>, What);

    fn deferred() -> Done<'static> {
        let to = Addressee::Speciality(Speciality::Obstetrics);
        (Some("post"), What::Deferred { to, why: DeferReason::Chosen })
    }

    fn joined(tablet: &str) -> Done<'_> {
        (Some(tablet), What::TabletJoined { tablet: identity(tablet, Role::Kiosk) })
    }

    fn wrote(by: &str, number: u128) -> Done<'_> {
        (Some(by), What::ChatWritten { chat: ChatId(Uuid::from_u128(number)), text: "?".into(), asks: false })
    }

    const fn rang(by: &str) -> Done<'_> {
        (Some(by), What::RangAgain { why: RingReason::Asked })
    }

    #[test]
    fn another_tablet_of_the_post_acts_in_a_case_as_its_post() {
        let examined = What::Examined { intake: Intake::default(), act: None };
        let alone = after(1, &[deferred(), (Some("second"), examined.clone())]);
        assert_eq!(alone, Err(Illegal::Actor), "a fact does not say whose tablet did it");
        let facts = [deferred(), joined("second"), wrote("second", 1), (Some("second"), examined)];
        let case = after(1, &facts).unwrap();
        let (second, asker) = (PartyId("second".into()), PartyId("post".into()));
        assert_eq!((case.chat().unread_by(&asker), case.chat().has_written(&asker)), (0, true));
        assert_eq!((case.tablets().chat_member(&second), &case.tablets().current().party), (&asker, &second));
        assert_eq!(case.examinations().len(), 1);
    }

    #[test]
    fn a_tablet_of_another_post_is_no_member_and_cannot_join() {
        let mut stranger = identity("stranger", Role::Kiosk);
        stranger.place.id = "elsewhere".into();
        let case = after(1, &[deferred()]).unwrap();
        assert!(!case.is_member(&stranger) && case.is_member(&identity("second", Role::Kiosk)));
        assert!(!case.may_attach(&stranger, Timestamp(11)));
        let forged = (Some("stranger"), What::TabletJoined { tablet: stranger });
        assert_eq!(after(1, &[deferred(), forged]), Err(Illegal::Actor));
        let doctor = (Some("doctor"), What::TabletJoined { tablet: identity("doctor", Role::Doctor) });
        assert_eq!(after(1, &[deferred(), doctor]), Err(Illegal::Actor));
    }

    #[test]
    fn a_call_is_at_the_tablet_that_made_it_and_the_other_one_does_nothing_to_it() {
        let call = [deferred(), joined("second"), rang("second")];
        let rings = after(1, &call).unwrap();
        assert_eq!((rings.phase(), rings.tablets().current().party.0.as_str()), (Phase::Waiting, "second"));
        assert_eq!(rings.post().party.0, "post", "who asked");
        for hijack in [rang("post"), deferred()] {
            assert_eq!(after(1, &[&call[..], &[hijack]].concat()), Err(Illegal::Actor));
        }
        let stays = after(1, &[joined("second")]).unwrap();
        assert_eq!(stays.tablets().current().party.0, "post", "joining a call does not move it");
        assert_eq!(after(1, &[joined("second"), rang("second")]), Err(Illegal::Actor));
    }

    #[test]
    fn a_specialist_calls_the_tablet_that_was_named_last() {
        let claimed = (Some("doctor"), What::Claimed { doctor: identity("doctor", Role::Doctor) });
        let named = (None, What::TabletJoined { tablet: identity("post", Role::Kiosk) });
        let call = after(1, &[deferred(), joined("second"), named, claimed]).unwrap();
        assert_eq!((call.phase(), call.tablets().current().party.0.as_str()), (Phase::Running, "post"));
    }

    #[test]
    fn another_tablet_tells_the_outcome_and_adds_what_it_kept_after_the_end() {
        let follow_up = Some(Timestamp(99));
        let close = (Some("doctor"), What::Closed { disposition: Disposition::Advice, follow_up });
        let told = What::OutcomeTold { outcome: Outcome::Recovered, text: "".into(), act: None };
        let over = after(3, &[close, joined("second"), (Some("second"), told)]).unwrap();
        assert_eq!(over.phase(), Phase::Closed);
        assert!(over.may_attach(&identity("third", Role::Kiosk), Timestamp(99)));
    }
}
