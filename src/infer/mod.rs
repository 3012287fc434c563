//! How sure: the fit with standard errors, area effects, criteria and its certificate.

mod areas;
mod certificate;
mod coefficient;
mod covariance;
pub mod explained;
mod fit;
mod position;
mod ratios;
mod run;
mod summary;
mod variance;

pub use areas::AreaEffect;
pub use certificate::{Certificate, ZeroVariance};
pub use coefficient::{Coefficient, Confidence, Interval};
pub use covariance::Covariance;
pub use fit::Fit;
pub use ratios::RateRatios;
pub(crate) use summary::{number, p_value};
pub use variance::{Dispersion, LevelVariance, StandardDeviation};
