//! Writes `web/protocol/api.ts` from the bodies of the HTTP interface. A committed file that no longer says
//! the same is a red test; `UPDATE_PROTOCOL=1 cargo test -p teranga --lib` writes it anew.

use super::{ops, wire};
use crate::clinic::view;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};
use ts_rs::{Config, TS, TypeVisitor};

const HEADER: &str = "\
// The bodies of the HTTP interface, generated from src/http/wire.rs and src/clinic/view.rs: do not edit.
// UPDATE_PROTOCOL=1 cargo test -p teranga --lib writes it anew; docs/API.md tells it in prose.
";

/// Declarations by name: of the types it is shown and of those they lean on.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, String>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        let name = T::ident(&self.config);
        if T::output_path().is_some() && !self.by_name.contains_key(&name) {
            let docs = T::docs().unwrap_or_default();
            let declaration = tidy(&format!("\n{docs}export {}\n", T::decl(&self.config)));
            self.by_name.insert(name, declaration);
            T::visit_dependencies(self);
        }
    }
}

/// Lays a declaration out as a person would: a field a line, indented, short comments on one line.
fn tidy(declaration: &str) -> String {
    let spread = declaration
        .replace("{ \n", "{\n")
        .replace(", \n", ";\n")
        .replace(", };", ";\n};")
        .replace(" };", ";\n};")
        .replace("/**\n * ", "/** ")
        .replace("\n */", " */");
    let mut fields = false;
    let mut text = String::new();
    for line in spread.lines() {
        fields &= line != "};";
        text += if fields && !line.is_empty() { "  " } else { "" };
        text += line;
        text += "\n";
        fields |= line.ends_with(" = {");
    }
    text
}

fn generate() -> String {
    let mut types = Declarations { config: Config::new(), by_name: BTreeMap::new() };
    types.visit::<wire::SignIn>();
    types.visit::<wire::EnrollDevice>();
    types.visit::<wire::Enrolled>();
    types.visit::<wire::AskChallenge>();
    types.visit::<wire::Challenge>();
    types.visit::<wire::SignInDevice>();
    types.visit::<wire::AnnouncePhoto>();
    types.visit::<wire::PhotoHeld>();
    types.visit::<wire::Failure>();
    types.visit::<view::ConsultationSummary>();
    types.visit::<view::ConsultationView>();
    types.visit::<ops::Health>();
    let body = types.by_name.into_values().collect::<String>();
    HEADER.to_owned() + &imports(&body) + &body
}

/// The types of the wire that `body` names.
fn imports(body: &str) -> String {
    let wire = fs::read_to_string(protocol("messages.ts")).unwrap();
    let exported: BTreeSet<_> =
        wire.lines().filter_map(|line| line.strip_prefix("export type ")?.split(['<', ' ']).next()).collect();
    let named: BTreeSet<_> = code(body).flat_map(|line| line.split(|c: char| !c.is_alphanumeric())).collect();
    let wanted: Vec<_> = exported.intersection(&named).copied().collect();
    format!("\nimport type {{ {} }} from \"./messages.ts\";\n", wanted.join(", "))
}

fn code(body: &str) -> impl Iterator<Item = &str> {
    body.lines().filter(|line| !line.trim_start().starts_with("/**"))
}

fn protocol(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "web", "protocol", file].iter().collect()
}

#[test]
fn the_committed_types_are_the_ones_the_server_speaks() {
    let (path, fresh) = (protocol("api.ts"), generate());
    if std::env::var_os("UPDATE_PROTOCOL").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let stands = fs::read_to_string(&path).unwrap_or_default();
    assert!(stands == fresh, "web/protocol/api.ts is stale: run with UPDATE_PROTOCOL=1");
}
