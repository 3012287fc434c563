//! What a test looks at.

use super::conditional::Conditional;
use crate::error::Result;
use crate::family::{CountFamily, NegBin2, Poisson, Scatter};
use crate::infer::Fit;
use crate::model::Problem;
use rand::Rng;

/// A number that shows one kind of misfit; large and small alike speak against the model, but for uniformity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Statistic {
    /// Pearson's mean of (y − μ̂)²/V(μ̂) over the rows, μ̂ given the areas at their modes, V(μ) = μ + μ²/θ̂: do counts scatter
    /// about their areas as the family says?
    Dispersion,
    /// Rows with count 0 less the number expected of them, Σ P(0; μ̂, θ̂).
    ExcessZeros,
    /// Kolmogorov's distance of the residuals under this [`Conditional`] from uniform; large alone speaks against the model.
    Uniformity(Conditional),
}

impl Statistic {
    /// Whether small values speak against the model too.
    pub(super) fn is_two_sided(self) -> bool {
        !matches!(self, Statistic::Uniformity(_))
    }

    /// Its value for a table without withheld counts and its own fit.
    pub(super) fn of(self, fit: &Fit, problem: &Problem, rng: &mut (impl Rng + ?Sized)) -> Result<f64> {
        if let Statistic::Uniformity(conditional) = self {
            return Ok(fit.residuals(problem, conditional, rng)?.uniformity().distance);
        }
        let at = fit.at_estimate(problem)?;
        let (_, effects) = problem.position_of(fit)?;
        let means = problem.means_at(&at.point.beta, &effects);
        let (n, alpha) = (problem.n_rows() as f64, at.scatter.alpha());
        let rows = problem.y.iter().zip(means);
        Ok(match self {
            Statistic::Dispersion => {
                rows.map(|(y, mu)| (y - mu).powi(2) / (mu + mu * mu * alpha)).sum::<f64>() / n
            }
            _ => rows.map(|(y, mu)| f64::from(*y == 0.0) - zero(at.scatter, mu)).sum(),
        })
    }
}

/// P(0) at a mean.
fn zero(scatter: Scatter, mu: f64) -> f64 {
    match scatter {
        Scatter::Poisson => Poisson.log_density_part(0.0, Poisson.log_term(mu)).exp(),
        Scatter::NegBin2 { theta } => {
            let family = NegBin2::new(theta);
            family.log_density_part(0.0, family.log_term(mu)).exp()
        }
    }
}
