//! Likelihood-ratio tests: what nests, the reference, and the bootstrap.

use crate::question::Question;
use crate::tables;
use nestcount::determinant::Determinants;
use nestcount::infer::{Bootstrap, Parameter};
use nestcount::{Fit, Model, Options, Problem};
use std::ops::ControlFlow;

fn solved(question: &Question) -> (Problem, Fit) {
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    (problem, fit)
}

fn asking(model: Model, terms: &[&str]) -> Question {
    let question = tables::neg_bin2(4);
    let determinants = terms.iter().fold(Determinants::new(), |all, term| all.numeric(term));
    Question { model, determinants, ..question }
}

fn sd(level: &str) -> Parameter {
    Parameter::Sd(level.into())
}

#[test]
fn coefficients_bring_a_plain_chi_square() {
    let model = || Model::neg_bin2().random_intercept("town");
    let (small, large) = (solved(&asking(model(), &["a"])), solved(&asking(model(), &["a", "b", "c"])));
    let test = small.1.likelihood_ratio(&small.0, &large.1, &large.0, &Options::default()).unwrap();
    let gain = 2.0 * (large.1.log_likelihood() - small.1.log_likelihood());
    assert!((test.statistic - gain).abs() < 1e-12 && gain > 1.0);
    assert_eq!(test.reference.parts().collect::<Vec<_>>(), [(2, 1.0)]);
    // χ²₂ has the tail exp(−t/2)
    assert!((test.p_value - (-0.5 * gain).exp()).abs() < 1e-9 * test.p_value.max(1e-3));
}

#[test]
fn variances_and_theta_bring_the_edge() {
    let small = solved(&asking(Model::poisson().random_intercept("town"), &["a"]));
    let full = || Model::neg_bin2().random_intercept("town");
    let with_theta = solved(&asking(full(), &["a"]));
    let test = small.1.likelihood_ratio(&small.0, &with_theta.1, &with_theta.0, &Options::default()).unwrap();
    assert_eq!((test.at_edge.as_slice(), test.free.len()), (&[Parameter::Theta][..], 0));
    assert_eq!(test.reference.parts().collect::<Vec<_>>(), [(0, 0.5), (1, 0.5)]);
    let both = solved(&asking(full().random_intercept("region"), &["a", "b"]));
    let test = small.1.likelihood_ratio(&small.0, &both.1, &both.0, &Options::default()).unwrap();
    assert_eq!(test.at_edge, [sd("region"), Parameter::Theta]);
    assert_eq!(test.free, [Parameter::Coefficient("b".into())]);
    let parts: Vec<(usize, f64)> = test.reference.parts().collect();
    assert_eq!(parts.iter().map(|part| part.0).collect::<Vec<_>>(), [1, 2, 3]);
    assert!((parts.iter().map(|part| part.1).sum::<f64>() - 1.0).abs() < 1e-12);
    // a variance between regions and one of the rows hardly hinder each other
    assert!((parts[0].1 - 0.25).abs() < 0.06, "{parts:?}");
}

#[test]
fn nested_levels_compete_for_the_variance_and_the_weights_say_so() {
    let (none, both) = (
        solved(&asking(Model::poisson(), &["a"])),
        solved(&asking(Model::poisson().random_intercept("region").random_intercept("town"), &["a"])),
    );
    let test = none.1.likelihood_ratio(&none.0, &both.1, &both.0, &Options::default()).unwrap();
    assert_eq!(test.at_edge, [sd("region"), sd("town")]);
    let parts: Vec<(usize, f64)> = test.reference.parts().collect();
    // what one takes the other lacks: their estimates are negatively correlated
    assert!(parts[0].1 > 0.25 && parts[2].1 < 0.25, "{parts:?}");
    assert!(test.p_value < 1e-6);
}

#[test]
fn models_that_do_not_nest_are_refused_with_every_reason() {
    let small = solved(&asking(Model::neg_bin2().random_intercept("town"), &["a", "b"]));
    let large = solved(&asking(Model::poisson().random_intercept("region"), &["a", "c"]));
    let error = small.1.likelihood_ratio(&small.0, &large.1, &large.0, &Options::default()).unwrap_err();
    assert_eq!(error.code(), "not-nested");
    let text = error.to_string();
    for reason in ["term 'b'", "level 'town'", "theta"] {
        assert!(text.contains(reason), "{text}");
    }
    let same = small.1.likelihood_ratio(&small.0, &small.1, &small.0, &Options::default()).unwrap_err();
    assert!(same.to_string().contains("no parameter"), "{same}");
    let other_counts = asking(Model::neg_bin2().random_intercept("town"), &["a", "b", "c"]);
    let other_counts = other_counts.changed("count", |row, y| if row == 5 { y + 1.0 } else { y });
    let other = solved(&other_counts.changed("a", |row, a| if row == 9 { a + 1.0 } else { a }));
    let text = small.1.likelihood_ratio(&small.0, &other.1, &other.0, &Options::default()).unwrap_err();
    assert!(text.to_string().contains("other counts"), "{text}");
    let other = solved(
        &asking(Model::neg_bin2().random_intercept("town"), &["a", "b", "c"])
            .changed("a", |row, a| if row == 9 { a + 1.0 } else { a }),
    );
    let text = small.1.likelihood_ratio(&small.0, &other.1, &other.0, &Options::default()).unwrap_err();
    assert!(text.to_string().contains("'a' is another column"), "{text}");
}

#[test]
fn the_bootstrapped_test_agrees_with_the_mixture_and_with_itself_on_any_number_of_threads() {
    let table = tables::world_of(0.0, 0.25).draw(&mut tables::generator(6)).unwrap().table;
    let large = solved(&tables::asked(table, Model::poisson()));
    let question = tables::asked(
        tables::world_of(0.0, 0.25).draw(&mut tables::generator(6)).unwrap().table,
        Model::poisson(),
    );
    let small = solved(&Question { model: Model::poisson().random_intercept("town"), ..question });
    let run = |threads| {
        let wanted = Bootstrap::new(120).on_threads(threads);
        let rng = &mut tables::generator(2);
        let go_on = |_| ControlFlow::Continue(());
        small.1.likelihood_ratio_bootstrapped(&small.0, &large.1, &large.0, &wanted, rng, go_on).unwrap()
    };
    let one = run(1);
    assert_eq!(one, run(2));
    let zeros = one.simulated.iter().filter(|t| **t < 1e-6).count() as f64 / one.simulated.len() as f64;
    // with 6 regions the variance is estimated at 0 more often than half of the time
    assert!((0.4..0.8).contains(&zeros), "{zeros}");
    let test = small.1.likelihood_ratio(&small.0, &large.1, &large.0, &Options::default()).unwrap();
    assert_eq!(test.statistic, one.statistic);
    assert!(one.p_value() > 0.0 && one.p_value() <= 1.0);
    assert!((one.p_value() - test.p_value).abs() < 0.2 || test.statistic < 1e-6, "{test:?}");
}
