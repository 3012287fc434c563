//! The exact log-likelihood and its maximum: against differences, other packages' quadrature, and finer rules.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)] // each test uses its part
#[path = "common/published.rs"]
mod published;
#[allow(dead_code)]
#[path = "common/question.rs"]
mod question;
#[path = "common/shared.rs"]
mod shared;
#[allow(dead_code)]
#[path = "common/tables.rs"]
mod tables;

#[cfg(feature = "csv")]
#[allow(dead_code)]
#[path = "reference/cases.rs"]
mod cases;
#[path = "exact/gradient.rs"]
mod gradient;
#[cfg(feature = "csv")]
#[path = "exact/lme4.rs"]
mod lme4;
#[path = "exact/nasty.rs"]
mod nasty;
#[path = "exact/same.rs"]
mod same;
#[path = "exact/withheld.rs"]
mod withheld;
