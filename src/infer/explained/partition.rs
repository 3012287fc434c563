//! The variance of a count, taken apart on its own scale.

use super::scale::MeanCount;
use crate::error::Result;
use crate::infer::Fit;
use crate::model::Problem;

/// Var(y) of one row with given determinants and marginal mean μ̄, by where it comes from.
///
/// ```text
/// level l          μ̄² exp(Σ_{k<l} υ_k) (exp(υ_l) − 1)
/// overdispersion   μ̄² exp(Συ) / θ
/// counting         μ̄
/// ```
///
/// with υ the variances of the levels, coarsest first, and all of them in Συ. They add up to
/// μ̄ + μ̄²(exp(Συ)(1 + 1/θ) − 1). The share of the counting falls as the mean grows, so the mean is stated.
/// Source: Leckie, Browne, Goldstein, Merlo & Austin 2020, Psychological Methods 25:787.
#[derive(Debug, Clone, PartialEq)]
pub struct VariancePartition {
    /// The marginal mean μ̄ that it holds at.
    pub mean: f64,
    /// Levels coarsest first, then what the rows add.
    pub components: Vec<VarianceComponent>,
}

/// One part of the variance of a count.
#[derive(Debug, Clone, PartialEq)]
pub struct VarianceComponent {
    /// Where it comes from.
    pub component: Component,
    /// Variance, counts squared.
    pub variance: f64,
    /// Its share of the whole: the variance partition coefficient.
    pub share: f64,
    /// Correlation of two rows that share everything down to here (their areas of this level and all coarser ones), both
    /// at the stated mean; of a row with itself for what rows have of their own.
    pub correlation: f64,
}

/// Where variance of a count comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Component {
    /// The areas of this level.
    Level(String),
    /// The row's own gamma factor.
    Overdispersion,
    /// The Poisson draw itself.
    Counting,
}

impl VariancePartition {
    /// The partition at a stated mean count.
    ///
    /// With an exposure the mean is exposure · Σ E exp(x'β + ½Συ) / Σ E: the marginal rate over the rows, which stands
    /// for a row of average determinants. Fails where the problem is not the fit's, and on a mean that is not positive.
    pub fn at(fit: &Fit, problem: &Problem, mean: MeanCount) -> Result<VariancePartition> {
        fit.refuse_other(problem)?;
        let beta: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
        let exposure: f64 = problem.offset.iter().map(|o| o.exp()).sum();
        let total: f64 = fit.levels().iter().map(|level| level.sd.variance()).sum();
        let rate = problem.fixed_part(&beta).iter().sum::<f64>() * (0.5 * total).exp() / exposure;
        Ok(partition(fit, mean.mean(problem, rate)?))
    }
}

fn partition(fit: &Fit, mean: f64) -> VariancePartition {
    let mut above = 0.0;
    let mut parts: Vec<(Component, f64)> = Vec::with_capacity(fit.levels().len() + 2);
    for level in fit.levels() {
        let variance = level.sd.variance();
        parts
            .push((Component::Level(level.level.clone()), mean * mean * f64::exp(above) * variance.exp_m1()));
        above += variance;
    }
    if let Some(theta) = fit.dispersion().theta() {
        parts.push((Component::Overdispersion, mean * mean * f64::exp(above) / theta));
    }
    parts.push((Component::Counting, mean));
    let total: f64 = parts.iter().map(|(_, variance)| variance).sum();
    let mut shared = 0.0;
    let components = parts.into_iter().map(|(component, variance)| {
        shared += variance;
        VarianceComponent { component, variance, share: variance / total, correlation: shared / total }
    });
    VariancePartition { mean, components: components.collect() }
}
