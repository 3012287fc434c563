//! The parametric bootstrap: its bits, its failures, and what it agrees with.

use crate::published::Published;
use crate::tables;
use nestcount::count::{Count, DisclosureRule, Rounding};
use nestcount::determinant::Determinants;
use nestcount::infer::{Bootstrap, BootstrapMethod, Bootstrapped, Confidence, Parameter};
use nestcount::{Fit, Options, Problem, Result};
use std::ops::ControlFlow;

fn go_on(_: nestcount::infer::RefitsDone) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

fn run(fit: &Fit, problem: &Problem, wanted: &Bootstrap<'_>) -> Result<Bootstrapped> {
    fit.bootstrap(problem, wanted, &mut tables::generator(3), go_on)
}

fn rule() -> DisclosureRule {
    DisclosureRule::builder().withheld_below(10).rounded(Rounding::HalfUp(5)).build().unwrap()
}

fn withheld() -> Published {
    let rng = std::cell::RefCell::new(tables::generator(9));
    Published::of(tables::neg_bin2(2), |_, y| rule().publish(y, &mut *rng.borrow_mut()))
}

#[test]
fn any_number_of_threads_gives_the_same_bits_with_exact_and_with_withheld_counts() {
    let rule = rule();
    for problem in [tables::poisson(1).problem().unwrap(), withheld().problem().unwrap()] {
        let fit = problem.fit(&Options::default()).unwrap();
        let on = |threads| {
            run(&fit, &problem, &Bootstrap::new(24).on_threads(threads).published_by(&rule)).unwrap()
        };
        let one = on(1);
        assert_eq!(one.n_refits() + one.failed().count(), 24);
        assert_eq!(one, on(2));
        assert_eq!(one, on(7));
    }
}

#[test]
fn refits_scatter_as_the_standard_errors_of_the_fit_say() {
    let problem = tables::neg_bin2(1).problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let refits = run(&fit, &problem, &Bootstrap::new(300).on_threads(2)).unwrap();
    assert_eq!(refits.failed().count(), 0, "{:?}", refits.failed());
    for coefficient in &fit.coefficients()[1..] {
        let boot = refits.parameter(&Parameter::Coefficient(coefficient.term.clone())).unwrap();
        // 300 refits tell a standard error to 4 %
        let ratio = boot.std_error() / coefficient.std_error;
        assert!((0.85..1.18).contains(&ratio), "{}: {ratio}", coefficient.term);
        assert!(boot.bias().abs() < 0.25 * coefficient.std_error, "{}: {}", coefficient.term, boot.bias());
        for method in [BootstrapMethod::Percentile, BootstrapMethod::Basic, BootstrapMethod::BiasCorrected] {
            let interval = boot.interval(method, Confidence::P95);
            let (low, high) = (interval.low.value().unwrap(), interval.high.value().unwrap());
            let wald = coefficient.interval(Confidence::P95);
            let far = (low - wald.low).abs().max((high - wald.high).abs()) / coefficient.std_error;
            assert!(far < 0.6, "{}: {method:?} {low} {high}, {wald:?}", coefficient.term);
        }
    }
}

#[test]
fn withheld_counts_need_to_be_told_how_simulated_ones_are_published() {
    let problem = withheld().problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let error = run(&fit, &problem, &Bootstrap::new(2)).unwrap_err();
    assert_eq!(error.code(), "specification");
    assert!(error.to_string().contains("published_by"), "{error}");
    let rule = rule();
    let coarse = |wanted: &Bootstrap<'_>| {
        fit.bootstrap_of(&problem, wanted, &mut tables::generator(1), go_on, |_, table| table.n_coarse())
            .unwrap()
            .values
    };
    assert!(coarse(&Bootstrap::new(3).published_exactly()).iter().all(|n| *n == 0));
    // all counts are rounded, so all are coarse
    assert!(coarse(&Bootstrap::new(3).published_by(&rule)).iter().all(|n| *n == problem.n_rows()));
    let own = |row: usize, y: u64| if row == 0 { Count::Missing } else { Count::Exact(y) };
    assert!(coarse(&Bootstrap::new(3).published_as(&own)).iter().all(|n| *n == 1));
}

#[test]
fn simulated_rows_carry_the_callers_row_numbers() {
    let problem = tables::poisson(1).problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let seen = std::sync::Mutex::new(Vec::new());
    let own = |row: usize, y: u64| {
        seen.lock().unwrap().push(row);
        Count::Exact(y)
    };
    run(&fit, &problem, &Bootstrap::new(2).published_as(&own)).unwrap();
    let mut rows = seen.into_inner().unwrap();
    rows.sort_unstable();
    rows.dedup();
    assert_eq!(rows, problem.rows());
}

#[test]
fn a_refit_that_fails_is_counted_with_its_reason() {
    // three rows carry the mark, with one count between them: drawn tables often have none there
    let question = tables::poisson(7);
    let marked = question.changed("c", |row, _| f64::from(u8::from(row < 3)));
    let marked = marked.changed("exposure", |row, e| if row < 3 { 1e-2 } else { e });
    let mut marked =
        marked.changed("count", |row, y| if row < 3 { f64::from(u8::from(row == 0)) } else { y });
    marked.determinants = Determinants::new().numeric("a").numeric("c");
    let problem = marked.problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let refits = run(&fit, &problem, &Bootstrap::new(60)).unwrap();
    let separated = refits.failed().by_code.get("separation").copied().unwrap_or(0);
    assert!(separated >= 10 && refits.n_refits() >= 10, "{:?}", refits.failed());
    assert_eq!(separated, refits.failed().count());
    assert_eq!(refits.n_refits() + refits.failed().count(), 60);
}

#[test]
fn the_callback_sees_every_refit_and_can_stop() {
    let problem = tables::poisson(1).problem().unwrap();
    let fit = problem.fit(&Options::default()).unwrap();
    let mut seen = Vec::new();
    let stopped = fit.bootstrap(&problem, &Bootstrap::new(30), &mut tables::generator(1), |at| {
        seen.push(at.done);
        if at.done == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(seen, [1, 2, 3]);
    assert_eq!(stopped.unwrap_err().code(), "inference-cancelled");
}
