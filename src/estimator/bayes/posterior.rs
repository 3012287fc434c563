//! The posterior: parameters with their weights, area effects, and how far to trust them.

use super::Bayes;
use super::marginal::Marginal;
use super::priors::Priors;
use super::sampler::{Reliability, Sampler};
use crate::error::{ErrorKind, Result};
use crate::estimate::Options;
use crate::estimator::Estimated;
use crate::family::Family;
use crate::infer::{
    AreaEffect, Coefficient, Confidence, Dispersion, Interval, LevelVariance, Parameter, StandardDeviation,
    effects_of,
};
use crate::model::Problem;
use crate::numeric::weights::quantile;
use ndarray::{Array1, Array2};

/// The posterior of a problem's parameters and area effects under stated priors.
///
/// Means stand where other estimators give estimates, standard deviations where they give standard errors.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    pub(super) fingerprint: u64,
    pub(super) priors: Priors,
    /// What weighed the draws, and how its modes were found.
    pub(super) marginal: Marginal,
    pub(super) options: Options,
    pub(super) sampler: Sampler,
    pub(super) evidence: Option<LogEvidence>,
    pub(super) threads: usize,
    /// Draws of ψ, one a row, in the units of the passes, with their weights; the mode of ψ and the effects' modes
    /// there.
    pub(super) psi: Array2<f64>,
    pub(super) weights: Vec<f64>,
    pub(super) centre: Vec<f64>,
    pub(super) modes: Vec<f64>,
    /// What the draws are of, and their values in the caller's units, one column a parameter.
    pub(super) parameters: Vec<Parameter>,
    pub(super) values: Array2<f64>,
    coefficients: Vec<Coefficient>,
    levels: Vec<LevelVariance>,
    dispersion: Dispersion,
    pub(super) effects: Vec<Vec<AreaEffect>>,
}

/// Mean and standard deviation of one parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterSummary {
    /// The parameter: coefficients in the caller's units, standard deviations on the log-rate scale, θ.
    pub parameter: Parameter,
    /// Posterior mean.
    pub mean: f64,
    /// Posterior standard deviation.
    pub sd: f64,
}

/// log p(y): the log of the likelihood averaged over the priors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogEvidence {
    /// The estimate, all constants in.
    pub estimate: f64,
    /// Its Monte Carlo standard error.
    pub std_error: f64,
}

/// What the sampler hands over.
#[derive(Debug, Clone)]
pub(super) struct Drawn {
    pub psi: Array2<f64>,
    pub weights: Vec<f64>,
    pub centre: Vec<f64>,
    pub modes: Vec<f64>,
    pub sampler: Sampler,
    pub evidence: Option<LogEvidence>,
}

impl Posterior {
    /// Without the area effects.
    pub(super) fn new(problem: &Problem, asked: &Bayes, drawn: Drawn) -> Self {
        let Drawn { psi, weights, centre, modes, sampler, evidence } = drawn;
        let values = in_caller_units(problem, &psi);
        let moments = |at: usize| {
            let column = values.column(at);
            let mean: f64 = weights.iter().zip(&column).map(|(w, x)| w * x).sum();
            let variance: f64 = weights.iter().zip(&column).map(|(w, x)| w * (x - mean).powi(2)).sum();
            (mean, variance.sqrt())
        };
        let coefficients = problem.terms().iter().enumerate().map(|(at, term)| {
            let (estimate, std_error) = moments(at);
            Coefficient { term: term.clone(), estimate, std_error }
        });
        let levels = problem.levels().into_iter().enumerate().map(|(l, level)| {
            let (estimate, std_error) = moments(problem.n_terms() + l);
            let sd = StandardDeviation::Positive { estimate, std_error };
            LevelVariance { level: level.to_string(), n_areas: problem.nodes.n_areas(l), sd }
        });
        let (coefficients, levels) = (coefficients.collect(), levels.collect());
        let dispersion = match problem.family() {
            Family::Poisson => Dispersion::Poisson,
            Family::NegBin2 => {
                let (theta, std_error) = moments(values.ncols() - 1);
                Dispersion::NegBin2 { theta, std_error }
            }
        };
        Posterior {
            fingerprint: problem.fingerprint(),
            priors: asked.priors.clone(),
            marginal: asked.marginal,
            options: asked.options.clone(),
            threads: asked.threads,
            parameters: problem.parameters(),
            effects: Vec::new(),
            values,
            sampler,
            evidence,
            psi,
            weights,
            centre,
            modes,
            coefficients,
            levels,
            dispersion,
        }
    }

    /// The priors it stands on.
    pub fn priors(&self) -> &Priors {
        &self.priors
    }

    /// How the parameters were drawn, with its diagnostics.
    pub fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    /// Whether the diagnostics say that the draws are the posterior's.
    pub fn reliability(&self) -> Reliability {
        self.sampler.reliability()
    }

    /// log p(y), which compares models of the same counts; `None` where a prior is improper, and from a chain.
    pub fn log_evidence(&self) -> Option<LogEvidence> {
        self.evidence
    }

    /// Mean and standard deviation of all parameters, in the order of [`Problem::parameters`].
    pub fn summaries(&self) -> Vec<ParameterSummary> {
        let coefficients = self.coefficients.iter().map(|c| (c.estimate, c.std_error));
        let sds = self.levels.iter().map(|level| (level.sd.estimate(), level.sd.std_error().unwrap_or(0.0)));
        let theta = match self.dispersion {
            Dispersion::NegBin2 { theta, std_error } => Some((theta, std_error)),
            _ => None,
        };
        let moments = coefficients.chain(sds).chain(theta);
        let each = self.parameters.iter().zip(moments);
        each.map(|(parameter, (mean, sd))| ParameterSummary { parameter: parameter.clone(), mean, sd })
            .collect()
    }

    /// The value below which a parameter lies with probability `p`, above 0 and below 1.
    ///
    /// Fails where the model has no such parameter, and on other `p`.
    pub fn quantile(&self, parameter: &Parameter, p: f64) -> Result<f64> {
        if !(p > 0.0 && p < 1.0) {
            let message = format!("a probability lies between 0 and 1, as 0.95 does; got {p}");
            return Err(ErrorKind::Specification { message }.into());
        }
        Ok(quantile(&self.column(parameter)?, &self.weights, p))
    }

    /// The probability that a parameter lies below a value.
    ///
    /// Fails where the model has no such parameter.
    pub fn probability_below(&self, parameter: &Parameter, value: f64) -> Result<f64> {
        let column = self.column(parameter)?;
        Ok(column.iter().zip(&self.weights).filter(|(x, _)| **x < value).map(|(_, w)| w).sum())
    }

    /// The central interval of a parameter: as much of the posterior below it as above it.
    ///
    /// Fails where the model has no such parameter.
    pub fn interval(&self, parameter: &Parameter, confidence: Confidence) -> Result<Interval> {
        let tail = 0.5 * (1.0 - confidence.get());
        Ok(Interval { low: self.quantile(parameter, tail)?, high: self.quantile(parameter, 1.0 - tail)? })
    }

    fn column(&self, parameter: &Parameter) -> Result<Vec<f64>> {
        match self.parameters.iter().position(|known| known == parameter) {
            Some(at) => Ok(self.values.column(at).to_vec()),
            None => {
                let known: Vec<String> = self.parameters.iter().map(ToString::to_string).collect();
                let message =
                    format!("the model has no parameter '{parameter}'; it has {}", known.join(", "));
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Fails where the problem is not the one the posterior is of.
    pub(crate) fn refuse_other(&self, problem: &Problem) -> Result<()> {
        match self.fingerprint == problem.fingerprint() {
            true => Ok(()),
            false => {
                let message = "this problem is not the one the posterior was made from".into();
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }
}

impl Estimated for Posterior {
    fn coefficients(&self) -> &[Coefficient] {
        &self.coefficients
    }

    fn levels(&self) -> &[LevelVariance] {
        &self.levels
    }

    fn dispersion(&self) -> Dispersion {
        self.dispersion
    }

    /// The posterior mean of each effect, its standard deviation given the parameters (their variances averaged) and
    /// with theirs.
    fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        effects_of(level, &self.levels, &self.effects)
    }
}

/// Coefficients in the caller's units, standard deviations, θ.
fn in_caller_units(problem: &Problem, psi: &Array2<f64>) -> Array2<f64> {
    let p = problem.n_terms();
    let mut values = psi.mapv(f64::exp);
    for (mut out, psi) in values.rows_mut().into_iter().zip(psi.rows()) {
        let beta: Vec<f64> = psi.iter().take(p).copied().collect();
        let coefficients: Array1<f64> = problem.standard.coefficients(&beta);
        out.iter_mut().zip(coefficients).for_each(|(out, coefficient)| *out = coefficient);
    }
    values
}
