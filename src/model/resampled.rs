//! The same question about other counts.

use super::problem::Problem;
use super::published::{Observed, histogram};
use super::separation::refuse_separation;
use crate::count::{Count, Exposure};
use crate::error::Result;

impl Problem {
    /// The problem with other counts in all rows, along [`Problem::rows`], checked as any problem is.
    pub(crate) fn with_published(&self, counts: Vec<Count>) -> Result<Problem> {
        let offsets = self.offsets();
        let exposures = offsets.iter().map(|offset| Exposure::new(offset.exp()).unwrap_or(Exposure::ONE));
        let observed = Observed::of(counts.into_iter().zip(exposures));
        let mut other = self.clone();
        for (sorted, y) in other.y.iter_mut().enumerate() {
            *y = observed.y[self.position_of_row(sorted)];
        }
        other.coarse = self.coarse_rows_of(&observed);
        other.histogram = histogram(&other.y, &other.coarse);
        other.refuse_unidentified()?;
        refuse_separation(&other)?;
        Ok(other)
    }

    /// The problem with these exact counts, rows sorted, in the place of all there were, checked as any problem is.
    pub(crate) fn with_exact_counts(&self, counts: Vec<f64>) -> Result<Problem> {
        let mut other = self.clone();
        other.coarse.clear();
        other.histogram = histogram(&counts, &[]);
        other.y = counts;
        other.refuse_unidentified()?;
        refuse_separation(&other)?;
        Ok(other)
    }

    /// log exposure + x'β of the sorted rows, β in standard units.
    pub(crate) fn linear_predictor(&self, beta: &[f64]) -> Vec<f64> {
        let rows = self.x.chunks_exact(self.n_terms()).zip(&self.offset);
        rows.map(|(x, offset)| offset + x.iter().zip(beta).map(|(x, b)| x * b).sum::<f64>()).collect()
    }
}
