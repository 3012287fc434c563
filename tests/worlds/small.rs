//! Small sparse worlds with strong area effects, where the surface is far from quadratic.

use crate::finite::soundness;
use crate::question::Question;
use nestcount::Model;
use nestcount::determinant::Determinants;
use nestcount::simulate::{Determinant, Marginal, World};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

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
        for model in [Model::poisson(), Model::neg_bin2(), Model::poisson().row_effect()] {
            fits += 1;
            let question = Question {
                table: made.table.clone(),
                levels: vec!["region", "town"],
                count: "count",
                exposure: Some("exposure"),
                determinants: Determinants::new().numeric("a").numeric("b"),
                model: model.random_intercept("region").random_intercept("town"),
            };
            let fit = question.fit().map_err(|error| error.to_string());
            if let Err(error) = fit.and_then(|fit| soundness(&fit)) {
                failures.push(format!("world {k}, {:?}: {error}", question.model));
            }
        }
    }
    let shown = &failures[..failures.len().min(10)];
    assert!(failures.is_empty(), "{} of {fits}:\n{shown:#?}", failures.len());
}
