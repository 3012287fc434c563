//! Marginal and conditional R² of a count model.

use super::importance::variance_of_fixed_part;
use super::scale::MeanCount;
use crate::error::{ErrorKind, Result};
use crate::infer::Fit;
use crate::model::{Problem, ROW_LEVEL};
use crate::numeric::special::trigamma;

/// R² on the scale of the log rate.
///
/// ```text
/// marginal     σ²_f / (σ²_f + σ²_a + σ²_e)
/// conditional  (σ²_f + σ²_a) / (σ²_f + σ²_a + σ²_e)
/// ```
///
/// with σ²_f the variance of x'β over the rows (exposures left out, n − 1 below), σ²_a the sum of the variances of the areas,
/// and σ²_e what is left to a row: its own effect, if the model has one, and the variance of a log count of mean λ
/// ([`ObservationVariance`]). The larger λ, the larger every R²: state it.
/// Source: Nakagawa, Johnson & Schielzeth 2017, J. R. Soc. Interface 14:20170213.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RSquared {
    /// The mean count λ that it holds at.
    pub mean: f64,
    /// σ²_f.
    pub fixed: f64,
    /// σ²_a.
    pub areas: f64,
    /// σ²_e.
    pub rows: f64,
}

/// How the variance of a log count is computed from its mean λ and θ, 1/θ = 0 for a Poisson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ObservationVariance {
    /// ψ₁((1/λ + 1/θ)⁻¹), the trigamma function: what the source recommends.
    Trigamma,
    /// log(1 + 1/λ + 1/θ): as if counts were log-normal.
    LogNormal,
    /// 1/λ + 1/θ: the delta method.
    Delta,
}

impl ObservationVariance {
    /// The variance of a log count of this mean; `theta` is infinite for a Poisson.
    pub fn of(self, mean: f64, theta: f64) -> f64 {
        let delta = 1.0 / mean + 1.0 / theta;
        match self {
            ObservationVariance::Trigamma => trigamma(1.0 / delta),
            ObservationVariance::LogNormal => delta.ln_1p(),
            ObservationVariance::Delta => delta,
        }
    }
}

impl RSquared {
    /// R² of `full`, a fit of `problem`, with λ from the empty model of the same rows.
    ///
    /// With an exposure λ = exposure · exp(β₀ + ½Συ) at the estimates of `empty`. Fails where the fits are not of the
    /// same rows, levels and family, `full` is not of `problem`, `empty` has determinants, and where the mean is not
    /// positive.
    pub fn of(
        empty: &Fit,
        full: &Fit,
        problem: &Problem,
        mean: MeanCount,
        variance: ObservationVariance,
    ) -> Result<RSquared> {
        full.refuse_other(problem)?;
        full.refuse_other_rows(empty)?;
        let [intercept] = empty.coefficients() else {
            let message = "the mean count of an R² comes from a model without determinants: \
                           fit Problem::without_determinants and hand that in first";
            return Err(ErrorKind::Specification { message: message.into() }.into());
        };
        let total: f64 = empty.levels().iter().map(|level| level.sd.variance()).sum();
        let mean = mean.mean(problem, (intercept.estimate + 0.5 * total).exp())?;
        let of = |rows: &dyn Fn(&str) -> bool| -> f64 {
            let levels = full.levels().iter().filter(|level| rows(&level.level));
            levels.map(|level| level.sd.variance()).sum()
        };
        let theta = full.dispersion().theta().unwrap_or(f64::INFINITY);
        Ok(RSquared {
            mean,
            fixed: variance_of_fixed_part(full, problem),
            areas: of(&|level| level != ROW_LEVEL),
            rows: of(&|level| level == ROW_LEVEL) + variance.of(mean, theta),
        })
    }

    /// The share of the fixed part: what the determinants explain.
    pub fn marginal(self) -> f64 {
        self.fixed / self.total()
    }

    /// The share of the fixed part and of the areas.
    pub fn conditional(self) -> f64 {
        (self.fixed + self.areas) / self.total()
    }

    /// σ²_a/(σ²_a + σ²_e): the correlation of two rows that share all areas, determinants given (the adjusted ICC).
    pub fn intraclass_correlation(self) -> f64 {
        self.areas / (self.areas + self.rows)
    }

    fn total(self) -> f64 {
        self.fixed + self.areas + self.rows
    }
}
