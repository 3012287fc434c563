//! The same model written in other words, and posterior moments by other sums.

use crate::question::Question;
use crate::tables::generator;
use nestcount::determinant::Determinants;
use nestcount::estimate::{Orders, Parameters};
use nestcount::family::Scatter;
use nestcount::simulate::{Marginal, World};
use nestcount::{Model, Problem};

const FINE: Orders = Orders::Fixed { step: 0.5, tail: 1e-20 };

/// Four nested levels; those asked for have an intercept.
fn problem(asked: &[&str], model: Model) -> Problem {
    let world = World::new(160)
        .level("country", 3, 0.3)
        .level("region", 8, 0.3)
        .level("town", 24, 0.4)
        .level("quarter", 60, 0.3)
        .exposure(Marginal::log_normal(3.0, 0.5))
        .rate(1.0);
    let model = asked.iter().fold(model, |model, level| model.random_intercept(*level));
    let question = Question {
        table: world.draw(&mut generator(8)).unwrap().table,
        levels: vec!["country", "region", "town", "quarter"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new(),
        model,
    };
    question.problem().unwrap()
}

fn at(variances: &[f64]) -> Parameters {
    Parameters { coefficients: vec![0.1], variances: variances.to_vec(), scatter: Scatter::Poisson }
}

fn value(problem: &Problem, variances: &[f64]) -> f64 {
    problem.exact_likelihood(&FINE).unwrap().value(&at(variances)).unwrap()
}

#[test]
fn a_level_without_variance_changes_nothing_wherever_it_stands() {
    let four = problem(&["country", "region", "town", "quarter"], Model::poisson());
    let all = ["country", "region", "town", "quarter"];
    for out in 0..4 {
        let kept: Vec<&str> = (0..4).filter(|&level| level != out).map(|level| all[level]).collect();
        let three = problem(&kept, Model::poisson());
        let variances = [0.2, 0.1, 0.3];
        let mut with = variances.to_vec();
        with.insert(out, 0.0);
        let (one, other) = (value(&four, &with), value(&three, &variances));
        assert!((one - other).abs() < 1e-10, "{}: {one} {other}", all[out]);
        let mut exact = four.exact_likelihood(&FINE).unwrap();
        let none = exact.area_effects(&at(&with), all[out]).unwrap();
        assert!(none.iter().all(|area| area.mean == 0.0 && area.sd == 0.0));
    }
}

#[test]
fn a_variance_that_vanishes_leads_to_none() {
    let four = problem(&["country", "region", "town", "quarter"], Model::poisson());
    for out in 0..4 {
        let mut variances = vec![0.2, 0.1, 0.3, 0.2];
        variances[out] = 0.0;
        let none = value(&four, &variances);
        let (_, gradient) = four.exact_likelihood(&FINE).unwrap().gradient(&at(&variances)).unwrap();
        for variance in [1e-4, 1e-6, 1e-9, 1e-14] {
            variances[out] = variance;
            let change = value(&four, &variances) - none;
            let slope = gradient[1 + out];
            // to second order, by a curvature that the counts bound
            assert!(
                (change - slope * variance).abs() < 1e5 * variance * variance + 1e-11,
                "{out} {variance}: {change} for {slope}"
            );
        }
    }
}

#[test]
fn four_levels_and_the_rows_equal_their_own_sums() {
    let five = problem(&["country", "region", "town", "quarter"], Model::poisson().row_effect());
    let four = problem(&["country", "region", "town", "quarter"], Model::poisson());
    let (one, other) = (value(&five, &[0.2, 0.1, 0.3, 0.2, 0.0]), value(&four, &[0.2, 0.1, 0.3, 0.2]));
    assert!((one - other).abs() < 1e-10, "{one} {other}");
    assert!((value(&five, &[0.2, 0.1, 0.3, 0.2, 0.1]) - other).abs() > 1e-3, "the row effect does nothing");
}

/// One level: the effects are independent, and each posterior is one sum over a line.
#[test]
fn posterior_moments_are_those_of_plain_sums() {
    let problem = problem(&["town"], Model::poisson());
    let parameters = at(&[0.5]);
    let mut exact = problem.exact_likelihood(&FINE).unwrap();
    let found = exact.area_effects(&parameters, "town").unwrap();
    let table = World::new(160)
        .level("country", 3, 0.3)
        .level("region", 8, 0.3)
        .level("town", 24, 0.4)
        .level("quarter", 60, 0.3)
        .exposure(Marginal::log_normal(3.0, 0.5))
        .rate(1.0)
        .draw(&mut generator(8))
        .unwrap()
        .table;
    let (codes, counts) = (table.codes("town").unwrap(), table.numbers("count").unwrap());
    let exposures = table.numbers("exposure").unwrap();
    assert_eq!(found.len(), 24);
    for area in &found {
        let rows = (0..160).filter(|&row| codes[row].as_deref() == Some(area.path.last().unwrap().as_str()));
        let (mut y, mut e) = (0.0, 0.0);
        for row in rows {
            y += counts[row].unwrap();
            e += exposures[row].unwrap() * 0.1f64.exp();
        }
        let mut sums = [0.0; 3];
        for i in -9000..=9000 {
            let b = f64::from(i) * 1e-3;
            let density = (y * b - e * (b.exp() - 1.0) - b * b).exp();
            sums[0] += density;
            sums[1] += density * b;
            sums[2] += density * b * b;
        }
        let mean = sums[1] / sums[0];
        let sd = (sums[2] / sums[0] - mean * mean).sqrt();
        assert!((area.mean - mean).abs() < 1e-9 && (area.sd - sd).abs() < 1e-9, "{area:?}: {mean} {sd}");
    }
}
