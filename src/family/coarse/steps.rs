//! The η-derivatives, formed where the weights of what was published rise and fall.

use super::moments::Cumulants;
use super::terms::Terms;
use super::walk::{self, EachTerm, Ends};
use super::{Coarse, EtaDerivatives};

/// r = Σ h p̂ with h(y) = y(1 − ω(y−1)/ω(y)), by (y+1) p(y+1) = (qy + fμ) p(y); and with it the joint cumulants
/// u = −κ(Y, h), u1 = −κ(Y, Y, h), u2 = −κ(Y, Y, Y, h).
///
/// For an interval, h lives on its ends: u = Ax + Bz.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steps {
    r: f64,
    u: f64,
    u1: f64,
    u2: f64,
}

impl Steps {
    #[inline]
    pub(super) fn new<T: Terms>(
        published: &Coarse,
        terms: &T,
        pivot: f64,
        ends: &Ends,
        cumulants: &Cumulants,
    ) -> Steps {
        if published.is_interval() {
            return of_interval(published, pivot, ends, cumulants);
        }
        of_rounding(published, terms, pivot, ends, cumulants)
    }

    #[inline]
    pub(super) fn derivatives(&self, q: f64, f: f64) -> EtaDerivatives {
        let Steps { r, u, u1, u2 } = *self;
        EtaDerivatives {
            r,
            w: f * u,
            c: f * (f * u1 - q * u),
            d: f * (f * (f * u2 - 3.0 * q * u1) - q * (f - q) * u),
        }
    }

    /// ∂d/∂η, from one cumulant more.
    pub(super) fn fifth(&self, q: f64, f: f64, u3: f64) -> f64 {
        let Steps { u, u1, u2, .. } = *self;
        let inner = f * (f * u3 - 6.0 * q * u2) - q * (4.0 * f - 7.0 * q) * u1;
        f * (f * inner - q * (1.0 - 6.0 * q * f) * u)
    }
}

/// −κ(Y, Y, Y, Y, h).
pub(super) fn third<T: Terms>(
    published: &Coarse,
    terms: &T,
    pivot: f64,
    ends: &Ends,
    cumulants: &Cumulants,
) -> f64 {
    let Cumulants { sum, shift, v, k3, k4 } = *cumulants;
    // −κ(Y, Y, Y, Y, 1_y)/p̂(y) of a count x below the mean
    let of = |x: f64| k4 - v * 3.0 * v - x * (4.0 * k3 - x * (6.0 * v - x * x));
    let (b, z) = top(published, pivot, ends, cumulants);
    if published.is_interval() {
        let a = published.first() * ends.first / sum;
        let x = (pivot - published.first()) + shift;
        return a * of(x) - b * of(-z);
    }
    let middle = (pivot + shift).floor().min(published.hi).max(published.first());
    let mut pass = ThirdPass { published, shift, level: published.slope(middle), of, sum: 0.0 };
    walk::weighted(published, terms, pivot, &mut pass);
    pass.sum / sum - b * published.weight(published.hi) * of(-z)
}

struct ThirdPass<'a, F> {
    published: &'a Coarse,
    shift: f64,
    level: f64,
    of: F,
    sum: f64,
}

impl<F: Fn(f64) -> f64> EachTerm for ThirdPass<'_, F> {
    fn add(&mut self, y: f64, offset: f64, term: f64) {
        self.sum += (self.published.slope(y) - self.level) * term * (self.of)(self.shift - offset);
    }
}

/// r and w alone.
#[inline]
pub(super) fn score<T: Terms>(
    published: &Coarse,
    terms: &T,
    pivot: f64,
    ends: &Ends,
    (sum, shift): (f64, f64),
) -> (f64, f64) {
    let cumulants = Cumulants { sum, shift, v: 0.0, k3: 0.0, k4: 0.0 };
    let steps = Steps::new(published, terms, pivot, ends, &cumulants);
    (steps.r, terms.f() * steps.u)
}

/// B and z; of a rounding B is still to be multiplied by the weight of the last count.
#[inline]
fn top(published: &Coarse, pivot: f64, ends: &Ends, cumulants: &Cumulants) -> (f64, f64) {
    if published.hi == f64::INFINITY {
        return (0.0, 0.0);
    }
    let falling = (published.hi + 1.0) * ends.beyond / cumulants.sum;
    (falling, (published.hi + 1.0 - pivot) - cumulants.shift)
}

#[inline]
fn of_interval(published: &Coarse, pivot: f64, ends: &Ends, cumulants: &Cumulants) -> Steps {
    let Cumulants { sum, shift, v, k3, .. } = *cumulants;
    let a = published.first() * ends.first / sum;
    let x = (pivot - published.first()) + shift;
    let (b, z) = top(published, pivot, ends, cumulants);
    Steps {
        r: a - b,
        u: a * x + b * z,
        u1: a * (v - x * x) + b * (z * z - v),
        u2: a * (k3 - x * (3.0 * v - x * x)) + b * (z * (z * z - 3.0 * v) - k3),
    }
}

fn of_rounding<T: Terms>(
    published: &Coarse,
    terms: &T,
    pivot: f64,
    ends: &Ends,
    cumulants: &Cumulants,
) -> Steps {
    let Cumulants { sum, shift, v, k3, .. } = *cumulants;
    // h falls, so taken from its value at the mean all terms of u have one sign
    let middle = (pivot + shift).floor().min(published.hi).max(published.first());
    let mut second = SecondPass { published, shift, v, k3, level: published.slope(middle), sums: [0.0; 4] };
    walk::weighted(published, terms, pivot, &mut second);
    let [r, u, u1, u2] = second.sums.map(|s| s / sum);
    let (b, z) = top(published, pivot, ends, cumulants);
    let b = b * published.weight(published.hi);
    if b == 0.0 {
        return Steps { r, u, u1, u2 };
    }
    Steps { r: r - b, u: u + b * z, u1: u1 + b * (z * z - v), u2: u2 + b * (z * (z * z - 3.0 * v) - k3) }
}

impl Coarse {
    /// ω in steps of 1/base, a whole number.
    #[inline]
    fn height(&self, y: f64) -> f64 {
        (y - self.lo + 1.0).min(self.hi - y + 1.0).min(self.base)
    }

    /// h(y) = y(1 − ω(y−1)/ω(y)).
    #[inline]
    fn slope(&self, y: f64) -> f64 {
        let here = self.height(y);
        y * (here - self.height(y - 1.0)) / here
    }
}

struct SecondPass<'a> {
    published: &'a Coarse,
    shift: f64,
    v: f64,
    k3: f64,
    level: f64,
    sums: [f64; 4],
}

impl EachTerm for SecondPass<'_> {
    #[inline]
    fn add(&mut self, y: f64, offset: f64, term: f64) {
        let slope = self.published.slope(y);
        let x = self.shift - offset;
        let above_level = (slope - self.level) * term;
        self.sums[0] += slope * term;
        self.sums[1] += above_level * x;
        self.sums[2] += above_level * (self.v - x * x);
        self.sums[3] += above_level * (self.k3 - x * (3.0 * self.v - x * x));
    }
}
