//! Ranks of the truth among draws, and whether they are uniform.

use rand::{Rng, RngExt};
use statrs::distribution::{ChiSquared, ContinuousCDF};

/// Draws beside each truth; with the truth they divide into the bins without rest.
pub(crate) const DRAWS: usize = 99;
const BINS: usize = 20;

/// Where truths stand among what was drawn, between 0 and 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ranks {
    bins: [usize; BINS],
}

impl Ranks {
    /// A truth among its draws; among equal ones at random.
    pub(crate) fn add(&mut self, truth: f64, draws: &[f64], rng: &mut impl Rng) {
        assert_eq!(draws.len(), DRAWS);
        let below = draws.iter().filter(|&&draw| draw < truth).count();
        let equal = draws.iter().filter(|&&draw| draw == truth).count();
        let rank = below + rng.random_range(0..=equal);
        self.bins[rank * BINS / (DRAWS + 1)] += 1;
    }

    /// The probability that the posterior gives to values below the truth.
    pub(crate) fn add_probability(&mut self, below: f64) {
        self.bins[((below * BINS as f64) as usize).min(BINS - 1)] += 1;
    }

    pub(crate) fn n(&self) -> usize {
        self.bins.iter().sum()
    }

    /// p of the chi-square test that all of `bins` bins, a divisor of 20, are as likely.
    pub(crate) fn p_value(&self, bins: usize) -> f64 {
        let counts: Vec<f64> =
            self.bins.chunks_exact(BINS / bins).map(|chunk| chunk.iter().sum::<usize>() as f64).collect();
        let expected = self.n() as f64 / bins as f64;
        let chi_square: f64 = counts.iter().map(|count| (count - expected).powi(2) / expected).sum();
        ChiSquared::new(bins as f64 - 1.0).unwrap().sf(chi_square)
    }

    /// Shares of the lowest and the highest twentieth, and mean rank: how far and to which side they stray.
    fn shape(&self) -> (f64, f64, f64) {
        let n = self.n() as f64;
        let middle = |(bin, &count): (usize, &usize)| count as f64 * (bin as f64 + 0.5) / BINS as f64;
        let mean = self.bins.iter().enumerate().map(middle).sum::<f64>() / n;
        (self.bins[0] as f64 / n, self.bins[BINS - 1] as f64 / n, mean)
    }

    pub(crate) fn head() -> &'static str {
        "| rank of | truths | lowest 5 % | highest 5 % | mean rank | p of uniform |\n|---|---|---|---|---|---|"
    }

    pub(crate) fn line(&self, name: &str) -> String {
        let (low, high, mean) = self.shape();
        format!(
            "| {name} | {} | {:.1} % | {:.1} % | {mean:.3} | {} |",
            self.n(),
            100.0 * low,
            100.0 * high,
            match self.p_value(BINS) {
                p if p < 0.001 => "< 0.001".to_string(),
                p => format!("{p:.3}"),
            }
        )
    }
}

#[test]
fn ranks_of_equals_are_uniform_and_shifted_ones_are_not() {
    use rand_chacha::ChaCha12Rng;
    use rand_chacha::rand_core::SeedableRng;
    let mut rng = ChaCha12Rng::seed_from_u64(1);
    let (mut alike, mut narrow) = (Ranks::default(), Ranks::default());
    for _ in 0..1000 {
        let truth = f64::from(rng.random_range(0..10u8));
        let draws: Vec<f64> = (0..DRAWS).map(|_| f64::from(rng.random_range(0..10u8))).collect();
        alike.add(truth, &draws, &mut rng);
        let draws: Vec<f64> = (0..DRAWS).map(|_| f64::from(rng.random_range(1..9u8))).collect();
        narrow.add(truth, &draws, &mut rng);
    }
    assert!(alike.p_value(BINS) > 0.01, "{alike:?}");
    assert!(narrow.p_value(BINS) < 1e-6, "{narrow:?}");
}
