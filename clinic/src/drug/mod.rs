//! The formulary: the medicines that a specialist may prescribe by their international name (DCI), and what is published of
//! each of them: the usual amount a day, what to mind in a pregnancy, and the class that matters for an allergy. The list is
//! `formulary.json`, one product a line, which the pages read, too; its sources stand in `docs/formulary.md`.

mod product;

pub use product::{
    AllergyClass, AmountRange, Atc, DailyRange, DoseUnit, PregnancyLevel, PregnancyNote, Product, ProductId,
    Route,
};

use std::{collections::HashMap, sync::LazyLock};

/// The list in this program.
const TEXT: &str = include_str!("formulary.json");

static FORMULARY: LazyLock<Formulary> =
    LazyLock::new(|| Formulary::of(TEXT).expect("a test reads the list of this program"));

/// A list of products.
#[derive(Debug)]
pub struct Formulary {
    products: Vec<Product>,
    by_id: HashMap<ProductId, usize>,
}

impl Formulary {
    /// The list of this program.
    pub fn own() -> &'static Self {
        &FORMULARY
    }

    /// Reads a list: a JSON array of products with different identifiers.
    ///
    /// # Errors
    /// The sentence says which product cannot be used, and why.
    pub fn of(text: &str) -> Result<Self, String> {
        let products: Vec<Product> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let mut by_id = HashMap::with_capacity(products.len());
        for (index, product) in products.iter().enumerate() {
            product.check().map_err(|flaw| format!("{}: {flaw}", product.id.0))?;
            if by_id.insert(product.id.clone(), index).is_some() {
                return Err(format!("{} is there twice", product.id.0));
            }
        }
        Ok(Self { products, by_id })
    }

    /// One product; none if the list does not have it.
    pub fn get(&self, id: &ProductId) -> Option<&Product> {
        self.by_id.get(id).map(|index| &self.products[*index])
    }

    /// All products, by their international names.
    pub fn products(&self) -> &[Product] {
        &self.products
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_this_program_can_be_used_and_tells_a_product() {
        let list = Formulary::of(TEXT).unwrap();
        assert!(list.products().len() >= 80, "{} products", list.products().len());
        let sorted = list.products().is_sorted_by(|a, b| fold(&a.inn) <= fold(&b.inn));
        assert!(sorted, "a reader looks for an international name");
        let known = &list.products()[0];
        assert_eq!(list.get(&known.id), Some(known));
        assert_eq!(list.get(&ProductId("arsenic".into())), None);
    }

    #[test]
    fn a_list_with_a_product_twice_or_an_impossible_range_is_refused() {
        let row = r#"{"id":"x","atc":"J01CA04","inn":"x","strength":"1 g","form":"comprimé","route":"oral","unit":"tablet"}"#;
        assert!(Formulary::of(&format!("[{row}]")).is_ok());
        let twice = Formulary::of(&format!("[{row},{row}]")).unwrap_err();
        assert!(twice.contains("twice"), "{twice}");
        let range =
            r#","ug_per_unit":5,"daily":[{"from_months":2,"ug":[9,3],"source":"s","compared":"quoted"}]}"#;
        let turned = Formulary::of(&format!("[{}{range}]", row.trim_end_matches('}'))).unwrap_err();
        assert!(turned.contains("range"), "{turned}");
        assert!(Formulary::of("[{}]").is_err());
    }

    fn fold(text: &str) -> String {
        use unicode_normalization::UnicodeNormalization as _;
        text.nfd().filter(|char| !unicode_normalization::char::is_combining_mark(*char)).collect()
    }
}
