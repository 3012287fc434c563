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
    /// Pearson's mean of (y − μ̂)²/(V(μ̂)(1 − h)) over the rows, μ̂ given the areas at their modes, V(μ) = μ + μ²/θ̂: do counts
    /// scatter about their areas as the family says? About 1 where they do. h = (μ̂²/V) Var(effect | data) is the share of a
    /// row's count in its own mean: without it the statistic would fall with the number of rows an area has.
    Dispersion,
    /// Rows with count 0 less the number expected of them, Σ P(0; μ̂, θ̂).
    ExcessZeros,
    /// Kolmogorov's distance of the residuals under this [`Conditional`] from uniform; large alone speaks against the model.
    Uniformity(Conditional),
}

/// A statistic of one table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Its value.
    pub value: f64,
    /// What tables with different estimates are compared by: the value less what is expected at the table's own
    /// estimates, in standard deviations at them ((y − μ)²/V of a Poisson or NB2 count has the variance 2 + 6/θ + 1/V), less
    /// what simulated tables with the same estimates have.
    pub standardised: f64,
}

impl Statistic {
    /// Whether small values speak against the model too.
    pub(super) fn is_two_sided(self) -> bool {
        !matches!(self, Statistic::Uniformity(_))
    }

    /// Of a table without withheld counts and its own fit.
    pub(super) fn of(self, fit: &Fit, problem: &Problem, rng: &mut (impl Rng + ?Sized)) -> Result<Measured> {
        if let Statistic::Uniformity(conditional) = self {
            let value = fit.residuals(problem, conditional, rng)?.uniformity().distance;
            return Ok(Measured { value, standardised: value * (problem.n_rows() as f64).sqrt() });
        }
        let posterior = fit.posterior(problem)?;
        let scatter = posterior.at.scatter;
        let rows = problem.y.iter().zip(&posterior.nodes.rows).map(|(&y, row)| Row {
            y,
            mu: row.mean,
            of_effect: posterior.nodes.nodes[row.leaf as usize].v,
        });
        Ok(match self {
            Statistic::Dispersion => dispersion(rows, scatter.alpha()),
            _ => excess_zeros(rows, scatter),
        })
    }
}

/// A row that has all of its mean to itself, an area of its own, still says something.
const LEAST_LEFT: f64 = 0.01;

/// A count, its mean at the modes, and the variance of the effects in that mean's logarithm given the data.
struct Row {
    y: f64,
    mu: f64,
    of_effect: f64,
}

fn dispersion(rows: impl Iterator<Item = Row>, alpha: f64) -> Measured {
    let (mut n, mut sum, mut variance) = (0.0, 0.0, 0.0);
    for Row { y, mu, of_effect } in rows {
        let own = mu + mu * mu * alpha;
        let left = (1.0 - mu * mu / own * of_effect).max(LEAST_LEFT);
        n += 1.0;
        sum += (y - mu).powi(2) / (own * left);
        variance += 2.0 + 6.0 * alpha + 1.0 / own;
    }
    Measured { value: sum / n, standardised: (sum - n) / variance.sqrt() }
}

fn excess_zeros(rows: impl Iterator<Item = Row>, scatter: Scatter) -> Measured {
    let (mut value, mut variance) = (0.0, 0.0);
    for Row { y, mu, .. } in rows {
        let p = zero(scatter, mu);
        value += f64::from(u8::from(y == 0.0)) - p;
        variance += p * (1.0 - p);
    }
    Measured { value, standardised: if variance > 0.0 { value / variance.sqrt() } else { 0.0 } }
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
