//! Safety-net advice: when to come back at once. It is a part of signed advice, in lines that begin with "Revenez aussitôt", so that the record and the paper of
//! a prescription can tell it apart in the signed words.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The lines of a text that say when to come back at once, each with the points of a list below it. The pages have the same in
/// `web/client/workflow/safety-net.ts`.
pub fn safety_net(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut is_in = false;
    for line in text.lines().map(str::trim) {
        is_in = begins(line) || (is_in && line.starts_with(POINTS));
        found.extend(is_in.then_some(line));
    }
    found
}

fn begins(line: &str) -> bool {
    let words = line.trim_start_matches(POINTS).trim_start();
    let folded: String =
        words.nfd().filter(|char| !is_combining_mark(*char)).flat_map(char::to_lowercase).collect();
    BEGINNINGS.iter().any(|beginning| folded.starts_with(beginning))
}

const POINTS: [char; 4] = ['-', '–', '•', '*'];
const BEGINNINGS: [&str; 4] =
    ["revenez aussitot", "revenir aussitot", "rappelez aussitot", "come back at once"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_say_when_to_come_back_are_told_apart() {
        // The same texts stand in `web/client/test/safety-net.test.ts`.
        for (text, lines) in [
            (
                "Repos.\nRevenez aussitôt si : fièvre, saignement.\nBoire.",
                vec!["Revenez aussitôt si : fièvre, saignement."],
            ),
            (
                "REVENEZ AUSSITOT si :\n- fièvre\n• saignement\n\n- repos",
                vec!["REVENEZ AUSSITOT si :", "- fièvre", "• saignement"],
            ),
            ("- Revenir aussitôt en cas de malaise", vec!["- Revenir aussitôt en cas de malaise"]),
            ("Come back at once if the fever rises", vec!["Come back at once if the fever rises"]),
            ("Ne pas revenir aussitôt", vec![]),
            ("- fièvre", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(safety_net(text), lines, "{text}");
        }
    }
}
