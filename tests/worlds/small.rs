//! Small sparse worlds with strong area effects, where the surface is far from quadratic.

use crate::finite::soundness;
use crate::question::Question;
use nestcount::Model;
use nestcount::determinant::Determinants;
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::Table;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

fn question(table: Table, determinants: &[&str], model: Model) -> Question {
    Question {
        table,
        levels: vec!["region", "town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: determinants.iter().fold(Determinants::new(), |wanted, name| wanted.numeric(name)),
        model: model.random_intercept("region").random_intercept("town"),
    }
}

/// What went wrong, if anything did.
fn failure(question: &Question) -> Option<String> {
    let fit = question.fit().map_err(|error| error.to_string());
    let sound = fit.and_then(|fit| soundness(&fit));
    sound.err().map(|error| format!("{:?}: {error}", question.model))
}

fn models() -> [Model; 3] {
    [Model::poisson(), Model::neg_bin2(), Model::poisson().row_effect()]
}

/// Few rows in an area, strong effects on every level and determinants that are those of the area: the slope of a
/// variance far from 0 points to 0 all the way, and yet 0 is far below.
#[test]
fn a_variance_that_should_not_have_gone_to_zero_comes_back() {
    let (mut failures, mut fits) = (Vec::new(), 0);
    for seed in 0..40 {
        let world = World::new(403)
            .level("region", 63, 0.55)
            .level("town", 118, 0.75)
            .row_sd(0.54)
            .determinant(Determinant::normal("a", -0.8).at_level("town"))
            .determinant(Determinant::binary("b", 1.1, 0.3).at_level("town"))
            .determinant(Determinant::binary("c", -1.0, 0.3).at_level("town"))
            .intercept(0.4);
        let made = world.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
        for model in models() {
            fits += 1;
            let failed = failure(&question(made.table.clone(), &["a", "b", "c"], model));
            failures.extend(failed.map(|error| format!("seed {seed}, {error}")));
        }
    }
    let shown = &failures[..failures.len().min(6)];
    assert!(failures.is_empty(), "{} of {fits}:\n{shown:#?}", failures.len());
}

/// 300 tables of 60 to 400 rows, mean counts 0.7 to 20, standard deviations 0 to 1, with and without scatter of the
/// rows: each is fitted with each model.
#[test]
fn three_hundred_small_rough_worlds_are_fitted_with_every_model() {
    let (mut failures, mut fits) = (Vec::new(), 0);
    for k in 0..300u64 {
        let rows = [60, 120, 400][(k % 3) as usize];
        let (region, town) = ([0.0, 0.4, 1.0][(k / 3 % 3) as usize], [0.0, 0.3, 0.8][(k / 9 % 3) as usize]);
        let world = World::new(rows)
            .level("region", rows / 10, region)
            .level("town", rows / 3, town)
            .row_sd([0.0, 0.6][(k / 27 % 2) as usize])
            .determinant(Determinant::normal("a", 0.3))
            .determinant(Determinant::normal("b", -1.0))
            .exposure(Marginal::log_normal(1.0, 0.5))
            .rate([0.7, 4.0, 20.0][(k / 54 % 3) as usize]);
        let world = if k % 2 == 0 { world } else { world.theta(1.5) };
        let made = world.draw(&mut ChaCha12Rng::seed_from_u64(k)).unwrap();
        for model in models() {
            fits += 1;
            let failed = failure(&question(made.table.clone(), &["a", "b"], model));
            failures.extend(failed.map(|error| format!("world {k}, {error}")));
        }
    }
    let shown = &failures[..failures.len().min(10)];
    assert!(failures.is_empty(), "{} of {fits}:\n{shown:#?}", failures.len());
}
