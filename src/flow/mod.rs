//! What began, ended and stood in each area and period, and whether the three agree.

mod period;

pub use period::{Part, Period};
