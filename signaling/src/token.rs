//! Tokens: 128 random bits that open one door.

use crate::limits::TOKEN_CHARS;
use rand::CryptoRng;
use std::fmt;
use teranga_clinic::pii::Pii;

/// A bearer secret. Compared as one number, printed by nobody but [`reveal`](Self::reveal).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Token(u128);

impl Token {
    /// A fresh one.
    pub(crate) fn random(rng: &mut dyn CryptoRng) -> Self {
        let mut bytes = [0; 16];
        rng.fill_bytes(&mut bytes);
        Self(u128::from_be_bytes(bytes))
    }

    /// Reads what [`reveal`](Self::reveal) wrote, and nothing else.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plain = text.len() == TOKEN_CHARS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        plain.then(|| u128::from_str_radix(text, 16).ok().map(Self)).flatten()
    }

    /// The token as it travels.
    pub(crate) fn reveal(self) -> Pii<String> {
        Pii::new(format!("{:032x}", self.0))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹token›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{SeedableRng, rngs::StdRng};

    #[test]
    fn a_token_reads_back_and_its_look_alikes_do_not() {
        let token = Token::random(&mut StdRng::seed_from_u64(1));
        let text = token.reveal().into_inner();
        assert_eq!(Token::parse(&text), Some(token));
        for wrong in ["", "+", &text[1..], &format!("+{}", &text[1..]), &format!("{text}0")] {
            assert_eq!(Token::parse(wrong), None);
        }
    }

    #[test]
    fn debug_tells_nothing() {
        assert_eq!(format!("{:?}", Token(7)), "‹token›");
    }
}
