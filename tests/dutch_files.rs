//! Dutch files as they come: what the readers make of them, and what they refuse.
#![cfg(all(feature = "csv", feature = "json"))]
#![allow(clippy::unwrap_used)]

#[cfg(feature = "spreadsheet")]
#[path = "dutch_files/archive.rs"]
mod archive;
#[path = "dutch_files/fuzz.rs"]
mod fuzz;
#[path = "dutch_files/golden.rs"]
mod golden;
#[path = "dutch_files/readers.rs"]
mod readers;
#[cfg(feature = "spreadsheet")]
#[path = "../examples/scp_wijk/reconstruction.rs"]
mod reconstruction;
#[path = "dutch_files/refusals.rs"]
mod refusals;
#[cfg(feature = "spreadsheet")]
#[path = "dutch_files/scp.rs"]
mod scp;
#[cfg(feature = "spreadsheet")]
#[path = "common/shared.rs"]
mod shared;
