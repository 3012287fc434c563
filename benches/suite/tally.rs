//! What the replicates of one world come to, estimator by estimator.

use crate::distance::positions;
use crate::measure::Measured;
use nestcount::estimator::Estimated;
use serde::Serialize;
use std::collections::BTreeMap;

/// The normal quantile of 95 % intervals.
const QUANTILE: f64 = 1.959_963_984_540_054;

/// A mean with its Monte Carlo standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
    /// 0 for a single value.
    pub(crate) std_error: f64,
    pub(crate) n: usize,
}

impl Mean {
    /// `None` of nothing.
    pub(crate) fn of(values: &[f64]) -> Option<Mean> {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let std_error = if n > 1 { (squares / (n * (n - 1)) as f64).sqrt() } else { 0.0 };
        (n > 0).then_some(Mean { mean, std_error, n })
    }
}

/// The middle and the largest of some numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) largest: f64,
}

impl Spread {
    pub(crate) fn of(values: &[f64]) -> Option<Spread> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let largest = *sorted.last()?;
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            0 => 0.5 * (sorted[middle - 1] + sorted[middle]),
            _ => sorted[middle],
        };
        Some(Spread { median, largest })
    }
}

/// One parameter over the replicates.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ParameterRecord {
    pub(crate) name: String,
    pub(crate) truth: f64,
    pub(crate) bias: Mean,
    pub(crate) rmse: f64,
    /// Share of the 95 % intervals that hold the truth; those of sd's and θ are made on the log scale.
    pub(crate) coverage: Option<f64>,
    /// Fits that gave an interval; at an sd of 0 there is none.
    pub(crate) intervals: usize,
}

/// One estimator in one world.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct EstimatorRecord {
    pub(crate) estimator: String,
    pub(crate) fits: usize,
    /// Failures of the fits to whole tables, by kind.
    pub(crate) failures: BTreeMap<String, usize>,
    /// Failures of the fits behind the scores, by kind.
    pub(crate) failures_of_scores: BTreeMap<String, usize>,
    pub(crate) parameters: Vec<ParameterRecord>,
    /// Held-out rows: log predictive probability per row, and the difference from the reference's.
    pub(crate) held_out: Option<Mean>,
    pub(crate) held_out_beside_reference: Option<Mean>,
    /// Left-out areas, the same.
    pub(crate) left_out: Option<Mean>,
    pub(crate) left_out_beside_reference: Option<Mean>,
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
    failures_of_scores: BTreeMap<String, usize>,
    /// By parameter: estimates, and whether the intervals cover.
    parameters: BTreeMap<String, (Vec<f64>, Vec<bool>)>,
    held_out: Vec<Option<f64>>,
    left_out: Vec<Option<f64>>,
    distances: Vec<f64>,
    other_boundaries: usize,
    short: Vec<f64>,
    seconds: Vec<f64>,
    peaks: Vec<f64>,
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

    /// How far a fit is from the reference: in standard errors, in log-likelihood, and whether on another boundary.
    pub(crate) fn apart(&mut self, distance: f64, short: Option<f64>, another_boundary: bool) {
        self.distances.push(distance);
        self.short.extend(short);
        self.other_boundaries += usize::from(another_boundary);
    }

    /// Held-out rows of one table.
    pub(crate) fn held_out(&mut self, score: Option<Result<(f64, usize), String>>) {
        let score = score.into_iter().collect();
        let mean = self.mean_score(score);
        self.held_out.push(mean);
    }

    /// Left-out areas of one table.
    pub(crate) fn left_out(&mut self, scores: Vec<Result<(f64, usize), String>>) {
        let mean = self.mean_score(scores);
        self.left_out.push(mean);
    }

    /// Per row over all scores; none where one of them failed.
    fn mean_score(&mut self, scores: Vec<Result<(f64, usize), String>>) -> Option<f64> {
        let (mut sum, mut rows, mut failed) = (0.0, 0, false);
        for score in scores {
            match score {
                Ok((score, n)) => (sum, rows) = (sum + score, rows + n),
                Err(kind) => {
                    *self.failures_of_scores.entry(kind).or_default() += 1;
                    failed = true;
                }
            }
        }
        (rows > 0 && !failed).then(|| sum / rows as f64)
    }

    /// The record; differences of scores are over the tables that both have scored.
    pub(crate) fn record(
        &self,
        estimator: &str,
        truth: &[(String, f64)],
        reference: &Tally,
    ) -> EstimatorRecord {
        EstimatorRecord {
            estimator: estimator.into(),
            fits: self.fits,
            failures: self.failures.clone(),
            failures_of_scores: self.failures_of_scores.clone(),
            parameters: truth.iter().filter_map(|(name, truth)| self.parameter(name, *truth)).collect(),
            held_out: Mean::of(&present(&self.held_out)),
            held_out_beside_reference: Mean::of(&differences(&self.held_out, &reference.held_out)),
            left_out: Mean::of(&present(&self.left_out)),
            left_out_beside_reference: Mean::of(&differences(&self.left_out, &reference.left_out)),
            distance: Spread::of(&self.distances),
            other_boundaries: self.other_boundaries,
            short: Spread::of(&self.short),
            seconds: Spread::of(&self.seconds),
            peak_bytes: Spread::of(&self.peaks),
        }
    }

    fn parameter(&self, name: &str, truth: f64) -> Option<ParameterRecord> {
        let (estimates, covered) = self.parameters.get(name)?;
        let errors: Vec<f64> = estimates.iter().map(|estimate| estimate - truth).collect();
        let squares = errors.iter().map(|error| error * error).sum::<f64>() / errors.len() as f64;
        let covering = covered.iter().filter(|covers| **covers).count();
        Some(ParameterRecord {
            name: name.into(),
            truth,
            bias: Mean::of(&errors)?,
            rmse: squares.sqrt(),
            coverage: (!covered.is_empty()).then(|| covering as f64 / covered.len() as f64),
            intervals: covered.len(),
        })
    }
}

fn present(scores: &[Option<f64>]) -> Vec<f64> {
    scores.iter().flatten().copied().collect()
}

fn differences(scores: &[Option<f64>], reference: &[Option<f64>]) -> Vec<f64> {
    scores.iter().zip(reference).filter_map(|(score, reference)| Some((*score)? - (*reference)?)).collect()
}
