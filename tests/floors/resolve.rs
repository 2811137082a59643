//! Which file of a crate a path leads to. A name that a module only passes on (`pub use`) leads to the file that defines it,
//! so a facade stands between nobody and what is behind it.

use std::collections::{BTreeMap, BTreeSet};

use syn::Item;

use super::{
    code::Source,
    references::{References, references},
};

/// The first word of a path within the crate.
pub(super) const CRATE: &str = "crate";
/// A name is passed on by fewer modules than this; more is taken for a name that passes on itself.
const MAX_PASSES: usize = 8;

/// The modules of one crate.
pub(super) struct CrateMap {
    modules: BTreeMap<Vec<String>, Module>,
}

/// One module that is a file.
pub(super) struct Module {
    pub file: String,
    pub references: References,
    defined: BTreeSet<String>,
}

impl CrateMap {
    pub(super) fn new(sources: &[Source]) -> Self {
        let modules = sources.iter().map(|source| {
            let children = children_of(&source.items);
            let module = Module {
                file: source.file.clone(),
                references: references(source, &children),
                defined: source.items.iter().filter_map(name_of).collect(),
            };
            (source.module.clone(), module)
        });
        Self { modules: modules.collect() }
    }

    pub(super) fn modules(&self) -> impl Iterator<Item = &Module> {
        self.modules.values()
    }

    /// The file in which the end of a path that begins with `crate` is defined, or none if it leads out of the crate.
    pub(super) fn file_of(&self, path: &[String]) -> Option<&str> {
        self.find(path, MAX_PASSES)
    }

    fn find(&self, path: &[String], passes: usize) -> Option<&str> {
        let path = path.strip_prefix(&[CRATE.to_owned()])?;
        let deepest = (0..=path.len()).rev().find(|end| self.modules.contains_key(&path[..*end]))?;
        let module = &self.modules[&path[..deepest]];
        let Some(name) = path.get(deepest).filter(|name| !module.defined.contains(*name)) else {
            return Some(&module.file);
        };
        if passes == 0 {
            return Some(&module.file);
        }
        if let Some(whole) = module.references.names.get(name) {
            let whole = [whole.clone(), path[deepest + 1..].to_vec()].concat();
            return self.find(&whole, passes - 1);
        }
        let globs = module.references.globs.iter();
        let through_glob = globs.filter_map(|glob| {
            let file = self.find(&[glob.clone(), vec![name.clone()]].concat(), passes - 1)?;
            self.modules().find(|one| one.file == file && one.defined.contains(name)).map(|_| file)
        });
        Some(through_glob.into_iter().next().unwrap_or(&module.file))
    }
}

fn children_of(items: &[Item]) -> BTreeSet<String> {
    items
        .iter()
        .filter_map(|item| if let Item::Mod(one) = item { Some(one.ident.to_string()) } else { None })
        .collect()
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
