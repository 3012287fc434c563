//! Sums of many smooth terms by quadrature.

use super::terms::Terms;
use super::walk::{NEGLIGIBLE, Sums};
use crate::numeric::legendre::SIXTEEN;

/// More panels than any span takes: their widths grow with the count.
const MOST: usize = 8192;

/// From here to there, upwards or downwards, half a count outside the first and the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub from: f64,
    pub to: f64,
}

/// Adds up the terms along the span, away from the pivot, until nothing is left.
///
/// Σ g(y) over whole y is ∫ (g − δ²g/24 + 3δ⁴g/640) from half a count before the first to half a count after the last,
/// with central differences δ; so every node stands for five neighbours.
pub(super) fn along<T: Terms>(terms: &T, pivot: f64, span: Span, sums: &mut impl Sums) {
    let level = terms.log_at(pivot);
    let (mut at, mut total) = (span.from, 1.0);
    for _ in 0..MOST {
        let width = width(terms, at);
        let next = if span.to > span.from { (at + width).min(span.to) } else { (at - width).max(span.to) };
        let (middle, half) = (0.5 * (at + next), 0.5 * (next - at).abs());
        let mut part = 0.0;
        for (node, share) in SIXTEEN {
            for y in [middle - half * node, middle + half * node] {
                let term = half * share * (terms.log_at(y) - level).exp();
                sums.node(y - 2.0, (y - 2.0) - pivot, neighbours(terms, y, term));
                part += term;
            }
        }
        total += part;
        if next == span.to || next == at || part < NEGLIGIBLE * total {
            break;
        }
        at = next;
    }
}

/// The terms at y − 2 to y + 2, each times its share of 1 − δ²/24 + 3δ⁴/640.
fn neighbours<T: Terms>(terms: &T, y: f64, term: f64) -> [f64; 5] {
    const DIFFERENCE: f64 = 3.0 / 640.0;
    const NEXT: f64 = -1.0 / 24.0 - 4.0 * DIFFERENCE;
    const MIDDLE: f64 = 1.0 + 1.0 / 12.0 + 6.0 * DIFFERENCE;
    let (above, below) = (term * terms.up(y), term * terms.down(y));
    [
        DIFFERENCE * below * terms.down(y - 1.0),
        NEXT * below,
        MIDDLE * term,
        NEXT * above,
        DIFFERENCE * above * terms.up(y + 1.0),
    ]
}

/// A width on which log p is a gentle curve: of the order of its distance from 0, its spread and its decay.
fn width<T: Terms>(terms: &T, y: f64) -> f64 {
    let spread = (y * (1.0 + y * (terms.q() / terms.f() / terms.mu()))).sqrt();
    let decay = (terms.up(y) - 1.0).abs();
    (0.5 * y).min(2.0 * spread).min(6.0 / decay)
}
