//! Doses and directions in French words, as they stand on a prescription.

use crate::drug::DoseUnit;

/// How a drug is taken: `1 comprimé et demi 2 fois par jour`, with what the specialist adds.
pub(super) fn directions(dose: Option<(u32, DoseUnit)>, per_day: Option<u8>, more: &str) -> String {
    let dose = dose.map(|(milli, unit)| amount(milli, unit));
    let per_day = per_day.map(|times| format!("{times} fois par jour"));
    let counted = [dose, per_day].into_iter().flatten().collect::<Vec<_>>().join(" ");
    match (counted.is_empty(), more.is_empty()) {
        (false, false) => format!("{counted}, {more}"),
        (false, true) => counted,
        (true, _) => more.to_owned(),
    }
}

/// The word for so many units: `comprimés`.
pub(super) const fn units(count: u32, unit: DoseUnit) -> &'static str {
    let (one, many, _) = word(unit);
    if count < 2 { one } else { many }
}

/// The word for the units of a dose, given in thousandths of one: `comprimé`.
pub const fn dose_word(unit: DoseUnit, milli: u32) -> &'static str {
    let (one, many, _) = word(unit);
    if milli < 2_000 { one } else { many }
}

/// The words for one and for several units.
pub(super) const fn units_of(unit: DoseUnit) -> (&'static str, &'static str) {
    let (one, many, _) = word(unit);
    (one, many)
}

/// A number of units, given in thousandths of one: `½ comprimé`, `2,5 ml`.
fn amount(milli: u32, unit: DoseUnit) -> String {
    let (_, _, has_parts) = word(unit);
    format!("{} {}", number(milli, has_parts), dose_word(unit, milli))
}

/// The number of units. Quarters of a tablet are written as people break it.
fn number(milli: u32, has_parts: bool) -> String {
    let (whole, rest) = (milli / 1_000, milli % 1_000);
    let part = match rest {
        250 => Some("¼"),
        500 => Some("½"),
        750 => Some("¾"),
        _ => None,
    };
    match (part.filter(|_| has_parts), whole, rest) {
        (_, _, 0) => whole.to_string(),
        (Some(part), 0, _) => part.to_owned(),
        (Some(part), _, _) => format!("{whole} {part}"),
        (None, _, _) => format!("{whole},{rest:03}").trim_end_matches('0').to_owned(),
    }
}

/// The word for one and for several units, and whether people speak of halves and quarters.
const fn word(unit: DoseUnit) -> (&'static str, &'static str, bool) {
    match unit {
        DoseUnit::Tablet => ("comprimé", "comprimés", true),
        DoseUnit::Capsule => ("gélule", "gélules", false),
        DoseUnit::Ml => ("ml", "ml", false),
        DoseUnit::Ampoule => ("ampoule", "ampoules", true),
        DoseUnit::Vial => ("flacon", "flacons", true),
        DoseUnit::Sachet => ("sachet", "sachets", true),
        DoseUnit::Drop => ("goutte", "gouttes", false),
        DoseUnit::Puff => ("bouffée", "bouffées", false),
        DoseUnit::Suppository => ("suppositoire", "suppositoires", true),
        DoseUnit::Application => ("application", "applications", false),
        DoseUnit::Dose => ("dose", "doses", false),
        DoseUnit::Unit => ("UI", "UI", false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doses_read_as_a_pharmacist_writes_them() {
        for (milli, unit, words) in [
            (500, DoseUnit::Tablet, "½ comprimé"),
            (1_000, DoseUnit::Tablet, "1 comprimé"),
            (1_500, DoseUnit::Tablet, "1 ½ comprimé"),
            (2_000, DoseUnit::Capsule, "2 gélules"),
            (2_500, DoseUnit::Ml, "2,5 ml"),
            (125, DoseUnit::Ml, "0,125 ml"),
            (12_000, DoseUnit::Unit, "12 UI"),
        ] {
            assert_eq!(amount(milli, unit), words);
        }
    }

    #[test]
    fn directions_have_what_is_known() {
        let dose = Some((1_000, DoseUnit::Tablet));
        assert_eq!(directions(dose, Some(2), ""), "1 comprimé 2 fois par jour");
        assert_eq!(
            directions(dose, Some(3), "après les repas"),
            "1 comprimé 3 fois par jour, après les repas"
        );
        assert_eq!(directions(None, None, "une noisette le soir"), "une noisette le soir");
        assert_eq!(directions(None, Some(1), ""), "1 fois par jour");
    }
}
