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

/// A sum to which a term adds the same wherever on the walk it comes.
pub(super) trait EachTerm {
    fn add(&mut self, y: f64, offset: f64, term: f64);
}

impl<T: EachTerm> Sums for T {
    #[inline(always)]
    fn pivot(&mut self, y: f64, term: f64) {
        self.add(y, 0.0, term);
    }

    #[inline(always)]
    fn above(&mut self, y: f64, offset: f64, term: f64) {
        self.add(y, offset, term);
    }

    #[inline(always)]
    fn below(&mut self, y: f64, offset: f64, term: f64) {
        self.add(y, offset, term);
    }

    fn node(&mut self, y: f64, offset: f64, terms: [f64; 5]) {
        for (term, i) in terms.into_iter().zip(0u8..) {
            self.add(y + f64::from(i), offset + f64::from(i), term);
        }
    }

    fn resume_below(&mut self, _y: f64) {}
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

    /// Counted in steps, which still differ where counts are too large to.
    #[inline]
    fn climb(&self, stop: f64, sums: &mut impl Sums) -> Reached {
        let mut at = Reached { y: self.pivot, term: 1.0 };
        let (distance, mut offset) = (stop - self.pivot, 0.0);
        while offset < distance {
            at.term *= self.terms.up(at.y);
            offset += 1.0;
            at.y = self.pivot + offset;
            sums.above(at.y, offset, at.term);
            if at.term < NEGLIGIBLE && offset > UNCHECKED {
                break;
            }
        }
        at
    }

    #[inline]
    fn descend(&self, from: Reached, stop: f64, sums: &mut impl Sums) -> Reached {
        let mut at = from;
        let (distance, mut steps) = (from.y - stop, 0.0);
        while steps < distance {
            at.term *= self.terms.down(at.y);
            steps += 1.0;
            at.y = from.y - steps;
            sums.below(at.y, at.y - self.pivot, at.term);
            if at.term < NEGLIGIBLE && steps > UNCHECKED {
                break;
            }
        }
        at
    }

    fn term_at(&self, y: f64) -> f64 {
        (self.terms.log_at(y) - self.terms.log_at(self.pivot)).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::super::companions::Companions;
    use super::super::terms::NegBin2Terms;
    use super::*;
    use approx::assert_relative_eq;

    fn sums(one_by_one: Option<f64>, cell: (f64, f64), terms: &NegBin2Terms) -> (Companions, Ends) {
        let published = Coarse { lo: cell.0, hi: cell.1, base: 1.0 };
        let pivot = terms.pivot(&published);
        let mut sums = Companions::new(terms, pivot);
        let walk = Walk { terms, pivot, one_by_one };
        sums.pivot(pivot, 1.0);
        let ends = Ends { beyond: walk.up(cell.1, &mut sums), first: walk.down(cell.0, &mut sums) };
        (sums, ends)
    }

    #[test]
    fn a_quadrature_gives_what_one_by_one_gives() {
        let cells = [(0.0, 1e5), (3.0, f64::INFINITY), (2000.0, 60_000.0), (40_000.0, f64::INFINITY)];
        for cell in cells {
            for mu in [700.0, 30_000.0] {
                for theta in [0.2, 1.1, 8.0, 1e3, 1e9] {
                    let terms = NegBin2Terms::new(mu, theta);
                    let (far, far_ends) = sums(Some(ONE_BY_ONE), cell, &terms);
                    let (near, near_ends) = sums(None, cell, &terms);
                    let (a, b) = (far.count_cumulants(), near.count_cumulants());
                    assert_relative_eq!(a.sum, b.sum, max_relative = 1e-10);
                    assert_relative_eq!(a.shift, b.shift, max_relative = 1e-10);
                    assert_relative_eq!(a.v, b.v, max_relative = 1e-10);
                    assert_relative_eq!(a.k3, b.k3, max_relative = 1e-10, epsilon = 1e-10 * b.v.powf(1.5));
                    assert_relative_eq!(a.k4, b.k4, max_relative = 1e-10, epsilon = 1e-10 * b.v * b.v);
                    let r = terms.f()
                        * (terms.pivot(&Coarse { lo: cell.0, hi: cell.1, base: 1.0 }) + b.shift - mu);
                    let (far, near) = (far.derivatives(&terms, &a, r), near.derivatives(&terms, &b, r));
                    assert_relative_eq!(far.l_phi, near.l_phi, max_relative = 1e-7, epsilon = 1e-9);
                    assert_relative_eq!(far.r_phi, near.r_phi, max_relative = 1e-7, epsilon = 1e-9);
                    assert_relative_eq!(far.l_phi_phi, near.l_phi_phi, max_relative = 1e-7, epsilon = 1e-9);
                    assert!(far_ends.first - near_ends.first <= 1e-11 * near_ends.first.max(1e-11));
                    assert!(far_ends.beyond - near_ends.beyond <= 1e-11 * near_ends.beyond.max(1e-11));
                }
            }
        }
    }
}
