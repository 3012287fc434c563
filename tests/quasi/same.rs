//! What must hold whatever the table: the same table in other words has the same answer.

use crate::tables::{asked, generator, neg_bin2, poisson, world, world_of};
use crate::{apart, comparators, estimated, laplace, questions};
use nestcount::Model;
use nestcount::estimator::{Estimated, Estimator, Mql, Pql};
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::table::Column;
use rand::seq::SliceRandom;

#[test]
fn without_levels_all_answers_are_the_glm() {
    for (question, model) in [(poisson(1), Model::poisson()), (neg_bin2(1), Model::neg_bin2())] {
        let mut question = question;
        question.model = model;
        let problem = question.problem().unwrap();
        let glm = laplace(&problem);
        for estimator in comparators() {
            let answer = estimated(&*estimator, &problem);
            let far = apart(&*answer, &*glm);
            assert!(far < 1e-6, "{}: {far:e}", estimator.name());
            for (one, other) in answer.coefficients().iter().zip(glm.coefficients()) {
                let ratio = one.std_error / other.std_error;
                assert!((ratio - 1.0).abs() < 1e-5, "{}: {ratio}", estimator.name());
            }
        }
    }
}

#[test]
fn counts_in_the_hundred_thousands_are_normal_and_penalised_likelihood_is_laplace() {
    let mut world = world();
    world = world.exposure(nestcount::simulate::Marginal::log_normal(2e6, 0.6));
    let question = asked(world.draw(&mut generator(4)).unwrap().table, Model::poisson());
    let problem = question.problem().unwrap();
    let far = apart(&Pql::default().estimate(&problem).unwrap(), &*laplace(&problem));
    assert!(far < 1e-5, "{far:e}");
    let few = poisson(4).problem().unwrap();
    let far = apart(&Pql::default().estimate(&few).unwrap(), &*laplace(&few));
    assert!(far > 1e-3, "{far:e}: at counts of 20 they differ, or this tests nothing");
}

#[test]
fn the_order_of_rows_and_the_names_of_areas_do_not_matter() {
    for question in questions() {
        let mut order: Vec<usize> = (0..question.table.n_rows()).collect();
        order.shuffle(&mut generator(9));
        let mut changed = question.clone();
        changed.table = question.table.select(&order);
        let codes = changed.table.codes("region").unwrap().into_iter().map(|code| code.unwrap());
        let codes: Vec<String> = codes.map(|code| code.chars().rev().collect()).collect();
        let changed = changed.with_text("region", codes);
        let (problem, changed) = (question.problem().unwrap(), changed.problem().unwrap());
        for estimator in comparators() {
            let far = apart(&*estimated(&*estimator, &problem), &*estimated(&*estimator, &changed));
            assert!(far < 1e-6, "{}: {far:e}", estimator.name());
        }
    }
}

#[test]
fn a_level_whose_variance_is_0_may_as_well_not_be_there() {
    for estimator in comparators() {
        let found = (1..40).any(|seed| {
            let table = world_of(0.0, 0.3).draw(&mut generator(seed)).unwrap().table;
            let question = asked(table, Model::poisson());
            let answer = estimated(&*estimator, &question.problem().unwrap());
            let StandardDeviation::Zero { score, .. } = answer.levels()[0].sd else { return false };
            assert!(score <= 0.0, "{}: {score}", estimator.name());
            assert!(answer.area_effects("region").unwrap().iter().all(|area| area.effect == 0.0));
            let mut without = question.clone();
            without.model = Model::poisson().random_intercept("town");
            let without = estimated(&*estimator, &without.problem().unwrap());
            let town = |answer: &dyn Estimated, at: usize| answer.levels()[at].sd.estimate();
            let far = (town(&*answer, 1) / town(&*without, 0)).ln().abs();
            assert!(far < 1e-6, "{}: {far:e}", estimator.name());
            for (one, other) in answer.coefficients().iter().zip(without.coefficients()) {
                let far = (one.estimate - other.estimate).abs() / one.std_error;
                assert!(far < 1e-6, "{} {}: {far:e}", estimator.name(), one.term);
            }
            true
        });
        assert!(found, "{}: no variance of 0 among the tables", estimator.name());
    }
}

#[test]
fn a_count_of_which_nothing_is_known_adds_nothing() {
    for question in [poisson(5), neg_bin2(5)] {
        let n = question.table.n_rows();
        let counts = question.numbers("count");
        let bounds = |row: usize, known: f64, unknown: f64| if row % 7 == 3 { unknown } else { known };
        let column = |unknown: f64| {
            let cells = counts.iter().enumerate().map(|(row, &y)| Some(bounds(row, y, unknown)));
            Column::Numbers(cells.collect())
        };
        let mut vague = question.with("lo", column(0.0)).with("hi", column(4e9));
        vague.count = "lo..hi";
        let mut without = question.clone();
        without.table = question.table.select(&(0..n).filter(|row| row % 7 != 3).collect::<Vec<_>>());
        let (vague, without) = (vague.problem().unwrap(), without.problem().unwrap());
        for estimator in comparators() {
            let far = apart(&*estimated(&*estimator, &vague), &*estimated(&*estimator, &without));
            assert!(far < 1e-5, "{}: {far:e}", estimator.name());
        }
    }
}

#[test]
fn withheld_counts_are_estimated_near_what_the_whole_table_says() {
    for question in [poisson(6), neg_bin2(6)] {
        let counts = question.numbers("count");
        let (lo, hi): (Vec<_>, Vec<_>) = counts
            .iter()
            .map(|&y| if y < 10.0 { (Some(0.0), Some(9.0)) } else { (Some(y), Some(y)) })
            .unzip();
        assert!(lo.iter().filter(|lo| **lo == Some(0.0)).count() > 30, "too few are withheld");
        let mut withheld = question.with("lo", Column::Numbers(lo)).with("hi", Column::Numbers(hi));
        withheld.count = "lo..hi";
        let (whole, withheld) = (question.problem().unwrap(), withheld.problem().unwrap());
        for estimator in comparators() {
            let (one, other) = (estimated(&*estimator, &whole), estimated(&*estimator, &withheld));
            for (a, b) in one.coefficients().iter().zip(other.coefficients()) {
                let far = (a.estimate - b.estimate).abs() / b.std_error;
                assert!(far < 1.5, "{} {}: {far}", estimator.name(), a.term);
                assert!(b.std_error > 0.95 * a.std_error, "{} {}", estimator.name(), a.term);
            }
        }
    }
}

#[test]
fn poisson_counts_end_at_the_poisson_limit() {
    let mut question = poisson(7);
    question.model = Model::neg_bin2().random_intercept("region").random_intercept("town");
    let limits: Vec<Dispersion> = (1..20)
        .map(|seed| {
            question.table = poisson(seed).table;
            Pql::default().estimate(&question.problem().unwrap()).unwrap().dispersion()
        })
        .collect();
    let ended =
        limits.iter().filter(|end| matches!(end, Dispersion::PoissonLimit { score } if *score <= 0.0));
    let ended = ended.count();
    assert!((5..=15).contains(&ended), "{ended} of 19 where about half are due: {limits:?}");
    question.table = poisson(1).table;
    assert!(Mql::default().estimate(&question.problem().unwrap()).is_ok());
}

#[test]
fn answers_print_their_bias_and_no_likelihood() {
    let problem = questions()[0].problem().unwrap();
    let printed = Pql::default().estimate(&problem).unwrap().to_string();
    assert!(printed.contains("Known bias: standard deviations too small"), "{printed}");
    assert!(!printed.contains("AIC"), "{printed}");
    let printed = Mql::default().estimate(&problem).unwrap().to_string();
    assert!(printed.contains("half the sum of the variances"), "{printed}");
}
