//! The gauge that every Laplace fit carries.

use super::{TWO, problem, tables};
use nestcount::estimator::{Estimator, Laplace};
use nestcount::infer::{Gauge, Parameter, StandardDeviation};
use nestcount::{Family, Fit, Model, Options};

fn gauge(fit: &Fit) -> &Gauge {
    fit.approximation().gauge().unwrap()
}

#[test]
fn areas_share_epsilon_out_and_no_parameter_steps_further_than_the_largest() {
    for family in [Family::Poisson, Family::NegBin2] {
        let fit = problem(2.0, &TWO, 0.0, family, 2).fit(&Options::default()).unwrap();
        let gauge = gauge(&fit);
        let shares: f64 = gauge.areas.iter().map(|area| area.epsilon).sum();
        assert!((shares - gauge.epsilon).abs() < 1e-12 * gauge.epsilon.abs().max(1.0));
        assert_eq!(gauge.areas.len(), fit.levels()[0].n_areas);
        let largest = gauge.steps.iter().map(|step| step.std_errors.abs()).fold(0.0, f64::max);
        assert_eq!(largest, gauge.largest.std_errors.abs());
        assert_eq!(gauge.step(&gauge.largest.parameter), Some(gauge.largest.std_errors));
        let paths = fit.area_effects("region").unwrap().iter().map(|area| &area.path);
        assert!(paths.eq(gauge.areas.iter().map(|area| &area.path)));
    }
}

#[test]
fn epsilon_shrinks_as_counts_grow_and_is_nothing_without_levels() {
    let of_mean = |mean: f64| {
        let fit = problem(mean, &TWO, 0.0, Family::Poisson, 5).fit(&Options::default()).unwrap();
        (gauge(&fit).epsilon.abs(), gauge(&fit).largest.std_errors.abs())
    };
    let (few, many) = (of_mean(20.0), of_mean(2000.0));
    assert!(many.0 < 0.05 * few.0 && many.1 < 0.05 * few.1, "{few:?} {many:?}");
    let alone = problem(2.0, &[], 0.0, Family::Poisson, 5).fit(&Options::default()).unwrap();
    assert_eq!((gauge(&alone).epsilon, gauge(&alone).largest.std_errors), (0.0, 0.0));
    assert!(gauge(&alone).areas.is_empty());
}

#[test]
fn what_stands_at_zero_has_no_step() {
    let mut found = 0;
    for seed in 1..=12 {
        let problem = problem(3.0, &[("region", 12, 0.0), ("town", 60, 0.3)], 0.0, Family::Poisson, seed);
        let fit = Laplace::default().estimate(&problem).unwrap();
        let zero = matches!(fit.levels()[0].sd, StandardDeviation::Zero { .. });
        let step = gauge(&fit).step(&Parameter::Sd("region".into()));
        assert_eq!(step.is_none(), zero);
        assert!(gauge(&fit).steps.iter().all(|step| step.std_errors.is_finite()));
        found += usize::from(zero);
    }
    assert!(found > 2, "{found}");
}

#[test]
fn a_row_effect_alone_has_a_gauge_and_no_areas() {
    let problem = problem(3.0, &[], 0.5, Family::Poisson, 1);
    let fit = problem.fit(&Options::default()).unwrap();
    assert!(gauge(&fit).epsilon.abs() > 1e-3 && gauge(&fit).areas.is_empty());
}

#[test]
fn it_is_printed_and_saved_with_the_fit() {
    let question =
        tables::asked(tables::world().draw(&mut tables::generator(1)).unwrap().table, Model::poisson());
    let fit = question.fit().unwrap();
    let line = format!("largest step {:.3} standard errors", gauge(&fit).largest.std_errors);
    assert!(fit.to_string().contains(&line), "{fit}");
    let again: Fit = serde_json::from_str(&serde_json::to_string(&fit).unwrap()).unwrap();
    assert_eq!(again, fit);
}
