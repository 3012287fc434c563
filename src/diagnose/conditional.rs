//! What a row is compared with: the distribution of its log mean.

use crate::error::{ErrorKind, Result};
use crate::estimate::{Normal, Objective, Options, Refining};
use crate::infer::Fit;
use crate::model::Problem;
use rand::Rng;

/// What a residual takes as known about the areas of its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conditional {
    /// Nothing: the areas are new, N(0, Συ). Each residual is uniform under the true model, but those of an area move
    /// together: a plot shows areas that stand out, and a test over all rows would take that for misfit.
    Marginal,
    /// What all other rows say of them and of the parameters (the cavity, leave-one-out): is the row's own count a
    /// surprise? To second order at the maximum.
    Cavity,
    /// Their effects drawn once, given the data, at the estimates. Under the true model drawn effects and counts are
    /// together as true ones are: these residuals are uniform and independent (Waagepetersen 2006, Scand. J. Statist.
    /// 33:721). The mode for tests of how counts scatter within areas.
    DrawnAreas,
    /// Their conditional modes, as if known. The row's own count has pulled at them: residuals of small areas are
    /// too small, so for plots alone.
    AreaModes,
}

impl Conditional {
    /// The log mean of each row along [`Problem::rows`]: normal, with variance 0 where the areas are taken as known.
    pub(super) fn log_means(
        self,
        fit: &Fit,
        problem: &Problem,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Vec<Normal>> {
        let posterior = fit.posterior(problem)?;
        let (nodes, mode) = (&posterior.nodes, |leaf: u32| posterior.nodes.nodes[leaf as usize].mode);
        let sorted: Vec<Normal> = match self {
            Conditional::Cavity => posterior.cavities(),
            Conditional::AreaModes => {
                nodes.rows.iter().map(|row| Normal { mean: row.mean.ln(), variance: 0.0 }).collect()
            }
            Conditional::Marginal => {
                let variance = nodes.point.variances.iter().sum();
                let each = nodes.rows.iter();
                each.map(|row| Normal { mean: row.mean.ln() - mode(row.leaf), variance }).collect()
            }
            Conditional::DrawnAreas => {
                let modes: Vec<f64> = nodes.nodes.iter().map(|node| node.mode).collect();
                let drawn = drawn_effects(fit, problem, modes, rng)?;
                let eta = |row: &crate::estimate::RowState| {
                    row.mean.ln() - mode(row.leaf) + drawn[row.leaf as usize]
                };
                nodes.rows.iter().map(|row| Normal { mean: eta(row), variance: 0.0 }).collect()
            }
        };
        let mut along_rows = sorted.clone();
        sorted.into_iter().enumerate().for_each(|(at, x)| along_rows[problem.position_of_row(at)] = x);
        Ok(along_rows)
    }
}

/// Cumulative effects of all nodes given the data, at the estimates; `modes` is where their mode is looked for.
pub(super) fn drawn_effects(
    fit: &Fit,
    problem: &Problem,
    mut modes: Vec<f64>,
    rng: &mut (impl Rng + ?Sized),
) -> Result<Vec<f64>> {
    let at = fit.at_estimate(problem)?;
    let drawn = Objective::new(problem, &Options::default()).draw_effects(
        at.family,
        &at.point,
        &mut modes,
        Refining::Thorough,
        rng,
    );
    drawn.ok_or_else(|| {
        let message = "the area effects have no mode at the estimates; is the fit of these rows?".into();
        ErrorKind::Specification { message }.into()
    })
}
