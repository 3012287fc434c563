//! Tables of the sizes that the benches share, made once per bench and outside the timed part.
#![allow(dead_code)] // each bench uses its part

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable};
use nestcount::determinant::{Design, Determinants};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use nestcount::{Family, Model, Problem};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// Rows, gemeenten and regions of a table with 20 determinants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) rows: usize,
    pub(crate) gemeenten: usize,
    pub(crate) regions: usize,
    /// Standard deviation of an effect per row; 0 is none.
    pub(crate) row_sd: f64,
}

pub(crate) const SCP: Shape = Shape { rows: 2_918, gemeenten: 388, regions: 42, row_sd: 0.0 };
pub(crate) const LARGE: Shape = Shape { rows: 300_000, gemeenten: 388, regions: 42, row_sd: 0.0 };
pub(crate) const MANY_AREAS: Shape = Shape { rows: 300_000, gemeenten: 40_000, regions: 4_000, row_sd: 0.0 };
pub(crate) const HUGE: Shape = Shape { rows: 3_000_000, gemeenten: 388, regions: 42, row_sd: 0.0 };

impl std::fmt::Display for Shape {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rows, {} in {}", self.rows, self.gemeenten, self.regions)
    }
}

impl Shape {
    pub(crate) const fn with_row_effect(self) -> Shape {
        Shape { row_sd: 0.3, ..self }
    }
}

/// Seed of every table.
const SEED: u64 = 20;

/// A table with its areas and counts.
pub(crate) struct Parts {
    table: Table,
    names: Vec<String>,
    row_effect: bool,
    pub(crate) placement: Placement,
    pub(crate) counts: CountTable,
}

impl Parts {
    pub(crate) fn design(&self) -> Design {
        let wanted = self.names.iter().fold(Determinants::new(), |wanted, name| wanted.numeric(name));
        wanted.build(&self.table, &self.placement, self.counts.rows()).expect("a design")
    }

    pub(crate) fn model(&self, family: Family) -> Model {
        let model = Model::of(family).random_intercept("region").random_intercept("gemeente");
        if self.row_effect { model.row_effect() } else { model }
    }

    pub(crate) fn problem(&self, family: Family) -> Problem {
        self.model(family).check(&self.placement, &self.counts, self.design()).expect("a problem")
    }
}

pub(crate) fn parts(shape: Shape, family: Family) -> Parts {
    let mut world = World::new(shape.rows)
        .level("region", shape.regions, 0.15)
        .level("gemeente", shape.gemeenten, 0.25)
        .row_sd(shape.row_sd)
        .exposure(Marginal::log_normal(900.0, 1.2))
        .rate(0.01);
    let names: Vec<String> = (1..=20).map(|j| format!("x{j}")).collect();
    for (j, name) in names.iter().enumerate() {
        world = world.determinant(Determinant::normal(name, 0.02 * (j % 7) as f64 - 0.05));
    }
    if family == Family::NegBin2 {
        world = world.theta(8.0);
    }
    let table = world.draw(&mut ChaCha12Rng::seed_from_u64(SEED)).expect("a possible world").table;
    let placement =
        Placement::from_table(&table, &["region", "gemeente"], CodeScope::Unique).expect("nested areas");
    let counts = CountTable::from_table(&table, "count", "exposure").expect("counts");
    Parts { table, names, row_effect: shape.row_sd > 0.0, placement, counts }
}

pub(crate) fn problem(shape: Shape, family: Family) -> Problem {
    parts(shape, family).problem(family)
}

/// The same with counts below 10 withheld and the others rounded to 5.
pub(crate) fn withheld_problem(shape: Shape, family: Family) -> Problem {
    let mut parts = parts(shape, family);
    let published = parts.counts.counts().iter().map(|count| match count.bounds().lo() {
        0..10 => Count::interval(0, 9).expect("bounds"),
        y => {
            let rounded = (y + 2) / 5 * 5;
            Count::interval((rounded - 2).max(10), rounded + 2).expect("bounds")
        }
    });
    let exposures = parts.counts.exposures().iter().map(|exposure| exposure.get());
    parts.counts = CountTable::new(published.collect(), exposures).expect("counts");
    parts.problem(family)
}
