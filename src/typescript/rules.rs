//! Generates the danger rules and the bounds of the form's values for the pages, and the golden file by which the pages'
//! evaluator is compared with the one in `teranga_clinic::danger`.

use super::check;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::fmt::Write;
use teranga_clinic::{
    danger::{Is, Population, RULES, dangers},
    people::Speciality,
    request::Intake,
    vital::{Consciousness, FetalMovement, Membranes, Pallor, Pregnancy, Sex, Vital},
};

const HEADER: &str = "\
// The danger rules and the bounds of the form's values, generated from clinic/src/danger and clinic/src/vital.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib typescript writes it anew; docs/clinical-rules.md tells them with their sources.

import type { Severity, Vital, Word } from \"./messages.ts\";

/** If the patient belongs to the population and every test holds, the value of the first test is dangerous. */
export type Rule = readonly [
  population: Population,
  severity: Severity,
  word: Word,
  ...tests: (readonly [vital: Vital, is: \">=\" | \"<=\", limit: number])[],
];
";

/// Forms in the golden file.
const FORMS: usize = 2_000;

fn name(value: impl Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn rules_file() -> String {
    let mut text = HEADER.to_owned();
    text += "\n/** The populations, and their ages in days. */\nexport const POPULATIONS = {\n";
    for population in Population::ALL {
        let (from, to) = population.days().into_inner();
        writeln!(text, "  {}: [{from}, {to}],", name(population)).unwrap();
    }
    text += "} as const;\nexport type Population = keyof typeof POPULATIONS;\n";
    text += "\n/** The choices that are made by name, the harmless one first. A rule counts them from 0. */\nexport const CHOICES = {\n";
    for (vital, choices) in choices() {
        writeln!(text, "  {}: {},", name(vital), Value::from(choices)).unwrap();
    }
    text += "} as const;\n";
    for (constant, about, range) in [
        (
            "POSSIBLE",
            "The figures that can be; others are refused as `malformed`.",
            Vital::possible as fn(_) -> _,
        ),
        ("PLAUSIBLE", "The figures that a post meets; others are asked about.", Vital::plausible),
    ] {
        writeln!(
            text,
            "\n/** {about} */\nexport const {constant}: Record<Vital, readonly [number, number]> = {{"
        )
        .unwrap();
        for vital in Vital::ALL {
            let (least, most) = range(vital).into_inner();
            writeln!(text, "  {}: [{least}, {most}],", name(vital)).unwrap();
        }
        text += "};\n";
    }
    text += "\n/** Every rule; where several explain one value, the gravest counts, and of those the first. */\nexport const RULES: readonly Rule[] = [\n";
    for rule in RULES {
        let head = [name(rule.population), name(rule.severity), name(rule.word)].map(Value::from);
        let tests = rule.tests.iter().map(|test| {
            let sign = match test.is {
                Is::AtLeast => ">=",
                Is::AtMost => "<=",
            };
            json!([name(test.vital), sign, test.limit])
        });
        let parts: Vec<_> = head.into_iter().chain(tests).collect();
        writeln!(text, "  {},", Value::from(parts)).unwrap();
    }
    text + "];\n"
}

fn choices() -> [(Vital, Vec<String>); 5] {
    fn names<T: Serialize>(choices: &[T]) -> Vec<String> {
        choices.iter().map(name).collect()
    }
    [
        (Vital::Consciousness, names(Consciousness::ALL)),
        (Vital::Pallor, names(Pallor::ALL)),
        (Vital::Bleeding, names(&["none", "light", "heavy"])),
        (Vital::FetalMovement, names(FetalMovement::ALL)),
        (Vital::Membranes, names(Membranes::ALL)),
    ]
}

/// Marsaglia's xorshift generator: the same forms at every run.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }

    /// A figure: mostly one near a limit of a rule, where evaluators differ if they differ.
    fn figure(&mut self, vital: Vital) -> i32 {
        let tests = RULES.iter().flat_map(|rule| rule.tests);
        let limits: Vec<_> = tests.filter(|test| test.vital == vital).map(|test| test.limit).collect();
        let (least, most) = vital.possible().into_inner();
        let near = !limits.is_empty() && self.below(4) > 0;
        let figure = if near {
            limits[self.below(limits.len())] + i32::try_from(self.below(3)).unwrap() - 1
        } else {
            least + i32::try_from(self.below(usize::try_from(most - least + 1).unwrap())).unwrap()
        };
        figure.clamp(least, most)
    }

    fn form(&mut self) -> Value {
        let mut form = Map::new();
        for vital in Vital::ALL.into_iter().filter(|vital| *vital != Vital::WeightG) {
            if self.below(4) > 0 {
                continue;
            }
            let figure = self.figure(vital);
            let named = choices().into_iter().find(|(chosen, _)| *chosen == vital);
            let value = match (vital, named) {
                (Vital::Convulsions, _) => json!(figure == 1),
                (_, Some((_, choices))) => json!(choices[usize::try_from(figure).unwrap()]),
                (_, None) => json!(figure),
            };
            form.insert(name(vital), value);
        }
        if self.below(3) == 0 {
            form.insert("sex".into(), json!(Sex::ALL[self.below(2)]));
        }
        if self.below(4) == 0 {
            form.insert("pregnancy".into(), json!(Pregnancy::ALL[self.below(3)]));
        }
        form.into()
    }
}

/// One form a line with the speciality that was asked, and what the server says of it.
fn golden_file() -> String {
    let mut random = Random(0x7e3a_9a01_2026_1128);
    let mut text = String::new();
    for _ in 0..FORMS {
        let form = random.form();
        let speciality =
            [Speciality::Obstetrics, Speciality::Paediatrics, Speciality::General][random.below(3)];
        let intake: Intake = serde_json::from_value(form.clone()).unwrap();
        let found: Vec<_> = dangers(&intake, speciality)
            .into_iter()
            .map(|danger| format!("{} {} {}", name(danger.vital), name(danger.severity), name(danger.word)))
            .collect();
        writeln!(text, "{}", json!([speciality, form, found])).unwrap();
    }
    text
}

#[test]
fn committed_rules_are_those_of_the_server() {
    check("protocol/rules.ts", &rules_file());
}

#[test]
fn committed_golden_dangers_are_those_of_the_server() {
    check("client/test/golden/dangers.jsonl", &golden_file());
}
