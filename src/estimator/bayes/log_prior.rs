//! The log-density of the priors in the coordinates of the sampler, with its derivatives.

use super::priors::{CoefficientPrior, Priors, SdPrior};
use crate::family::Family;
use crate::model::Problem;
use ndarray::{Array1, Array2};
use std::f64::consts::PI;

/// log p(β̃, ξ, φ) with ξ = log σ and φ = log θ.
///
/// That of the coefficients is a quadratic form, for β = Mβ̃ is linear in the standardised ones; that of ξ has the
/// Jacobian σ of the logarithm in it.
#[derive(Debug, Clone)]
pub(super) struct LogPrior {
    /// Σ over normal priors of M'M-rows/scale²: the precision of β̃.
    precision: Array2<f64>,
    /// Where the quadratic form has its slope at β̃ = 0.
    slope: Array1<f64>,
    /// What does not depend on the parameters.
    constant: f64,
    sds: Vec<SdPrior>,
    /// Mean and standard deviation of φ.
    phi: Option<(f64, f64)>,
}

impl LogPrior {
    /// Of a problem whose priors have been checked.
    pub(super) fn new(priors: &Priors, problem: &Problem) -> Self {
        let (p, back) = (problem.n_terms(), problem.standard.back());
        let (mut precision, mut slope) = (Array2::zeros((p, p)), Array1::zeros(p));
        // the density of β̃ is that of β times |det M|
        let mut constant: f64 = back.diag().iter().map(|m| m.abs().ln()).sum();
        for term in 0..p {
            let CoefficientPrior::Normal { location, scale } = priors.of_coefficient(problem, term) else {
                continue;
            };
            let row = back.row(term).mapv(|m| m / scale);
            for i in 0..p {
                slope[i] += row[i] * location / scale;
                for j in 0..p {
                    precision[[i, j]] += row[i] * row[j];
                }
            }
            constant -= 0.5 * (location / scale).powi(2) + scale.ln() + 0.5 * (2.0 * PI).ln();
        }
        let phi = (problem.family() == Family::NegBin2).then(|| {
            let prior = priors.of_log_theta();
            constant -= prior.scale.ln() + 0.5 * (2.0 * PI).ln();
            (prior.location, prior.scale)
        });
        let sds = problem.levels().into_iter().map(|level| priors.of_level(level)).collect();
        LogPrior { precision, slope, constant, sds, phi }
    }

    /// Adds gradient and Hessian at ψ = (β̃, ξ, φ) and returns the value.
    pub(super) fn add_derivatives(
        &self,
        psi: &[f64],
        gradient: &mut Array1<f64>,
        hessian: &mut Array2<f64>,
    ) -> f64 {
        let p = self.slope.len();
        self.add_gradient(psi, gradient);
        for i in 0..p {
            for j in 0..p {
                hessian[[i, j]] -= self.precision[[i, j]];
            }
        }
        for (l, prior) in self.sds.iter().enumerate() {
            hessian[[p + l, p + l]] += prior.log_density(psi[p + l]).curvature;
        }
        if let Some((_, scale)) = self.phi {
            let last = psi.len() - 1;
            hessian[[last, last]] -= 1.0 / (scale * scale);
        }
        self.value(psi)
    }

    /// Adds the gradient.
    pub(super) fn add_gradient(&self, psi: &[f64], gradient: &mut Array1<f64>) {
        let p = self.slope.len();
        for i in 0..p {
            let pull: f64 = self.precision.row(i).iter().zip(psi).map(|(q, b)| q * b).sum();
            gradient[i] += self.slope[i] - pull;
        }
        for (l, prior) in self.sds.iter().enumerate() {
            gradient[p + l] += prior.log_density(psi[p + l]).slope;
        }
        if let Some((location, scale)) = self.phi {
            let last = psi.len() - 1;
            gradient[last] -= (psi[last] - location) / (scale * scale);
        }
    }

    /// The log-density, normalised where all priors are proper.
    pub(super) fn value(&self, psi: &[f64]) -> f64 {
        let (beta, scales) = psi.split_at(self.slope.len());
        let mut value = self.constant;
        for (i, b) in beta.iter().enumerate() {
            let pull: f64 = self.precision.row(i).iter().zip(beta).map(|(q, b)| q * b).sum();
            value += b * (self.slope[i] - 0.5 * pull);
        }
        value += self.sds.iter().zip(scales).map(|(prior, xi)| prior.log_density(*xi).value).sum::<f64>();
        if let (Some((location, scale)), Some(phi)) = (self.phi, scales.last()) {
            value -= 0.5 * ((phi - location) / scale).powi(2);
        }
        value
    }
}

/// log p(ξ), ξ = log σ, with its derivatives.
#[derive(Debug, Clone, Copy)]
struct OfLogSd {
    value: f64,
    slope: f64,
    curvature: f64,
}

impl SdPrior {
    fn log_density(self, xi: f64) -> OfLogSd {
        let sd = xi.exp();
        match self {
            SdPrior::HalfNormal { scale } => {
                let ratio = (sd / scale).powi(2);
                OfLogSd {
                    value: 0.5 * (2.0 / PI).ln() - scale.ln() - 0.5 * ratio + xi,
                    slope: 1.0 - ratio,
                    curvature: -2.0 * ratio,
                }
            }
            SdPrior::PenalisedComplexity { large, probability } => {
                let rate = -probability.ln() / large;
                OfLogSd { value: rate.ln() - rate * sd + xi, slope: 1.0 - rate * sd, curvature: -rate * sd }
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::priors::LogThetaPrior;
    use super::*;
    use crate::estimate::fixture;
    use crate::model::Model;
    use approx::assert_relative_eq;

    fn priors() -> Priors {
        Priors::default()
            .sd(SdPrior::PenalisedComplexity { large: 0.7, probability: 0.02 })
            .sd_of("town", SdPrior::HalfNormal { scale: 0.4 })
            .coefficients(CoefficientPrior::Normal { location: 0.1, scale: 0.5 })
            .coefficient_of("(Intercept)", CoefficientPrior::Normal { location: -2.0, scale: 3.0 })
            .log_theta(LogThetaPrior { location: 1.0, scale: 1.5 })
    }

    /// ∫ p(ξ) dξ = 1, by the trapezium rule over all that matters.
    #[test]
    fn densities_of_log_standard_deviations_have_mass_one() {
        for prior in [
            SdPrior::HalfNormal { scale: 0.3 },
            SdPrior::PenalisedComplexity { large: 0.5, probability: 0.05 },
        ] {
            let sum: f64 = (-40_000..6_000).map(|i| prior.log_density(1e-3 * f64::from(i)).value.exp()).sum();
            assert_relative_eq!(1e-3 * sum, 1.0, max_relative = 1e-9);
        }
    }

    #[test]
    fn penalised_complexity_leaves_its_probability_above_what_is_large() {
        let prior = SdPrior::PenalisedComplexity { large: 0.5, probability: 0.05 };
        let from = (1e4 * 0.5f64.ln()).round() as i32;
        let above: f64 = (from..30_000).map(|i| prior.log_density(1e-4 * f64::from(i)).value.exp()).sum();
        assert_relative_eq!(1e-4 * above, 0.05, max_relative = 1e-3);
    }

    #[test]
    fn derivatives_are_those_of_the_value() {
        let problem = fixture::problem(Model::neg_bin2(), 96, 3);
        let prior = LogPrior::new(&priors(), &problem);
        let psi = [0.3, -0.2, 0.5, -1.3, 0.2, 1.4];
        let n = psi.len();
        let (mut gradient, mut hessian) = (Array1::zeros(n), Array2::zeros((n, n)));
        assert_eq!(prior.add_derivatives(&psi, &mut gradient, &mut hessian), prior.value(&psi));
        for i in 0..n {
            let moved = |step: f64| {
                let mut psi = psi;
                psi[i] += step;
                psi
            };
            let slope = (prior.value(&moved(1e-5)) - prior.value(&moved(-1e-5))) / 2e-5;
            assert!((slope - gradient[i]).abs() < 1e-6 * (1.0 + slope.abs()), "{i}: {slope} {}", gradient[i]);
            let slopes = |step: f64| {
                let mut gradient = Array1::zeros(n);
                prior.add_gradient(&moved(step), &mut gradient);
                gradient
            };
            let column = (slopes(1e-5) - slopes(-1e-5)) / 2e-5;
            for j in 0..n {
                assert!((column[j] - hessian[[j, i]]).abs() < 1e-6 * (1.0 + column[j].abs()), "{i} {j}");
            }
        }
    }

    /// In the caller's units, whatever the units of the passes.
    #[test]
    fn normal_priors_are_about_the_callers_coefficients() {
        let problem = fixture::problem(Model::poisson(), 96, 3);
        let prior = LogPrior::new(&priors(), &problem);
        let of = |beta: [f64; 3]| {
            let mut psi = problem.standard.in_standard_units(&beta);
            psi.extend([-1.0, -1.0]);
            prior.value(&psi)
        };
        let normal = |x: f64, location: f64, scale: f64| -0.5 * ((x - location) / scale).powi(2);
        let exact = |b: [f64; 3]| normal(b[0], -2.0, 3.0) + normal(b[1], 0.1, 0.5) + normal(b[2], 0.1, 0.5);
        let (one, two) = ([0.4, 0.03, -0.7], [-3.0, 0.9, 0.2]);
        assert_relative_eq!(of(one) - of(two), exact(one) - exact(two), max_relative = 1e-10);
    }

    #[test]
    fn what_is_wrong_with_priors_is_said_at_once() {
        let problem = fixture::problem(Model::neg_bin2(), 96, 3);
        assert!(priors().check(&problem).is_ok() && priors().are_proper(&problem));
        assert!(!Priors::default().are_proper(&problem));
        let wrong = Priors::default()
            .sd(SdPrior::HalfNormal { scale: 0.0 })
            .sd_of("province", SdPrior::PenalisedComplexity { large: 1.0, probability: 5.0 })
            .coefficient_of("y", CoefficientPrior::Normal { location: f64::NAN, scale: 1.0 })
            .log_theta(LogThetaPrior { location: 0.0, scale: -1.0 });
        let error = wrong.check(&problem).unwrap_err();
        assert_eq!(error.code(), "specification");
        let said = error.to_string();
        for part in ["standard deviations", "sd(province)", "region, town", "'y'", "log theta", "0 and 1"] {
            assert!(said.contains(part), "{part}: {said}");
        }
    }
}
