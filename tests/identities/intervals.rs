//! Counts known in part: symmetries, limits and what is saved of them.

use crate::published::{Published, below, interval, mixed, open, randomly};
use crate::question::Question;
use crate::tables::{generator, poisson};
use crate::{apart, assert_same, assert_same_effects, finite::assert_sound, questions};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Count, CountTable, ExclusionReason, Exposure};
use nestcount::expected::{NewRows, UnseenAreas};
use nestcount::table::Column;
use nestcount::{Fit, Model, Options};
use rand::RngExt;
use rand::seq::SliceRandom;

/// Every kind of model under every kind of publication.
fn published() -> Vec<Published> {
    let questions: Vec<Question> = questions().take(6).collect();
    let each = questions.into_iter().enumerate();
    each.flat_map(|(at, question)| {
        let of_all = Published::of(question.clone(), mixed);
        let other = match at % 2 {
            0 => Published::of(question, below(15)),
            _ => Published::of(question, randomly(5)),
        };
        [of_all, other]
    })
    .collect()
}

fn fitted(published: &Published) -> Fit {
    let fit = published.fit().unwrap_or_else(|error| panic!("{error}"));
    assert_sound(&fit);
    fit
}

fn text(fit: &Fit) -> String {
    serde_json::to_string(fit).unwrap()
}

#[test]
fn bounds_that_meet_are_the_exact_fit_to_the_last_bit() {
    for question in questions() {
        let exact = question.fit().unwrap();
        let all = Published::of(question.clone(), |_, y| interval(y, y));
        let some =
            Published::of(question, |row, y| if row % 3 == 0 { interval(y, y) } else { Count::Exact(y) });
        assert_eq!(all.problem().unwrap().n_coarse(), 0);
        assert_eq!(text(&fitted(&all)), text(&exact));
        assert_eq!(text(&fitted(&some)), text(&exact));
    }
}

/// Bounds so wide that nothing is left below or above say as much as no bound: the open end is the limit.
#[test]
fn an_open_end_is_the_limit_of_a_far_one() {
    for question in questions().take(3) {
        let with = |far: Option<u64>| {
            Published::of(question.clone(), |row, y| match (row % 2, far) {
                (0, _) => Count::Exact(y),
                (_, None) => open(y / 2 + 1),
                (_, Some(far)) => interval(y / 2 + 1, far),
            })
        };
        let (one, other) = (fitted(&with(None)), fitted(&with(Some(1 << 40))));
        assert_same(&one, &other, 0.0);
    }
}

#[test]
fn the_order_of_rows_does_not_matter_to_counts_known_in_part() {
    for (seed, published) in published().into_iter().enumerate() {
        let mut order: Vec<usize> = (0..published.counts.len()).collect();
        order.shuffle(&mut generator(seed as u64));
        let (one, other) = (fitted(&published), fitted(&published.select(&order)));
        assert_same(&one, &other, 0.0);
        for level in ["region", "town"] {
            assert_same_effects(&one, &other, level, <[String]>::to_vec);
        }
    }
}

#[test]
fn names_of_areas_do_not_matter_to_counts_known_in_part() {
    for published in published() {
        let codes = published.question.table.codes("town").unwrap();
        let codes: Vec<String> = codes.into_iter().map(|code| format!("{}'", code.unwrap())).collect();
        let relabelled = published.asking(|question| question.with_text("town", codes));
        let (one, other) = (fitted(&published), fitted(&relabelled));
        assert_eq!(one.log_likelihood().to_bits(), other.log_likelihood().to_bits());
        assert_eq!(one.coefficients(), other.coefficients());
        assert_eq!(one.covariance(), other.covariance());
    }
}

#[test]
fn exposure_times_k_moves_the_intercept_alone_for_counts_known_in_part() {
    for published in published() {
        let fit = fitted(&published);
        for k in [7.3, 1e-6, 1e6] {
            let scaled = fitted(&published.asking(|question| question.changed("exposure", |_, x| k * x)));
            let far = (scaled.log_likelihood() - fit.log_likelihood()).abs();
            assert!(far < 1e-9 * fit.log_likelihood().abs(), "k = {k:e}: {far:e}");
            for (a, b) in fit.coefficients().iter().zip(scaled.coefficients()) {
                let shift = if a.term == "(Intercept)" { f64::ln(k) } else { 0.0 };
                let far = (b.estimate + shift - a.estimate).abs() / a.std_error;
                assert!(far < 2e-6, "k = {k:e}, {}: {far:e} standard errors", a.term);
                assert!(apart(a.std_error, b.std_error) < 1e-5, "{}", a.term);
            }
            for level in ["region", "town"] {
                assert_same_effects(&fit, &scaled, level, <[String]>::to_vec);
            }
        }
    }
}

/// The exact rows of a table split in two; the interval and rounded rows stand beside their parts in the same leaves.
#[test]
fn exact_rows_split_in_two_change_the_log_likelihood_by_a_binomial_beside_counts_known_in_part() {
    for seed in 1..=4 {
        let whole = Published::of(poisson(seed), mixed);
        let (truth, exposures) = (whole.truth(), whole.question.numbers("exposure"));
        let rng = &mut generator(seed);
        let (mut rows, mut counts, mut split) = (vec![], vec![], vec![]);
        let mut constant = 0.0;
        for (row, &n) in exposures.iter().enumerate() {
            let Count::Exact(y) = whole.counts[row] else {
                rows.push(row);
                counts.push(whole.counts[row]);
                split.push(Some(n));
                continue;
            };
            let (first, share) = (rng.random_range(0..=y), rng.random_range(0.05..0.95));
            rows.extend([row, row]);
            counts.extend([Count::Exact(first), Count::Exact(y - first)]);
            split.extend([Some(n * share), Some(n * (1.0 - share))]);
            constant += log_factorial(y) - log_factorial(first) - log_factorial(y - first);
            constant += first as f64 * share.ln() + (y - first) as f64 * (1.0 - share).ln();
        }
        let twice = Question { table: whole.question.table.select(&rows), ..whole.question.clone() };
        let twice = Published { question: twice.with("exposure", Column::Numbers(split)), counts };
        assert!(twice.counts.len() > truth.len() + 50);
        let (one, other) = (fitted(&whole), fitted(&twice));
        assert_same(&one, &other, constant);
        for level in ["region", "town"] {
            assert_same_effects(&one, &other, level, <[String]>::to_vec);
        }
    }
}

fn log_factorial(n: u64) -> f64 {
    (1..=n).map(|k| (k as f64).ln()).sum()
}

#[test]
fn a_count_of_which_nothing_is_known_is_left_out_with_its_reason() {
    for question in questions().take(3) {
        let unknown = |count: Count| {
            Published::of(question.clone(), |row, y| if row % 7 == 3 { count } else { mixed(row, y) })
        };
        let (bounded, missing) = (unknown(open(0)), unknown(Count::Missing));
        let (one, other) = (bounded.problem().unwrap(), missing.problem().unwrap());
        assert_eq!(one.rows(), other.rows());
        let excluded = one.excluded();
        assert_eq!(
            excluded.iter().map(|e| e.row).collect::<Vec<_>>(),
            (0..240).filter(|r| r % 7 == 3).collect::<Vec<_>>()
        );
        assert!(excluded.iter().all(|e| e.reason == ExclusionReason::NoCount));
        assert_eq!(text(&fitted(&bounded)), text(&fitted(&missing)));
    }
}

#[test]
fn a_fit_of_counts_known_in_part_is_saved_loaded_and_expects_counts() {
    for published in published() {
        let problem = published.problem().unwrap();
        let fit = fitted(&published);
        let loaded: Fit = serde_json::from_str(&text(&fit)).unwrap();
        assert_eq!((&loaded, text(&loaded)), (&fit, text(&fit)));
        assert_eq!(text(&problem.fit(&Options::default()).unwrap()), text(&fit), "fitted twice");

        let fitted = loaded.fitted(&problem).unwrap();
        let placement = published.placement().unwrap();
        let exposures = published.question.numbers("exposure").into_iter();
        let exposures = exposures.map(|x| Exposure::new(x).unwrap()).collect();
        let rows = NewRows::new(&published.question.table, &placement, exposures).unwrap();
        let expected = loaded.predict(&rows, UnseenAreas::Typical).unwrap();
        let fixed = fitted.fixed_part();
        assert_eq!(fixed.len(), expected.fixed_part.len());
        for (a, b) in fixed.iter().zip(&expected.fixed_part) {
            assert!(apart(*a, *b) < 1e-9, "{a} {b}");
        }
    }
}

#[test]
fn a_fit_does_not_belong_to_a_problem_with_another_bound() {
    let published = Published::of(poisson(1), below(15));
    let (problem, fit) = (published.problem().unwrap(), fitted(&published));
    assert!(fit.fitted(&problem).is_ok());
    let at = published.counts.iter().position(|count| *count == interval(0, 14)).unwrap();
    let free = published.counts.iter().position(|count| matches!(count, Count::Exact(_))).unwrap();
    for other in [interval(1, 14), interval(0, 15), open(1), Count::Exact(3), Count::Exact(0)] {
        let mut changed = published.clone();
        changed.counts[at] = other;
        assert!(fit.fitted(&changed.problem().unwrap()).is_err(), "{other:?}");
    }
    // the same bounds and the same exact counts, in each other's rows
    let mut zero = published.clone();
    zero.counts[free] = Count::Exact(0);
    let mut swapped = zero.clone();
    swapped.counts.swap(at, free);
    let fit = fitted(&zero);
    assert!(fit.fitted(&zero.problem().unwrap()).is_ok());
    assert!(fit.fitted(&swapped.problem().unwrap()).is_err(), "a bound and a 0 changed places");
}

#[test]
fn a_warm_start_reaches_the_same_maximum_in_no_more_evaluations() {
    let options = Options::default();
    for published in published() {
        let problem = published.problem().unwrap();
        let cold = problem.fit(&options).unwrap();
        let exact = published.question.fit().unwrap();
        for like in [&cold, &exact] {
            let warm = problem.fit_from(like, &options).unwrap();
            assert_sound(&warm);
            let far = (warm.log_likelihood() - cold.log_likelihood()).abs();
            assert!(far < 1e-8 * cold.log_likelihood().abs().max(1.0), "{far:e}");
            for (a, b) in cold.coefficients().iter().zip(warm.coefficients()) {
                assert!((a.estimate - b.estimate).abs() < 2e-6 * a.std_error, "{}", a.term);
            }
            for (a, b) in cold.levels().iter().zip(warm.levels()) {
                assert!((a.sd.estimate() - b.sd.estimate()).abs() < 1e-5, "{}", a.level);
            }
        }
        let again = problem.fit_from(&cold, &options).unwrap();
        let (a, b) = (again.certificate().evaluations, cold.certificate().evaluations);
        assert!(a <= b, "{a} evaluations from the maximum, {b} from nowhere");
    }
}

#[test]
fn a_warm_start_from_a_boundary_can_leave_it() {
    let options = Options::default();
    for seed in 1..=4 {
        let moved = poisson(seed);
        let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
        // no overdispersion, no areas: everything at its boundary
        let level = moved.numbers("exposure").iter().map(|n| Some((0.1 * n).round())).collect();
        let flat =
            Question { model: model.clone(), ..moved.with("count", Column::Numbers(level)) }.fit().unwrap();
        assert!(flat.levels().iter().all(|level| level.sd.estimate() == 0.0), "{flat}");
        let problem = Published::of(Question { model, ..moved }, below(15)).problem().unwrap();
        let (cold, warm) = (problem.fit(&options).unwrap(), problem.fit_from(&flat, &options).unwrap());
        assert_sound(&warm);
        let far = (warm.log_likelihood() - cold.log_likelihood()).abs();
        assert!(far < 1e-8 * cold.log_likelihood().abs(), "{far:e}\n{cold}\n{warm}");
    }
}

#[test]
fn a_warm_start_from_another_model_is_refused() {
    let options = Options::default();
    let published = Published::of(poisson(1), mixed);
    let problem = published.problem().unwrap();
    let others: [Box<dyn Fn(Question) -> Question>; 4] = [
        Box::new(|q| Question {
            model: Model::neg_bin2().random_intercept("region").random_intercept("town"),
            ..q
        }),
        Box::new(|q| Question { model: Model::poisson().random_intercept("town"), ..q }),
        Box::new(|q| Question {
            determinants: nestcount::determinant::Determinants::new().numeric("a"),
            ..q
        }),
        Box::new(|q| Question { model: q.model.clone().row_effect(), ..q }),
    ];
    for other in others {
        let like = published.asking(other).fit().unwrap();
        assert_eq!(problem.fit_from(&like, &options).unwrap_err().code(), "specification");
    }
    let fewer: Vec<usize> = {
        let town = published.question.table.codes("town").unwrap();
        (0..240).filter(|&row| town[row] != town[0]).collect()
    };
    let like = published.select(&fewer).fit().unwrap();
    assert_eq!(problem.fit_from(&like, &options).unwrap_err().code(), "specification");
}

/// Counts below the Poisson's scatter, some of them known in part: the NB2 ends at the Poisson's fit.
#[test]
fn without_overdispersion_counts_known_in_part_end_at_the_poisson_limit() {
    let mut limits = 0;
    for seed in 1..=12 {
        let published =
            Published::of(poisson(seed), if seed % 2 == 0 { mixed } else { |_, y| below(12)(0, y) });
        let model = Model::neg_bin2().random_intercept("region").random_intercept("town");
        let wider = fitted(&published.asking(|question| Question { model, ..question }));
        let poisson = fitted(&published);
        assert!(wider.log_likelihood() >= poisson.log_likelihood() - 1e-9, "seed {seed}");
        let nestcount::infer::Dispersion::PoissonLimit { score } = wider.dispersion() else { continue };
        limits += 1;
        assert!(score <= 0.0);
        assert!((wider.log_likelihood() - poisson.log_likelihood()).abs() < 1e-9);
        for (a, b) in wider.coefficients().iter().zip(poisson.coefficients()) {
            assert!((a.estimate - b.estimate).abs() < 2e-6 * a.std_error, "{}", a.term);
            assert!(apart(a.std_error, b.std_error) < 1e-5, "{}", a.term);
        }
        for (a, b) in wider.levels().iter().zip(poisson.levels()) {
            assert!(apart(a.sd.estimate(), b.sd.estimate()) < 1e-5, "{}", a.level);
        }
    }
    assert!(limits >= 3, "about half of the tables have no overdispersion, met {limits}");
}

#[test]
fn a_variance_of_zero_is_the_model_without_the_level_for_counts_known_in_part() {
    let mut met = 0;
    for seed in 1..=8 {
        let question = poisson(seed);
        let [n, a, b, c] = ["exposure", "a", "b", "c"].map(|column| question.numbers(column));
        let mean = |row: usize| 0.1 * n[row] * (0.3 * a[row] - 0.2 * b[row] + 0.4 * c[row]).exp();
        let question = question.changed("count", |row, _| mean(row).round());
        for publish in [mixed, |_, y| below(15)(0, y)] {
            let published = Published::of(question.clone(), publish);
            let with = fitted(&published);
            if with.levels().iter().any(|level| level.sd.estimate() > 0.0) {
                continue;
            }
            met += 1;
            let without =
                fitted(&published.asking(|question| Question { model: Model::poisson(), ..question }));
            assert!((with.log_likelihood() - without.log_likelihood()).abs() < 1e-9);
            for (a, b) in with.coefficients().iter().zip(without.coefficients()) {
                assert!((a.estimate - b.estimate).abs() < 2e-6 * a.std_error, "{}", a.term);
                assert!(apart(a.std_error, b.std_error) < 1e-6, "{}", a.term);
            }
        }
    }
    assert!(met >= 8, "{met}");
}

/// One row per exposure and no levels: the intercept alone, in numbers known by hand.
#[test]
fn a_single_interval_beside_a_count_has_the_likelihood_of_their_sums() {
    let counts = CountTable::new(vec![Count::Exact(3), interval(1, 2)], [10.0, 5.0]).unwrap();
    let placement = Placement::from_codes(&[("all", &["a", "a"])], CodeScope::Unique).unwrap();
    let table = nestcount::table::Table::new().with_numbers("n", [10.0, 5.0]).unwrap();
    let design =
        nestcount::determinant::Determinants::new().build(&table, &placement, counts.rows()).unwrap();
    let problem = Model::poisson().check(&placement, &counts, design).unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let by_hand = |log_rate: f64| {
        let (one, two) = (10.0 * log_rate.exp(), 5.0 * log_rate.exp());
        let interval = (-two).exp() * (two + 0.5 * two * two);
        3.0 * one.ln() - one - 6f64.ln() + interval.ln()
    };
    let at = fit.coefficients()[0].estimate;
    assert!((fit.log_likelihood() - by_hand(at)).abs() < 1e-12);
    let step = 1e-4;
    let curvature = (by_hand(at + step) - 2.0 * by_hand(at) + by_hand(at - step)) / (step * step);
    assert!((by_hand(at + step) - by_hand(at - step)).abs() / (2.0 * step) < 1e-6);
    assert!((fit.coefficients()[0].std_error - (-1.0 / curvature).sqrt()).abs() < 1e-5);
}
