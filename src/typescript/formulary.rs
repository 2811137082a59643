//! The formulary as the pages have it: without the sources, which only a reader of the list needs.

use std::fmt::Write as _;
use teranga_clinic::drug::{Formulary, Product};

/// `web/protocol/formulary.json`: one product a line.
pub(super) fn file() -> String {
    let products = Formulary::own().products().iter().map(line).collect::<Vec<_>>();
    let mut text = String::from("[\n");
    let _ = write!(text, "{}\n]\n", products.join(",\n"));
    text
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
