//! Counts known in part that contradict themselves, their totals or the model, and those that only look like it.

use crate::finite::assert_sound;
use crate::published::{Published, below, interval, mixed, open, randomly};
use crate::question::Question;
use crate::refused;
use crate::tables::{neg_bin2, poisson};
use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Bounds, Count, CountTable, DisclosureRule, ExclusionReason, Relation, Totals};
use nestcount::determinant::{Determinants, Numeric};
use nestcount::table::{Column, Table};
use nestcount::{ErrorKind, Model, Options};

/// A fit that is sound, or an error that says something.
#[track_caller]
fn answered(published: &Published) -> String {
    match published.fit() {
        Ok(fit) => {
            assert_sound(&fit);
            "fitted".into()
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            error.code().into()
        }
    }
}

fn between(lo: &[(usize, f64)], hi: &[(usize, f64)]) -> Question {
    let question = poisson(1);
    let with = |at: &[(usize, f64)]| {
        let cells = question.numbers("count").into_iter().enumerate();
        let cell = |row: usize, y: f64| at.iter().find(|(known, _)| *known == row).map_or(y, |(_, bad)| *bad);
        Column::Numbers(cells.map(|(row, y)| Some(cell(row, y))).collect())
    };
    let question = question.with("lo", with(lo)).with("hi", with(hi));
    Question { count: "lo..hi", ..question }
}

#[test]
fn bounds_that_bound_nothing_are_named_together() {
    let two_to_53 = 9_007_199_254_740_992.0;
    let bad = between(
        &[(3, 1e6), (8, -1.0), (20, 0.5), (40, 2.0 * two_to_53)],
        &[(5, 0.0), (9, -3.0), (21, 1e9 + 0.25), (41, 2.0 * two_to_53), (42, 1e300)],
    );
    let rows: Vec<usize> = {
        let y = poisson(1).numbers("count");
        [3, 5, 8, 9, 20, 21, 40, 41, 42].into_iter().filter(|&row| row != 5 || y[5] > 0.0).collect()
    };
    let error = refused(bad.problem(), "invalid-bounds");
    assert_eq!(error.rows(), rows);
    let ErrorKind::InvalidBounds { lo, hi, .. } = error.kind() else { panic!("{error}") };
    assert_eq!((lo.as_str(), hi.as_str()), ("lo", "hi"));
    for not_finite in [f64::NAN, f64::INFINITY] {
        let error = refused(between(&[], &[(7, not_finite), (9, not_finite)]).problem(), "non-finite");
        assert_eq!((error.column(), error.rows()), (Some("hi"), &[7, 9][..]));
    }
    refused(Question { count: "lo..nothing", ..between(&[], &[]) }.problem(), "unknown-column");
}

#[test]
fn bounds_above_what_a_float_counts_are_refused_or_fitted_but_never_wrong() {
    for huge in [1u64 << 53, (1 << 53) + 1, u64::MAX - 1, u64::MAX] {
        for count in [interval(3, huge), interval(huge, huge), open(huge), interval(huge - 1, huge)] {
            let mut published = Published::of(poisson(1), below(10));
            published.counts[7] = count;
            match published.fit() {
                Ok(fit) => assert_sound(&fit),
                Err(error) => {
                    let known = ["invalid-count", "not-converged", "specification"];
                    assert!(known.contains(&error.code()), "{count:?}: {error}");
                    if error.code() == "invalid-count" {
                        assert_eq!(error.rows(), [7]);
                    }
                }
            }
        }
    }
    let far =
        Published::of(poisson(1), |row, y| if row == 7 { interval(y, u64::MAX) } else { Count::Exact(y) });
    let free = Published::of(poisson(1), |row, y| if row == 7 { open(y) } else { Count::Exact(y) });
    if let (Ok(far), Ok(free)) = (far.fit(), free.fit()) {
        assert!((far.log_likelihood() - free.log_likelihood()).abs() < 1e-9);
    }
}

fn two_areas() -> Placement {
    let codes: [(&str, &[&str]); 2] = [("gemeente", &["A", "A", "B", "B"]), ("wijk", &["1", "2", "3", "4"])];
    Placement::from_codes(&codes, CodeScope::Unique).unwrap()
}

#[test]
fn totals_that_cannot_hold_are_one_error_with_every_conflict() {
    let placement = two_areas();
    let counts = [Count::Exact(20), interval(0, 9), Count::Exact(30), interval(0, 9)];
    let totals = Totals::on(placement.tree())
        .level("gemeente", &["A", "B"], &[Count::Exact(19), Count::Exact(40)], Relation::Equal)
        .unwrap();
    let error = refused(Bounds::tighten(&placement, &counts, &totals), "infeasible-totals");
    assert_eq!(error.rows(), [0, 1, 2, 3]);
    let text = error.to_string();
    assert!(text.contains('A') && text.contains('B'), "{text}");
    let below_its_parts = Totals::on(placement.tree()).all_rows(Count::Exact(49), Relation::AtMost).unwrap();
    refused(Bounds::tighten(&placement, &counts, &below_its_parts), "infeasible-totals");
    let fits = Totals::on(placement.tree()).all_rows(Count::Exact(50), Relation::AtMost).unwrap();
    let bounds = Bounds::tighten(&placement, &counts, &fits).unwrap();
    assert_eq!(bounds.counts()[1], Count::Exact(0));
    // each level alone is possible, both together are not
    let both = Totals::on(placement.tree())
        .level("gemeente", &["A", "B"], &[Count::Exact(29), Count::Exact(39)], Relation::Equal)
        .unwrap()
        .all_rows(Count::Exact(67), Relation::Equal)
        .unwrap();
    refused(Bounds::tighten(&placement, &counts, &both), "infeasible-totals");
}

#[test]
fn everything_withheld_with_zero_among_it_says_that_anything_was_counted() {
    for question in [poisson(1), neg_bin2(2)] {
        let all = Published::of(question.clone(), |_, _| interval(0, 9));
        let error = refused(all.problem(), "all-may-be-zero");
        assert!(error.to_string().contains("240"), "{error}");
        let with_zeros =
            Published::of(question, |row, _| if row % 2 == 0 { Count::Exact(0) } else { interval(0, 9) });
        let error = refused(with_zeros.problem(), "all-may-be-zero");
        assert!(error.to_string().contains("120"), "{error}");
    }
}

#[test]
fn everything_withheld_above_zero_is_an_answer_or_an_error() {
    for question in [poisson(1), neg_bin2(2)] {
        for count in [
            interval(1, 9),
            interval(100, 109),
            interval(1, 1_000_000),
            open(1),
            open(1000),
            randomly(5)(0, 10),
        ] {
            let outcome = answered(&Published::of(question.clone(), |_, _| count));
            println!("{count:?}: {outcome}");
            let without = Published::of(question.clone(), |_, _| count).asking(|question| Question {
                model: Model::of(question.model.family()),
                determinants: Determinants::new(),
                ..question
            });
            println!("{count:?} without levels: {}", answered(&without));
        }
    }
}

/// Without an upper bound anywhere the rate has no estimate: it can only rise.
#[test]
fn counts_that_are_all_open_above_have_no_finite_rate() {
    for question in [poisson(1), neg_bin2(2)] {
        for least in [1, 50] {
            let all = Published::of(question.clone(), |_, _| open(least));
            refused(all.problem(), "all-open-above");
            let mut held = all.clone();
            held.counts[9] = interval(least, least + 9);
            held.problem().unwrap_or_else(|error| panic!("{error}"));
        }
    }
}

/// Nothing but "at most k" and "more than k", as in a survey that asks whether: known in part, and enough for a rate.
#[test]
fn rows_that_say_no_more_than_less_or_more_are_fitted() {
    for question in [poisson(1), neg_bin2(2)] {
        let threshold =
            Published::of(question.clone(), |_, y| if y < 20 { interval(0, 19) } else { open(20) });
        let problem = threshold.problem().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(problem.n_coarse(), 240);
        let fit = threshold
            .asking(|question| Question { model: Model::poisson().random_intercept("town"), ..question });
        let fit = fit.fit().unwrap_or_else(|error| panic!("{error}"));
        assert_sound(&fit);
        let a = fit.coefficient("a").unwrap();
        assert!((a.estimate - 0.3).abs() < 5.0 * a.std_error, "{fit}");
        let zero_or_not = Published::of(question.changed("count", |_, y| (y / 15.0).floor()), |_, y| {
            if y == 0 { Count::Exact(0) } else { open(1) }
        });
        answered(&zero_or_not);
        zero_or_not.problem().unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn one_withheld_cell_alone_is_fitted() {
    for question in [poisson(1), neg_bin2(2)] {
        for count in [interval(0, 9), interval(1, 9), open(5), interval(0, 1_000_000), randomly(10)(0, 20)] {
            let published =
                Published::of(question.clone(), |row, y| if row == 77 { count } else { Count::Exact(y) });
            assert_eq!(answered(&published), "fitted", "{count:?}");
        }
        // and one exact cell among withheld ones
        let published =
            Published::of(question, |row, y| if row == 77 { Count::Exact(y) } else { interval(0, 9) });
        println!("one exact cell: {}", answered(&published));
    }
}

#[test]
fn marks_that_no_rule_knows_are_named_with_their_rows() {
    let rule = DisclosureRule::builder().withheld_below(10).build().unwrap();
    let cells = |row: usize| match row {
        4 | 9 => "?".to_string(),
        6 => "-".to_string(),
        _ => (10 + row).to_string(),
    };
    let table = Table::new().with_text("y", (0..12).map(cells)).unwrap();
    let error = refused(rule.counts(&table, "y"), "published-cells");
    assert_eq!((error.column(), error.rows()), (Some("y"), &[4, 6, 9][..]));
    // a number that the rule would have withheld
    let table = Table::new().with_numbers("y", [12.0, 3.0, 15.0, 9.0]).unwrap();
    assert_eq!(refused(rule.counts(&table, "y"), "published-cells").rows(), [1, 3]);
}

/// A determinant that is 1 in some rows only.
fn dummy(question: &Question, is: impl Fn(usize) -> bool) -> Question {
    let question = question.changed("c", |row, _| f64::from(u8::from(is(row))));
    Question { determinants: Determinants::new().numeric("a").numeric("c"), ..question }
}

fn marked(row: usize) -> bool {
    row % 9 == 2
}

#[test]
fn a_dummy_whose_rows_may_all_be_zero_is_separated() {
    for question in [poisson(1), neg_bin2(2)] {
        let published = Published::of(dummy(&question, marked), |row, y| {
            if marked(row) { interval(0, 9) } else { Count::Exact(y) }
        });
        let error = refused(published.problem(), "separation");
        assert_eq!(error.rows(), (0..240).filter(|&row| marked(row)).collect::<Vec<_>>());
        let ErrorKind::Separation { columns, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(columns, &["c"]);
        // one of them at least 1, or rounded at random about 5, and there is an estimate
        for held in [interval(1, 9), Count::Exact(1), randomly(5)(0, 5)] {
            let mut one = published.clone();
            one.counts[2] = held;
            let outcome = answered(&one);
            assert!(held == randomly(5)(0, 5) || outcome == "fitted", "{held:?}: {outcome}");
        }
    }
}

#[test]
fn a_dummy_whose_rows_are_all_open_above_is_separated() {
    for question in [poisson(1), neg_bin2(2)] {
        let published =
            Published::of(
                dummy(&question, marked),
                |row, y| if marked(row) { open(10) } else { Count::Exact(y) },
            );
        let error = refused(published.problem(), "separation");
        assert_eq!(error.rows(), (0..240).filter(|&row| marked(row)).collect::<Vec<_>>());
        // some open above, some that may be 0: they hold each other
        let published = Published::of(dummy(&question, marked), |row, y| match (marked(row), row % 2) {
            (true, 0) => open(1 + y / 2),
            (true, _) => interval(0, 2 * y + 1),
            _ => Count::Exact(y),
        });
        assert_eq!(answered(&published), "fitted");
    }
}

/// A direction on which rows that fall and rows that rise agree: above the line nothing but open counts, below it
/// nothing but counts that may be 0.
#[test]
fn counts_that_pull_a_slope_apart_are_separated() {
    let question =
        poisson(1).changed("c", |row, _| if marked(row) { (row as f64 - 120.0) / 10.0 } else { 0.0 });
    let question = Question { determinants: Determinants::new().numeric("a").numeric("c"), ..question };
    let published = Published::of(question, |row, y| match (marked(row), row < 120) {
        (false, _) => Count::Exact(y),
        (true, true) => interval(0, 9),
        (true, false) => open(3),
    });
    let error = refused(published.problem(), "separation");
    assert!(error.rows().iter().all(|&row| marked(row)) && !error.rows().is_empty());
    let mut held = published.clone();
    let high = (0..240).rev().find(|&row| marked(row)).unwrap();
    held.counts[high] = interval(0, 4);
    assert_eq!(answered(&held), "fitted");
}

#[test]
fn an_area_whose_counts_are_all_withheld_is_fitted() {
    for question in [poisson(1), neg_bin2(2)] {
        for level in ["town", "region"] {
            let codes = question.table.codes(level).unwrap();
            let inside = |row: usize| codes[row] == codes[0];
            for count in [interval(0, 9), interval(1, 9), open(4)] {
                let published =
                    Published::of(
                        question.clone(),
                        |row, y| if inside(row) { count } else { Count::Exact(y) },
                    );
                assert_eq!(answered(&published), "fitted", "{level}, {count:?}");
            }
        }
        let rows = Question { model: question.model.clone().row_effect(), ..question };
        assert_eq!(answered(&Published::of(rows, below(15))), "fitted");
    }
}

#[test]
fn no_exposure_leaves_out_what_may_be_zero_and_refuses_what_may_not() {
    let nobody = |row: usize| (20..24).contains(&row);
    let question = poisson(1).changed("exposure", |row, n| if nobody(row) { 0.0 } else { n });
    let may_be_zero = [interval(0, 9), randomly(5)(0, 0), open(0), Count::Exact(0), interval(0, 0)];
    for count in may_be_zero {
        let published =
            Published::of(question.clone(), |row, y| if nobody(row) { count } else { mixed(row, y) });
        let problem = published.problem().unwrap_or_else(|error| panic!("{count:?}: {error}"));
        assert_eq!(problem.n_rows(), 236);
        let excluded = problem.excluded();
        assert_eq!(excluded.iter().map(|e| e.row).collect::<Vec<_>>(), [20, 21, 22, 23]);
        let reason = if count == open(0) { ExclusionReason::NoCount } else { ExclusionReason::NoExposure };
        assert!(excluded.iter().all(|e| e.reason == reason || count == open(0)), "{count:?}: {excluded:?}");
        assert_eq!(answered(&published), "fitted");
    }
    for count in [interval(1, 9), interval(3, 3), open(1), randomly(5)(0, 10)] {
        let published =
            Published::of(question.clone(), |row, y| if nobody(row) { count } else { mixed(row, y) });
        assert_eq!(refused(published.problem(), "zero-exposure").rows(), [20, 21, 22, 23], "{count:?}");
    }
}

#[test]
fn an_exposure_that_is_not_there_leaves_out_what_is_known_in_part_only() {
    let exposures: Vec<Option<f64>> = (0..4).map(|row| (row != 2).then_some(10.0)).collect();
    let counts = vec![Count::Exact(3), interval(0, 9), interval(1, 9), Count::Exact(4)];
    let table = CountTable::with_exposures(counts.clone(), exposures.clone()).unwrap();
    assert_eq!(table.rows(), [0, 1, 3]);
    assert_eq!((table.excluded()[0].row, table.excluded()[0].reason), (2, ExclusionReason::MissingExposure));
    let exact = [counts[0], counts[1], Count::Exact(5), counts[3]].to_vec();
    assert_eq!(refused(CountTable::with_exposures(exact, exposures), "invalid-exposure").rows(), [2]);
}

#[test]
fn aliases_and_constants_are_found_whatever_is_withheld() {
    let question = poisson(1);
    let constant = question.changed("b", |_, _| 3.0);
    refused(Published::of(constant, below(15)).problem(), "constant");
    let a = question.numbers("a");
    let twice = question.changed("b", |row, _| 2.0 * a[row] + 1.0);
    refused(Published::of(twice, below(15)).problem(), "aliased");
    let logged = Question { determinants: Determinants::new().with(Numeric::new("a").log()), ..question };
    refused(Published::of(logged, below(15)).problem(), "transform-domain");
}

#[test]
fn an_absurd_row_known_in_part_is_fitted_or_refused() {
    for question in [poisson(1), neg_bin2(1)] {
        for exposure in [1e-300, 1e-30, 1e30, 1e300] {
            for count in [
                interval(0, 9),
                interval(1, 9),
                open(1_000_000),
                interval(1_000_000, 1_000_009),
                randomly(5)(0, 40),
            ] {
                let absurd = question.changed("exposure", |row, n| if row == 30 { exposure } else { n });
                let published =
                    Published::of(absurd, |row, y| if row == 30 { count } else { Count::Exact(y) });
                let outcome = answered(&published);
                assert!(
                    ["fitted", "not-converged"].contains(&outcome.as_str()),
                    "{exposure:e}, {count:?}: {outcome}"
                );
            }
        }
    }
}

#[test]
fn an_unfinished_fit_of_counts_known_in_part_carries_its_best_point() {
    let problem = Published::of(neg_bin2(1), mixed).problem().unwrap();
    let few = Options { max_evaluations: 1, ..Options::default() };
    let error = refused(problem.fit(&few), "not-converged");
    let ErrorKind::NotConverged { best, .. } = error.kind() else { panic!("{error}") };
    assert!(best.log_likelihood.is_finite() && best.values.iter().all(|x| x.is_finite()));
}
