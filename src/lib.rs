//! Multilevel models for counts of small areas.

pub mod area;
pub mod count;
pub mod determinant;
pub mod error;
pub mod estimate;
pub mod expected;
pub mod family;
pub mod infer;
pub mod model;
pub mod nl;
mod numeric;
pub mod progress;
pub mod simulate;
pub mod table;

pub use error::{Error, ErrorKind, Result};
pub use estimate::Options;
pub use family::Family;
pub use infer::Fit;
pub use model::{Model, Problem};
pub use ndarray;
