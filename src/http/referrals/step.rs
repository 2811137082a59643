//! Something happens to a referral: the page's act becomes a fact once, however often it is sent.

use super::found::Found;
use crate::{
    http::{bodies::FailureCode, error::ApiError, state::HttpState},
    referrals::{asked_next, over},
};
use std::time::Duration;
use teranga_clinic::{
    fact::What,
    id::{ActId, ConsultationId, ReferralId},
    people::{Identity, Place},
    pii::Pii,
    referral::{NotNow, Referral, ReferralActor, ReferralEvent, ReferralStep, TextFlaw, cleaned_event},
};
use teranga_signaling::contract::{Author, Input, ReferralChange};

/// Whoever does something with a referral. Their right to do so was checked.
pub(super) struct Mover {
    pub(super) actor: ReferralActor,
    /// The account or tablet; none for somebody with the code of the letter.
    pub(super) by: Option<Identity>,
    /// The name that stands beside the step.
    pub(super) name: Pii<String>,
    /// Who of a post's staff did it.
    pub(super) author: Author,
}

impl Mover {
    /// Somebody who is signed in.
    pub(super) fn signed_in(actor: ReferralActor, who: Identity) -> Self {
        Self { actor, name: who.name.clone(), by: Some(who), author: Author::AtTheTablet }
    }
}

/// Says what happened, and gives the referral once that is on the disk. An act that is there already changes nothing.
///
/// # Errors
/// [`FailureCode::ReferralStep`] for an event that does not follow, [`FailureCode::ReferralStructure`] for a structure that cannot be
/// asked, [`FailureCode::TooLarge`] and [`FailureCode::Malformed`] for its texts, and [`FailureCode::Storage`] if the disk is too slow:
/// the page sends the act again.
pub(super) async fn step(
    state: &HttpState,
    (consultation, referral): (ConsultationId, ReferralId),
    mover: &Mover,
    (act, event): (ActId, ReferralEvent),
) -> Result<Referral, ApiError> {
    let mut event = cleaned_event(event)?;
    for look in 0..LOOKS {
        let found = Found::read(state, consultation, referral).await?;
        if found.referral().knows(act) {
            return Ok(found.referral().clone());
        }
        if look == 0 {
            event = with_known_structure(state, &found, event).await?;
        }
        check(&found, state, mover, (act, &event))?;
        if look % SAY_EVERY == 0 {
            tell(state, change(&found, mover, (act, &event))).await?;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Err(FailureCode::Storage.into())
}

/// Refuses an event that does not follow.
fn check(
    found: &Found,
    state: &HttpState,
    mover: &Mover,
    (act, event): (ActId, &ReferralEvent),
) -> Result<(), ApiError> {
    let (at, event) = (state.clock.timestamp(), event.clone());
    let step = ReferralStep { at, actor: mover.actor, by: mover.name.clone(), event, act: Some(act) };
    found.referral().clone().apply(&step).map_err(|NotNow| FailureCode::ReferralStep.into())
}

/// The event with the structure as the directory has it: of the page's word only the identifier counts.
async fn with_known_structure(
    state: &HttpState,
    found: &Found,
    event: ReferralEvent,
) -> Result<ReferralEvent, ApiError> {
    let ReferralEvent::AskedNext { structure, .. } = event else { return Ok(event) };
    let post = found.history.consultation().post().place.id.clone();
    let structure = places(state, &post, [structure.id]).await?.remove(0);
    Ok(asked_next(found.referral().order.referral, structure))
}

/// The structures with these identifiers, in their order.
///
/// # Errors
/// [`FailureCode::ReferralStructure`] if one is unknown or closed, or is the post itself.
pub(super) async fn places(
    state: &HttpState,
    post: &str,
    ids: impl IntoIterator<Item = String>,
) -> Result<Vec<Place>, ApiError> {
    let all = state.identities.structures().await?;
    let find = |id: String| {
        let found = all.iter().find(|one| one.place.id == id && id != post && !one.closed);
        found.map(|one| one.place.clone()).ok_or_else(|| FailureCode::ReferralStructure.into())
    };
    ids.into_iter().map(find).collect()
}

/// What the hub is told.
fn change(found: &Found, mover: &Mover, (act, event): (ActId, &ReferralEvent)) -> ReferralChange {
    let what = What::ReferralMoved {
        referral: found.referral().order.referral,
        actor: mover.actor,
        by_name: mover.name.clone(),
        event: Box::new(event.clone()),
        act: Some(act),
    };
    ReferralChange {
        consultation: found.history.consultation().id(),
        by: mover.by.clone().map(Box::new),
        author: mover.author.clone(),
        what: Box::new(what),
        known_steps: None,
        over: over(&found.history, found.referral(), mover.by.as_ref()),
    }
}

pub(super) async fn tell(state: &HttpState, change: ReferralChange) -> Result<(), ApiError> {
    let input = Input::Referral(Box::new(change));
    state.inputs.send(input).await.map_err(|_| FailureCode::Draining.into())
}

impl From<TextFlaw> for ApiError {
    fn from(flaw: TextFlaw) -> Self {
        match flaw {
            TextFlaw::TooLong => FailureCode::TooLarge,
            TextFlaw::Malformed => FailureCode::Malformed,
        }
        .into()
    }
}

/// The times that the disk is asked for a fact, and the pause between them: two seconds in all.
pub(super) const LOOKS: u32 = 40;
pub(super) const LOOK_EVERY: Duration = Duration::from_millis(50);
/// The looks after which the hub is told again: it forgets what it cannot record at once, because something else is on its way to the disk.
pub(super) const SAY_EVERY: u32 = 5;
