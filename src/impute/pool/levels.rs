//! What is pooled of standard deviations, dispersion and the effects of areas.

use super::estimate::{PooledEstimate, few_tables, interval, mean};
use crate::error::Result;
use crate::infer::{AreaEffect, Confidence, DegreesOfFreedom, Dispersion, Interval, StandardDeviation};
use serde::{Deserialize, Serialize};

/// A level with its pooled standard deviation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PooledLevel {
    /// Name of the level.
    pub level: String,
    /// Areas of the level among the rows of the fits.
    pub n_areas: usize,
    /// Standard deviation of its random intercepts.
    pub sd: PooledSd,
}

/// A standard deviation pooled on the scale of its logarithm, where it has one in every table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PooledSd {
    /// Above 0 in every table.
    Positive {
        /// The logarithm of the standard deviation.
        log_sd: PooledEstimate,
    },
    /// Exactly 0 in some tables: there is no logarithm to pool and no standard error.
    AtZero {
        /// The tables in which it is 0.
        in_tables: usize,
        /// All tables, m.
        of: usize,
        /// Mean of the variance sd² over all tables.
        mean_variance: f64,
    },
}

impl PooledSd {
    pub(super) fn of(sds: &[StandardDeviation], complete: DegreesOfFreedom) -> Result<Self> {
        let logarithm = |sd: &StandardDeviation| match *sd {
            StandardDeviation::Positive { estimate, std_error } => {
                Some((estimate.ln(), std_error / estimate))
            }
            StandardDeviation::Zero { .. } => None,
        };
        let variances: Vec<f64> = sds.iter().map(|sd| sd.variance()).collect();
        Ok(match pool_logarithms(sds.iter().map(logarithm), complete)? {
            Logarithms::Pooled(log_sd) => PooledSd::Positive { log_sd },
            Logarithms::NotThere { in_tables } => {
                PooledSd::AtZero { in_tables, of: sds.len(), mean_variance: mean(&variances) }
            }
        })
    }

    /// The variance: exp(2 log sd), or the mean of the variances where some are 0.
    pub fn variance(self) -> f64 {
        match self {
            PooledSd::Positive { log_sd } => (2.0 * log_sd.estimate).exp(),
            PooledSd::AtZero { mean_variance, .. } => mean_variance,
        }
    }

    /// Interval of the standard deviation, formed on the scale of the logarithm; there is none at 0.
    pub fn interval(self, confidence: Confidence) -> Option<Interval> {
        match self {
            PooledSd::Positive { log_sd } => {
                let Interval { low, high } = log_sd.interval(confidence);
                Some(Interval { low: low.exp(), high: high.exp() })
            }
            PooledSd::AtZero { .. } => None,
        }
    }
}

/// How counts scatter, pooled on the scale of log θ, where θ is finite in every table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum PooledDispersion {
    /// A Poisson model.
    Poisson,
    /// A negative binomial with finite θ in every table.
    NegBin2 {
        /// The logarithm of θ.
        log_theta: PooledEstimate,
    },
    /// θ is infinite in some tables, whose fits are the Poisson's: there is no logarithm to pool.
    PoissonLimit {
        /// The tables in which θ is infinite.
        in_tables: usize,
        /// All tables, m.
        of: usize,
        /// Mean of 1/θ over all tables, 0 where θ is infinite.
        mean_inverse_theta: f64,
    },
}

impl PooledDispersion {
    /// Of dispersions of one family.
    pub(super) fn of(dispersions: &[Dispersion], complete: DegreesOfFreedom) -> Result<Self> {
        if dispersions.contains(&Dispersion::Poisson) {
            return Ok(PooledDispersion::Poisson);
        }
        let logarithm = |dispersion: &Dispersion| match *dispersion {
            Dispersion::NegBin2 { theta, std_error } => Some((theta.ln(), std_error / theta)),
            _ => None,
        };
        let inverses: Vec<f64> =
            dispersions.iter().map(|dispersion| dispersion.theta().map_or(0.0, f64::recip)).collect();
        Ok(match pool_logarithms(dispersions.iter().map(logarithm), complete)? {
            Logarithms::Pooled(log_theta) => PooledDispersion::NegBin2 { log_theta },
            Logarithms::NotThere { in_tables } => PooledDispersion::PoissonLimit {
                in_tables,
                of: dispersions.len(),
                mean_inverse_theta: mean(&inverses),
            },
        })
    }
}

enum Logarithms {
    Pooled(PooledEstimate),
    NotThere { in_tables: usize },
}

/// Pools logarithms with their standard errors, where every table has one.
fn pool_logarithms(
    each: impl Iterator<Item = Option<(f64, f64)>>,
    complete: DegreesOfFreedom,
) -> Result<Logarithms> {
    let (there, not): (Vec<_>, Vec<_>) = each.partition(Option::is_some);
    if !not.is_empty() {
        return Ok(Logarithms::NotThere { in_tables: not.len() });
    }
    let (logs, variances): (Vec<f64>, Vec<f64>) =
        there.into_iter().flatten().map(|(log, std_error)| (log, std_error * std_error)).unzip();
    PooledEstimate::of(&logs, &variances, complete).map(Logarithms::Pooled)
}

/// The pooled effect of one area.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PooledAreaEffect {
    /// Codes from the coarsest level of the tree down to the area; the row's number, from 1, for a row effect.
    pub path: Vec<String>,
    /// Mean of the conditional modes, log-rate scale.
    pub effect: f64,
    /// Standard deviation √T, whose part within the tables is that of [`AreaEffect::sd`]; 0 where the level's is 0 in
    /// every table.
    pub sd: f64,
    /// Degrees of freedom, as those of [`PooledEstimate`].
    pub df: DegreesOfFreedom,
    /// Fraction of missing information, as that of [`PooledEstimate`].
    pub missing_information: f64,
}

impl PooledAreaEffect {
    /// Pools what the tables say about one area.
    pub(super) fn of(areas: &[&AreaEffect], complete: DegreesOfFreedom) -> Result<Self> {
        let path = areas.first().map_or_else(Vec::new, |area| area.path.clone());
        let effects: Vec<f64> = areas.iter().map(|area| area.effect).collect();
        let variances: Vec<f64> = areas.iter().map(|area| area.sd * area.sd).collect();
        if areas.iter().all(|area| area.sd == 0.0 && area.effect == 0.0) {
            let df = complete.pooled(areas.len(), 0.0, 1.0);
            return Ok(PooledAreaEffect {
                path,
                effect: 0.0,
                sd: 0.0,
                df,
                missing_information: few_tables(df),
            });
        }
        let PooledEstimate { estimate, std_error, df, missing_information, .. } =
            PooledEstimate::of(&effects, &variances, complete)?;
        Ok(PooledAreaEffect { path, effect: estimate, sd: std_error, df, missing_information })
    }

    /// The area's own code.
    pub fn code(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// `effect ± q · sd`, q the quantile of the t distribution.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        interval(self.effect, self.sd, self.df, confidence)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use DegreesOfFreedom::{Finite, Infinite};
    use approx::assert_relative_eq;

    const POSITIVE: StandardDeviation = StandardDeviation::Positive { estimate: 0.2, std_error: 0.02 };
    const ZERO: StandardDeviation = StandardDeviation::Zero { score: -1.0, curvature: -1.0 };

    fn area(effect: f64, sd: f64) -> AreaEffect {
        AreaEffect { path: vec!["A".into(), "1".into()], effect, sd_given_parameters: sd, sd }
    }

    #[test]
    fn standard_deviations_pool_by_their_logarithms() {
        let other = StandardDeviation::Positive { estimate: 0.8, std_error: 0.04 };
        let pooled = PooledSd::of(&[POSITIVE, other], Infinite).unwrap();
        let PooledSd::Positive { log_sd } = pooled else { panic!("{pooled:?}") };
        assert_relative_eq!(log_sd.estimate, 0.4f64.ln(), max_relative = 1e-14);
        assert_relative_eq!(log_sd.within, (0.01 + 0.0025) / 2.0, max_relative = 1e-14);
        assert_relative_eq!(pooled.variance(), 0.16, max_relative = 1e-14);
        let Interval { low, high } = pooled.interval(Confidence::P95).unwrap();
        assert_relative_eq!(low * high, 0.16, max_relative = 1e-12);
    }

    #[test]
    fn a_standard_deviation_of_0_in_some_tables_says_in_how_many() {
        let pooled = PooledSd::of(&[POSITIVE, ZERO, POSITIVE, ZERO], Finite(50.0)).unwrap();
        let PooledSd::AtZero { in_tables: 2, of: 4, mean_variance } = pooled else { panic!("{pooled:?}") };
        assert_relative_eq!(mean_variance, 0.02, max_relative = 1e-14);
        assert_eq!((pooled.variance(), pooled.interval(Confidence::P95)), (mean_variance, None));
        let never = PooledSd::of(&[ZERO, ZERO], Infinite).unwrap();
        assert_eq!(never, PooledSd::AtZero { in_tables: 2, of: 2, mean_variance: 0.0 });
    }

    #[test]
    fn an_infinite_theta_in_some_tables_says_in_how_many() {
        let theta = Dispersion::NegBin2 { theta: 4.0, std_error: 1.0 };
        let limit = Dispersion::PoissonLimit { score: -2.0 };
        let pooled = PooledDispersion::of(&[theta, limit], Infinite).unwrap();
        assert_eq!(pooled, PooledDispersion::PoissonLimit { in_tables: 1, of: 2, mean_inverse_theta: 0.125 });
        let pooled = PooledDispersion::of(&[theta, theta], Infinite).unwrap();
        let PooledDispersion::NegBin2 { log_theta } = pooled else { panic!("{pooled:?}") };
        assert_eq!((log_theta.estimate, log_theta.std_error), (4f64.ln(), 0.25));
        let poisson = PooledDispersion::of(&[Dispersion::Poisson; 3], Infinite).unwrap();
        assert_eq!(poisson, PooledDispersion::Poisson);
    }

    #[test]
    fn an_area_without_any_variance_has_the_effect_0_for_certain() {
        let pooled = PooledAreaEffect::of(&[&area(0.0, 0.0), &area(0.0, 0.0)], Infinite).unwrap();
        assert_eq!((pooled.effect, pooled.sd, pooled.missing_information), (0.0, 0.0, 0.0));
        assert_eq!(pooled.interval(Confidence::P95), Interval { low: 0.0, high: 0.0 });
        let some = PooledAreaEffect::of(&[&area(0.0, 0.0), &area(0.3, 0.1)], Infinite).unwrap();
        assert_relative_eq!(some.effect, 0.15, max_relative = 1e-14);
        assert_relative_eq!(some.sd * some.sd, 0.005 + 1.5 * 0.045, max_relative = 1e-14);
        assert_eq!(some.code(), "1");
    }
}
