//! Estimators beside each other, through the one face that they have.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "estimators/bias.rs"]
mod bias;
