//! The edges of the parameter space, what is refused, and whether fits of many kinds arrive at all.

use super::fixture::{Panel, Truth, close, drawn, table};
use nestcount::count::Count;
use nestcount::determinant::Design;
use nestcount::infer::{Dispersion, StandardDeviation};
use nestcount::ndarray::Array2;
use nestcount::panel::{Correlation, InTime, PanelFit, PanelModel, TimeTerm, Without};
use nestcount::{ErrorKind, Family, Options};
use std::ops::ControlFlow;

fn crossed(family: Family) -> PanelModel {
    PanelModel::of(family).random_intercept("gemeente").period_effect()
}

#[test]
fn a_variance_of_zero_is_exactly_zero_with_its_score_and_the_smaller_model_s_fit() {
    let still = Truth { mean: 60.0, gemeente: 0.3, ..Truth::default() };
    let (mut zero_periods, mut zero_movements, mut walks) = (0, 0, 0);
    for seed in 1..=8 {
        let table = drawn(20, 8, still, seed);
        let small = table.fit(&PanelModel::poisson().random_intercept("gemeente"));
        let fit = table.fit(&crossed(Family::Poisson));
        if let StandardDeviation::Zero { score, .. } = fit.period().unwrap().sd {
            zero_periods += 1;
            assert!(score <= 0.0, "{score}");
            close("logLik", fit.log_likelihood(), small.log_likelihood(), 1e-12);
            close("x", fit.coefficients()[1].std_error, small.coefficients()[1].std_error, 1e-6);
            assert_eq!(fit.certificate().zero_variances[0].level, "period");
            assert!(fit.period_effects().iter().all(|e| e.effect == 0.0 && e.sd == 0.0));
        }
        let moving =
            PanelModel::poisson().random_intercept("gemeente").in_time("gemeente", InTime::Autoregressive);
        let fit = match table.check(&moving).fit(&Options::default()) {
            Ok(fit) => fit,
            Err(error) => {
                // chance may look like a slow walk around the gemeente's own level
                assert_eq!(error.code(), "correlation-at-limit", "{error}");
                walks += 1;
                continue;
            }
        };
        let movement = fit.movement().unwrap();
        if let StandardDeviation::Zero { score, .. } = movement.sd {
            zero_movements += 1;
            assert!(score <= 0.0, "{score}");
            assert_eq!(movement.correlation, Correlation::Undefined);
            close("logLik", fit.log_likelihood(), small.log_likelihood(), 1e-12);
        } else {
            assert!(fit.log_likelihood() > small.log_likelihood());
        }
    }
    println!(
        "of 8 panels without either: {zero_periods} period variances of 0, {zero_movements} movements, {walks} refused"
    );
    assert!(zero_periods >= 2 && zero_movements >= 1 && walks <= 2);
}

#[test]
fn counts_without_more_scatter_than_poisson_are_the_poisson_s_limit() {
    let truth = Truth { mean: 30.0, gemeente: 0.3, period: 0.1, moving: 0.0, rho: 0.0 };
    let mut limits = 0;
    for seed in 1..=6 {
        let table = drawn(20, 8, truth, seed);
        let fit = table.fit(&crossed(Family::NegBin2));
        if let Dispersion::PoissonLimit { score } = fit.dispersion() {
            limits += 1;
            assert!(score <= 0.0);
            let poisson = table.fit(&crossed(Family::Poisson));
            close("logLik", fit.log_likelihood(), poisson.log_likelihood(), 1e-12);
        }
    }
    println!("of 6 Poisson panels {limits} at the limit");
    assert!(limits >= 1);
}

fn kinds(family: Family) -> Vec<PanelModel> {
    let moving = |how| crossed(family).in_time("gemeente", how);
    vec![
        crossed(family),
        moving(InTime::Independent),
        moving(InTime::Autoregressive),
        moving(InTime::RandomWalk),
        moving(InTime::Autoregressive).random_intercept("region"),
    ]
}

/// Kinds of model that did not arrive at a maximum, with what was said.
fn failures(table: &Panel, family: Family) -> Vec<String> {
    let fit = |model: &PanelModel| {
        let error = table.check(model).fit(&Options::default()).err()?;
        Some(format!("{model:?}: {error}"))
    };
    kinds(family).iter().filter_map(fit).collect()
}

#[test]
fn fits_of_every_kind_arrive_from_small_counts_to_large_ones() {
    for (mean, seed) in [(2.0, 1), (20.0, 2), (300.0, 3), (20_000.0, 4)] {
        let truth = Truth { mean, gemeente: 0.3, period: 0.1, moving: 0.15, rho: 0.6 };
        let table = drawn(32, 12, truth, seed);
        for family in [Family::Poisson, Family::NegBin2] {
            let failed = failures(&table, family);
            assert!(failed.is_empty(), "mean {mean}, {family}: {failed:#?}");
        }
    }
}

#[test]
fn a_correlation_that_runs_off_is_refused_with_what_to_do() {
    // every gemeente drifts on a line of its own, so that neighbouring half-years never part
    let mut table = drawn(12, 8, Truth { mean: 400.0, ..Truth::default() }, 5);
    for row in 0..table.n() {
        let slope = 0.03 * (table.gemeenten[row][1..].parse::<f64>().unwrap() - 5.5);
        let mean = 4000.0 * (slope * (table.times[row] - 3.5)).exp();
        table.counts[row] = Count::Exact(mean.round() as u64);
    }
    let model = PanelModel::poisson().in_time("gemeente", InTime::Autoregressive);
    match table.check(&model).fit(&Options::default()) {
        Ok(fit) => {
            let rho = fit.movement().unwrap().correlation.estimate().unwrap();
            assert!(rho > 0.9, "{rho}");
        }
        Err(error) => match error.kind() {
            ErrorKind::CorrelationAtLimit { level, limit, instead, .. } => {
                assert_eq!((level.as_str(), *limit), ("gemeente", 1.0));
                assert!(instead.contains("random walk"), "{instead}");
            }
            other => panic!("{other}"),
        },
    }
    table.fit(&PanelModel::poisson().in_time("gemeente", InTime::RandomWalk));
}

#[test]
fn the_callback_sees_every_evaluation_and_can_stop() {
    let problem = table().check(&crossed(Family::Poisson));
    let mut seen = 0;
    let fit = problem.fit_watched(&Options::default(), |_| {
        seen += 1;
        ControlFlow::Continue(())
    });
    assert_eq!(fit.unwrap().trace().len(), seen);
    for at in [1, 4, 12] {
        let stopped = problem.fit_watched(&Options::default(), |iteration| match iteration.evaluation < at {
            true => ControlFlow::Continue(()),
            false => ControlFlow::Break(()),
        });
        let error = stopped.unwrap_err();
        match error.kind() {
            ErrorKind::Cancelled { best } => assert!(best.log_likelihood.is_finite()),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn a_fit_from_a_fit_is_the_fit_from_nothing() {
    let table = table();
    let model = crossed(Family::NegBin2).in_time("gemeente", InTime::Autoregressive);
    let problem = table.check(&model);
    let cold = problem.fit(&Options::default()).unwrap();
    let warm = problem.fit_from(&cold, &Options::default()).unwrap();
    close("logLik", warm.log_likelihood(), cold.log_likelihood(), 1e-12);
    println!("{} evaluations cold, {} warm", cold.trace().len(), warm.trace().len());
    assert!(warm.trace().len() < cold.trace().len());
    let other = table.check(&crossed(Family::NegBin2));
    assert!(other.fit_from(&cold, &Options::default()).is_err());
}

#[test]
fn the_summary_names_what_moves() {
    let fit = table().fit(&crossed(Family::Poisson).in_time("gemeente", InTime::Autoregressive));
    let text = fit.to_string();
    for words in
        ["period, 14 of them", "gemeente, autoregressive", "correlation over one step", "Converged in"]
    {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
}

/// Codes of what the check or the fit of each kind of model says; `fits` where there is an answer.
fn said(panel: &Panel) -> Vec<&'static str> {
    let of = |model: &PanelModel| {
        let checked = model.check(&panel.placement(), &panel.periods(), &panel.count_table(), panel.design());
        let fit = checked.and_then(|problem| {
            let fit = problem.fit(&Options::default())?;
            fit.restricted(&problem).map(|_| fit)
        });
        fit.map_or_else(|error| error.code(), |_| "fits")
    };
    kinds(Family::Poisson).iter().chain(&kinds(Family::NegBin2)).map(of).collect()
}

#[test]
fn tables_without_an_answer_are_refused_by_name_and_those_with_gaps_are_fitted() {
    let truth = Truth { mean: 60.0, gemeente: 0.3, period: 0.1, moving: 0.1, rho: 0.5 };
    let one_period = said(&drawn(12, 1, truth, 1));
    assert!(one_period.iter().all(|code| *code == "too-few-areas"), "{one_period:?}");
    let one_area = said(&drawn(1, 12, truth, 1));
    assert!(one_area.iter().all(|code| *code == "too-few-areas"), "{one_area:?}");
    let mut zeros = drawn(12, 6, truth, 1);
    zeros.counts.fill(Count::Exact(0));
    assert!(said(&zeros).iter().all(|code| *code == "all-zero-counts"));

    let mut panel = drawn(12, 10, truth, 1);
    panel.counts.iter_mut().step_by(7).for_each(|count| *count = Count::Missing);
    let unbalanced: Vec<usize> = (0..panel.n()).filter(|row| row % 10 <= row / 10 || row / 10 > 9).collect();
    let found = said(&panel.select(&unbalanced));
    println!("an unbalanced panel with missing cells: {found:?}");
    assert!(found.iter().all(|code| ["fits", "correlation-at-limit"].contains(code)), "{found:?}");
    assert!(found.iter().filter(|code| **code == "fits").count() >= 6, "{found:?}");
}

#[test]
fn steps_that_no_row_has_or_all_rows_have_are_refused() {
    let panel = drawn(6, 8, Truth { mean: 60.0, gemeente: 0.3, ..Truth::default() }, 1);
    let (areas, periods) = (panel.placement(), panel.periods());
    let column = |term: TimeTerm| term.column(&areas, &periods);
    assert_eq!(column(TimeTerm::step("step", "8")).unwrap_err().code(), "unknown-category");
    assert_eq!(column(TimeTerm::spell("spell", "3", "9")).unwrap_err().code(), "unknown-category");
    for term in
        [TimeTerm::step("step", "0"), TimeTerm::spell("spell", "5", "3"), TimeTerm::slope("slope", "7")]
    {
        let values = column(term).unwrap();
        let x = Array2::from_shape_fn((values.len(), 1), |(i, _)| values[i]);
        let rows: Vec<usize> = (0..values.len()).collect();
        let design = Design::from_matrix(["x"], x, &rows);
        assert_eq!(design.unwrap_err().code(), "constant");
    }
}

#[test]
fn a_fit_at_its_edges_can_be_started_from() {
    let still = Truth { mean: 60.0, ..Truth::default() };
    let mut edges = 0;
    for seed in 1..=6 {
        let panel = drawn(12, 8, still, seed);
        let problem = panel.check(&crossed(Family::Poisson));
        let fit = problem.fit(&Options::default()).unwrap();
        let at_zero = fit.certificate().zero_variances.len();
        edges += usize::from(at_zero == 2);
        let again = problem.fit_from(&fit, &Options::default()).unwrap();
        close("logLik", again.log_likelihood(), fit.log_likelihood(), 1e-10);
        assert_eq!(again.certificate().zero_variances.len(), at_zero);
    }
    println!("{edges} of 6 fits with all standard deviations 0");
    assert!(edges >= 1);
}

#[test]
fn a_saved_fit_is_the_same_and_another_format_is_refused() {
    let problem = table().check(&crossed(Family::NegBin2).in_time("gemeente", InTime::Autoregressive));
    let fit = problem.fit(&Options::default()).unwrap();
    let saved = serde_json::to_value(&fit).unwrap();
    let loaded: PanelFit = serde_json::from_value(saved.clone()).unwrap();
    assert_eq!(loaded, fit);
    let totals = |fit: &PanelFit| fit.counterfactual(&problem, &Without::nothing()).unwrap().total();
    assert_eq!(totals(&loaded), totals(&fit));
    let refused = |change: &dyn Fn(&mut serde_json::Value)| {
        let mut other = saved.clone();
        change(&mut other);
        serde_json::from_value::<PanelFit>(other).unwrap_err().to_string()
    };
    let format = refused(&|fit| fit["format"] = 99.into());
    assert!(format.contains("99"), "{format}");
    let torn = refused(&|fit| fit["maximum"]["point"]["scales"] = serde_json::json!([0.1]));
    assert!(torn.contains("hold together"), "{torn}");
    let mut short = saved.clone();
    short["maximum"]["u"] = serde_json::json!([0.1]);
    let short: PanelFit = serde_json::from_value(short).unwrap();
    assert!(short.counterfactual(&problem, &Without::nothing()).is_err());
}
