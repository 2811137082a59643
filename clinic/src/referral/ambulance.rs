//! The telephone of an ambulance, which hears and speaks in the call of one evacuation. Its party is made for one link and named after the
//! referral, so that everybody who knows the party knows where it may be, also after a restart.

use super::ReferralState;
use crate::id::{PartyId, ReferralId};
use uuid::Uuid;

/// The beginning of the party of every ambulance. No account and no tablet has a party that begins so.
const PREFIX: &str = "ambulance-";

/// The length of a referral's identifier within a party, in characters.
const NAME_CHARS: usize = 36;

/// The party of the telephone that opens the link with this number.
pub fn ambulance_party(referral: ReferralId, link: u64) -> PartyId {
    PartyId(format!("{PREFIX}{}-{link:016x}", referral.0))
}

/// True for the telephone of an ambulance.
pub fn is_ambulance(party: &PartyId) -> bool {
    party.0.starts_with(PREFIX)
}

/// The referral to whose call the telephone of an ambulance belongs; none for any other party.
pub fn referral_of_ambulance(party: &PartyId) -> Option<ReferralId> {
    let name = party.0.strip_prefix(PREFIX)?.get(..NAME_CHARS)?;
    name.parse::<Uuid>().ok().map(ReferralId)
}

impl ReferralState {
    /// True while a link for the ambulance may be made: the patient will travel, or travels.
    pub const fn calls_ambulance(self) -> bool {
        matches!(self, Self::Accepted | Self::EnRoute)
    }

    /// True while the telephone of the ambulance may stay in the call: until the patient has arrived, or is not sent any more. A structure
    /// that says no after all does not put it out.
    pub const fn keeps_ambulance(self) -> bool {
        !self.is_over() && !matches!(self, Self::Arrived | Self::InCare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_party_names_its_referral_and_no_other_party_is_taken_for_one() {
        let referral = ReferralId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));
        let party = ambulance_party(referral, 7);
        assert!(is_ambulance(&party));
        assert_eq!(referral_of_ambulance(&party), Some(referral));
        assert_ne!(party, ambulance_party(referral, 8), "each link has its own");
        for other in
            ["", "guest", "person-0123", "kiosk-nabadji-1", "ambulance-", "ambulance-é", "ambulance-x"]
        {
            assert_eq!(referral_of_ambulance(&PartyId(other.into())), None, "{other}");
        }
        assert!(is_ambulance(&PartyId("ambulance-".into())), "a damaged one is still let nowhere");
    }

    #[test]
    fn a_link_is_made_for_a_journey_and_ends_with_it() {
        use ReferralState::{Accepted, EnRoute, Received, Rejected, Requested};
        let may = |test: fn(ReferralState) -> bool| -> Vec<_> {
            ReferralState::ALL.into_iter().filter(|state| test(*state)).collect()
        };
        assert_eq!(may(ReferralState::calls_ambulance), [Accepted, EnRoute]);
        assert_eq!(may(ReferralState::keeps_ambulance), [Requested, Received, Accepted, Rejected, EnRoute]);
    }
}
