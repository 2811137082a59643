//! The referrals of one consultation, oldest first.

use super::{Referral, ReferralState};
use crate::id::ReferralId;

/// The largest number of referrals of a consultation.
pub const REFERRALS: usize = 5;

/// The referrals of one consultation, with those that are over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Referrals(Vec<Referral>);

impl Referrals {
    /// All of them, oldest first.
    pub fn all(&self) -> &[Referral] {
        &self.0
    }

    /// One of them.
    pub fn find(&self, id: ReferralId) -> Option<&Referral> {
        self.0.iter().find(|known| known.order.referral == id)
    }

    /// True if one of them was not cancelled.
    pub fn any_stands(&self) -> bool {
        self.0.iter().any(|known| known.state != ReferralState::Cancelled)
    }

    pub(crate) fn add(&mut self, referral: Referral) {
        self.0.push(referral);
    }

    pub(crate) fn find_mut(&mut self, id: ReferralId) -> Option<&mut Referral> {
        self.0.iter_mut().find(|known| known.order.referral == id)
    }
}
