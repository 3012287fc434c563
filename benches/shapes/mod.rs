//! Tables of the sizes that the benches share, made once per bench and outside the timed part.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::Determinants;
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Family, Model, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// Rows, gemeenten and regions of a table with 20 determinants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) rows: usize,
    pub(crate) gemeenten: usize,
    pub(crate) regions: usize,
}

pub(crate) const SCP: Shape = Shape { rows: 2_918, gemeenten: 388, regions: 42 };
pub(crate) const LARGE: Shape = Shape { rows: 300_000, gemeenten: 388, regions: 42 };
pub(crate) const MANY_AREAS: Shape = Shape { rows: 300_000, gemeenten: 40_000, regions: 4_000 };
pub(crate) const HUGE: Shape = Shape { rows: 3_000_000, gemeenten: 388, regions: 42 };

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows, {} in {}", self.rows, self.gemeenten, self.regions)
    }
}

/// Seed of every table.
const SEED: u64 = 20;

pub(crate) fn problem(shape: Shape, family: Family, row_effect: bool) -> Problem {
    let mut world = World::new(shape.rows)
        .level("region", shape.regions, 0.15)
        .level("gemeente", shape.gemeenten, 0.25)
        .exposure(Marginal::log_normal(900.0, 1.2))
        .rate(0.01);
    let names: Vec<String> = (1..=20).map(|j| format!("x{j}")).collect();
    for (j, name) in names.iter().enumerate() {
        world = world.determinant(Determinant::normal(name, 0.02 * (j % 7) as f64 - 0.05));
    }
    if family == Family::NegBin2 {
        world = world.theta(8.0);
    }
    if row_effect {
        world = world.row_sd(0.3);
    }
    let table = world.draw(&mut ChaCha12Rng::seed_from_u64(SEED)).expect("a possible world").table;
    let placement =
        Placement::from_table(&table, &["region", "gemeente"], CodeScope::Unique).expect("nested areas");
    let counts = CountTable::from_table(&table, "count", "exposure").expect("counts");
    let wanted = names.iter().fold(Determinants::new(), |wanted, name| wanted.numeric(name));
    let design = wanted.build(&table, &placement, counts.rows()).expect("a design");
    let mut model = Model::of(family).random_intercept("region").random_intercept("gemeente");
    if row_effect {
        model = model.row_effect();
    }
    model.check(&placement, &counts, design).expect("a problem")
}
