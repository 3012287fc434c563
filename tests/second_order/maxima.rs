//! The maximum of L + ε where Laplace is nearly right, and what must not move it.

use super::{THREE, TWO, problem, second_order, tables};
use nestcount::infer::{Approximation, Parameter};
use nestcount::{Family, Fit, Options};

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
fn withheld_counts_and_row_effects_have_maxima_too() {
    for seed in 1..=3 {
        let poisson = tables::poisson(seed);
        let fit = second_order(&poisson.problem().unwrap());
        assert_eq!(*fit.approximation(), Approximation::SecondOrder);
        for family in [Family::Poisson, Family::NegBin2] {
            let row_sd = if family == Family::Poisson { 0.3 } else { 0.0 };
            let exact = problem(4.0, &TWO, row_sd, family, seed);
            let _ = second_order(&exact);
        }
    }
}
