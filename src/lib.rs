//! Multilevel models for counts of small areas.

pub mod count;
pub mod error;
pub mod progress;
pub mod table;

pub use error::{Error, ErrorKind, Result};
pub mod area;
pub mod determinant;
