//! Parameters on their own scale, and as the unbounded vector that the climb moves in.

use super::problem::PanelProblem;
use crate::family::Family;
use ndarray::Array1;
use serde::{Deserialize, Serialize};

/// A point in parameter space; β in standard units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Point {
    pub beta: Vec<f64>,
    /// Standard deviations; either sign is the same point, so that 0 is no edge.
    pub scales: Vec<f64>,
    /// Correlation over one step; without meaning where nothing is autoregressive.
    pub rho: f64,
    /// log θ; without meaning for a Poisson.
    pub phi: f64,
}

/// From an unbounded number to a correlation and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Correlate {
    /// tanh: −1 to 1.
    Signed,
    /// The logistic function: 0 to 1.
    Positive,
}

impl Correlate {
    pub(super) fn rho(self, kappa: f64) -> f64 {
        match self {
            Correlate::Signed => kappa.tanh(),
            Correlate::Positive => 1.0 / (1.0 + (-kappa).exp()),
        }
    }

    pub(super) fn kappa(self, rho: f64) -> f64 {
        match self {
            Correlate::Signed => rho.atanh(),
            Correlate::Positive => (rho / (1.0 - rho)).ln(),
        }
    }

    /// ∂ρ/∂κ at ρ.
    pub(super) fn slope(self, rho: f64) -> f64 {
        match self {
            Correlate::Signed => 1.0 - rho * rho,
            Correlate::Positive => rho * (1.0 - rho),
        }
    }

    /// The end of the range on the side of κ.
    pub(super) fn limit(self, kappa: f64) -> f64 {
        match self {
            _ if kappa > 0.0 => 1.0,
            Correlate::Signed => -1.0,
            Correlate::Positive => 0.0,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Correlate::Signed => "atanh rho",
            Correlate::Positive => "logit rho",
        }
    }
}

/// What a number of the vector is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Part {
    Coefficient(usize),
    Scale(usize),
    Correlation,
    LogTheta,
}

/// The parts of the vector: β where it is not among the effects, standard deviations, κ where something is autoregressive,
/// φ for NB2.
pub(super) fn parts(problem: &PanelProblem, family: Family) -> Vec<Part> {
    let n_terms = if problem.layout.coefficients().is_some() { 0 } else { problem.base.n_terms() };
    let coefficients = (0..n_terms).map(Part::Coefficient);
    let scales = (0..problem.layout.n_scales()).map(Part::Scale);
    let correlation = problem.correlate().map(|_| Part::Correlation);
    let theta = (family == Family::NegBin2).then_some(Part::LogTheta);
    coefficients.chain(scales).chain(correlation).chain(theta).collect()
}

impl Point {
    /// The point with one number of the vector moved.
    pub(super) fn shift(&mut self, part: Part, by: f64, correlate: Option<Correlate>) {
        match part {
            Part::Coefficient(j) => self.beta[j] += by,
            Part::Scale(k) => self.scales[k] += by,
            Part::Correlation => {
                if let Some(map) = correlate {
                    self.rho = map.rho(map.kappa(self.rho) + by);
                }
            }
            Part::LogTheta => self.phi += by,
        }
    }
}

/// A log-likelihood with its gradient over the parts.
#[derive(Debug, Clone)]
pub(super) struct Evaluated {
    pub value: f64,
    pub gradient: Array1<f64>,
    /// Size of the terms whose difference the value is.
    pub magnitude: f64,
}

impl Evaluated {
    pub(super) fn is_finite(&self) -> bool {
        self.value.is_finite() && self.gradient.iter().all(|g| g.is_finite())
    }
}
