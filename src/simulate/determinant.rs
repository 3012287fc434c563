//! A determinant of a declared world.

use super::marginal::Marginal;
use super::truth::Transform;
use serde::{Deserialize, Serialize};

/// A column that explains the rate: its distribution, and its coefficient on the log scale.
///
/// It enters the linear predictor as `coefficient · (transform(x) − centre) / scale`; centre 0 and scale 1 unless
/// [`Determinant::standardised`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Determinant {
    pub(super) name: String,
    pub(super) coefficient: f64,
    pub(super) marginal: Marginal,
    pub(super) transform: Transform,
    pub(super) standardised: bool,
    pub(super) loading: f64,
    pub(super) level: Option<String>,
}

impl Determinant {
    /// A determinant by the name of its column, its coefficient and its distribution.
    pub fn new(name: &str, coefficient: f64, marginal: Marginal) -> Self {
        Determinant {
            name: name.into(),
            coefficient,
            marginal,
            transform: Transform::Identity,
            standardised: false,
            loading: 0.0,
            level: None,
        }
    }

    /// Standard normal.
    pub fn normal(name: &str, coefficient: f64) -> Self {
        Determinant::new(name, coefficient, Marginal::normal(0.0, 1.0))
    }

    /// Uniform between 0 and 1.
    pub fn uniform(name: &str, coefficient: f64) -> Self {
        Determinant::new(name, coefficient, Marginal::uniform(0.0, 1.0))
    }

    /// 1 with probability `share`, otherwise 0.
    pub fn binary(name: &str, coefficient: f64, share: f64) -> Self {
        Determinant::new(name, coefficient, Marginal::binary(share))
    }

    /// The coefficient is that of the logarithm; drawing fails where a value is not above 0.
    pub fn logged(mut self) -> Self {
        self.transform = Transform::Ln;
        self
    }

    /// The coefficient is per standard deviation: after the transform, the mean of the rows is taken off and their
    /// standard deviation (divisor n − 1) divided out. Drawing fails where the column does not vary.
    pub fn standardised(mut self) -> Self {
        self.standardised = true;
        self
    }

    /// Correlation, from −1 to 1, of its normal number with the factor that all determinants share.
    ///
    /// Two determinants of loadings a and b have normal numbers with correlation `a·b`.
    pub fn loading(mut self, loading: f64) -> Self {
        self.loading = loading;
        self
    }

    /// Constant within the areas of this level.
    ///
    /// Its loading is then on the part of the factor that is shared within those areas; see
    /// [`World::factor_share`](super::World::factor_share).
    pub fn at_level(mut self, level: &str) -> Self {
        self.level = Some(level.into());
        self
    }
}
