//! Rows whose count is known in part: their share, after the loops over all rows took them for counts of 0.

use super::pass::Pass;
use super::rows::Along;
use super::scratch::RowScratch;
use crate::family::{Coarse, Coarsened, ShortIntervals};
use crate::model::CoarseRow;
use crate::numeric::rows::{Kernel, LANES, lanes, vectorised};

/// What a leaf sums over its coarse rows beside the derivatives that stand row by row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct CoarseSums {
    pub log_probability: f64,
    l_phi: f64,
    l_phi_phi: f64,
    r_phi_phi: f64,
    w_phi_phi: f64,
}

impl<F: Coarsened> Pass<'_, F> {
    /// r and w of the coarse rows, in the place of the loop's.
    pub(super) fn score_coarse_rows(&mut self) {
        let (problem, first) = (self.problem, self.subtree.rows().start);
        let coarse = &problem.coarse[self.coarse.clone()];
        let rows = &mut self.scratch.rows;
        vectorised(self.scratch.arch, ScoreCoarse { family: self.family, coarse, first, rows });
    }

    /// Derivatives of the coarse rows, in the place of the loop's.
    pub(super) fn expand_coarse_rows(&mut self, along: Along) {
        match F::HAS_THETA && along == Along::EtaAndPhi {
            true => self.expand_coarse_rows_along_both(),
            false => self.expand_coarse_rows_along_eta(),
        }
    }

    fn expand_coarse_rows_along_eta(&mut self) {
        let (problem, first) = (self.problem, self.subtree.rows().start);
        let coarse = &problem.coarse[self.coarse.clone()];
        let (rows, sums) = (&mut self.scratch.rows, &mut self.scratch.coarse[..]);
        vectorised(self.scratch.arch, ExpandCoarse { family: self.family, coarse, first, rows, sums });
    }

    fn expand_coarse_rows_along_both(&mut self) {
        let first = self.subtree.rows().start;
        let (rows, sums) = (&mut self.scratch.rows, &mut self.scratch.coarse);
        for (coarse, sum) in self.problem.coarse[self.coarse.clone()].iter().zip(sums) {
            let i = coarse.row - first;
            let at = self.family.coarse(&coarse.published, rows.mu[i]);
            (rows.r[i], rows.w[i], rows.c[i], rows.d[i]) = (at.eta.r, at.eta.w, at.eta.c, at.eta.d);
            (rows.r_phi[i], rows.w_phi[i], rows.c_phi[i]) = (at.phi.r_phi, at.phi.w_phi, at.phi.c_phi);
            *sum = CoarseSums {
                log_probability: at.log_probability,
                l_phi: at.phi.l_phi,
                l_phi_phi: at.phi.l_phi_phi,
                r_phi_phi: at.phi.r_phi_phi,
                w_phi_phi: at.phi.w_phi_phi,
            };
            // with mean 0 and count 0 the sums over exact rows find nothing here
            (rows.mu[i], rows.log_term[i]) = (0.0, 0.0);
        }
    }

    /// Adds what the leaves' loops left out; returns Σ log-probability.
    pub(super) fn add_coarse_sums(&mut self) -> f64 {
        let mut value = 0.0;
        let rows = self.problem.coarse[self.coarse.clone()].iter();
        for (coarse, sum) in rows.zip(&self.scratch.coarse) {
            value += sum.log_probability;
            let leaf = &mut self.scratch.leaves[coarse.leaf];
            leaf.l_phi += sum.l_phi;
            leaf.l_phi_phi += sum.l_phi_phi;
            leaf.r_phi_phi += sum.r_phi_phi;
            leaf.w_phi_phi += sum.w_phi_phi;
        }
        value
    }
}

/// A block of rows side by side, as far as they are short; the last stands in for those that lack.
#[inline(always)]
fn side_by_side<F: Coarsened>(
    family: &F,
    block: &[CoarseRow],
    first: usize,
    mu: &[f64],
) -> Option<ShortIntervals> {
    let at = |l: usize| &block[l.min(block.len() - 1)];
    let published: [Coarse; LANES] = std::array::from_fn(|l| at(l).published);
    ShortIntervals::new(family, &published, &lanes(|l| mu[at(l).row - first]))
}

/// r and w.
struct ScoreCoarse<'a, F> {
    family: F,
    coarse: &'a [CoarseRow],
    first: usize,
    rows: &'a mut RowScratch,
}

impl<F: Coarsened> Kernel for ScoreCoarse<'_, F> {
    #[inline(always)]
    fn run(self) {
        let ScoreCoarse { family, coarse, first, rows } = self;
        for block in coarse.chunks(LANES) {
            match side_by_side(&family, block, first, &rows.mu) {
                Some(short) => {
                    let (r, w) = short.score();
                    for (l, row) in block.iter().enumerate() {
                        (rows.r[row.row - first], rows.w[row.row - first]) = (r[l], w[l]);
                    }
                }
                None => {
                    for row in block {
                        let i = row.row - first;
                        (rows.r[i], rows.w[i]) = family.coarse_score(&row.published, rows.mu[i]);
                    }
                }
            }
        }
    }
}

/// log P and its derivatives in η.
struct ExpandCoarse<'a, F> {
    family: F,
    coarse: &'a [CoarseRow],
    first: usize,
    rows: &'a mut RowScratch,
    sums: &'a mut [CoarseSums],
}

impl<F: Coarsened> Kernel for ExpandCoarse<'_, F> {
    #[inline(always)]
    fn run(self) {
        let ExpandCoarse { family, coarse, first, rows, sums } = self;
        for (block, sums) in coarse.chunks(LANES).zip(sums.chunks_mut(LANES)) {
            let short = side_by_side(&family, block, first, &rows.mu).map(|short| short.eta(&family));
            for (l, (row, sum)) in block.iter().zip(sums).enumerate() {
                let i = row.row - first;
                let (log_probability, eta) = match &short {
                    Some((log, eta)) => (log[l], eta.of_lane(l)),
                    None => family.coarse_eta(&row.published, rows.mu[i]),
                };
                (rows.r[i], rows.w[i]) = (eta.r, eta.w);
                (rows.c[i], rows.d[i]) = if F::FROZEN { (0.0, 0.0) } else { (eta.c, eta.d) };
                *sum = CoarseSums { log_probability, ..CoarseSums::default() };
                (rows.mu[i], rows.log_term[i]) = (0.0, 0.0);
            }
        }
    }
}

/// Σ log P of each leaf's coarse rows.
pub(super) struct LogProbabilities<'a, F> {
    pub family: F,
    pub coarse: &'a [CoarseRow],
    pub first: usize,
    pub mu: &'a [f64],
    pub out: &'a mut [f64],
}

impl<F: Coarsened> Kernel for LogProbabilities<'_, F> {
    #[inline(always)]
    fn run(self) {
        let LogProbabilities { family, coarse, first, mu, out } = self;
        for block in coarse.chunks(LANES) {
            let short = side_by_side(&family, block, first, mu).map(|short| short.log_probability(&family));
            for (l, row) in block.iter().enumerate() {
                out[row.leaf] += match &short {
                    Some(log) => log[l],
                    None => family.coarse_log_probability(&row.published, mu[row.row - first]),
                };
            }
        }
    }
}
