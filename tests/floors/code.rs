//! The Rust code of a crate without its tests: the files that its modules are, each parsed once.
//! It follows `mod name;` from the crate's root, so a module under `#[cfg(test)]` is left out with all that is below it.

use syn::{Attribute, Item, ItemMod, parse_file};

use super::tree::{exists, read};

/// One file of a crate.
pub(super) struct Source {
    /// Path from the root of the repository.
    pub file: String,
    /// Path of the module within its crate; empty for the crate's root.
    pub module: Vec<String>,
    /// What stands in the file, without items under `#[cfg(test)]`.
    pub items: Vec<Item>,
    /// The file as it is written, tests included.
    pub text: String,
    /// Lines above the module of tests, or all of them.
    pub lines: usize,
}

/// Every file of the crate whose root is `root_file`, its tests left out.
pub(super) fn sources(root_file: &str) -> Vec<Source> {
    let mut found = Vec::new();
    read_module(root_file, &[], &mut found);
    found
}

/// True if one of the attributes is `#[cfg(test)]`.
pub(super) fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|one| {
        one.path().is_ident("cfg") && one.parse_args().is_ok_and(|path: syn::Path| path.is_ident("test"))
    })
}

fn read_module(file: &str, module: &[String], found: &mut Vec<Source>) {
    let text = read(file);
    let syntax = parse_file(&text).unwrap_or_else(|error| panic!("{file}: {error}"));
    let lines =
        syntax.items.iter().find_map(first_line_of_tests).map_or(text.lines().count(), |line| line - 1);
    let items: Vec<_> = syntax.items.into_iter().filter(|item| !is_test_only(attributes(item))).collect();
    let children: Vec<_> = items.iter().filter_map(child_module).collect();
    found.push(Source { file: file.to_owned(), module: module.to_vec(), items, text, lines });
    for name in children {
        let below = [module, std::slice::from_ref(&name)].concat();
        read_module(&file_of_child(file, module.is_empty(), &name), &below, found);
    }
}

/// The line at which a module of tests begins, counted from 1; none for any other item.
fn first_line_of_tests(item: &Item) -> Option<usize> {
    match item {
        Item::Mod(ItemMod { attrs, content: Some(_), .. }) if is_test_only(attrs) => {
            Some(attrs[0].pound_token.span.start().line)
        }
        _ => None,
    }
}

/// The name of a module that stands in a file of its own.
fn child_module(item: &Item) -> Option<String> {
    match item {
        Item::Mod(ItemMod { ident, content: None, .. }) => Some(ident.to_string()),
        _ => None,
    }
}

/// `a/mod.rs` and the crate's root hold their children beside them, `a.rs` holds them in `a/`.
fn file_of_child(parent: &str, is_root: bool, child: &str) -> String {
    let folder = match parent.strip_suffix("/mod.rs") {
        Some(folder) => folder,
        None if is_root => parent.rsplit_once('/').map_or("", |(folder, _)| folder),
        None => parent.strip_suffix(".rs").unwrap_or(parent),
    };
    let flat = format!("{folder}/{child}.rs");
    if exists(&flat) { flat } else { format!("{folder}/{child}/mod.rs") }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
