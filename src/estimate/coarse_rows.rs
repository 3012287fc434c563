//! Rows whose count is known in part: their share, after the loops over all rows took them for counts of 0.

use super::pass::Pass;
use super::rows::Along;
use super::scratch::{Leaf, RowScratch};
use crate::family::{Coarsened, EtaLanes, ShortIntervals};
use crate::model::CoarseRow;
use crate::numeric::rows::{Kernel, LANES, Lanes, lanes, vectorised};

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

    /// Adds Σr and Σw of each leaf's coarse rows, at the leaves' scales.
    pub(super) fn score_leaves_of_coarse_rows(&mut self) {
        let mut leaves = std::mem::take(&mut self.scratch.leaves);
        self.add_coarse_scores(&mut leaves);
        self.scratch.leaves = leaves;
    }

    /// The same to other leaves.
    pub(super) fn add_coarse_scores(&self, leaves: &mut [Leaf]) {
        let (problem, first, rows) = (self.problem, self.subtree.rows().start, &self.scratch.rows);
        let coarse = &problem.coarse[self.coarse.clone()];
        let means = Means { first, e: &rows.e, scale: &rows.leaf_scale };
        vectorised(self.scratch.arch, ScoreLeaves { family: self.family, coarse, means, leaves });
    }

    /// Adds a share of r and w of the coarse rows to what stands at the rows, and all of Σr and Σw to other leaves; returns
    /// Σ log P. All at the leaves' scales.
    pub(super) fn average_coarse_rows(&mut self, share: f64, leaves: &mut [Leaf]) -> f64 {
        let (problem, first, family) = (self.problem, self.subtree.rows().start, self.family);
        let (coarse, mut value) = (&problem.coarse[self.coarse.clone()], 0.0);
        let RowScratch { e, leaf_scale, r, w, .. } = &mut self.scratch.rows;
        let means = Means { first, e, scale: leaf_scale };
        let kernel = AverageCoarse { family, coarse, means, share, r, w, leaves, value: &mut value };
        vectorised(self.scratch.arch, kernel);
        value
    }

    /// Adds the derivatives in η of each leaf's coarse rows, at the leaves' scales; returns Σ log P.
    pub(super) fn expand_leaves_of_coarse_rows(&mut self) -> f64 {
        let (problem, first, mut value) = (self.problem, self.subtree.rows().start, 0.0);
        let coarse = &problem.coarse[self.coarse.clone()];
        let scratch = &mut *self.scratch;
        let means = Means { first, e: &scratch.rows.e, scale: &scratch.rows.leaf_scale };
        let leaves = &mut scratch.leaves[..];
        let kernel = ExpandLeaves { family: self.family, coarse, means, leaves, value: &mut value };
        vectorised(scratch.arch, kernel);
        value
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

/// Where the means of coarse rows come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Means<'a> {
    /// The first row of the subtree.
    pub first: usize,
    /// Means without node effects, by row.
    pub e: &'a [f64],
    /// exp(effect), by leaf.
    pub scale: &'a [f64],
}

impl Means<'_> {
    #[inline(always)]
    fn of(&self, row: &CoarseRow) -> f64 {
        self.e[row.row - self.first] * self.scale[row.leaf]
    }
}

/// A block of rows side by side, as far as they are short; the last stands in for those that lack.
#[inline(always)]
fn side_by_side<F: Coarsened>(
    family: &F,
    block: &[CoarseRow],
    mean: impl Fn(&CoarseRow) -> f64,
) -> Option<ShortIntervals> {
    let at = |l: usize| &block[l.min(block.len() - 1)];
    let mut published = [block[0].published; LANES];
    for (l, published) in published.iter_mut().enumerate() {
        *published = at(l).published;
    }
    ShortIntervals::new(family, &published, &lanes(|l| mean(at(l))))
}

/// log P and its derivatives in η of such a block.
#[inline(always)]
fn expanded_side_by_side(
    family: &impl Coarsened,
    block: &[CoarseRow],
    mean: impl Fn(&CoarseRow) -> f64,
) -> Option<(Lanes, EtaLanes)> {
    let short = side_by_side(family, block, mean)?;
    Some(short.eta(family))
}

/// Adds Σr and Σw to the leaves.
struct ScoreLeaves<'a, F> {
    family: F,
    coarse: &'a [CoarseRow],
    means: Means<'a>,
    leaves: &'a mut [Leaf],
}

impl<F: Coarsened> Kernel for ScoreLeaves<'_, F> {
    #[inline(always)]
    fn run(self) {
        let ScoreLeaves { family, coarse, means, leaves } = self;
        for block in coarse.chunks(LANES) {
            match side_by_side(&family, block, |row| means.of(row)) {
                Some(short) => {
                    let (r, w) = short.score();
                    for (l, row) in block.iter().enumerate() {
                        let leaf = &mut leaves[row.leaf];
                        (leaf.r, leaf.w) = (leaf.r + r[l], leaf.w + w[l]);
                    }
                }
                None => {
                    for row in block {
                        let (r, w) = family.coarse_score(&row.published, means.of(row));
                        let leaf = &mut leaves[row.leaf];
                        (leaf.r, leaf.w) = (leaf.r + r, leaf.w + w);
                    }
                }
            }
        }
    }
}

/// A share of r and w to the rows, Σr and Σw to the leaves, and Σ log P to the value.
struct AverageCoarse<'a, F> {
    family: F,
    coarse: &'a [CoarseRow],
    means: Means<'a>,
    share: f64,
    r: &'a mut [f64],
    w: &'a mut [f64],
    leaves: &'a mut [Leaf],
    value: &'a mut f64,
}

impl<F: Coarsened> Kernel for AverageCoarse<'_, F> {
    #[inline(always)]
    fn run(self) {
        let AverageCoarse { family, coarse, means, share, r, w, leaves, value } = self;
        for block in coarse.chunks(LANES) {
            let short = expanded_side_by_side(&family, block, |row| means.of(row));
            for (l, row) in block.iter().enumerate() {
                let (log_probability, eta) = match &short {
                    Some((log, eta)) => (log[l], eta.of_lane(l)),
                    None => family.coarse_eta(&row.published, means.of(row)),
                };
                *value += log_probability;
                let i = row.row - means.first;
                (r[i], w[i]) = (r[i] + share * eta.r, w[i] + share * eta.w);
                let leaf = &mut leaves[row.leaf];
                (leaf.r, leaf.w) = (leaf.r + eta.r, leaf.w + eta.w);
            }
        }
    }
}

/// Adds Σr, Σw, Σc and Σd to the leaves, and Σ log P to the value.
struct ExpandLeaves<'a, F> {
    family: F,
    coarse: &'a [CoarseRow],
    means: Means<'a>,
    leaves: &'a mut [Leaf],
    value: &'a mut f64,
}

impl<F: Coarsened> Kernel for ExpandLeaves<'_, F> {
    #[inline(always)]
    fn run(self) {
        let ExpandLeaves { family, coarse, means, leaves, value } = self;
        for block in coarse.chunks(LANES) {
            let short = expanded_side_by_side(&family, block, |row| means.of(row));
            for (l, row) in block.iter().enumerate() {
                let (log_probability, eta) = match &short {
                    Some((log, eta)) => (log[l], eta.of_lane(l)),
                    None => family.coarse_eta(&row.published, means.of(row)),
                };
                *value += log_probability;
                let leaf = &mut leaves[row.leaf];
                (leaf.r, leaf.w) = (leaf.r + eta.r, leaf.w + eta.w);
                if !F::FROZEN {
                    (leaf.c, leaf.d) = (leaf.c + eta.c, leaf.d + eta.d);
                }
            }
        }
    }
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
            match side_by_side(&family, block, |row| rows.mu[row.row - first]) {
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
            let short = expanded_side_by_side(&family, block, |row| rows.mu[row.row - first]);
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

/// Adds Σ log P of its coarse rows to each leaf's value.
pub(super) struct LogProbabilities<'a, F> {
    pub family: F,
    pub coarse: &'a [CoarseRow],
    pub means: Means<'a>,
    pub out: &'a mut [f64],
}

impl<F: Coarsened> Kernel for LogProbabilities<'_, F> {
    #[inline(always)]
    fn run(self) {
        let LogProbabilities { family, coarse, means, out } = self;
        for block in coarse.chunks(LANES) {
            match side_by_side(&family, block, |row| means.of(row)) {
                Some(short) => {
                    let log = short.log_probability(&family);
                    block.iter().enumerate().for_each(|(l, row)| out[row.leaf] += log[l]);
                }
                None => {
                    for row in block {
                        out[row.leaf] += family.coarse_log_probability(&row.published, means.of(row));
                    }
                }
            }
        }
    }
}
