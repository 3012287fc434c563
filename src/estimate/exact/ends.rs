//! Whether the points reach far enough, by the probabilities at their ends.

use super::place::{Ends, Spread};
use super::rule::Rule;
use super::tree::{PointLayout, PointTree};

/// An end is moved by at most this share of what lies between the ends.
const WIDEST: f64 = 1.0;
/// And by at least this one.
const LEAST: f64 = 0.1;

/// Widens the ends of nodes beyond which more than the rule's share is left; says how many were.
///
/// All marginal densities are log-concave, so that beyond an end the density falls at least as fast as it does there.
pub(super) fn widen(tree: &PointTree, rule: Rule, spreads: &mut [Spread]) -> usize {
    let mut widened = 0;
    for (node, spread) in tree.nodes.iter().zip(spreads) {
        let PointLayout::Shared { step } = node.layout else { continue };
        let mass = &tree.mass[node.start..node.start + node.n];
        let n = mass.len();
        let low = beyond(mass[0], mass[1], rule.tail);
        let high = beyond(mass[n - 1], mass[n - 2], rule.tail);
        widened += usize::from(low > 0.0 || high > 0.0);
        let width = spread.ends.high - spread.ends.low;
        let more = |steps: f64| match steps > 0.0 {
            true => (steps * step).clamp(LEAST * width, WIDEST * width),
            false => 0.0,
        };
        spread.ends = Ends { low: spread.ends.low - more(low), high: spread.ends.high + more(high) };
    }
    widened
}

/// Steps to go on beyond the last point until no more than `tail` is left; 0 where that is so already.
fn beyond(last: f64, before: f64, tail: f64) -> f64 {
    if last <= 1e-3 * tail && last <= before {
        return 0.0;
    }
    let ratio = last / before;
    if ratio >= 1.0 {
        return f64::INFINITY;
    }
    let left = last * ratio / (1.0 - ratio);
    if left <= tail { 0.0 } else { (left / tail).ln() / -ratio.ln() }
}
