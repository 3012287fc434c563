//! Cumulants of the count given what was published, from moments about the largest term.

use super::walk::EachTerm;

/// The sum alone.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Total {
    sum: f64,
}

impl Total {
    #[inline]
    pub(super) fn sum(&self) -> f64 {
        self.sum
    }
}

impl EachTerm for Total {
    #[inline(always)]
    fn add(&mut self, _y: f64, _offset: f64, term: f64) {
        self.sum += term;
    }
}

/// The mean alone.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Mean {
    sum: f64,
    first: f64,
}

impl Mean {
    /// The sum of the terms, and m less the pivot.
    #[inline]
    pub(super) fn sum_and_shift(&self) -> (f64, f64) {
        (self.sum, self.first / self.sum)
    }
}

impl EachTerm for Mean {
    #[inline(always)]
    fn add(&mut self, _y: f64, offset: f64, term: f64) {
        self.sum += term;
        self.first += offset * term;
    }
}

/// Σ term·offset^k.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    sums: [f64; 5],
}

/// The sum of the terms, and the cumulants of the count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cumulants {
    pub sum: f64,
    /// m less the pivot: its own digits, however large the pivot.
    pub shift: f64,
    pub v: f64,
    pub k3: f64,
    pub k4: f64,
}

impl Moments {
    #[inline(always)]
    pub(super) fn push(&mut self, offset: f64, term: f64) {
        let mut power = term;
        for sum in &mut self.sums {
            *sum += power;
            power *= offset;
        }
    }

    /// The pivot is the mode, so m is within √3 standard deviations of it and little is lost.
    #[inline]
    pub(super) fn cumulants(&self) -> Cumulants {
        let [sum, first, second, third, fourth] = self.sums;
        let inverse = 1.0 / sum;
        let (e, d2, d3, d4) = (first * inverse, second * inverse, third * inverse, fourth * inverse);
        let v = d2 - e * e;
        let k3 = d3 - e * (3.0 * d2 - 2.0 * e * e);
        let c4 = d4 - e * (4.0 * d3 - e * (6.0 * d2 - 3.0 * e * e));
        Cumulants { sum, shift: e, v, k3, k4: c4 - 3.0 * v * v }
    }
}

impl EachTerm for Moments {
    #[inline(always)]
    fn add(&mut self, _y: f64, offset: f64, term: f64) {
        self.push(offset, term);
    }
}
