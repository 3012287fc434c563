//! The maximum of L + ε where Laplace is nearly right, and what must not move it.

use super::{THREE, TWO, problem, problem_as, second_order, tables};
use crate::question::Question;
use nestcount::infer::{Approximation, Dispersion, Parameter};
use nestcount::table::Column;
use nestcount::{Family, Fit, Model, Options};
use rand::seq::SliceRandom;

/// Where each parameter went from Laplace to second order, in Laplace's standard errors.
fn moved(laplace: &Fit, second: &Fit) -> Vec<(Parameter, f64)> {
    let mut moved = Vec::new();
    for (one, two) in laplace.coefficients().iter().zip(second.coefficients()) {
        let step = (two.estimate - one.estimate) / one.std_error;
        moved.push((Parameter::Coefficient(one.term.clone()), step));
    }
    for (one, two) in laplace.levels().iter().zip(second.levels()) {
        if let Some(error) = laplace.covariance().std_error(&format!("log sd({})", one.level)) {
            let step = (two.sd.estimate() / one.sd.estimate()).ln() / error;
            moved.push((Parameter::Sd(one.level.clone()), step));
        }
    }
    if let (Some(one), Some(two)) = (laplace.dispersion().theta(), second.dispersion().theta()) {
        let error = laplace.covariance().std_error("log theta").unwrap();
        moved.push((Parameter::Theta, (two / one).ln() / error));
    }
    moved
}

#[test]
fn the_gauge_of_laplace_foretells_where_the_second_order_goes() {
    let mut tested = 0;
    for family in [Family::Poisson, Family::NegBin2] {
        for (levels, row_sd) in [(&TWO[..], 0.0), (&THREE[..], 0.0), (&TWO[..], 0.4)] {
            if family == Family::NegBin2 && row_sd > 0.0 {
                continue;
            }
            let problem = problem(12.0, levels, row_sd, family, 3);
            let laplace = problem.fit(&Options::default()).unwrap();
            let second = second_order(&problem);
            let gauge = laplace.approximation().gauge().unwrap();
            for (parameter, step) in moved(&laplace, &second) {
                let foretold = gauge.step(&parameter).unwrap();
                let slack = 0.1 * gauge.largest.std_errors.abs() + 1e-6;
                assert!((foretold - step).abs() < slack, "{parameter} {family}: {foretold} for {step}");
                tested += 1;
            }
            let gained = second.log_likelihood() - laplace.log_likelihood();
            assert!(
                (gained - gauge.epsilon).abs() < 0.02 * gauge.epsilon.abs(),
                "{gained} {}",
                gauge.epsilon
            );
        }
    }
    assert!(tested > 15);
}

#[test]
fn withheld_counts_have_maxima_too() {
    for (seed, model) in [(1, Model::poisson()), (2, Model::neg_bin2()), (3, Model::poisson().row_effect())] {
        let mut question =
            tables::asked(tables::world().draw(&mut tables::generator(seed)).unwrap().table, model);
        let counts = question.table.numbers("count").unwrap();
        let bound =
            |up: f64| counts.iter().map(|y| y.map(|y| if y < 10.0 { up } else { y })).collect::<Vec<_>>();
        let (low, high) = (Column::Numbers(bound(0.0)), Column::Numbers(bound(9.0)));
        question.table = tables::with_column(&question.table, "low", low);
        question.table = tables::with_column(&question.table, "high", high);
        question.count = "low..high";
        let problem = question.problem().unwrap();
        assert!(problem.n_coarse() > 20);
        let fit = second_order(&problem);
        assert_eq!(*fit.approximation(), Approximation::SecondOrder);
        assert!(fit.certificate().gradient < 1e-5);
    }
}

#[test]
fn without_overdispersion_the_negative_binomial_is_the_poisson() {
    let mut limits = 0;
    for seed in 1..=4 {
        let poisson = problem(3.0, &TWO, 0.0, Family::Poisson, seed);
        let negative = problem_as(Family::NegBin2, 3.0, &TWO, 0.0, Family::Poisson, seed);
        let (poisson, negative) = (second_order(&poisson), second_order(&negative));
        match negative.dispersion() {
            Dispersion::PoissonLimit { score } => {
                assert!(score <= 0.0);
                assert!((negative.log_likelihood() - poisson.log_likelihood()).abs() < 1e-8);
                limits += 1;
            }
            _ => assert!(negative.log_likelihood() > poisson.log_likelihood()),
        }
    }
    assert!(limits > 0);
}

#[test]
fn neither_the_order_of_rows_nor_the_names_of_areas_matter() {
    for (seed, model) in [(1, Model::poisson()), (2, Model::neg_bin2())] {
        let world = tables::world().theta(4.0).draw(&mut tables::generator(seed)).unwrap();
        let question = tables::asked(world.table, model);
        let mut order: Vec<usize> = (0..question.table.n_rows()).collect();
        order.shuffle(&mut tables::generator(seed));
        let table = question.table.select(&order);
        let codes = table.codes("town").unwrap().into_iter();
        let renamed = codes.map(|code| format!("{}\u{3bb}", code.unwrap().chars().rev().collect::<String>()));
        let other = Question { table: table.clone(), ..question.clone() }.with_text("town", renamed);
        let [one, two] = [question, other].map(|question| question.problem().unwrap());
        for (parameter, step) in moved(&second_order(&one), &second_order(&two)) {
            assert!(step.abs() < 1e-5, "{parameter}: {step}");
        }
        let [one, two] = [one, two].map(|problem| problem.fit(&Options::default()).unwrap());
        let [one, two] = [&one, &two].map(|fit| fit.approximation().gauge().unwrap());
        assert!((one.epsilon - two.epsilon).abs() < 1e-9);
        for (a, b) in one.steps.iter().zip(&two.steps) {
            assert!((a.std_errors - b.std_errors).abs() < 1e-6, "{a:?} {b:?}");
        }
    }
}
