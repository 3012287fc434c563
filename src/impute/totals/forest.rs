//! Which sums there are: areas within areas, and the area of each row.

use crate::area::Placement;
#[cfg(test)]
use crate::error::{ErrorKind, Result};

/// The areas whose sums may be restricted, parents before children, and the area that each row adds to.
///
/// It need not be the tree of the area effects.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Forest {
    parents: Vec<Option<usize>>,
    of_row: Vec<usize>,
    names: Vec<String>,
    level_starts: Vec<usize>,
}

impl Forest {
    /// Fails where an area stands before its parent, has no name, or a row lies in none.
    #[cfg(test)]
    pub(crate) fn new(parents: Vec<Option<usize>>, of_row: Vec<usize>, names: Vec<String>) -> Result<Self> {
        let (expected, found) = (parents.len(), names.len());
        if expected != found {
            return Err(ErrorKind::Length { what: "the names of the areas".into(), expected, found }.into());
        }
        let early =
            parents.iter().enumerate().any(|(node, parent)| parent.is_some_and(|parent| parent >= node));
        if early || of_row.iter().any(|&node| node >= parents.len()) {
            let message = "areas with totals need their parents before them, and every row its area".into();
            return Err(ErrorKind::Specification { message }.into());
        }
        Ok(Forest { parents, of_row, names, level_starts: vec![0] })
    }

    /// All areas of a placement below one that holds all rows, each level in the order of its tree; `rows` are the
    /// positions in the placement of the rows to be drawn.
    pub(crate) fn of_placement(placement: &Placement, rows: &[usize]) -> Self {
        let tree = placement.tree();
        let (mut parents, mut names) = (vec![None], vec!["all rows".to_string()]);
        let mut level_starts = Vec::new();
        for (level, name) in tree.levels().iter().enumerate() {
            let above = level_starts.last().copied().unwrap_or(0);
            level_starts.push(parents.len());
            match level {
                0 => parents.extend(std::iter::repeat_n(Some(0), tree.n_areas(0))),
                _ => parents.extend(tree.parents(level).iter().map(|&parent| Some(above + parent as usize))),
            }
            names.extend(tree.codes(level).iter().map(|code| format!("{name} '{code}'")));
        }
        let finest = level_starts.last().copied().unwrap_or(0);
        let areas = placement.areas(tree.finest());
        let of_row = rows.iter().map(|&row| finest + areas[row] as usize).collect();
        Forest { parents, of_row, names, level_starts }
    }

    /// The position here of what holds all rows of a placement.
    pub(crate) const ALL_ROWS: usize = 0;

    /// The position here of an area of the placement.
    pub(crate) fn node(&self, level: usize, area: u32) -> Option<usize> {
        let start = self.level_starts.get(level)?;
        let end = self.level_starts.get(level + 1).copied().unwrap_or(self.parents.len());
        Some(start + area as usize).filter(|&node| node < end)
    }

    pub(super) fn parents(&self) -> &[Option<usize>] {
        &self.parents
    }

    pub(super) fn of_row(&self) -> &[usize] {
        &self.of_row
    }

    pub(crate) fn name(&self, node: usize) -> String {
        self.names.get(node).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::CodeScope;

    #[test]
    fn a_placement_gives_its_areas_level_by_level() {
        let columns = [("region", &["B", "A", "B"][..]), ("town", &["x", "y", "z"][..])];
        let placement = Placement::from_codes(&columns, CodeScope::Unique).unwrap();
        let forest = Forest::of_placement(&placement, &[0, 2]);
        assert_eq!(forest.parents(), [None, Some(0), Some(0), Some(1), Some(2), Some(1)]);
        assert_eq!(forest.of_row(), [3, 5]);
        assert_eq!((forest.node(1, 2), forest.node(0, 2), forest.node(2, 0)), (Some(5), None, None));
        assert_eq!((forest.name(4), forest.name(Forest::ALL_ROWS)), ("town 'y'".into(), "all rows".into()));
    }

    #[test]
    fn an_area_before_its_parent_and_a_row_nowhere_are_refused() {
        let names = |n| vec![String::new(); n];
        assert!(Forest::new(vec![Some(0)], vec![], names(1)).is_err());
        assert!(Forest::new(vec![None], vec![1], names(1)).is_err());
        assert!(Forest::new(vec![None], vec![0], names(2)).is_err());
    }
}
