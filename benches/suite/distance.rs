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
    /// On that scale; absent for an sd of 0 and an infinite θ.
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

/// Largest distance over the parameters that have a standard error in both, in standard errors of the reference.
pub(crate) fn in_std_errors(answer: &dyn Estimated, reference: &dyn Estimated) -> f64 {
    from_parameters(&answer.parameters(), reference)
}

/// The same for a bare point; an sd of 0 or an infinite θ on either side is left out.
pub(crate) fn from_parameters(at: &Parameters, reference: &dyn Estimated) -> f64 {
    let theta = match at.scatter {
        Scatter::NegBin2 { theta } => Some(theta.ln()),
        Scatter::Poisson => None,
    };
    let sds = at.variances.iter().map(|variance| (*variance > 0.0).then_some(0.5 * variance.ln()));
    let found = at.coefficients.iter().copied().map(Some).chain(sds).chain([theta]);
    let apart = positions(reference)
        .into_iter()
        .zip(found)
        .filter_map(|(expected, found)| Some((found? - expected.on_scale).abs() / expected.std_error?));
    apart.fold(0.0, f64::max)
}

/// Whether one of the two has an sd of 0 (or an infinite θ) where the other has not.
pub(crate) fn another_boundary(answer: &dyn Estimated, reference: &dyn Estimated) -> bool {
    let inside = |answer: &dyn Estimated| -> Vec<String> {
        let all = positions(answer).into_iter();
        all.filter(|position| position.std_error.is_some()).map(|position| position.name).collect()
    };
    inside(answer) != inside(reference)
}
