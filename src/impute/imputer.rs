//! Draws of what was withheld: parameters, effects down the tree, counts inside their bounds.

use super::completed::{Completed, CompletedCount, Origin};
use super::known_totals::KnownTotals;
use super::parameters::{DrawnParameters, Posterior};
use super::restricted::RestrictedCount;
use crate::area::Placement;
use crate::count::{Count, Totals};
use crate::error::{ErrorKind, Result};
use crate::estimate::{Objective, Options};
use crate::family::Scatter;
use crate::infer::Fit;
use crate::model::Problem;
use rand::Rng;

/// Fills in the withheld and rounded counts of a problem from its fit.
///
/// The model of the imputation is that of the analysis. Draws of parameters and effects are those of the normal
/// approximation at the maximum and at the mode (`docs/withheld.md`); counts are drawn exactly from their
/// distribution inside what was published about them.
#[derive(Debug)]
pub struct Imputer<'a> {
    pub(super) problem: &'a Problem,
    pub(super) fit: &'a Fit,
    pub(super) options: Options,
    posterior: Posterior,
    /// Cumulative effects of all nodes at the maximum.
    modes: Vec<f64>,
    /// Positions of the coarse rows among the problem's rows.
    positions: Vec<usize>,
    totals: Option<KnownTotals>,
}

impl<'a> Imputer<'a> {
    /// For the rows of a problem and a fit of it.
    ///
    /// Fails where the fit is of another problem.
    pub fn new(problem: &'a Problem, fit: &'a Fit, options: &Options) -> Result<Self> {
        if fit.fingerprint() != problem.fingerprint() {
            let message = "this problem is not the one the fit was made from".into();
            return Err(ErrorKind::Specification { message }.into());
        }
        Ok(Imputer {
            problem,
            fit,
            options: options.clone(),
            posterior: Posterior::of(fit)?,
            modes: problem.position_of(fit)?.1,
            positions: problem.positions_of_coarse_rows(),
            totals: None,
        })
    }

    /// The same with totals that every draw keeps to.
    ///
    /// `placement` and `counts` are those of all rows of the caller's table, in the problem or not. A row that is not
    /// in the problem counts with what is known of it: an exact count is taken off the totals, and what is withheld
    /// there leaves them that much room. Means are those of the counts alone: [`Imputer::conditional_mean`] does not
    /// know of the totals. Fails on lengths and areas that do not agree, and on totals below what is published.
    pub fn within(self, totals: &Totals, placement: &Placement, counts: &[Count]) -> Result<Self> {
        let totals = KnownTotals::new(self.problem, placement, counts, totals)?;
        Ok(Imputer { totals: Some(totals), ..self })
    }

    /// One table of a proper multiple imputation: parameters and effects are drawn before the counts.
    pub fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Completed> {
        let parameters = self.posterior.draw(self.problem, rng);
        self.draw_given(&parameters, rng)
    }

    /// One draw at the estimated parameters, as older work made it: its tables do not vary enough between them.
    pub fn draw_at_estimate(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Completed> {
        self.draw_given(&self.posterior.mode(self.problem), rng)
    }

    /// The mean of each count inside its bounds, at the estimated parameters and effects.
    pub fn conditional_mean(&self) -> Result<Completed> {
        let at = self.posterior.mode(self.problem);
        let means = self.problem.means_of_coarse_rows(&at.point.beta, &self.modes);
        let each = self.problem.coarse.iter().zip(means);
        let counts =
            each.map(|(row, mean)| Ok(RestrictedCount::new(row.count, mean, at.scatter)?.moments()?.mean));
        Ok(self.complete(&counts.collect::<Result<Vec<_>>>()?, Origin::ConditionalMean))
    }

    /// A table in which nothing is imputed: bounded counts stay bounded.
    pub(super) fn as_published(&self) -> Completed {
        let middle = |count: Count| {
            let bounds = count.bounds();
            bounds.hi().map_or(bounds.lo() as f64, |hi| 0.5 * (bounds.lo() as f64 + hi as f64))
        };
        let counts: Vec<f64> = self.problem.coarse.iter().map(|row| middle(row.count)).collect();
        self.complete(&counts, Origin::Bounded)
    }

    fn draw_given(&self, at: &DrawnParameters, rng: &mut (impl Rng + ?Sized)) -> Result<Completed> {
        let mut objective = Objective::new(self.problem, &self.options);
        let mut modes = self.modes.clone();
        let Some(effects) = objective.draw_effects(at.family, &at.point, &mut modes, rng) else {
            let message = "the area effects have no mode at the parameters drawn; is the fit sound?".into();
            return Err(ErrorKind::Specification { message }.into());
        };
        let means = self.problem.means_of_coarse_rows(&at.point.beta, &effects);
        Ok(self.complete(&self.draw_counts(&means, at.scatter, rng)?, Origin::Drawn))
    }

    /// One count for each coarse row.
    fn draw_counts(
        &self,
        means: &[f64],
        scatter: Scatter,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Vec<f64>> {
        let Some(totals) = &self.totals else {
            let each = self.problem.coarse.iter().zip(means);
            return each
                .map(|(row, &mean)| Ok(RestrictedCount::new(row.count, mean, scatter)?.draw(rng)? as f64))
                .collect();
        };
        let by_position: Vec<(usize, f64)> =
            self.positions.iter().copied().zip(means.iter().copied()).collect();
        let drawn = totals.draw(&by_position, scatter, rng)?;
        Ok(self.positions.iter().map(|&position| drawn[position] as f64).collect())
    }

    fn complete(&self, counts: &[f64], origin: Origin) -> Completed {
        complete(self.problem, &self.positions, counts, origin)
    }
}

fn complete(problem: &Problem, positions: &[usize], counts: &[f64], origin: Origin) -> Completed {
    let published = problem.exact_counts();
    let published = published.into_iter().map(|count| CompletedCount { count, origin: Origin::Published });
    let mut completed =
        Completed { rows: problem.rows().to_vec(), counts: published.collect(), cells: Vec::new() };
    for (&position, &count) in positions.iter().zip(counts) {
        completed.counts[position] = CompletedCount { count, origin };
    }
    completed
}

impl Problem {
    /// Every withheld or rounded count in the middle of its bounds, for comparison with older work: it takes a guess
    /// for an observation.
    ///
    /// Fails, with their rows, on counts without an upper bound.
    pub fn midpoints(&self) -> Result<Completed> {
        let middle = |count: Count| {
            let bounds = count.bounds();
            bounds.hi().map(|hi| 0.5 * (bounds.lo() as f64 + hi as f64))
        };
        let open = self.coarse.iter().filter(|row| row.count.bounds().hi().is_none());
        let rows: Vec<usize> = open.map(|row| self.caller_row(row.row)).collect();
        if !rows.is_empty() {
            return Err(ErrorKind::OpenInterval { rows }.into());
        }
        let counts: Vec<f64> = self.coarse.iter().filter_map(|row| middle(row.count)).collect();
        Ok(complete(self, &self.positions_of_coarse_rows(), &counts, Origin::Fixed))
    }

    /// The problem with the counts of a completed table, as if they had been published.
    ///
    /// Fails where the table is of other rows.
    pub fn completed(&self, table: &Completed) -> Result<Problem> {
        if table.rows() != self.rows() {
            let message = "the completed table has other rows than this problem".into();
            return Err(ErrorKind::Specification { message }.into());
        }
        let positions = self.positions_of_coarse_rows();
        let known = |count: CompletedCount| (count.origin != Origin::Bounded).then_some(count.count);
        let counts: Vec<Option<f64>> = positions.iter().map(|&at| known(table.counts()[at])).collect();
        Ok(self.with_counts(&counts))
    }
}
