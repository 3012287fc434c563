//! What was withheld, made up and said so.
//!
//! A withheld count is completed m times by draws that agree with what was published; every completed table is fitted
//! as if it had been published whole, and the m answers are pooled. How much they differ says what was not published:
//! standard errors, degrees of freedom and tests carry it.
//!
//! [`PooledFit`] pools fits of one model, [`PooledEstimate`] one number, [`PooledTest`] tests several coefficients at
//! once.

mod pool;

pub use pool::{
    DegreesOfFreedom, PooledAreaEffect, PooledCoefficient, PooledCovariance, PooledDispersion,
    PooledEstimate, PooledFit, PooledLevel, PooledSd, PooledTest,
};
