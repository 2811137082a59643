//! Codes for where there is no camera and no account: the first 50 bits of a random identifier in ten characters of Crockford's
//! base 32. A code is printed in two groups of five.

use uuid::Uuid;

/// The characters: no I, L, O and U, which are mistaken for others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
pub(crate) const CHARS: usize = 10;
/// Characters of a group.
pub(crate) const GROUP: usize = CHARS / 2;
/// Bits of an identifier that the code does not tell.
const UNTOLD_BITS: u32 = 128 - 50;

/// The code of an identifier, as `7K3M9-QRT2X`.
pub fn code_of(id: Uuid) -> String {
    let mut told = id.as_u128() >> UNTOLD_BITS;
    let mut chars = [0; CHARS];
    for char in chars.iter_mut().rev() {
        *char = ALPHABET[(told & 31) as usize];
        told >>= 5;
    }
    let code: String = chars.map(char::from).iter().collect();
    format!("{}-{}", &code[..CHARS / 2], &code[CHARS / 2..])
}

/// The first and the last identifier with this code; none if it is no code. Small letters, spaces and hyphens are taken, O is read as
/// 0, and I and L as 1.
pub fn ids_of_code(code: &str) -> Option<(Uuid, Uuid)> {
    ids_of(&characters(code)?)
}

/// The characters of a code as it is printed, without its hyphens; none for what is no code, or longer than 40 bytes.
pub(crate) fn characters(code: &str) -> Option<Vec<u8>> {
    if code.len() > 4 * CHARS {
        return None;
    }
    let chars = code.bytes().filter(|char| !matches!(char, b' ' | b'-')).map(|char| {
        match char.to_ascii_uppercase() {
            b'O' => b'0',
            b'I' | b'L' => b'1',
            other => other,
        }
    });
    chars.map(|char| ALPHABET.contains(&char).then_some(char)).collect()
}

/// The identifiers with a code of these characters; none if there are not ten of them.
pub(crate) fn ids_of(characters: &[u8]) -> Option<(Uuid, Uuid)> {
    let mut told = 0_u128;
    for char in characters.iter().filter(|_| characters.len() == CHARS) {
        let digit = ALPHABET.iter().position(|known| known == char)?;
        told = told << 5 | u128::try_from(digit).ok()?;
    }
    let first = told << UNTOLD_BITS;
    let ids = || (Uuid::from_u128(first), Uuid::from_u128(first | ((1 << UNTOLD_BITS) - 1)));
    (characters.len() == CHARS).then(ids)
}

/// Five characters that stand for the last 25 bits of a number.
pub(crate) fn group_of(number: u32) -> String {
    let digit = |place: usize| char::from(ALPHABET[(number >> (5 * place) & 31) as usize]);
    (0..GROUP).rev().map(digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_finds_its_identifier_however_it_is_typed() {
        let id = Uuid::from_u128(0x0123_4567_89ab_4def_8123_4567_89ab_cdef);
        let code = code_of(id);
        assert_eq!(code, "04HMA-SW9ND");
        for typed in [&code, "04hmasw9nd", " O4HMA SW9ND ", "o4hma-sw9-nd"] {
            let (first, last) = ids_of_code(typed).unwrap();
            assert!((first..=last).contains(&id), "{typed}");
            assert_eq!(code_of(last), code);
        }
    }

    #[test]
    fn what_is_no_code_finds_nothing() {
        for typed in ["", "04HMA-SW9N", "04HMA-SW9NDA", "04HMA-SW9NU", "04HMA-SW9Né", &"0".repeat(1_000)] {
            assert_eq!(ids_of_code(typed), None, "{typed:.20}");
        }
    }
}
