//! Likelihood-ratio tests of nested models, at the edge of the parameter space too.
//!
//! A variance that is 0 in truth is estimated at 0 half of the time, so twice the gain in log-likelihood is no χ²₁ but 0 in
//! half of the tables: with χ²₁ the test would refuse half as often as it says. The reference is a mixture of χ², or,
//! without an asymptotic argument, the gain in tables drawn from the smaller model.

mod mixture;
mod nested;

pub use mixture::ChiBarSquared;

use super::bootstrap::{Bootstrap, FailedRefits, RefitsDone, resample};
use super::bootstrap::{Drawn, FittedWorld};
use super::fit::Fit;
use super::parameter::Parameter;
use super::variance::{Dispersion, StandardDeviation};
use crate::error::{ErrorKind, Result};
use crate::estimate::{Objective, Options, Order};
use crate::family::Family;
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use ndarray::Array2;
use nested::{More, more};
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use std::ops::ControlFlow;

/// A likelihood-ratio test of a smaller model within a larger one.
#[derive(Debug, Clone, PartialEq)]
pub struct LikelihoodRatio {
    /// 2(L_larger − L_smaller).
    pub statistic: f64,
    /// Coefficients that only the larger model has.
    pub free: Vec<Parameter>,
    /// Standard deviations that only the larger model has, and θ where only it has one: at the edge under the smaller.
    pub at_edge: Vec<Parameter>,
    /// The distribution of the statistic under the smaller model, in large tables.
    pub reference: ChiBarSquared,
    /// P(reference >= statistic).
    pub p_value: f64,
    /// Parameters of *both* models that are at the edge in the smaller fit. There the reference is not the right one any
    /// more; the bootstrapped test is. Mostly none.
    pub edge_of_both: Vec<Parameter>,
}

/// The same with the statistic's distribution drawn instead of derived.
#[derive(Debug, Clone, PartialEq)]
pub struct BootstrappedRatio {
    /// 2(L_larger − L_smaller) of the table at hand.
    pub statistic: f64,
    /// The same of tables drawn from the smaller model, in the order of the draws.
    pub simulated: Vec<f64>,
    /// Drawn tables to which one of the models could not be fitted.
    pub failed: FailedRefits,
}

impl BootstrappedRatio {
    /// (1 + number of drawn statistics that are not smaller) / (1 + number drawn): a level that holds exactly where the
    /// parameters of the smaller model were known (Davison & Hinkley 1997, 4.2).
    pub fn p_value(&self) -> f64 {
        let beyond = self.simulated.iter().filter(|t| **t >= self.statistic).count();
        (1 + beyond) as f64 / (1 + self.simulated.len()) as f64
    }
}

/// The larger of two maxima may lie this much below the smaller through rounding.
const ROUNDING: f64 = 1e-6;

impl Fit {
    /// Likelihood-ratio test of this fit, of the smaller model, within a larger one.
    ///
    /// Both to the same rows, counts and exposures; the larger model has all terms and levels of the smaller and may be
    /// the negative binomial to its Poisson. Parameters at the edge bring a mixture; with two or three of them its
    /// weights come from the observed information of the larger model at the smaller fit (uncorrelated where that is not
    /// positive definite). Fails where the models do not nest, with all reasons; where a fit is not of its problem; on
    /// more than three parameters at the edge.
    pub fn likelihood_ratio(
        &self,
        problem: &Problem,
        larger: &Fit,
        of_larger: &Problem,
        options: &Options,
    ) -> Result<LikelihoodRatio> {
        let More { free, at_edge } = self.checked(problem, larger, of_larger)?;
        let statistic = statistic(self, larger)?;
        let reference = match at_edge.len() {
            0 => ChiBarSquared::plain(free.len()),
            b => {
                let correlation = correlation_at_edge(self, of_larger, &at_edge, options)?;
                let correlation = correlation.unwrap_or_else(|| Array2::eye(b));
                ChiBarSquared::of(free.len(), &correlation).ok_or_else(|| {
                    let message = format!("{b} parameters are at the edge: ask for the bootstrapped test");
                    ErrorKind::Specification { message }
                })?
            }
        };
        let p_value = reference.tail(statistic);
        Ok(LikelihoodRatio { statistic, free, at_edge, p_value, reference, edge_of_both: at_edge_of(self) })
    }

    /// The same with the distribution of the statistic from tables drawn from the smaller fit, both models fitted to each.
    ///
    /// Right also in small tables and where parameters of both models are at the edge. Counts are published as
    /// [`Bootstrap`] says. Fails as [`Fit::likelihood_ratio`] and [`Fit::bootstrap_of`] do, and where no refit ends.
    pub fn likelihood_ratio_bootstrapped(
        &self,
        problem: &Problem,
        larger: &Fit,
        of_larger: &Problem,
        wanted: &Bootstrap<'_>,
        rng: &mut (impl Rng + ?Sized),
        progress: impl FnMut(RefitsDone) -> ControlFlow<()>,
    ) -> Result<BootstrappedRatio> {
        self.checked(problem, larger, of_larger)?;
        self.refuse_unless_laplace("the refits of a bootstrap")?;
        let observed = statistic(self, larger)?;
        let world = FittedWorld::new(self, problem, wanted)?;
        wanted.check(problem)?;
        let options = wanted.options();
        let both = |rng: &mut ChaCha12Rng| {
            let Drawn { counts, start } = world.draw(wanted.publication(), rng)?;
            let small = problem.with_published(counts.clone())?;
            let small = small.fit_starting(start, options, &mut |_| ControlFlow::Continue(()))?;
            let large = of_larger.with_published(counts)?.fit(options)?;
            Ok((2.0 * (large.log_likelihood() - small.log_likelihood())).max(0.0))
        };
        let drawn = resample(wanted, rng, progress, both)?;
        drawn.refuse_fewer_than(1)?;
        Ok(BootstrappedRatio { statistic: observed, simulated: drawn.values, failed: drawn.failed })
    }

    fn checked(&self, problem: &Problem, larger: &Fit, of_larger: &Problem) -> Result<More> {
        self.refuse_other(problem)?;
        larger.refuse_other(of_larger)?;
        self.refuse_other_approximation(larger)?;
        more(problem, of_larger)
    }
}

fn statistic(smaller: &Fit, larger: &Fit) -> Result<f64> {
    let gain = 2.0 * (larger.log_likelihood() - smaller.log_likelihood());
    if gain < -ROUNDING * (1.0 + 1e-6 * smaller.log_likelihood().abs()) {
        let message = format!(
            "the larger model's log-likelihood is {} below the smaller's: its fit is not at its highest maximum",
            -0.5 * gain
        );
        return Err(ErrorKind::Specification { message }.into());
    }
    Ok(gain.max(0.0))
}

/// Parameters of a fit that are at the edge of their space.
fn at_edge_of(fit: &Fit) -> Vec<Parameter> {
    let zero = |sd: StandardDeviation| matches!(sd, StandardDeviation::Zero { .. });
    let sds = fit.levels().iter().filter(|level| zero(level.sd));
    let theta = matches!(fit.dispersion(), Dispersion::PoissonLimit { .. }).then_some(Parameter::Theta);
    sds.map(|level| Parameter::Sd(level.level.clone())).chain(theta).collect()
}

/// Correlation of the estimates of variances (and of 1/θ) at the edge, all other parameters estimated with them, from the
/// observed information of the larger model at the smaller fit. `None` where that is not positive definite.
fn correlation_at_edge(
    smaller: &Fit,
    larger: &Problem,
    at_edge: &[Parameter],
    options: &Options,
) -> Result<Option<Array2<f64>>> {
    let mut objective = Objective::new(larger, options);
    let estimate = |term: &String| smaller.coefficient(term).map_or(0.0, |known| known.estimate);
    let coefficients: Vec<f64> = larger.terms().iter().map(estimate).collect();
    let sd = |level: &&str| smaller.levels().iter().find(|known| known.level == *level);
    let sds: Vec<_> = larger.levels().iter().map(|level| sd(level).map(|known| known.sd)).collect();
    let variances = sds.iter().map(|sd| sd.map_or(0.0, StandardDeviation::variance)).collect();
    let tests_theta = at_edge.contains(&Parameter::Theta);
    let (family, theta) = match (tests_theta, smaller.dispersion().theta()) {
        // at 1/θ = 0 itself the negative binomial has no φ: a θ so large that nothing but its slope is left
        (true, _) => (Family::NegBin2, objective.question()),
        (false, Some(theta)) => (Family::NegBin2, theta),
        (false, None) => (Family::Poisson, 1.0),
    };
    let point = larger.point(&coefficients, variances, theta.ln());
    let mut effects = vec![0.0; larger.nodes.n_nodes()];
    let all = objective.evaluate(family, &point, &mut effects, Order::Hessian);
    if !all.is_finite() {
        return Ok(None);
    }
    let (p, n_variances) = (larger.n_terms(), larger.n_variances());
    // a variance of both models that is 0 stays there
    let stays = |i: &usize| {
        let level = i.wrapping_sub(p);
        *i < p || level >= n_variances || !matches!(sds[level], Some(StandardDeviation::Zero { .. }))
    };
    let kept: Vec<usize> = (0..all.gradient.len()).filter(stays).collect();
    let phi = p + n_variances;
    // from φ to 1/θ: ∂/∂α = −θ ∂/∂φ
    let factor = |i: usize| if i == phi && tests_theta { -theta } else { 1.0 };
    let information = Array2::from_shape_fn((kept.len(), kept.len()), |(a, b)| {
        let (i, j) = (kept[a], kept[b]);
        let bent = if i == j && i == phi && tests_theta { all.gradient[phi] } else { 0.0 };
        -(all.hessian[[i, j]] + bent) * factor(i) * factor(j)
    });
    let Some(factor) = Cholesky::new(&information.view()) else { return Ok(None) };
    let covariance = factor.inverse();
    let position = |parameter: &Parameter| -> Option<usize> {
        let i = match parameter {
            Parameter::Sd(level) => p + larger.levels().iter().position(|known| known == level)?,
            _ => phi,
        };
        kept.iter().position(|k| *k == i)
    };
    let places: Option<Vec<usize>> = at_edge.iter().map(position).collect();
    Ok(places.map(|places| {
        Array2::from_shape_fn((places.len(), places.len()), |(a, b)| {
            let (i, j) = (places[a], places[b]);
            covariance[[i, j]] / (covariance[[i, i]] * covariance[[j, j]]).sqrt()
        })
    }))
}
