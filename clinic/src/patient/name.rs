//! Names of people as they are compared: without accents, case, hyphens and apostrophes, by the sound that the spellings used in Senegal stand
//! for, and with the short forms of given names. A key only proposes; a person decides.

use std::{collections::HashMap, sync::LazyLock};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The form of a name in which it is compared with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameKey {
    words: Vec<Word>,
}

/// A word of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    /// The letters by their sound.
    sound: String,
    /// The number of its group of given names that are one, if it is in one.
    group: Option<usize>,
}

impl NameKey {
    /// The key of a name. It has no words if the name has no letters.
    pub fn of(name: &str) -> Self {
        let plain = plain(name);
        let words = plain.split(' ').filter(|word| !word.is_empty()).take(MOST_WORDS).map(|word| {
            let sound = sound(word);
            let group = GROUPS.get(&sound).copied();
            Word { sound, group }
        });
        Self { words: words.collect() }
    }

    /// True if there is nothing to compare.
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The likeness of two names, from 0 to 1, in whatever order their words stand. 0.85 and more is worth a look. The words of the shorter
    /// name decide, their mean and the least of them, and each word that only the longer one has takes a little.
    pub fn likeness(&self, other: &Self) -> f64 {
        let (fewer, more) = if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        if fewer.words.is_empty() {
            return 0.0;
        }
        let mut left: Vec<_> = more.words.iter().collect();
        let (mut sum, mut least) = (0.0, 1.0_f64);
        for word in &fewer.words {
            let likest = left.iter().map(|one| likeness(word, one)).enumerate();
            let Some((at, best)) = likest.max_by(|(_, a), (_, b)| a.total_cmp(b)) else { break };
            sum += best;
            least = least.min(best);
            left.swap_remove(at);
        }
        let count = u32::try_from(fewer.words.len()).unwrap_or(u32::MAX);
        let surplus = u32::try_from(left.len()).unwrap_or(u32::MAX);
        let mean = sum / f64::from(count);
        (f64::midpoint(mean, least) - WORD_TOO_MANY * f64::from(surplus)).max(0.0)
    }
}

/// The likeness of two words. An initial is like every word that begins with it, but not certain.
fn likeness(a: &Word, b: &Word) -> f64 {
    if a.sound == b.sound {
        return 1.0;
    }
    if a.group.is_some() && a.group == b.group {
        return SHORT_FORM;
    }
    let (short, long) = if a.sound.len() <= b.sound.len() { (a, b) } else { (b, a) };
    if short.sound.len() == 1 {
        return if long.sound.starts_with(&short.sound) { INITIAL } else { 0.0 };
    }
    strsim::jaro_winkler(&a.sound, &b.sound) * NOT_EQUAL
}

/// Small letters and spaces only: accents and marks are taken off (NFKD, UAX #15), apostrophes vanish, everything else parts words.
fn plain(name: &str) -> String {
    let letters = name.nfkd().filter(|char| !is_combining_mark(*char)).take(MOST_CHARS);
    let small = letters.flat_map(char::to_lowercase);
    let mut plain = String::new();
    for char in small {
        match char {
            'ɓ' => plain.push('b'),
            'ɗ' => plain.push('d'),
            'ƴ' => plain.push('y'),
            'ŋ' => plain.push('n'),
            '\'' | '’' | 'ʼ' | '`' | '´' => {}
            letter if letter.is_alphabetic() => plain.push(letter),
            _ => plain.push(' '),
        }
    }
    plain
}

/// The sound of a word: spellings that stand for one sound in the names of Senegal become one, and doubled letters single.
fn sound(word: &str) -> String {
    let mut sound = word.to_owned();
    for (written, heard) in SPELLINGS {
        sound = sound.replace(written, heard);
    }
    let mut single = String::new();
    for char in sound.chars() {
        if !single.ends_with(char) {
            single.push(char);
        }
    }
    // A silent ending: Marième and Mariem, Abdoulaye and Abdoulay, Sarah and Sara.
    while single.len() > 3 && single.ends_with(['e', 'h']) {
        single.pop();
    }
    // Wolof has no voiced consonant at the end of a word: Diop is also written Joob.
    if single.ends_with('b') {
        single.pop();
        single.push('p');
    }
    single
}

/// Spellings and the sound they stand for, in the order in which they are replaced.
const SPELLINGS: [(&str, &str); 22] = [
    ("oo", "o"),
    ("ou", "u"),
    ("ee", "e"),
    ("aa", "a"),
    ("dji", "j"),
    ("dj", "j"),
    ("dia", "ja"),
    ("die", "je"),
    ("dio", "jo"),
    ("diu", "ju"),
    ("thi", "c"),
    ("tch", "c"),
    ("cheikh", "sex"),
    ("ch", "s"),
    ("sh", "s"),
    ("kh", "x"),
    ("ck", "k"),
    ("gn", "n"),
    ("ph", "f"),
    ("ay", "ai"),
    ("y", "i"),
    ("w", "u"),
];

/// Given names that are used for one another: full forms, short forms and spellings that sound differently.
const GIVEN_NAMES: [&[&str]; 22] = [
    &["fatoumata", "fatou", "fatimata", "fatima", "fatma", "fatimatou", "fama"],
    &["mamadou", "mouhamadou", "mohamed", "mohamadou", "muhammad", "modou", "mouhamed", "mohamet"],
    &["amadou", "ahmadou", "ahmed", "hamadou"],
    &["aissatou", "aissata", "astou", "aissa", "aicha"],
    &["khadidiatou", "khady", "khadija", "kadiatou", "kadidia", "khadidia"],
    &["aminata", "aminatou", "ami", "mina"],
    &["abdoulaye", "ablaye", "laye", "abdallah"],
    &["ibrahima", "ibrahim", "ibou", "ibra"],
    &["mariama", "mariam", "marieme", "mariame", "maryam"],
    &["maimouna", "mouna", "mai"],
    &["moustapha", "mustafa", "tapha"],
    &["oumar", "omar", "oumarou"],
    &["boubacar", "aboubacar", "bouba", "babacar"],
    &["seynabou", "zeynab", "nabou", "seynab"],
    &["ramatoulaye", "rama", "ramata"],
    &["souleymane", "soulèymane", "jules"],
    &["ousseynou", "ouseynou", "hussein"],
    &["assane", "alassane", "hassan"],
    &["cheikh", "cheick", "sheikh", "seex"],
    &["ndeye", "ndey"],
    &["coumba", "kumba", "cumba"],
    &["hawa", "awa", "eva"],
];

/// The number of the group of each given name, by its sound. A sound that two groups have is of the first.
static GROUPS: LazyLock<HashMap<String, usize>> = LazyLock::new(|| {
    let groups = GIVEN_NAMES.iter().enumerate().rev();
    groups.flat_map(|(group, names)| names.iter().map(move |name| (sound(name), group))).collect()
});

/// A short form is nearly the name itself.
const SHORT_FORM: f64 = 0.96;
/// An initial says little.
const INITIAL: f64 = 0.82;
/// Words that sound nearly the same are less than those that sound the same.
const NOT_EQUAL: f64 = 0.97;
/// What a word takes that only the longer name has: people leave out a second given name.
const WORD_TOO_MANY: f64 = 0.04;
/// The most characters and words of a name that are compared, because the form takes any text.
const MOST_CHARS: usize = 120;
const MOST_WORDS: usize = 8;
