//! What the replicates of one world come to, estimator by estimator.

use crate::distance::positions;
use crate::measure::{Measured, Outcome};
use crate::scores::Score;
use crate::statistics::{Mean, Share, Spread};
use nestcount::estimator::Estimated;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The normal quantile of 95 % intervals.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// One parameter over the replicates.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ParameterRecord {
    pub(crate) name: String,
    pub(crate) truth: f64,
    pub(crate) bias: Mean,
    /// Root mean square error; its Monte Carlo error by the delta method.
    pub(crate) rmse: Mean,
    /// Of the 95 % intervals, those that hold the truth; of sd's and θ they are made on the log scale, and an sd of 0 has none.
    pub(crate) coverage: Option<Share>,
}

/// A score over the tables that it was taken on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct ScoreRecord {
    /// Per row.
    pub(crate) own: Mean,
    /// Less the reference's, on the tables that both have scored.
    pub(crate) beside_reference: Option<Mean>,
}

/// One estimator in one world.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EstimatorRecord {
    pub(crate) estimator: String,
    /// Fits to whole tables that were tried; 0 for an estimator that is not meant for such problems.
    pub(crate) fits: usize,
    /// Failures of these, by kind.
    pub(crate) failures: BTreeMap<String, usize>,
    /// Fits behind the scores, and their failures by kind.
    pub(crate) fits_of_scores: usize,
    pub(crate) failures_of_scores: BTreeMap<String, usize>,
    pub(crate) parameters: Vec<ParameterRecord>,
    /// Joint log score of held-out rows.
    pub(crate) held_out: Option<ScoreRecord>,
    /// Joint log score of the rows of left-out areas.
    pub(crate) left_out: Option<ScoreRecord>,
    /// CRPS of the rows of left-out areas.
    pub(crate) left_out_crps: Option<ScoreRecord>,
    /// The coarsest level's sd less the reference's on the same table.
    pub(crate) coarsest_sd_beside_reference: Option<Mean>,
    /// Largest distance of a parameter from the reference's estimate, in its standard errors.
    pub(crate) distance: Option<Spread>,
    /// Fits in which an sd is 0 here and not in the reference, or the other way round.
    pub(crate) other_boundaries: usize,
    /// The judge's log-likelihood at the reference's estimates less that at these.
    pub(crate) short: Option<Spread>,
    /// Processor seconds of a fit.
    pub(crate) seconds: Option<Spread>,
    /// Peak memory of a fit, bytes.
    pub(crate) peak_bytes: Option<Spread>,
}

/// Collects the replicates of one estimator in one world.
#[derive(Default)]
pub(crate) struct Tally {
    fits: usize,
    failures: BTreeMap<String, usize>,
    fits_of_scores: usize,
    failures_of_scores: BTreeMap<String, usize>,
    /// By parameter: estimates, and whether the intervals cover.
    parameters: BTreeMap<String, (Vec<f64>, Vec<bool>)>,
    /// By table that is scored; absent where it was not, or failed.
    held_out: Vec<Option<f64>>,
    left_out: Vec<Option<f64>>,
    left_out_crps: Vec<Option<f64>>,
    beside: Vec<Beside>,
    seconds: Vec<f64>,
    peaks: Vec<f64>,
}

/// A fit beside the reference's to the same table.
pub(crate) struct Beside {
    /// Largest distance of a parameter, in the reference's standard errors.
    pub(crate) distance: f64,
    /// Log-likelihood that it lacks, by the judge.
    pub(crate) short: Option<f64>,
    /// Difference of the coarsest level's sd.
    pub(crate) coarsest_sd: f64,
    pub(crate) another_boundary: bool,
}

impl Tally {
    /// A fit to a whole table.
    pub(crate) fn fit(&mut self, fit: &Measured<Box<dyn Estimated>>, truth: &[(String, f64)]) {
        self.fits += 1;
        match &fit.outcome {
            Err(kind) => *self.failures.entry(kind.clone()).or_default() += 1,
            Ok(answer) => {
                self.seconds.push(fit.seconds);
                self.peaks.push(fit.peak as f64);
                self.estimates(answer.as_ref(), truth);
            }
        }
    }

    fn estimates(&mut self, answer: &dyn Estimated, truth: &[(String, f64)]) {
        for position in positions(answer) {
            let Some((_, truth)) = truth.iter().find(|(name, _)| *name == position.name) else { continue };
            let (estimates, covered) = self.parameters.entry(position.name.clone()).or_default();
            estimates.push(position.estimate);
            let on_scale = if position.name.starts_with("sd(") { truth.ln() } else { *truth };
            let within = |error| (position.on_scale - on_scale).abs() <= QUANTILE * error;
            covered.extend(position.std_error.map(within));
        }
    }

    pub(crate) fn beside_reference(&mut self, beside: Beside) {
        self.beside.push(beside);
    }

    /// The held-out rows and the left-out areas of one table.
    pub(crate) fn scores(&mut self, held_out: Vec<Outcome<Score>>, left_out: Vec<Outcome<Score>>) {
        let (held_out, left_out) = (self.per_row(held_out), self.per_row(left_out));
        self.held_out.push(held_out.map(|score| score.log));
        self.left_out.push(left_out.map(|score| score.log));
        self.left_out_crps.push(left_out.map(|score| score.crps));
    }

    /// A table that this estimator is not scored on.
    pub(crate) fn not_scored(&mut self) {
        self.scores(Vec::new(), Vec::new());
    }

    /// Means over all rows; none where one of the fits failed.
    fn per_row(&mut self, scores: Vec<Outcome<Score>>) -> Option<Score> {
        self.fits_of_scores += scores.len();
        let (mut sum, mut failed) = (Score { rows: 0, log: 0.0, crps: 0.0 }, false);
        for score in scores {
            match score {
                Ok(one) => {
                    let (log, crps) = (sum.log + one.log, sum.crps + one.crps);
                    sum = Score { rows: sum.rows + one.rows, log, crps };
                }
                Err(kind) => {
                    *self.failures_of_scores.entry(kind).or_default() += 1;
                    failed = true;
                }
            }
        }
        let rows = sum.rows as f64;
        (sum.rows > 0 && !failed).then(|| Score { log: sum.log / rows, crps: sum.crps / rows, ..sum })
    }

    pub(crate) fn record(
        &self,
        estimator: &str,
        truth: &[(String, f64)],
        reference: &Tally,
    ) -> EstimatorRecord {
        let beside =
            |read: fn(&Beside) -> Option<f64>| -> Vec<f64> { self.beside.iter().filter_map(read).collect() };
        EstimatorRecord {
            estimator: estimator.into(),
            fits: self.fits,
            failures: self.failures.clone(),
            fits_of_scores: self.fits_of_scores,
            failures_of_scores: self.failures_of_scores.clone(),
            parameters: truth.iter().filter_map(|(name, truth)| self.parameter(name, *truth)).collect(),
            held_out: score(&self.held_out, &reference.held_out),
            left_out: score(&self.left_out, &reference.left_out),
            left_out_crps: score(&self.left_out_crps, &reference.left_out_crps),
            coarsest_sd_beside_reference: Mean::of(&beside(|one| Some(one.coarsest_sd))),
            distance: Spread::of(&beside(|one| Some(one.distance))),
            other_boundaries: self.beside.iter().filter(|one| one.another_boundary).count(),
            short: Spread::of(&beside(|one| one.short)),
            seconds: Spread::of(&self.seconds),
            peak_bytes: Spread::of(&self.peaks),
        }
    }

    fn parameter(&self, name: &str, truth: f64) -> Option<ParameterRecord> {
        let (estimates, covered) = self.parameters.get(name)?;
        let errors: Vec<f64> = estimates.iter().map(|estimate| estimate - truth).collect();
        Some(ParameterRecord {
            name: name.into(),
            truth,
            bias: Mean::of(&errors)?,
            rmse: Mean::root_of_squares(&errors)?,
            coverage: Share::of(covered),
        })
    }
}

fn score(scores: &[Option<f64>], reference: &[Option<f64>]) -> Option<ScoreRecord> {
    let own: Vec<f64> = scores.iter().flatten().copied().collect();
    let both = scores.iter().zip(reference);
    let differences: Vec<f64> = both.filter_map(|(score, other)| Some((*score)? - (*other)?)).collect();
    Some(ScoreRecord { own: Mean::of(&own)?, beside_reference: Mean::of(&differences) })
}
