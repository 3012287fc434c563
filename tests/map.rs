//! Maps: boundaries joined by code, classes that count every area, what is written and what is refused.
#![cfg(feature = "map")]
#![allow(clippy::unwrap_used)]

#[path = "map/dutch.rs"]
mod dutch;
#[path = "map/fuzz.rs"]
mod fuzz;
#[path = "map/refusals.rs"]
mod refusals;
#[path = "common/shared.rs"]
mod shared;
#[path = "map_page/small.rs"]
mod small;
#[path = "map/written.rs"]
mod written;
