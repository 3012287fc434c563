//! The restricted fit: against the analysis of variance, against glmmTMB, and against the fit where both are the same.

use super::fixture::{Panel, close, data, table};
use nestcount::count::Count;
use nestcount::determinant::Design;
use nestcount::infer::{Confidence, DegreesOfFreedom, Dispersion, StandardDeviation};
use nestcount::ndarray::Array2;
use nestcount::panel::{Correlation, InTime, PanelModel, RestrictedFit, Without};
use nestcount::{Family, Options};

/// log rates of five areas in nine periods with more of each kind of scatter than counts of millions have by chance.
fn balanced() -> (Panel, [f64; 9]) {
    let shared = [0.04, -0.03, 0.01, 0.05, -0.06, -0.02, 0.03, 0.0, -0.02];
    let mut panel = Panel {
        regions: vec![],
        gemeenten: vec![],
        times: vec![],
        x: vec![],
        exposures: vec![],
        counts: vec![],
    };
    let mut means = [0.0; 9];
    for area in 0..5 {
        for (time, shared) in shared.iter().enumerate() {
            let own = 0.03 * ((area * 7 + time * 5) as f64 * 1.7).sin();
            let log_rate = 0.1 * area as f64 + shared + own;
            let count = (1e9 * log_rate.exp()).round();
            means[time] += (count / 1e9).ln() / 5.0;
            panel.regions.push("R".into());
            panel.gemeenten.push(format!("G{area}"));
            panel.times.push(time as f64);
            panel.x.push(f64::from(u8::from(time >= 6)));
            panel.exposures.push(1e9);
            panel.counts.push(Count::Exact(count as u64));
        }
    }
    (panel, means)
}

#[test]
fn a_step_of_all_areas_in_a_balanced_panel_is_the_two_sample_t_of_its_periods() {
    let (panel, means) = balanced();
    let model = PanelModel::poisson()
        .random_intercept("gemeente")
        .period_effect()
        .in_time("gemeente", InTime::Independent);
    let problem = panel.check(&model);
    let fit = problem.fit(&Options::default()).unwrap();
    let found = fit.restricted(&problem).unwrap();
    let step = found.coefficient("x").unwrap();
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
    let (before, after) = means.split_at(6);
    let squares = |of: &[f64]| of.iter().map(|x| (x - mean(of)).powi(2)).sum::<f64>();
    let variance = (squares(before) + squares(after)) / 7.0;
    let error = (variance * (1.0 / 6.0 + 1.0 / 3.0)).sqrt();
    close("step", step.estimate, mean(after) - mean(before), 1e-6);
    close("relative error", step.std_error / error, 1.0, 1e-4);
    let DegreesOfFreedom::Finite(df) = step.df else { panic!("{:?}", step.df) };
    close("relative df", df / 7.0, 1.0, 1e-2);
    println!("error {:.1e} from the t test's, {df:.4} degrees of freedom of 7", step.std_error / error - 1.0);
    // by maximum likelihood the variance of the eight contrasts of periods is 7/8 of that
    close("by likelihood", fit.coefficient("x").unwrap().std_error / error, (7.0f64 / 8.0).sqrt(), 1e-2);
    let worlds = found.counterfactual(&Without::terms(["x"])).unwrap();
    let last: Vec<usize> = (0..panel.n()).filter(|&row| panel.times[row] == 8.0).collect();
    let contrast = worlds.over(&last).unwrap();
    let (one, other) = (contrast.ratio_interval(Confidence::P95), step.rate_ratio_interval(Confidence::P95));
    close("low", one.low, other.low, 1e-9);
    close("high", one.high, other.high, 1e-9);
}

fn answers(model: &str) -> Vec<(String, f64, f64)> {
    let text = std::fs::read_to_string(data("glmmTMB.csv")).unwrap();
    let number = |cell: &str| cell.trim().parse::<f64>().unwrap_or(f64::NAN);
    let lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let own = lines.filter(|cells| cells[0] == model);
    own.map(|cells| (cells[1].to_string(), number(cells[2]), number(cells[3]))).collect()
}

fn compare(model: &str, fit: &RestrictedFit) {
    let wanted = answers(model);
    let of =
        |name: &str| wanted.iter().find(|known| known.0 == name).map(|known| (known.1, known.2)).unwrap();
    for (effect, name) in fit.coefficients().iter().zip(["beta", "beta1"]) {
        close(name, effect.estimate, of(name).0, 1e-6);
    }
    let mut sds: Vec<StandardDeviation> = fit.levels().iter().map(|level| level.sd).collect();
    sds.extend(fit.period().map(|period| period.sd));
    sds.extend(fit.movement().map(|moving| moving.sd));
    for (sd, name) in sds.into_iter().zip(["theta", "theta1", "theta2"]) {
        close(name, sd.estimate().ln(), of(name).0, 1e-5);
        close("error of log sd", sd.std_error().unwrap() / sd.estimate(), of(name).1, 1e-4);
    }
    if let Some(Correlation::Estimated { estimate, .. }) = fit.movement().map(|moving| moving.correlation) {
        let theta = of("theta3").0;
        close("rho", estimate, theta / (1.0 + theta * theta).sqrt(), 1e-5);
    }
    if let Dispersion::NegBin2 { theta, .. } = fit.dispersion() {
        close("log theta", theta.ln(), of("betad").0, 1e-5);
    }
}

#[test]
fn coefficients_and_variances_are_glmmtmb_s_with_reml() {
    let crossed = |family| PanelModel::of(family).random_intercept("gemeente").period_effect();
    for (name, family) in [("poisson", Family::Poisson), ("nb2", Family::NegBin2)] {
        for (kind, model) in [
            ("crossed", crossed(family).random_intercept("region")),
            ("ar1", crossed(family).in_time("gemeente", InTime::Autoregressive)),
        ] {
            let problem = table().check(&model);
            let fit = problem.fit(&Options::default()).unwrap();
            compare(&format!("restricted {kind} {name}"), &fit.restricted(&problem).unwrap());
        }
    }
}

#[test]
fn without_variances_the_restricted_fit_is_the_fit() {
    let problem = table().check(&PanelModel::poisson());
    let fit = problem.fit(&Options::default()).unwrap();
    let restricted = fit.restricted(&problem).unwrap();
    for (one, other) in restricted.coefficients().iter().zip(fit.coefficients()) {
        close(&one.term, one.estimate, other.estimate, 1e-8);
        close("error", one.std_error, other.std_error, 1e-6);
        assert_eq!(one.df, DegreesOfFreedom::Infinite);
    }
    let x = Array2::from_shape_fn((table().n(), 1), |(i, _)| 2.0 * table().x[i]);
    let rows: Vec<usize> = (0..table().n()).collect();
    let panel = table();
    let other = PanelModel::poisson()
        .check(
            &panel.placement(),
            &panel.periods(),
            &panel.count_table(),
            Design::from_matrix(["x"], x, &rows).unwrap(),
        )
        .unwrap();
    assert_eq!(fit.restricted(&other).unwrap_err().code(), "specification");
}
