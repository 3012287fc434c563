//! The rates of rows under a fit without its data, and how they move with what was estimated.

use crate::area::Placement;
use crate::error::Result;
use crate::expected::{Expectation, Levels};
use crate::infer::{Fit, StandardDeviation};
use crate::model::ROW_LEVEL;
use ndarray::{Array1, Array2, Axis};

/// A fit, and rows of a table placed on a tree.
pub(super) struct Under<'a> {
    pub national: &'a Fit,
    pub placement: &'a Placement,
    pub rows: &'a [usize],
}

/// Per row, log rates and their uncertainty.
#[derive(Debug, Clone)]
pub(super) struct Rates {
    /// x'β + effects in the expectation + ½ Σ υ of what it averages over.
    pub log_rate: Vec<f64>,
    /// The same without ½ Σ υ.
    pub log_median: Vec<f64>,
    /// Variance of the effects that a count has and the expectation has not.
    pub unseen: Vec<f64>,
    /// Variance of the effects in the expectation.
    pub of_effects: Vec<f64>,
    /// ∂ log rate / ∂ what the fit's covariance names.
    pub gradient: Array2<f64>,
}

impl Rates {
    pub(super) fn select(&self, kept: &[usize]) -> Rates {
        let of = |column: &[f64]| kept.iter().map(|&at| column[at]).collect();
        Rates {
            log_rate: of(&self.log_rate),
            log_median: of(&self.log_median),
            unseen: of(&self.unseen),
            of_effects: of(&self.of_effects),
            gradient: self.gradient.select(Axis(0), kept),
        }
    }
}

impl Under<'_> {
    pub(super) fn rates(&self, expectation: &Expectation, design: &Array2<f64>) -> Result<Rates> {
        let fit = self.national;
        let names: Vec<String> = fit.levels().iter().map(|level| level.level.clone()).collect();
        let levels: Levels = expectation.among(&names)?;
        let averages = !levels.averaged.is_empty();
        let beta: Array1<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
        let n = self.rows.len();
        let mut gradient = Array2::zeros((n, fit.covariance().matrix.nrows()));
        for (mut slopes, x) in gradient.rows_mut().into_iter().zip(design.rows()) {
            slopes.iter_mut().zip(x).for_each(|(slope, x)| *slope = *x);
        }
        let log_median = design.dot(&beta).to_vec();
        let mut rates = Rates {
            log_rate: log_median.clone(),
            log_median,
            unseen: vec![0.0; n],
            of_effects: vec![0.0; n],
            gradient,
        };
        let mut free = beta.len();
        for (at, level) in fit.levels().iter().enumerate() {
            let column = match level.sd {
                StandardDeviation::Positive { .. } => {
                    free += 1;
                    Some(free - 1)
                }
                StandardDeviation::Zero { .. } => None,
            };
            let effects = match at < levels.known && level.level != ROW_LEVEL {
                true => self.effects(&level.level)?,
                false => vec![None; n],
            };
            for (row, effect) in effects.into_iter().enumerate() {
                match effect {
                    Some((effect, variance)) => {
                        rates.log_rate[row] += effect;
                        rates.log_median[row] += effect;
                        rates.of_effects[row] += variance;
                    }
                    None => {
                        let variance = level.sd.variance();
                        rates.unseen[row] += variance;
                        if averages || at < levels.known {
                            rates.log_rate[row] += 0.5 * variance;
                            column.into_iter().for_each(|column| rates.gradient[[row, column]] = variance);
                        }
                    }
                }
            }
        }
        Ok(rates)
    }

    /// Effect and variance of each row's area, where the fit has seen it.
    fn effects(&self, level: &str) -> Result<Vec<Option<(f64, f64)>>> {
        let effects = self.national.area_effects(level)?;
        let areas = self.national.areas_of_new_rows(level, self.placement)?;
        let of = |&row: &usize| {
            let area = areas.get(row).copied().flatten()?;
            effects.get(area).map(|area| (area.effect, area.sd * area.sd))
        };
        Ok(self.rows.iter().map(of).collect())
    }
}
