//! What is held likely before the data.

use crate::error::{ErrorKind, Result};
use crate::family::Family;
use crate::model::Problem;
use serde::{Deserialize, Serialize};

/// The prior of a standard deviation σ of random intercepts, log-rate scale; proper, and with its mode at 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum SdPrior {
    /// p(σ) = √(2/π)/s · exp(−σ²/(2s²)).
    HalfNormal {
        /// s, log-rate scale: 95 % of the prior lies below 2s.
        scale: f64,
    },
    /// Penalised complexity: p(σ) = λ exp(−λσ) with P(σ > u) = α, so λ = −log(α)/u.
    ///
    /// Source: Simpson, Rue, Riebler, Martins & Sørbye 2017, Statistical Science 32:1.
    PenalisedComplexity {
        /// u, log-rate scale: a standard deviation that would be large.
        large: f64,
        /// α, the probability of one above it.
        probability: f64,
    },
}

/// The prior of a coefficient, log rate per unit of the caller's determinant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum CoefficientPrior {
    /// p(β) ∝ 1: improper, so that there is no evidence for the model as a whole.
    Flat,
    /// Normal.
    Normal {
        /// Its mean.
        location: f64,
        /// Its standard deviation.
        scale: f64,
    },
}

/// A normal prior of log θ, the dispersion of the negative binomial.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LogThetaPrior {
    /// Mean of log θ.
    pub location: f64,
    /// Standard deviation of log θ.
    pub scale: f64,
}

/// The priors of all parameters, independent of each other.
///
/// By default coefficients are flat, standard deviations half-normal with scale 1 (rates of two areas that differ by a
/// factor of e are common, by e⁴ rare) and log θ normal around 2 with standard deviation 2 (θ from 0.1 to 400).
///
/// ```
/// use nestcount::estimator::{CoefficientPrior, Priors, SdPrior};
/// let priors = Priors::default()
///     .sd(SdPrior::PenalisedComplexity { large: 0.5, probability: 0.05 })
///     .sd_of("gemeente", SdPrior::HalfNormal { scale: 0.3 })
///     .coefficients(CoefficientPrior::Normal { location: 0.0, scale: 1.0 });
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Priors {
    sd: SdPrior,
    sds_of: Vec<(String, SdPrior)>,
    coefficients: CoefficientPrior,
    coefficients_of: Vec<(String, CoefficientPrior)>,
    log_theta: LogThetaPrior,
}

impl Default for Priors {
    fn default() -> Self {
        Priors {
            sd: SdPrior::HalfNormal { scale: 1.0 },
            sds_of: Vec::new(),
            coefficients: CoefficientPrior::Flat,
            coefficients_of: Vec::new(),
            log_theta: LogThetaPrior { location: 2.0, scale: 2.0 },
        }
    }
}

impl Priors {
    /// The prior of the standard deviations of all levels that have none of their own.
    pub fn sd(self, prior: SdPrior) -> Self {
        Priors { sd: prior, ..self }
    }

    /// The prior of the standard deviation of one level; the rows' own level is called `row`.
    pub fn sd_of(mut self, level: impl Into<String>, prior: SdPrior) -> Self {
        self.sds_of.push((level.into(), prior));
        self
    }

    /// The prior of the coefficients of all terms that have none of their own, but not of the intercept: where it lies
    /// depends on where the determinants have their 0, so it stays flat unless it is named.
    pub fn coefficients(self, prior: CoefficientPrior) -> Self {
        Priors { coefficients: prior, ..self }
    }

    /// The prior of the coefficient of one term; the intercept is called `(Intercept)`.
    pub fn coefficient_of(mut self, term: impl Into<String>, prior: CoefficientPrior) -> Self {
        self.coefficients_of.push((term.into(), prior));
        self
    }

    /// The prior of log θ; without meaning for the Poisson.
    pub fn log_theta(self, prior: LogThetaPrior) -> Self {
        Priors { log_theta: prior, ..self }
    }

    /// Whether all priors of the problem's parameters are proper: only then does the evidence mean anything.
    pub fn are_proper(&self, problem: &Problem) -> bool {
        (0..problem.n_terms()).all(|term| self.of_coefficient(problem, term) != CoefficientPrior::Flat)
    }

    /// Fails on scales and probabilities that are none, and on levels and terms that the problem does not have; says
    /// all at once.
    pub fn check(&self, problem: &Problem) -> Result<()> {
        let mut wrong = Vec::new();
        let (levels, terms) = (problem.levels(), problem.terms());
        wrong.extend(self.sd.fault().map(|why| format!("the prior of the standard deviations {why}")));
        for (level, prior) in &self.sds_of {
            wrong.extend(prior.fault().map(|why| format!("the prior of sd({level}) {why}")));
            if !levels.contains(&level.as_str()) {
                wrong.push(format!("there is a prior of sd({level}), but the levels are {}", list(&levels)));
            }
        }
        wrong.extend(self.coefficients.fault().map(|why| format!("the prior of the coefficients {why}")));
        for (term, prior) in &self.coefficients_of {
            wrong.extend(prior.fault().map(|why| format!("the prior of '{term}' {why}")));
            if !terms.contains(term) {
                wrong.push(format!("there is a prior of '{term}', but the terms are {}", list(terms)));
            }
        }
        if problem.family() == Family::NegBin2 {
            let LogThetaPrior { location, scale } = self.log_theta;
            let fault = CoefficientPrior::Normal { location, scale }.fault();
            wrong.extend(fault.map(|why| format!("the prior of log theta {why}")));
        }
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(ErrorKind::Specification { message: wrong.join("; ") }.into()),
        }
    }

    /// The prior that holds for a level.
    pub(super) fn of_level(&self, level: &str) -> SdPrior {
        self.sds_of.iter().rfind(|(name, _)| name == level).map_or(self.sd, |(_, prior)| *prior)
    }

    /// The prior that holds for a term, by its position; the intercept is the first.
    pub(super) fn of_coefficient(&self, problem: &Problem, term: usize) -> CoefficientPrior {
        let named = self.coefficients_of.iter().rfind(|(name, _)| problem.terms().get(term) == Some(name));
        match named {
            Some((_, prior)) => *prior,
            None if term == 0 => CoefficientPrior::Flat,
            None => self.coefficients,
        }
    }

    pub(super) fn of_log_theta(&self) -> LogThetaPrior {
        self.log_theta
    }
}

impl SdPrior {
    fn fault(self) -> Option<String> {
        match self {
            SdPrior::HalfNormal { scale } => not_above_zero("scale", scale),
            SdPrior::PenalisedComplexity { probability, .. } if !(probability > 0.0 && probability < 1.0) => {
                Some(format!("needs a probability between 0 and 1, got {probability}"))
            }
            SdPrior::PenalisedComplexity { large, .. } => not_above_zero("large sd", large),
        }
    }
}

impl CoefficientPrior {
    fn fault(self) -> Option<String> {
        match self {
            CoefficientPrior::Flat => None,
            CoefficientPrior::Normal { location, .. } if !location.is_finite() => {
                Some(format!("needs a finite location, got {location}"))
            }
            CoefficientPrior::Normal { scale, .. } => not_above_zero("scale", scale),
        }
    }
}

fn not_above_zero(what: &str, value: f64) -> Option<String> {
    (!(value > 0.0 && value.is_finite())).then(|| format!("needs a {what} above 0, got {value}"))
}

fn list<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ")
}
