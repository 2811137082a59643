//! Texts of people as FHIR takes them.

/// A text as the datatype string takes it: without control characters, without space at its ends, and with plain spaces in place
/// of no-break spaces, which the pattern of the datatype refuses as some programs read it. It is empty if nothing is left.
pub fn text(words: &str) -> String {
    let plain = |char| match char {
        '\u{a0}' | '\u{202f}' | '\u{2007}' => ' ',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        other => other,
    };
    let kept = words.chars().map(plain).filter(|char| matches!(char, '\t' | '\n') || is_character(*char));
    kept.collect::<String>().trim().to_owned()
}

/// A text inside the XHTML of a narrative, with a line break for each line.
pub fn escaped(words: &str) -> String {
    let mut escaped = String::with_capacity(words.len());
    for char in text(words).chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '\n' => escaped.push_str("<br/>"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// True for what XML 1.0 takes as a character and is neither a control character nor a kind of space that a string may not have.
fn is_character(char: char) -> bool {
    !char.is_control()
        && !matches!(char, '\u{fffe}' | '\u{ffff}' | '\u{feff}')
        && (char == ' ' || !char.is_whitespace())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_every_letter_and_loses_what_cannot_be_written() {
        assert_eq!(
            text(" TA\u{a0}: 17/11\r\n\u{0}ɓ ɗ ƴ ŋ ñ — « œdème » "),
            "TA : 17/11\nɓ ɗ ƴ ŋ ñ — « œdème »"
        );
        assert_eq!(text("\u{1b}\t \n"), "");
    }

    #[test]
    fn nothing_in_a_text_is_markup() {
        assert_eq!(
            escaped("<script>a & b</script>\nSpO2 > 90"),
            "&lt;script&gt;a &amp; b&lt;/script&gt;<br/>SpO2 &gt; 90"
        );
    }
}
