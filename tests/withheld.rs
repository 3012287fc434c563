//! Simulated worlds whose counts are withheld and rounded: intervals cover, and what is drawn is drawn as the truth was.
//!
//! The long runs print the tables of `docs/coverage-withheld.md`:
//! `cargo test --release --test withheld -- --ignored --nocapture --test-threads 1`
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "withheld/answers.rs"]
mod answers;
#[path = "withheld/area_totals.rs"]
mod area_totals;
#[path = "withheld/calibration.rs"]
mod calibration;
#[path = "withheld/coverage.rs"]
mod coverage;
#[path = "withheld/determinants.rs"]
mod determinants;
#[path = "withheld/limits.rs"]
mod limits;
#[path = "withheld/published.rs"]
mod published;
#[path = "withheld/question.rs"]
mod question;
#[path = "withheld/ranks.rs"]
mod ranks;
#[path = "withheld/tally.rs"]
mod tally;
#[path = "withheld/threads.rs"]
mod threads;
