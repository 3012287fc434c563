//! What was to be expected without a step: expected counts with and without some terms, and what lies between.

use super::fit::PanelFit;
use super::layout::BlockKind;
use super::posterior::{Functional, Maximum, Posterior};
use super::problem::PanelProblem;
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::family::Family;
use crate::infer::{Confidence, DegreesOfFreedom, Interval, f_tail, t_quantile};
use serde::{Deserialize, Serialize};

/// What the other world is without.
///
/// ```
/// use nestcount::panel::Without;
/// let no_corona = Without::terms(["corona", "corona in Eindhoven"]).final_figures();
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Without {
    terms: Vec<String>,
    figures: Figures,
}

/// Which figures are expected in provisional periods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Figures {
    #[default]
    AsPublished,
    Final,
}

impl Without {
    /// Nothing is left out: both worlds are the one observed.
    pub fn nothing() -> Self {
        Without::default()
    }

    /// These columns of the design are 0, in the units of the caller.
    pub fn terms<S: Into<String>>(terms: impl IntoIterator<Item = S>) -> Self {
        Without { terms: terms.into_iter().map(Into::into).collect(), figures: Figures::AsPublished }
    }

    /// In both worlds the declared factors are 1: what is expected once the figures are final.
    pub fn final_figures(mut self) -> Self {
        self.figures = Figures::Final;
        self
    }
}

/// An expected count with what is not known of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ExpectedTotal {
    /// The count: its mean given the data and the parameters, to second order. Of a Poisson with an intercept the total over
    /// all rows is the total counted.
    pub count: f64,
    /// Standard error of its logarithm: of parameters and effects jointly.
    pub log_std_error: f64,
    /// Degrees of freedom of that error: finite after [`PanelFit::restricted`].
    pub df: DegreesOfFreedom,
    /// Σ Var(y | μ) of the rows, what chance adds to the expectation: μ of a Poisson row, μ + μ²/θ of an NB2 row.
    pub chance_variance: f64,
}

impl ExpectedTotal {
    /// Interval of the expectation, made on the log scale; what chance adds to a count is not in it.
    pub fn interval(self, confidence: Confidence) -> Interval {
        on_log_scale(self.count, self.log_std_error, self.df, confidence)
    }

    /// Interval of a count that is still to be drawn from this expectation: chance is in it.
    ///
    /// Ends are the (1 ± confidence)/2 quantiles, whole numbers, of the NB2 with mean m = `count` and variance
    /// `chance_variance` + (q m `log_std_error`)², q the quantile of the t in units of the normal's; of a Poisson where nothing
    /// but its chance is left. Of a row that was counted it says what another draw would give, given the row's own effects.
    pub fn predictive_interval(self, confidence: Confidence) -> Interval {
        let wider = t_quantile(confidence.get(), self.df) / confidence.quantile();
        let more = self.chance_variance - self.count + (wider * self.count * self.log_std_error).powi(2);
        let size = DegreesOfFreedom::of(2.0 * self.count * self.count / more.max(0.0));
        let below = 0.5 * (1.0 - confidence.get());
        let quantile = |share| count_quantile(self.count, size, share);
        Interval { low: quantile(below), high: quantile(1.0 - below) }
    }
}

/// The least k with P(Y ≤ k) ≥ share, Y an NB2 of this mean and twice this size: P(Y ≤ k) = P(F > mean/(k+1)) with 2(k+1) and 2 size
/// degrees of freedom.
fn count_quantile(mean: f64, twice_size: DegreesOfFreedom, share: f64) -> f64 {
    let reached = |k: u64| f_tail(mean / (k + 1) as f64, 2 * (k as usize + 1), twice_size) >= share;
    let mut above = 1;
    while !reached(above) && above < LARGEST_COUNT {
        above *= 2;
    }
    let mut below = 0;
    while below < above {
        let middle = below + (above - below) / 2;
        if reached(middle) { above = middle } else { below = middle + 1 }
    }
    above as f64
}

/// Quantiles of counts are not looked for beyond.
const LARGEST_COUNT: u64 = 1 << 53;

/// Two worlds, for one set of rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// Total exposure of the rows.
    pub exposure: f64,
    /// With all terms: the world observed.
    pub with: ExpectedTotal,
    /// Without those left out: the counterfactual.
    pub without: ExpectedTotal,
    /// with − without.
    pub difference: f64,
    /// Its standard error.
    pub difference_std_error: f64,
    /// Degrees of freedom of that error: finite after [`PanelFit::restricted`].
    pub difference_df: DegreesOfFreedom,
    /// Standard error of log(with/without).
    pub log_ratio_std_error: f64,
    /// Degrees of freedom of that error.
    pub log_ratio_df: DegreesOfFreedom,
}

impl Contrast {
    /// Interval of the difference.
    pub fn difference_interval(&self, confidence: Confidence) -> Interval {
        let half = t_quantile(confidence.get(), self.difference_df) * self.difference_std_error;
        Interval { low: self.difference - half, high: self.difference + half }
    }

    /// with / without.
    pub fn ratio(&self) -> f64 {
        self.with.count / self.without.count
    }

    /// Interval of the ratio, made on the log scale.
    pub fn ratio_interval(&self, confidence: Confidence) -> Interval {
        on_log_scale(self.ratio(), self.log_ratio_std_error, self.log_ratio_df, confidence)
    }
}

fn on_log_scale(estimate: f64, error: f64, df: DegreesOfFreedom, confidence: Confidence) -> Interval {
    let factor = (t_quantile(confidence.get(), df) * error).exp();
    Interval { low: estimate / factor, high: estimate * factor }
}

/// The two worlds of a fit, to be added up over any rows.
///
/// Parameters and effects are jointly normal around the maximum: the effects given the parameters with the inverse of H, the
/// parameters with their covariance, and the modes move with the parameters. Totals, differences and log ratios have their
/// standard errors by the delta method from there, so what two worlds share cancels. Expected counts are E[μ | y] =
/// μ̂ (1 + ½(V − t)) with V the variance of a row's predictor and −½t its mean's distance from the mode; this factor is the
/// same in both worlds and taken as known.
pub struct Counterfactual<'a> {
    posterior: Posterior<'a>,
    worlds: [World; 2],
}

/// Expected counts of the sorted rows, with the columns that were put to other values.
struct World {
    expected: Vec<f64>,
    put: Vec<(usize, f64)>,
    figures: Figures,
}

impl PanelFit {
    /// The world observed beside one without some terms.
    ///
    /// Fails where the problem is not the one the fit was made from, and on terms that the design does not have.
    pub fn counterfactual<'a>(
        &'a self,
        problem: &'a PanelProblem,
        without: &Without,
    ) -> Result<Counterfactual<'a>> {
        self.refuse_other(problem)?;
        Counterfactual::new(problem, &self.stored.maximum, &self.stored.options, without)
    }
}

/// A term's column and the value, in standard units, that is 0 in the caller's.
fn put_to_zero(problem: &PanelProblem, term: &str) -> Result<(usize, f64)> {
    match problem.terms().iter().position(|known| known == term) {
        Some(column) => {
            let mut zeros = vec![0.0; problem.terms().len()];
            problem.base.standard.of_row(&mut zeros);
            Ok((column, zeros[column]))
        }
        None => {
            let known = problem.terms().to_vec();
            Err(ErrorKind::UnknownColumn { column: term.into(), known }.into())
        }
    }
}

impl World {
    fn new(posterior: &Posterior<'_>, put: Vec<(usize, f64)>, figures: Figures) -> Self {
        let problem = posterior.problem();
        let (p, beta) = (problem.terms().len(), posterior.coefficients());
        let mut expected = posterior.objective.rows.mu.clone();
        for (row, expected) in expected.iter_mut().enumerate() {
            *expected *= posterior.mean_factor(row);
            let moved =
                |(column, value): &(usize, f64)| (value - problem.base.x[row * p + column]) * beta[*column];
            let mut change: f64 = put.iter().map(moved).sum();
            if figures == Figures::Final {
                change -= problem.offset[row] - problem.base.offset[row];
                change -= posterior.provisional(row);
            }
            *expected *= change.exp();
        }
        World { expected, put, figures }
    }
}

impl<'a> Counterfactual<'a> {
    /// The two worlds at a maximum of the problem.
    pub(super) fn new(
        problem: &'a PanelProblem,
        maximum: &'a Maximum,
        options: &Options,
        without: &Without,
    ) -> Result<Self> {
        let put = without.terms.iter().map(|term| put_to_zero(problem, term)).collect::<Result<Vec<_>>>()?;
        let Some(posterior) = Posterior::new(problem, maximum, options) else {
            let message = "the log-likelihood cannot be computed at the maximum any more".into();
            return Err(ErrorKind::Specification { message }.into());
        };
        let worlds = [Vec::new(), put].map(|put| World::new(&posterior, put, without.figures));
        Ok(Counterfactual { posterior, worlds })
    }

    /// Both worlds over some rows of the caller's table.
    ///
    /// Fails on no rows, and on rows that took no part in the fit.
    pub fn over(&self, rows: &[usize]) -> Result<Contrast> {
        let sorted = self.posterior.problem().sorted_rows_of(rows)?;
        Ok(self.contrast(&sorted))
    }

    /// Both worlds over all rows of the fit.
    pub fn total(&self) -> Contrast {
        self.contrast(&(0..self.posterior.problem().n_rows()).collect::<Vec<_>>())
    }

    /// Both worlds over some rows, period by period; periods without a row among them are left out.
    ///
    /// Fails as [`Counterfactual::over`] does.
    pub fn by_period(&self, rows: &[usize]) -> Result<Vec<(String, Contrast)>> {
        let problem = self.posterior.problem();
        let sorted = problem.sorted_rows_of(rows)?;
        let of_row = |row: usize| problem.periods.of_rows()[problem.base.caller_row(row)];
        let mut all = Vec::new();
        for (period, label) in problem.periods.labels().iter().enumerate() {
            let own: Vec<usize> =
                sorted.iter().copied().filter(|&row| of_row(row) as usize == period).collect();
            if !own.is_empty() {
                all.push((label.clone(), self.contrast(&own)));
            }
        }
        Ok(all)
    }

    fn contrast(&self, sorted: &[usize]) -> Contrast {
        let [(with, of_with), (without, of_without)] =
            [0, 1].map(|world| self.sum(&self.worlds[world], sorted));
        let total = |world: usize, count: f64, of: &Functional| {
            let (error, df) = self.posterior.error(of);
            let chance_variance = self.chance_variance(&self.worlds[world], sorted);
            ExpectedTotal { count, log_std_error: error / count, df, chance_variance }
        };
        let exposure = |&row: &usize| self.posterior.problem().base.offset[row].exp();
        let (difference_std_error, difference_df) =
            self.posterior.error(&of_with.minus(&of_without, 1.0, 1.0));
        let (log_ratio_std_error, log_ratio_df) =
            self.posterior.error(&of_with.minus(&of_without, 1.0 / with, 1.0 / without));
        Contrast {
            exposure: sorted.iter().map(exposure).sum(),
            with: total(0, with, &of_with),
            without: total(1, without, &of_without),
            difference: with - without,
            difference_std_error,
            difference_df,
            log_ratio_std_error,
            log_ratio_df,
        }
    }

    /// Σ Var(y | μ) at the expected counts.
    fn chance_variance(&self, world: &World, sorted: &[usize]) -> f64 {
        let maximum = self.posterior.maximum;
        let scatter = if maximum.family == Family::NegBin2 { (-maximum.point.phi).exp() } else { 0.0 };
        sorted.iter().map(|&row| world.expected[row] * (1.0 + scatter * world.expected[row])).sum()
    }

    /// A total with its slopes.
    fn sum(&self, world: &World, sorted: &[usize]) -> (f64, Functional) {
        let mut slopes = self.posterior.functional();
        let mut total = 0.0;
        for &row in sorted {
            let expected = world.expected[row];
            total += expected;
            let skip = |kind: BlockKind| world.figures == Figures::Final && kind == BlockKind::Provisional;
            self.posterior.add_row(&mut slopes, row, expected, &world.put, skip);
        }
        (total, slopes)
    }
}
