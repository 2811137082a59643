//! No import circle: no file, and no top-level module of a crate, leans on itself by way of others.
//! The same wall for TypeScript stands in the pages' own tests, `web/test/imports.test.ts`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::{crates, tree::hold};

const WHY: &str = "parts that need each other cannot be read, tested or moved one at a time; what both need belongs below them, \
                   or is handed in";

/// Who imports whom, and the names that are imported.
pub(super) type Graph = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

#[test]
fn no_file_imports_itself_through_others() {
    let circles: Vec<_> =
        crates::folders().iter().flat_map(|folder| circles(&files_that_import(folder))).collect();
    hold("no circle of imports between Rust files.", WHY, &circles);
}

#[test]
fn no_top_level_module_imports_itself_through_others() {
    let circles: Vec<_> =
        crates::folders().iter().flat_map(|folder| circles(&modules_that_import(folder))).collect();
    hold("no circle of imports between the top-level modules of a crate.", WHY, &circles);
}

#[test]
fn a_circle_is_found_and_a_chain_is_not() {
    let found = |edges: &[(&str, &str)]| {
        let mut graph = Graph::new();
        for (from, to) in edges {
            let names = graph.entry((*from).to_owned()).or_default().entry((*to).to_owned()).or_default();
            names.insert(to.to_uppercase());
        }
        circles(&graph)
    };
    assert!(found(&[("a", "b"), ("b", "c"), ("a", "c")]).is_empty());
    assert_eq!(found(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]), ["a → b (B) → c (C) → a (A)"]);
    let two = found(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("c", "a")]);
    assert_eq!(
        two,
        ["a → b (B) → a (A)", "b → c (C) → b (B)"],
        "a circle that holds a shorter one is not told"
    );
}

/// The imports between the files of a crate.
pub(super) fn files_that_import(folder: &str) -> Graph {
    let map = crates::map_of(folder);
    let mut graph = Graph::new();
    for module in map.modules() {
        let targets = graph.entry(module.file.clone()).or_default();
        for path in &module.references.paths {
            if let Some(file) = map.file_of(path).filter(|file| *file != module.file) {
                targets.entry(file.to_owned()).or_default().insert(path[path.len() - 1].clone());
            }
        }
    }
    graph
}

/// The imports between what stands directly under a crate's root. The root itself is left out: it only lists.
pub(super) fn modules_that_import(folder: &str) -> Graph {
    let mut graph = Graph::new();
    for (from, targets) in files_that_import(folder) {
        let Some(from) = crates::top_module(folder, &from) else { continue };
        for (to, names) in targets {
            if let Some(to) = crates::top_module(folder, &to).filter(|to| *to != from) {
                graph.entry(from.clone()).or_default().entry(to).or_default().extend(names);
            }
        }
    }
    graph
}

/// For every import that lies on a circle, the shortest circle through it. A circle that holds a shorter one is left out.
fn circles(graph: &Graph) -> Vec<String> {
    let mut found = BTreeMap::new();
    for (from, targets) in graph {
        for to in targets.keys() {
            if let Some(way) = shortest_way(graph, to, from) {
                let members: BTreeSet<_> = way.iter().copied().collect();
                found.entry(members).or_insert(way);
            }
        }
    }
    let holds_another = |members: &BTreeSet<&str>| {
        found.keys().any(|other| other.len() < members.len() && other.is_subset(members))
    };
    found.iter().filter(|(members, _)| !holds_another(members)).map(|(_, way)| told(graph, way)).collect()
}

/// A circle in one line, from its first name in the alphabet.
fn told(graph: &Graph, way: &[&str]) -> String {
    let first = (0..way.len()).min_by_key(|at| way[*at]).unwrap_or_default();
    let at = |step: usize| way[(first + step) % way.len()];
    (0..way.len()).fold(at(0).to_owned(), |line, step| {
        let names: Vec<_> = graph[at(step)][at(step + 1)].iter().map(String::as_str).collect();
        format!("{line} → {} ({})", at(step + 1), names.join(", "))
    })
}

/// The names from `start` to `end` along imports, both included.
fn shortest_way<'a>(graph: &'a Graph, start: &'a str, end: &str) -> Option<Vec<&'a str>> {
    let mut came_from = BTreeMap::from([(start, start)]);
    let mut queue = VecDeque::from([start]);
    while let Some(here) = queue.pop_front() {
        if here == end {
            let mut way = vec![here];
            while way[way.len() - 1] != start {
                way.push(came_from[way[way.len() - 1]]);
            }
            way.reverse();
            return Some(way);
        }
        for next in graph.get(here).into_iter().flat_map(BTreeMap::keys) {
            if !came_from.contains_key(next.as_str()) {
                came_from.insert(next, here);
                queue.push_back(next);
            }
        }
    }
    None
}
