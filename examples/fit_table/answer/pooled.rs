//! The same of completed tables, pooled.

use super::{Answer, Area, Fixed, Missing, Random};
use crate::arguments::Arguments;
use nestcount::family::Scatter;
use nestcount::impute::{
    DegreesOfFreedom, PooledCoefficient, PooledDispersion, PooledEstimate, PooledFit, PooledLevel, PooledSd,
};

impl<'a> Answer<'a> {
    /// The pooled fits in the place of the first one's coefficients, standard deviations, theta and effects.
    pub(crate) fn pooled(self, asked: &Arguments, pooled: &'a PooledFit) -> Self {
        Answer {
            imputations: Some(pooled.tables()),
            theta: match pooled.parameters().scatter {
                Scatter::NegBin2 { theta } => Some(theta),
                Scatter::Poisson => None,
            },
            poisson_limit: matches!(pooled.dispersion(), PooledDispersion::PoissonLimit { .. }),
            fixed: pooled.coefficients().iter().map(Fixed::pooled).collect(),
            random: pooled.levels().iter().map(Random::pooled).collect(),
            areas: asked.areas.then(|| pooled_areas(asked, pooled)),
            ..self
        }
    }
}

impl<'a> Fixed<'a> {
    fn pooled(coefficient: &'a PooledCoefficient) -> Self {
        let PooledCoefficient { term, pooled } = coefficient;
        let PooledEstimate { estimate, std_error, .. } = *pooled;
        Fixed { term, estimate, std_error, pooled: Some(Missing::of(pooled)), interval: None }
    }
}

impl Missing {
    fn of(pooled: &PooledEstimate) -> Self {
        let df = match pooled.df {
            DegreesOfFreedom::Finite(df) => Some(df),
            DegreesOfFreedom::Infinite => None,
        };
        Missing { fmi: pooled.missing_information, df }
    }
}

impl<'a> Random<'a> {
    fn pooled(level: &'a PooledLevel) -> Self {
        let PooledLevel { level, n_areas, sd } = level;
        let estimate = sd.variance().sqrt();
        let (sd_std_error, pooled) = match sd {
            PooledSd::Positive { log_sd } => (Some(estimate * log_sd.std_error), Some(Missing::of(log_sd))),
            PooledSd::AtZero { .. } => (None, None),
        };
        Random { level, n_areas: *n_areas, sd: estimate, sd_std_error, pooled, interval: None }
    }
}

fn pooled_areas<'a>(asked: &Arguments, pooled: &'a PooledFit) -> Vec<Area<'a>> {
    let of_level = |level: &'a PooledLevel| {
        let effects = pooled.area_effects(&level.level).unwrap_or(&[]).iter();
        effects.map(|effect| Area {
            level: &level.level,
            code: effect.code(),
            path: asked.nested_codes.then_some(&effect.path),
            effect: effect.effect,
            sd: effect.sd,
            sd_given_parameters: None,
        })
    };
    pooled.levels().iter().flat_map(of_level).collect()
}
