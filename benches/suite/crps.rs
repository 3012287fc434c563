//! The continuous ranked probability score of a count whose rate is log-normal.

use libm::lgamma;
use nestcount::simulate::Scatter;

/// Steps of the rate's logarithm in its standard deviations, and how far they reach.
const STEP: f64 = 0.1;
const REACH: i32 = 80;
/// Counts above are taken as this one, so that a distribution without bounds has a score too.
pub(crate) const LARGEST: usize = 10_000;
/// Probabilities below are not followed any further.
const NEGLIGIBLE: f64 = 1e-17;

/// The distribution of a count: Poisson or NB2 given its mean, whose logarithm is normal.
pub(crate) struct LogNormalCount {
    pub(crate) log_median: f64,
    /// Of the logarithm of the mean.
    pub(crate) variance: f64,
    pub(crate) scatter: Scatter,
}

impl LogNormalCount {
    /// Σ_k (F(k) − 1{y ≤ k})², in counts; lower is better, 0 for a distribution that is all at y.
    ///
    /// Source: Gneiting & Raftery 2007, Journal of the American Statistical Association 102:359.
    pub(crate) fn crps(&self, y: usize) -> f64 {
        let (y, probabilities) = (y.min(LARGEST), self.probabilities());
        let (mut below, mut score) = (0.0, 0.0);
        for k in 0..probabilities.len().max(y) {
            below += probabilities.get(k).unwrap_or(&0.0);
            let reached = if y <= k { 1.0 } else { 0.0 };
            score += (below - reached) * (below - reached);
        }
        score
    }

    /// Of the counts from 0.
    fn probabilities(&self) -> Vec<f64> {
        let (sd, mut sums) = (self.variance.sqrt(), Vec::new());
        if sd == 0.0 {
            add(self.log_median.exp(), self.scatter, 1.0, &mut sums);
            return sums;
        }
        for step in -REACH..=REACH {
            let z = STEP * f64::from(step);
            let weight = STEP * (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
            add((self.log_median + sd * z).exp(), self.scatter, weight, &mut sums);
        }
        sums
    }
}

/// Adds the probabilities at one mean, from the mode upwards and downwards.
fn add(mean: f64, scatter: Scatter, weight: f64, sums: &mut Vec<f64>) {
    let mut put = |k: usize, probability: f64| {
        if k >= sums.len() {
            sums.resize(k + 1, 0.0);
        }
        sums[k] += weight * probability;
    };
    let mean = mean.max(f64::MIN_POSITIVE);
    let mode = mode(mean, scatter);
    if mode >= LARGEST as f64 {
        return put(LARGEST, 1.0);
    }
    let first = probability(mode, mean, scatter);
    let (mut k, mut next, mut placed) = (mode as usize, first, 0.0);
    while next > NEGLIGIBLE && k < LARGEST {
        put(k, next);
        placed += next;
        next *= ratio(k as f64, mean, scatter);
        k += 1;
    }
    (k, next) = (mode as usize, first);
    while next > NEGLIGIBLE && k > 0 {
        next /= ratio(k as f64 - 1.0, mean, scatter);
        k -= 1;
        put(k, next);
        placed += next;
    }
    if placed < 1.0 - 1e-9 {
        put(LARGEST, 1.0 - placed);
    }
}

fn mode(mean: f64, scatter: Scatter) -> f64 {
    match scatter {
        Scatter::Poisson => mean.floor(),
        Scatter::NegBin2 { theta } => (mean * (1.0 - 1.0 / theta)).max(0.0).floor(),
    }
}

fn probability(k: f64, mean: f64, scatter: Scatter) -> f64 {
    let log = match scatter {
        Scatter::Poisson => k * mean.ln() - mean - lgamma(k + 1.0),
        Scatter::NegBin2 { theta } => {
            lgamma(k + theta) - lgamma(theta) - lgamma(k + 1.0) + k * (mean / (mean + theta)).ln()
                - theta * (mean / theta).ln_1p()
        }
    };
    log.exp()
}

/// The probability of k + 1 by that of k.
fn ratio(k: f64, mean: f64, scatter: Scatter) -> f64 {
    match scatter {
        Scatter::Poisson => mean / (k + 1.0),
        Scatter::NegBin2 { theta } => (k + theta) / (k + 1.0) * (mean / (mean + theta)),
    }
}
