//! Ways in which publishers round counts.

use crate::count::{Count, Interval, RandomlyRounded};
use crate::error::{ErrorKind, Result};
use std::fmt;

/// Rounding of counts to multiples of a base, 2 or more.
///
/// With an odd base no whole number lies halfway, and the first three are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest multiple, the upper one from halfway.
    HalfUp(u32),
    /// To the nearest multiple, from halfway to the one that is an even number of bases.
    HalfEven(u32),
    /// To the nearest multiple; from halfway to either, nobody says which.
    Nearest(u32),
    /// At random to one of the two neighbouring multiples so that the mean is kept; base 1000 at most.
    Random(u32),
}

impl Rounding {
    /// The base.
    pub fn base(self) -> u32 {
        match self {
            Rounding::HalfUp(base) | Rounding::HalfEven(base) => base,
            Rounding::Nearest(base) | Rounding::Random(base) => base,
        }
    }

    pub(super) fn check(self) -> Result<()> {
        match self {
            Rounding::Random(base) => RandomlyRounded::new(base, 0).map(|_| ()),
            _ if self.base() < 2 => {
                let message = format!("counts are rounded to a base of 2 or more, not {}", self.base());
                Err(ErrorKind::Specification { message }.into())
            }
            _ => Ok(()),
        }
    }

    /// What is known of a count of which the multiples `from` to `to` may have been made.
    pub(super) fn behind(self, from: u64, to: u64) -> Result<Count> {
        match self {
            Rounding::Random(base) => RandomlyRounded::between(base, from, to).map(Count::RandomlyRounded),
            _ => Interval::new(self.lowest(from), self.highest(to)).map(Count::from),
        }
    }

    /// The smallest count that `multiple` may stand for.
    pub(super) fn lowest(self, multiple: u64) -> u64 {
        multiple.saturating_sub(match self {
            Rounding::HalfUp(base) | Rounding::Nearest(base) => u64::from(base) / 2,
            Rounding::HalfEven(base) if self.is_even(multiple) => u64::from(base) / 2,
            Rounding::HalfEven(base) => (u64::from(base) - 1) / 2,
            Rounding::Random(base) => u64::from(base) - 1,
        })
    }

    /// The largest count that `multiple` may stand for.
    pub(super) fn highest(self, multiple: u64) -> u64 {
        multiple.saturating_add(match self {
            Rounding::Nearest(base) => u64::from(base) / 2,
            Rounding::HalfEven(base) if self.is_even(multiple) => u64::from(base) / 2,
            Rounding::HalfUp(base) | Rounding::HalfEven(base) => (u64::from(base) - 1) / 2,
            Rounding::Random(base) => u64::from(base) - 1,
        })
    }

    fn is_even(self, multiple: u64) -> bool {
        multiple.is_multiple_of(2 * u64::from(self.base()))
    }
}

impl fmt::Display for Rounding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rounding::HalfUp(base) => write!(f, "rounded half up to {base}"),
            Rounding::HalfEven(base) => write!(f, "rounded half even to {base}"),
            Rounding::Nearest(base) => write!(f, "rounded to the nearest {base}"),
            Rounding::Random(base) => write!(f, "rounded at random to {base}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_belongs_where_the_rounding_puts_it() {
        let spans = |rounding: Rounding| [10, 20].map(|v| (rounding.lowest(v), rounding.highest(v)));
        assert_eq!(spans(Rounding::HalfUp(10)), [(5, 14), (15, 24)]);
        assert_eq!(spans(Rounding::HalfEven(10)), [(6, 14), (15, 25)]);
        assert_eq!(spans(Rounding::Nearest(10)), [(5, 15), (15, 25)]);
        assert_eq!(spans(Rounding::Random(10)), [(1, 19), (11, 29)]);
    }

    #[test]
    fn with_an_odd_base_nothing_lies_halfway() {
        for multiple in (0..60).step_by(5) {
            let [a, b, c] = [Rounding::HalfUp(5), Rounding::HalfEven(5), Rounding::Nearest(5)]
                .map(|rounding| (rounding.lowest(multiple), rounding.highest(multiple)));
            assert_eq!((a, b), (b, c));
            assert_eq!(a.1, multiple + 2);
        }
    }
}
