//! Importance weights, the largest of them smoothed.
//!
//! Source: Vehtari, Simpson, Gelman, Yao & Gabry 2024, Pareto smoothed importance sampling, JMLR 25:72.

use super::pareto::GeneralisedPareto;

/// Fewer weights than this above the threshold tell nothing of its tail.
const LEAST_TAIL: usize = 5;

/// Weights of draws from a proposal, relative to a density known up to a constant.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    /// Smoothed, their sum 1.
    pub weights: Vec<f64>,
    /// k̂ of the largest ones; `None` where so few differ that they have no tail.
    pub pareto_k: Option<f64>,
    /// 1/Σw².
    pub effective: f64,
    /// Logarithm of the mean of the weights before they were brought to a sum of 1.
    pub log_mean: f64,
}

impl Weights {
    /// From log-weights, −∞ for a weight of 0; `None` where no weight is above 0 and finite.
    pub(crate) fn smoothed(log_weights: &[f64]) -> Option<Self> {
        let largest = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !largest.is_finite() || log_weights.iter().any(|w| w.is_nan()) {
            return None;
        }
        let mut weights: Vec<f64> = log_weights.iter().map(|w| (w - largest).exp()).collect();
        let pareto_k = smooth_tail(&mut weights);
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|w| *w /= sum);
        let effective = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
        let log_mean = largest + (sum / log_weights.len() as f64).ln();
        Some(Weights { weights, pareto_k, effective, log_mean })
    }

    /// The relative standard error of the mean weight, √((S/ESS − 1)/S).
    pub(crate) fn relative_error(&self) -> f64 {
        let n = self.weights.len() as f64;
        ((n / self.effective - 1.0).max(0.0) / n).sqrt()
    }
}

/// The value below which a share `p` of the weight lies; values between two draws by interpolation.
pub(crate) fn quantile(values: &[f64], weights: &[f64], p: f64) -> f64 {
    let mut order: Vec<usize> = (0..values.len()).filter(|&i| weights[i] > 0.0).collect();
    order.sort_unstable_by(|&i, &j| values[i].total_cmp(&values[j]));
    let target = p * order.iter().map(|&i| weights[i]).sum::<f64>();
    // each draw stands in the middle of its weight
    let (mut below, mut last) = (0.0, None);
    for &i in &order {
        let middle = below + 0.5 * weights[i];
        if middle >= target {
            return match last {
                Some((at, value)) => value + (values[i] - value) * (target - at) / (middle - at),
                None => values[i],
            };
        }
        below += weights[i];
        last = Some((middle, values[i]));
    }
    last.map_or(f64::NAN, |(_, value)| value)
}

/// Positions of `n` draws, each weight's share to within one: by equal steps from one random start.
pub(crate) fn resampled(weights: &[f64], n: usize, start: f64) -> Vec<usize> {
    let total: f64 = weights.iter().sum();
    let (mut positions, mut sum, mut at) = (Vec::with_capacity(n), 0.0, 0);
    for draw in 0..n {
        let target = (draw as f64 + start) / n as f64 * total;
        while at + 1 < weights.len() && sum + weights[at] <= target {
            sum += weights[at];
            at += 1;
        }
        positions.push(at);
    }
    positions
}

/// Replaces the largest weights by the quantiles of the Pareto distribution that fits them, none above the largest;
/// returns its shape.
fn smooth_tail(weights: &mut [f64]) -> Option<f64> {
    let n = weights.len();
    let tail = (0.2 * n as f64).min(3.0 * (n as f64).sqrt()).ceil() as usize;
    if tail < LEAST_TAIL || tail >= n {
        return None;
    }
    let mut order: Vec<usize> = (0..n).collect();
    // equal weights keep their order, so that the result does not depend on the sort
    order.sort_unstable_by(|&i, &j| weights[i].total_cmp(&weights[j]).then(i.cmp(&j)));
    let threshold = weights[order[n - tail - 1]];
    let exceedances: Vec<f64> = order[n - tail..].iter().map(|&i| weights[i] - threshold).collect();
    let fit = GeneralisedPareto::fit(&exceedances)?;
    for (rank, &i) in order[n - tail..].iter().enumerate() {
        let p = (rank as f64 + 0.5) / tail as f64;
        weights[i] = (threshold + fit.quantile(p)).min(1.0);
    }
    Some(fit.shape)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha12Rng;

    #[test]
    fn equal_weights_are_worth_as_much_as_there_are() {
        let weights = Weights::smoothed(&[-700.0; 1000]).unwrap();
        assert_relative_eq!(weights.effective, 1000.0, max_relative = 1e-12);
        assert_relative_eq!(weights.log_mean, -700.0, max_relative = 1e-12);
        assert_eq!(weights.pareto_k, None);
        assert!(weights.relative_error() < 1e-8);
    }

    /// The same weights, smoothed elsewhere (`tests/data/bayes/psis.py`).
    #[test]
    fn weights_are_those_of_another_implementation() {
        let fixture = include_str!("../../tests/data/bayes/psis.json");
        let fixture: serde_json::Value = serde_json::from_str(fixture).unwrap();
        let cases = fixture["cases"].as_array().unwrap();
        assert_eq!(cases.len(), 3);
        for case in cases {
            let number = |name: &str| case[name].as_f64().unwrap();
            let at = |i: usize| (7919 * i % 1000) as f64 + 0.5;
            let logs: Vec<f64> = (0..1000).map(|i| -number("c") * (-at(i) / 1000.0).ln_1p()).collect();
            let ours = Weights::smoothed(&logs).unwrap();
            assert_relative_eq!(ours.pareto_k.unwrap(), number("pareto_k"), max_relative = 1e-9);
            assert_relative_eq!(ours.effective, number("effective"), max_relative = 1e-9);
            let largest = ours.weights.iter().copied().fold(0.0, f64::max);
            assert_relative_eq!(largest, number("largest"), max_relative = 1e-9);
            for (ours, theirs) in ours.weights.iter().zip(case["first"].as_array().unwrap()) {
                assert_relative_eq!(*ours, theirs.as_f64().unwrap(), max_relative = 1e-9);
            }
        }
    }

    /// Ratios of exponential densities: weights of rate a under draws of rate b have a tail of shape 1 − a/b.
    #[test]
    fn the_shape_is_that_of_the_ratio() {
        let mut rng = ChaCha12Rng::seed_from_u64(1);
        for ratio in [0.2, 0.5, 0.8] {
            let draws = (0..200_000).map(|_| -(1.0 - rng.random::<f64>()).ln());
            let logs: Vec<f64> = draws.map(|x| (1.0 - ratio) * x).collect();
            let k = Weights::smoothed(&logs).unwrap().pareto_k.unwrap();
            assert!((k - (1.0 - ratio)).abs() < 0.06, "{k} for {}", 1.0 - ratio);
        }
    }

    #[test]
    fn smoothing_keeps_order_and_never_exceeds_the_largest() {
        let mut rng = ChaCha12Rng::seed_from_u64(2);
        let logs: Vec<f64> = (0..5000).map(|_| -2.0 * (1.0 - rng.random::<f64>()).ln()).collect();
        let weights = Weights::smoothed(&logs).unwrap();
        let mut order: Vec<usize> = (0..5000).collect();
        order.sort_unstable_by(|&i, &j| logs[i].total_cmp(&logs[j]));
        assert!(order.windows(2).all(|w| weights.weights[w[0]] <= weights.weights[w[1]]));
        let largest = logs.iter().copied().fold(0.0, f64::max);
        let total = 5000.0 * (weights.log_mean - largest).exp();
        assert!(weights.weights.iter().all(|w| w * total <= 1.0 + 1e-12));
        assert_relative_eq!(weights.weights.iter().sum::<f64>(), 1.0, max_relative = 1e-12);
    }

    #[test]
    fn quantiles_of_equal_weights_are_those_of_the_sample() {
        let values: Vec<f64> = (0..100).rev().map(f64::from).collect();
        assert_relative_eq!(quantile(&values, &[0.01; 100], 0.5), 49.5, max_relative = 1e-12);
        assert_relative_eq!(quantile(&values, &[0.01; 100], 0.025), 2.0, max_relative = 1e-12);
        // twice the weight is the same as the draw twice
        let (twice, weights) = ([1.0, 2.0, 3.0], [1.0, 2.0, 1.0]);
        assert_relative_eq!(quantile(&twice, &weights, 0.5), 2.0);
        assert_eq!(quantile(&twice, &weights, 0.0), 1.0);
        assert_eq!(quantile(&twice, &weights, 1.0), 3.0);
    }

    #[test]
    fn resampling_gives_each_its_share_to_within_one() {
        let weights = [0.1, 0.0, 0.45, 0.05, 0.4];
        for start in [0.0, 0.3, 0.999] {
            let positions = resampled(&weights, 1001, start);
            assert_eq!(positions.len(), 1001);
            for (i, weight) in weights.iter().enumerate() {
                let count = positions.iter().filter(|&&at| at == i).count() as f64;
                assert!((count - 1001.0 * weight).abs() <= 1.0, "{i}: {count}");
            }
        }
    }

    #[test]
    fn weights_of_zero_stay_so_and_no_weights_at_all_are_none() {
        let logs: Vec<f64> =
            (0..100).map(|i| if i % 4 == 0 { f64::NEG_INFINITY } else { 0.01 * f64::from(i) }).collect();
        let weights = Weights::smoothed(&logs).unwrap();
        assert!((0..100).step_by(4).all(|i| weights.weights[i] == 0.0));
        assert!(Weights::smoothed(&[f64::NEG_INFINITY; 50]).is_none());
        assert!(Weights::smoothed(&[0.0, f64::NAN]).is_none());
    }
}
