//! What the hub is told of a consultation that is over, because it does not follow it any more.

use teranga_clinic::{
    consultation::Consultation,
    history::History,
    id::ReferralId,
    people::{Identity, Place, Role},
    referral::{Referral, ReferralEvent, next_code},
};
use teranga_signaling::contract::{AtEnd, OverReferral};

/// The consultation of a referral as it is on the disk, for something that `by` does; none while it goes on.
pub fn over(history: &History, referral: &Referral, by: Option<&Identity>) -> Option<Box<OverReferral>> {
    let consultation = history.consultation();
    consultation.ended_at()?;
    let facts = u32::try_from(history.facts().len()).unwrap_or(u32::MAX);
    let members = consultation.entered().iter().chain(consultation.formers());
    let doctors = members.filter(|who| who.role == Role::Doctor).map(|who| who.party.clone());
    Some(Box::new(OverReferral {
        at_end: AtEnd { facts, is_new_tablet: by.is_some_and(|by| is_new_tablet(consultation, by)) },
        place: consultation.post().place.id.clone(),
        doctors: doctors.collect(),
        referral: referral.clone(),
    }))
}

/// Another structure is asked from now on, with a code of its own.
pub fn asked_next(referral: ReferralId, structure: Place) -> ReferralEvent {
    ReferralEvent::AskedNext { structure, code: Some(next_code(referral, rand::random()).into()) }
}

/// True for a tablet of the post that has had no part in the consultation.
fn is_new_tablet(consultation: &Consultation, by: &Identity) -> bool {
    let is_of_post = by.role == Role::Kiosk && consultation.is_of_post(by);
    is_of_post && !consultation.tablets().contains(&by.party)
}
