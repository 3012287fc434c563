//! Pooled fits: what comes back, and what is refused.

use crate::question::Question;
use crate::tables::{asked, generator, neg_bin2, poisson, world_of};
use nestcount::family::Scatter;
use nestcount::impute::{DegreesOfFreedom, PooledDispersion, PooledFit, PooledSd, PooledTest};
use nestcount::infer::Confidence;
use nestcount::table::Column;
use nestcount::{Fit, Model, Options};

/// The question with other counts below 15, as completions of withheld ones.
fn completed(question: &Question, table: u64) -> Question {
    question.changed("count", |row, y| match y < 15.0 {
        true => ((y + ((row as u64 * 7 + table * 13) % 9) as f64) - 4.0).max(0.0),
        false => y,
    })
}

fn completions(question: &Question, tables: u64) -> Vec<Fit> {
    (0..tables).map(|table| completed(question, table).fit().unwrap()).collect()
}

/// Counts at means that nothing moves, so that both standard deviations are 0.
fn still(seed: u64) -> Question {
    let made = world_of(0.0, 0.0).draw(&mut generator(seed)).unwrap();
    let rounded = made.truth.mean.iter().map(|mean| Some(mean.round())).collect();
    asked(made.table, Model::poisson()).with("count", Column::Numbers(rounded))
}

/// The same areas with towns that differ.
fn moved(question: &Question) -> Question {
    let towns = question.table.codes("town").unwrap().to_vec();
    let bytes = |row: usize| towns[row].as_deref().unwrap().bytes().map(usize::from).sum::<usize>();
    question.changed("count", |row, y| (y * (0.7 + 0.15 * (bytes(row) % 5) as f64)).round())
}

#[test]
fn identical_fits_give_the_fit_back() {
    for question in [poisson(1), neg_bin2(2)] {
        let fit = question.fit().unwrap();
        let pooled = PooledFit::of(&[fit.clone(), fit.clone(), fit.clone()]).unwrap();
        let rows_left = (fit.n_rows() - fit.n_parameters()) as f64;
        assert_eq!(pooled.complete_df(), DegreesOfFreedom::Finite(rows_left));
        assert_eq!((pooled.tables(), pooled.n_rows(), pooled.family()), (3, fit.n_rows(), fit.family()));
        for (a, b) in pooled.coefficients().iter().zip(fit.coefficients()) {
            assert_eq!((&a.term, a.pooled.estimate), (&b.term, b.estimate));
            assert!((a.pooled.std_error - b.std_error).abs() <= 1e-15 * b.std_error);
            assert_eq!((a.pooled.lambda, a.rate_ratio()), (0.0, b.rate_ratio()));
        }
        for (a, b) in pooled.levels().iter().zip(fit.levels()) {
            assert_eq!((&a.level, a.n_areas), (&b.level, b.n_areas));
            assert!((a.sd.variance() - b.sd.variance()).abs() < 1e-14);
            let (found, known) =
                (pooled.area_effects(&a.level).unwrap(), fit.area_effects(&b.level).unwrap());
            assert_eq!(found.len(), known.len());
            for (found, known) in found.iter().zip(known) {
                assert_eq!((&found.path, found.effect), (&known.path, known.effect));
                assert!((found.sd - known.sd).abs() < 1e-14);
            }
        }
        let sure =
            PooledFit::with_complete_df(&[fit.clone(), fit.clone()], DegreesOfFreedom::Infinite).unwrap();
        assert!(sure.coefficients().iter().all(|c| c.pooled.missing_information == 0.0));
        let at = pooled.parameters();
        let value = question.problem().unwrap().likelihood(&Options::default()).value(&at).unwrap();
        assert!((value - fit.log_likelihood()).abs() < 1e-9, "{value} {}", fit.log_likelihood());
    }
}

#[test]
fn completions_that_differ_widen_what_the_fits_say() {
    let question = neg_bin2(3);
    let fits = completions(&question, 5);
    let pooled = PooledFit::of(&fits).unwrap();
    let mean = |of: &dyn Fn(&Fit) -> f64| fits.iter().map(of).sum::<f64>() / 5.0;
    for (j, c) in pooled.coefficients().iter().enumerate() {
        let within = mean(&|fit| fit.coefficients()[j].std_error.powi(2));
        assert!((c.pooled.estimate - mean(&|fit| fit.coefficients()[j].estimate)).abs() < 1e-12);
        assert!((c.pooled.within - within).abs() < 1e-12 * within && c.pooled.between > 0.0);
        let total = pooled.covariance().total()[[j, j]];
        assert!((total - c.pooled.total()).abs() < 1e-12 * total);
        let ratio = c.rate_ratio_interval(Confidence::P95);
        assert!(ratio.low < c.rate_ratio() && c.rate_ratio() < ratio.high);
    }
    for (l, level) in pooled.levels().iter().enumerate() {
        let PooledSd::Positive { log_sd } = level.sd else { panic!("{:?}", level.sd) };
        assert!((log_sd.estimate - mean(&|fit| fit.levels()[l].sd.estimate().ln())).abs() < 1e-12);
        for (a, area) in pooled.area_effects(&level.level).unwrap().iter().enumerate() {
            let of = |fit: &Fit| fit.area_effects(&level.level).unwrap()[a].clone();
            assert!((area.effect - mean(&|fit| of(fit).effect)).abs() < 1e-12);
            assert!(area.sd.powi(2) > mean(&|fit| of(fit).sd.powi(2)));
            let interval = area.interval(Confidence::P95);
            assert!(interval.low < area.effect && area.effect < interval.high);
        }
    }
    let PooledDispersion::NegBin2 { log_theta } = pooled.dispersion() else { panic!() };
    assert!((log_theta.estimate - mean(&|fit| fit.dispersion().theta().unwrap().ln())).abs() < 1e-12);
    assert_eq!(pooled.parameters().scatter, Scatter::NegBin2 { theta: log_theta.estimate.exp() });
}

#[test]
fn the_wald_test_of_terms_is_that_of_their_blocks() {
    let fits = completions(&poisson(4), 4);
    let pooled = PooledFit::of(&fits).unwrap();
    let at = [3, 1];
    let terms = at.map(|j| pooled.coefficients()[j].term.as_str());
    let estimates: Vec<Vec<f64>> =
        fits.iter().map(|fit| at.iter().map(|&j| fit.coefficients()[j].estimate).collect()).collect();
    let covariances: Vec<_> = fits
        .iter()
        .map(|fit| {
            fit.covariance()
                .matrix
                .select(nestcount::ndarray::Axis(0), &at)
                .select(nestcount::ndarray::Axis(1), &at)
        })
        .collect();
    let here = pooled.wald(&terms).unwrap();
    let there = PooledTest::wald(&estimates, &covariances, pooled.complete_df()).unwrap();
    assert!((here.statistic - there.statistic).abs() < 1e-10 * there.statistic);
    assert!((here.relative_increase - there.relative_increase).abs() < 1e-10);
    assert!((here.p_value - there.p_value).abs() < 1e-10);
    assert!(here.to_string().starts_with("F "), "{here}");
    for bad in [&["a", "nothing"][..], &["a", "a"], &[]] {
        assert_eq!(pooled.wald(bad).unwrap_err().code(), "specification", "{bad:?}");
    }
}

/// D3 from the fits with and without two determinants, and their likelihoods at the pooled estimates.
#[test]
fn likelihood_ratios_come_from_the_likelihood_at_the_pooled_parameters() {
    let with = poisson(5);
    let without =
        Question { determinants: nestcount::determinant::Determinants::new().numeric("a"), ..with.clone() };
    let (full, null) = (completions(&with, 5), completions(&without, 5));
    let at_maxima: Vec<f64> =
        full.iter().zip(&null).map(|(a, b)| 2.0 * (a.log_likelihood() - b.log_likelihood())).collect();
    let pooled_value = |question: &Question, fits: &[Fit], table: u64| {
        let at = PooledFit::of(fits).unwrap().parameters();
        let problem = completed(question, table).problem().unwrap();
        problem.likelihood(&Options::default()).value(&at).unwrap()
    };
    let at_pooled: Vec<f64> = (0..5)
        .map(|table| 2.0 * (pooled_value(&with, &full, table) - pooled_value(&without, &null, table)))
        .collect();
    let d3 = PooledTest::likelihood_ratios(&at_maxima, &at_pooled, 2).unwrap();
    let d1 = PooledFit::of(&full).unwrap().wald(&["b", "c"]).unwrap();
    assert!(d3.relative_increase > 0.0 && d3.p_value < 1e-4, "{d3}");
    assert!((d3.statistic / d1.statistic - 1.0).abs() < 0.25, "{d3}\n{d1}");
}

#[test]
fn a_variance_of_0_in_some_tables_is_said_and_not_dropped() {
    let question = still(1);
    let (zero, above) = (question.fit().unwrap(), moved(&question).fit().unwrap());
    let town = |fit: &Fit| fit.levels()[1].sd.estimate();
    assert!(town(&zero) == 0.0 && town(&above) > 0.0, "{zero}\n{above}");
    let pooled = PooledFit::of(&[zero.clone(), above.clone(), above.clone()]).unwrap();
    let PooledSd::AtZero { in_tables: 1, of: 3, mean_variance } = pooled.levels()[1].sd else {
        panic!("{:?}", pooled.levels());
    };
    assert!((mean_variance - town(&above).powi(2) / 1.5).abs() < 1e-14);
    assert!(pooled.area_effects("town").unwrap().iter().all(|area| area.sd > 0.0 && area.effect.is_finite()));
    assert!(pooled.to_string().contains("exactly 0 in 1 of 3 tables"), "{pooled}");
    let never = PooledFit::of(&[zero.clone(), zero]).unwrap();
    assert_eq!(never.levels()[1].sd, PooledSd::AtZero { in_tables: 2, of: 2, mean_variance: 0.0 });
    assert!(never.area_effects("town").unwrap().iter().all(|area| (area.effect, area.sd) == (0.0, 0.0)));
    assert_eq!(never.parameters().variances, [0.0, 0.0]);
    assert!(!never.to_string().contains("NaN") && !pooled.to_string().contains("NaN"));
}

#[test]
fn an_infinite_theta_in_some_tables_is_said_and_not_dropped() {
    let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
    let even = Question { model, ..still(2) };
    let rough =
        even.changed("count", |row, y| if row % 2 == 0 { (0.4 * y).round() } else { (1.6 * y).round() });
    let pooled = PooledFit::of(&[even.fit().unwrap(), rough.fit().unwrap()]).unwrap();
    let PooledDispersion::PoissonLimit { in_tables: 1, of: 2, mean_inverse_theta } = pooled.dispersion()
    else {
        panic!("{:?}", pooled.dispersion());
    };
    let theta = rough.fit().unwrap().dispersion().theta().unwrap();
    assert!((mean_inverse_theta * 2.0 * theta - 1.0).abs() < 1e-14);
    assert!(pooled.to_string().contains("theta is infinite in 1 of 2 tables"), "{pooled}");
    let both = PooledFit::of(&[even.fit().unwrap(), even.fit().unwrap()]).unwrap();
    assert_eq!(both.parameters().scatter, Scatter::Poisson);
}

#[test]
fn areas_meet_by_their_path_whatever_their_order() {
    let question = poisson(6);
    let rows = question.numbers("count").len();
    let turned = turned(&question, rows);
    let (one, other) = (question.fit().unwrap(), turned.fit().unwrap());
    assert_ne!(one.area_effects("town").unwrap()[0].path, other.area_effects("town").unwrap()[0].path);
    let pooled = PooledFit::of(&[one.clone(), other]).unwrap();
    for (area, known) in pooled.area_effects("town").unwrap().iter().zip(one.area_effects("town").unwrap()) {
        assert_eq!(area.path, known.path);
        assert!((area.effect - known.effect).abs() < 1e-5, "{area:?} {known:?}");
    }
}

/// The same table with its rows in reverse.
fn turned(question: &Question, rows: usize) -> Question {
    let mut turned = question.clone();
    for name in question.table.names() {
        let column = match question.table.column(name).unwrap() {
            Column::Text(cells) => Column::Text(cells.iter().rev().cloned().collect()),
            Column::Numbers(cells) => Column::Numbers(cells.iter().rev().copied().collect()),
        };
        assert_eq!(question.table.n_rows(), rows);
        turned.table = crate::tables::with_column(&turned.table, name, column);
    }
    turned
}

#[test]
fn a_pooled_fit_survives_the_round_trip_through_json() {
    let pooled = PooledFit::of(&completions(&neg_bin2(7), 3)).unwrap();
    let text = serde_json::to_string(&pooled).unwrap();
    let loaded: PooledFit = serde_json::from_str(&text).unwrap();
    assert_eq!(loaded, pooled);
    assert_eq!(serde_json::to_string(&loaded).unwrap(), text);
    assert_eq!(loaded.to_string(), pooled.to_string());
}

#[test]
fn the_table_has_a_line_for_each_term_with_its_missing_information() {
    let pooled = PooledFit::of(&completions(&neg_bin2(8), 3)).unwrap();
    let text = pooled.to_string();
    for c in pooled.coefficients() {
        let line = text.lines().find(|line| line.trim_start().starts_with(&c.term)).unwrap();
        assert!(line.ends_with(&format!("{:.3}", c.pooled.missing_information)), "{line}");
    }
    assert!(text.contains("pooled over 3 completed tables") && text.contains("log theta"), "{text}");
}

#[test]
fn fits_of_different_questions_are_refused_with_every_difference() {
    let question = poisson(9);
    let fit = question.fit().unwrap();
    assert_eq!(PooledFit::of(&[]).unwrap_err().code(), "specification");
    assert_eq!(PooledFit::of(std::slice::from_ref(&fit)).unwrap_err().code(), "specification");
    let other_terms = Question {
        determinants: nestcount::determinant::Determinants::new().numeric("a"),
        model: Model::poisson().random_intercept("town"),
        ..question.clone()
    };
    let elsewhere = poisson(10).fit().unwrap();
    let error = PooledFit::of(&[fit.clone(), other_terms.fit().unwrap(), elsewhere]).unwrap_err();
    let message = error.to_string();
    for said in
        ["table 2 has the terms", "table 2 has the levels town", "table 3 has", "other areas at level 'town'"]
    {
        assert!(message.contains(said), "{said}: {message}");
    }
    let other_family = Question { model: neg_bin2(9).model, ..question };
    let error = PooledFit::of(&[fit.clone(), other_family.fit().unwrap()]).unwrap_err();
    assert!(error.to_string().contains("another family"), "{error}");
    let df = DegreesOfFreedom::Finite(0.0);
    assert_eq!(PooledFit::with_complete_df(&[fit.clone(), fit], df).unwrap_err().code(), "specification");
}
