//! Tests by simulation that fit each simulated table again.

use super::given_estimates::{WithEstimates, deviations};
use super::simulations::{Simulations, Source};
use super::statistic::{Measured, Statistic};
use crate::error::Result;
use crate::infer::{FailedRefits, Fit, RefitsDone, Resampled, resample};
use crate::model::Problem;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use std::ops::ControlFlow;

/// A statistic of the table beside those of tables that the model made.
///
/// Each simulated table is fitted as the table itself was, and its statistic taken at its own fit. Simulating without
/// fitting again compares a table with a fit that has seen it to tables with one that has not, and rejects too seldom.
/// Tables are drawn at the estimates of this one and have others of their own. What a statistic owes to them (to the
/// variances and 1/θ, by a linear regression over the simulated tables) is taken out on both sides before they are
/// compared: a test given the estimates, whose size does not hang on the parameters.
/// Source: Davison & Hinkley 1997, Bootstrap Methods and their Application, ch. 4.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedTest {
    /// What was looked at.
    pub statistic: Statistic,
    /// Of the table.
    pub observed: Measured,
    /// Of the simulated tables, in the order they were drawn.
    pub simulated: Vec<Measured>,
    /// Simulated tables that could not be fitted; they are in none of the counts.
    pub failed: FailedRefits,
}

impl Fit {
    /// Tests the model by statistics, all from the same simulated tables.
    ///
    /// Where counts are withheld or rounded the table is completed first: they are drawn inside what was published, from
    /// the distribution that the fit gives them, and the completed table is fitted and compared with complete tables.
    /// Under the true model that is one of them; the withheld rows bring no evidence of their own.
    ///
    /// `progress` sees every table and may stop the work. Fails where the problem is not the fit's, where the completed
    /// table cannot be fitted, where no simulated one can, and when it is stopped; a simulated table that cannot be fitted
    /// is counted.
    pub fn simulated_tests(
        &self,
        problem: &Problem,
        statistics: &[Statistic],
        wanted: &Simulations,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(RefitsDone) -> ControlFlow<()>,
    ) -> Result<Vec<SimulatedTest>> {
        let source = Source::new(self, problem)?;
        let observed = match problem.n_coarse() {
            0 => Table::of(self, problem, statistics, rng)?,
            _ => {
                let completed = source.completed(rng)?;
                let fit = completed.fit_from(self, &wanted.options)?;
                Table::of(&fit, &completed, statistics, rng)?
            }
        };
        let work = |rng: &mut ChaCha12Rng| {
            let drawn = source.table(wanted.areas, rng)?;
            let fit = drawn.fit_from(self, &wanted.options)?;
            Table::of(&fit, &drawn, statistics, rng)
        };
        let drawn = resample(&wanted.refits(), rng, progress, work)?;
        drawn.refuse_fewer_than(1)?;
        let Resampled { values: tables, failed } = drawn;
        let test = |(at, &statistic): (usize, &Statistic)| {
            let with = |table: &Table| WithEstimates {
                value: table.measured[at].standardised,
                estimates: table.estimates.clone(),
            };
            let simulated: Vec<WithEstimates> = tables.iter().map(with).collect();
            let (here, others) = deviations(&with(&observed), &simulated);
            let measured = |table: &Table, standardised| Measured { standardised, ..table.measured[at] };
            SimulatedTest {
                statistic,
                observed: measured(&observed, here),
                simulated: tables.iter().zip(others).map(|(table, other)| measured(table, other)).collect(),
                failed: failed.clone(),
            }
        };
        Ok(statistics.iter().enumerate().map(test).collect())
    }
}

/// One table, its own or simulated: its statistics and the estimates they hang on.
#[derive(Debug)]
struct Table {
    measured: Vec<Measured>,
    /// Variances, then 1/θ.
    estimates: Vec<f64>,
}

impl Table {
    fn of(
        fit: &Fit,
        problem: &Problem,
        statistics: &[Statistic],
        rng: &mut (impl Rng + ?Sized),
    ) -> Result<Self> {
        let measured = statistics.iter().map(|statistic| statistic.of(fit, problem, rng));
        let variances = fit.levels().iter().map(|level| level.sd.variance());
        let alpha = fit.dispersion().theta().map_or(0.0, f64::recip);
        Ok(Table {
            measured: measured.collect::<Result<_>>()?,
            estimates: variances.chain([alpha]).collect(),
        })
    }
}

impl SimulatedTest {
    /// The chance, under the model, of a value at least this far out: on either side (twice the smaller tail), for
    /// uniformity on the upper side.
    pub fn p_value(&self) -> f64 {
        match self.statistic.is_two_sided() {
            true => (2.0 * self.p_at_least().min(self.p_at_most())).min(1.0),
            false => self.p_at_least(),
        }
    }

    /// (1 + number of simulated values >= observed)/(1 + number of simulated values), all standardised.
    pub fn p_at_least(&self) -> f64 {
        self.share(|value| value >= self.observed.standardised)
    }

    /// The same with <=.
    pub fn p_at_most(&self) -> f64 {
        self.share(|value| value <= self.observed.standardised)
    }

    /// Mean of the simulated values: what the statistic is when the model is right; none without any.
    pub fn expected(&self) -> Option<f64> {
        let n = self.simulated.len() as f64;
        (n > 0.0).then(|| self.simulated.iter().map(|table| table.value).sum::<f64>() / n)
    }

    fn share(&self, counts: impl Fn(f64) -> bool) -> f64 {
        let beyond = self.simulated.iter().filter(|table| counts(table.standardised)).count();
        (1 + beyond) as f64 / (1 + self.simulated.len()) as f64
    }
}
