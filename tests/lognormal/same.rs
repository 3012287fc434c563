//! The same question in other words has the same answer.

use crate::question::Question;
use crate::small_counts;
use nestcount::estimate::{Options, Parameters};
use nestcount::estimator::{Estimator, Lognormal};
use nestcount::family::Scatter;
use nestcount::table::{Column, Table};
use nestcount::{Family, Fit};
use rand::seq::SliceRandom;

fn fit(question: &Question) -> Fit {
    let options = Options { decrement_tolerance: 1e-18, mode_tolerance: 1e-10, ..Options::default() };
    Lognormal { options }.estimate(&question.problem().unwrap()).unwrap()
}

#[track_caller]
fn same(one: &Fit, other: &Fit) {
    let close = |a: f64, b: f64, what: &str| {
        assert!((a - b).abs() < 1e-7 * (1.0 + a.abs()), "{what}: {a} {b}");
    };
    close(one.log_likelihood(), other.log_likelihood(), "log-likelihood");
    for (a, b) in one.coefficients().iter().zip(other.coefficients()) {
        close(a.estimate, b.estimate, &a.term);
        close(a.std_error, b.std_error, &a.term);
    }
    for (a, b) in one.levels().iter().zip(other.levels()) {
        close(a.sd.estimate(), b.sd.estimate(), &a.level);
    }
}

fn in_order(table: &Table, order: &[usize]) -> Table {
    table.names().iter().fold(Table::new(), |made, name| {
        let column = match table.column(name).unwrap() {
            Column::Numbers(cells) => Column::Numbers(order.iter().map(|&row| cells[row]).collect()),
            Column::Text(cells) => Column::Text(order.iter().map(|&row| cells[row].clone()).collect()),
        };
        made.with_column(name, column).unwrap()
    })
}

#[test]
fn shuffled_rows_and_other_codes_change_nothing() {
    let question = small_counts(240, 2.0, Family::Poisson, 6);
    let mut order: Vec<usize> = (0..240).collect();
    order.shuffle(&mut crate::generator(1));
    let shuffled = Question { table: in_order(&question.table, &order), ..question.clone() };
    let Column::Text(codes) = question.table.column("region").unwrap().clone() else { panic!("codes") };
    let renamed =
        question.with_text("region", codes.into_iter().map(|code| format!("z{}", code.len() * 7) + &code));
    let fitted = fit(&question);
    same(&fitted, &fit(&shuffled));
    same(&fitted, &fit(&renamed));
}

#[test]
fn more_exposure_is_a_smaller_intercept() {
    let question = small_counts(240, 2.0, Family::NegBin2, 6);
    let (one, more) = (fit(&question), fit(&question.changed("exposure", |_, e| 10.0 * e)));
    assert!((one.log_likelihood() - more.log_likelihood()).abs() < 1e-7);
    let moved = one.coefficients()[0].estimate - more.coefficients()[0].estimate;
    assert!((moved - 10f64.ln()).abs() < 1e-6, "{moved}");
}

#[test]
fn a_level_without_variance_changes_nothing_wherever_it_stands() {
    let nested = small_counts(240, 2.0, Family::Poisson, 9);
    let value = |levels: &[&str], variances: &[f64]| {
        let model =
            levels.iter().fold(nestcount::Model::poisson(), |model, level| model.random_intercept(*level));
        let problem = Question { model: model.row_effect(), ..nested.clone() }.problem().unwrap();
        let at = Parameters {
            coefficients: vec![0.6, 0.3],
            variances: variances.to_vec(),
            scatter: Scatter::Poisson,
        };
        problem.lognormal_likelihood(&Options::default()).unwrap().value(&at).unwrap()
    };
    let (both, region, town, none) = (["region", "town"], ["region"], ["town"], []);
    let without_town = value(&region, &[0.1, 0.3]);
    assert!((value(&both, &[0.1, 0.0, 0.3]) - without_town).abs() < 1e-9);
    assert!((value(&both, &[0.0, 0.2, 0.3]) - value(&town, &[0.2, 0.3])).abs() < 1e-9);
    assert!((value(&both, &[0.0, 0.0, 0.3]) - value(&none, &[0.3])).abs() < 1e-9);
    assert!((value(&both, &[0.1, 0.1, 0.3]) - without_town).abs() > 1e-3, "a level does nothing");
}
