//! Poisson-lognormal rows: against sums by brute force, beside Laplace and the exact likelihood, and what must change nothing.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)]
#[path = "common/tables.rs"]
mod tables;

#[path = "lognormal/brute.rs"]
mod brute;
#[path = "lognormal/maxima.rs"]
mod maxima;
#[path = "lognormal/same.rs"]
mod same;

use nestcount::determinant::Determinants;
use nestcount::simulate::{Determinant, World};
use nestcount::{Family, Model};
use question::Question;
use tables::generator;

/// Rows of small counts in towns in regions, every row with an effect of its own.
pub(crate) fn small_counts(rows: usize, mean: f64, family: Family, seed: u64) -> Question {
    let world = World::new(rows)
        .level("region", rows / 40, 0.3)
        .level("town", rows / 8, 0.3)
        .row_sd(0.6)
        .determinant(Determinant::normal("x", 0.3))
        .intercept(mean.ln());
    let world = if family == Family::NegBin2 { world.theta(3.0) } else { world };
    Question {
        table: world.draw(&mut generator(seed)).unwrap().table,
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("x"),
        model: Model::of(family).random_intercept("region").random_intercept("town").row_effect(),
    }
}
