//! Filling missing cells from the areas around them.

use super::moments::{group_means, mean};
use super::report::{FillSource, FilledCells};
use super::surroundings::Surroundings;
use crate::area::AreaTree;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a missing cell takes: the value of the nearest area around its row that has one, else the overall value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct AreaFill<T> {
    /// The finest level to look at.
    from: usize,
    /// By level and position on the recipe's tree; empty where nothing is to be filled.
    by_level: Vec<Vec<Option<T>>>,
    overall: T,
}

/// Values with their gaps closed.
pub(super) struct Filled<T> {
    pub(super) values: Vec<T>,
    /// How many cells each level gave; `None` is the overall value.
    taken_from: BTreeMap<Option<usize>, usize>,
}

/// The levels to fill from; none under a policy that does not fill.
#[derive(Clone, Copy)]
pub(super) enum Reach<'a> {
    Nowhere,
    Upwards { tree: &'a AreaTree, from: usize },
}

impl Reach<'_> {
    fn levels(&self) -> usize {
        match self {
            Reach::Nowhere => 0,
            Reach::Upwards { from, .. } => from + 1,
        }
    }

    fn n_areas(&self, level: usize) -> usize {
        match self {
            Reach::Nowhere => 0,
            Reach::Upwards { tree, .. } => tree.n_areas(level),
        }
    }
}

impl AreaFill<f64> {
    /// Means over the observed cells; fails where there is none.
    pub(super) fn means(
        column: &str,
        cells: &[Option<f64>],
        around: &Surroundings<'_>,
        reach: Reach<'_>,
    ) -> Result<Self> {
        let observed: Vec<f64> = cells.iter().copied().flatten().collect();
        refuse_none(column, observed.is_empty())?;
        let of_level = |level| group_means(reach.n_areas(level), observed_in_areas(cells, around, level));
        Ok(AreaFill::new(reach, of_level, mean(&observed)))
    }

    pub(super) fn only(overall: f64) -> Self {
        AreaFill { from: 0, by_level: Vec::new(), overall }
    }
}

impl AreaFill<u32> {
    /// The most frequent category, the first in order among equals; fails where no cell is observed.
    pub(super) fn most_frequent(
        column: &str,
        cells: &[Option<u32>],
        around: &Surroundings<'_>,
        reach: Reach<'_>,
    ) -> Result<Self> {
        refuse_none(column, cells.iter().all(Option::is_none))?;
        let everywhere = cells.iter().filter_map(|&cell| Some((0, cell?)));
        let overall = modes(1, everywhere).first().copied().flatten().unwrap_or(0);
        let of_level = |level| modes(reach.n_areas(level), observed_in_areas(cells, around, level));
        Ok(AreaFill::new(reach, of_level, overall))
    }
}

impl<T: Copy> AreaFill<T> {
    fn new(reach: Reach<'_>, of_level: impl Fn(usize) -> Vec<Option<T>>, overall: T) -> Self {
        AreaFill {
            from: reach.levels().saturating_sub(1),
            by_level: (0..reach.levels()).map(of_level).collect(),
            overall,
        }
    }

    pub(super) fn fill(&self, cells: &[Option<T>], around: &Surroundings<'_>) -> Filled<T> {
        let mut taken_from = BTreeMap::new();
        let values = cells.iter().enumerate().map(|(row, cell)| match cell {
            Some(value) => *value,
            None => {
                let (level, value) = self.nearest(row, around);
                *taken_from.entry(level).or_insert(0) += 1;
                value
            }
        });
        Filled { values: values.collect(), taken_from }
    }

    fn nearest(&self, row: usize, around: &Surroundings<'_>) -> (Option<usize>, T) {
        let known = around.climb(row, self.from).find_map(|spot| {
            let level = self.by_level.get(spot.level as usize)?;
            let value = *level.get(spot.area as usize)?;
            Some((Some(spot.level as usize), value?))
        });
        known.unwrap_or((None, self.overall))
    }
}

impl<T> Filled<T> {
    /// What was filled, finest level first.
    pub(super) fn report(&self, column: &str, tree: &AreaTree) -> Vec<FilledCells> {
        let entry = |(&level, &cells): (&Option<usize>, &usize)| FilledCells {
            column: column.into(),
            source: match level.and_then(|level| tree.levels().get(level)) {
                Some(level) => FillSource::Area { level: level.clone() },
                None => FillSource::Overall,
            },
            cells,
        };
        let (overall, levels): (Vec<_>, Vec<_>) =
            self.taken_from.iter().partition(|(level, _)| level.is_none());
        levels.into_iter().rev().chain(overall).map(entry).collect()
    }
}

fn refuse_none(column: &str, nothing_observed: bool) -> Result<()> {
    match nothing_observed {
        false => Ok(()),
        true => Err(ErrorKind::NothingToFillFrom { column: column.into() }.into()),
    }
}

fn observed_in_areas<'c, T: Copy>(
    cells: &'c [Option<T>],
    around: &'c Surroundings<'_>,
    level: usize,
) -> impl Iterator<Item = (u32, T)> + Clone + 'c {
    let cells = cells.iter().enumerate();
    cells.filter_map(move |(row, &cell)| Some((around.area(row, level)?, cell?)))
}

fn modes(n_groups: usize, pairs: impl Iterator<Item = (u32, u32)>) -> Vec<Option<u32>> {
    let mut counts: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for pair in pairs {
        *counts.entry(pair).or_insert(0) += 1;
    }
    let mut best: Vec<Option<(u32, usize)>> = vec![None; n_groups];
    for ((group, category), count) in counts {
        if let Some(best) = best.get_mut(group as usize) {
            // Categories come in order, so only a larger count takes the place.
            if best.is_none_or(|(_, most)| count > most) {
                *best = Some((category, count));
            }
        }
    }
    best.into_iter().map(|best| best.map(|(category, _)| category)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn among_equally_frequent_categories_the_first_in_order_is_taken() {
        let pairs = [(0, 2), (0, 1), (1, 3), (0, 2), (0, 1), (1, 3), (1, 0)];
        assert_eq!(modes(3, pairs.into_iter()), [Some(1), Some(3), None]);
    }
}
