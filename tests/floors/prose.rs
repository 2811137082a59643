//! How comments read: a sentence begins with its subject. Sentences that begin with a preposition or a wh-word are mostly
//! fragments ("Of which, …") or riddles ("What it is that …"), and they are counted.

use super::{crates, tree::hold};

/// The share of such sentences in all comments of items and files, in percent.
const MAX_PERCENT: usize = 9;
/// Shorter sentences are headings and abbreviations.
const SHORTEST: usize = 9;

const FIRST_WORDS: [&str; 38] = [
    "Above", "After", "And", "As", "At", "Before", "Behind", "Below", "Beside", "Between", "Beyond", "But",
    "By", "For", "From", "How", "In", "Of", "On", "Over", "Since", "So", "Than", "Through", "To", "Under",
    "Until", "What", "When", "Where", "Whether", "Which", "While", "Who", "Whom", "Whose", "With", "Without",
];

#[test]
fn comments_begin_with_their_subject() {
    let (mut all, mut fragments) = (0, Vec::new());
    for folder in crates::folders() {
        for source in crates::sources_of(&folder) {
            let sentences = sentences(&source.text);
            all += sentences.len();
            let bad = sentences.into_iter().filter(|one| begins_badly(one));
            fragments.extend(bad.map(|one| format!("{}: {one}", source.file)));
        }
    }
    let tenths = fragments.len() * 1_000 / all.max(1);
    let found = if fragments.len() * 100 > MAX_PERCENT * all { fragments } else { Vec::new() };
    hold(
        &format!(
            "at most {MAX_PERCENT} % of comment sentences begin with a preposition or a wh-word; now it is {}.{} %.",
            tenths / 10,
            tenths % 10
        ),
        "a reader needs subject and verb first. Write \"True if the link is measured\", not \"Whether the link is measured\".",
        &found,
    );
}

#[test]
fn sentences_are_found_in_comments_of_items_and_files() {
    let text = "//! The first one. Of two\n//! lines it has two.\n/// Ends!\nfn a() {} // Not this one, ever.\n    /// The last one.\n";
    let found = sentences(text);
    assert_eq!(found, ["The first one.", "Of two lines it has two.", "The last one."]);
    assert_eq!(found.iter().map(|one| begins_badly(one)).collect::<Vec<_>>(), [false, true, false]);
}

/// The sentences of the `///` and `//!` comments of a file, in order.
fn sentences(text: &str) -> Vec<String> {
    let lines =
        text.lines().map(str::trim).filter_map(|line| line.strip_prefix("///").or(line.strip_prefix("//!")));
    let mut sentences = vec![String::new()];
    for word in lines.flat_map(str::split_whitespace) {
        let last = sentences.len() - 1;
        let sentence = &mut sentences[last];
        if !sentence.is_empty() {
            sentence.push(' ');
        }
        sentence.push_str(word);
        if word.ends_with(['.', '!', '?']) {
            sentences.push(String::new());
        }
    }
    sentences.retain(|sentence| sentence.chars().count() >= SHORTEST);
    sentences
}

fn begins_badly(sentence: &str) -> bool {
    let first = sentence.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    FIRST_WORDS.contains(&first)
}
