//! Screening: the published Blue Zones list from its fixture, and probabilities that keep their word.
//!
//! The ignored tests print the tables of `docs/blue-zones.md`.
#![cfg(feature = "csv")]
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "screen/calibration.rs"]
mod calibration;
#[path = "screen/drawn.rs"]
mod drawn;
#[path = "screen/properties.rs"]
mod properties;
#[path = "screen/published.rs"]
mod published;
