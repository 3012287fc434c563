//! Full Bayes from outside: against long chains of others, against maximum likelihood, and against itself.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[path = "common/shared.rs"]
mod shared;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "bayes/after.rs"]
mod after;
#[path = "bayes/calibration.rs"]
mod calibration;
#[path = "bayes/chain.rs"]
mod chain;
#[path = "bayes/fallback.rs"]
mod fallback;
#[path = "bayes/identities.rs"]
mod identities;
#[path = "bayes/imputation.rs"]
mod imputation;
#[path = "bayes/reference.rs"]
mod reference;
#[path = "bayes/speed.rs"]
mod speed;
