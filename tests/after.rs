//! What comes after the fit: expectations and differences with their uncertainty, exceedance, ranks.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "after/coverage.rs"]
mod coverage;
#[path = "after/fixture.rs"]
mod fixture;
#[path = "after/identities.rs"]
mod identities;
#[path = "after/made.rs"]
mod made;
#[path = "after/odd.rs"]
mod odd;
#[path = "after/refusals.rs"]
mod refusals;
