//! Every rule at its limits, for its population and for nobody else; and the sentences that a clinician would check by hand,
//! with figures that do not come from the table.

use super::{Danger, Is, Membership, Population, RULES, Rule, Severity, Source, Test, Word, dangers};
use crate::{
    people::Speciality,
    request::{Bleeding, Intake},
    vital::{Consciousness, FetalMovement, Membranes, Pallor, Pregnancy, Sex, Vital},
};
use proptest::prelude::*;
use std::{collections::BTreeSet, fmt::Write, fs};

/// Sets a figure of a form, as the reverse of [`Intake::figure`].
fn set(intake: &mut Intake, vital: Vital, figure: i32) {
    let byte = || Some(u8::try_from(figure).unwrap().into());
    let word = || Some(u16::try_from(figure).unwrap().into());
    let index = usize::try_from(figure).unwrap();
    match vital {
        Vital::AgeYears => intake.age_years = byte(),
        Vital::AgeMonths => intake.age_months = byte(),
        Vital::AgeDays => intake.age_days = byte(),
        Vital::WeightG => intake.weight_g = Some(u32::try_from(figure).unwrap().into()),
        Vital::TermWeeks => intake.term_weeks = byte(),
        Vital::Gravidity => intake.gravidity = byte(),
        Vital::Parity => intake.parity = byte(),
        Vital::Systolic => intake.systolic = word(),
        Vital::Diastolic => intake.diastolic = word(),
        Vital::Pulse => intake.pulse = word(),
        Vital::BreathingRate => intake.breathing_rate = word(),
        Vital::Spo2 => intake.spo2 = byte(),
        Vital::TemperatureDc => intake.temperature_dc = word(),
        Vital::GlucoseMgDl => intake.glucose_mg_dl = word(),
        Vital::CapillaryRefillS => intake.capillary_refill_s = byte(),
        Vital::Convulsions => intake.convulsions = Some((figure == 1).into()),
        Vital::Consciousness => intake.consciousness = Some(Consciousness::ALL[index].into()),
        Vital::Pallor => intake.pallor = Some(Pallor::ALL[index].into()),
        Vital::Bleeding => {
            intake.bleeding = Some([Bleeding::None, Bleeding::Light, Bleeding::Heavy][index].into());
        }
        Vital::FetalMovement => intake.fetal_movement = Some(FetalMovement::ALL[index].into()),
        Vital::Membranes => intake.membranes = Some(Membranes::ALL[index].into()),
    }
}

fn form(figures: &[(Vital, i32)]) -> Intake {
    let mut intake = Intake::default();
    for (vital, figure) in figures {
        set(&mut intake, *vital, *figure);
    }
    intake
}

/// A patient of this age in days.
fn aged(days: i32) -> Intake {
    let months_before = |months: i32| months * 487 / 16;
    let months = (0..=days / 28).rfind(|months| months_before(*months) <= days).unwrap();
    let rest = days - months_before(months);
    form(&[(Vital::AgeYears, months / 12), (Vital::AgeMonths, months % 12), (Vital::AgeDays, rest)])
}

fn pregnant() -> Intake {
    Intake { pregnancy: Some(Pregnancy::Pregnant.into()), ..aged(27 * 365) }
}

/// A patient who certainly belongs to the population.
fn member(population: Population) -> Intake {
    match population {
        Population::Maternal => pregnant(),
        _ => aged((*population.days().start()).max(1)),
    }
}

fn words(intake: &Intake) -> Vec<(Vital, Severity, Word)> {
    let named = |Danger { vital, severity, word }| (vital, severity, word);
    dangers(intake, Speciality::General).into_iter().map(named).collect()
}

fn gravest(intake: &Intake, speciality: Speciality) -> Option<Severity> {
    dangers(intake, speciality).first().map(|danger| danger.severity)
}

fn patient(population: Population, rule: &Rule) -> Intake {
    let mut intake = member(population);
    for test in rule.tests {
        set(&mut intake, test.vital, test.limit);
    }
    intake
}

#[test]
fn every_rule_holds_at_its_limits_and_not_before() {
    for rule in RULES {
        let at = patient(rule.population, rule);
        assert_eq!(rule.applies(&at, Speciality::General), Some(rule.severity), "{}", rule.id);
        for test in rule.tests {
            let before = match test.is {
                Is::AtLeast => test.limit - 1,
                Is::AtMost => test.limit + 1,
            };
            let mut milder = at.clone();
            set(&mut milder, test.vital, before);
            assert_eq!(rule.applies(&milder, Speciality::General), None, "{} at {before}", rule.id);
        }
    }
}

#[test]
fn no_rule_applies_outside_its_population() {
    for rule in RULES.iter().filter(|rule| rule.population != Population::Maternal) {
        let days = rule.population.days();
        let outside = [days.start().checked_sub(1).filter(|day| *day >= 0), days.end().checked_add(1)];
        for day in outside.into_iter().flatten().chain([0, 59, 60, 364, 365, 1_825, 1_826, 4_382, 4_383]) {
            let mut intake = aged(day);
            for test in rule.tests {
                set(&mut intake, test.vital, test.limit);
            }
            let expected = days.contains(&day).then_some(rule.severity);
            assert_eq!(rule.applies(&intake, Speciality::Paediatrics), expected, "{} at {day} days", rule.id);
        }
    }
    let others = [
        Intake { sex: Some(Sex::Male.into()), ..aged(30 * 365) },
        Intake { pregnancy: Some(Pregnancy::None.into()), ..aged(30 * 365) },
        aged(8 * 365),
        aged(70 * 365),
    ];
    for rule in RULES.iter().filter(|rule| rule.population == Population::Maternal) {
        for other in &others {
            let mut intake = other.clone();
            for test in rule.tests.iter().filter(|test| test.vital != Vital::TermWeeks) {
                set(&mut intake, test.vital, test.limit);
            }
            assert_eq!(rule.applies(&intake, Speciality::General), None, "{}", rule.id);
        }
    }
}

#[test]
fn an_age_or_a_pregnancy_that_is_not_known_well_warns_only() {
    let months_unknown = form(&[(Vital::AgeYears, 0), (Vital::TemperatureDc, 376)]);
    assert_eq!(words(&months_unknown), [(Vital::TemperatureDc, Severity::Warning, Word::FeverInfant)]);
    let maybe = form(&[(Vital::AgeYears, 27), (Vital::Systolic, 165)]);
    assert_eq!(words(&maybe), [(Vital::Systolic, Severity::Warning, Word::PressureSevere)]);
    let asked = dangers(&maybe, Speciality::Obstetrics);
    assert_eq!(asked[0].severity, Severity::Danger, "an obstetrician is asked");
    assert_eq!(Population::Maternal.membership(&maybe, Speciality::General), Membership::Possible);
    assert_eq!(gravest(&Intake::default(), Speciality::Obstetrics), None, "an empty form");
}

/// Figures as a clinician reads them in the guidelines: age in days, value, and what is said of it.
#[test]
fn the_figures_of_the_guidelines() {
    use Severity::{Danger as Red, Warning as Amber};
    let cases: &[(i32, Vital, i32, Option<Severity>)] = &[
        (59, Vital::BreathingRate, 59, None),
        (59, Vital::BreathingRate, 60, Some(Red)),
        (61, Vital::BreathingRate, 49, None),
        (61, Vital::BreathingRate, 50, Some(Amber)),
        (364, Vital::BreathingRate, 50, Some(Amber)),
        (365, Vital::BreathingRate, 39, None),
        (365, Vital::BreathingRate, 40, Some(Amber)),
        (1_825, Vital::BreathingRate, 40, Some(Amber)),
        (2_000, Vital::BreathingRate, 30, None),
        (2_000, Vital::BreathingRate, 31, Some(Amber)),
        (9_000, Vital::BreathingRate, 30, None),
        (9_000, Vital::BreathingRate, 31, Some(Red)),
        (9_000, Vital::BreathingRate, 10, None),
        (9_000, Vital::BreathingRate, 9, Some(Red)),
        (30, Vital::TemperatureDc, 374, None),
        (30, Vital::TemperatureDc, 375, Some(Red)),
        (30, Vital::TemperatureDc, 360, None),
        (30, Vital::TemperatureDc, 359, Some(Red)),
        (700, Vital::TemperatureDc, 374, None),
        (700, Vital::TemperatureDc, 375, Some(Amber)),
        (700, Vital::TemperatureDc, 390, Some(Amber)),
        (700, Vital::TemperatureDc, 391, Some(Red)),
        (20_000, Vital::TemperatureDc, 390, None),
        (20_000, Vital::TemperatureDc, 391, Some(Red)),
        (20_000, Vital::TemperatureDc, 360, None),
        (20_000, Vital::TemperatureDc, 359, Some(Amber)),
        (20_000, Vital::TemperatureDc, 349, Some(Red)),
        (700, Vital::Spo2, 92, None),
        (700, Vital::Spo2, 91, Some(Amber)),
        (700, Vital::Spo2, 90, Some(Amber)),
        (700, Vital::Spo2, 89, Some(Red)),
        (700, Vital::CapillaryRefillS, 3, None),
        (700, Vital::CapillaryRefillS, 4, Some(Red)),
        (700, Vital::GlucoseMgDl, 54, None),
        (700, Vital::GlucoseMgDl, 53, Some(Amber)),
        (700, Vital::GlucoseMgDl, 45, Some(Amber)),
        (700, Vital::GlucoseMgDl, 44, Some(Red)),
        (100, Vital::Pulse, 180, None),
        (100, Vital::Pulse, 181, Some(Red)),
        (100, Vital::Pulse, 89, Some(Red)),
        (700, Vital::Pulse, 160, None),
        (700, Vital::Pulse, 161, Some(Red)),
        (2_500, Vital::Pulse, 141, Some(Red)),
        (20_000, Vital::Pulse, 130, None),
        (20_000, Vital::Pulse, 131, Some(Amber)),
        (20_000, Vital::Pulse, 151, Some(Red)),
        (20_000, Vital::Pulse, 59, Some(Amber)),
        (20_000, Vital::Pulse, 49, Some(Red)),
        (20_000, Vital::Systolic, 159, None),
        (20_000, Vital::Systolic, 160, Some(Amber)),
        (20_000, Vital::Systolic, 180, Some(Red)),
        (20_000, Vital::Systolic, 90, None),
        (20_000, Vital::Systolic, 89, Some(Red)),
        (20_000, Vital::Diastolic, 100, Some(Amber)),
        (20_000, Vital::Diastolic, 110, Some(Red)),
        (700, Vital::Systolic, 75, None),
        (700, Vital::Pallor, 1, Some(Amber)),
        (700, Vital::Pallor, 2, Some(Red)),
        (20_000, Vital::Pallor, 2, Some(Amber)),
        (700, Vital::Consciousness, 1, Some(Red)),
        (700, Vital::Convulsions, 1, Some(Red)),
        (700, Vital::Bleeding, 1, None),
        (700, Vital::Bleeding, 2, Some(Red)),
    ];
    for (days, vital, figure, expected) in cases {
        let mut intake = aged(*days);
        set(&mut intake, *vital, *figure);
        assert_eq!(gravest(&intake, Speciality::General), *expected, "{vital:?} {figure} at {days} days");
    }
}

/// Some values of a pregnant woman, and what is said of them.
type Case = (&'static [(Vital, i32)], Option<Severity>);

#[test]
fn the_figures_of_the_guidelines_around_a_birth() {
    use Severity::{Danger as Red, Warning as Amber};
    let cases: &[Case] = &[
        (&[(Vital::Systolic, 139), (Vital::Diastolic, 89)], None),
        (&[(Vital::Systolic, 140)], Some(Amber)),
        (&[(Vital::Diastolic, 90)], Some(Amber)),
        (&[(Vital::Systolic, 160)], Some(Red)),
        (&[(Vital::Diastolic, 110)], Some(Red)),
        (&[(Vital::Systolic, 89)], Some(Red)),
        (&[(Vital::Pulse, 109)], None),
        (&[(Vital::Pulse, 110)], Some(Red)),
        (&[(Vital::TemperatureDc, 380)], None),
        (&[(Vital::TemperatureDc, 381)], Some(Amber)),
        (&[(Vital::TemperatureDc, 381), (Vital::Membranes, 1)], Some(Red)),
        (&[(Vital::Membranes, 1), (Vital::TermWeeks, 36)], Some(Red)),
        (&[(Vital::Membranes, 1), (Vital::TermWeeks, 37)], Some(Amber)),
        (&[(Vital::Bleeding, 1), (Vital::TermWeeks, 22)], Some(Red)),
        (&[(Vital::Bleeding, 1), (Vital::TermWeeks, 21)], None),
        (&[(Vital::FetalMovement, 2)], Some(Red)),
        (&[(Vital::FetalMovement, 1)], Some(Amber)),
        (&[(Vital::Pallor, 1)], Some(Amber)),
        (&[(Vital::Pallor, 1), (Vital::BreathingRate, 30)], Some(Amber)),
        (&[(Vital::Pallor, 1), (Vital::BreathingRate, 31)], Some(Red)),
    ];
    for (figures, expected) in cases {
        let mut intake = pregnant();
        for (vital, figure) in *figures {
            set(&mut intake, *vital, *figure);
        }
        assert_eq!(gravest(&intake, Speciality::General), *expected, "{figures:?}");
    }
}

#[test]
fn each_value_is_told_once_and_the_gravest_first() {
    let intake = form(&[
        (Vital::AgeYears, 24),
        (Vital::TermWeeks, 34),
        (Vital::Systolic, 171),
        (Vital::Diastolic, 95),
        (Vital::Pulse, 131),
    ]);
    assert_eq!(
        words(&intake),
        [
            (Vital::Pulse, Severity::Danger, Word::PulseShock),
            (Vital::Systolic, Severity::Danger, Word::PressureSevere),
            (Vital::Diastolic, Severity::Warning, Word::PressurePregnancy),
        ]
    );
}

fn any_form() -> impl Strategy<Value = Intake> {
    let figures = Vital::ALL.map(|vital| (Just(vital), prop::option::of(vital.plausible())));
    let sex = prop::option::of(prop::sample::select(Sex::ALL));
    let pregnancy = prop::option::of(prop::sample::select(Pregnancy::ALL));
    (figures.to_vec(), sex, pregnancy).prop_map(|(figures, sex, pregnancy)| {
        let known: Vec<_> =
            figures.into_iter().filter_map(|(vital, figure)| figure.map(|figure| (vital, figure))).collect();
        Intake { sex: sex.map(Into::into), pregnancy: pregnancy.map(Into::into), ..form(&known) }
    })
}

proptest! {
    /// A rule that holds goes on holding when its value gets worse.
    #[test]
    fn a_worse_value_is_no_milder(intake in any_form(), rule in 0..RULES.len(), by in 1..60_i32) {
        let rule = &RULES[rule];
        let before = rule.applies(&intake, Speciality::General);
        for test in rule.tests.iter().filter(|_| before.is_some()) {
            let worse = match test.is {
                Is::AtLeast => (test.limit + by).min(*test.vital.possible().end()),
                Is::AtMost => (test.limit - by).max(*test.vital.possible().start()),
            };
            let mut intake = intake.clone();
            set(&mut intake, test.vital, worse);
            // A term that gets known also tells that there is a pregnancy.
            prop_assert!(rule.applies(&intake, Speciality::General) >= before);
        }
    }

    /// Knowing the age better makes no new danger appear, apart from a graver word for one that was warned of.
    #[test]
    fn a_better_known_age_only_sharpens(intake in any_form(), days in 0..9_000_i32) {
        let exact = Intake { age_years: None, age_months: None, age_days: None, ..intake };
        let [years, months, day] = {
            let aged = aged(days);
            [aged.age_years, aged.age_months, aged.age_days]
        };
        let coarse = Intake { age_years: years, ..exact.clone() };
        let exact = Intake { age_years: years, age_months: months, age_days: day, ..exact };
        for rule in RULES {
            if rule.applies(&exact, Speciality::General).is_some() {
                prop_assert!(rule.applies(&coarse, Speciality::General).is_some(), "{}", rule.id);
            }
        }
    }

    /// Whatever is in a form, each value is told at most once and the gravest come first.
    #[test]
    fn dangers_are_in_order(intake in any_form()) {
        let found = dangers(&intake, Speciality::Paediatrics);
        prop_assert!(found.is_sorted_by(|a, b| a.severity >= b.severity));
        let vitals: BTreeSet<_> = found.iter().map(|danger| danger.vital).collect();
        prop_assert_eq!(vitals.len(), found.len());
    }
}

#[test]
fn names_are_unique_words_are_used_and_limits_are_possible() {
    let ids: BTreeSet<_> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    for word in Word::ALL {
        assert!(RULES.iter().any(|rule| rule.word == *word), "{word:?} is said by no rule");
    }
    for rule in RULES {
        assert!(!rule.tests.is_empty() && !rule.source.at.is_empty(), "{}", rule.id);
        assert!(rule.tests.iter().all(|test| test.vital.possible().contains(&test.limit)), "{}", rule.id);
    }
}

#[test]
fn the_table_in_the_documentation_is_this_one() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/clinical-rules.md");
    let text = fs::read_to_string(path).unwrap();
    let (head, rest) = text.split_once(BEGIN).expect("the beginning of the table");
    let (_, tail) = rest.split_once(END).expect("the end of the table");
    let fresh = format!("{head}{BEGIN}\n{}{END}{tail}", table());
    if std::env::var_os("UPDATE_RULES").is_some() {
        return fs::write(path, &fresh).unwrap();
    }
    assert!(text == fresh, "stale: UPDATE_RULES=1 cargo test -p teranga-clinic the_table_in writes it anew");
}

const BEGIN: &str = "<!-- rules -->";
const END: &str = "<!-- end of rules -->";

fn table() -> String {
    let mut text = String::from(
        "\n| rule | patients | danger if | severity | source | compared with |\n|---|---|---|---|---|---|\n",
    );
    for rule in RULES {
        let tests: Vec<_> = rule.tests.iter().copied().map(plain).collect();
        let severity = serde_json::to_value(rule.severity).unwrap();
        let (short, at, compared) = (rule.source.source.short(), rule.source.at, rule.source.compared.word());
        writeln!(
            text,
            "| `{}` | {} | {} | {} | {short}, {at} | {compared} |",
            rule.id,
            patients(rule.population),
            tests.join(" and "),
            severity.as_str().unwrap()
        )
        .unwrap();
    }
    text.push_str("\n### Sources\n");
    for source in Source::ALL {
        writeln!(text, "- **{}**: {}", source.short(), source.reference()).unwrap();
    }
    text.push('\n');
    text
}

fn plain(test: Test) -> String {
    let name = serde_json::to_value(test.vital).unwrap();
    let sign = match test.is {
        Is::AtLeast => '≥',
        Is::AtMost => '≤',
    };
    let choice = match test.vital {
        Vital::Consciousness => serde_json::to_value(Consciousness::ALL),
        Vital::Pallor => serde_json::to_value(Pallor::ALL),
        Vital::Bleeding => serde_json::to_value([Bleeding::None, Bleeding::Light, Bleeding::Heavy]),
        Vital::FetalMovement => serde_json::to_value(FetalMovement::ALL),
        Vital::Membranes => serde_json::to_value(Membranes::ALL),
        Vital::Convulsions => serde_json::to_value(["no", "yes"]),
        _ => serde_json::to_value(()),
    };
    let limit = choice
        .unwrap()
        .get(usize::try_from(test.limit).unwrap())
        .map_or_else(|| test.limit.to_string(), |choice| choice.as_str().unwrap().to_owned());
    format!("{} {sign} {limit}", name.as_str().unwrap())
}

const fn patients(population: Population) -> &'static str {
    match population {
        Population::Everybody => "all",
        Population::UnderTwoMonths => "before 2 months",
        Population::TwoToElevenMonths => "2 to 11 months",
        Population::UnderOne => "before 1 year",
        Population::OneToFour => "1 to 4 years",
        Population::TwoMonthsToFour => "2 months to 4 years",
        Population::FiveToEleven => "5 to 11 years",
        Population::UnderTwelve => "before 12 years",
        Population::FromTwelve => "12 years and more, or unknown",
        Population::Maternal => "pregnant, or delivered in the last 6 weeks",
    }
}
