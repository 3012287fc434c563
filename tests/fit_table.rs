//! The example `fit_table`, run as a researcher runs it: a file, a command line, an answer or an error.
#![cfg(feature = "csv")]
#![allow(clippy::unwrap_used)]

#[path = "fit_table/answers.rs"]
mod answers;
#[path = "fit_table/estimators.rs"]
mod estimators;
#[path = "fit_table/program.rs"]
mod program;
#[path = "fit_table/refusals.rs"]
mod refusals;
#[path = "fit_table/terms.rs"]
mod terms;
#[path = "fit_table/tidy.rs"]
mod tidy;
#[path = "fit_table/withheld.rs"]
mod withheld;
