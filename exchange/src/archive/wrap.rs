//! Breaking a text into lines of a given width. No letter is lost: a word that is wider than a line goes on in the next one.

use super::typeface::{Typeface, Weight, printable};

/// The lines of a text at this size, of which none is wider than `width`, both in points. Each line of the text begins a new one,
/// and an empty text has none.
pub(super) fn lines(text: &str, weight: Weight, size: f32, width: f32) -> Vec<String> {
    let face = Typeface::of(weight);
    text.lines().flat_map(|line| wrapped(&printable(line), face, size, width)).collect()
}

/// One line of text, which is empty or becomes several.
fn wrapped(line: &str, face: &Typeface, size: f32, width: f32) -> Vec<String> {
    let mut lines = vec![];
    let (mut now, mut now_width) = (String::new(), 0.0);
    for word in line.split_inclusive(' ') {
        let seen = face.width(word.trim_end_matches(' '), size);
        if now_width + seen > width && !now.is_empty() {
            lines.push(std::mem::take(&mut now));
            now_width = 0.0;
        }
        for letter in word.chars() {
            let advance = face.width_of(letter, size);
            if letter != ' ' && now_width + advance > width && !now.is_empty() {
                lines.push(std::mem::take(&mut now));
                now_width = 0.0;
            }
            now.push(letter);
            now_width += advance;
        }
    }
    lines.push(now);
    for line in &mut lines {
        line.truncate(line.trim_end_matches(' ').len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrap(text: &str, width: f32) -> Vec<String> {
        lines(text, Weight::Regular, 10.0, width)
    }

    #[test]
    fn no_line_is_too_wide_and_no_word_is_lost() {
        let text = "Prendre un comprimé le matin, un le soir, après le repas. ".repeat(20);
        for width in [30.0, 100.0, 480.0] {
            let lines = wrap(&text, width);
            let face = Typeface::of(Weight::Regular);
            assert!(lines.iter().all(|line| face.width(line, 10.0) <= width));
            let words = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(words(&lines.join(" ")), words(&text));
        }
    }

    #[test]
    fn a_word_wider_than_a_line_goes_on_and_an_empty_line_stays() {
        assert_eq!(wrap(&"m".repeat(10_000), 100.0).concat().len(), 10_000);
        assert_eq!(wrap("a\n\nb", 100.0), ["a", "", "b"]);
        assert_eq!(wrap("", 100.0), Vec::<String>::new());
        assert_eq!(wrap("a b", 0.0), ["a", "b"], "a width without room still ends");
    }
}
