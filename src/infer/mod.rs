//! How sure: the fit with standard errors, area effects, criteria and its certificate.

mod adjusted;
mod approximation;
mod areas;
mod bootstrap;
mod certificate;
mod coefficient;
mod covariance;
mod degrees;
mod draws;
mod effect;
mod estimates;
mod exact;
pub mod explained;
mod fit;
mod gauge;
mod likelihood_ratio;
mod linearised;
mod lognormal;
mod lower_bound;
mod parameter;
mod position;
mod profile;
mod ratios;
mod run;
mod sandwich;
mod summary;
mod t_and_f;
mod variance;

pub use adjusted::Adjusted;
pub use approximation::Approximation;
pub use areas::AreaEffect;
pub(crate) use bootstrap::resample;
pub use bootstrap::{
    Bootstrap, BootstrapInterval, BootstrapMethod, Bootstrapped, FailedRefits, ParameterRefits, RefitsDone,
    Resampled,
};
pub use certificate::{Certificate, ZeroVariance};
pub use coefficient::{Coefficient, Confidence, Interval};
pub use covariance::Covariance;
pub use degrees::DegreesOfFreedom;
pub use draws::Draws;
pub(crate) use draws::{Draw, DrawnParameters, ParameterPosterior, Posterior, RowRates};
pub use effect::Effect;
pub(crate) use estimates::{Estimates, effects_of};
pub use fit::Fit;
pub use gauge::{AreaGauge, Gauge, ImpliedStep};
pub use likelihood_ratio::{BootstrappedRatio, ChiBarSquared, LikelihoodRatio};
pub use parameter::Parameter;
pub use profile::{End, ProfileInterval, ProfilePoint, Profiles, ProfilesDone, Profiling};
pub use ratios::RateRatios;
pub use sandwich::{Clusters, Sandwich};
pub(crate) use summary::{
    family_words, number, p_value, write_certificate, write_coefficients, write_dispersion, write_levels,
};
pub(crate) use t_and_f::{f_tail, t_quantile, t_tails};
pub use variance::{Dispersion, LevelVariance, StandardDeviation};
