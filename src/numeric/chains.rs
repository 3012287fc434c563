//! Whether Markov chains tell the same story, and how much of it.
//!
//! Source: Vehtari, Gelman, Simpson, Carpenter & Bürkner 2021, Bayesian Analysis 16:667.

use statrs::distribution::{ContinuousCDF, Normal};

/// R̂ of one quantity: chains of equal length, each split in two, values replaced by the normal scores of their ranks;
/// the larger of that and the same of the distances from the median.
pub(crate) fn r_hat(chains: &[Vec<f64>]) -> f64 {
    let halves = split(chains);
    let mut all: Vec<f64> = halves.iter().flatten().copied().collect();
    all.sort_unstable_by(f64::total_cmp);
    let median = all.get(all.len() / 2).copied().unwrap_or(0.0);
    let folded: Vec<Vec<f64>> =
        halves.iter().map(|half| half.iter().map(|x| (x - median).abs()).collect()).collect();
    plain_r_hat(&normal_scores(&halves)).max(plain_r_hat(&normal_scores(&folded)))
}

/// The effective sample size of a mean, from the autocorrelations of the normal scores of the split chains (Geyer's
/// initial monotone sequence).
pub(crate) fn effective(chains: &[Vec<f64>]) -> f64 {
    let halves = normal_scores(&split(chains));
    let (m, n) = (halves.len() as f64, halves.first().map_or(0, Vec::len));
    if n < 4 {
        return 0.0;
    }
    let Variances { within, between } = variances(&halves);
    let total = within * (n as f64 - 1.0) / n as f64 + between;
    if total <= 0.0 {
        return 0.0;
    }
    let correlation = |lag: usize| {
        let covariance = halves.iter().map(|half| autocovariance(half, lag)).sum::<f64>() / m;
        1.0 - (within - covariance) / total
    };
    let (mut tau, mut last) = (-1.0, f64::INFINITY);
    for lag in (0..n - 1).step_by(2) {
        let even = if lag == 0 { 1.0 } else { correlation(lag) };
        let pair = (even + correlation(lag + 1)).min(last);
        if pair <= 0.0 {
            break;
        }
        tau += 2.0 * pair;
        last = pair;
    }
    let draws = m * n as f64;
    // anticorrelated draws may be worth more than independent ones, but not without bound
    draws / tau.max(1.0 / draws.log10())
}

fn split(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let half = chains.iter().map(Vec::len).min().unwrap_or(0) / 2;
    chains.iter().flat_map(|chain| [chain[..half].to_vec(), chain[chain.len() - half..].to_vec()]).collect()
}

/// Φ⁻¹((rank − 3/8)/(S + 1/4)) over all chains, ties at their mean rank.
fn normal_scores(chains: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut order: Vec<(f64, usize, usize)> = Vec::new();
    for (c, chain) in chains.iter().enumerate() {
        order.extend(chain.iter().enumerate().map(|(i, x)| (*x, c, i)));
    }
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (normal, total) = (Normal::standard(), order.len() as f64);
    let mut scores: Vec<Vec<f64>> = chains.iter().map(|chain| vec![0.0; chain.len()]).collect();
    let mut from = 0;
    while from < order.len() {
        let tied = order[from..].iter().take_while(|at| at.0 == order[from].0).count();
        let rank = from as f64 + 0.5 * (tied as f64 + 1.0);
        let score = normal.inverse_cdf((rank - 0.375) / (total + 0.25));
        order[from..from + tied].iter().for_each(|&(_, c, i)| scores[c][i] = score);
        from += tied;
    }
    scores
}

struct Variances {
    /// Mean of the variances of the chains.
    within: f64,
    /// Variance of their means.
    between: f64,
}

fn variances(chains: &[Vec<f64>]) -> Variances {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let variance = |x: &[f64]| {
        let mean = mean(x);
        x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (x.len() as f64 - 1.0)
    };
    let means: Vec<f64> = chains.iter().map(|chain| mean(chain)).collect();
    let each: Vec<f64> = chains.iter().map(|chain| variance(chain)).collect();
    Variances { within: mean(&each), between: variance(&means) }
}

fn plain_r_hat(chains: &[Vec<f64>]) -> f64 {
    let n = chains.first().map_or(0, Vec::len) as f64;
    let Variances { within, between } = variances(chains);
    ((within * (n - 1.0) / n + between) / within).sqrt()
}

fn autocovariance(x: &[f64], lag: usize) -> f64 {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    x.iter().zip(&x[lag..]).map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / n
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha12Rng;
    use rand_distr::{Distribution, StandardNormal};

    /// Autoregressions x' = ρx + √(1−ρ²)·noise, a shift apart.
    fn chains(rho: f64, shift: f64) -> Vec<Vec<f64>> {
        let mut rng = ChaCha12Rng::seed_from_u64(4);
        let mut chain = |c: usize| -> Vec<f64> {
            let mut x: f64 = StandardNormal.sample(&mut rng);
            let mut next = || {
                let noise: f64 = StandardNormal.sample(&mut rng);
                x = rho * x + (1.0 - rho * rho).sqrt() * noise;
                x + shift * c as f64
            };
            (0..2000).map(|_| next()).collect()
        };
        (0..4).map(&mut chain).collect()
    }

    #[test]
    fn autocorrelated_draws_are_worth_their_share() {
        for rho in [0.0, 0.5, 0.9] {
            let share = effective(&chains(rho, 0.0)) / 8000.0;
            let exact = (1.0 - rho) / (1.0 + rho);
            assert!((share / exact - 1.0).abs() < 0.15, "{share} for {exact}");
        }
    }

    #[test]
    fn chains_that_differ_in_place_or_spread_are_found_out() {
        let same = chains(0.3, 0.0);
        assert!(r_hat(&same) < 1.005, "{}", r_hat(&same));
        assert!(r_hat(&chains(0.3, 0.3)) > 1.03);
        let mut wider = same.clone();
        wider[0].iter_mut().for_each(|x| *x *= 1.5);
        assert!(r_hat(&wider) > 1.02, "{}", r_hat(&wider));
    }

    #[test]
    fn a_chain_that_stands_still_is_worth_nothing() {
        assert_eq!(effective(&vec![vec![1.0; 100]; 4]), 0.0);
    }
}
