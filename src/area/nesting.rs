//! Codes gathered level by level, with everything that keeps them from nesting.

use super::{AreaTree, Placement};
use crate::error::{ErrorKind, Result, Violation};
use std::collections::{HashMap, HashSet};

/// How far a code reaches: what makes two rows with the same code lie in the same area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CodeScope {
    /// A code names one area of its level; met under two parents, it is a violation.
    Unique,
    /// A code names one area within its parent; under another parent it is another area.
    WithinParent,
}

/// The codes of one level, one cell a row; `None` where the cell is blank.
pub(super) struct CodeColumn<'a> {
    pub(super) level: &'a str,
    pub(super) cells: Vec<Option<&'a str>>,
}

/// Gathers columns of codes, coarsest level first, into a tree with the rows on it.
pub(super) fn nest(columns: &[CodeColumn<'_>], scope: CodeScope) -> Result<Placement> {
    let levels: Vec<&str> = columns.iter().map(|column| column.level).collect();
    let mut violations = name_violations(&levels);
    let mut gathered: Vec<Gathered<'_>> = Vec::with_capacity(columns.len());
    let mut areas: Vec<Option<u32>> = Vec::new();
    for column in columns {
        let mut here = Gathered::default();
        areas = match gathered.last() {
            None => here.coarsest(&column.cells),
            Some(_) => here.nested(&column.cells, &areas, scope),
        };
        violations.extend(blank_and_empty(column));
        violations.extend(here.several_parents(column.level, gathered.last()));
        gathered.push(here);
    }
    let tree = tree_of(&levels, gathered, violations)?;
    Ok(Placement::new(tree, areas.into_iter().flatten().collect()))
}

/// The tree, or the error with all violations.
pub(super) fn tree_of(
    levels: &[&str],
    gathered: Vec<Gathered<'_>>,
    violations: Vec<Violation>,
) -> Result<AreaTree> {
    if !violations.is_empty() {
        return Err(ErrorKind::Hierarchy { violations }.into());
    }
    let levels = levels.iter().map(|level| level.to_string()).collect();
    let (codes, parents) = gathered.into_iter().map(Gathered::into_parts).unzip();
    Ok(AreaTree::from_parts(levels, codes, parents))
}

/// What is wrong with the names of the levels.
pub(super) fn name_violations(levels: &[&str]) -> Vec<Violation> {
    if levels.is_empty() {
        return vec![Violation::NoLevel];
    }
    let (mut met, mut repeated) = (HashSet::new(), Vec::new());
    for &level in levels {
        if !met.insert(level) && !repeated.contains(&level) {
            repeated.push(level);
        }
    }
    let named = |level: &str| Violation::DuplicateLevel { level: level.into() };
    repeated.into_iter().map(named).collect()
}

/// A code without the blanks around it; `None` where nothing is left.
pub(super) fn trimmed(code: &str) -> Option<&str> {
    Some(code.trim()).filter(|code| !code.is_empty())
}

/// Blank cells of a column, and whether it has no others.
pub(super) fn blank_and_empty(column: &CodeColumn<'_>) -> Vec<Violation> {
    let rows: Vec<usize> = (0..column.cells.len()).filter(|&row| column.cells[row].is_none()).collect();
    let (level, empty) = (column.level, rows.len() == column.cells.len());
    let blank = (!rows.is_empty()).then(|| Violation::BlankCode { level: level.into(), rows });
    let empty = empty.then(|| Violation::EmptyLevel { level: level.into() });
    blank.into_iter().chain(empty).collect()
}

/// The areas of one level in the order met, each with the parents it was met under.
#[derive(Default)]
pub(super) struct Gathered<'a> {
    positions: HashMap<(Option<u32>, &'a str), u32>,
    codes: Vec<&'a str>,
    parents: Vec<Vec<Met>>,
    pairs: HashSet<(u32, u32)>,
}

/// A parent and the first row in which it was met.
struct Met {
    parent: u32,
    row: usize,
}

impl<'a> Gathered<'a> {
    pub(super) fn n_areas(&self) -> usize {
        self.codes.len()
    }

    /// Position of an area, taken in if it is new; `within` is given where the parent is part of its identity.
    pub(super) fn meet(&mut self, within: Option<u32>, code: &'a str) -> u32 {
        let next = self.codes.len() as u32;
        let area = *self.positions.entry((within, code)).or_insert(next);
        if area == next {
            self.codes.push(code);
            self.parents.push(Vec::new());
        }
        area
    }

    /// Notes that a row has this area under this parent.
    pub(super) fn meet_under(&mut self, area: u32, parent: u32, row: usize) {
        let met = &mut self.parents[area as usize];
        let known = met.first().is_some_and(|first| first.parent == parent);
        if !known && self.pairs.insert((area, parent)) {
            met.push(Met { parent, row });
        }
    }

    fn coarsest(&mut self, cells: &[Option<&'a str>]) -> Vec<Option<u32>> {
        cells.iter().map(|cell| cell.map(|code| self.meet(None, code))).collect()
    }

    /// The area of each row; `None` where the code, or one that belongs to its identity, is blank.
    fn nested(
        &mut self,
        cells: &[Option<&'a str>],
        above: &[Option<u32>],
        scope: CodeScope,
    ) -> Vec<Option<u32>> {
        let mut areas = Vec::with_capacity(cells.len());
        for (row, (&cell, &parent)) in cells.iter().zip(above).enumerate() {
            let area = match (cell, scope) {
                (None, _) => None,
                (Some(code), CodeScope::Unique) => Some(self.meet(None, code)),
                (Some(code), CodeScope::WithinParent) => parent.map(|_| self.meet(parent, code)),
            };
            if let (Some(area), Some(parent)) = (area, parent) {
                self.meet_under(area, parent, row);
            }
            areas.push(area);
        }
        areas
    }

    /// The areas met under more than one parent of the level above.
    pub(super) fn several_parents(&self, level: &str, above: Option<&Gathered<'_>>) -> Vec<Violation> {
        let Some(above) = above else { return Vec::new() };
        let torn = |(_, met): &(&&str, &Vec<Met>)| met.len() > 1;
        let violation = |(code, met): (&&str, &Vec<Met>)| Violation::SeveralParents {
            level: level.into(),
            code: code.to_string(),
            parents: met.iter().map(|met| above.codes[met.parent as usize].into()).collect(),
            rows: met.iter().map(|met| met.row).collect(),
        };
        self.codes.iter().zip(&self.parents).filter(torn).map(violation).collect()
    }

    fn into_parts(self) -> (Vec<String>, Vec<u32>) {
        let codes = self.codes.into_iter().map(String::from).collect();
        let first = |met: &Vec<Met>| met.first().map(|met| met.parent);
        (codes, self.parents.iter().filter_map(first).collect())
    }
}
