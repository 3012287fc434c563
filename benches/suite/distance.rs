//! How far two answers lie apart.

use nestcount::estimate::Parameters;
use nestcount::estimator::Estimated;
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::simulate::Scatter;

/// A parameter with its standard error, on the scale where it is nearly normal: sd's and θ by their logarithms.
pub(crate) struct Position {
    pub(crate) name: String,
    /// In its own units: coefficient, sd, log θ.
    pub(crate) estimate: f64,
    /// Logarithm of an sd above 0; otherwise the estimate.
    pub(crate) on_scale: f64,
    /// On that scale; absent for an sd of 0.
    pub(crate) std_error: Option<f64>,
}

/// All parameters of an answer; an infinite θ is left out.
pub(crate) fn positions(answer: &dyn Estimated) -> Vec<Position> {
    let coefficients = answer.coefficients().iter().map(|c| Position {
        name: c.term.clone(),
        estimate: c.estimate,
        on_scale: c.estimate,
        std_error: Some(c.std_error),
    });
    let levels = answer.levels().iter().map(|level| {
        let name = format!("sd({})", level.level);
        match level.sd {
            StandardDeviation::Positive { estimate, std_error } => {
                Position { name, estimate, on_scale: estimate.ln(), std_error: Some(std_error / estimate) }
            }
            StandardDeviation::Zero { .. } => {
                Position { name, estimate: 0.0, on_scale: 0.0, std_error: None }
            }
        }
    });
    let theta = match answer.dispersion() {
        Dispersion::NegBin2 { theta, std_error } => Some(Position {
            name: "log theta".into(),
            estimate: theta.ln(),
            on_scale: theta.ln(),
            std_error: Some(std_error / theta),
        }),
        Dispersion::Poisson | Dispersion::PoissonLimit { .. } => None,
    };
    coefficients.chain(levels).chain(theta).collect()
}

/// Largest distance of a parameter from the reference, in the standard errors that it has there: coefficients, sd's, log θ.
///
/// An sd that is 0 in the reference and a θ that is infinite on either side are left out.
pub(crate) fn in_std_errors(at: &Parameters, reference: &dyn Estimated) -> f64 {
    let coefficients = at.coefficients.iter().zip(reference.coefficients());
    let coefficients = coefficients.map(|(found, c)| (found - c.estimate) / c.std_error);
    let sds = at.variances.iter().zip(reference.levels()).filter_map(|(found, level)| match level.sd {
        StandardDeviation::Positive { estimate, std_error } => Some((found.sqrt() - estimate) / std_error),
        StandardDeviation::Zero { .. } => None,
    });
    let theta = match (at.scatter, reference.dispersion()) {
        (Scatter::NegBin2 { theta: found }, Dispersion::NegBin2 { theta, std_error }) => {
            Some((found / theta).ln() * theta / std_error)
        }
        _ => None,
    };
    coefficients.chain(sds).chain(theta).map(f64::abs).fold(0.0, f64::max)
}

/// Whether one of the two has an sd of 0 (or an infinite θ) where the other has not.
pub(crate) fn another_boundary(one: &Parameters, other: &Parameters) -> bool {
    let finite = |scatter| matches!(scatter, Scatter::NegBin2 { .. });
    let mut sds = one.variances.iter().zip(&other.variances);
    sds.any(|(one, other)| (*one == 0.0) != (*other == 0.0)) || finite(one.scatter) != finite(other.scatter)
}
