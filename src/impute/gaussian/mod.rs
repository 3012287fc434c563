//! Missing numeric determinants drawn from a normal model of all columns in nested areas.
//!
//! ```text
//! x_i = μ + Σ_levels u_area(i, level) + e_i        u_level ~ N(0, Σ_level),  e ~ N(0, Σ_rows)
//! ```
//!
//! with full covariance matrices; a column measured on areas has no part below their level. One [`Gaussian::sweep`] draws
//! the mean and all area effects at once, the covariances, and the missing cells; with an outcome each row's cells are
//! accepted or refused by what they do to the probability of its published count.

mod acceptance;
mod cells;
mod check;
mod column;
mod completed;
mod covariance;
mod nest;
mod observed;
mod tier;
mod tree;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod fixture;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod identities;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod judged;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod recovery;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod regression;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod speed;

pub(crate) use column::{Column, Level, Measured};

use crate::error::{ErrorKind, Result};
#[cfg(test)]
use acceptance::Acceptance;
use acceptance::Tally;
use cells::{Cells, LogProbability};
use completed::Completed;
use covariance::Covariance;
#[cfg(test)]
use ndarray::Array1;
use ndarray::{Array2, ArrayView2};
use nest::Nest;
use observed::Observed;
use rand::Rng;
use tier::Tier;
use tree::Tree;

/// A state of the Gibbs sampler: completed columns, the effects of the areas, the mean and the covariances.
#[derive(Clone)]
pub(crate) struct Gaussian {
    /// 1 by columns.
    mean: Array2<f64>,
    /// The levels coarse to fine, then the rows.
    tiers: Vec<Tier>,
    covariances: Vec<Covariance>,
    tree: Tree,
    completed: Completed,
    tally: Tally,
}

impl Gaussian {
    /// The state before the first sweep: each gap holds the mean of the smallest area around it that has a value.
    ///
    /// `levels` go from coarse to fine. A column measured on areas needs its value in one row of an area only. Fails on
    /// lengths that differ, cells that are not finite, columns with nothing observed or constant, a column of areas that
    /// varies within one, fewer than two rows per column, pairs of columns hardly ever observed together, and levels that
    /// do not nest, have one area, or divide the rows like another or like the rows themselves.
    pub(crate) fn new(columns: &[Column<'_>], levels: &[Level<'_>]) -> Result<Self> {
        let n_rows = check::columns(columns, levels.len())?;
        let nest = Nest::new(levels, n_rows)?;
        let Observed { table, standard, cells } = Observed::new(columns, levels, &nest)?;
        let measured: Vec<Measured> = standard.iter().map(|standard| columns[standard.at].of).collect();
        let rows_of = observed::rows_of_areas(&nest);
        let mut tiers = Tier::all(nest, &measured, n_rows);
        let mut completed = Completed::new(table, standard);
        for (column, cells) in cells.iter().enumerate() {
            let tier = measured[column].tier(levels.len());
            tier::start(&mut tiers[..=tier], column, cells);
        }
        for (at, tier) in tiers.iter_mut().enumerate() {
            tier.find_gaps(&cells[tier.latent..tier.values.ncols()], |unit| match rows_of.get(at) {
                Some(areas) => areas[unit].clone(),
                None => vec![unit],
            });
            write_starts(tier, &mut completed);
        }
        let share = 1.0 / tiers.len() as f64;
        Ok(Gaussian {
            mean: Array2::zeros((1, columns.len())),
            covariances: tiers.iter().map(|tier| Covariance::new(tier, share)).collect(),
            tree: Tree::new(&tiers),
            tiers,
            completed,
            tally: Tally::default(),
        })
    }

    /// One sweep in which each row's published count has its say.
    ///
    /// `outcome` gives the log-probability of what was published about a row, were the row's columns these (the caller's
    /// units and order); whatever does not depend on the columns may be left out. It is asked five times for each row with
    /// missing cells. Fails where
    /// rounding leaves a covariance that is not positive definite.
    pub(crate) fn sweep_given(
        &mut self,
        rng: &mut (impl Rng + ?Sized),
        outcome: &mut LogProbability<'_>,
    ) -> Result<()> {
        self.sweep_with(rng, Some(outcome)).ok_or_else(degenerate)
    }

    fn sweep_with(
        &mut self,
        rng: &mut (impl Rng + ?Sized),
        mut outcome: Option<&mut LogProbability<'_>>,
    ) -> Option<()> {
        self.tree.draw(&mut self.mean, &mut self.tiers, &self.covariances, rng)?;
        for (at, covariance) in self.covariances.iter_mut().enumerate() {
            let (above, here) = self.tiers.split_at_mut(at);
            let above = above.last().map_or(self.mean.view(), |above| above.values.view());
            covariance.draw(&here[0], above, rng)?;
            let mut cells = Cells {
                completed: &mut self.completed,
                outcome: outcome.as_deref_mut(),
                tally: &mut self.tally,
                rng,
            };
            cells.draw(&mut here[0], above, &covariance.precision)?;
        }
        Some(())
    }

    /// The completed columns, rows and columns as they were given, in the caller's units; observed cells keep their bits.
    pub(crate) fn values(&self) -> ArrayView2<'_, f64> {
        self.completed.table()
    }

    /// Rows none of whose missing cells have moved, in the caller's order; after some sweeps there should be none.
    pub(crate) fn stuck(&self) -> Vec<usize> {
        let units = self.tiers.iter().flat_map(|tier| &tier.gaps).flat_map(|gaps| &gaps.units);
        let unmoved = units.filter(|unit| unit.moves == 0);
        let mut stuck: Vec<usize> = unmoved.flat_map(|unit| unit.rows.iter().copied()).collect();
        stuck.sort_unstable();
        stuck.dedup();
        stuck
    }
}

/// What the tests look at.
#[cfg(test)]
impl Gaussian {
    /// One sweep of the model of the columns alone: their missing cells know nothing of the counts.
    ///
    /// Fails where rounding leaves a covariance that is not positive definite.
    pub(crate) fn sweep(&mut self, rng: &mut (impl Rng + ?Sized)) -> Result<()> {
        self.sweep_with(rng, None).ok_or_else(degenerate)
    }

    /// The overall mean μ of each column.
    pub(crate) fn mean(&self) -> Array1<f64> {
        let mut mean = Array1::zeros(self.mean.ncols());
        for (standard, z) in self.completed.standard().iter().zip(&self.mean) {
            mean[standard.at] = standard.centre + standard.scale * z;
        }
        mean
    }

    /// The covariance Σ of a level's effects, or of the rows' own part at the position after the last level; 0 in columns
    /// that do not vary there. `None` for a level that is not there.
    pub(crate) fn covariance(&self, level: usize) -> Option<Array2<f64>> {
        let precision = &self.covariances.get(level)?.precision;
        let inverse = crate::numeric::dense::Cholesky::new(&precision.view())?.inverse();
        let p = self.mean.ncols();
        let mut covariance = Array2::zeros((p, p));
        let standard = self.completed.standard();
        for ((j, k), entry) in inverse.indexed_iter() {
            let (j, k) = (standard[j], standard[k]);
            covariance[[j.at, k.at]] = entry * j.scale * k.scale;
        }
        Some(covariance)
    }

    /// How often proposals were accepted; empty counts where no outcome was given.
    pub(crate) fn acceptance(&self) -> Acceptance {
        Acceptance { steps: self.tally.rates(), stuck: self.stuck() }
    }

    /// Starts the counts of [`Gaussian::acceptance`] anew, as after a burn-in.
    pub(crate) fn forget(&mut self) {
        self.tally = Tally::default();
        let gaps = self.tiers.iter_mut().flat_map(|tier| &mut tier.gaps);
        gaps.flat_map(|gaps| &mut gaps.units).for_each(|unit| unit.moves = 0);
    }
}

fn write_starts(tier: &Tier, completed: &mut Completed) {
    for gaps in &tier.gaps {
        for unit in &gaps.units {
            let cells: Vec<f64> = gaps.columns.iter().map(|&column| tier.values[[unit.at, column]]).collect();
            completed.write(&unit.rows, &gaps.columns, &cells);
        }
    }
}

#[cold]
fn degenerate() -> crate::Error {
    let message = "the covariance of the columns to impute is not positive definite any more; \
                   leave out a column that nearly equals a combination of others";
    ErrorKind::Specification { message: message.into() }.into()
}
