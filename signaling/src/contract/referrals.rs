//! What the hub is told of referrals.

use super::author::{AtEnd, Author};
use teranga_clinic::{
    fact::What,
    id::{ConsultationId, PartyId},
    people::Identity,
    referral::Referral,
};

/// A referral was ordered, or something happened to it.
#[derive(Clone, Debug)]
pub struct ReferralChange {
    /// The consultation.
    pub consultation: ConsultationId,
    /// Whoever did it; none for a receiver without an account and for the server's own clock.
    pub by: Option<Box<Identity>>,
    /// Who of a post's staff did.
    pub author: Author,
    /// The fact: [`What::Referred`] or [`What::ReferralMoved`].
    pub what: Box<What>,
    /// The number of steps on which it rests: if there are more by now, it counts no more. None for a person, whose act stands for itself.
    pub known_steps: Option<usize>,
    /// The consultation as it is on the disk if it is over, because the hub does not follow it any more; none while it goes on.
    pub over: Option<Box<OverReferral>>,
}

/// A consultation that is over, for something that happened to a referral of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverReferral {
    /// The consultation as it is on the disk.
    pub at_end: AtEnd,
    /// The identifier of the structure of its post, whose tablets are told.
    pub place: String,
    /// Its doctors, who are told.
    pub doctors: Vec<PartyId>,
    /// The referral as it is on the disk.
    pub referral: Referral,
}
