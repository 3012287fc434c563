//! The areas of a recipe's tree around each row.

use crate::area::{AreaTree, Placement};
use crate::error::Result;
use std::collections::HashMap;

/// An area by level and position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Spot {
    pub(super) level: u32,
    pub(super) area: u32,
}

/// For each row the finest area around it that the tree knows.
///
/// The tree is the one the recipe was learned on; rows of new data are found on it by the codes of their path.
pub(super) struct Surroundings<'a> {
    tree: Option<&'a AreaTree>,
    placement: Option<&'a Placement>,
    finest: Vec<Option<Spot>>,
}

impl<'a> Surroundings<'a> {
    /// Of rows nothing is known about.
    pub(super) fn unknown() -> Self {
        Surroundings { tree: None, placement: None, finest: Vec::new() }
    }

    /// Of rows placed on the tree itself.
    pub(super) fn on_own_tree(placement: &'a Placement, rows: &[usize]) -> Self {
        let level = placement.tree().levels().len().saturating_sub(1);
        let areas = placement.areas(level);
        let spot = |&row: &usize| areas.get(row).map(|&area| Spot { level: level as u32, area });
        Surroundings {
            tree: Some(placement.tree()),
            placement: Some(placement),
            finest: rows.iter().map(spot).collect(),
        }
    }

    /// Of all rows of a placement on another tree, which must have all levels of this one.
    pub(super) fn matched(tree: &'a AreaTree, placement: &'a Placement) -> Result<Self> {
        let levels: Vec<usize> =
            tree.levels().iter().map(|name| placement.tree().level(name)).collect::<Result<_>>()?;
        let known = by_path(tree);
        let mut finest = vec![None; placement.n_rows()];
        for (depth, &level) in levels.iter().enumerate() {
            let matched = match_level(&known, placement.tree(), &levels[..=depth]);
            for (spot, area) in finest.iter_mut().zip(placement.areas(level)) {
                if let Some(&Some(found)) = matched.get(area as usize) {
                    *spot = Some(found);
                }
            }
        }
        Ok(Surroundings { tree: Some(tree), placement: Some(placement), finest })
    }

    /// The areas around a row at `from` and coarser levels, finest first.
    pub(super) fn climb(&self, row: usize, from: usize) -> impl Iterator<Item = Spot> + '_ {
        let start = self.finest.get(row).copied().flatten();
        std::iter::successors(start, |&spot| self.parent(spot))
            .skip_while(move |spot| spot.level as usize > from)
    }

    /// The row's area at a level, if the tree knows it.
    pub(super) fn area(&self, row: usize, level: usize) -> Option<u32> {
        let spot = self.climb(row, level).next()?;
        (spot.level as usize == level).then_some(spot.area)
    }

    /// The rows' areas at the level of this name on the tree they were placed on.
    pub(super) fn own_areas(&self, level: &str) -> Vec<u32> {
        let Some(placement) = self.placement else {
            return Vec::new();
        };
        placement.tree().level(level).map_or_else(|_| Vec::new(), |at| placement.areas(at))
    }

    fn parent(&self, spot: Spot) -> Option<Spot> {
        let parents = self.tree?.parents(spot.level as usize);
        Some(Spot { level: spot.level.checked_sub(1)?, area: *parents.get(spot.area as usize)? })
    }
}

type Known<'a> = HashMap<(Option<Spot>, &'a str), Spot>;

fn by_path(tree: &AreaTree) -> Known<'_> {
    let mut known = HashMap::new();
    for level in 0..tree.levels().len() {
        for (area, code) in tree.codes(level).iter().enumerate() {
            let above = level.checked_sub(1).zip(tree.parents(level).get(area));
            let parent = above.map(|(level, &area)| Spot { level: level as u32, area });
            let spot = Spot { level: level as u32, area: area as u32 };
            known.insert((parent, code.as_str()), spot);
        }
    }
    known
}

/// For each area of the last of `levels` on the other tree, the known area with the same codes at all of `levels`.
fn match_level(known: &Known<'_>, other: &AreaTree, levels: &[usize]) -> Vec<Option<Spot>> {
    let Some(&level) = levels.last() else {
        return Vec::new();
    };
    let find = |area: usize| {
        let path = other.path(level, area as u32);
        let mut codes = levels.iter().map(|&at| path.get(at));
        codes.try_fold(None, |parent, code| known.get(&(parent, *code?)).copied().map(Some))?
    };
    (0..other.n_areas(level)).map(find).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::fixture::{placed, tree};
    use super::*;

    #[test]
    fn a_row_in_an_unknown_area_is_found_in_the_known_area_around_it() {
        let known = tree(&["gm", "wk"], &[&["a", "1"], &["a", "2"], &["b", "1"]]);
        let other = placed(&["gm", "wk"], &[&["b", "1"], &["b", "9"], &["c", "1"], &["a", "2"]]);
        let around = Surroundings::matched(&known, &other).unwrap();
        let finest: Vec<_> = around.finest.iter().map(|spot| spot.map(|s| (s.level, s.area))).collect();
        assert_eq!(finest, [Some((1, 2)), Some((0, 1)), None, Some((1, 1))]);
        assert_eq!(around.area(0, 0), Some(1));
        assert_eq!((around.area(1, 1), around.area(2, 0)), (None, None));
    }

    #[test]
    fn extra_levels_of_the_new_tree_are_passed_over_and_a_lacking_one_is_named() {
        let known = tree(&["gm", "bu"], &[&["a", "1"], &["b", "2"]]);
        let other = placed(&["gm", "wk", "bu"], &[&["b", "x", "2"], &["a", "y", "1"]]);
        let around = Surroundings::matched(&known, &other).unwrap();
        assert_eq!((around.area(0, 1), around.area(1, 1)), (Some(1), Some(0)));

        let coarse = placed(&["gm"], &[&["a"]]);
        let error = Surroundings::matched(&known, &coarse).err().unwrap();
        assert_eq!(error.code(), "unknown-level");
    }
}
