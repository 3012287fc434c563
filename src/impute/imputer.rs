//! Draws of what was withheld: parameters and effects, then counts inside their bounds.

use super::completed::{Completed, CompletedCount, Origin};
use super::known_totals::KnownTotals;
use super::source::{Source, State};
use crate::area::Placement;
use crate::count::{Count, RestrictedCount, Totals};
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::estimator::Posterior;
use crate::infer::{DrawnParameters, Fit, ParameterPosterior};
use crate::model::{CoarseRow, Problem};
use rand::Rng;
use std::ops::RangeInclusive;

/// Rounds between counts and parameters until the totals have had their say; each leaves of the start only the share of
/// information that is missing, mostly below a fifth.
const SETTLING_ROUNDS: usize = 4;

/// Fills in the withheld and rounded counts of a problem from its fit or its posterior.
///
/// The model of the imputation is that of the analysis. From a fit, parameters are drawn from the normal approximation at the
/// maximum, effects from that at their mode and then, by a few steps, from their own distribution (`docs/withheld.md`); from
/// a posterior both are its own draws, under its priors. Counts are drawn exactly from theirs inside what was published
/// about them.
#[derive(Debug)]
pub struct Imputer<'a> {
    pub(super) problem: &'a Problem,
    pub(super) source: Source<'a>,
    pub(super) options: Options,
    /// Positions of the coarse rows among the problem's rows.
    positions: Vec<usize>,
    totals: Option<KnownTotals>,
}

impl<'a> Imputer<'a> {
    /// For the rows of a problem and a fit of it.
    ///
    /// Fails where the fit is of another problem.
    pub fn new(problem: &'a Problem, fit: &'a Fit, options: &Options) -> Result<Self> {
        fit.refuse_other(problem)?;
        let parameters = Box::new(ParameterPosterior::of(fit, problem)?);
        Ok(Imputer::from_source(problem, Source::Fit { fit, parameters }, options))
    }

    /// For the rows of a problem and its posterior.
    ///
    /// Fails where the posterior is of another problem. Whether its draws are worth anything is said by
    /// [`Posterior::reliability`], which is not asked here.
    pub fn of_posterior(problem: &'a Problem, posterior: &'a Posterior, options: &Options) -> Result<Self> {
        posterior.refuse_other(problem)?;
        Ok(Imputer::from_source(problem, Source::Posterior(posterior), options))
    }

    fn from_source(problem: &'a Problem, source: Source<'a>, options: &Options) -> Self {
        let positions = problem.positions_of_coarse_rows();
        Imputer { problem, source, options: options.clone(), positions, totals: None }
    }

    /// The same with totals that every draw keeps to.
    ///
    /// `placement` and `counts` are those of all rows of the caller's table, in the problem or not. A row that is not
    /// in the problem counts with what is known of it, and is drawn along where that is not exact; having no determinants
    /// it takes the average mean. [`Imputer::draw`] then goes round a few times between parameters, effects and counts, so
    /// that the totals speak for all of them; [`Imputer::conditional_mean`] does not know of them. Fails on lengths and
    /// areas that do not agree; the draws fail where no counts meet a total ([`crate::count::Bounds`] says which).
    pub fn within(self, totals: &Totals, placement: &Placement, counts: &[Count]) -> Result<Self> {
        let totals = KnownTotals::new(self.problem, placement, counts, totals)?;
        Ok(Imputer { totals: Some(totals), ..self })
    }

    pub(super) fn with_known(self, totals: Option<KnownTotals>) -> Self {
        Imputer { totals, ..self }
    }

    /// One table of a proper multiple imputation: parameters and effects are drawn before the counts.
    pub fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Completed> {
        let state = self.source.draw(self.problem, &self.options, rng)?;
        let table = self.draw_given(&state, rng)?;
        match self.totals {
            Some(_) => self.settle(state, table, rng),
            None => Ok(table),
        }
    }

    /// One draw at the estimated parameters (of a posterior at their means), as older work made it: its tables do not
    /// vary enough between them.
    pub fn draw_at_estimate(&self, rng: &mut (impl Rng + ?Sized)) -> Result<Completed> {
        let state = self.source.draw_at_estimate(self.problem, &self.options, rng)?;
        self.draw_given(&state, rng)
    }

    /// The mean of each count inside its bounds, at the estimated parameters (of a posterior at their means) and effects.
    pub fn conditional_mean(&self) -> Result<Completed> {
        let State { parameters: at, effects } = self.source.estimate(self.problem, &self.options)?;
        let means = self.problem.means_of_coarse_rows(&at.point.beta, &effects);
        let each = self.problem.coarse.iter().zip(means);
        let counts =
            each.map(|(row, mean)| Ok(RestrictedCount::new(row.count, mean, at.scatter)?.moments()?.mean));
        Ok(self.complete(&counts.collect::<Result<Vec<_>>>()?, Origin::ConditionalMean))
    }

    /// A table in which nothing is imputed: bounded counts stay bounded.
    pub(super) fn as_published(&self) -> Completed {
        let counts: Vec<f64> = self.problem.coarse.iter().map(|row| middle_or_low(row.count)).collect();
        self.complete(&counts, Origin::Bounded)
    }

    fn draw_given(&self, state: &State, rng: &mut (impl Rng + ?Sized)) -> Result<Completed> {
        let State { parameters, effects } = state;
        let counts = draw_counts(self.problem, parameters, effects, self.totals.as_ref(), rng)?;
        Ok(self.complete(&counts, Origin::Drawn))
    }

    /// Lets the totals have their say on parameters and effects: these are drawn anew given the completed table, and the
    /// counts given them, a few times over.
    fn settle(
        &self,
        mut state: State,
        mut table: Completed,
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Completed> {
        let mut settling = self.source.settling(&self.options);
        for _ in 0..SETTLING_ROUNDS {
            let completed = self.problem.completed(&table)?;
            state = settling.given(&completed, &state.parameters, rng)?;
            table = self.draw_given(&state, rng)?;
        }
        Ok(table)
    }

    fn complete(&self, counts: &[f64], origin: Origin) -> Completed {
        complete(self.problem, &self.positions, counts, origin)
    }
}

/// One count for each coarse row, given parameters and effects.
pub(super) fn draw_counts(
    problem: &Problem,
    at: &DrawnParameters,
    effects: &[f64],
    totals: Option<&KnownTotals>,
    rng: &mut (impl Rng + ?Sized),
) -> Result<Vec<f64>> {
    let means = problem.means_of_coarse_rows(&at.point.beta, effects);
    if let Some(totals) = totals {
        return totals.draw(&means, at.scatter, rng);
    }
    let each = problem.coarse.iter().zip(means);
    each.map(|(row, mean)| Ok(RestrictedCount::new(row.count, mean, at.scatter)?.draw(rng)? as f64)).collect()
}

/// The middle of what was published, its lower end where it is open above.
fn middle_or_low(count: Count) -> f64 {
    let bounds = count.bounds();
    bounds.middle().unwrap_or(bounds.lo() as f64)
}

pub(super) fn complete(problem: &Problem, positions: &[usize], counts: &[f64], origin: Origin) -> Completed {
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
        let open = self.coarse.iter().filter(|row| row.count.bounds().hi().is_none());
        let rows: Vec<usize> = open.map(|row| self.caller_row(row.row)).collect();
        if !rows.is_empty() {
            return Err(ErrorKind::OpenInterval { rows }.into());
        }
        self.filled(middle_or_low)
    }

    /// Every withheld or rounded count replaced by a fixed value that depends on what was published about it.
    ///
    /// Fails, with their rows, where a value lies outside the bounds of its count.
    pub fn filled(&self, value: impl Fn(Count) -> f64) -> Result<Completed> {
        let counts: Vec<f64> = self.coarse.iter().map(|row| value(row.count)).collect();
        let inside = |(row, count): (&CoarseRow, &f64)| {
            let bounds = row.count.bounds();
            *count >= bounds.lo() as f64
                && bounds.hi().is_none_or(|hi| *count <= hi as f64)
                && count.is_finite()
        };
        let outside = self.coarse.iter().zip(&counts).filter(|pair| !inside(*pair));
        let rows: Vec<usize> = outside.map(|(row, _)| self.caller_row(row.row)).collect();
        match rows.is_empty() {
            true => Ok(complete(self, &self.positions_of_coarse_rows(), &counts, Origin::Fixed)),
            false => Err(ErrorKind::OutsideBounds { rows }.into()),
        }
    }

    /// The problem with the counts of a completed table, as if they had been published.
    ///
    /// Fails where the table is of other rows, where it disagrees with what is known of their counts here, and where
    /// determinants were imputed with it ([`IncompleteProblem::completed`](super::IncompleteProblem::completed) takes those).
    pub fn completed(&self, table: &Completed) -> Result<Problem> {
        match table.cells().is_empty() {
            true => self.with_completed_counts(table),
            false => Err(refused(
                "determinants were imputed in this table: complete the IncompleteProblem it came from".into(),
            )),
        }
    }

    pub(super) fn with_completed_counts(&self, table: &Completed) -> Result<Problem> {
        if table.rows() != self.rows() || table.counts().len() != self.n_rows() {
            return Err(refused("the completed table has other rows than this problem".into()));
        }
        let known = self.published_bounds();
        let differs = (0..known.len()).find(|&at| !known[at].contains(&table.counts()[at].count));
        if let Some(row) = differs.map(|at| self.rows()[at] + 1) {
            return Err(refused(format!(
                "the completed table disagrees with what is known here of the count in row {row}: it is of another problem"
            )));
        }
        let positions = self.positions_of_coarse_rows();
        let known = |count: CompletedCount| (count.origin != Origin::Bounded).then_some(count.count);
        let counts: Vec<Option<f64>> = positions.iter().map(|&at| known(table.counts()[at])).collect();
        Ok(self.with_counts(&counts))
    }

    /// Both ends of each count, along the rows; they meet where it is exact.
    fn published_bounds(&self) -> Vec<RangeInclusive<f64>> {
        let mut bounds: Vec<RangeInclusive<f64>> = self.exact_counts().into_iter().map(|y| y..=y).collect();
        for (&at, row) in self.positions_of_coarse_rows().iter().zip(&self.coarse) {
            let known = row.count.bounds();
            bounds[at] = known.lo() as f64..=known.hi().map_or(f64::INFINITY, |hi| hi as f64);
        }
        bounds
    }
}

fn refused(message: String) -> crate::error::Error {
    ErrorKind::Specification { message }.into()
}
