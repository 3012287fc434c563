//! Panels: against the crate's nested fits, against glmmTMB, and what shuffling, leaving out and renaming may change.
#![allow(clippy::unwrap_used)]

#[path = "panel/fixture.rs"]
mod fixture;
#[path = "panel/nested.rs"]
mod nested;
#[path = "panel/reference.rs"]
mod reference;
