//! What the signed words of a line say in numbers, for programs that read a record. A prescription is signed in words; those that `words.rs` wrote are read back
//! exactly, and words that say anything else are left to people.

use super::words::{directions, units_of};
use crate::{drug::DoseUnit, prescription::PrescribedLine};

/// Dose and intakes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Thousandths of a unit at each intake, and the unit.
    pub dose: Option<(u32, DoseUnit)>,
    /// Intakes a day.
    pub per_day: Option<u8>,
}

impl Counted {
    /// The numbers of a line; none if its directions say more than dose and intakes, or if its quantity contradicts them.
    pub fn of(line: &PrescribedLine) -> Option<Self> {
        let said = line.directions.trim_end_matches('.');
        let added = ADDED.iter().find(|(more, _)| said.ends_with(&format!(", {more}")));
        let (more, times) = added.copied().unwrap_or_default();
        let core = said.strip_suffix(more).unwrap_or(said).trim_end_matches(", ");
        let counted = Self::read(core)?;
        if times.is_some() && times != counted.per_day {
            return None;
        }
        let is_whole = directions(counted.dose, counted.per_day, more) == said;
        (is_whole && counted.agrees_with(line)).then_some(counted)
    }

    fn read(core: &str) -> Option<Self> {
        let Some(rest) = core.strip_suffix(TIMES) else {
            return Some(Self { dose: Some(dose(core)?), per_day: None });
        };
        let (amount, times) = rest.rsplit_once(' ').unwrap_or(("", rest));
        let dose = if amount.is_empty() { None } else { Some(dose(amount)?) };
        Some(Self { dose, per_day: Some(times.parse().ok()?) })
    }

    /// False if the units of the whole course are told and are others.
    fn agrees_with(self, line: &PrescribedLine) -> bool {
        let (Some((milli, _)), Some(per_day)) = (self.dose, self.per_day) else { return true };
        let units = (u64::from(milli) * u64::from(per_day) * u64::from(line.days)).div_ceil(1_000);
        line.quantity == 0 || line.days == 0 || u64::from(line.quantity) == units
    }
}

/// A number with the word for its unit: `1 ½ comprimé`.
fn dose(text: &str) -> Option<(u32, DoseUnit)> {
    DoseUnit::ALL.into_iter().find_map(|unit| {
        let (one, many) = units_of(unit);
        let number = [one, many].into_iter().find_map(|word| text.strip_suffix(word)?.strip_suffix(' '))?;
        Some((milli(number)?, unit))
    })
}

fn milli(number: &str) -> Option<u32> {
    let part = |text: &str| match text {
        "¼" => Some(250),
        "½" => Some(500),
        "¾" => Some(750),
        _ => None,
    };
    let whole = |text: &str| text.parse::<u32>().ok()?.checked_mul(1_000);
    if let Some(milli) = part(number) {
        return Some(milli);
    }
    if let Some((units, rest)) = number.split_once(' ') {
        return whole(units)?.checked_add(part(rest)?);
    }
    let Some((units, rest)) = number.split_once(',') else { return whole(number) };
    let digits = format!("{rest:0<3}");
    (digits.len() == 3).then(|| whole(units)?.checked_add(digits.parse().ok()?)).flatten()
}

const TIMES: &str = " fois par jour";
/// What may be added, and how many intakes a day it tells. The longer of two that end alike stands first.
const ADDED: [(&str, Option<u8>); 9] = [
    ("après les repas", None),
    ("avant les repas", None),
    ("pendant les repas", None),
    ("à jeun", None),
    ("matin, midi et soir", Some(3)),
    ("matin et soir", Some(2)),
    ("le matin", Some(1)),
    ("le soir", Some(1)),
    ("au coucher", Some(1)),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn line(directions: &str, days: u16, quantity: u32) -> PrescribedLine {
        let [atc, drug, unit] = [(); 3].map(|()| String::new());
        PrescribedLine { product: None, atc, drug, directions: directions.into(), days, quantity, unit }
    }

    #[test]
    fn words_that_were_written_from_numbers_are_read_back() {
        let numbers = [250, 500, 1_000, 1_500, 2_000, 2_500, 125, 12_000, 7_750];
        for unit in DoseUnit::ALL {
            for (milli, more) in
                numbers.into_iter().zip(["", "après les repas", "à jeun"].into_iter().cycle())
            {
                for per_day in [None, Some(1), Some(12)] {
                    let dose = Some((milli, unit));
                    let words = directions(dose, per_day, more);
                    assert_eq!(Counted::of(&line(&words, 0, 0)), Some(Counted { dose, per_day }), "{words}");
                }
            }
        }
        let times = Counted { dose: None, per_day: Some(2) };
        assert_eq!(Counted::of(&line("2 fois par jour", 5, 0)), Some(times));
    }

    #[test]
    fn words_that_say_more_and_a_quantity_that_contradicts_them_are_left_to_people() {
        for directions in [
            "1 comprimé 2 fois par jour, un jour sur deux",
            "1 comprimé 2 fois par jour, si douleur",
            "1 matin et soir",
            "1 comprimé 1 fois par jour, matin et soir",
            "1 comprimé 2 fois par jour, matin, midi et soir",
            "1 comprimé, le soir",
            "un comprimé 2 fois par jour",
            "1 comprimés 2 fois par jour",
            "1 comprimé 300 fois par jour",
            "01 comprimé 2 fois par jour",
            "4294968 comprimés",
            "2 comprimés, puis 1 comprimé 2 fois par jour",
            "",
        ] {
            assert_eq!(Counted::of(&line(directions, 5, 0)), None, "{directions}");
        }
        assert!(Counted::of(&line("1 comprimé 2 fois par jour", 5, 10)).is_some());
        assert!(Counted::of(&line("1 comprimé 3 fois par jour, matin, midi et soir", 5, 15)).is_some());
        assert_eq!(Counted::of(&line("1 comprimé 2 fois par jour", 5, 20)), None);
    }
}
