//! The fits of m completed tables, pooled.

use super::check::specification;
use super::covariance::{Moments, PooledCovariance};
use super::estimate::PooledEstimate;
use super::levels::{PooledAreaEffect, PooledDispersion, PooledLevel, PooledSd};
use super::one_model::{self, areas_by_path};
use super::test::PooledTest;
use crate::error::{ErrorKind, Result};
use crate::estimate::Parameters;
use crate::family::{Family, Scatter};
use crate::infer::{AreaEffect, Confidence, DegreesOfFreedom, Dispersion, Fit, Interval, StandardDeviation};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// A coefficient on the log-rate scale, pooled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PooledCoefficient {
    /// Name of the design column.
    pub term: String,
    /// The estimate, log rate per unit of the determinant, with all that follows from the tables.
    #[serde(flatten)]
    pub pooled: PooledEstimate,
}

impl PooledCoefficient {
    /// exp(estimate): the ratio of rates for one unit more.
    pub fn rate_ratio(&self) -> f64 {
        self.pooled.estimate.exp()
    }

    /// The interval on the scale of the rate ratio.
    pub fn rate_ratio_interval(&self, confidence: Confidence) -> Interval {
        let Interval { low, high } = self.pooled.interval(confidence);
        Interval { low: low.exp(), high: high.exp() }
    }
}

/// The fits of one model on m completed tables, pooled by Rubin's rules.
///
/// It holds no log-likelihood and no criteria: those of completed tables are not those of the published one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PooledFit {
    tables: usize,
    n_rows: usize,
    family: Family,
    complete_df: DegreesOfFreedom,
    coefficients: Vec<PooledCoefficient>,
    covariance: PooledCovariance,
    dispersion: PooledDispersion,
    levels: Vec<PooledLevel>,
    effects: Vec<Vec<PooledAreaEffect>>,
}

impl PooledFit {
    /// Pools fits of one model, with the residual degrees of freedom n − k of a complete table: rows less
    /// [`Fit::n_parameters`], 1 at least.
    ///
    /// That is what mice takes from a fit of lme4 or glmmTMB (`df.residual`). It is generous to a determinant that only
    /// varies between areas of a coarse level; [`PooledFit::with_complete_df`] takes another number.
    ///
    /// Fails on fewer than 2 fits, and where terms, levels, areas, family or number of rows differ.
    pub fn of(fits: &[Fit]) -> Result<Self> {
        let rows_left = fits.first().map_or(1, |fit| fit.n_rows().saturating_sub(fit.n_parameters()).max(1));
        PooledFit::with_complete_df(fits, DegreesOfFreedom::Finite(rows_left as f64))
    }

    /// Pools fits of one model with given degrees of freedom of a complete table; fails as [`PooledFit::of`] does and
    /// on degrees of freedom not above 0.
    pub fn with_complete_df(fits: &[Fit], complete_df: DegreesOfFreedom) -> Result<Self> {
        let complete_df = complete_df.check()?;
        let first = one_model::first(fits)?;
        Ok(PooledFit {
            tables: fits.len(),
            n_rows: first.n_rows(),
            family: first.family(),
            complete_df,
            coefficients: coefficients(fits, first, complete_df)?,
            covariance: covariance(fits, first)?,
            dispersion: PooledDispersion::of(
                &fits.iter().map(Fit::dispersion).collect::<Vec<Dispersion>>(),
                complete_df,
            )?,
            levels: levels(fits, first, complete_df)?,
            effects: effects(fits, first, complete_df)?,
        })
    }

    /// Number of completed tables, m.
    pub fn tables(&self) -> usize {
        self.tables
    }

    /// Number of rows in each fit.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// The family asked for.
    pub fn family(&self) -> Family {
        self.family
    }

    /// Degrees of freedom of a complete table, as they were taken.
    pub fn complete_df(&self) -> DegreesOfFreedom {
        self.complete_df
    }

    /// Coefficients in the order of the design, the intercept first.
    pub fn coefficients(&self) -> &[PooledCoefficient] {
        &self.coefficients
    }

    /// The coefficient of a term.
    pub fn coefficient(&self, term: &str) -> Option<&PooledCoefficient> {
        self.coefficients.iter().find(|coefficient| coefficient.term == term)
    }

    /// Covariance of the coefficients, within and between tables.
    pub fn covariance(&self) -> &PooledCovariance {
        &self.covariance
    }

    /// How counts scatter.
    pub fn dispersion(&self) -> PooledDispersion {
        self.dispersion
    }

    /// Standard deviations, coarsest level first; the rows' own level is called `row`.
    pub fn levels(&self) -> &[PooledLevel] {
        &self.levels
    }

    /// Effects of the areas of a level, in the order of the first fit; fails where the level has no random intercept.
    pub fn area_effects(&self, level: &str) -> Result<&[PooledAreaEffect]> {
        let at = self.levels.iter().position(|known| known.level == level);
        match at.and_then(|at| self.effects.get(at)) {
            Some(effects) => Ok(effects),
            None => {
                let known = self.levels.iter().map(|level| level.level.clone()).collect();
                Err(ErrorKind::UnknownLevel { level: level.into(), known }.into())
            }
        }
    }

    /// Wald test D1 that the coefficients of all these terms are 0; fails on a term that is not there or is named
    /// twice, and on none.
    pub fn wald(&self, terms: &[&str]) -> Result<PooledTest> {
        let at = terms.iter().map(|term| self.position(term)).collect::<Result<Vec<usize>>>()?;
        if at.is_empty() {
            return Err(specification("a test needs at least one term".into()));
        }
        let block =
            |whole: &Array2<f64>| Array2::from_shape_fn((at.len(), at.len()), |(i, j)| whole[[at[i], at[j]]]);
        let moments = Moments {
            tables: self.tables,
            mean: at.iter().map(|&at| self.coefficients[at].pooled.estimate).collect(),
            within: block(&self.covariance.within),
            between: block(&self.covariance.between),
        };
        moments.wald(self.complete_df)
    }

    /// The pooled estimates as a point in parameter space, where the likelihoods of D3 are evaluated.
    ///
    /// A standard deviation that is 0 in some tables enters by its mean variance, a θ that is infinite in some by its
    /// mean 1/θ.
    pub fn parameters(&self) -> Parameters {
        let scatter = match self.dispersion {
            PooledDispersion::NegBin2 { log_theta } => Scatter::NegBin2 { theta: log_theta.estimate.exp() },
            PooledDispersion::PoissonLimit { mean_inverse_theta, .. } if mean_inverse_theta > 0.0 => {
                Scatter::NegBin2 { theta: mean_inverse_theta.recip() }
            }
            PooledDispersion::Poisson | PooledDispersion::PoissonLimit { .. } => Scatter::Poisson,
        };
        Parameters {
            coefficients: self.coefficients.iter().map(|c| c.pooled.estimate).collect(),
            variances: self.levels.iter().map(|level| level.sd.variance()).collect(),
            scatter,
        }
    }

    fn position(&self, term: &str) -> Result<usize> {
        self.coefficients.iter().position(|known| known.term == term).ok_or_else(|| {
            let known: Vec<String> = self.coefficients.iter().map(|c| format!("'{}'", c.term)).collect();
            specification(format!("there is no term '{term}'; the terms are {}", known.join(", ")))
        })
    }
}

fn coefficients(fits: &[Fit], first: &Fit, complete: DegreesOfFreedom) -> Result<Vec<PooledCoefficient>> {
    let terms = first.coefficients().iter().map(|c| &c.term).enumerate();
    terms
        .map(|(j, term)| {
            let each = fits.iter().filter_map(|fit| fit.coefficients().get(j));
            let (estimates, variances): (Vec<f64>, Vec<f64>) =
                each.map(|c| (c.estimate, c.std_error * c.std_error)).unzip();
            let pooled = PooledEstimate::of(&estimates, &variances, complete)?;
            Ok(PooledCoefficient { term: term.clone(), pooled })
        })
        .collect()
}

fn covariance(fits: &[Fit], first: &Fit) -> Result<PooledCovariance> {
    let names: Vec<String> = first.coefficients().iter().map(|c| c.term.clone()).collect();
    let p = names.len();
    let estimates: Vec<Vec<f64>> =
        fits.iter().map(|fit| fit.coefficients().iter().map(|c| c.estimate).collect()).collect();
    let block = |fit: &Fit| {
        let whole = &fit.covariance().matrix;
        Array2::from_shape_fn((p.min(whole.nrows()), p.min(whole.ncols())), |at| whole[at])
    };
    let covariances: Vec<Array2<f64>> = fits.iter().map(block).collect();
    let Moments { tables, within, between, .. } = Moments::of(&estimates, &covariances)?;
    Ok(PooledCovariance { names, tables, within, between })
}

fn levels(fits: &[Fit], first: &Fit, complete: DegreesOfFreedom) -> Result<Vec<PooledLevel>> {
    let each = first.levels().iter().enumerate();
    each.map(|(l, level)| {
        let sds: Vec<StandardDeviation> =
            fits.iter().filter_map(|fit| fit.levels().get(l)).map(|level| level.sd).collect();
        let sd = PooledSd::of(&sds, complete)?;
        Ok(PooledLevel { level: level.level.clone(), n_areas: level.n_areas, sd })
    })
    .collect()
}

fn effects(fits: &[Fit], first: &Fit, complete: DegreesOfFreedom) -> Result<Vec<Vec<PooledAreaEffect>>> {
    let levels = first.levels().iter();
    levels
        .map(|level| {
            let by_path = fits.iter().map(|fit| areas_by_path(fit, &level.level));
            let by_path = by_path.collect::<Result<Vec<_>>>()?;
            let areas = first.area_effects(&level.level)?.iter();
            areas
                .map(|area| {
                    let met: Vec<&AreaEffect> =
                        by_path.iter().filter_map(|areas| areas.get(area.path.as_slice()).copied()).collect();
                    PooledAreaEffect::of(&met, complete)
                })
                .collect()
        })
        .collect()
}
