//! What is read off a posterior's draws, beside what a fit says of the same table.

use crate::question::Question;
use crate::tables::generator;
use nestcount::determinant::Determinants;
use nestcount::estimator::{Bayes, Estimator};
use nestcount::expected::{Exceedance, Expectation, Predictive, RankBy, Ranking, Readings, RowSets};
use nestcount::infer::{Confidence, Draws};
use nestcount::simulate::{Determinant, Marginal, World};
use nestcount::{Model, Options};

/// 3,000 rows in 150 towns: the posterior is nearly the normal around the maximum.
fn large(theta: Option<f64>) -> Question {
    let world = World::new(3000)
        .level("town", 150, 0.3)
        .determinant(Determinant::normal("a", 0.3))
        .exposure(Marginal::log_normal(100.0, 0.6))
        .rate(0.1);
    let (world, model) = match theta {
        Some(theta) => (world.theta(theta), Model::neg_bin2()),
        None => (world, Model::poisson()),
    };
    Question {
        table: world.draw(&mut generator(2)).unwrap().table,
        levels: vec!["town"],
        count: "count",
        exposure: Some("exposure"),
        determinants: Determinants::new().numeric("a"),
        model: model.random_intercept("town"),
    }
}

const DRAWS: usize = 2000;

#[test]
fn in_a_large_table_expectations_predictions_exceedance_and_ranks_are_those_of_the_fit() {
    for theta in [None, Some(5.0)] {
        let problem = large(theta).problem().unwrap();
        let fit = problem.fit(&Options::default()).unwrap();
        let posterior = Bayes { proposals: 4000, threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
        let draws = posterior.draws(&problem, DRAWS, &mut generator(1)).unwrap();
        let towns = RowSets::level(&problem, "town").unwrap();
        let fitted = fit.fitted(&problem).unwrap();
        for expectation in [
            Expectation::FixedPart,
            Expectation::Marginal,
            Expectation::given("town"),
            Expectation::Conditional,
        ] {
            let ours = draws.moments(&expectation, &towns).unwrap();
            for (ours, theirs) in ours.iter().zip(fitted.moments(&expectation, &towns).unwrap()) {
                let away = (ours.mean - theirs.mean) / theirs.sd;
                assert!(away.abs() < 0.15, "{expectation:?}: {ours:?} {theirs:?}");
                assert!((ours.sd / theirs.sd - 1.0).abs() < 0.12, "{expectation:?}: {ours:?} {theirs:?}");
            }
        }
        let own = draws.predicted_in_own_areas(&towns).unwrap();
        let new = draws.predicted_in_new_areas(&towns).unwrap();
        for (ours, predictive) in [(own, Predictive::OwnEffects), (new, Predictive::NewEffects)] {
            for (ours, theirs) in ours.iter().zip(fitted.predicted(predictive, &towns).unwrap()) {
                assert!((ours.mean - theirs.mean).abs() < 0.1 * theirs.sd, "{ours:?} {theirs:?}");
                assert!((ours.sd / theirs.sd - 1.0).abs() < 0.06, "{ours:?} {theirs:?}");
                let (one, other) = (ours.interval(Confidence::P95), theirs.interval(Confidence::P95));
                let apart = |one: u64, other: u64| (one as f64 - other as f64).abs();
                let most = 1.0 + 0.2 * theirs.sd;
                assert!(apart(one.low, other.low) <= most && apart(one.high, other.high) <= most);
            }
        }
        let of_fit = fit.draws(&problem, DRAWS, &mut generator(1)).unwrap();
        readings_agree(&draws, &of_fit, &towns);
    }
}

/// Under a flat prior of the intercept the slope of the log-density in it has mean 0, which is Σ y − Σ E[μ | y].
#[test]
fn the_posterior_mean_of_all_that_a_poisson_expects_is_all_that_was_counted() {
    let question = large(None);
    let problem = question.problem().unwrap();
    let posterior = Bayes { proposals: 4000, threads: 2, ..Bayes::default() }.estimate(&problem).unwrap();
    let draws = posterior.draws(&problem, DRAWS, &mut generator(1)).unwrap();
    let all = RowSets::all_rows(&problem);
    let found = draws.moments(&Expectation::Conditional, &all).unwrap()[0];
    let counted: f64 = question.numbers("count").iter().sum();
    let error = found.sd / (0.5 * DRAWS as f64).sqrt();
    assert!((found.mean - counted).abs() < 4.0 * error, "{found:?} for {counted}, give or take {error}");
    let predicted = draws.predicted_in_own_areas(&all).unwrap()[0];
    assert!((predicted.sd - (found.sd.powi(2) + found.mean).sqrt()).abs() < 1e-9 * predicted.sd);
}

fn readings_agree(draws: &Draws<'_>, of_fit: &Draws<'_>, towns: &RowSets) {
    let wanted = Readings::new()
        .exceedance(Exceedance::ratio_above(1.1, Expectation::FixedPart).unwrap())
        .exceedance(Exceedance::rate_above_national(1.2).unwrap())
        .ranks(Ranking { by: RankBy::Rate, top: 10, confidence: Confidence::P95 })
        .rates(Confidence::P95);
    let (ours, theirs) = (draws.read(&wanted, towns).unwrap(), of_fit.read(&wanted, towns).unwrap());
    for (ours, theirs) in ours.exceedances.iter().flatten().zip(theirs.exceedances.iter().flatten()) {
        // four standard errors of a difference of shares, and the approximation's own
        assert!((ours - theirs).abs() < 0.09, "{ours} {theirs}");
    }
    for (ours, theirs) in ours.rates.iter().zip(&theirs.rates) {
        assert!((ours.mean - theirs.mean).abs() < 0.2 * theirs.sd, "{ours:?} {theirs:?}");
        assert!((ours.sd / theirs.sd - 1.0).abs() < 0.12, "{ours:?} {theirs:?}");
    }
    for (ours, theirs) in ours.ranks[0].iter().zip(&theirs.ranks[0]) {
        assert!((ours.expected - theirs.expected).abs() < 6.0, "{ours:?} {theirs:?}");
    }
}

/// Where a table says little the predictions from draws are wider than those at an estimate: they know that.
#[test]
fn a_count_predicted_from_draws_has_their_moments() {
    let problem = crate::tables::neg_bin2(3).problem().unwrap();
    let posterior = Bayes { proposals: 2000, ..Bayes::default() }.estimate(&problem).unwrap();
    let draws = posterior.draws(&problem, 4000, &mut generator(1)).unwrap();
    let towns = RowSets::level(&problem, "town").unwrap();
    let expected = draws.moments(&Expectation::Conditional, &towns).unwrap();
    let predicted = draws.predicted_in_own_areas(&towns).unwrap();
    let rates = draws.read(&Readings::new().rates(Confidence::P95), &towns).unwrap().rates;
    assert_eq!(towns.n_sets(), predicted.len());
    for ((expected, predicted), rate) in expected.iter().zip(&predicted).zip(&rates) {
        assert!((expected.mean - predicted.mean).abs() < 1e-9 * expected.mean);
        // a new count adds the scatter of the family to what the expectation varies by
        let added = predicted.sd.powi(2) - expected.sd.powi(2);
        assert!(added > predicted.mean && added.is_finite(), "{added} {}", predicted.mean);
        assert!(rate.sd > 0.0);
    }
    let other = crate::tables::poisson(2).problem().unwrap();
    let strange = RowSets::level(&other, "town").unwrap();
    assert!(draws.predicted_in_own_areas(&strange).is_err());
    assert!(draws.predicted_in_new_areas(&strange).is_err());
    assert!(draws.moments(&Expectation::FixedPart, &strange).is_err());
    assert!(draws.moments(&Expectation::given("province"), &towns).is_err());
}
