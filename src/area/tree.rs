//! The checked tree of areas.

use super::stored::StoredTree;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Areas at named levels, every one below the coarsest with exactly one parent.
///
/// Levels run from the coarsest (position 0) to the finest; within a level areas have positions in the order in which
/// their codes first came. Built only through the checks of the builders, so it always holds; a saved tree that was
/// tampered with does not load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "StoredTree")]
pub struct AreaTree {
    levels: Vec<String>,
    codes: Vec<Vec<String>>,
    parents: Vec<Vec<u32>>,
    /// Positions of each level sorted by code, then parent: what lookups search in.
    #[serde(skip)]
    sorted: Vec<Vec<u32>>,
}

impl AreaTree {
    /// Joins checked parts: `codes[l]` and `parents[l]` belong to level `l`, `parents[0]` is empty.
    pub(super) fn from_parts(levels: Vec<String>, codes: Vec<Vec<String>>, parents: Vec<Vec<u32>>) -> Self {
        let sorted =
            codes.iter().zip(&parents).map(|(codes, parents)| sorted_positions(codes, parents)).collect();
        AreaTree { levels, codes, parents, sorted }
    }

    /// Names of the levels, coarsest first.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Position of the level of this name, 0 for the coarsest.
    pub fn level(&self, name: &str) -> Result<usize> {
        self.levels
            .iter()
            .position(|level| level == name)
            .ok_or_else(|| ErrorKind::UnknownLevel { level: name.into(), known: self.levels.clone() }.into())
    }

    /// Position of the finest level.
    pub fn finest(&self) -> usize {
        self.levels.len().saturating_sub(1)
    }

    /// Number of areas at a level; 0 for a level that is not there.
    pub fn n_areas(&self, level: usize) -> usize {
        self.codes.get(level).map_or(0, Vec::len)
    }

    /// The codes of a level, by position; empty for a level that is not there.
    pub fn codes(&self, level: usize) -> &[String] {
        self.codes.get(level).map_or(&[], Vec::as_slice)
    }

    /// Position of the parent, one level up, of each area of a level; empty for the coarsest.
    pub fn parents(&self, level: usize) -> &[u32] {
        self.parents.get(level).map_or(&[], Vec::as_slice)
    }

    /// The code of an area, if it is there.
    pub fn code(&self, level: usize, area: u32) -> Option<&str> {
        self.codes(level).get(area as usize).map(String::as_str)
    }

    /// Position, one level up, of the parent of an area; `None` at the coarsest level and for an area not there.
    pub fn parent(&self, level: usize, area: u32) -> Option<u32> {
        self.parents(level).get(area as usize).copied()
    }

    /// Positions, one level down, of the areas within an area, ascending; looks through that level once.
    pub fn children(&self, level: usize, area: u32) -> impl Iterator<Item = u32> + '_ {
        let below = self.parents(level.saturating_add(1)).iter();
        (0..).zip(below).filter(move |&(_, &parent)| parent == area).map(|(child, _)| child)
    }

    /// The area's codes from the coarsest level down to its own; empty for an area that is not there.
    pub fn path(&self, level: usize, area: u32) -> Vec<&str> {
        let (mut path, mut at) = (Vec::with_capacity(self.levels.len()), (level, area));
        while let Some(code) = self.code(at.0, at.1) {
            path.push(code);
            match self.parent(at.0, at.1) {
                Some(parent) => at = (at.0 - 1, parent),
                None => break,
            }
        }
        path.reverse();
        path
    }

    /// The one area of a level with this code; `None` where there is none, or one under each of several parents.
    ///
    /// Blanks around the code are cut off.
    pub fn find(&self, level: usize, code: &str) -> Option<u32> {
        match self.with_code(level, code) {
            [area] => Some(*area),
            _ => None,
        }
    }

    /// The area with this path: codes from the coarsest level down to the area's own, as [`AreaTree::path`] gives
    /// them.
    ///
    /// A path may stop at any level; the area found lies at level `path.len() - 1`. Blanks around the codes are cut
    /// off.
    pub fn find_path<S: AsRef<str>>(&self, path: &[S]) -> Option<u32> {
        let mut found = None;
        for (level, code) in path.iter().enumerate() {
            let alike = self.with_code(level, code.as_ref());
            let at = alike.partition_point(|&area| self.parent(level, area) < found);
            let area = *alike.get(at)?;
            if self.parent(level, area) != found {
                return None;
            }
            found = Some(area);
        }
        found
    }

    /// All areas of a level with this code, by the position of their parents.
    pub(super) fn with_code(&self, level: usize, code: &str) -> &[u32] {
        let (codes, code) = (self.codes(level), code.trim());
        let sorted = self.sorted.get(level).map_or(&[][..], Vec::as_slice);
        let from = sorted.partition_point(|&area| codes[area as usize].as_str() < code);
        let alike = sorted[from..].partition_point(|&area| codes[area as usize] == code);
        &sorted[from..from + alike]
    }
}

fn sorted_positions(codes: &[String], parents: &[u32]) -> Vec<u32> {
    let key = |&area: &u32| (&codes[area as usize], parents.get(area as usize));
    let mut sorted: Vec<u32> = (0..).zip(codes).map(|(area, _)| area).collect();
    sorted.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
    sorted
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::area::{CodeScope, Placement};

    fn tree() -> AreaTree {
        let gemeenten = ["B", "A", "A", "B", "B"];
        let wijken = ["01", "01", "02", "03", "01"];
        let columns = [("gemeente", &gemeenten[..]), ("wijk", &wijken[..])];
        let placement = Placement::from_codes(&columns, CodeScope::WithinParent).unwrap();
        placement.tree().clone()
    }

    #[test]
    fn path_and_find_path_undo_each_other() {
        let tree = tree();
        for level in 0..2 {
            for area in 0..tree.n_areas(level) as u32 {
                let path = tree.path(level, area);
                assert_eq!(path.len(), level + 1);
                assert_eq!(tree.find_path(&path), Some(area));
            }
        }
        assert_eq!(tree.find_path(&["A", "03"]), None);
        assert_eq!(tree.find_path(&["A", "01", "x"]), None);
        assert_eq!(tree.find_path::<&str>(&[]), None);
    }

    #[test]
    fn a_code_finds_its_area_only_where_it_names_one() {
        let tree = tree();
        assert_eq!(tree.find(1, " 03 "), Some(3));
        assert_eq!(tree.find(1, "01"), None);
        assert_eq!(tree.find(1, "04"), None);
        assert_eq!(tree.with_code(1, "01"), [0, 1]);
    }

    #[test]
    fn children_are_those_who_name_the_parent() {
        let tree = tree();
        for area in 0..2 {
            let children: Vec<u32> = tree.children(0, area).collect();
            assert!(!children.is_empty());
            assert!(children.iter().all(|&child| tree.parent(1, child) == Some(area)));
        }
        assert_eq!((0..2).map(|area| tree.children(0, area).count()).sum::<usize>(), tree.n_areas(1));
    }

    #[test]
    fn an_area_or_level_that_is_not_there_is_no_panic() {
        let tree = tree();
        for (level, area) in [(0, 9), (1, 9), (7, 0), (usize::MAX, u32::MAX)] {
            assert!(tree.path(level, area).is_empty());
            assert_eq!((tree.code(level, area), tree.parent(level, area)), (None, None));
            assert_eq!(tree.children(level, area).count(), 0);
        }
        assert_eq!(tree.find(9, "01"), None);
        assert_eq!(tree.level("buurt").unwrap_err().code(), "unknown-level");
    }
}
