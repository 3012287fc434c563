//! Residuals, tests by simulation, influence and funnel: what they promise, on worlds with known truth.
//!
//! The ignored tests print the tables of `docs/diagnose.md`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;

#[path = "diagnose/funnel.rs"]
mod funnel;
#[path = "diagnose/influence.rs"]
mod influence;
#[path = "diagnose/made.rs"]
mod made;
#[path = "diagnose/residuals.rs"]
mod residuals;
#[path = "diagnose/simulated.rs"]
mod simulated;
#[path = "diagnose/study.rs"]
mod study;
