//! Drugs that are given by injection or infusion: a wrong dose cannot be taken back, so that the specialist must say why a dose stands that nobody could
//! check. Plain infusion fluids are left out, and a concentrate is none.

use super::{
    draft::{DraftDrug, DraftLine},
    names::{fold, words},
};
use crate::drug::Product;

/// True if a line is given by injection or infusion, and is no plain infusion fluid.
pub(super) fn is_injected(line: &DraftLine, product: Option<&Product>) -> bool {
    match (&line.drug, product) {
        (DraftDrug::Other(name), _) => {
            let all = fold(&format!("{name} {}", line.directions));
            tells_injection(&all) && !(is_fluid_named(&fold(name)) && adds_nothing(&fold(&line.directions)))
        }
        (DraftDrug::Listed(_), Some(product)) => {
            let form = fold(&product.form);
            ["inject", "perfusion"].iter().any(|word| form.contains(word)) && !is_fluid(product)
        }
        (DraftDrug::Listed(_), None) => false,
    }
}

/// A solution (ATC B05B) or sodium chloride that is ready for infusion. What is diluted before is none.
fn is_fluid(product: &Product) -> bool {
    let is_one = product.atc.0.starts_with("B05B") || product.atc.0 == SODIUM_CHLORIDE;
    is_one && product.form == "solution pour perfusion"
}

fn tells_injection(folded: &str) -> bool {
    let is_drunk = words(folded).any(|word| word.starts_with("buvable"));
    let told = words(folded).any(|word| {
        ["inject", "perfusion", "intravein", "intramusc"].iter().any(|stem| word.starts_with(stem))
            || SHORT.contains(&word)
            || (word.starts_with("ampoule") && !is_drunk)
    });
    told || SPLIT.iter().any(|way| folded.contains(way))
}

/// True if words name a fluid of a usual strength, and nothing that may have been added to it.
fn is_fluid_named(folded: &str) -> bool {
    let mut strengths = folded.split('%').rev().skip(1).filter_map(|before| before.split_whitespace().last());
    if !strengths.all(|strength| STRENGTHS.contains(&strength)) {
        return false;
    }
    let mut letters = words(folded).filter(|word| !word.starts_with(|char: char| char.is_ascii_digit()));
    let names_one = words(folded).any(|word| FLUIDS.contains(&word));
    names_one && letters.all(|word| FLUIDS.contains(&word) || AROUND_FLUIDS.contains(&word))
}

/// True if directions add nothing to a fluid.
fn adds_nothing(folded: &str) -> bool {
    let is_added = |word: &str| {
        word == "kcl" || ["potassium", "ampoule", "ajout", "melang"].iter().any(|stem| word.starts_with(stem))
    };
    !folded.contains('+') && !words(folded).any(is_added)
}

/// The strengths of fluids that are given as they are, per cent.
const STRENGTHS: [&str; 4] = ["0,9", "0.9", "5", "10"];
/// Ways of injection that are written in several words.
const SPLIT: [&str; 8] =
    ["sous-cutan", "sous cutan", "intra-vein", "intra vein", "intra-musc", "intra musc", "i.v", "i.m"];
/// Sodium chloride among the additives for infusions, as the formulary has the ready solution, too.
const SODIUM_CHLORIDE: &str = "B05XA03";
/// Short words for ways of injection.
const SHORT: [&str; 9] = ["inj", "iv", "ivl", "ivd", "ivse", "im", "sc", "perf", "kcl"];
/// Words that name a fluid.
const FLUIDS: [&str; 8] =
    ["ringer", "nacl", "sodium", "glucose", "hartmann", "physiologique", "sale", "isotonique"];
/// Words that stand around the name of a fluid.
const AROUND_FLUIDS: [&str; 17] = [
    "lactate",
    "chlorure",
    "de",
    "serum",
    "solution",
    "solute",
    "pour",
    "perfusion",
    "perf",
    "poche",
    "flacon",
    "ml",
    "l",
    "en",
    "iv",
    "injectable",
    "a",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drug::Formulary;

    #[test]
    fn injections_are_known_by_form_and_by_words_and_fluids_are_none() {
        for (name, directions, is_one) in [
            ("Chlorure de potassium 10 %, ampoule", "dans 500 ml de Ringer", true),
            ("KCl 1 g", "en perfusion", true),
            ("Ringer lactate + KCl", "perfusion", true),
            ("Vancomycine 500 mg", "1 g IV en 60 min", true),
            ("Héparine", "sous-cutanée matin et soir", true),
            ("NaCl 20 %, ampoule", "à diluer", true),
            ("NaCl 20 % injectable", "20 ml IV", true),
            ("Glucose 50 %", "20 ml I.V. lente", true),
            ("NaCl 0,9 % 500 ml", "+ KCl 2 g en perfusion de 4 h", true),
            ("Gentamicine 80 mg", "intra-musculaire", true),
            ("NaCl 0,9 %, poche de 500 ml", "500 ml en perfusion", false),
            ("Ringer lactate 500 ml", "en perfusion", false),
            ("Sérum glucosé 5 %", "500 ml IV", false),
            ("Vitamine D3, ampoule buvable", "1 ampoule", false),
            ("Fosfomycine 3 g, sachet", "1 sachet", false),
        ] {
            let (drug, directions) = (DraftDrug::Other(name.into()), directions.into());
            let line = DraftLine { drug, dose_milli: None, per_day: None, days: 1, directions };
            assert_eq!(is_injected(&line, None), is_one, "{name}");
        }
    }

    #[test]
    fn the_products_of_the_formulary_are_told_apart() {
        for (id, is_one) in [
            ("atropine-1-1-inj", true),
            ("insuline-rapide-100", true),
            ("quinine-600-2-inj", true),
            ("nacl-0-9-perf", false),
            ("ringer-lactate-perf", false),
            ("glucose-5-perf", false),
            ("glucose-30-inj", true),
            ("levonorgestrel-75-implant", false),
            ("amoxicilline-250-cd", false),
        ] {
            let product = Formulary::own().products().iter().find(|product| product.id.0 == id).expect(id);
            let drug = DraftDrug::Listed(product.id.clone());
            let line =
                DraftLine { drug, dose_milli: None, per_day: None, days: 1, directions: String::new() };
            assert_eq!(is_injected(&line, Some(product)), is_one, "{id}");
        }
    }
}
