//! Inference that holds at the edge: profiles, bootstrap, likelihood-ratio tests, sandwich errors, adjusted variances.
#![allow(clippy::unwrap_used)]

#[allow(dead_code)] // each test uses its part
#[path = "common/published.rs"]
mod published;
#[allow(dead_code)] // each test uses its part
#[path = "common/question.rs"]
mod question;
#[allow(dead_code)] // each test uses its part
#[path = "common/tables.rs"]
mod tables;

#[path = "edge/adjusted.rs"]
mod adjusted;
#[path = "edge/bootstrap.rs"]
mod bootstrap;
#[path = "edge/likelihood_ratio.rs"]
mod likelihood_ratio;
#[cfg(feature = "csv")]
#[path = "edge/others.rs"]
mod others;
#[path = "edge/profile.rs"]
mod profile;
#[path = "edge/sandwich.rs"]
mod sandwich;
#[path = "edge/study.rs"]
mod study;
