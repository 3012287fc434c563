//! Estimators beside each other, through the one face that they have.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "estimators/bias.rs"]
mod bias;
#[path = "estimators/error.rs"]
mod error;
#[path = "estimators/poisson_limit.rs"]
mod poisson_limit;
#[path = "estimators/world.rs"]
mod world;
