//! How finely a percentage is taken.

use serde::{Deserialize, Serialize};
use std::fmt;

/// With how many decimals a percentage enters a comparison. Two thirds of 10 % are 6.67 % rounded and 6.6 % cut down: at the
/// edge the rule and its answer hang on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Precision {
    /// As it is.
    Exact,
    /// Cut down to so many decimals.
    CutTo(u8),
    /// Rounded to so many decimals, halves upward.
    RoundedTo(u8),
}

/// Two numbers closer than this, relatively, are one number in two ways of computing it: far above rounding error, far
/// below the distance of two shares of whole people.
const SAME: f64 = 1e-13;

/// More decimals of a percentage than anyone means.
const MOST_DECIMALS: u8 = 9;

impl Precision {
    /// A share of 1 with its percentage taken so.
    pub fn share(self, share: f64) -> f64 {
        let scale = |decimals: u8| 100.0 * 10_f64.powi(i32::from(decimals.min(MOST_DECIMALS)));
        match self {
            Precision::Exact => share,
            Precision::CutTo(decimals) => {
                let scale = scale(decimals);
                (share * scale * (1.0 + SAME)).floor() / scale
            }
            Precision::RoundedTo(decimals) => {
                let scale = scale(decimals);
                (share * scale * (1.0 + SAME) + 0.5).floor() / scale
            }
        }
    }

    /// Decimals of the percentage, if it has a number of them.
    pub(super) fn decimals(self) -> Option<usize> {
        match self {
            Precision::Exact => None,
            Precision::CutTo(decimals) | Precision::RoundedTo(decimals) => {
                Some(decimals.min(MOST_DECIMALS).into())
            }
        }
    }
}

/// Whether `a < b` by more than rounding error.
pub(super) fn below(a: f64, b: f64) -> bool {
    a < b - SAME * b.abs()
}

/// Whether `a > b` by more than rounding error.
pub(super) fn above(a: f64, b: f64) -> bool {
    a > b + SAME * b.abs()
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decimals = |n: u8| if n == 1 { "1 decimal".to_string() } else { format!("{n} decimals") };
        match self {
            Precision::Exact => f.write_str("exact"),
            Precision::CutTo(n) => write!(f, "cut down to {} of a percent", decimals(*n)),
            Precision::RoundedTo(n) => write!(f, "rounded to {} of a percent", decimals(*n)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_thirds_of_ten_percent_are_three_numbers() {
        let share = 2.0 / 3.0 * 0.1;
        assert_eq!(Precision::Exact.share(share), share);
        assert_eq!(Precision::CutTo(1).share(share), 0.066);
        assert_eq!(Precision::RoundedTo(2).share(share), 0.0667);
        assert_eq!(Precision::RoundedTo(1).share(share), 0.067);
    }

    #[test]
    fn a_percentage_with_that_many_decimals_stays() {
        for tenths in 0..1000_u32 {
            let share = f64::from(tenths) / 1000.0;
            // the same number by another way
            for share in [share, 3.0 * share / 3.0, share * 0.1 / 0.1] {
                assert_eq!(Precision::CutTo(1).share(share), f64::from(tenths) / 1000.0, "{tenths}");
                assert_eq!(Precision::RoundedTo(1).share(share), f64::from(tenths) / 1000.0, "{tenths}");
            }
        }
    }
}
