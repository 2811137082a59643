//! Enrolment codes as people type them. This file imports nothing, so that the fuzzer can include it.

/// Crockford's base 32. It has no I, L, O and U, so that a code can be read out on the telephone.
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The length of a code, characters: 60 bits. Whoever tries 5,000 codes a second for a day, while a thousand codes are open,
/// finds one with a chance below one in a million, so no throttle has to keep a right code out.
pub const LENGTH: usize = 12;

/// Every length that is read, characters: that of new codes, and that of those which the version before printed, good for a day.
pub const LENGTHS: [usize; 2] = [LENGTH, 10];

/// The code that a person meant. Case, spaces and hyphens do not matter; O is read as 0, I and L as 1. `None` if it is no
/// code.
pub fn read(typed: &str) -> Option<String> {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(LENGTH + 1);
    let code = letters.map(canonical).collect::<Option<String>>()?;
    LENGTHS.contains(&code.len()).then_some(code)
}

fn canonical(letter: char) -> Option<char> {
    let letter = match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    ALPHABET.contains(&u8::try_from(letter).ok()?).then_some(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_survives_the_telephone() {
        let code = "7F3K-Q0M2-XV9R";
        let plain = code.replace('-', "");
        assert_eq!(read(code), Some(plain.clone()));
        assert_eq!(read(&format!(" {} ", code.to_lowercase().replace('-', " "))), Some(plain));
        assert_eq!(read("oOiIl LLL00 AB"), Some("0011111100AB".into()));
        assert_eq!(read("7F3KQ-0M2XV"), Some("7F3KQ0M2XV".into()), "printed by the version before");
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in ["", "1234", "12345678901", "1234567890123", "12345-6789U", "12345-6789é"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
