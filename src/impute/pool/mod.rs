//! Rubin's rules: m answers to completed tables, pooled into one.
//!
//! `degrees` and `estimate` hold the rules for one number. `fit` pools all that a fit reports, with `covariance` and `levels`, once `one_model` found that the fits belong together; `summary` prints
//! it. `test` asks about several coefficients at once, with the `denominator` of its F. `check` holds what all of them
//! ask of their numbers.

mod check;
mod covariance;
mod degrees;
mod denominator;
mod estimate;
mod fit;
mod levels;
mod one_model;
mod summary;
mod test;

pub use covariance::PooledCovariance;
pub use estimate::PooledEstimate;
pub use fit::{PooledCoefficient, PooledFit};
pub use levels::{PooledAreaEffect, PooledDispersion, PooledLevel, PooledSd};
pub use test::PooledTest;
