//! What must stay unknown.

use crate::count::{Interval, Zeros};
use crate::error::{ErrorKind, Result};

/// Which counts are not to be known, and how much must stay possible of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Protection {
    threshold: u64,
    zeros: Zeros,
    least: u64,
}

impl Protection {
    /// Counts below `threshold` are not published, zeros among them, and of a count that was not published at least
    /// `least` values must remain possible (or all that its publisher left, where those were fewer).
    ///
    /// Fails on a threshold of 0, and on fewer than 2 values: one possible value is the count itself.
    pub fn below(threshold: u64, least: u64) -> Result<Self> {
        match threshold > 0 && least > 1 {
            true => Ok(Protection { threshold, zeros: Zeros::Withheld, least }),
            false => {
                let message = format!(
                    "a protection needs a threshold above 0 and 2 or more values that remain possible; got {threshold} and {least}"
                );
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// Says whether an exact 0 may be published; it may not unless said.
    pub fn zeros(self, zeros: Zeros) -> Self {
        Protection { zeros, ..self }
    }

    /// Counts below this are not published.
    pub fn threshold(self) -> u64 {
        self.threshold
    }

    /// Values that must remain possible.
    pub fn least(self) -> u64 {
        self.least
    }

    /// Whether a count may not stand in a file.
    pub(super) fn forbids(self, count: u64) -> bool {
        count < self.threshold && !(count == 0 && self.zeros == Zeros::Published)
    }

    /// What a reader knows of a count that is withheld for being small.
    pub(super) fn withheld(self) -> Interval {
        let smallest = u64::from(self.zeros == Zeros::Published).min(self.threshold - 1);
        Interval::new(smallest, self.threshold - 1).unwrap_or(Interval::at_least(0))
    }

    /// What a reader knows of a count that is held back although it is not small.
    pub(super) fn held_back(self) -> Interval {
        Interval::at_least(self.threshold)
    }

    /// Whether too little is left: `published` by its publisher, `known` with the files at hand.
    pub(super) fn gives_away(self, published: Interval, known: Interval) -> bool {
        let exact = published.hi() == Some(published.lo());
        let fewest = size(published).map_or(self.least, |size| size.min(self.least));
        let narrow = size(known).is_some_and(|size| size < fewest);
        !exact && known.lo() < self.threshold && narrow
    }
}

/// Number of counts between bounds; `None` where they are open above.
fn size(bounds: Interval) -> Option<u64> {
    bounds.hi().map(|hi| (hi - bounds.lo()).saturating_add(1))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_count_is_given_away_when_fewer_values_remain_than_must() {
        let protection = Protection::below(10, 3).unwrap();
        let between = |lo, hi| Interval::new(lo, hi).unwrap();
        let withheld = between(0, 9);
        assert!(protection.gives_away(withheld, between(4, 5)));
        assert!(!protection.gives_away(withheld, between(4, 6)));
        assert!(!protection.gives_away(between(4, 5), between(4, 5)), "its publisher left no more");
        assert!(protection.gives_away(between(4, 5), between(4, 4)));
        assert!(!protection.gives_away(between(8, 12), between(10, 10)), "it is not small");
        assert!(!protection.gives_away(between(4, 4), between(4, 4)), "it was published");
        assert!(protection.gives_away(Interval::at_least(0), between(0, 0)));
    }

    #[test]
    fn a_protection_that_protects_nothing_is_refused() {
        for (threshold, least) in [(0, 3), (10, 1), (10, 0)] {
            assert_eq!(Protection::below(threshold, least).unwrap_err().code(), "specification");
        }
    }

    #[test]
    fn zeros_are_small_unless_they_are_published() {
        let protection = Protection::below(10, 3).unwrap();
        assert!(protection.forbids(0) && protection.forbids(9) && !protection.forbids(10));
        let published = protection.zeros(Zeros::Published);
        assert!(!published.forbids(0) && published.forbids(1));
        assert_eq!((published.withheld().lo(), published.withheld().hi()), (1, Some(9)));
    }
}
