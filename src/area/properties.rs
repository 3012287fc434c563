//! What holds for trees that nobody thought of.
#![allow(clippy::unwrap_used)]

use super::{AreaTree, CodeScope, Placement, TreeBuilder};
use crate::error::{ErrorKind, Violation};
use proptest::prelude::*;
use std::collections::{BTreeSet, HashMap};

/// Codes of each row, coarsest level first.
type Columns = Vec<Vec<String>>;

/// Rows in any order, of one to five levels that nest: a row's code at a level is the number of its finest area,
/// divided by ever more on the way up.
fn columns() -> impl Strategy<Value = Columns> {
    let spread = prop::collection::vec(2u32..5, 0..4);
    let finest = prop::collection::vec(0u32..120, 1..60);
    (spread, finest).prop_map(|(spread, finest)| {
        let mut divisor: u32 = spread.iter().product();
        let mut columns = Vec::new();
        for per_parent in spread.iter().copied().chain([1]) {
            columns.push(finest.iter().map(|area| format!("{:03}:", area / divisor)).collect());
            divisor /= per_parent;
        }
        columns
    })
}

fn names(n_levels: usize) -> Vec<String> {
    (0..n_levels).map(|level| format!("level {level}")).collect()
}

fn place(columns: &Columns, scope: CodeScope) -> crate::Result<Placement> {
    let names = names(columns.len());
    let levels: Vec<(&str, &[String])> =
        names.iter().zip(columns).map(|(name, codes)| (name.as_str(), codes.as_slice())).collect();
    Placement::from_codes(&levels, scope)
}

/// The areas of all levels as paths, in no order.
fn nesting(tree: &AreaTree) -> BTreeSet<Vec<String>> {
    let paths = |level| (0..tree.n_areas(level) as u32).map(move |area| tree.path(level, area));
    (0..tree.levels().len())
        .flat_map(paths)
        .map(|path| path.iter().map(|code| code.to_string()).collect())
        .collect()
}

fn violations(result: crate::Result<Placement>) -> Vec<Violation> {
    match result.map_err(|error| error.kind().clone()) {
        Err(ErrorKind::Hierarchy { violations }) => violations,
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

proptest! {
    #[test]
    fn rows_get_their_own_codes_back_at_every_level(columns in columns()) {
        let placement = place(&columns, CodeScope::Unique).unwrap();
        for (level, codes) in columns.iter().enumerate() {
            prop_assert_eq!(&placement.codes(level), codes);
        }
    }

    #[test]
    fn shuffled_rows_rebuild_the_same_nesting(
        (columns, order) in columns().prop_flat_map(|columns| {
            let order: Vec<usize> = (0..columns[0].len()).collect();
            (Just(columns), Just(order).prop_shuffle())
        })
    ) {
        let shuffled: Columns =
            columns.iter().map(|codes| order.iter().map(|&row| codes[row].clone()).collect()).collect();
        let (ours, theirs) =
            (place(&columns, CodeScope::Unique).unwrap(), place(&shuffled, CodeScope::Unique).unwrap());
        prop_assert_eq!(nesting(ours.tree()), nesting(theirs.tree()));
    }

    #[test]
    fn columns_pairs_and_both_scopes_agree_on_unique_codes(columns in columns()) {
        let placement = place(&columns, CodeScope::Unique).unwrap();
        prop_assert_eq!(&place(&columns, CodeScope::WithinParent).unwrap(), &placement);

        let names = names(columns.len());
        let mut builder = TreeBuilder::listing(&names[0], columns[0].clone());
        for level in 1..columns.len() {
            builder = builder.level(&names[level], columns[level].iter().zip(&columns[level - 1]).map(
                |(child, parent)| (child.clone(), parent.clone())));
        }
        let tree = builder.build().unwrap();
        prop_assert_eq!(&tree, placement.tree());
        prop_assert_eq!(tree.place(columns.last().unwrap()).unwrap(), placement);
    }

    #[test]
    fn relabelled_codes_nest_alike(columns in columns(), salt in "[a-z:/ ]{0,4}") {
        let relabelled: Columns = columns
            .iter()
            .map(|codes| codes.iter().map(|code| format!("{}{salt}x", code.chars().rev().collect::<String>())).collect())
            .collect();
        let (ours, theirs) =
            (place(&columns, CodeScope::Unique).unwrap(), place(&relabelled, CodeScope::Unique).unwrap());
        for level in 0..columns.len() {
            prop_assert_eq!(ours.areas(level), theirs.areas(level));
            prop_assert_eq!(ours.tree().parents(level), theirs.tree().parents(level));
        }
    }

    #[test]
    fn codes_used_again_within_each_parent_are_told_apart_by_their_path(columns in columns()) {
        let unique = place(&columns, CodeScope::Unique).unwrap();
        let rank = |level: usize, area: u32| match unique.tree().parent(level, area) {
            Some(parent) => unique.tree().children(level - 1, parent).take_while(|&other| other < area).count(),
            None => area as usize,
        };
        let short: Columns = (0..columns.len())
            .map(|level| unique.areas(level).into_iter().map(|area| rank(level, area).to_string()).collect())
            .collect();
        let within = place(&short, CodeScope::WithinParent).unwrap();
        for level in 0..columns.len() {
            prop_assert_eq!(within.areas(level), unique.areas(level));
        }
        let paths: Vec<&[String]> = short.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(within.tree().place_paths(&paths).unwrap(), within);
    }

    #[test]
    fn a_saved_tree_finds_what_it_found(columns in columns()) {
        let placement = place(&columns, CodeScope::Unique).unwrap();
        let saved = serde_json::to_string(placement.tree()).unwrap();
        let loaded: AreaTree = serde_json::from_str(&saved).unwrap();
        prop_assert_eq!(&loaded, placement.tree());
        prop_assert_eq!(loaded.place(columns.last().unwrap()).unwrap(), placement);
    }

    #[test]
    fn injected_violations_are_all_reported_and_no_others(
        columns in columns(),
        blanks in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..6),
        moves in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..6),
    ) {
        let mut columns = columns;
        let (n_levels, n_rows) = (columns.len(), columns[0].len());
        for (level, row) in &moves {
            let (level, row) = (level.index(n_levels), row.index(n_rows));
            columns[level][row] = format!("moved {}", row % 3);
        }
        for (level, row) in &blanks {
            columns[level.index(n_levels)][row.index(n_rows)] = " \t".into();
        }
        let found = violations(place(&columns, CodeScope::Unique));
        prop_assert_eq!(found, by_definition(&columns));
    }
}

/// All violations of unique codes, each looked for on its own, cell by cell.
fn by_definition(columns: &Columns) -> Vec<Violation> {
    let is_blank = |code: &String| code.trim().is_empty();
    let mut expected = Vec::new();
    for (level, codes) in columns.iter().enumerate() {
        let name = format!("level {level}");
        let rows: Vec<usize> = (0..codes.len()).filter(|&row| is_blank(&codes[row])).collect();
        let empty = rows.len() == codes.len();
        if !rows.is_empty() {
            expected.push(Violation::BlankCode { level: name.clone(), rows });
        }
        if empty {
            expected.push(Violation::EmptyLevel { level: name.clone() });
        }
        let Some(above) = level.checked_sub(1).map(|above| &columns[above]) else {
            continue;
        };
        let (mut order, mut met) = (Vec::new(), HashMap::<&String, Vec<(&String, usize)>>::new());
        for row in (0..codes.len()).filter(|&row| !is_blank(&codes[row])) {
            if !order.contains(&&codes[row]) {
                order.push(&codes[row]);
            }
            let parents = met.entry(&codes[row]).or_default();
            if !is_blank(&above[row]) && parents.iter().all(|(parent, _)| *parent != &above[row]) {
                parents.push((&above[row], row));
            }
        }
        for code in order.into_iter().filter(|code| met[code].len() > 1) {
            let (parents, rows) = met[code].iter().map(|&(parent, row)| (parent.clone(), row)).unzip();
            expected.push(Violation::SeveralParents {
                level: name.clone(),
                code: code.clone(),
                parents,
                rows,
            });
        }
    }
    expected
}
