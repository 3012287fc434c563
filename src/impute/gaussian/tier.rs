//! The tiers of units: the areas of each level, coarse to fine, then the rows.

use super::column::Measured;
use super::nest::Nest;
use ndarray::Array2;
use std::collections::BTreeMap;

/// The units of one tier with their vectors, in standard units.
///
/// The columns stand in an order in which those of a tier come first: measured on rows, then on areas from fine to
/// coarse. A unit's vector holds what is still to vary below it, its latent part, and then the columns that were measured
/// on it.
#[derive(Clone)]
pub(super) struct Tier {
    /// The unit of the tier above that each unit lies in; 0, the overall mean, on the first tier.
    pub(super) parents: Vec<usize>,
    /// How many of the columns vary further below; the others were measured here.
    pub(super) latent: usize,
    /// Units by columns.
    pub(super) values: Array2<f64>,
    /// The units with missing cells, by which cells these are.
    pub(super) gaps: Vec<Gaps>,
}

/// Units that miss the same cells.
#[derive(Clone)]
pub(super) struct Gaps {
    /// The columns missed.
    pub(super) columns: Vec<usize>,
    pub(super) units: Vec<Unit>,
}

/// A unit with missing cells.
#[derive(Clone)]
pub(super) struct Unit {
    /// Its position on its tier.
    pub(super) at: usize,
    /// The rows that share its cells.
    pub(super) rows: Vec<usize>,
    /// Sweeps in which its cells moved.
    pub(super) moves: u64,
}

impl Tier {
    /// The empty tiers of a nest for columns in tier order.
    pub(super) fn all(nest: Nest, columns: &[Measured], n_rows: usize) -> Vec<Tier> {
        let rows = nest.levels.last().map_or_else(|| vec![0; n_rows], |finest| finest.of_row.clone());
        let n_levels = nest.levels.len();
        let parents = nest.levels.into_iter().map(|areas| areas.parents).chain([rows]);
        let varying = |tier: usize| columns.iter().filter(|of| of.tier(n_levels) >= tier).count();
        parents
            .enumerate()
            .map(|(tier, parents)| Tier {
                latent: varying(tier + 1),
                values: Array2::zeros((parents.len(), varying(tier))),
                parents,
                gaps: Vec::new(),
            })
            .collect()
    }

    /// Sorts the units by what they miss; `observed` has the cells of the columns measured here, and `rows` those of each
    /// unit.
    pub(super) fn find_gaps(&mut self, observed: &[Vec<Option<f64>>], rows: impl Fn(usize) -> Vec<usize>) {
        let mut gaps: BTreeMap<Vec<usize>, Vec<Unit>> = BTreeMap::new();
        for at in 0..self.parents.len() {
            let missing = (0..observed.len()).filter(|&own| observed[own][at].is_none());
            let columns: Vec<usize> = missing.map(|own| self.latent + own).collect();
            if !columns.is_empty() {
                gaps.entry(columns).or_default().push(Unit { at, rows: rows(at), moves: 0 });
            }
        }
        self.gaps = gaps.into_iter().map(|(columns, units)| Gaps { columns, units }).collect();
    }
}

impl Measured {
    /// The tier of what was measured.
    pub(super) fn tier(self, n_levels: usize) -> usize {
        match self {
            Measured::Rows => n_levels,
            Measured::Areas(level) => level,
        }
    }
}

/// Starts a column from its observed cells: the mean of the smallest area around that has any, else 0, the overall mean.
pub(super) fn start(tiers: &mut [Tier], column: usize, observed: &[Option<f64>]) {
    let own = tiers.len() - 1;
    let of_units = observed.iter().map(|cell| cell.map_or((0.0, 0.0), |x| (x, 1.0)));
    let mut sums: Vec<Vec<(f64, f64)>> = vec![of_units.collect()];
    for tier in (1..=own).rev() {
        let above = add_up(&sums[own - tier], &tiers[tier].parents, tiers[tier - 1].parents.len());
        sums.push(above);
    }
    for (tier, sums) in sums.iter().rev().enumerate() {
        for (unit, &(sum, n)) in sums.iter().enumerate() {
            tiers[tier].values[[unit, column]] = match tier.checked_sub(1) {
                _ if n > 0.0 => sum / n,
                None => 0.0,
                Some(above) => tiers[above].values[[tiers[tier].parents[unit], column]],
            };
        }
    }
}

fn add_up(of_units: &[(f64, f64)], parents: &[usize], n_parents: usize) -> Vec<(f64, f64)> {
    let mut sums = vec![(0.0, 0.0); n_parents];
    for (&(sum, n), &parent) in of_units.iter().zip(parents) {
        sums[parent].0 += sum;
        sums[parent].1 += n;
    }
    sums
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::column::Level;
    use super::*;

    #[test]
    fn a_gap_starts_at_the_mean_of_the_smallest_area_that_has_a_value() {
        let levels = [
            Level { name: "r", areas: &[0, 0, 0, 0, 1, 1] },
            Level { name: "g", areas: &[0, 0, 1, 1, 2, 3] },
        ];
        let nest = Nest::new(&levels, 6).unwrap();
        let mut tiers = Tier::all(nest, &[Measured::Rows], 6);
        start(&mut tiers, 0, &[Some(1.0), None, None, None, None, None]);
        assert_eq!(tiers[2].values.column(0).to_vec(), [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]);
        start(&mut tiers, 0, &[Some(1.0), Some(2.0), None, Some(6.0), None, None]);
        assert_eq!(tiers[2].values.column(0).to_vec(), [1.0, 2.0, 6.0, 6.0, 0.0, 0.0]);
        assert_eq!(tiers[0].values.column(0).to_vec(), [3.0, 0.0]);
    }

    #[test]
    fn columns_of_areas_end_at_their_tier() {
        let levels =
            [Level { name: "r", areas: &[0, 0, 0, 1, 1] }, Level { name: "g", areas: &[0, 0, 1, 2, 3] }];
        let columns = [Measured::Rows, Measured::Rows, Measured::Areas(1), Measured::Areas(0)];
        let tiers = Tier::all(Nest::new(&levels, 5).unwrap(), &columns, 5);
        let shape: Vec<_> = tiers.iter().map(|tier| (tier.values.dim(), tier.latent)).collect();
        assert_eq!(shape, [((2, 4), 3), ((4, 3), 2), ((5, 2), 0)]);
    }
}
