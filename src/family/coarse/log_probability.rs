//! log P of what was published.

use super::Coarse;
use super::terms::Terms;
use super::walk::{self, EachTerm, Ends};

/// From here on 1 − P is summed: log P keeps its digits as P goes to 1.
pub(super) const NEARLY_CERTAIN: f64 = -0.01;

/// More terms of 1 − P are not summed.
const LONGEST: usize = 4096;

/// log P, at most 0; `sum` is P in units of p(pivot).
#[inline]
pub(super) fn of<T: Terms>(published: &Coarse, terms: &T, pivot: f64, ends: &Ends, sum: f64) -> f64 {
    let log = terms.log_of_product(pivot, sum);
    if log < NEARLY_CERTAIN {
        return log;
    }
    missing(published, terms, pivot, ends).map_or(log.min(0.0), |missing| -(missing / sum).ln_1p())
}

/// 1 − P in units of p(pivot).
fn missing<T: Terms>(published: &Coarse, terms: &T, pivot: f64, ends: &Ends) -> Option<f64> {
    let mut within = Unpublished { published, sum: 0.0 };
    if !published.is_interval() {
        walk::over(published, terms, pivot, &mut within);
    }
    Some(within.sum + below(terms, published.first(), ends.first)? + above(terms, published.hi, ends.beyond)?)
}

fn below<T: Terms>(terms: &T, first: f64, at_first: f64) -> Option<f64> {
    let (mut y, mut term, mut sum) = (first, at_first, 0.0);
    for _ in 0..LONGEST {
        term *= if y > 0.0 { terms.down(y) } else { 0.0 };
        y -= 1.0;
        sum += term;
        if term <= sum * 1e-17 {
            return Some(sum);
        }
    }
    None
}

fn above<T: Terms>(terms: &T, hi: f64, beyond: f64) -> Option<f64> {
    let (mut y, mut term, mut sum) = (hi + 1.0, beyond, beyond);
    for _ in 0..LONGEST {
        if term <= sum * 1e-17 {
            return Some(sum);
        }
        term *= terms.up(y);
        y += 1.0;
        sum += term;
    }
    None
}

/// Σ (1 − ω(y)) p(y) over what may have been published.
struct Unpublished<'a> {
    published: &'a Coarse,
    sum: f64,
}

impl EachTerm for Unpublished<'_> {
    fn add(&mut self, y: f64, _offset: f64, term: f64) {
        self.sum += (1.0 - self.published.weight(y)) * term;
    }
}
