//! Expected counts of the rows of the fit.

use super::expectation::{Expectation, Levels};
use super::expected_count::Expected;
use super::row_sets::RowSets;
use super::sums::Sums;
use crate::error::Result;
use crate::infer::{Fit, Posterior};
use crate::model::Problem;

/// What a fit says of its own rows, in the caller's order.
#[derive(Debug, Clone)]
pub struct Fitted<'a> {
    pub(super) fit: &'a Fit,
    pub(super) posterior: Posterior<'a>,
    pub(super) levels: Vec<String>,
    fixed: Vec<f64>,
    exposure: Vec<f64>,
    /// Position of each row among the sorted rows.
    sorted: Vec<u32>,
}

impl Fit {
    /// Expected counts of the rows the fit was made from, with all that is needed for their uncertainty.
    ///
    /// Fails where the problem is another one than the fit's.
    pub fn fitted<'a>(&'a self, problem: &'a Problem) -> Result<Fitted<'a>> {
        let posterior = self.posterior(problem)?;
        let beta: Vec<f64> = self.coefficients().iter().map(|c| c.estimate).collect();
        let mut sorted = vec![0; problem.n_rows()];
        (0..problem.n_rows()).for_each(|at| sorted[problem.position_of_row(at)] = at as u32);
        Ok(Fitted {
            fit: self,
            posterior,
            levels: self.levels().iter().map(|level| level.level.clone()).collect(),
            fixed: problem.fixed_part(&beta),
            exposure: problem.offsets().into_iter().map(f64::exp).collect(),
            sorted,
        })
    }
}

impl<'a> Fitted<'a> {
    /// Positions of the rows in the caller's table, ascending; all columns here follow them.
    pub fn rows(&self) -> &'a [usize] {
        self.problem().rows()
    }

    /// exposure · exp(x'β): the expected count of a typical area, all effects 0.
    pub fn fixed_part(&self) -> &[f64] {
        &self.fixed
    }

    /// exposure · exp(x'β + ½ Σ υ): the mean over all areas with the row's determinants.
    pub fn marginal(&self) -> Vec<f64> {
        self.by_row(&Levels { known: 0, averaged: 0..self.levels.len() })
    }

    /// exposure · exp(x'β + effects down to `level` + ½ Σ υ of finer levels): what is expected of a row when
    /// the areas down to `level` are known and what is finer is averaged over.
    ///
    /// Fails where the fit has no random intercept at the level.
    pub fn given(&self, level: &str) -> Result<Vec<f64>> {
        Ok(self.by_row(&Expectation::given(level).among(&self.levels)?))
    }

    /// exposure · exp(x'β + all effects), at their conditional modes.
    pub fn conditional(&self) -> Vec<f64> {
        self.by_row(&Levels { known: self.levels.len(), averaged: 0..0 })
    }

    /// Expected counts of sets of rows, with standard errors.
    ///
    /// With T = Σ_i e_i, t_c = Σ e_i of the rows of node c at the finest level whose effects are in, and ȧ the tangents
    /// of the modes, Var T = t'H⁻¹t + g'Cg, g = ∂T/∂ψ + ȧ't. Fails where the fit has no random intercept at the level
    /// of the expectation, and where the sets are of another table.
    pub fn expected(&self, of: &Expectation, over: &RowSets) -> Result<Vec<Expected>> {
        over.refuse_other(self.problem())?;
        let levels = of.among(&self.levels)?;
        let by_row = self.by_row(&levels);
        let mut sums = Sums::new(self, levels);
        Ok(over.each().map(|positions| sums.of(positions, &by_row)).collect())
    }

    pub(super) fn problem(&self) -> &'a Problem {
        self.posterior.nodes.problem
    }

    /// The expected count of each row.
    pub(super) fn by_row(&self, levels: &Levels) -> Vec<f64> {
        let shift = levels.shift(&self.posterior.at.point.variances);
        let factor = |position: usize| match levels.finest_known() {
            Some(level) => (self.posterior.nodes.nodes[self.node(position, level)].mode + shift).exp(),
            None => shift.exp(),
        };
        self.fixed.iter().enumerate().map(|(position, fixed)| fixed * factor(position)).collect()
    }

    /// The node of a level that a row lies in.
    pub(super) fn node(&self, position: usize, level: usize) -> usize {
        let leaf = self.posterior.nodes.rows[self.sorted(position)].leaf as usize;
        self.posterior.nodes.ancestor(leaf, level)
    }

    /// Where a row stands among the sorted rows.
    pub(super) fn sorted(&self, position: usize) -> usize {
        self.sorted[position] as usize
    }

    /// exposure of a row.
    pub(super) fn exposure(&self, position: usize) -> f64 {
        self.exposure[position]
    }
}
