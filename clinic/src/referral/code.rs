//! The codes of a letter. The structure that is asked first has ten characters that are made of the identifier. Each one that is asked after it has five
//! more that are random, so that a structure that rejected or did not answer neither reads on nor speaks for the one that is asked now.

use super::Referral;
use crate::{
    code::{self, CHARS, GROUP},
    id::{PartyId, ReferralId},
};

/// The code with which the structure that is asked first opens the letter without an account, as `7K3M9-QRT2X`.
pub fn code_of(id: ReferralId) -> String {
    code::code_of(id.0)
}

/// The code for a structure that is asked after the first one, as `7K3M9-QRT2X-4F7ZP`. The last 25 bits of `random` count.
pub fn next_code(id: ReferralId, random: u32) -> String {
    format!("{}-{}", code_of(id), code::group_of(random))
}

/// The first and the last identifier with this code; none if it is no code.
pub fn ids_of_code(code: &str) -> Option<(ReferralId, ReferralId)> {
    let characters = code::characters(code)?;
    let first = characters.get(..CHARS)?;
    if !matches!(characters.len() - CHARS, 0 | GROUP) {
        return None;
    }
    code::ids_of(first).map(|(first, last)| (ReferralId(first), ReferralId(last)))
}

/// The name in the audit log of whoever opens a letter with its code, whom nobody knows.
pub fn code_holder(id: ReferralId) -> PartyId {
    PartyId(format!("liaison:{id}"))
}

/// What a code that somebody typed is for a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedCode {
    /// The code of the structure that is asked now, or took the patient.
    Current,
    /// The code of the structure that was asked first. Another one was asked since.
    First,
    /// None of this referral.
    Other,
}

/// What a typed code is for a referral.
pub fn typed_code(referral: &Referral, typed: &str) -> TypedCode {
    let is = |code: &str| code::characters(typed).is_some_and(|typed| Some(typed) == code::characters(code));
    if is(referral.order.code.reveal()) {
        TypedCode::Current
    } else if is(&code_of(referral.order.referral)) {
        TypedCode::First
    } else {
        TypedCode::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const ID: ReferralId = ReferralId(Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef));

    #[test]
    fn every_code_of_a_referral_finds_it_however_it_is_typed() {
        assert_eq!(next_code(ID, 0), "04HMA-SW9ND-00000");
        assert_eq!(next_code(ID, u32::MAX), "04HMA-SW9ND-ZZZZZ");
        for typed in ["04HMA-SW9ND", "o4hma sw9nd", "04HMA-SW9ND-4F7ZP", "04hmasw9nd4f7zp"] {
            let (first, last) = ids_of_code(typed).unwrap();
            assert!((first..=last).contains(&ID), "{typed}");
        }
    }

    #[test]
    fn what_is_no_code_finds_nothing() {
        for typed in
            ["", "04HMA", "04HMA-SW9ND-4F7Z", "04HMA-SW9ND-4F7ZP-0", "04HMA-SW9ND-4F7ZU", &"0".repeat(1_000)]
        {
            assert_eq!(ids_of_code(typed), None, "{typed:.30}");
        }
    }
}
