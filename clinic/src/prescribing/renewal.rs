//! Drugs of which each delivery needs a prescription of its own: narcotics and psychotropics. Paper and pharmacies must read it, and the signed
//! words do not say it, so that it is told from the code of a line, and for a drug in free words from its name.

use super::names::{fold, names_of, words};
use crate::{drug::Formulary, prescription::PrescribedLine};
use std::collections::BTreeSet;

/// By what a line of a signed prescription is known to be one. The pages have a copy, which is generated.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotRenewable {
    /// ATC codes.
    pub atc: BTreeSet<String>,
    /// International names and brands, in small letters without accents, for a drug without a code.
    pub words: BTreeSet<String>,
}

impl NotRenewable {
    /// What a formulary tells.
    pub fn of(formulary: &Formulary) -> Self {
        let products = || formulary.products().iter().filter(|product| product.not_renewable);
        Self {
            atc: products().map(|product| product.atc.0.clone()).collect(),
            words: products().flat_map(names_of).collect(),
        }
    }

    /// True if each delivery of this line needs a prescription of its own.
    pub fn has(&self, line: &PrescribedLine) -> bool {
        if line.atc.is_empty() {
            words(&fold(&line.drug)).any(|word| self.words.contains(word))
        } else {
            self.atc.contains(&line.atc)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_known_by_its_code_or_by_its_name() {
        let marks = NotRenewable::of(Formulary::own());
        // The same lines stand in `web/ui/test/not-renewable.test.ts`.
        for (atc, drug, is_one) in [
            ("N02AA01", "morphine 10 mg, comprimé", true),
            ("N05BA01", "diazépam 5 mg, comprimé", true),
            ("J01CA04", "amoxicilline 500 mg, gélule", false),
            ("J01CA04", "morphine", false),
            ("", "Phénobarbital 50 mg, comprimé", true),
            ("", "VALIUM (10 mg)", true),
            ("", "Fosfomycine 3 g, sachet", false),
            ("", "", false),
        ] {
            let line = PrescribedLine {
                product: None,
                atc: atc.into(),
                drug: drug.into(),
                directions: String::new(),
                days: 1,
                quantity: 0,
                unit: String::new(),
            };
            assert_eq!(marks.has(&line), is_one, "{atc} {drug}");
        }
    }

    #[test]
    fn every_product_of_a_code_agrees_with_the_others() {
        let (list, marks) = (Formulary::own(), NotRenewable::of(Formulary::own()));
        for product in list.products() {
            assert_eq!(marks.atc.contains(&product.atc.0), product.not_renewable, "{}", product.id.0);
        }
    }
}
