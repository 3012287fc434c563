//! Steps, their counterfactual and their placebos.

use super::fixture::{Panel, close, table};
use nestcount::determinant::Design;
use nestcount::infer::{Confidence, Interval};
use nestcount::ndarray::Array2;
use nestcount::panel::{InTime, PanelFit, PanelModel, PanelProblem, Placebo, Provisional, TimeTerm, Without};
use nestcount::{Error, Options};
use std::ops::ControlFlow;

const OWN: &str = "step in G03";

fn own() -> TimeTerm {
    TimeTerm::step(OWN, "9").in_area("gemeente", "G03")
}

fn stepped(table: &Panel, model: &PanelModel) -> PanelProblem {
    let (areas, periods) = (table.placement(), table.periods());
    let terms = [TimeTerm::step("step", "9"), own()];
    let columns: Vec<Vec<f64>> = terms.iter().map(|term| term.column(&areas, &periods).unwrap()).collect();
    let rows: Vec<usize> = (0..table.n()).collect();
    let matrix = Array2::from_shape_fn((table.n(), 3), |(i, j)| match j {
        0 => table.x[i],
        j => columns[j - 1][i],
    });
    let design = Design::from_matrix(["x", "step", OWN], matrix, &rows).unwrap();
    model.check(&areas, &periods, &table.count_table(), design).unwrap()
}

fn model() -> PanelModel {
    PanelModel::neg_bin2()
        .random_intercept("gemeente")
        .period_effect()
        .in_time("gemeente", InTime::Autoregressive)
}

fn fitted(model: &PanelModel) -> (PanelProblem, PanelFit) {
    let problem = stepped(&table(), model);
    let fit = problem.fit(&Options::default()).unwrap();
    (problem, fit)
}

#[test]
fn the_ratio_over_rows_with_one_step_is_the_exponential_of_its_coefficient() {
    let (problem, fit) = fitted(&model());
    let worlds = fit.counterfactual(&problem, &Without::terms([OWN])).unwrap();
    let rows = problem.rows_in("gemeente", "G03").unwrap();
    let coefficient = fit.coefficient(OWN).unwrap();
    for (period, contrast) in worlds.by_period(&rows).unwrap() {
        if period.parse::<f64>().unwrap() < 9.0 {
            assert_eq!((contrast.difference, contrast.difference_std_error), (0.0, 0.0));
            continue;
        }
        close("ratio", contrast.ratio(), coefficient.rate_ratio(), 1e-10);
        close("its error", contrast.log_ratio_std_error, coefficient.std_error, 1e-8);
        let Interval { low, high } = contrast.ratio_interval(Confidence::P95);
        let wald = coefficient.rate_ratio_interval(Confidence::P95);
        close("interval", low, wald.low, 1e-8);
        close("interval", high, wald.high, 1e-8);
    }
    // rows of other gemeenten know nothing of the step there
    let others = worlds.over(&problem.rows_in("gemeente", "G04").unwrap()).unwrap();
    assert_eq!((others.ratio(), others.log_ratio_std_error), (1.0, 0.0));
}

#[test]
fn totals_of_the_world_observed_are_sums_of_its_rows_and_periods() {
    let (problem, fit) = fitted(&model());
    let worlds = fit.counterfactual(&problem, &Without::terms(["step", OWN])).unwrap();
    let total = worlds.total();
    let by_row: f64 = problem.rows().iter().map(|&row| worlds.over(&[row]).unwrap().with.count).sum();
    close("sum over rows", by_row, total.with.count, 1e-12);
    let by_period = worlds.by_period(problem.rows()).unwrap();
    close("difference", by_period.iter().map(|(_, c)| c.difference).sum(), total.difference, 1e-10);
    let nothing = fit.counterfactual(&problem, &Without::nothing()).unwrap().total();
    assert_eq!((nothing.difference, nothing.log_ratio_std_error), (0.0, 0.0));
    assert!(worlds.over(&[]).is_err() && worlds.over(&[100_000]).is_err());
    assert_eq!(
        fit.counterfactual(&problem, &Without::terms(["no"])).err().map(|e: Error| e.code()),
        Some("unknown-column")
    );
}

#[test]
fn the_expected_total_of_a_poisson_is_the_total_counted() {
    let model = PanelModel::poisson()
        .random_intercept("gemeente")
        .period_effect()
        .in_time("gemeente", InTime::Autoregressive);
    let (problem, fit) = fitted(&model);
    let total = fit.counterfactual(&problem, &Without::nothing()).unwrap().total().with.count;
    let counted: f64 = table().counts.iter().map(|count| count.bounds().lo() as f64).sum();
    close("total", total, counted, 1e-8);
}

#[test]
fn without_effects_the_error_of_a_total_is_that_of_its_poisson_sum() {
    let (problem, fit) = fitted(&PanelModel::poisson());
    let worlds = fit.counterfactual(&problem, &Without::nothing()).unwrap();
    let total = worlds.total().with;
    // the score of the intercept says Σμ = Σy, whose relative error is 1/√Σy
    let counted: f64 = table().counts.iter().map(|count| count.bounds().lo() as f64).sum();
    close("total", total.count, counted, 1e-9);
    close("its error", total.log_std_error, 1.0 / counted.sqrt(), 1e-6);
}

#[test]
fn final_figures_leave_the_declared_factor_out() {
    let late = Provisional::new(["13", "14"], 0.955).unwrap().with_log_sd(0.01).unwrap();
    let (problem, fit) = fitted(&model().provisional(late));
    let published = fit.counterfactual(&problem, &Without::nothing()).unwrap();
    let settled = fit.counterfactual(&problem, &Without::nothing().final_figures()).unwrap();
    let rows: Vec<usize> = (0..table().n()).filter(|&row| table().times[row] == 13.0).collect();
    let (one, other) = (published.over(&rows).unwrap(), settled.over(&rows).unwrap());
    close("factor", one.with.count / other.with.count, fit.provisional()[0].log_factor.exp(), 1e-10);
    assert!(other.with.log_std_error > one.with.log_std_error);
}

#[test]
fn a_placebo_is_the_refit_with_the_step_elsewhere_for_any_number_of_threads() {
    let table = table();
    let model = PanelModel::neg_bin2().random_intercept("gemeente").period_effect();
    let problem = stepped(&table, &model);
    let fit = problem.fit(&Options::default()).unwrap();
    let study = Placebo::of(own()).unwrap().among(["G01", "G03", "G20", "G33"]);
    let go_on = |_| ControlFlow::Continue(());
    let found = study.run(&fit, &problem, go_on).unwrap();
    assert_eq!(found, study.clone().on_threads(2).run(&fit, &problem, go_on).unwrap());
    let codes: Vec<&str> = found.others.iter().map(|other| other.code.as_str()).collect();
    assert_eq!((codes, found.failed.len()), (vec!["G01", "G20", "G33"], 0));
    assert!((1..=4).contains(&found.rank()));
    assert_eq!(found.p_value(), found.rank() as f64 / 4.0);

    // by hand: the design with the step in G20, fitted from nothing
    let (areas, periods) = (table.placement(), table.periods());
    let columns = [TimeTerm::step("step", "9"), TimeTerm::step(OWN, "9").in_area("gemeente", "G20")]
        .map(|term| term.column(&areas, &periods).unwrap());
    let rows: Vec<usize> = (0..table.n()).collect();
    let matrix = Array2::from_shape_fn((table.n(), 3), |(i, j)| match j {
        0 => table.x[i],
        j => columns[j - 1][i],
    });
    let design = Design::from_matrix(["x", "step", OWN], matrix, &rows).unwrap();
    let other = model.check(&areas, &periods, &table.count_table(), design).unwrap();
    let other = other.fit(&Options::default()).unwrap();
    let by_hand = other.coefficient(OWN).unwrap();
    close("placebo", found.others[1].effect.estimate, by_hand.estimate, 1e-6);
    close("its error", found.others[1].effect.std_error, by_hand.std_error, 1e-6);

    let stop = study.run(&fit, &problem, |_| ControlFlow::Break(())).unwrap_err();
    assert_eq!(stop.code(), "inference-cancelled");
    assert!(Placebo::of(TimeTerm::step("step", "9")).is_err());
}
