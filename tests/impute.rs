//! Imputation from outside: draws that agree with what was published, tables that repeat, answers that pool.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // each test uses its part
#[path = "common/finite.rs"]
mod finite;
#[allow(dead_code)] // each test uses its part
#[path = "common/published.rs"]
mod published;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "impute/draws.rs"]
mod draws;
#[path = "impute/pooled.rs"]
mod pooled;
#[path = "impute/refusals.rs"]
mod refusals;
#[path = "impute/study.rs"]
mod study;
#[path = "impute/threads.rs"]
mod threads;
#[path = "impute/totals.rs"]
mod totals;

use nestcount::count::Count;
use nestcount::impute::TablesDone;
use published::{Published, below, mixed, randomly};
use std::ops::ControlFlow;

/// Every family under every kind of publication.
fn all_published() -> Vec<Published> {
    let rows = |question: question::Question| question::Question {
        model: question.model.clone().row_effect(),
        ..question
    };
    vec![
        Published::of(tables::poisson(1), mixed),
        Published::of(tables::neg_bin2(2), mixed),
        Published::of(tables::poisson(3), below(15)),
        Published::of(tables::neg_bin2(4), below(25)),
        Published::of(tables::neg_bin2(5), randomly(5)),
        Published::of(rows(tables::poisson(6)), mixed),
    ]
}

/// Whether the count may be this number.
fn may_be(count: Count, number: u64) -> bool {
    match count {
        Count::RandomlyRounded(rounded) => rounded.probability(number) > 0.0,
        count => count.bounds().contains(number),
    }
}

/// Whether nothing of the count is hidden.
fn is_known(count: Count) -> bool {
    count.bounds().hi() == Some(count.bounds().lo())
}

fn go_on(_: TablesDone) -> ControlFlow<()> {
    ControlFlow::Continue(())
}
