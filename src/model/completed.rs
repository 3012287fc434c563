//! The same problem with numbers in the place of what was withheld, or with other values of the determinants.

use super::problem::Problem;
use super::published::{CoarseRow, histogram};
use crate::count::Count;
use ndarray::ArrayView2;
use std::ops::Range;
use std::sync::Arc;

impl Problem {
    /// The problem with these counts in the place of the coarse ones, in their order; `None` leaves one as it is.
    pub(crate) fn with_counts(&self, counts: &[Option<f64>]) -> Problem {
        let mut completed = self.clone();
        completed.coarse.clear();
        for (row, count) in self.coarse.iter().zip(counts) {
            match count {
                Some(count) => completed.y[row.row] = *count,
                None => completed.coarse.push(*row),
            }
        }
        completed.histogram = histogram(&completed.y, &completed.coarse);
        completed
    }

    /// The problem as if nothing were known of the counts of these sorted rows: what the others say.
    ///
    /// Rows of which nothing is known have a log-probability of 0 whatever the parameters, so this is the problem
    /// without them, on the same nodes.
    pub(crate) fn forgetting(&self, rows: Range<usize>) -> Problem {
        let mut other = self.clone();
        other.coarse.retain(|row| !rows.contains(&row.row));
        for tree in self.nodes.subtrees() {
            for leaf in 0..tree.n_leaves() {
                let of_leaf = tree.leaf_rows(leaf).map(|row| tree.rows().start + row);
                for row in of_leaf.filter(|row| rows.contains(row)) {
                    other.y[row] = 0.0;
                    other.coarse.push(CoarseRow::unknown(row, leaf));
                }
            }
        }
        other.coarse.sort_unstable_by_key(|row| row.row);
        other.histogram = histogram(&other.y, &other.coarse);
        other
    }

    /// exposure · exp(x'β + a) of all rows, sorted, at the cumulative effects `a` of all nodes; β in standard units.
    pub(crate) fn means_at(&self, beta: &[f64], effects: &[f64]) -> Vec<f64> {
        let rows = self.x.chunks_exact(self.n_terms()).zip(&self.offset).zip(self.nodes.leaf_of_rows());
        rows.map(|((row, offset), leaf)| {
            let fixed: f64 = row.iter().zip(beta).map(|(x, b)| x * b).sum();
            (fixed + offset + effects[leaf as usize]).exp()
        })
        .collect()
    }

    /// The problem with another design matrix: rows along [`Problem::rows`], columns in the caller's units.
    pub(crate) fn with_determinants(&self, matrix: ArrayView2<'_, f64>) -> Problem {
        let mut x = Vec::with_capacity(matrix.len());
        for sorted in 0..self.n_rows() {
            let start = x.len();
            x.extend(matrix.row(self.position_of_row(sorted)));
            self.standard.of_row(&mut x[start..]);
        }
        let mut other = self.clone();
        other.x = Arc::new(x);
        other
    }

    /// log exposure of the rows, along [`Problem::rows`].
    pub(crate) fn offsets(&self) -> Vec<f64> {
        self.unsorted(&self.offset)
    }

    /// A column of the design in standard units, along [`Problem::rows`].
    pub(crate) fn column(&self, term: usize) -> Vec<f64> {
        let sorted: Vec<f64> = self.x.iter().skip(term).step_by(self.n_terms()).copied().collect();
        self.unsorted(&sorted)
    }

    /// The cumulative effect of each row's leaf, along [`Problem::rows`].
    pub(crate) fn leaf_effects(&self, effects: &[f64]) -> Vec<f64> {
        let mut by_row = Vec::with_capacity(self.n_rows());
        for tree in self.nodes.subtrees() {
            for leaf in 0..tree.n_leaves() {
                let effect = effects[tree.first_node + tree.first_leaf() + leaf];
                by_row.extend(tree.leaf_rows(leaf).map(|_| effect));
            }
        }
        self.unsorted(&by_row)
    }

    fn unsorted(&self, sorted: &[f64]) -> Vec<f64> {
        let mut along_rows = vec![0.0; sorted.len()];
        sorted.iter().enumerate().for_each(|(at, x)| along_rows[self.position_of_row(at)] = *x);
        along_rows
    }

    /// exposure · exp(x'β + a) of the coarse rows, at the cumulative effects `a` of all nodes; β in standard units.
    pub(crate) fn means_of_coarse_rows(&self, beta: &[f64], effects: &[f64]) -> Vec<f64> {
        let (p, mut next) = (self.n_terms(), 0);
        let mut means = Vec::with_capacity(self.coarse.len());
        for tree in self.nodes.subtrees() {
            let end = tree.rows().end;
            while let Some(coarse) = self.coarse.get(next).filter(|coarse| coarse.row < end) {
                let row = &self.x[coarse.row * p..(coarse.row + 1) * p];
                let fixed: f64 = row.iter().zip(beta).map(|(x, b)| x * b).sum();
                let effect = effects[tree.first_node + tree.first_leaf() + coarse.leaf];
                means.push((fixed + self.offset[coarse.row] + effect).exp());
                next += 1;
            }
        }
        means
    }

    /// The exact counts along [`Problem::rows`]; 0 for the coarse ones.
    pub(crate) fn exact_counts(&self) -> Vec<f64> {
        self.unsorted(&self.y)
    }

    /// What is known of each count, along [`Problem::rows`]; nothing where a mean or a midpoint stands for it.
    pub(crate) fn published_counts(&self) -> Vec<Option<Count>> {
        let whole = |count: f64| (count.fract() == 0.0).then_some(Count::Exact(count as u64));
        let mut counts: Vec<Option<Count>> = self.exact_counts().into_iter().map(whole).collect();
        let positions = self.positions_of_coarse_rows();
        positions.iter().zip(&self.coarse).for_each(|(&at, row)| counts[at] = Some(row.count));
        counts
    }

    /// Positions of the coarse rows among [`Problem::rows`], in their own order.
    pub(crate) fn positions_of_coarse_rows(&self) -> Vec<usize> {
        self.coarse.iter().map(|coarse| self.position_of_row(coarse.row)).collect()
    }
}
