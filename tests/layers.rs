//! A module imports only what stands above it on the map of the stages.
//!
//! The check reads the sources under `src/` as text: comments, literals and `#[cfg(test)]` items are taken out, then
//! every path that starts at the crate's root (`crate::x`, or `super::` often enough) names a module that the file
//! depends on.
#![allow(clippy::unwrap_used)]

#[path = "layers/source.rs"]
mod source;

use source::{imports, test_modules};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The stages in the order of the data; each may import those before it, and any leaf.
const STAGES: [&str; 19] = [
    "table",
    "area",
    "count",
    "crosswalk",
    "flow",
    "determinant",
    "model",
    "estimate",
    "infer",
    "estimator",
    "panel",
    "expected",
    "diagnose",
    "impute",
    "second_stage",
    "screen",
    "compare",
    "report",
    "map",
];

/// What any stage may import; each leaf may import those before it.
const LEAVES: [&str; 5] = ["progress", "error", "numeric", "parallel", "family"];

/// Modules beside the line of stages, which no other may import, with the stages that they may.
const BESIDE: [(&str, &[&str]); 2] =
    [("simulate", &["table", "count"]), ("nl", &["table", "area", "count", "crosswalk", "flow"])];

/// Names at the crate's root that are no modules: re-exports of a leaf, and of the exchange format.
const ROOT_NAMES: [&str; 4] = ["Error", "ErrorKind", "Result", "ndarray"];

#[test]
fn every_module_imports_only_what_stands_above_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    let tests: BTreeSet<PathBuf> = files.iter().flat_map(|file| test_files(file)).collect();
    let mut wrong = Vec::new();
    for file in files.iter().filter(|file| !tests.contains(*file)) {
        let place = place_of(file.strip_prefix(&root).unwrap());
        let Some(module) = place.first() else { continue };
        for import in imports(&fs::read_to_string(file).unwrap(), place.len()) {
            if let Err(why) = allowed(module, &import.name) {
                wrong.push(format!("{}:{}: {why}", file.display(), import.line));
            }
        }
    }
    assert!(files.len() > 10, "only {} sources found under {}", files.len(), root.display());
    assert!(wrong.is_empty(), "imports against the order of the stages:\n{}", wrong.join("\n"));
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Names of the modules that lead to a file under `src/`; empty for `lib.rs`.
fn place_of(file: &Path) -> Vec<String> {
    let mut place: Vec<String> =
        file.with_extension("").iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if place.last().is_some_and(|last| last == "mod" || last == "lib") {
        place.pop();
    }
    place
}

/// The files that a file declares as modules for tests only.
fn test_files(file: &Path) -> Vec<PathBuf> {
    let folder = match file.file_stem().and_then(|stem| stem.to_str()) {
        Some("mod" | "lib") => file.with_file_name(""),
        _ => file.with_extension(""),
    };
    let modules = test_modules(&fs::read_to_string(file).unwrap());
    modules.iter().map(|module| folder.join(module).with_extension("rs")).collect()
}

/// Whether `from` may import `to`; otherwise why not.
fn allowed(from: &str, to: &str) -> Result<(), String> {
    let refused = |why: &str| Err(format!("`{from}` imports `{to}`: {why}"));
    let (leaf, stage) = (|name| at(&LEAVES, name), |name| at(&STAGES, name));
    let beside = |name: &str| BESIDE.iter().find(|(known, _)| *known == name);
    if from == to || ROOT_NAMES.contains(&to) {
        return Ok(());
    }
    if leaf(to).is_none() && stage(to).is_none() && beside(to).is_none() {
        return refused("not on the map; name it in tests/layers.rs, or import from the module that has it");
    }
    match (leaf(from), stage(from), beside(from)) {
        (Some(from), ..) if leaf(to).is_none_or(|to| to > from) => {
            refused("a leaf imports only leaves before it")
        }
        (_, Some(from), _) if leaf(to).is_none() && stage(to).is_none_or(|to| to > from) => {
            refused("a stage imports only stages above it and leaves")
        }
        (.., Some((_, stages))) if leaf(to).is_none() && !stages.contains(&to) => {
            refused("it stands beside the stages and imports only its own few")
        }
        (None, None, None) => refused("the importing module is not on the map; name it in tests/layers.rs"),
        _ => Ok(()),
    }
}

fn at(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|known| *known == name)
}

#[test]
fn a_stage_that_imports_one_below_it_is_refused() {
    let source =
        "use crate::{error::Result, model::Model, table};\nfn f() { crate::count::g(super::expected::h()) }";
    let verdicts = imports(source, 1).into_iter().map(|import| allowed("count", &import.name));
    let refused: Vec<String> = verdicts.filter_map(Result::err).collect();
    assert_eq!(refused.len(), 2, "{refused:#?}");
    assert!(refused[0].contains("`count` imports `model`"), "{refused:#?}");
    assert!(refused[1].contains("`count` imports `expected`"), "{refused:#?}");
}

#[test]
fn leaves_and_modules_beside_the_stages_have_their_own_bounds() {
    for (from, to) in [
        ("family", "numeric"),
        ("error", "progress"),
        ("simulate", "count"),
        ("simulate", "family"),
        ("nl", "area"),
        ("report", "impute"),
        ("table", "Result"),
    ] {
        assert_eq!(allowed(from, to), Ok(()));
    }
    for (from, to) in [
        ("numeric", "family"),
        ("error", "table"),
        ("simulate", "area"),
        ("simulate", "nl"),
        ("nl", "model"),
        ("expected", "simulate"),
        ("area", "nl"),
        ("table", "area"),
        ("table", "Fit"),
        ("newcomer", "error"),
        ("table", "*"),
    ] {
        assert!(allowed(from, to).is_err(), "{from} imports {to}");
    }
}
