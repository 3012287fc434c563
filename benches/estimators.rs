//! The estimators beside each other in the size of SCP's question: one evaluation of the exact log-likelihood, and fits.

mod shapes;

use divan::{Bencher, black_box};
use nestcount::estimate::{ExactLikelihood, Options, Orders, Parameters};
use nestcount::estimator::{AnyEstimator, Estimated, Estimator, Exact, Laplace, Lognormal, SecondOrder};
use nestcount::{Family, Problem};
use shapes::{SCP, problem, withheld_problem};
use std::ops::ControlFlow;

fn main() {
    divan::main();
}

/// Errors near 1e-9 an area.
const DEFAULT: Orders = Orders::Fixed { step: 0.9, tail: 1e-10 };

#[derive(Debug, Clone, Copy)]
enum Table {
    Nested,
    RowEffect,
    Withheld,
    WithheldRowEffect,
}

const TABLES: [(Table, Family); 6] = [
    (Table::Nested, Family::Poisson),
    (Table::Nested, Family::NegBin2),
    (Table::RowEffect, Family::Poisson),
    (Table::RowEffect, Family::NegBin2),
    (Table::Withheld, Family::Poisson),
    (Table::Withheld, Family::NegBin2),
];

/// Those of which rows have effects.
const ROW_EFFECTS: [(Table, Family); 4] = [
    (Table::RowEffect, Family::Poisson),
    (Table::RowEffect, Family::NegBin2),
    (Table::WithheldRowEffect, Family::Poisson),
    (Table::WithheldRowEffect, Family::NegBin2),
];

fn make((table, family): (Table, Family)) -> Problem {
    match table {
        Table::Nested => problem(SCP, family),
        Table::RowEffect => problem(SCP.with_row_effect(), family),
        Table::Withheld => withheld_problem(SCP, family),
        Table::WithheldRowEffect => withheld_problem(SCP.with_row_effect(), family),
    }
}

fn exact(
    bencher: Bencher<'_, '_>,
    table: (Table, Family),
    work: impl Fn(&mut ExactLikelihood<'_>, &Parameters),
) {
    let problem = make(table);
    let at = Laplace::default().estimate(&problem).expect("a maximum").parameters();
    let mut exact = problem.exact_likelihood(&DEFAULT).expect("orders");
    bencher.bench_local(|| work(black_box(&mut exact), &at));
}

/// One rule, upward and downward.
#[divan::bench(args = TABLES, max_time = 5)]
fn exact_value(bencher: Bencher<'_, '_>, table: (Table, Family)) {
    exact(bencher, table, |exact, at| {
        black_box(exact.value(at).expect("inside"));
    });
}

/// What every step of a fit costs.
#[divan::bench(args = TABLES, max_time = 5)]
fn exact_gradient(bencher: Bencher<'_, '_>, table: (Table, Family)) {
    exact(bencher, table, |exact, at| {
        black_box(exact.gradient(at).expect("inside"));
    });
}

fn fit(bencher: Bencher<'_, '_>, table: (Table, Family), estimator: &dyn AnyEstimator) {
    let problem = make(table);
    bencher.bench_local(|| {
        let answer = estimator.estimate_any(black_box(&problem), &mut |_| ControlFlow::Continue(()));
        black_box(answer.expect("a maximum").coefficients()[0].estimate)
    });
}

#[divan::bench(args = TABLES, max_time = 5)]
fn laplace_fit(bencher: Bencher<'_, '_>, table: (Table, Family)) {
    fit(bencher, table, &Laplace::default());
}

#[divan::bench(args = TABLES, max_time = 5)]
fn second_order_fit(bencher: Bencher<'_, '_>, table: (Table, Family)) {
    fit(bencher, table, &SecondOrder::default());
}

#[divan::bench(args = ROW_EFFECTS, max_time = 10)]
fn lognormal_fit(bencher: Bencher<'_, '_>, table: (Table, Family)) {
    fit(bencher, table, &Lognormal::default());
}

/// The rows integrated, from effects of 0.
#[divan::bench(args = ROW_EFFECTS, max_time = 5)]
fn lognormal_gradient(bencher: Bencher<'_, '_>, table: (Table, Family)) {
    let problem = make(table);
    let at = Laplace::default().estimate(&problem).expect("a maximum").parameters();
    let likelihood = problem.lognormal_likelihood(&Options::default()).expect("a row effect");
    bencher.bench_local(|| black_box(likelihood.gradient(black_box(&at)).expect("inside")));
}

#[divan::bench(args = TABLES, max_time = 10, sample_count = 10)]
fn exact_fit(bencher: Bencher<'_, '_>, table: (Table, Family)) {
    fit(bencher, table, &Exact::default());
}
