//! Every path that a file names, in `use`, in code and in the arguments of macros, written out from the crate's root or from
//! another crate's name. `use a::b; b::c()` is read as `a::b::c`.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    ItemMod, ItemUse, Macro, Path, UseTree, Visibility,
    visit::{self, Visit},
};

use super::{
    code::{Source, is_test_only},
    resolve::CRATE,
};

/// What one file names.
pub(super) struct References {
    /// Paths that begin with `crate` or with the name of another crate.
    pub paths: BTreeSet<Vec<String>>,
    /// Names that `use` brings into the file, with what each stands for.
    pub names: BTreeMap<String, Vec<String>>,
    /// Paths of `use …::*`.
    pub globs: Vec<Vec<String>>,
}

/// Reads what `source` names; `children` are the modules declared in it.
pub(super) fn references(source: &Source, children: &BTreeSet<String>) -> References {
    let mut reader = Reader {
        module: source.module.clone(),
        children,
        uses: Vec::new(),
        globs: Vec::new(),
        seen: BTreeSet::new(),
    };
    source.items.iter().for_each(|item| reader.visit_item(item));
    let names: BTreeMap<_, _> = reader.uses.iter().cloned().collect();
    let mut paths: BTreeSet<_> = names.values().chain(&reader.globs).cloned().collect();
    paths.extend(reader.uses.into_iter().map(|(_, path)| path));
    paths.extend(reader.seen.into_iter().filter_map(|path| written_out(path, &names)));
    References { paths, names, globs: reader.globs }
}

/// The path from its crate; none for a path that begins with something local.
fn written_out(mut path: Vec<String>, names: &BTreeMap<String, Vec<String>>) -> Option<Vec<String>> {
    let first = path.remove(0);
    match names.get(&first) {
        Some(whole) => Some([whole.clone(), path].concat()),
        None if first.starts_with(char::is_lowercase) => Some([vec![first], path].concat()),
        None => None,
    }
}

struct Reader<'a> {
    /// The module that is being read, inline modules included.
    module: Vec<String>,
    children: &'a BTreeSet<String>,
    uses: Vec<(String, Vec<String>)>,
    globs: Vec<Vec<String>>,
    seen: BTreeSet<Vec<String>>,
}

impl Reader<'_> {
    fn read_use(&mut self, before: &[String], tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                let below = [before, &[path.ident.to_string()]].concat();
                self.read_use(&below, &path.tree);
            }
            UseTree::Name(name) => self.keep_use(before, &name.ident.to_string(), None),
            UseTree::Rename(name) => {
                self.keep_use(before, &name.ident.to_string(), Some(name.rename.to_string()));
            }
            UseTree::Glob(_) => {
                let path = self.written_from_crate(before.to_vec());
                self.globs.push(path);
            }
            UseTree::Group(group) => group.items.iter().for_each(|one| self.read_use(before, one)),
        }
    }

    fn keep_use(&mut self, before: &[String], name: &str, renamed: Option<String>) {
        let last = if name == "self" { before.last().cloned().unwrap_or_default() } else { name.to_owned() };
        let whole = if name == "self" { before.to_vec() } else { [before, &[name.to_owned()]].concat() };
        let path = self.written_from_crate(whole);
        self.uses.push((renamed.unwrap_or(last), path));
    }

    /// Replaces `self`, `super` and the name of a child module by the path from the crate's root.
    fn written_from_crate(&self, path: Vec<String>) -> Vec<String> {
        let mut here = self.module.clone();
        let mut rest = path.as_slice();
        match rest.first().map(String::as_str) {
            Some("self" | "super") => {
                while let Some(word) = rest.first().filter(|word| ["self", "super"].contains(&word.as_str()))
                {
                    if word == "super" {
                        here.pop();
                    }
                    rest = &rest[1..];
                }
            }
            Some(child) if self.children.contains(child) => {}
            _ => return path,
        }
        [vec![CRATE.to_owned()], here, rest.to_vec()].concat()
    }

    fn keep_path(&mut self, path: Vec<String>) {
        if path.len() > 1 {
            let path = self.written_from_crate(path);
            self.seen.insert(path);
        }
    }

    /// Macros hide their arguments from the parser; what looks like a path in them is taken for one.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(word) if colons == 2 => path.push(word.to_string()),
                TokenTree::Ident(word) => {
                    self.keep_path(std::mem::replace(&mut path, vec![word.to_string()]));
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.read_tokens(group.stream()),
                _ => self.keep_path(std::mem::take(&mut path)),
            }
            colons = 0;
        }
        self.keep_path(path);
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.read_use(&[], &item.tree);
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        if is_test_only(&item.attrs) || item.content.is_none() {
            return;
        }
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    /// `pub(in crate::a)` opens a door and imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_path(&mut self, path: &'ast Path) {
        self.keep_path(path.segments.iter().map(|one| one.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.visit_path(&item.path);
        if let Some(name) = item.path.get_ident() {
            self.seen.insert(vec!["std".to_owned(), name.to_string()]);
        }
        self.read_tokens(item.tokens.clone());
    }
}

#[test]
fn paths_are_read_wherever_they_stand() {
    let text = "use std::time::{self, Instant as At};\nuse super::{below, other::*};\npub(in crate::hidden) fn a() {\n  \
                At::now(); time::Duration::ZERO; below::b(); crate::c::d(); println!(\"{}\", self::e::F);\n}\n\
                #[cfg(test)]\nmod tests { use std::fs; }";
    let items = syn::parse_file(text).unwrap().items;
    let source = Source {
        file: String::new(),
        module: vec!["m".into(), "n".into()],
        items,
        text: String::new(),
        lines: 0,
    };
    let read = references(&source, &BTreeSet::new());
    let paths: Vec<_> = read.paths.iter().map(|path| path.join("::")).collect();
    let expected = [
        "crate::c::d",
        "crate::m::below",
        "crate::m::below::b",
        "crate::m::n::e::F",
        "crate::m::other",
        "std::println",
        "std::time",
        "std::time::Duration::ZERO",
        "std::time::Instant",
        "std::time::Instant::now",
    ];
    assert_eq!(paths, expected);
}
