//! Steps, their counterfactual and their placebos.

use super::fixture::{Panel, Truth, close, drawn_twice, table};
use nestcount::count::{Count, Interval as Bounds};
use nestcount::determinant::Design;
use nestcount::infer::{Confidence, DegreesOfFreedom, Interval};
use nestcount::ndarray::Array2;
use nestcount::panel::{
    ExpectedTotal, InTime, PanelFit, PanelModel, PanelProblem, Placebo, PlaceboTest, Provisional, TimeTerm,
    Without,
};
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
    let rank = found.rank();
    assert!((1..=4).contains(&rank.place) && (rank.among, rank.asked) == (4, 4));
    assert_eq!((rank.p_value(), rank.largest_p_value()), (rank.place as f64 / 4.0, rank.p_value()));
    let half_failed = PlaceboTest {
        others: found.others[..1].to_vec(),
        failed: vec![("G20".into(), "no".into()), ("G33".into(), "no".into())],
        ..found.clone()
    };
    let rank = half_failed.rank();
    assert_eq!((rank.among, rank.asked), (2, 4));
    assert_eq!(rank.largest_p_value(), (rank.place + 2) as f64 / 4.0);
    assert!(rank.to_string().ends_with("of 2, 4 asked"));

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

/// Of worlds whose last period is not counted yet, shares of counts within the 95 % predictive interval: of cells counted, drawn
/// once more, and of the last period.
#[test]
fn predictive_intervals_hold_counts_drawn_again_and_counts_of_a_period_not_counted_yet() {
    let truth = Truth { mean: 40.0, gemeente: 0.3, period: 0.05, moving: 0.1, rho: 0.5 };
    let model = PanelModel::poisson()
        .random_intercept("gemeente")
        .period_effect()
        .in_time("gemeente", InTime::Autoregressive);
    let (mut again, mut ahead, mut worlds) = ([0, 0], [0, 0], 0);
    for seed in 1..=24 {
        let (mut panel, redrawn) = drawn_twice(24, 10, truth, seed);
        let counted = panel.counts.clone();
        let last = |row: &usize| panel.times[*row] == 9.0;
        let (ahead_rows, known): (Vec<usize>, Vec<usize>) = (0..panel.n()).partition(last);
        for &row in &ahead_rows {
            panel.counts[row] = Count::Interval(Bounds::at_least(0));
        }
        let problem = panel.check(&model);
        let Ok(fit) = problem.fit(&Options::default()) else { continue };
        let Ok(restricted) = fit.restricted(&problem) else { continue };
        worlds += 1;
        let expected = restricted.counterfactual(&Without::nothing()).unwrap();
        let hold = |held: &mut [usize; 2], rows: &[usize], counts: &[Count]| {
            for &row in rows {
                let Interval { low, high } =
                    expected.over(&[row]).unwrap().with.predictive_interval(Confidence::P95);
                let count = counts[row].bounds().lo() as f64;
                held[0] += usize::from(low <= count && count <= high);
                held[1] += 1;
            }
        };
        hold(&mut again, &known, &redrawn);
        hold(&mut ahead, &ahead_rows, &counted);
    }
    let share = |[held, of]: [usize; 2]| held as f64 / of as f64;
    println!("{worlds} worlds: drawn again {:.3}, not counted yet {:.3}", share(again), share(ahead));
    assert!(worlds >= 20);
    assert!((0.94..=0.98).contains(&share(again)), "{}", share(again));
    assert!((0.92..=0.985).contains(&share(ahead)), "{}", share(ahead));
}

#[test]
fn without_any_doubt_a_predictive_interval_is_the_poisson_s() {
    let of = |count: f64, log_std_error: f64, chance_variance: f64| {
        let total = ExpectedTotal { count, log_std_error, df: DegreesOfFreedom::Infinite, chance_variance };
        let Interval { low, high } = total.predictive_interval(Confidence::P95);
        (low, high)
    };
    // qpois(c(0.025, 0.975), 10), qpois(…, 0.01), qnbinom(…, size = 5, mu = 10)
    assert_eq!(of(10.0, 0.0, 10.0), (4.0, 17.0));
    assert_eq!(of(0.01, 0.0, 0.01), (0.0, 0.0));
    assert_eq!(of(10.0, 0.0, 30.0), (2.0, 23.0));
    assert_eq!(of(10.0, 0.2f64.sqrt(), 10.0), (2.0, 23.0));
}
