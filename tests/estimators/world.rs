//! The world that estimators are tried on: 2,918 rows in 388 towns in 42 regions, as equal in size as can be.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::{Determinants, Numeric};
use nestcount::simulate::{DeclaredLevel, Determinant, Sizes, World};
use nestcount::{Model, Problem};
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};

/// Names and standard deviations, the rows' own last.
pub(crate) const LEVELS: [(&str, f64); 3] = [("region", 0.2), ("town", 0.3), ("row", 0.5)];

fn equal((name, sd): (&str, f64), areas: usize) -> DeclaredLevel {
    DeclaredLevel::new(name, areas, sd).sizes(Sizes::Equal)
}

/// Rows of a mean, with effects where the model has them.
pub(crate) fn problem(model: &Model, mean: f64, seed: u64) -> Problem {
    problem_of([42, 388], model, mean, seed)
}

/// The same with other numbers of regions and towns.
pub(crate) fn problem_of(areas: [usize; 2], model: &Model, mean: f64, seed: u64) -> Problem {
    problem_with(2918, areas, model, mean, seed)
}

/// The same with another number of rows.
pub(crate) fn problem_with(rows: usize, areas: [usize; 2], model: &Model, mean: f64, seed: u64) -> Problem {
    let world = World::new(rows)
        .declared_level(equal(LEVELS[0], areas[0]))
        .declared_level(equal(LEVELS[1], areas[1]))
        .row_sd(if model.has_row_effect() { LEVELS[2].1 } else { 0.0 })
        .determinant(Determinant::normal("x", 0.3))
        .intercept(mean.ln());
    let table = world.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap().table;
    let areas = Placement::from_table(&table, &[LEVELS[0].0, LEVELS[1].0], CodeScope::Unique).unwrap();
    let counts = CountTable::from_table(&table, "count", "exposure").unwrap();
    let design = Determinants::new().with(Numeric::new("x")).build(&table, &areas, counts.rows()).unwrap();
    model.check(&areas, &counts, design).unwrap()
}
