//! How large a file, a function and a type may grow. Tests and generated files are left out, or have a limit of their own.

use std::collections::BTreeMap;

use syn::{
    Block, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, ItemMod, Signature, TraitItemFn, Type,
    visit::{self, Visit},
};

use super::{
    code::{Source, is_test_only},
    crates,
    tree::{files, hold},
};

/// Lines of a file of the product, and of a file of tests or measurements.
const MAX_FILE_LINES: usize = 450;
const MAX_TEST_FILE_LINES: usize = 650;
/// Lines of the file in the middle, when the Rust files are ordered by length.
const MAX_MEDIAN_LINES: usize = 160;
/// Lines of a function, from `fn` to its last brace.
const MAX_FUNCTION_LINES: usize = 60;
/// Functions in all `impl` blocks of one type in one crate.
const MAX_METHODS: usize = 60;

/// Written by a program.
const GENERATED: [&str; 3] = ["web/protocol/api.ts", "web/protocol/messages.ts", "web/protocol/rota.ts"];

#[test]
fn no_file_is_too_long() {
    let rust = all_sources().map(|source| (source.file, source.lines));
    let pages = files("web", &["ts", "tsx", "js", "mjs"]).into_iter().filter(|(file, _)| !is_test(file));
    let pages = pages.map(|(file, text)| (file, text.lines().count()));
    let product = rust.chain(pages).filter(|(file, _)| !GENERATED.contains(&file.as_str()));
    let folders = ["src", "media", "signaling", "clinic", "exchange", "web", "tests", "benches", "fuzz"];
    let tests = folders.iter().flat_map(|folder| files(folder, &["rs", "ts", "tsx", "mjs"]));
    let tests = tests.filter(|(file, _)| is_test(file)).map(|(file, text)| (file, text.lines().count()));
    let found = [longer_than(MAX_FILE_LINES, product), longer_than(MAX_TEST_FILE_LINES, tests)].concat();
    hold(
        "no file is over 450 lines without its tests, no file of tests over 650.",
        "a longer file is more than one idea. Give the part that wants out a file of its own.",
        &found,
    );
}

#[test]
fn the_file_in_the_middle_is_short() {
    let mut lines: Vec<_> = all_sources().map(|source| source.lines).collect();
    lines.sort_unstable();
    let median = lines[lines.len() / 2];
    let found =
        (median > MAX_MEDIAN_LINES).then(|| format!("the median of {} files is {median} lines", lines.len()));
    hold(
        "half of the Rust files are at most 160 lines long.",
        "most files should be read in one go. Split the longest ones by subject.",
        found.as_slice(),
    );
}

#[test]
fn no_function_is_too_long() {
    let mut found = Vec::new();
    for source in all_sources() {
        let mut reader = Functions { file: &source.file, long: &mut found };
        source.items.iter().for_each(|item| reader.visit_item(item));
    }
    hold(
        "no function is over 60 lines.",
        "a longer function has steps, and each step has a name. Give the steps functions of their own, below the one that calls them.",
        &found,
    );
}

#[test]
fn no_type_has_too_many_methods() {
    let mut found = Vec::new();
    for folder in crates::folders() {
        let many =
            methods(&crates::sources_of(&folder)).into_iter().filter(|(_, count)| *count > MAX_METHODS);
        found.extend(many.map(|(name, count)| format!("{folder}: {name} has {count} methods")));
    }
    hold(
        "no type has over 60 methods.",
        "a type with more of them holds several ideas, spread over files. Let the part that wants out become a value that it holds.",
        &found,
    );
}

#[test]
fn lines_and_methods_are_counted_as_written() {
    let text = "impl A {\n fn a() {}\n fn b() {\n  let x = 1;\n }\n}\nimpl T for A {\n fn c() {}\n}\n#[cfg(test)]\nmod t {\n impl A { fn d() {} }\n}\n";
    let items = syn::parse_file(text).unwrap().items;
    let source = Source { file: String::new(), module: Vec::new(), items, text: text.to_owned(), lines: 0 };
    let Item::Impl(block) = &source.items[0] else { panic!("{text}") };
    let ImplItem::Fn(function) = &block.items[1] else { panic!("{text}") };
    assert_eq!(lines(&function.sig, &function.block), 3);
    assert_eq!(methods(&[source]), BTreeMap::from([("A".to_owned(), 3)]));
}

fn longer_than(most: usize, files: impl Iterator<Item = (String, usize)>) -> Vec<String> {
    let long = files.filter(|(_, lines)| *lines > most);
    long.map(|(file, lines)| format!("{file}: {lines} lines, {most} are allowed")).collect()
}

/// True for a file that only tests or measures.
fn is_test(file: &str) -> bool {
    let folders = ["tests", "test", "benches", "fuzz"];
    file.ends_with("/tests.rs") || file.split('/').any(|part| folders.contains(&part))
}

fn all_sources() -> impl Iterator<Item = Source> {
    crates::folders().into_iter().flat_map(|folder| crates::sources_of(&folder))
}

/// The number of functions in the `impl` blocks of each type, by the type's name.
fn methods(sources: &[Source]) -> BTreeMap<String, usize> {
    let mut counter = Methods::default();
    sources.iter().flat_map(|source| &source.items).for_each(|item| counter.visit_item(item));
    counter.0
}

fn lines(signature: &Signature, block: &Block) -> usize {
    let (first, last) = (signature.fn_token.span.start().line, block.brace_token.span.close().end().line);
    last + 1 - first
}

#[derive(Default)]
struct Methods(BTreeMap<String, usize>);

impl<'ast> Visit<'ast> for Methods {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test_only(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if let Type::Path(name) = &*item.self_ty
            && let Some(last) = name.path.segments.last()
        {
            let count = item.items.iter().filter(|one| matches!(one, ImplItem::Fn(_))).count();
            *self.0.entry(last.ident.to_string()).or_default() += count;
        }
        visit::visit_item_impl(self, item);
    }
}

struct Functions<'a> {
    file: &'a str,
    long: &'a mut Vec<String>,
}

impl Functions<'_> {
    fn look(&mut self, signature: &Signature, block: &Block) {
        let lines = lines(signature, block);
        if lines > MAX_FUNCTION_LINES {
            self.long.push(format!("{}: {} has {lines} lines", self.file, signature.ident));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if !is_test_only(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.look(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.look(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.look(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}
