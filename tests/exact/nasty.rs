//! The stated error bounds the distance from a much finer rule, on tables that are hard on quadrature.

use crate::published::{Published, interval};
use crate::question::Question;
use crate::tables::generator;
use nestcount::count::Count;
use nestcount::determinant::Determinants;
use nestcount::estimate::{Orders, Parameters};
use nestcount::family::Scatter;
use nestcount::simulate::{Marginal, World};
use nestcount::{Family, Model, Problem};

/// Rounding error in the points, nothing left out.
const MUCH_FINER: Orders = Orders::Fixed { step: 0.4, tail: 1e-22 };

struct Table {
    name: &'static str,
    rows: usize,
    areas: usize,
    mean: f64,
    sd: f64,
    publish: fn(usize, u64) -> Count,
}

fn exactly(_: usize, y: u64) -> Count {
    Count::Exact(y)
}

/// Nothing was counted in half of the areas.
fn none_in_half(row: usize, y: u64) -> Count {
    Count::Exact(if row.is_multiple_of(2) { 0 } else { y + 1 })
}

fn mostly_withheld(_: usize, y: u64) -> Count {
    if y < 10 { interval(0, 9) } else { Count::Exact(y) }
}

/// Edges far out and sharp.
fn wide_intervals(row: usize, y: u64) -> Count {
    match row % 3 {
        0 => interval(0, 3000),
        1 => interval(y.saturating_sub(200), y + 200),
        _ => Count::Exact(y),
    }
}

const TABLES: [Table; 7] = [
    Table { name: "few counts", rows: 60, areas: 24, mean: 0.3, sd: 0.5, publish: exactly },
    Table { name: "no count in half", rows: 40, areas: 40, mean: 0.5, sd: 1.0, publish: none_in_half },
    Table { name: "withheld", rows: 32, areas: 16, mean: 6.0, sd: 0.7, publish: mostly_withheld },
    Table { name: "wide intervals", rows: 18, areas: 9, mean: 800.0, sd: 0.7, publish: wide_intervals },
    Table { name: "large counts", rows: 40, areas: 12, mean: 1e6, sd: 0.3, publish: exactly },
    Table { name: "one row to an area", rows: 40, areas: 40, mean: 2.0, sd: 0.7, publish: exactly },
    Table { name: "areas far apart", rows: 40, areas: 12, mean: 2.0, sd: 2.0, publish: exactly },
];

impl Table {
    fn problem(&self, family: Family, row_effect: bool) -> Problem {
        let world = World::new(self.rows)
            .level("region", 3, 0.3)
            .level("area", self.areas, self.sd)
            .exposure(Marginal::log_normal(1.0, 0.5))
            .rate(self.mean);
        let model = Model::of(family).random_intercept("region").random_intercept("area");
        let question = Question {
            table: world.draw(&mut generator(5)).unwrap().table,
            levels: vec!["region", "area"],
            count: "count",
            exposure: Some("exposure"),
            determinants: Determinants::new(),
            model: if row_effect && self.areas < self.rows { model.row_effect() } else { model },
        };
        Published::of(question, self.publish).problem().unwrap()
    }

    /// As drawn, with one deviation after the other far too large, tiny and 0.
    fn points(&self, problem: &Problem) -> Vec<Parameters> {
        let levels = problem.levels().len();
        let drawn = [0.3, self.sd, 0.4][..levels].to_vec();
        let mut all = vec![drawn.clone()];
        for level in 0..levels {
            for sd in [2.0, 0.05, 3e-3, 0.0] {
                let mut sds = drawn.clone();
                sds[level] = sd;
                all.push(sds);
            }
        }
        let at = |sds: Vec<f64>| Parameters {
            coefficients: vec![self.mean.ln()],
            variances: sds.into_iter().map(|sd| sd * sd).collect(),
            scatter: match problem.family() {
                Family::NegBin2 => Scatter::NegBin2 { theta: 2.0 },
                _ => Scatter::Poisson,
            },
        };
        all.into_iter().map(at).collect()
    }
}

#[test]
fn the_stated_error_bounds_the_distance_from_a_much_finer_rule() {
    let mut wrong = Vec::new();
    for table in &TABLES {
        for (family, row_effect) in [
            (Family::Poisson, false),
            (Family::Poisson, true),
            (Family::NegBin2, false),
            (Family::NegBin2, true),
        ] {
            let problem = table.problem(family, row_effect);
            let mut exact = problem.exact_likelihood(&Orders::default()).unwrap();
            let mut finer = problem.exact_likelihood(&MUCH_FINER).unwrap();
            let (mut largest, mut furthest) = (0.0f64, 0.0f64);
            for at in table.points(&problem) {
                let what = format!("{}, {family}, row effect {row_effect}, {:?}", table.name, at.variances);
                let (found, fine) = match (exact.value_with_error(&at), finer.value(&at)) {
                    (Ok(found), Ok(fine)) => (found, fine),
                    (found, fine) => {
                        wrong.push(format!("{what}: {found:?} {fine:?}"));
                        continue;
                    }
                };
                let distance = (found.log_likelihood - fine).abs();
                // of the terms, which grow with the counts, and of their sum
                let terms = table.rows as f64 * table.mean * (1.0 + table.mean.ln().abs());
                let rounding = 1e-16 * terms + 1e-13 * (1e3 + found.log_likelihood.abs());
                if distance > 1.2 * found.error + rounding || found.error > 1e-6 {
                    wrong.push(format!("{what}: {distance:.2e} for {:.2e}", found.error));
                }
                (largest, furthest) = (largest.max(found.error), furthest.max(distance));
            }
            println!(
                "{:<20} {family} {row_effect:<5}: error {largest:.1e}, distance {furthest:.1e}",
                table.name
            );
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}
