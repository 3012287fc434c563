//! One simulated table with its fit, shared by the tests.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::Determinants;
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use nestcount::{Family, Fit, Model, Options, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

pub(crate) const LEVELS: [&str; 2] = ["region", "town"];

pub(crate) struct Made {
    pub(crate) table: Table,
    pub(crate) placement: Placement,
    pub(crate) problem: Problem,
    pub(crate) fit: Fit,
}

pub(crate) fn rng(seed: u64) -> ChaCha12Rng {
    ChaCha12Rng::seed_from_u64(seed)
}

/// Rows in a tenth as many towns in a seventy-fifth as many regions, three determinants: NB2 counts, or Poisson counts
/// with an effect of each row.
pub(crate) fn table(rows: usize, family: Family) -> Table {
    let world = World::new(rows)
        .level("region", rows / 75, 0.15)
        .level("town", rows / 10, 0.2)
        .determinant(Determinant::normal("a", 0.15))
        .determinant(Determinant::normal("b", -0.1))
        .determinant(Determinant::uniform("c", 0.1).at_level("town"))
        .exposure(Marginal::log_normal(600.0, 0.8))
        .rate(0.086)
        .shuffled();
    let world = match family {
        Family::NegBin2 => world.theta(20.0),
        _ => world.row_sd(0.2),
    };
    world.draw(&mut rng(3000)).unwrap().table
}

pub(crate) fn problem(table: &Table, placement: &Placement, counts: Vec<Count>, model: &Model) -> Problem {
    let exposures = table.numbers("exposure").unwrap().into_iter().map(Option::unwrap);
    let counts = CountTable::new(counts, exposures).unwrap();
    let wanted = Determinants::new().numeric("a").numeric("b").numeric("c");
    let design = wanted.build(table, placement, counts.rows()).unwrap();
    model.check(placement, &counts, design).unwrap()
}

pub(crate) fn model(family: Family) -> Model {
    let model = Model::of(family).random_intercept("region").random_intercept("town");
    if family == Family::Poisson { model.row_effect() } else { model }
}

/// The same with counts changed before the fit.
pub(crate) fn made_with(rows: usize, family: Family, publish: impl Fn(u64) -> Count) -> Made {
    let table = table(rows, family);
    let placement = Placement::from_table(&table, &LEVELS, CodeScope::Unique).unwrap();
    let counts = Count::column(&table, "count").unwrap().into_iter();
    let counts = counts.map(|count| publish(count.bounds().lo())).collect();
    let problem = problem(&table, &placement, counts, &model(family));
    let fit = problem.fit(&Options::default()).unwrap();
    Made { table, placement, problem, fit }
}

pub(crate) fn made(rows: usize, family: Family) -> Made {
    made_with(rows, family, Count::Exact)
}

pub(crate) const FAMILIES: [Family; 2] = [Family::NegBin2, Family::Poisson];
