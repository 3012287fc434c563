//! From the largest term both ways, by ratios, over all that counts.

use super::Coarse;
use super::panels::{self, Span};
use super::terms::Terms;

/// So many terms are taken one by one in each direction.
const ONE_BY_ONE: f64 = 512.0;

/// So many are taken before a small term ends the walk: short intervals are always walked to their ends.
const UNCHECKED: f64 = 32.0;

/// A term below this share of the largest ends a walk.
pub(super) const NEGLIGIBLE: f64 = 1e-21;

/// From here on terms change smoothly enough on their way down to be taken by quadrature.
const SMOOTH: f64 = 512.0;

/// What is summed over the terms, each in units of the largest and at its distance from it.
pub(super) trait Sums {
    /// The largest term itself.
    fn pivot(&mut self, y: f64, term: f64);

    /// The next term above the last; y is the count, `offset` its distance from the pivot.
    fn above(&mut self, y: f64, offset: f64, term: f64);

    /// The next term below the last.
    fn below(&mut self, y: f64, offset: f64, term: f64);

    /// A node of a quadrature, away from the others: five terms, at y and the counts after it.
    fn node(&mut self, y: f64, offset: f64, terms: [f64; 5]);

    /// Goes on below from y.
    fn resume_below(&mut self, y: f64);
}

/// p(first) and p(hi + 1) in units of the largest term.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    pub first: f64,
    pub beyond: f64,
}

/// The walk over what was published, each term times its weight; returned without weights are the terms at the ends.
#[inline]
pub(super) fn weighted<T: Terms>(published: &Coarse, terms: &T, pivot: f64, sums: &mut impl Sums) -> Ends {
    if published.is_interval() {
        return over(published, terms, pivot, sums);
    }
    over(published, terms, pivot, &mut Weighted { published, sums })
}

struct Weighted<'a, S> {
    published: &'a Coarse,
    sums: &'a mut S,
}

impl<S: Sums> Sums for Weighted<'_, S> {
    #[inline]
    fn pivot(&mut self, y: f64, term: f64) {
        self.sums.pivot(y, self.published.weight(y) * term);
    }

    #[inline]
    fn above(&mut self, y: f64, offset: f64, term: f64) {
        self.sums.above(y, offset, self.published.weight(y) * term);
    }

    #[inline]
    fn below(&mut self, y: f64, offset: f64, term: f64) {
        self.sums.below(y, offset, self.published.weight(y) * term);
    }

    fn node(&mut self, y: f64, offset: f64, mut terms: [f64; 5]) {
        let mut at = y;
        for term in &mut terms {
            *term *= self.published.weight(at);
            at += 1.0;
        }
        self.sums.node(y, offset, terms);
    }

    fn resume_below(&mut self, y: f64) {
        self.sums.resume_below(y);
    }
}

/// The walk without the weights.
#[inline]
pub(super) fn over<T: Terms>(published: &Coarse, terms: &T, pivot: f64, sums: &mut impl Sums) -> Ends {
    let walk = Walk { terms, pivot, one_by_one: published.is_interval().then_some(ONE_BY_ONE) };
    sums.pivot(pivot, 1.0);
    Ends { beyond: walk.up(published.hi, sums), first: walk.down(published.first(), sums) }
}

struct Walk<'a, T> {
    terms: &'a T,
    pivot: f64,
    /// None where the weights have corners that a quadrature would not see.
    one_by_one: Option<f64>,
}

#[derive(Clone, Copy)]
struct Reached {
    y: f64,
    term: f64,
}

impl<T: Terms> Walk<'_, T> {
    /// All above the pivot up to `hi`; the term at hi + 1.
    #[inline]
    fn up(&self, hi: f64, sums: &mut impl Sums) -> f64 {
        let stop = self.one_by_one.map_or(hi, |most| hi.min(self.pivot + most));
        let top = self.climb(stop, sums);
        if top.y >= hi {
            return top.term * self.terms.up(hi);
        }
        if top.term > NEGLIGIBLE {
            panels::along(self.terms, self.pivot, Span { from: top.y + 0.5, to: hi + 0.5 }, sums);
        }
        if hi.is_finite() { self.term_at(hi + 1.0) } else { 0.0 }
    }

    /// All below the pivot down to `first`; the term there.
    #[inline]
    fn down(&self, first: f64, sums: &mut impl Sums) -> f64 {
        let near = self.pivot <= 4.0 * SMOOTH;
        let stop = self.one_by_one.filter(|_| !near).map_or(first, |most| first.max(self.pivot - most));
        let bottom = self.descend(Reached { y: self.pivot, term: 1.0 }, stop, sums);
        if bottom.y <= first {
            return bottom.term;
        }
        if bottom.term > NEGLIGIBLE {
            self.descend_far(bottom.y, first, sums);
        }
        self.term_at(first)
    }

    /// By quadrature as far as terms change smoothly, and one by one the rest of the way.
    fn descend_far(&self, from: f64, first: f64, sums: &mut impl Sums) {
        let smooth = first.max(SMOOTH);
        panels::along(self.terms, self.pivot, Span { from: from - 0.5, to: smooth - 0.5 }, sums);
        let next = Reached { y: smooth - 1.0, term: self.term_at(smooth - 1.0) };
        if first < smooth && next.term > NEGLIGIBLE {
            sums.resume_below(next.y);
            sums.below(next.y, next.y - self.pivot, next.term);
            self.descend(next, first, sums);
        }
    }

    #[inline]
    fn climb(&self, stop: f64, sums: &mut impl Sums) -> Reached {
        let mut at = Reached { y: self.pivot, term: 1.0 };
        while at.y < stop {
            at.term *= self.terms.up(at.y);
            at.y += 1.0;
            let offset = at.y - self.pivot;
            sums.above(at.y, offset, at.term);
            if at.term < NEGLIGIBLE && offset > UNCHECKED {
                break;
            }
        }
        at
    }

    #[inline]
    fn descend(&self, mut at: Reached, stop: f64, sums: &mut impl Sums) -> Reached {
        while at.y > stop {
            at.term *= self.terms.down(at.y);
            at.y -= 1.0;
            let offset = at.y - self.pivot;
            sums.below(at.y, offset, at.term);
            if at.term < NEGLIGIBLE && offset < -UNCHECKED {
                break;
            }
        }
        at
    }

    fn term_at(&self, y: f64) -> f64 {
        (self.terms.log_at(y) - self.terms.log_at(self.pivot)).exp()
    }
}
