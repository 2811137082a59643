//! The names of drugs as people write them: which substances and classes a text names. It serves the allergies, and drugs that are
//! prescribed in free words.

use super::patient::KnownAllergy;
use crate::drug::{AllergyClass, Formulary, Product};
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The substances and classes that a text names.
#[derive(Default)]
pub(super) struct Named {
    /// Words of international names, in small letters without accents.
    substances: Vec<String>,
    classes: Vec<AllergyClass>,
}

impl Named {
    /// What a text names. A clause that denies something names nothing.
    pub(super) fn of(text: &str, formulary: &Formulary) -> Self {
        let mut named = Self::default();
        let folded = fold(text);
        for clause in folded.split(['.', ',', ';', '\n']).filter(|clause| !denies(clause)) {
            for word in words(clause) {
                named.add_word(word, formulary);
            }
        }
        named
    }

    /// What a known allergy is: what its names say, and the products of the formulary that its codes mean.
    pub(super) fn of_known(known: &KnownAllergy, formulary: &Formulary) -> Self {
        let mut named = Self::default();
        known.names.iter().for_each(|name| named.add(Self::of(name, formulary)));
        let codes = || known.atc.iter().filter(|code| code.len() >= ATC_BYTES);
        let is_meant = |product: &&Product| codes().any(|code| product.atc.0.starts_with(code.as_str()));
        let meant = formulary.products().iter().filter(is_meant);
        meant.for_each(|product| named.add(Self::of_product(product)));
        named
    }

    /// Adds what something else names.
    pub(super) fn add(&mut self, other: Self) {
        self.substances.extend(other.substances);
        self.classes.extend(other.classes);
    }

    /// What a product is.
    pub(super) fn of_product(product: &Product) -> Self {
        let folded = fold(&product.inn);
        let substances = words(&folded).filter(|word| is_name(word)).map(str::to_owned).collect();
        Self { substances, classes: product.classes.clone() }
    }

    /// True if both name one substance, in one spelling or another, or one class.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.shares_substance(other) || self.classes.iter().any(|class| other.classes.contains(class))
    }

    /// True if both name one substance, in one spelling or another.
    pub(super) fn shares_substance(&self, other: &Self) -> bool {
        self.substances.iter().any(|word| other.substances.iter().any(|known| is_alike(word, known)))
    }

    fn add_word(&mut self, word: &str, formulary: &Formulary) {
        let word = SYNONYMS.iter().find(|(other, _)| is_alike(other, word)).map_or(word, |(_, inn)| *inn);
        if is_name(word) && !KINDS.contains(&word) {
            self.substances.push(word.to_owned());
        }
        for product in formulary.products().iter().filter(|product| has_word(product, word)) {
            self.classes.extend(&product.classes);
        }
        let by_word = CLASS_WORDS.iter().filter(|(stem, _)| word.starts_with(stem));
        self.classes.extend(by_word.map(|(_, class)| *class));
    }
}

/// True for words that say that there is no allergy, as `Aucune allergie connue`, and nothing else: a word too many may be the name of what is not given.
pub fn denies_allergies(text: &str) -> bool {
    let folded = fold(text);
    let mut all = words(&folded).peekable();
    all.peek().is_some_and(|first| NEGATIONS.contains(first))
        && all.all(|word| NEGATIONS.contains(&word) || OF_DENIALS.contains(&word))
}

/// The product of which a drug in free words is one; none if the formulary has no such substance.
pub(super) fn product_named<'a>(text: &str, formulary: &'a Formulary) -> Option<&'a Product> {
    let folded = fold(text);
    let typed: Vec<_> = words(&folded)
        .map(|word| SYNONYMS.iter().find(|(other, _)| is_alike(other, word)).map_or(word, |(_, inn)| *inn))
        .collect();
    formulary.products().iter().find(|product| {
        let inn = fold(&product.inn);
        let mut parts = words(&inn).filter(|word| is_name(word) && !KINDS.contains(word)).peekable();
        parts.peek().is_some() && parts.all(|part| typed.iter().any(|word| is_alike(word, part)))
    })
}

/// The names of the substances of a product, and other names and brands of them, in small letters without accents.
pub(super) fn names_of(product: &Product) -> Vec<String> {
    let folded = fold(&product.inn);
    let own: Vec<_> = words(&folded).filter(|word| is_name(word) && !KINDS.contains(word)).collect();
    let others = SYNONYMS.iter().filter(|(_, inn)| own.contains(inn)).map(|(other, _)| *other);
    own.iter().copied().chain(others).map(str::to_owned).collect()
}

/// Small letters without accents.
pub(super) fn fold(text: &str) -> String {
    text.nfd().filter(|char| !is_combining_mark(*char)).flat_map(char::to_lowercase).collect()
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_name(word: &str) -> bool {
    word.len() >= NAME_BYTES && !word.starts_with(|char: char| char.is_ascii_digit())
}

fn has_word(product: &Product, word: &str) -> bool {
    is_name(word)
        && words(&fold(&product.inn))
            .any(|known| is_name(known) && !KINDS.contains(&known) && is_alike(word, known))
}

/// True for two spellings of one name: a letter may be wrong, or an ending missing.
fn is_alike(typed: &str, word: &str) -> bool {
    typed == word || (typed.len() >= NAME_BYTES && strsim::jaro_winkler(typed, word) >= ALIKE)
}

/// True for a clause that says that there is no allergy, and makes no exception.
fn denies(clause: &str) -> bool {
    let clause = clause.trim();
    let is_denial = DENIALS.iter().any(|word| clause.starts_with(word));
    is_denial && !EXCEPTIONS.iter().any(|word| clause.contains(word))
}

/// The beginnings of a clause that denies something, in French and in English, which records of others may have.
const DENIALS: [&str; 9] = ["aucun", "pas d", "non ", "nie ", "sans ", "no ", "none", "nka", "nkda"];
/// What makes a denial none: an exception, a doubt, or a name that begins like one (`Non steroidal …`).
const EXCEPTIONS: [&str; 11] =
    ["sauf", "mais", "hors", "hormis", "except", "a part", "autre", "other", "doute", "precis", "steroid"];
/// The words with which a record denies.
const NEGATIONS: [&str; 10] = ["aucun", "aucune", "pas", "non", "sans", "no", "none", "not", "nka", "nkda"];
/// The other words of a denial.
const OF_DENIALS: [&str; 24] = [
    "d",
    "de",
    "a",
    "ce",
    "jour",
    "connu",
    "connue",
    "connues",
    "notee",
    "signalee",
    "allergie",
    "allergies",
    "allergique",
    "medicamenteuse",
    "medicamenteuses",
    "alimentaire",
    "intolerance",
    "known",
    "drug",
    "medication",
    "food",
    "allergy",
    "reported",
    "environmental",
];
/// The shortest code of the ATC classification that says enough, in bytes: a therapeutic subgroup (level 2), as `J01`.
const ATC_BYTES: usize = 3;
/// The shortest word that is compared as a name, in bytes.
const NAME_BYTES: usize = 4;
/// The likeness from which on two words are one name (Jaro-Winkler, 0 to 1).
const ALIKE: f64 = 0.94;

/// Words of international names that name no substance: salts, and the word before a name.
const KINDS: &[&str] = &[
    "acide",
    "sulfate",
    "chlorure",
    "sodium",
    "potassium",
    "calcium",
    "sels",
    "bromure",
    "oxyde",
    "vitamine",
    "fumarate",
    "gluconate",
];

/// Other names and brands of substances of the formulary, without accents.
const SYNONYMS: &[(&str, &str)] = &[
    ("adrenaline", "epinephrine"),
    ("amoxiclav", "amoxicilline"),
    ("aspegic", "acetylsalicylique"),
    ("aspirine", "acetylsalicylique"),
    ("augmentin", "amoxicilline"),
    ("bactrim", "sulfamethoxazole"),
    ("betadine", "povidone"),
    ("clamoxyl", "amoxicilline"),
    ("coartem", "artemether"),
    ("cotrimoxazole", "sulfamethoxazole"),
    ("doliprane", "paracetamol"),
    ("efferalgan", "paracetamol"),
    ("extencilline", "benzylpenicilline"),
    ("fansidar", "sulfadoxine"),
    ("contramal", "tramadol"),
    ("flagyl", "metronidazole"),
    ("gardenal", "phenobarbital"),
    ("hyoscine", "butylscopolamine"),
    ("oracilline", "phenoxymethylpenicilline"),
    ("rocephine", "ceftriaxone"),
    ("scopolamine", "butylscopolamine"),
    ("topalgic", "tramadol"),
    ("valium", "diazepam"),
    ("xylocaine", "lidocaine"),
];

/// The beginnings of the words by which people name a class, or a substance of it that the formulary does not have.
const CLASS_WORDS: &[(&str, AllergyClass)] = &[
    ("penicil", AllergyClass::Penicillin),
    ("peni", AllergyClass::Penicillin),
    ("oxacil", AllergyClass::Penicillin),
    ("betalact", AllergyClass::Penicillin),
    ("betalact", AllergyClass::Cephalosporin),
    ("lactam", AllergyClass::Penicillin),
    ("lactam", AllergyClass::Cephalosporin),
    ("cephalosporin", AllergyClass::Cephalosporin),
    ("cefalosporin", AllergyClass::Cephalosporin),
    ("cefa", AllergyClass::Cephalosporin),
    ("cefo", AllergyClass::Cephalosporin),
    ("cefu", AllergyClass::Cephalosporin),
    ("sulfamid", AllergyClass::Sulfonamide),
    ("sulfonamid", AllergyClass::Sulfonamide),
    ("sulfas", AllergyClass::Sulfonamide),
    ("macrolid", AllergyClass::Macrolide),
    ("clarithro", AllergyClass::Macrolide),
    ("quinolon", AllergyClass::Quinolone),
    ("fluoroquinolon", AllergyClass::Quinolone),
    ("levoflox", AllergyClass::Quinolone),
    ("ofloxa", AllergyClass::Quinolone),
    ("tetracyclin", AllergyClass::Tetracycline),
    ("cyclines", AllergyClass::Tetracycline),
    ("minocyclin", AllergyClass::Tetracycline),
    ("aminosid", AllergyClass::Aminoglycoside),
    ("aminoglycosid", AllergyClass::Aminoglycoside),
    ("amikacin", AllergyClass::Aminoglycoside),
    ("ains", AllergyClass::Nsaid),
    ("nsaid", AllergyClass::Nsaid),
    ("inflammatoire", AllergyClass::Nsaid),
    ("antiinflammatoire", AllergyClass::Nsaid),
    ("diclofenac", AllergyClass::Nsaid),
    ("ketoprofen", AllergyClass::Nsaid),
    ("voltaren", AllergyClass::Nsaid),
    ("acetylsalicylique", AllergyClass::Salicylate),
    ("salicyl", AllergyClass::Salicylate),
    ("opioid", AllergyClass::Opioid),
    ("opiace", AllergyClass::Opioid),
    ("codein", AllergyClass::Opioid),
    ("quinin", AllergyClass::Quinine),
    ("artemisin", AllergyClass::Artemisinin),
    ("iode", AllergyClass::Iodine),
    ("povidone", AllergyClass::Iodine),
    ("benzodiazep", AllergyClass::Benzodiazepine),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// True if somebody with this allergy is not to get this product without a question.
    fn questions(allergy: &str, product: &str) -> bool {
        let list = Formulary::own();
        let product = list.products().iter().find(|known| known.id.0.starts_with(product)).expect(product);
        Named::of(allergy, list).meets(&Named::of_product(product))
    }

    #[test]
    fn an_allergy_is_found_by_substance_class_brand_and_wrong_spelling() {
        for (allergy, product) in [
            ("Pénicilline", "amoxicilline"),
            ("penicilines", "ampicilline"),
            ("amoxiciline (rash)", "benzathine"),
            ("Clamoxyl", "amoxicilline"),
            ("péni", "cloxacilline"),
            ("cotrimoxazole", "cotrimoxazole"),
            ("Bactrim", "cotrimoxazole"),
            ("ibuprofène", "aas"),
            ("diclofénac", "ibuprofene"),
            ("aspirine", "ibuprofene"),
            ("ceftriaxone", "cefixime"),
            ("Rocéphine", "ceftriaxone"),
            ("érythromycine", "azithromycine"),
            ("codéine", "tramadol"),
            ("lévofloxacine", "ciprofloxacine"),
            ("Doliprane", "paracetamol"),
            ("Flagyl", "metronidazole"),
            ("aucune connue sauf amoxicilline", "amoxicilline"),
        ] {
            assert!(questions(allergy, product), "{allergy}: {product}");
        }
    }

    #[test]
    fn other_words_and_denials_question_nothing() {
        for (allergy, product) in [
            ("", "amoxicilline"),
            ("aucune connue", "amoxicilline"),
            ("pas d'allergie à la pénicilline", "amoxicilline"),
            ("certains aliments, arachide", "ibuprofene"),
            ("période de toux", "povidone"),
            ("sulfamides", "amoxicilline"),
            ("pénicilline", "doxycycline"),
            ("sulfate de fer", "sulfate-magnesium"),
        ] {
            assert!(!questions(allergy, product), "{allergy}: {product}");
        }
    }

    #[test]
    fn a_known_allergy_is_found_by_its_names_and_by_its_codes() {
        let list = Formulary::own();
        let questions = |names: &[&str], atc: &[&str], product: &str| {
            let of = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
            let known = KnownAllergy { names: of(names), atc: of(atc) };
            let is_it = |one: &&Product| one.id.0.starts_with(product);
            let product = list.products().iter().find(is_it).expect(product);
            Named::of_known(&known, list).meets(&Named::of_product(product))
        };
        assert!(questions(&["Penicillin"], &[], "amoxicilline"));
        assert!(questions(&["?", "Amoxicillin"], &[], "ampicilline"), "the second name");
        assert!(questions(&["Allergie sévère"], &["J01CA04"], "cloxacilline"), "the class of a substance");
        assert!(questions(&[], &["J01C"], "amoxicilline"), "a group");
        assert!(!questions(&[], &["J01C"], "doxycycline"));
        assert!(!questions(&[], &["J", ""], "amoxicilline"), "a code that says nothing");
        assert!(!questions(&["No known allergies", "Aucune allergie à la pénicilline"], &[], "amoxicilline"));
        for (text, none) in [
            ("Aucune allergie connue", true),
            ("NKDA", true),
            ("No known drug allergy.", true),
            ("aucune connue, sauf pénicilline", false),
            ("Aucune alimentaire ; pénicilline", false),
            ("Pénicilline", false),
            ("", false),
        ] {
            assert_eq!(denies_allergies(text), none, "{text}");
        }
    }

    #[test]
    fn a_drug_in_free_words_is_known_by_its_substance() {
        let list = Formulary::own();
        let atc = |text: &str| product_named(text, list).map(|product| product.atc.subgroup().to_owned());
        assert_eq!(atc("Amoxicilline 1 g, comprimé").as_deref(), Some("J01CA"));
        assert_eq!(atc("CLAMOXYL 500"), atc("amoxicilline"));
        assert_eq!(atc("Fosfomycine 3 g, sachet"), None);
        assert_eq!(atc("acide"), None);
    }
}
