//! Degrees of freedom of a t, or of the denominator of an F.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Degrees of freedom of a t, or of the denominator of an F: a number above 0, or infinite, where the t is a normal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub enum DegreesOfFreedom {
    /// Above 0; need not be whole.
    Finite(f64),
    /// A sample without end.
    Infinite,
}

impl DegreesOfFreedom {
    /// What a formula gave: infinite where it left the range of numbers.
    pub(crate) fn of(df: f64) -> Self {
        if df.is_finite() { DegreesOfFreedom::Finite(df) } else { DegreesOfFreedom::Infinite }
    }

    /// 1 / degrees of freedom, 0 where they are infinite.
    pub fn inverse(self) -> f64 {
        match self {
            DegreesOfFreedom::Finite(df) => 1.0 / df,
            DegreesOfFreedom::Infinite => 0.0,
        }
    }
}

impl fmt::Display for DegreesOfFreedom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DegreesOfFreedom::Finite(df) if *df < 1e5 => f.pad(&format!("{df:.1}")),
            DegreesOfFreedom::Finite(df) => f.pad(&format!("{df:.1e}")),
            DegreesOfFreedom::Infinite => f.pad("infinite"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DegreesOfFreedom::{Finite, Infinite};

    #[test]
    fn they_print_in_the_width_asked_for() {
        assert_eq!(
            format!("{:>9}|{:>9}|{:>9}", Finite(12.34), Finite(2e7), Infinite),
            "     12.3|    2.0e7| infinite"
        );
    }
}
