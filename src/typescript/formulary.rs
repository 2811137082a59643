//! The formulary as the pages have it: without the sources, which only a reader of the list needs.

use std::{collections::BTreeSet, fmt::Write as _};
use teranga_clinic::{
    drug::{Formulary, Product},
    prescribing::NotRenewable,
};

/// `web/protocol/formulary.json`: one product a line.
pub(super) fn file() -> String {
    let products = Formulary::own().products().iter().map(line).collect::<Vec<_>>();
    let mut text = String::from("[\n");
    let _ = write!(text, "{}\n]\n", products.join(",\n"));
    text
}

/// `web/protocol/not-renewable.ts`: the drugs of which each delivery needs a prescription of its own.
pub(super) fn not_renewable() -> String {
    let NotRenewable { atc, words } = NotRenewable::of(Formulary::own());
    format!(
        "// The drugs of which each delivery needs a prescription of its own, generated from clinic/src/drug/formulary.json: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew.

/** Codes of the ATC classification, and names for a drug without a code, in small letters without accents. */
export const NOT_RENEWABLE: {{ atc: readonly string[]; words: readonly string[] }} = {{
  atc: {},
  words: {},
}};
",
        list(&atc),
        list(&words)
    )
}

fn list(texts: &BTreeSet<String>) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| format!("{text:?}")).collect();
    format!("[{}]", quoted.join(", "))
}

fn line(product: &Product) -> String {
    let mut value = serde_json::to_value(product).expect("a product is plain JSON");
    let fields = value.as_object_mut().expect("a product has fields");
    for unread in ["pregnancy", "class", "route"] {
        fields.remove(unread);
    }
    for daily in fields.get_mut("daily").and_then(|daily| daily.as_array_mut()).into_iter().flatten() {
        daily
            .as_object_mut()
            .expect("a range has fields")
            .retain(|name, _| name != "source" && name != "compared");
    }
    value.to_string()
}
