//! Sums of two independent counts whose weights are kept as logarithms.

use crate::numeric::elementary::exp;

/// Weights over so many powers of e, together, are multiplied as they are: nothing underflows.
const PLAIN: f64 = 600.0;

/// Beside the largest, terms below e to this power are lost in rounding.
const LOST: f64 = -80.0;

/// Memory of a convolution.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    left: Vec<f64>,
    right: Vec<f64>,
}

/// Writes `log Σ_i e^(left[i] + right[k−i])` for `k = first, first+1, …`, less the largest of them.
///
/// Weights may span any range: they are tilted by e^(tk), which leaves the answer alone, and where that is not enough
/// every sum is formed beside its own largest term.
pub(super) fn convolve(left: &[f64], right: &[f64], first: usize, out: &mut [f64], scratch: &mut Scratch) {
    let (short, long) = if left.len() <= right.len() { (left, right) } else { (right, left) };
    match (short, tilt(short, long)) {
        ([_], _) => out.copy_from_slice(&long[first..first + out.len()]),
        (_, Some(tilt)) => plain(short, long, tilt, (first, out), scratch),
        (_, None) => guarded(short, long, first, out),
    }
    normalise(out);
}

/// Subtracts the largest.
pub(super) fn normalise(logs: &mut [f64]) {
    let largest = largest(logs);
    logs.iter_mut().for_each(|log| *log -= largest);
}

fn largest(logs: &[f64]) -> f64 {
    logs.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

/// A slope under which no product of the two underflows.
fn tilt(short: &[f64], long: &[f64]) -> Option<f64> {
    let rise = |logs: &[f64]| logs.last().zip(logs.first()).map_or(0.0, |(last, first)| last - first);
    let steps = (short.len() + long.len()).saturating_sub(2).max(1);
    let level = -(rise(short) + rise(long)) / steps as f64;
    [0.0, level].into_iter().find(|&t| span(short, t) + span(long, t) < PLAIN)
}

fn span(logs: &[f64], tilt: f64) -> f64 {
    let tilted = logs.iter().enumerate().map(|(i, log)| log + tilt * i as f64);
    let (low, high) =
        tilted.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    high - low
}

fn plain(short: &[f64], long: &[f64], tilt: f64, (first, out): (usize, &mut [f64]), scratch: &mut Scratch) {
    tilted(short, tilt, &mut scratch.left);
    tilted(long, tilt, &mut scratch.right);
    out.fill(0.0);
    for (i, weight) in scratch.left.iter().enumerate() {
        // the sum i + j belongs at i + j − first
        let (skip, shift) = (first.saturating_sub(i), i.saturating_sub(first));
        let long = scratch.right.get(skip..).unwrap_or_default();
        let into = out.get_mut(shift..).unwrap_or_default();
        into.iter_mut().zip(long).for_each(|(sum, x)| *sum += weight * x);
    }
    for (k, sum) in out.iter_mut().enumerate() {
        *sum = sum.ln() - tilt * (first + k) as f64;
    }
}

fn tilted(logs: &[f64], tilt: f64, weights: &mut Vec<f64>) {
    weights.clear();
    weights.extend(logs.iter().enumerate().map(|(i, log)| log + tilt * i as f64));
    normalise(weights);
    weights.iter_mut().for_each(|weight| *weight = exp(*weight));
}

fn guarded(short: &[f64], long: &[f64], first: usize, out: &mut [f64]) {
    for (k, sum) in (first..).zip(out) {
        let from = (k + 1).saturating_sub(long.len());
        let pairs = || short.iter().enumerate().take(k + 1).skip(from).map(|(i, log)| log + long[k - i]);
        let top = pairs().fold(f64::NEG_INFINITY, f64::max);
        let shares = pairs().map(|log| log - top).filter(|&log| log > LOST);
        *sum = top + shares.map(exp).sum::<f64>().ln();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn all_ways_give_the_sums_of_products(
            left in prop::collection::vec(-40.0..0.0f64, 1..20),
            right in prop::collection::vec(-40.0..0.0f64, 1..20),
            cut in 0usize..20,
            slope in -90.0..90.0f64,
        ) {
            let first = cut % (left.len() + right.len() - 1);
            let n = left.len() + right.len() - 1 - first;
            let direct: Vec<f64> = (first..first + n).map(|k| {
                let pairs = (0..left.len()).filter(|&i| k >= i && k - i < right.len());
                pairs.map(|i| (left[i] + right[k - i]).exp()).sum::<f64>().ln()
            }).collect();
            let steep = |logs: &[f64]| -> Vec<f64> {
                logs.iter().enumerate().map(|(i, log)| log + slope * i as f64).collect()
            };
            let mut out = vec![0.0; n];
            convolve(&steep(&left), &steep(&right), first, &mut out, &mut Scratch::default());
            let mut wanted: Vec<f64> = direct.iter().enumerate().map(|(k, log)| log + slope * k as f64).collect();
            normalise(&mut wanted);
            for (a, b) in out.iter().zip(&wanted) {
                prop_assert!((a - b).abs() < 1e-11, "{a} {b}");
            }
            guarded(&left, &right, first, &mut out);
            for (a, b) in out.iter().zip(&direct) {
                prop_assert!((a - b).abs() < 1e-11, "{a} {b}");
            }
        }
    }

    #[test]
    fn weights_over_thousands_of_powers_of_e_do_not_underflow() {
        // two Poisson counts: their sum is one
        let poisson = |mean: f64, n: usize| -> Vec<f64> {
            (0..n).map(|y| y as f64 * mean.ln() - libm::lgamma(y as f64 + 1.0)).collect()
        };
        let mut out = vec![0.0; 1500];
        convolve(&poisson(1e-3, 1500), &poisson(2e3, 1500), 0, &mut out, &mut Scratch::default());
        let wanted = poisson(2e3 + 1e-3, 1500);
        for (a, b) in out.windows(2).zip(wanted.windows(2)) {
            assert_relative_eq!(a[1] - a[0], b[1] - b[0], epsilon = 1e-9);
        }
    }
}
