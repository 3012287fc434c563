//! The parameters of the refits, and what they say about the fit.

use super::{FailedRefits, Resampled};
use crate::error::Result;
use crate::infer::coefficient::Confidence;
use crate::infer::fit::Fit;
use crate::infer::parameter::Parameter;
use crate::infer::profile::End;
use crate::infer::variance::Dispersion;
use crate::model::Problem;
use statrs::distribution::{ContinuousCDF, Normal};

/// All parameters of all refits.
#[derive(Debug, Clone, PartialEq)]
pub struct Bootstrapped {
    parameters: Vec<ParameterRefits>,
    failed: FailedRefits,
}

/// One parameter over the refits.
///
/// θ is kept as 1/θ, which is 0 where a refit is the Poisson's: bias and standard error are those of 1/θ, ends of intervals
/// are θ again.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterRefits {
    parameter: Parameter,
    estimate: f64,
    refits: Vec<f64>,
}

/// How an interval is made of refits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BootstrapMethod {
    /// The quantiles of the refits.
    Percentile,
    /// The estimate less the quantiles of (refit − estimate).
    Basic,
    /// The quantiles of the refits at levels that undo their median bias (BC of Efron 1981; without acceleration).
    BiasCorrected,
}

/// An interval from refits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BootstrapInterval {
    /// Lower end.
    pub low: End,
    /// Upper end.
    pub high: End,
}

/// Coefficients, standard deviations, and 1/θ of a fit.
pub(super) fn parameters_of(fit: &Fit) -> Vec<f64> {
    let coefficients = fit.coefficients().iter().map(|c| c.estimate);
    let sds = fit.levels().iter().map(|level| level.sd.estimate());
    let alpha = match fit.dispersion() {
        Dispersion::Poisson => None,
        Dispersion::PoissonLimit { .. } => Some(0.0),
        Dispersion::NegBin2 { theta, .. } => Some(1.0 / theta),
    };
    coefficients.chain(sds).chain(alpha).collect()
}

impl Bootstrapped {
    pub(super) fn of(fit: &Fit, problem: &Problem, all: Resampled<Vec<f64>>) -> Result<Self> {
        all.refuse_fewer_than(2)?;
        let each = problem.parameters().into_iter().zip(parameters_of(fit)).enumerate();
        let parameters = each.map(|(k, (parameter, estimate))| ParameterRefits {
            parameter,
            estimate,
            refits: all.values.iter().map(|refit| refit[k]).collect(),
        });
        Ok(Bootstrapped { parameters: parameters.collect(), failed: all.failed })
    }

    /// Every parameter of the model with its refits.
    pub fn parameters(&self) -> &[ParameterRefits] {
        &self.parameters
    }

    /// One of them.
    pub fn parameter(&self, parameter: &Parameter) -> Option<&ParameterRefits> {
        self.parameters.iter().find(|known| known.parameter == *parameter)
    }

    /// Number of refits that ended.
    pub fn n_refits(&self) -> usize {
        self.parameters.first().map_or(0, |first| first.refits.len())
    }

    /// Those that did not, by reason.
    pub fn failed(&self) -> &FailedRefits {
        &self.failed
    }
}

impl ParameterRefits {
    /// The parameter.
    pub fn parameter(&self) -> &Parameter {
        &self.parameter
    }

    /// Each refit's value, in the order of the draws; 1/θ in the place of θ.
    pub fn refits(&self) -> &[f64] {
        &self.refits
    }

    /// Mean of the refits less the estimate; of 1/θ in the place of θ.
    pub fn bias(&self) -> f64 {
        self.mean() - self.estimate
    }

    /// Standard deviation of the refits; of 1/θ in the place of θ.
    pub fn std_error(&self) -> f64 {
        let mean = self.mean();
        let squares: f64 = self.refits.iter().map(|x| (x - mean).powi(2)).sum();
        (squares / (self.refits.len() - 1) as f64).sqrt()
    }

    /// An interval. Standard deviations end at 0 where it would go below, θ has no upper end where 1/θ would.
    pub fn interval(&self, method: BootstrapMethod, confidence: Confidence) -> BootstrapInterval {
        let mut sorted = self.refits.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - confidence.get());
        let (low, high) = match method {
            BootstrapMethod::Percentile => (quantile(&sorted, tail), quantile(&sorted, 1.0 - tail)),
            BootstrapMethod::Basic => {
                let mirrored = |share: f64| 2.0 * self.estimate - quantile(&sorted, share);
                (mirrored(1.0 - tail), mirrored(tail))
            }
            BootstrapMethod::BiasCorrected => {
                let shift = self.median_shift();
                let level = |z: f64| Normal::standard().cdf(2.0 * shift + z);
                let z = confidence.quantile();
                (quantile(&sorted, level(-z)), quantile(&sorted, level(z)))
            }
        };
        match self.parameter {
            Parameter::Coefficient(_) => BootstrapInterval { low: End::At(low), high: End::At(high) },
            Parameter::Sd(_) => BootstrapInterval { low: or_zero(low), high: or_zero(high) },
            Parameter::Theta => BootstrapInterval { low: theta(high), high: theta(low) },
        }
    }

    fn mean(&self) -> f64 {
        self.refits.iter().sum::<f64>() / self.refits.len() as f64
    }

    /// Φ⁻¹ of the share of refits below the estimate, half of those at it included.
    fn median_shift(&self) -> f64 {
        let n = self.refits.len() as f64;
        let below = self.refits.iter().filter(|x| **x < self.estimate).count() as f64;
        let equal = self.refits.iter().filter(|x| **x == self.estimate).count() as f64;
        let share = ((below + 0.5 * equal) / n).clamp(0.5 / n, 1.0 - 0.5 / n);
        Normal::standard().inverse_cdf(share)
    }
}

fn or_zero(sd: f64) -> End {
    if sd > 0.0 { End::At(sd) } else { End::Zero }
}

fn theta(alpha: f64) -> End {
    if alpha > 0.0 { End::At(1.0 / alpha) } else { End::Unbounded }
}

/// The quantile of sorted values, between neighbours by a line (type 7 of Hyndman & Fan 1996).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len() - 1;
    let at = share * last as f64;
    let below = (at.floor() as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (at - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    fn refits(parameter: Parameter, estimate: f64, refits: Vec<f64>) -> ParameterRefits {
        ParameterRefits { parameter, estimate, refits }
    }

    fn ends(interval: BootstrapInterval) -> (f64, f64) {
        (interval.low.value().unwrap(), interval.high.value().unwrap())
    }

    #[test]
    fn intervals_of_a_run_of_numbers_are_those_computed_by_hand() {
        let x = Parameter::Coefficient("x".into());
        let run = refits(x, 45.0, (0..=100).map(f64::from).collect());
        assert_relative_eq!(run.bias(), 5.0);
        let p90 = |method| ends(run.interval(method, Confidence::P90));
        let (low, high) = p90(BootstrapMethod::Percentile);
        assert_relative_eq!(low, 5.0, max_relative = 1e-12);
        assert_relative_eq!(high, 95.0, max_relative = 1e-12);
        let (low, high) = p90(BootstrapMethod::Basic);
        assert_relative_eq!(low, -5.0, max_relative = 1e-12);
        assert_relative_eq!(high, 85.0, max_relative = 1e-12);
        // 45.5 of 101 lie below: z0 = −0.124..., levels Φ(2 z0 ∓ 1.645) = 0.0291 and 0.9186
        let (low, high) = p90(BootstrapMethod::BiasCorrected);
        assert_relative_eq!(low, 2.9134, max_relative = 1e-4);
        assert_relative_eq!(high, 91.866, max_relative = 1e-4);
    }

    #[test]
    fn ends_beyond_the_edge_are_the_edge() {
        let sd = refits(Parameter::Sd("town".into()), 0.1, vec![0.0, 0.0, 0.3, 0.4, 0.5]);
        assert_eq!(sd.interval(BootstrapMethod::Percentile, Confidence::P90).low, End::Zero);
        assert_eq!(sd.interval(BootstrapMethod::Basic, Confidence::P90).low, End::Zero);
        let theta = refits(Parameter::Theta, 0.02, vec![0.0, 0.0, 0.01, 0.02, 0.05]);
        let interval = theta.interval(BootstrapMethod::Percentile, Confidence::P90);
        assert_eq!(interval.high, End::Unbounded);
        assert!(interval.low.value().unwrap() > 20.0);
    }
}
