//! Panels: against the crate's nested fits, against glmmTMB, and what shuffling, leaving out and renaming may change.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // measured distances are shown with --nocapture

#[path = "panel/counterfactual.rs"]
mod counterfactual;
#[path = "panel/edges.rs"]
mod edges;
#[path = "panel/fixture.rs"]
mod fixture;
#[path = "panel/invariance.rs"]
mod invariance;
#[path = "panel/nested.rs"]
mod nested;
#[path = "panel/reference.rs"]
mod reference;
#[path = "panel/restricted.rs"]
mod restricted;
#[path = "panel/worlds.rs"]
mod worlds;
