//! Counts that were rounded at random before publication.

use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// A published multiple of a base, or a run of them: the count went up or down to a neighbouring multiple with
/// probabilities that keep its mean.
///
/// A count `y` between two multiples goes to the upper one with probability `(y mod base)/base`; a multiple stays.
/// What was published then says with which probability each count would have led to it ([`RandomlyRounded::probability`]),
/// not merely between which bounds the count lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "(u32, u64, u64)", into = "(u32, u64, u64)")]
pub struct RandomlyRounded {
    base: u32,
    from: u64,
    to: u64,
}

/// The largest base: publishers use 3, 5 and 10.
const LARGEST_BASE: u32 = 1000;

impl RandomlyRounded {
    /// The multiple `value` of `base` was published; fails on a base below 2 or above 1000 and on other values.
    pub fn new(base: u32, value: u64) -> Result<Self> {
        RandomlyRounded::between(base, value, value)
    }

    /// Some multiple of `base` from `from` to `to`, both included, was withheld; fails as [`RandomlyRounded::new`]
    /// does and where `from > to`.
    pub fn between(base: u32, from: u64, to: u64) -> Result<Self> {
        if !(2..=LARGEST_BASE).contains(&base) {
            let message = format!("counts are rounded to a base of 2 to {LARGEST_BASE}, not {base}");
            return Err(ErrorKind::Specification { message }.into());
        }
        if from > to {
            return Err(ErrorKind::EmptyInterval { lo: from, hi: to }.into());
        }
        if let Some(odd) = [from, to].into_iter().find(|value| !value.is_multiple_of(u64::from(base))) {
            let message = format!("{odd} is not a multiple of {base}, to which the counts were rounded");
            return Err(ErrorKind::Specification { message }.into());
        }
        Ok(RandomlyRounded { base, from, to })
    }

    /// The base.
    pub fn base(self) -> u32 {
        self.base
    }

    /// The smallest multiple it may have been rounded to.
    pub fn from(self) -> u64 {
        self.from
    }

    /// The largest multiple it may have been rounded to.
    pub fn to(self) -> u64 {
        self.to
    }

    /// The smallest count that may lie behind it.
    pub fn lo(self) -> u64 {
        self.from.saturating_sub(u64::from(self.base) - 1)
    }

    /// The largest count that may lie behind it.
    pub fn hi(self) -> u64 {
        self.to.saturating_add(u64::from(self.base) - 1)
    }

    /// The probability with which `count` would have been rounded into `[from, to]`.
    ///
    /// 1 between them, falling by 1/base a step to 0 on either side.
    pub fn probability(self, count: u64) -> f64 {
        let base = f64::from(self.base);
        let outside = self.from.saturating_sub(count).max(count.saturating_sub(self.to));
        (1.0 - outside as f64 / base).max(0.0)
    }
}

impl TryFrom<(u32, u64, u64)> for RandomlyRounded {
    type Error = crate::error::Error;

    fn try_from((base, from, to): (u32, u64, u64)) -> Result<Self> {
        RandomlyRounded::between(base, from, to)
    }
}

impl From<RandomlyRounded> for (u32, u64, u64) {
    fn from(rounded: RandomlyRounded) -> Self {
        (rounded.base, rounded.from, rounded.to)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_count_is_rounded_to_something_and_keeps_its_mean() {
        for base in [2, 3, 5, 10] {
            for count in 0..40 {
                let multiples = (0..60).step_by(base as usize);
                let (mut total, mut mean) = (0.0, 0.0);
                for value in multiples {
                    let probability = RandomlyRounded::new(base, value).unwrap().probability(count);
                    total += probability;
                    mean += probability * value as f64;
                }
                assert!((total - 1.0).abs() < 1e-14, "{count} to base {base}");
                assert!((mean - count as f64).abs() < 1e-12, "{count} to base {base}");
            }
        }
    }

    #[test]
    fn probability_is_zero_outside_the_bounds_only() {
        let rounded = RandomlyRounded::between(5, 0, 5).unwrap();
        assert_eq!((rounded.lo(), rounded.hi()), (0, 9));
        assert!((0..20).all(|y| (rounded.probability(y) > 0.0) == (y <= 9)));
    }

    #[test]
    fn only_multiples_of_a_sensible_base_were_rounded_to_it() {
        for bad in [RandomlyRounded::new(1, 4), RandomlyRounded::new(5, 12), RandomlyRounded::new(0, 0)] {
            assert_eq!(bad.unwrap_err().code(), "specification");
        }
        assert_eq!(RandomlyRounded::between(5, 10, 5).unwrap_err().code(), "empty-interval");
        assert!(serde_json::from_str::<RandomlyRounded>("[5,11,15]").is_err());
    }
}
