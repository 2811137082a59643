//! The font of archive copies: Noto Sans in two weights, with the letters of French, Wolof, Pulaar and Soninké. What it lacks is
//! drawn as a square, and never left out.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::{FontRef, MetadataProvider as _, instance::LocationRef, instance::Size};
use std::{collections::HashMap, sync::LazyLock};
use unicode_normalization::UnicodeNormalization as _;

/// The weight of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weight {
    Regular,
    Bold,
}

/// One weight of the font, with the width of each of its letters.
pub(super) struct Typeface {
    font: Font,
    letters: HashMap<char, Letter>,
}

#[derive(Clone, Copy)]
struct Letter {
    glyph: GlyphId,
    /// Width, in parts of the font's size.
    advance: f32,
}

impl Typeface {
    /// The font in this weight.
    pub(super) fn of(weight: Weight) -> &'static Self {
        match weight {
            Weight::Regular => &REGULAR,
            Weight::Bold => &BOLD,
        }
    }

    /// Reads one of our own fonts.
    ///
    /// # Panics
    /// Never: both files are part of the program, and the tests read them.
    fn read(bytes: &'static [u8]) -> Self {
        let parsed = FontRef::new(bytes).expect("one of our own fonts");
        let em = f32::from(parsed.metrics(Size::unscaled(), LocationRef::default()).units_per_em);
        let metrics = parsed.glyph_metrics(Size::unscaled(), LocationRef::default());
        let letter = |(code, glyph): (u32, skrifa::GlyphId)| {
            let advance = metrics.advance_width(glyph)? / em;
            Some((char::from_u32(code)?, Letter { glyph: GlyphId::new(glyph.to_u32()), advance }))
        };
        let letters = parsed.charmap().mappings().filter_map(letter).collect();
        Self { font: Font::new(bytes.into(), 0).expect("one of our own fonts"), letters }
    }

    /// The font for the PDF.
    pub(super) fn font(&self) -> Font {
        self.font.clone()
    }

    /// The width of a letter at this size; 0 if the font lacks it.
    pub(super) fn width_of(&self, letter: char, size: f32) -> f32 {
        self.letters.get(&letter).map_or(0.0, |letter| letter.advance * size)
    }

    /// The width of a printable text at this size.
    pub(super) fn width(&self, text: &str, size: f32) -> f32 {
        text.chars().map(|letter| self.width_of(letter, size)).sum()
    }

    /// The glyphs of a printable text. A letter that the font lacks is left out, because PDF/A has no place for it.
    pub(super) fn glyphs(&self, text: &str) -> Vec<KrillaGlyph> {
        let glyph = |(start, char): (usize, char)| {
            let letter = self.letters.get(&char)?;
            let range = start..start + char.len_utf8();
            Some(KrillaGlyph::new(letter.glyph, letter.advance, 0.0, 0.0, 0.0, range, None))
        };
        text.char_indices().filter_map(glyph).collect()
    }
}

/// One line of text in letters that the font has: composed (NFC), without what nobody sees, and with [`SQUARE`] for what the font lacks.
pub(super) fn printable(text: &str) -> String {
    let face = Typeface::of(Weight::Regular);
    let letter = |char: char| match char {
        '\t' => Some(' '),
        char if is_unseen(char) => None,
        char if face.letters.contains_key(&char) => Some(char),
        char if char.is_whitespace() => Some(' '),
        _ => Some(SQUARE),
    };
    text.nfc().filter_map(letter).collect()
}

/// True for control characters, joiners, marks of direction and selectors of a form, which have no shape of their own.
fn is_unseen(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// The sign for a letter that the font lacks.
pub(super) const SQUARE: char = '□';

static REGULAR: LazyLock<Typeface> =
    LazyLock::new(|| Typeface::read(include_bytes!("fonts/noto-sans-regular.ttf")));
static BOLD: LazyLock<Typeface> =
    LazyLock::new(|| Typeface::read(include_bytes!("fonts/noto-sans-bold.ttf")));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_have_the_same_letters_with_those_of_senegal() {
        let (regular, bold) = (Typeface::of(Weight::Regular), Typeface::of(Weight::Bold));
        let letters = |face: &Typeface| {
            let mut letters: Vec<_> = face.letters.keys().copied().collect();
            letters.sort_unstable();
            letters
        };
        assert_eq!(letters(regular), letters(bold));
        for letter in "ɓɗƴŋñɲɛɔƁƊƳŊÑàâçéèêëîïôœùûüÿ«»’–—…≤≥°µ€□\u{a0}\u{202f}".chars()
        {
            assert!(regular.width_of(letter, 10.0) > 0.0, "{letter}");
        }
    }

    #[test]
    fn letters_are_composed_and_what_the_font_lacks_is_a_square() {
        assert_eq!(printable("e\u{301} ŋ\tɓ"), "é ŋ ɓ");
        assert_eq!(printable("شكرا"), "□□□□");
        assert_eq!(printable("\u{1f469}\u{200d}\u{1f37c}\u{fe0f}a\u{7}\u{202e}b"), "□□ab");
        assert_eq!(printable("a\u{3000}b"), "a b");
    }
}
