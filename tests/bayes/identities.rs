//! What must hold without any other engine.

use crate::question::Question;
use crate::tables;
use nestcount::determinant::Determinants;
#[cfg(feature = "nuts")]
use nestcount::estimator::Posterior;
use nestcount::estimator::{Bayes, CoefficientPrior, Estimated, Estimator, Priors, SdPrior};
use nestcount::infer::{AreaEffect, Confidence, Parameter};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::table::{Column, Table};
use nestcount::{Model, Options};
use rand::seq::SliceRandom;
use std::ops::ControlFlow;

#[test]
fn equal_seeds_give_equal_bits_for_any_number_of_threads() {
    for model in [Model::poisson(), Model::neg_bin2()] {
        let question = tables::asked(tables::poisson(3).table, model);
        let problem = question.problem().unwrap();
        let of = |threads: usize| {
            let posterior =
                Bayes { proposals: 1010, threads, ..Bayes::default() }.estimate(&problem).unwrap();
            let draws = posterior.draws(&problem, 130, &mut tables::generator(5)).unwrap();
            let effects = draws.area_effects("town").unwrap();
            let parameters: Vec<_> = draws.parameters().collect();
            (posterior.summaries(), posterior.area_effects("town").unwrap().to_vec(), parameters, effects)
        };
        let one = of(1);
        assert_eq!(one.3.nrows(), 130);
        assert!([2, 3].iter().all(|&threads| of(threads) == one));
    }
}

/// Proposals are made in coordinates that neither changes, so that the same are made and weighed.
#[test]
fn neither_the_order_of_rows_nor_the_names_of_areas_matter() {
    for model in [Model::poisson(), Model::neg_bin2()] {
        let world = tables::world().theta(4.0).draw(&mut tables::generator(5)).unwrap();
        let question = tables::asked(world.table, model);
        let mut order: Vec<usize> = (0..question.table.n_rows()).collect();
        order.shuffle(&mut tables::generator(6));
        let table = question.table.select(&order);
        let codes = table.codes("town").unwrap().into_iter();
        let renamed = codes.map(|code| format!("{}\u{3bb}", code.unwrap().chars().rev().collect::<String>()));
        let other = Question { table: table.clone(), ..question.clone() }.with_text("town", renamed);
        let [one, two] = [question, other].map(|question| {
            let problem = question.problem().unwrap();
            Bayes { proposals: 1000, ..Bayes::default() }.estimate(&problem).unwrap()
        });
        for (one, two) in one.summaries().iter().zip(two.summaries()) {
            assert!((one.mean - two.mean).abs() < 1e-4 * one.sd, "{}", one.parameter);
            assert!((one.sd / two.sd - 1.0).abs() < 1e-4, "{}", one.parameter);
        }
        for level in ["region", "town"] {
            let sorted = |effects: &[AreaEffect]| {
                let mut effects: Vec<(f64, f64)> =
                    effects.iter().map(|area| (area.effect, area.sd)).collect();
                effects.sort_by(|one, other| one.0.total_cmp(&other.0));
                effects
            };
            let [one, two] = [&one, &two].map(|posterior| sorted(posterior.area_effects(level).unwrap()));
            for (one, two) in one.iter().zip(&two) {
                assert!((one.0 - two.0).abs() < 1e-3 * one.1, "{one:?} {two:?}");
                assert!((one.1 / two.1 - 1.0).abs() < 1e-3, "{one:?} {two:?}");
            }
        }
    }
}

/// 4,000 rows in 200 areas of one level: the posterior of everything is nearly normal, and the priors say next to nothing.
#[test]
fn a_large_table_and_flat_priors_give_the_normal_around_the_maximum() {
    let world = World::new(4000)
        .level("town", 200, 0.3)
        .determinant(Determinant::normal("a", 0.3))
        .exposure(Marginal::log_normal(200.0, 0.6))
        .rate(0.1);
    let question = Question {
        table: world.draw(&mut tables::generator(2)).unwrap().table,
        levels: vec!["town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("a"),
        model: Model::poisson().random_intercept("town"),
    };
    let problem = question.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let posterior = Bayes { proposals: 4000, threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
    for (ours, ml) in posterior.coefficients().iter().zip(fit.coefficients()) {
        let away = (ours.estimate - ml.estimate) / ml.std_error;
        assert!(away.abs() < 0.06, "{}: {away}", ours.term);
        assert!((ours.std_error / ml.std_error - 1.0).abs() < 0.05, "{}", ours.term);
    }
    let (ours, ml) = (posterior.levels()[0].sd, fit.levels()[0].sd);
    let away = (ours.estimate() - ml.estimate()) / ml.std_error().unwrap();
    assert!(away.abs() < 0.25, "{away}");
    for (ours, ml) in posterior.area_effects("town").unwrap().iter().zip(fit.area_effects("town").unwrap()) {
        assert_eq!(ours.path, ml.path);
        assert!((ours.effect - ml.effect).abs() < 0.1 * ml.sd, "{}", ours.code());
        assert!((ours.sd / ml.sd - 1.0).abs() < 0.1, "{}", ours.code());
    }
}

/// Draws have the moments that the posterior states of its areas and parameters.
#[test]
fn joint_draws_agree_with_the_posterior_that_they_are_of() {
    for question in [tables::poisson(4), tables::neg_bin2(4)] {
        let problem = question.problem().unwrap();
        let posterior = Bayes { threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
        let draws = posterior.draws(&problem, 4000, &mut tables::generator(1)).unwrap();
        for level in ["region", "town"] {
            let drawn = draws.area_effects(level).unwrap();
            for (area, column) in posterior.area_effects(level).unwrap().iter().zip(drawn.columns()) {
                let (mean, sd) = (column.mean().unwrap(), column.std(1.0));
                assert!(
                    (mean - area.effect).abs() < 0.1 * area.sd,
                    "{}: {mean} {}",
                    area.code(),
                    area.effect
                );
                assert!((sd / area.sd - 1.0).abs() < 0.1, "{}: {sd} {}", area.code(), area.sd);
            }
        }
        let first = draws.parameters().map(|at| at.coefficients[1]).sum::<f64>() / 4000.0;
        let ours = &posterior.coefficients()[1];
        assert!((first - ours.estimate).abs() < 0.05 * ours.std_error);
        let interval = posterior.interval(&Parameter::Sd("town".into()), Confidence::P95).unwrap();
        let inside = draws.parameters().filter(|at| {
            let sd = at.variances[1].sqrt();
            interval.low <= sd && sd <= interval.high
        });
        let share = inside.count() as f64 / 4000.0;
        assert!((share - 0.95).abs() < 0.01, "{share}");
    }
}

/// The evidence of a model without effects and one coefficient is an integral over one number.
#[test]
fn the_evidence_is_the_integral() {
    let counts = [3.0f64, 0.0, 2.0, 5.0, 1.0];
    let table = Table::new()
        .with_column("town", Column::Text(["a", "a", "b", "b", "c"].map(String::from).to_vec()))
        .unwrap()
        .with_column("count", Column::Numbers(counts.map(Some).to_vec()))
        .unwrap();
    let question = Question {
        table,
        levels: vec!["town"],
        count: "count",
        exposure: None,
        determinants: Determinants::new(),
        model: Model::poisson(),
    };
    let problem = question.problem().unwrap();
    let (location, scale) = (0.2, 0.8);
    let priors =
        Priors::default().coefficient_of("(Intercept)", CoefficientPrior::Normal { location, scale });
    let posterior = Bayes { priors, ..Bayes::default() }.estimate(&problem).unwrap();
    let factorials = (6.0f64 * 2.0 * 120.0).ln();
    let density = |b: f64| {
        let normal = -0.5 * ((b - location) / scale).powi(2) - scale.ln() - 0.5 * std::f64::consts::TAU.ln();
        (11.0 * b - 5.0 * b.exp() - factorials + normal).exp()
    };
    let exact = (1e-3 * (-6000..6000).map(|i| density(1e-3 * f64::from(i))).sum::<f64>()).ln();
    let evidence = posterior.log_evidence().unwrap();
    let away = (evidence.estimate - exact) / evidence.std_error;
    assert!(away.abs() < 3.5 && evidence.std_error < 0.01, "{evidence:?} {exact}");
    assert!(Bayes::default().estimate(&problem).unwrap().log_evidence().is_none());
}

#[test]
fn tables_are_completed_inside_what_was_published() {
    let question = tables::poisson(6);
    let bounds = |row: usize, y: f64| if row.is_multiple_of(3) && y < 15.0 { (0.0, 14.0) } else { (y, y) };
    let counts = question.numbers("count");
    let ends = |pick: fn((f64, f64)) -> f64| {
        Column::Numbers(counts.iter().enumerate().map(|(row, y)| Some(pick(bounds(row, *y)))).collect())
    };
    let question = question.with("lo", ends(|b| b.0)).with("hi", ends(|b| b.1));
    let problem = Question { count: "lo..hi", ..question }.problem().unwrap();
    assert!(problem.n_coarse() > 10);
    let posterior = Bayes { proposals: 2000, ..Bayes::default() }.estimate(&problem).unwrap();
    let draws = posterior.draws(&problem, 20, &mut tables::generator(1)).unwrap();
    let tables = draws.completed(&mut tables::generator(2)).unwrap();
    assert_eq!(tables.len(), 20);
    for table in &tables {
        // fails where a count disagrees with what was published
        let fit = problem.completed(table).unwrap().fit(&Options::default()).unwrap();
        let sd = &posterior.coefficients()[1];
        assert!((fit.coefficients()[1].estimate - sd.estimate).abs() < 4.0 * sd.std_error);
    }
    assert!(tables[0] != tables[1]);
}

#[test]
fn what_cannot_be_is_refused() {
    let problem = tables::poisson(1).problem().unwrap();
    let of = |bayes: Bayes| bayes.estimate(&problem).map(|_| ()).unwrap_err();
    assert_eq!(of(Bayes { proposals: 20, ..Bayes::default() }).code(), "specification");
    let priors = Priors::default().sd(SdPrior::HalfNormal { scale: -1.0 });
    assert_eq!(of(Bayes { priors, ..Bayes::default() }).code(), "specification");
    let mut seen = 0;
    let stopped = Bayes::default().estimate_watched(&problem, &mut |_| {
        seen += 1;
        if seen == 12 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(stopped.unwrap_err().code(), "cancelled");
    let posterior = Bayes { proposals: 200, ..Bayes::default() }.estimate(&problem).unwrap();
    let other = tables::poisson(2).problem().unwrap();
    assert!(posterior.draws(&other, 10, &mut tables::generator(1)).is_err());
    assert!(posterior.draws(&problem, 0, &mut tables::generator(1)).is_err());
    assert!(posterior.quantile(&Parameter::Theta, 0.5).is_err());
    assert!(posterior.quantile(&Parameter::Sd("town".into()), 1.5).is_err());
    assert!(posterior.area_effects("province").is_err());
}

#[cfg(feature = "nuts")]
#[test]
fn chains_and_weights_tell_the_same() {
    use nestcount::estimator::{Reliability, Sampling};
    let problem = tables::poisson(1).problem().unwrap();
    let weighted = Bayes { proposals: 40_000, threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
    let bayes = Bayes { sampling: Sampling::Chains, proposals: 20_000, threads: 2, ..Bayes::default() };
    let walked = bayes.estimate(&problem).unwrap();
    println!("{:?}\n{:?}", weighted.sampler(), walked.sampler());
    assert_eq!(walked.reliability(), Reliability::Reliable);
    for (one, other) in weighted.summaries().iter().zip(walked.summaries()) {
        let ends = |posterior: &Posterior, p| posterior.quantile(&one.parameter, p).unwrap();
        let apart = [0.05, 0.25, 0.5, 0.75, 0.95].map(|p| (ends(&weighted, p) - ends(&walked, p)) / one.sd);
        println!(
            "  {:12} {:+.3} {:.3} quantiles {apart:.3?}",
            one.parameter,
            (one.mean - other.mean) / one.sd,
            other.sd / one.sd
        );
        assert!((one.mean - other.mean).abs() < 0.1 * one.sd, "{}", one.parameter);
        assert!(apart.iter().all(|apart| apart.abs() < 0.1), "{}: {apart:?}", one.parameter);
    }
}
