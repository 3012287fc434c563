//! What every answer has, and what those of a maximised log-likelihood have beside.

use crate::error::Result;
use crate::estimate::Parameters;
use crate::family::Scatter;
use crate::infer::{AreaEffect, Coefficient, Dispersion, Estimates, Fit, LevelVariance, effects_of};

/// Estimates of the parameters and of the area effects, whichever way they were made.
pub trait Estimated {
    /// Coefficients in the order of the design, the intercept first.
    fn coefficients(&self) -> &[Coefficient];

    /// Standard deviations, coarsest level first; the rows' own level is called `row`.
    fn levels(&self) -> &[LevelVariance];

    /// How counts scatter: θ, or that it is infinite.
    fn dispersion(&self) -> Dispersion;

    /// Effects of the areas of a level, in the order of the tree; those of rows, level `row`, in the caller's order.
    ///
    /// Fails where the level has no random intercept.
    fn area_effects(&self, level: &str) -> Result<&[AreaEffect]>;

    /// The estimates as a point at which any log-likelihood can be evaluated.
    fn parameters(&self) -> Parameters {
        Parameters {
            coefficients: self.coefficients().iter().map(|c| c.estimate).collect(),
            variances: self.levels().iter().map(|level| level.sd.variance()).collect(),
            scatter: match self.dispersion() {
                Dispersion::NegBin2 { theta, .. } => Scatter::NegBin2 { theta },
                Dispersion::Poisson | Dispersion::PoissonLimit { .. } => Scatter::Poisson,
            },
        }
    }
}

/// The answer of an estimator that maximises a log-likelihood.
pub trait HasLogLikelihood: Estimated {
    /// The log-likelihood at its maximum, all constants in.
    fn log_likelihood(&self) -> f64;
}

/// An answer whose estimates are of one piece.
pub(crate) trait HasEstimates {
    fn estimates(&self) -> &Estimates;
}

impl<T: HasEstimates> Estimated for T {
    fn coefficients(&self) -> &[Coefficient] {
        &self.estimates().coefficients
    }

    fn levels(&self) -> &[LevelVariance] {
        &self.estimates().levels
    }

    fn dispersion(&self) -> Dispersion {
        self.estimates().dispersion
    }

    fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        effects_of(level, &self.estimates().levels, &self.estimates().effects)
    }
}

impl Estimated for Fit {
    fn coefficients(&self) -> &[Coefficient] {
        Fit::coefficients(self)
    }

    fn levels(&self) -> &[LevelVariance] {
        Fit::levels(self)
    }

    fn dispersion(&self) -> Dispersion {
        Fit::dispersion(self)
    }

    fn area_effects(&self, level: &str) -> Result<&[AreaEffect]> {
        Fit::area_effects(self, level)
    }
}

impl HasLogLikelihood for Fit {
    fn log_likelihood(&self) -> f64 {
        Fit::log_likelihood(self)
    }
}
