//! Texts that people write: which names are accepted, and what is taken out of free texts before they become a fact.
//! Characters that no reader sees, or that change the order in which others are read (Unicode's bidirectional controls,
//! UAX #9), could make "TA 110/70" read as another pressure. Pure; a stored text is never cleaned again.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// The longest name of a person, a post or a place, in characters.
pub const NAME_CHARS: usize = 80;

/// The longest name, in bytes of UTF-8. An emoji with its parts takes 20.
pub const NAME_BYTES: usize = 240;

/// The reason why something cannot be a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFlaw {
    /// There is nothing in it that can be seen: it is empty, or has only spaces and combining marks.
    #[error("a name must have at least one letter")]
    Empty,
    /// More than [`NAME_CHARS`] or [`NAME_BYTES`].
    #[error("a name has at most {NAME_CHARS} characters")]
    TooLong,
    /// It has a line break, a control character, or one that changes the direction of what follows.
    #[error(
        "a name must not have line breaks, control characters or characters that turn the direction of writing"
    )]
    Control,
    /// More combining marks on one letter than any language has; they would cover the lines above and below.
    #[error("a letter of a name must not have more than {MARKS} marks")]
    Marks,
}

/// Checks the name of a person, a post, a place or a device, and gives it in its stored form: composed (NFC, UAX #15),
/// without spaces around it, with single spaces inside.
///
/// # Errors
/// The first [`NameFlaw`].
pub fn name(text: &str) -> Result<String, NameFlaw> {
    if text.len() > 4 * NAME_BYTES {
        return Err(NameFlaw::TooLong);
    }
    let composed: String = text.nfc().collect();
    let joins_nothing = without_idle_joiners(composed.chars()).count() < composed.chars().count();
    if joins_nothing || composed.chars().any(|char| char != ' ' && is_hidden(char)) {
        return Err(NameFlaw::Control);
    }
    let name = composed.split_whitespace().collect::<Vec<_>>().join(" ");
    if !name.chars().any(is_visible) {
        return Err(NameFlaw::Empty);
    }
    if name.chars().count() > NAME_CHARS || name.len() > NAME_BYTES {
        return Err(NameFlaw::TooLong);
    }
    if without_excess_marks(name.chars()).count() < name.chars().count() {
        return Err(NameFlaw::Marks);
    }
    Ok(name)
}

/// The longest number of a register, in characters. The numbers of professional orders have up to ten.
pub const ORDER_NUMBER_CHARS: usize = 20;

/// The reason why something cannot be a number in the register of a professional order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a number of an order has 1 to {ORDER_NUMBER_CHARS} letters and figures, at least one figure, and between them \
     only spaces, hyphens, dots and slashes"
)]
pub struct OrderNumberFlaw;

/// Checks a doctor's number in the register of their professional order, such as `SN-1234`, and gives it in its stored
/// form: capital letters, with single spaces inside. It stands on paper beside the name, so it holds nothing but ASCII that
/// everybody reads alike.
///
/// # Errors
/// [`OrderNumberFlaw`].
pub fn order_number(text: &str) -> Result<String, OrderNumberFlaw> {
    if text.len() > 4 * ORDER_NUMBER_CHARS {
        return Err(OrderNumberFlaw);
    }
    let number = text.split(' ').filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let number = number.to_ascii_uppercase();
    let is_sign = |char: char| char.is_ascii_alphanumeric() || matches!(char, ' ' | '-' | '.' | '/');
    let is_framed = number.starts_with(|char: char| char.is_ascii_alphanumeric())
        && number.ends_with(|char: char| char.is_ascii_alphanumeric());
    let is_number =
        is_framed && number.chars().all(is_sign) && number.contains(|char: char| char.is_ascii_digit());
    if is_number && number.len() <= ORDER_NUMBER_CHARS { Ok(number) } else { Err(OrderNumberFlaw) }
}

/// A free text as it is kept: composed (NFC), its line breaks as `\n`, without control characters, without characters
/// that turn the direction of writing, and with no more combining marks on a letter than a language has. A text that has
/// nothing visible becomes empty.
pub fn clean(text: &str) -> String {
    let lines = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n");
    let kept = lines.chars().filter(|char| matches!(char, '\n' | '\t') || !is_hidden(*char));
    // What stood on both sides of a character that is taken out may compose.
    let text: String = without_excess_marks(without_idle_joiners(kept).nfc()).collect();
    if text.chars().any(is_visible) { text } else { String::new() }
}

/// True for a character that stands for itself: a letter, a figure, a sign or a symbol.
fn is_visible(char: char) -> bool {
    use GeneralCategoryGroup::{Letter, Number, Punctuation, Symbol};
    matches!(char.general_category_group(), Letter | Number | Punctuation | Symbol) && !is_filler(char)
}

/// The characters without joiners (ZWJ, ZWNJ) and variation selectors that act on nothing, because they follow no emoji and no
/// letter of a script that joins: in "Awa" and after a space nobody sees them. The first such script, Hebrew, begins at U+0590.
fn without_idle_joiners(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut before = ' ';
    chars.filter(move |char| {
        let is_joiner = matches!(char, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
        let is_kept = !is_joiner || before >= '\u{590}' && !before.is_whitespace();
        if is_kept {
            before = *char;
        }
        is_kept
    })
}

/// True for a character that nobody sees, or that acts on others. The joiners (ZWJ, ZWNJ) are left, because scripts and
/// emoji need them.
fn is_hidden(char: char) -> bool {
    use GeneralCategory::{Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Unassigned};
    let joins = matches!(char, '\u{200c}' | '\u{200d}');
    let acts = matches!(
        char.general_category(),
        Control | Format | LineSeparator | ParagraphSeparator | PrivateUse | Unassigned
    );
    acts && !joins || is_filler(char)
}

/// Letters and marks by their category that have no shape (default ignorable, UAX #44): the fillers of Hangul, the
/// blank Braille pattern, the grapheme joiner, and the selectors of Khmer, Mongolian and ideographs.
const fn is_filler(char: char) -> bool {
    matches!(
        char,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' | '\u{34f}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{e0100}'..='\u{e01ef}'
    )
}

/// The characters, with at most [`MARKS`] combining marks in a row.
fn without_excess_marks(chars: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut marks = 0;
    chars.filter(move |char| {
        marks = if is_combining_mark(*char) { marks + 1 } else { 0 };
        marks <= MARKS
    })
}

/// Combining marks on one letter. Vietnamese and Yoruba have two, biblical Hebrew four.
const MARKS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_language_of_the_country_are_taken_as_they_are() {
        for good in ["Dr Awa Ndiaye", "Ɓalde Ŋgaari Ñaxaari", "N'Deye-Fatou", "ﻋﺎﺋﺸﺔ", "👩🏾‍⚕️ awa", "Poste nº 3"]
        {
            assert_eq!(name(good).as_deref(), Ok(good));
        }
        assert_eq!(name("  Awa \u{a0} Sarr ").as_deref(), Ok("Awa Sarr"));
        assert_eq!(name("Aïssatou"), name("Ai\u{308}ssatou"), "composed and decomposed are one name");
    }

    #[test]
    fn a_joiner_after_a_space_of_any_width_is_no_part_of_a_name() {
        assert_eq!(name("Awa \u{2000}\u{fe0f}Sarr"), Err(NameFlaw::Control));
    }

    #[test]
    fn what_stood_beside_a_hidden_character_is_composed() {
        assert_eq!(clean("e\u{202e}\u{301}te\u{200d}\u{301}"), "\u{e9}t\u{e9}");
    }

    #[test]
    fn what_nobody_can_read_is_no_name() {
        for (text, flaw) in [
            ("", NameFlaw::Empty),
            (" \u{a0} ", NameFlaw::Empty),
            ("\u{301}\u{302}", NameFlaw::Empty),
            ("\u{200d}", NameFlaw::Control),
            ("\u{3164}", NameFlaw::Control),
            ("Awa\u{7}", NameFlaw::Control),
            ("Awa\nSarr", NameFlaw::Control),
            ("Awa\u{2028}Sarr", NameFlaw::Control),
            ("Awa \u{202e}rraS", NameFlaw::Control),
            ("Awa\u{2066}Sarr\u{2069}", NameFlaw::Control),
            ("Awa\u{200f}", NameFlaw::Control),
            ("Awa\u{feff}", NameFlaw::Control),
            ("Awa\u{e000}", NameFlaw::Control),
            ("Awa\u{34f} Sarr", NameFlaw::Control),
            ("A\u{200d}wa", NameFlaw::Control),
            ("Awa\u{fe0f}", NameFlaw::Control),
            ("Awa\u{180b}\u{e0100}", NameFlaw::Control),
            (" \u{200d}", NameFlaw::Control),
            ("A\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}wa", NameFlaw::Marks),
        ] {
            assert_eq!(name(text), Err(flaw), "{text:?}");
        }
    }

    #[test]
    fn a_name_is_bounded_in_characters_and_in_bytes() {
        assert!(name(&"é".repeat(NAME_CHARS)).is_ok());
        assert_eq!(name(&"a".repeat(303)), Err(NameFlaw::TooLong));
        assert_eq!(name(&"é".repeat(NAME_CHARS + 1)), Err(NameFlaw::TooLong));
        assert_eq!(name(&"👩🏾".repeat(NAME_CHARS / 2)), Err(NameFlaw::TooLong), "320 bytes");
        assert_eq!(name(&"a".repeat(1_000_000)), Err(NameFlaw::TooLong));
    }

    #[test]
    fn a_number_of_an_order_is_bounded_and_reads_as_one_thing() {
        for (typed, kept) in
            [("1234", "1234"), (" sn-1234 ", "SN-1234"), ("MG  12/2019", "MG 12/2019"), ("N.7", "N.7")]
        {
            assert_eq!(order_number(typed).as_deref(), Ok(kept), "{typed:?}");
        }
        for bad in [
            "",
            " ",
            "SN",
            "-12",
            "12-",
            "12\n34",
            "12\t3",
            "\u{202e}4321",
            "１２３",
            "<b>1</b>",
            "12,3",
            "é12",
        ] {
            assert_eq!(order_number(bad), Err(OrderNumberFlaw), "{bad:?}");
        }
        assert!(order_number(&"1".repeat(ORDER_NUMBER_CHARS)).is_ok());
        assert!(order_number(&"1".repeat(ORDER_NUMBER_CHARS + 1)).is_err());
        assert!(order_number(&" ".repeat(1_000_000)).is_err());
    }

    #[test]
    fn a_pressure_reads_as_it_was_typed() {
        assert_eq!(clean("TA \u{202e}011/071"), "TA 011/071");
        assert_eq!(clean("TA \u{2067}170/110\u{2069}, pouls\u{200e} 90"), "TA 170/110, pouls 90");
    }

    #[test]
    fn what_is_written_is_kept_and_what_is_not_seen_is_not() {
        let written = "Saignement :\n\t2 pagnes, 👩🏾‍⚕️ ɓ ŋ ñ — عائشة";
        assert_eq!(clean(written), written);
        assert_eq!(clean("a\r\nb\rc\u{2028}d"), "a\nb\nc\nd");
        assert_eq!(clean("lie\u{0}down\u{1b}[31m\u{7f}\u{ad}"), "liedown[31m");
        assert_eq!(clean(" \n\u{301}\u{200d}"), "", "nothing can be seen of it");
        assert_eq!(clean(&format!("e{}", "\u{301}".repeat(50))).chars().count(), 1 + MARKS);
        assert_eq!(clean("A\u{200d}wa\u{34f} 1\u{fe0f}70\u{180b}/110"), "Awa 170/110");
        assert_eq!(
            clean("می\u{200c}خواهم ⚕\u{fe0f}"),
            "می\u{200c}خواهم ⚕\u{fe0f}",
            "they act on what is before"
        );
        assert_eq!(clean(&clean(written)), clean(written));
    }
}
