//! Bounds of sums, wide enough that no sum of counts overflows.

use crate::count::Interval;

/// Inclusive bounds of a sum; open above where `hi` is `None`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) lo: u128,
    pub(super) hi: Option<u128>,
}

impl Span {
    /// What lies in both, unless nothing does.
    pub(super) fn meet(self, other: Span) -> Option<Span> {
        let lo = self.lo.max(other.lo);
        let hi = self.hi.into_iter().chain(other.hi).min();
        hi.is_none_or(|hi| lo <= hi).then_some(Span { lo, hi })
    }

    /// The bounds around both.
    pub(super) fn hull(self, other: Span) -> Span {
        let hi = self.hi.zip(other.hi).map(|(a, b)| a.max(b));
        Span { lo: self.lo.min(other.lo), hi }
    }

    /// What remains for one part of a whole within these bounds when the other parts lie within theirs.
    pub(super) fn minus(self, others: Span) -> Span {
        let lo = others.hi.map_or(0, |hi| self.lo.saturating_sub(hi));
        Span { lo, hi: self.hi.map(|hi| hi.saturating_sub(others.lo)) }
    }

    pub(super) fn is_one_value(self) -> bool {
        self.hi == Some(self.lo)
    }

    /// The same bounds of a count; one too large to be held is open above.
    pub(super) fn interval(self) -> Interval {
        let lo = u64::try_from(self.lo).unwrap_or(u64::MAX);
        let hi = self.hi.and_then(|hi| u64::try_from(hi).ok());
        hi.and_then(|hi| Interval::new(lo, hi).ok()).unwrap_or(Interval::at_least(lo))
    }
}

impl From<Interval> for Span {
    fn from(interval: Interval) -> Self {
        Span { lo: interval.lo().into(), hi: interval.hi().map(u128::from) }
    }
}

/// The sum of parts from which one part can be taken out again, open ones too.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    lo: u128,
    hi: u128,
    n_open: usize,
}

impl Sum {
    pub(super) fn add(&mut self, part: Span) {
        self.lo = self.lo.saturating_add(part.lo);
        self.hi = self.hi.saturating_add(part.hi.unwrap_or(0));
        self.n_open += usize::from(part.hi.is_none());
    }

    pub(super) fn span(self) -> Span {
        Span { lo: self.lo, hi: (self.n_open == 0).then_some(self.hi) }
    }

    /// The sum of the other parts.
    pub(super) fn without(self, part: Span) -> Span {
        let others = Sum {
            lo: self.lo.saturating_sub(part.lo),
            hi: self.hi.saturating_sub(part.hi.unwrap_or(0)),
            n_open: self.n_open.saturating_sub(usize::from(part.hi.is_none())),
        };
        others.span()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(lo: u128, hi: impl Into<Option<u128>>) -> Span {
        Span { lo, hi: hi.into() }
    }

    #[test]
    fn bounds_meet_or_do_not() {
        assert_eq!(span(0, 9).meet(span(4, None)), Some(span(4, 9)));
        assert_eq!(span(3, None).meet(span(4, None)), Some(span(4, None)));
        assert_eq!(span(0, 3).meet(span(4, 9)), None);
        assert_eq!(
            (span(0, 3).hull(span(5, 9)), span(2, 3).hull(span(1, None))),
            (span(0, 9), span(1, None))
        );
    }

    #[test]
    fn the_sum_of_the_others_is_the_sum_without_the_part() {
        let parts = [span(1, 4), span(2, None), span(u128::from(u64::MAX), 1 << 100)];
        for left_out in 0..3 {
            let (mut all, mut others) = (Sum::default(), Sum::default());
            for (i, &part) in parts.iter().enumerate() {
                all.add(part);
                if i != left_out {
                    others.add(part);
                }
            }
            assert_eq!(all.without(parts[left_out]), others.span());
        }
    }

    #[test]
    fn an_open_part_leaves_nothing_to_raise_the_others() {
        assert_eq!(span(10, 12).minus(span(3, None)), span(0, 9));
        assert_eq!(span(10, None).minus(span(3, 4)), span(6, None));
    }

    #[test]
    fn a_sum_beyond_what_a_count_holds_stays_open() {
        let huge = span(u128::from(u64::MAX) + 5, u128::from(u64::MAX) + 9).interval();
        assert_eq!((huge.lo(), huge.hi()), (u64::MAX, None));
        assert_eq!(span(3, 9).interval().hi(), Some(9));
    }
}
