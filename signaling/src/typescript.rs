//! Writes `web/protocol/messages.ts` from the types of [`message`](crate::message). A committed file that
//! no longer says the same is a red test; `UPDATE_PROTOCOL=1 cargo test -p teranga-signaling` writes it anew.

use crate::{
    limits,
    message::{ClientMessage, ServerMessage, session::PROTOCOL_VERSION},
};
use std::{collections::BTreeMap, fmt::Display, fs, ops::RangeInclusive, path::PathBuf};
use ts_rs::{Config, TS, TypeVisitor};

const HEADER: &str = "\
// The wire of Teranga, generated from signaling/src/message: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga-signaling writes it anew; signaling/PROTOCOL.md tells it in prose.
";

/// The declarations of every type it is shown and of the types those lean on, by name: ts-rs visits
/// in another order at every compilation.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        T::visit_generics(self);
        let name = T::ident(&self.config);
        if T::output_path().is_some() && !self.by_name.contains_key(&name) {
            let declaration = declare::<T>(&self.config);
            self.by_name.insert(name, declaration);
            T::visit_dependencies(self);
        }
    }
}

fn declare<T: TS + ?Sized>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    tidy(&format!("\n{docs}export {}\n", T::decl(config)))
}

/// Lays a declaration out as a person would: one variant a line, fields indented, short comments on one line.
fn tidy(declaration: &str) -> String {
    let spread = declaration
        .replace("{ \n", "{\n")
        .replace(", \n", ";\n")
        .replace(", };", ";\n};")
        .replace(" = { \"type\"", " =\n| { \"type\"")
        .replace(" | { \"type\"", "\n| { \"type\"")
        .replace("{ \"type\"", "{ type")
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */");
    let mut depth = 0;
    let mut text = String::new();
    for line in spread.lines() {
        depth -= usize::from(line == "};");
        text += &indented(line, depth + usize::from(line.starts_with('|')));
        depth += usize::from(line.ends_with(" = {"));
    }
    text
}

fn indented(line: &str, depth: usize) -> String {
    let width = if line.is_empty() { 0 } else { 2 * depth };
    format!("{:width$}{line}\n", "")
}

fn generate() -> String {
    let config = Config::new().with_large_int("number");
    let mut types = Declarations { config, by_name: BTreeMap::new() };
    types.visit::<ClientMessage>();
    types.visit::<ServerMessage>();
    HEADER.to_owned() + &constants() + &types.by_name.into_values().collect::<String>()
}

/// What a form must know to refuse on the device what the server would refuse.
fn constants() -> String {
    format!(
        "
/** Version of this protocol; a server speaks exactly one. */
export const PROTOCOL_VERSION = {PROTOCOL_VERSION};

/** Most characters of a text; beyond, the message is refused as `too_large`. */
export const TEXT_LIMITS = {{
  reason: {},
  dpp: {},
  note: {},
  advice: {},
}} as const;

/** Most marks on a photo, and its right and lower border in their units. */
export const PHOTO_MARKS = {{ most: {}, place: {} }} as const;

/** Least and greatest figure of the form; outside, the message is refused as `malformed`. */
export const VITAL_RANGES = {{
  age_years: {},
  term_weeks: {},
  systolic: {},
  diastolic: {},
  pulse: {},
  temperature_dc: {},
}} as const;
",
        limits::REASON_CHARS,
        limits::DPP_CHARS,
        limits::NOTE_CHARS,
        limits::ADVICE_CHARS,
        limits::MARKS,
        limits::MARK_PLACE,
        pair(&limits::AGE_YEARS),
        pair(&limits::TERM_WEEKS),
        pair(&limits::SYSTOLIC),
        pair(&limits::DIASTOLIC),
        pair(&limits::PULSE),
        pair(&limits::TEMPERATURE_DC),
    )
}

fn pair<T: Display>(range: &RangeInclusive<T>) -> String {
    format!("[{}, {}]", range.start(), range.end())
}

fn committed() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "web", "protocol", "messages.ts"].iter().collect()
}

#[test]
fn the_committed_types_are_the_ones_the_server_speaks() {
    let (path, fresh) = (committed(), generate());
    if std::env::var_os("UPDATE_PROTOCOL").is_some() {
        fs::create_dir_all(path.parent().expect("a file has a folder")).unwrap();
        fs::write(&path, &fresh).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == fresh, "web/protocol/messages.ts is stale: run with UPDATE_PROTOCOL=1");
}
