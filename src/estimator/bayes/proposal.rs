//! The multivariate t from which parameters are proposed.

use crate::numeric::dense::Cholesky;
use ndarray::Array1;
use rand::Rng;
use rand_distr::{ChiSquared, Distribution, StandardNormal};
use statrs::function::gamma::ln_gamma;
use std::f64::consts::PI;

/// Degrees of freedom: tails heavier than those of any posterior with these priors.
const DEGREES: f64 = 8.0;

/// A multivariate t around a centre, its scale matrix the inverse of a precision.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    centre: Vec<f64>,
    precision: Cholesky,
    /// log of the density at the centre.
    log_peak: f64,
}

impl Proposal {
    pub(super) fn new(centre: Vec<f64>, precision: Cholesky) -> Self {
        let d = centre.len() as f64;
        let half_log_determinant: f64 = precision.lower().diag().iter().map(|l| l.ln()).sum();
        let log_peak =
            ln_gamma(0.5 * (DEGREES + d)) - ln_gamma(0.5 * DEGREES) - 0.5 * d * (DEGREES * PI).ln()
                + half_log_determinant;
        Proposal { centre, precision, log_peak }
    }

    /// A draw with the log of its density.
    pub(super) fn draw(&self, rng: &mut (impl Rng + ?Sized)) -> (Vec<f64>, f64) {
        let normal: Array1<f64> = self.centre.iter().map(|_| StandardNormal.sample(rng)).collect();
        let square = normal.dot(&normal);
        // 8 degrees of freedom are a valid chi-squared
        let mixing = ChiSquared::new(DEGREES).map_or(1.0, |chi| DEGREES / chi.sample(rng));
        (self.at_whitened(&(normal * mixing.sqrt())), self.log_density(square * mixing))
    }

    /// The log of the density at a point.
    pub(super) fn log_density_at(&self, psi: &[f64]) -> f64 {
        let away: Array1<f64> = psi.iter().zip(&self.centre).map(|(psi, c)| psi - c).collect();
        let whitened = self.precision.lower().t().dot(&away);
        self.log_density(whitened.dot(&whitened))
    }

    #[cfg_attr(not(feature = "nuts"), allow(dead_code))] // chains alone need it
    pub(super) fn dimension(&self) -> usize {
        self.centre.len()
    }

    /// ψ = c + L⁻ᵀz with P = LL'.
    pub(super) fn at_whitened(&self, z: &Array1<f64>) -> Vec<f64> {
        let step = self.precision.solve_upper(&z.view());
        self.centre.iter().zip(&step).map(|(c, s)| c + s).collect()
    }

    /// The gradient over z of a function with this gradient over ψ.
    #[cfg_attr(not(feature = "nuts"), allow(dead_code))] // chains alone need it
    pub(super) fn gradient_whitened(&self, gradient: &Array1<f64>) -> Array1<f64> {
        self.precision.solve_lower(&gradient.view())
    }

    /// At a squared distance (ψ − c)'P(ψ − c) from the centre.
    fn log_density(&self, square: f64) -> f64 {
        self.log_peak - 0.5 * (DEGREES + self.centre.len() as f64) * (square / DEGREES).ln_1p()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::{Array2, array};
    use rand::SeedableRng;
    use rand_chacha::ChaCha12Rng;
    use statrs::distribution::{Continuous, StudentsT};

    #[test]
    fn in_one_dimension_it_is_students_t() {
        let precision = array![[4.0]];
        let proposal = Proposal::new(vec![1.5], Cholesky::new(&precision.view()).unwrap());
        let student = StudentsT::new(1.5, 0.5, DEGREES).unwrap();
        for x in [-1.0, 1.5, 3.0] {
            let square = 4.0 * (x - 1.5) * (x - 1.5f64);
            assert_relative_eq!(proposal.log_density(square), student.ln_pdf(x), max_relative = 1e-12);
        }
    }

    #[test]
    fn draws_have_the_moments_and_the_density_of_the_t() {
        let precision = array![[2.0, 0.6], [0.6, 1.0]];
        let factor = Cholesky::new(&precision.view()).unwrap();
        let proposal = Proposal::new(vec![1.0, -2.0], factor.clone());
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        let n = 100_000;
        let (mut sum, mut squares) = (Array1::<f64>::zeros(2), Array2::<f64>::zeros((2, 2)));
        for _ in 0..n {
            let (draw, density) = proposal.draw(&mut rng);
            let away = array![draw[0] - 1.0, draw[1] + 2.0];
            let square = away.dot(&precision.dot(&away));
            assert_relative_eq!(density, proposal.log_density(square), max_relative = 1e-9, epsilon = 1e-9);
            assert_relative_eq!(proposal.log_density_at(&draw), density, max_relative = 1e-9, epsilon = 1e-9);
            sum += &away;
            for i in 0..2 {
                for j in 0..2 {
                    squares[[i, j]] += away[i] * away[j];
                }
            }
        }
        let exact = factor.inverse() * (DEGREES / (DEGREES - 2.0));
        assert!((sum / n as f64).iter().all(|mean| mean.abs() < 0.02));
        assert!((squares / n as f64 - exact).iter().all(|off| off.abs() < 0.04));
    }
}
