//! What the determinants leave of the variances of the empty model.

use crate::error::Result;
use crate::infer::{Fit, StandardDeviation};

/// Variances of a fit beside those of the empty model of the same rows, level by level.
///
/// Determinants of the rows explain variance between areas too, where areas differ in them. A variance may also grow: in
/// the empty model a determinant and the areas can offset each other, and with counts the variance of the rows moves along.
/// Source: Snijders & Bosker 2012, Multilevel Analysis, ch. 7; Hox 2010, Multilevel Analysis, ch. 4.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// One per level with a random intercept, coarsest first.
    pub levels: Vec<ExplainedLevel>,
    /// All levels together: the sum of their variances, log rate.
    pub total: Change,
    /// 1/θ, the variance of a row's own factor; 0 for a Poisson.
    pub overdispersion: Change,
}

/// One level of an [`Explained`].
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedLevel {
    /// Name of the level.
    pub level: String,
    /// Standard deviation without determinants, log rate.
    pub empty: StandardDeviation,
    /// Standard deviation with them.
    pub full: StandardDeviation,
}

/// A variance without determinants, and with them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Of the empty model.
    pub empty: f64,
    /// Of the model with determinants.
    pub full: f64,
}

impl Explained {
    /// Sets a fit beside the empty model of the same rows.
    ///
    /// `empty` may also be a smaller model than `full`. Fails where the two are not of the same rows, levels and family.
    pub fn against(empty: &Fit, full: &Fit) -> Result<Explained> {
        full.refuse_other_rows(empty)?;
        let pairs = empty.levels().iter().zip(full.levels());
        let level = |(empty, full): (&crate::infer::LevelVariance, &crate::infer::LevelVariance)| {
            ExplainedLevel { level: full.level.clone(), empty: empty.sd, full: full.sd }
        };
        let total = |fit: &Fit| fit.levels().iter().map(|level| level.sd.variance()).sum();
        let scatter = |fit: &Fit| fit.dispersion().theta().map_or(0.0, f64::recip);
        Ok(Explained {
            levels: pairs.map(level).collect(),
            total: Change { empty: total(empty), full: total(full) },
            overdispersion: Change { empty: scatter(empty), full: scatter(full) },
        })
    }
}

impl ExplainedLevel {
    /// The two variances.
    pub fn change(&self) -> Change {
        Change { empty: self.empty.variance(), full: self.full.variance() }
    }
}

impl Change {
    /// 1 − full/empty: the share of the variance that the determinants explain. Below 0 where it grew; none where the
    /// empty model has no variance.
    pub fn share(self) -> Option<f64> {
        (self.empty > 0.0).then(|| 1.0 - self.full / self.empty)
    }
}
