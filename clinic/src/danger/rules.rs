//! The table of danger rules. `docs/clinical-rules.md` prints it with its sources; a test keeps the two equal. A rule is
//! added only with a published source, and its tests are generated from the table. A child's blood pressure has no rule,
//! because its limits depend on height.

use super::{
    population::Population::{
        self, Everybody, FiveToEleven, FromTwelve, Maternal, OneToFour, TwoMonthsToFour, TwoToElevenMonths,
        UnderOne, UnderTwelve, UnderTwoMonths,
    },
    rule::{
        Is::{self, AtLeast, AtMost},
        Rule,
        Severity::{self, Danger, Warning},
        Test, Word,
    },
    source::{
        Comparison::{NotYet, Published, Quoted},
        Place, Source,
    },
};
use crate::vital::Vital;

const fn test(vital: Vital, is: Is, limit: i32) -> Test {
    Test { vital, is, limit }
}

const fn rule(
    id: &'static str,
    population: Population,
    tests: &'static [Test],
    severity: Severity,
    word: Word,
    source: Place,
) -> Rule {
    Rule { id, population, tests, severity, word, source }
}

const fn published(source: Source, at: &'static str) -> Place {
    Place { source, at, compared: Published }
}

const fn quoted(source: Source, at: &'static str) -> Place {
    Place { source, at, compared: Quoted }
}

const fn not_yet(source: Source, at: &'static str) -> Place {
    Place { source, at, compared: NotYet }
}

/// Every rule, two lines each, as in a printed table. Where several explain one value, the gravest counts, and of those the first.
#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule("convulsions", Everybody, &[test(Vital::Convulsions, AtLeast, 1)], Danger, Word::Convulsions,
        published(Source::Iitt, "red criteria: active convulsions; ETAT emergency signs; IMCI general danger signs")),
    rule("unresponsive", Everybody, &[test(Vital::Consciousness, AtLeast, 2)], Danger, Word::Unresponsive,
        quoted(Source::Etat, "emergency signs: coma, P or U of AVPU")),
    rule("drowsy", Everybody, &[test(Vital::Consciousness, AtLeast, 1)], Danger, Word::Drowsy,
        published(Source::Iitt, "high-risk vital signs: AVPU other than A")),
    rule("oxygen_low", Everybody, &[test(Vital::Spo2, AtMost, 89)], Danger, Word::OxygenLow,
        quoted(Source::PocketBook, "oxygen therapy: SpO2 below 90 %; IMCI cough or difficult breathing")),
    rule("oxygen_low_coma", UnderTwelve, &[test(Vital::Spo2, AtMost, 93), test(Vital::Consciousness, AtLeast, 2)], Danger, Word::OxygenLow,
        not_yet(Source::Etat, "recommendation on hypoxaemia: below 94 % with an emergency sign")),
    rule("oxygen_low_convulsions", UnderTwelve, &[test(Vital::Spo2, AtMost, 93), test(Vital::Convulsions, AtLeast, 1)], Danger, Word::OxygenLow,
        not_yet(Source::Etat, "recommendation on hypoxaemia: below 94 % with an emergency sign")),
    rule("oxygen_reduced", Everybody, &[test(Vital::Spo2, AtMost, 91)], Warning, Word::OxygenLow,
        published(Source::Iitt, "high-risk vital signs: SpO2 below 92 %")),
    rule("refill_slow", Everybody, &[test(Vital::CapillaryRefillS, AtLeast, 4)], Danger, Word::RefillSlow,
        published(Source::Iitt, "red criteria: capillary refill longer than 3 s; ETAT signs of shock")),
    rule("bleeding_heavy", Everybody, &[test(Vital::Bleeding, AtLeast, 2)], Danger, Word::BleedingHeavy,
        published(Source::Iitt, "red criteria: heavy bleeding; PCPNC B4")),
    rule("bleeding_late", Maternal, &[test(Vital::Bleeding, AtLeast, 1), test(Vital::TermWeeks, AtLeast, 22)], Danger, Word::BleedingLate,
        not_yet(Source::Mcpc, "vaginal bleeding in later pregnancy: after 22 weeks; PCPNC B3")),
    rule("pallor_severe_child", TwoMonthsToFour, &[test(Vital::Pallor, AtLeast, 2)], Danger, Word::PallorSevere,
        quoted(Source::Imci, "anaemia: severe palmar pallor")),
    rule("pallor_severe_maternal", Maternal, &[test(Vital::Pallor, AtLeast, 2)], Danger, Word::PallorSevere,
        not_yet(Source::Pcpnc, "C4 check for anaemia: severe palmar and conjunctival pallor")),
    rule("pallor_breathless", Maternal, &[test(Vital::Pallor, AtLeast, 1), test(Vital::BreathingRate, AtLeast, 31)], Danger, Word::PallorBreathless,
        not_yet(Source::Pcpnc, "C4 check for anaemia: pallor with more than 30 breaths a minute")),
    rule("pallor_severe", Everybody, &[test(Vital::Pallor, AtLeast, 2)], Warning, Word::PallorSevere,
        published(Source::Iitt, "yellow criteria: severe pallor")),
    rule("pallor_child", TwoMonthsToFour, &[test(Vital::Pallor, AtLeast, 1)], Warning, Word::Pallor,
        quoted(Source::Imci, "anaemia: some palmar pallor")),
    rule("pallor_maternal", Maternal, &[test(Vital::Pallor, AtLeast, 1)], Warning, Word::Pallor,
        not_yet(Source::Pcpnc, "C4 check for anaemia: palmar or conjunctival pallor")),
    rule("glucose_low", Everybody, &[test(Vital::GlucoseMgDl, AtMost, 44)], Danger, Word::GlucoseLow,
        quoted(Source::PocketBook, "chart 10: below 2.5 mmol/L or 45 mg/dL")),
    rule("glucose_low_malnourished", Everybody, &[test(Vital::GlucoseMgDl, AtMost, 53)], Warning, Word::GlucoseLow,
        quoted(Source::PocketBook, "severe malnutrition: below 3 mmol/L or 54 mg/dL")),
    rule("fever_infant", UnderTwoMonths, &[test(Vital::TemperatureDc, AtLeast, 375)], Danger, Word::FeverInfant,
        quoted(Source::Imci, "young infant, very severe disease: 37.5 °C or more")),
    rule("cold_infant", UnderTwoMonths, &[test(Vital::TemperatureDc, AtMost, 359)], Danger, Word::ColdInfant,
        published(Source::Iitt, "red criteria, below 2 months: below 36 °C; IMCI below 35.5 °C")),
    rule("fever_high", Everybody, &[test(Vital::TemperatureDc, AtLeast, 391)], Danger, Word::FeverHigh,
        published(Source::Iitt, "high-risk vital signs: above 39 °C")),
    rule("hypothermia", Everybody, &[test(Vital::TemperatureDc, AtMost, 349)], Danger, Word::Cold,
        quoted(Source::PocketBook, "severe malnutrition: axillary temperature below 35 °C")),
    rule("cold", Everybody, &[test(Vital::TemperatureDc, AtMost, 359)], Warning, Word::Cold,
        published(Source::Iitt, "high-risk vital signs: below 36 °C")),
    rule("fever_maternal", Maternal, &[test(Vital::TemperatureDc, AtLeast, 381)], Warning, Word::Fever,
        not_yet(Source::Pcpnc, "B7 priority signs: above 38 °C")),
    rule("fever_child", TwoMonthsToFour, &[test(Vital::TemperatureDc, AtLeast, 375)], Warning, Word::Fever,
        quoted(Source::Imci, "fever: 37.5 °C or more")),
    rule("breathing_fast_infant", UnderTwoMonths, &[test(Vital::BreathingRate, AtLeast, 60)], Danger, Word::BreathingFast,
        quoted(Source::Imci, "young infant, very severe disease: 60 breaths a minute or more")),
    rule("breathing_fast_2_11_months", TwoToElevenMonths, &[test(Vital::BreathingRate, AtLeast, 50)], Warning, Word::BreathingFast,
        quoted(Source::Imci, "cough or difficult breathing: 50 breaths a minute or more")),
    rule("breathing_fast_1_4_years", OneToFour, &[test(Vital::BreathingRate, AtLeast, 40)], Warning, Word::BreathingFast,
        quoted(Source::Imci, "cough or difficult breathing: 40 breaths a minute or more")),
    rule("breathing_fast_5_11_years", FiveToEleven, &[test(Vital::BreathingRate, AtLeast, 31)], Warning, Word::BreathingFast,
        published(Source::Iitt, "high-risk vital signs, 5 to 11 years: above 30")),
    rule("breathing_fast", FromTwelve, &[test(Vital::BreathingRate, AtLeast, 31)], Danger, Word::BreathingFast,
        published(Source::Iitt, "high-risk vital signs, 12 years and more: above 30")),
    rule("breathing_slow_under_1", UnderOne, &[test(Vital::BreathingRate, AtMost, 24)], Warning, Word::BreathingSlow,
        published(Source::Iitt, "high-risk vital signs, below 1 year: below 25")),
    rule("breathing_slow_1_4_years", OneToFour, &[test(Vital::BreathingRate, AtMost, 19)], Warning, Word::BreathingSlow,
        published(Source::Iitt, "high-risk vital signs, 1 to 4 years: below 20")),
    rule("breathing_slow", Everybody, &[test(Vital::BreathingRate, AtMost, 9)], Danger, Word::BreathingSlow,
        published(Source::Iitt, "high-risk vital signs, 5 years and more: below 10, which is slower still for a smaller child")),
    rule("pulse_fast_under_1", UnderOne, &[test(Vital::Pulse, AtLeast, 181)], Danger, Word::PulseFast,
        published(Source::Iitt, "high-risk vital signs, below 1 year: above 180")),
    rule("pulse_slow_under_1", UnderOne, &[test(Vital::Pulse, AtMost, 89)], Danger, Word::PulseSlow,
        published(Source::Iitt, "high-risk vital signs, below 1 year: below 90")),
    rule("pulse_fast_1_4_years", OneToFour, &[test(Vital::Pulse, AtLeast, 161)], Danger, Word::PulseFast,
        published(Source::Iitt, "high-risk vital signs, 1 to 4 years: above 160")),
    rule("pulse_slow_1_4_years", OneToFour, &[test(Vital::Pulse, AtMost, 79)], Danger, Word::PulseSlow,
        published(Source::Iitt, "high-risk vital signs, 1 to 4 years: below 80")),
    rule("pulse_fast_5_11_years", FiveToEleven, &[test(Vital::Pulse, AtLeast, 141)], Danger, Word::PulseFast,
        published(Source::Iitt, "high-risk vital signs, 5 to 11 years: above 140")),
    rule("pulse_slow_5_11_years", FiveToEleven, &[test(Vital::Pulse, AtMost, 69)], Danger, Word::PulseSlow,
        published(Source::Iitt, "high-risk vital signs, 5 to 11 years: below 70")),
    rule("pulse_very_fast", FromTwelve, &[test(Vital::Pulse, AtLeast, 151)], Danger, Word::PulseFast,
        published(Source::Iitt, "red criteria, 12 years and more: above 150")),
    rule("pulse_very_slow", FromTwelve, &[test(Vital::Pulse, AtMost, 49)], Danger, Word::PulseSlow,
        published(Source::Iitt, "red criteria, 12 years and more: below 50")),
    rule("pulse_shock", Maternal, &[test(Vital::Pulse, AtLeast, 110)], Danger, Word::PulseShock,
        quoted(Source::Mcpc, "rapid initial assessment, shock: pulse 110 or more; PCPNC B3 above 110")),
    rule("pulse_fast", FromTwelve, &[test(Vital::Pulse, AtLeast, 131)], Warning, Word::PulseFast,
        published(Source::Iitt, "high-risk vital signs, 12 years and more: above 130")),
    rule("pulse_slow", FromTwelve, &[test(Vital::Pulse, AtMost, 59)], Warning, Word::PulseSlow,
        published(Source::Iitt, "high-risk vital signs, 12 years and more: below 60")),
    rule("systolic_severe_maternal", Maternal, &[test(Vital::Systolic, AtLeast, 160)], Danger, Word::PressureSevere,
        published(Source::Iitt, "red criteria, pregnant: 160 mmHg or more; MCPC severe pre-eclampsia")),
    rule("diastolic_severe_maternal", Maternal, &[test(Vital::Diastolic, AtLeast, 110)], Danger, Word::PressureSevere,
        published(Source::Iitt, "red criteria, pregnant: 110 mmHg or more; MCPC severe pre-eclampsia; PCPNC C3")),
    rule("systolic_low_maternal", Maternal, &[test(Vital::Systolic, AtMost, 89)], Danger, Word::PressureLow,
        quoted(Source::Mcpc, "rapid initial assessment, shock: systolic below 90 mmHg; PCPNC B3")),
    rule("systolic_low", FromTwelve, &[test(Vital::Systolic, AtMost, 89)], Danger, Word::PressureLow,
        quoted(Source::Mcpc, "rapid initial assessment, shock: systolic below 90 mmHg")),
    rule("systolic_severe", FromTwelve, &[test(Vital::Systolic, AtLeast, 180)], Danger, Word::PressureSevere,
        quoted(Source::Ncd, "hypertension: referral from 180 mmHg")),
    rule("diastolic_severe", FromTwelve, &[test(Vital::Diastolic, AtLeast, 110)], Danger, Word::PressureSevere,
        quoted(Source::Ncd, "hypertension: referral from 110 mmHg")),
    rule("systolic_maternal", Maternal, &[test(Vital::Systolic, AtLeast, 140)], Warning, Word::PressurePregnancy,
        not_yet(Source::Mcpc, "hypertension in pregnancy: 140 mmHg or more")),
    rule("diastolic_maternal", Maternal, &[test(Vital::Diastolic, AtLeast, 90)], Warning, Word::PressurePregnancy,
        not_yet(Source::Pcpnc, "C3 check for pre-eclampsia: 90 mmHg or more")),
    rule("systolic_high", FromTwelve, &[test(Vital::Systolic, AtLeast, 160)], Warning, Word::PressureHigh,
        published(Source::Hypertension, "section 3.1: treatment without delay from 160 mmHg")),
    rule("diastolic_high", FromTwelve, &[test(Vital::Diastolic, AtLeast, 100)], Warning, Word::PressureHigh,
        published(Source::Hypertension, "section 3.1: treatment without delay from 100 mmHg")),
    rule("fetus_still", Maternal, &[test(Vital::FetalMovement, AtLeast, 2)], Danger, Word::FetusStill,
        not_yet(Source::Pcpnc, "C7 no fetal movement")),
    rule("fetus_less", Maternal, &[test(Vital::FetalMovement, AtLeast, 1)], Warning, Word::FetusLess,
        not_yet(Source::Pcpnc, "C7 no fetal movement: asked before it stops")),
    rule("membranes_fever", Maternal, &[test(Vital::Membranes, AtLeast, 1), test(Vital::TemperatureDc, AtLeast, 381)], Danger, Word::MembranesFever,
        not_yet(Source::Pcpnc, "C7 ruptured membranes: fever above 38 °C")),
    rule("membranes_early", Maternal, &[test(Vital::Membranes, AtLeast, 1), test(Vital::TermWeeks, AtMost, 36)], Danger, Word::MembranesEarly,
        not_yet(Source::Mcpc, "prelabour rupture of membranes: before 37 weeks")),
    rule("membranes_ruptured", Maternal, &[test(Vital::Membranes, AtLeast, 1)], Warning, Word::MembranesRuptured,
        not_yet(Source::Pcpnc, "C7 ruptured membranes and no labour")),
];
