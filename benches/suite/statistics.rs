//! Means, shares and spreads over replicates, with their Monte Carlo errors.

use serde::{Deserialize, Serialize};

/// A mean with its Monte Carlo standard error.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Mean {
    pub(crate) mean: f64,
    /// Absent for a single value, which says nothing of its error.
    pub(crate) std_error: Option<f64>,
    pub(crate) n: usize,
}

/// How many of so many, as a share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Share {
    pub(crate) share: f64,
    /// With two successes and two failures added, so that none and all have one too (Agresti & Coull 1998).
    pub(crate) std_error: f64,
    pub(crate) n: usize,
}

/// The middle and the largest of some numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) largest: f64,
}

impl Mean {
    /// `None` of nothing.
    pub(crate) fn of(values: &[f64]) -> Option<Mean> {
        let n = values.len();
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let std_error = (n > 1).then(|| (squares / (n * (n - 1)) as f64).sqrt());
        (n > 0).then_some(Mean { mean, std_error, n })
    }

    /// The root of the mean of the squares.
    pub(crate) fn root_of_squares(values: &[f64]) -> Option<Mean> {
        let squares: Vec<f64> = values.iter().map(|value| value * value).collect();
        let Mean { mean, std_error, n } = Mean::of(&squares)?;
        let std_error = std_error.filter(|_| mean > 0.0).map(|error| error / (2.0 * mean.sqrt()));
        Some(Mean { mean: mean.sqrt(), std_error, n })
    }
}

impl Share {
    /// `None` of nothing.
    pub(crate) fn of(values: &[bool]) -> Option<Share> {
        let (n, hits) = (values.len(), values.iter().filter(|hit| **hit).count());
        let padded = (hits as f64 + 2.0) / (n as f64 + 4.0);
        let std_error = (padded * (1.0 - padded) / (n as f64 + 4.0)).sqrt();
        (n > 0).then(|| Share { share: hits as f64 / n as f64, std_error, n })
    }
}

impl Spread {
    /// `None` of nothing.
    pub(crate) fn of(values: &[f64]) -> Option<Spread> {
        let mut sorted = values.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let largest = *sorted.last()?;
        let middle = sorted.len() / 2;
        let median = match sorted.len() % 2 {
            0 => 0.5 * (sorted[middle - 1] + sorted[middle]),
            _ => sorted[middle],
        };
        Some(Spread { median, largest })
    }
}
