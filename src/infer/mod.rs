//! How sure: the fit with standard errors, area effects, criteria and its certificate.

mod areas;
mod certificate;
mod coefficient;
mod covariance;
mod draws;
mod fit;
mod parameters;
mod position;
mod posterior;
mod rates;
mod ratios;
mod run;
mod summary;
mod variance;

pub use areas::AreaEffect;
pub use certificate::{Certificate, ZeroVariance};
pub use coefficient::{Coefficient, Confidence, Interval};
pub use covariance::Covariance;
pub(crate) use draws::Draw;
pub use draws::Draws;
pub use fit::Fit;
pub(crate) use parameters::{DrawnParameters, ParameterPosterior};
pub(crate) use posterior::Posterior;
pub(crate) use rates::RowRates;
pub use ratios::RateRatios;
pub(crate) use summary::{number, p_value};
pub use variance::{Dispersion, LevelVariance, StandardDeviation};
