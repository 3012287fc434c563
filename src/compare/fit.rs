//! The fitted Gaussian model.

use super::maximise::{LevelMaximum, Maximum};
use super::model::Criterion;
use super::nodes::Nodes;
use crate::area::AreaTree;
use crate::infer::{Confidence, Interval};
use crate::model::Standard;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A Gaussian multilevel model at its maximum, with what is needed to expect the rows of its design.
#[derive(Debug, Clone)]
pub struct LinearFit {
    criterion: Criterion,
    log_likelihood: f64,
    evaluations: usize,
    coefficients: Vec<LinearCoefficient>,
    levels: Vec<LinearLevel>,
    residual: LinearSd,
    pub(super) inside: Inside,
}

/// A coefficient: a step of 1 in the determinant adds `estimate` to the response.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearCoefficient {
    /// Name of the design column.
    pub term: String,
    /// Estimate, units of the response per unit of the determinant.
    pub estimate: f64,
    /// Standard error σ √((X'V⁻¹X)⁻¹), the variances as they were estimated.
    pub std_error: f64,
}

/// A level with the standard deviation of its random intercepts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LinearLevel {
    /// Name of the level.
    pub level: String,
    /// Areas of the level among the rows with a response.
    pub n_areas: usize,
    /// Standard deviation of the intercepts.
    pub sd: LinearSd,
}

/// A standard deviation in units of the response, at its maximum: inside, or exactly 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum LinearSd {
    /// Above 0.
    Positive {
        /// The estimate.
        estimate: f64,
        /// Its standard error by the observed information; that of log sd is `std_error / estimate`.
        std_error: f64,
    },
    /// Exactly 0: the log-likelihood falls when the variance leaves 0.
    Zero {
        /// Slope of the log-likelihood in variance / σ² there, not above 0.
        score: f64,
    },
}

impl LinearSd {
    /// The standard deviation, 0 included.
    pub fn estimate(self) -> f64 {
        match self {
            LinearSd::Positive { estimate, .. } => estimate,
            LinearSd::Zero { .. } => 0.0,
        }
    }
}

impl LinearCoefficient {
    /// Wald interval `estimate ± q · std_error`.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        confidence.around(self.estimate, self.std_error)
    }
}

/// What the results are computed from, in standard units.
#[derive(Debug, Clone)]
pub(super) struct Inside {
    pub(super) tree: AreaTree,
    pub(super) rows: Vec<usize>,
    pub(super) fitted: Vec<usize>,
    /// Determinants of all rows of the design.
    pub(super) x: Array2<f64>,
    pub(super) beta: Array1<f64>,
    /// Covariance of β.
    pub(super) covariance: Array2<f64>,
    pub(super) centre: f64,
    pub(super) nodes: Nodes,
    pub(super) swept: super::sweep::Swept,
    pub(super) sigma2: f64,
}

/// All that a fit is made of.
pub(super) struct Parts {
    pub(super) criterion: Criterion,
    pub(super) tree: AreaTree,
    pub(super) terms: Vec<String>,
    pub(super) rows: Vec<usize>,
    pub(super) fitted: Vec<usize>,
    pub(super) x: Array2<f64>,
    pub(super) standard: Standard,
    pub(super) centre: f64,
    pub(super) nodes: Nodes,
    pub(super) weights: Vec<f64>,
    pub(super) maximum: Maximum,
}

impl LinearFit {
    pub(super) fn of(parts: Parts) -> Self {
        let Maximum { profile, sds, log_sigma_error, evaluations } = parts.maximum;
        let sigma2 = profile.sigma2();
        let sigma = sigma2.sqrt();
        let covariance = profile.information.inverse() * sigma2;
        let back = parts.standard.back();
        let in_units = back.dot(&covariance).dot(&back.t());
        let mut estimates = back.dot(&profile.beta);
        estimates[0] += parts.centre;
        let coefficients = parts
            .terms
            .into_iter()
            .zip(estimates)
            .zip(in_units.diag())
            .map(|((term, estimate), variance)| LinearCoefficient {
                term,
                estimate,
                std_error: variance.sqrt(),
            })
            .collect();
        let areas = parts.nodes.areas_with_rows(&parts.weights);
        let names = parts.nodes.levels.iter().map(|&level| parts.tree.levels()[level].clone());
        let levels = names
            .zip(areas)
            .zip(sds)
            .map(|((level, n_areas), sd)| LinearLevel { level, n_areas, sd: sd.times(sigma) })
            .collect();
        // REML's determinant of X'V⁻¹X is that of the caller's units.
        let units = match parts.criterion {
            Criterion::Restricted => back.diag().iter().map(|x| x.ln()).sum::<f64>(),
            Criterion::MaximumLikelihood => 0.0,
        };
        LinearFit {
            criterion: parts.criterion,
            log_likelihood: profile.log_likelihood() + units,
            evaluations,
            coefficients,
            levels,
            residual: LinearSd::Positive { estimate: sigma, std_error: sigma * log_sigma_error },
            inside: Inside {
                tree: parts.tree,
                rows: parts.rows,
                fitted: parts.fitted,
                x: parts.x,
                beta: profile.beta,
                covariance,
                centre: parts.centre,
                nodes: parts.nodes,
                swept: profile.swept,
                sigma2,
            },
        }
    }

    /// The coefficients, the intercept first, in the design's order.
    pub fn coefficients(&self) -> &[LinearCoefficient] {
        &self.coefficients
    }

    /// The levels with a random intercept, coarsest first.
    pub fn levels(&self) -> &[LinearLevel] {
        &self.levels
    }

    /// σ: the standard deviation of a residual of weight 1.
    pub fn residual(&self) -> LinearSd {
        self.residual
    }

    /// The maximised log-likelihood with all constants, restricted where that was the criterion.
    ///
    /// The restricted one depends on the units of the determinants and compares models with the same ones only.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// What was maximised.
    pub fn criterion(&self) -> Criterion {
        self.criterion
    }

    /// Rows with a response.
    pub fn n_rows(&self) -> usize {
        self.inside.fitted.len()
    }

    /// Rows of the caller's table that had a response, ascending as in the design.
    pub fn fitted_rows(&self) -> &[usize] {
        &self.inside.fitted
    }

    /// Evaluations of the log-likelihood.
    pub fn evaluations(&self) -> usize {
        self.evaluations
    }
}

impl LevelMaximum {
    fn times(self, sigma: f64) -> LinearSd {
        match self {
            LevelMaximum::Inside { ratio, log_error } => {
                LinearSd::Positive { estimate: ratio * sigma, std_error: ratio * sigma * log_error }
            }
            LevelMaximum::Zero { score } => LinearSd::Zero { score },
        }
    }
}

impl fmt::Display for LinearFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let by = match self.criterion {
            Criterion::MaximumLikelihood => "maximum likelihood",
            Criterion::Restricted => "restricted maximum likelihood",
        };
        writeln!(
            f,
            "Gaussian multilevel model by {by}: {} rows, logLik {:.3}",
            self.n_rows(),
            self.log_likelihood
        )?;
        for LinearLevel { level, n_areas, sd } in &self.levels {
            writeln!(f, "  sd {level:<16} {:>9.4}   ({n_areas} areas)", sd.estimate())?;
        }
        writeln!(f, "  sd {:<16} {:>9.4}", "residual", self.residual.estimate())?;
        for LinearCoefficient { term, estimate, std_error } in &self.coefficients {
            writeln!(f, "  {term:<19} {estimate:>9.4}   ({std_error:.4})")?;
        }
        Ok(())
    }
}
