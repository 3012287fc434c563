//! Second-order Laplace: the gauge of a Laplace fit, and the estimator that maximises L + ε.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // each test uses its part
#[path = "common/finite.rs"]
mod finite;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "second_order/gauge.rs"]
mod gauge;
#[path = "second_order/guards.rs"]
mod guards;
#[path = "second_order/maxima.rs"]
mod maxima;
#[path = "second_order/small_means.rs"]
mod small_means;

use nestcount::area::{CodeScope, Placement};
use nestcount::count::CountTable;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Estimator, SecondOrder};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Family, Fit, Model, Problem};

fn problem(mean: f64, levels: &[(&str, usize, f64)], row_sd: f64, family: Family, seed: u64) -> Problem {
    problem_as(family, mean, levels, row_sd, family, seed)
}

/// 400 rows with this mean count in these levels (name, areas, sd) and one determinant, of one family and asked
/// of another.
fn problem_as(
    asked: Family,
    mean: f64,
    levels: &[(&str, usize, f64)],
    row_sd: f64,
    family: Family,
    seed: u64,
) -> Problem {
    let mut world = World::new(400)
        .determinant(Determinant::normal("x", 0.3))
        .exposure(Marginal::log_normal(100.0, 0.3))
        .rate(mean / 100.0)
        .row_sd(row_sd);
    let mut model = Model::of(asked);
    for (name, areas, sd) in levels {
        world = world.level(name, *areas, *sd);
        model = model.random_intercept(*name);
    }
    if levels.is_empty() {
        world = world.level("town", 60, 0.0);
    }
    if family == Family::NegBin2 {
        world = world.theta(4.0);
    }
    let table = world.draw(&mut tables::generator(seed)).unwrap().table;
    let mut names: Vec<&str> = levels.iter().map(|level| level.0).collect();
    if names.is_empty() {
        names.push("town");
    }
    let placement = Placement::from_table(&table, &names, CodeScope::Unique).unwrap();
    let counts = CountTable::from_table(&table, "count", "exposure").unwrap();
    let design = Determinants::new().numeric("x").build(&table, &placement, counts.rows()).unwrap();
    let model = if row_sd > 0.0 { model.row_effect() } else { model };
    model.check(&placement, &counts, design).unwrap()
}

const TWO: [(&str, usize, f64); 2] = [("region", 12, 0.3), ("town", 60, 0.3)];
const THREE: [(&str, usize, f64); 3] = [("province", 6, 0.3), ("region", 24, 0.3), ("town", 80, 0.3)];

fn second_order(problem: &Problem) -> Fit {
    let fit = SecondOrder::default().estimate(problem).unwrap_or_else(|error| panic!("{error}"));
    finite::assert_sound(&fit);
    fit
}
