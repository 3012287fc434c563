//! First two moments of the rate that a new count of some rows is drawn from.

use super::predictive::CountPrediction;
use crate::family::Scatter;

/// First two moments of a rate, and Σ E λ_i² over its rows: what the scatter of NB2 adds to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub mean: f64,
    pub variance: f64,
    pub squares: f64,
}

impl Moments {
    pub(super) const NOTHING: Moments = Moments { mean: 0.0, variance: 0.0, squares: 0.0 };

    /// A log-normal rate with this median and variance of its logarithm.
    pub(super) fn log_normal(median: f64, variance: f64, squares: f64) -> Moments {
        let mean = median * (0.5 * variance).exp();
        Moments { mean, variance: mean * mean * variance.exp_m1(), squares }
    }

    pub(super) fn plus(self, other: Moments) -> Moments {
        Moments {
            mean: self.mean + other.mean,
            variance: self.variance + other.variance,
            squares: self.squares + other.squares,
        }
    }

    /// The rate times an independent log-normal factor of median 1 and this variance of its logarithm.
    pub(super) fn spread(self, variance: f64) -> Moments {
        let (mean, square) = ((0.5 * variance).exp(), (2.0 * variance).exp());
        let of_squares = (self.variance + self.mean.powi(2)) * square;
        let mean = self.mean * mean;
        Moments { mean, variance: (of_squares - mean * mean).max(0.0), squares: self.squares * square }
    }

    /// The count; where nothing is known of it, that.
    pub(super) fn scattered(self, scatter: Scatter) -> CountPrediction {
        match self.with_scatter(scatter) {
            known if known.mean.is_finite() && known.sd.is_finite() => known,
            _ => CountPrediction { mean: f64::INFINITY, sd: f64::INFINITY },
        }
    }

    pub(super) fn with_scatter(self, scatter: Scatter) -> CountPrediction {
        let of_factors = match scatter {
            Scatter::Poisson => 0.0,
            Scatter::NegBin2 { theta } => self.squares / theta,
        };
        CountPrediction { mean: self.mean, sd: (self.mean + self.variance + of_factors).sqrt() }
    }
}

/// Moments of sums of rates with new effects from a level downward.
pub(super) struct Nested<N> {
    /// The node of a row, by its position and a level.
    node: N,
    from: usize,
    sums: Vec<f64>,
    touched: Vec<u32>,
}

impl<N: Fn(usize, usize) -> usize> Nested<N> {
    pub(super) fn new(n_nodes: usize, from: usize, node: N) -> Self {
        Nested { node, from, sums: vec![0.0; n_nodes], touched: Vec::new() }
    }

    /// Var Σ m_i e^u = Σ_l exp(Σ υ of coarser new levels)(exp(υ_l) − 1) Σ over areas of l of (Σ m_i)², where the means
    /// m_i hold ½Συ of the new levels already; `variances` are those of all levels.
    pub(super) fn moments(&mut self, positions: &[u32], by_row: &[f64], variances: &[f64]) -> Moments {
        let mean: f64 = positions.iter().map(|&at| by_row[at as usize]).sum();
        let (mut variance, mut coarser) = (0.0, 0.0);
        for (level, own) in variances.iter().enumerate().skip(self.from) {
            variance += f64::exp(coarser) * own.exp_m1() * self.squares(level, positions, by_row);
            coarser += own;
        }
        let squares: f64 = positions.iter().map(|&at| by_row[at as usize].powi(2)).sum();
        Moments { mean, variance, squares: squares * coarser.exp() }
    }

    /// Σ over the areas of a level of (Σ m_i)².
    fn squares(&mut self, level: usize, positions: &[u32], by_row: &[f64]) -> f64 {
        for &at in positions {
            let node = (self.node)(at as usize, level);
            if self.sums[node] == 0.0 {
                self.touched.push(node as u32);
            }
            self.sums[node] += by_row[at as usize];
        }
        self.touched.drain(..).map(|node| std::mem::take(&mut self.sums[node as usize]).powi(2)).sum()
    }
}
