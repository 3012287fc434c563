//! Rows whose count is known in part: their share, after the loops over all rows took them for counts of 0.

use super::pass::Pass;
use super::rows::Along;
use super::scratch::{Leaf, RowScratch};
use crate::family::{Coarse, Coarsened, EtaDerivatives, EtaLanes, ShortIntervals};
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

/// What a kernel asks of coarse rows: of eight short ones side by side, or of one alone.
///
/// Functions and not closures, for only these can be made part of the kernel that calls them.
trait Asked<F: Coarsened> {
    type Lanes;
    type Found;

    fn side_by_side(short: &ShortIntervals<F>) -> Self::Lanes;

    fn of_lane(all: &Self::Lanes, l: usize) -> Self::Found;

    fn alone(family: F, published: &Coarse, mu: f64) -> Self::Found;
}

/// r and w.
struct Score;

impl<F: Coarsened> Asked<F> for Score {
    type Lanes = (Lanes, Lanes);
    type Found = (f64, f64);

    #[inline(always)]
    fn side_by_side(short: &ShortIntervals<F>) -> (Lanes, Lanes) {
        short.score()
    }

    #[inline(always)]
    fn of_lane((r, w): &(Lanes, Lanes), l: usize) -> (f64, f64) {
        (r[l], w[l])
    }

    #[inline(always)]
    fn alone(family: F, published: &Coarse, mu: f64) -> (f64, f64) {
        family.coarse_score(published, mu)
    }
}

/// log P and its derivatives in η.
struct Eta;

impl<F: Coarsened> Asked<F> for Eta {
    type Lanes = (Lanes, EtaLanes);
    type Found = (f64, EtaDerivatives);

    #[inline(always)]
    fn side_by_side(short: &ShortIntervals<F>) -> (Lanes, EtaLanes) {
        short.eta()
    }

    #[inline(always)]
    fn of_lane((log, eta): &(Lanes, EtaLanes), l: usize) -> (f64, EtaDerivatives) {
        (log[l], eta.of_lane(l))
    }

    #[inline(always)]
    fn alone(family: F, published: &Coarse, mu: f64) -> (f64, EtaDerivatives) {
        family.coarse_eta(published, mu)
    }
}

/// log P.
struct LogProbability;

impl<F: Coarsened> Asked<F> for LogProbability {
    type Lanes = Lanes;
    type Found = f64;

    #[inline(always)]
    fn side_by_side(short: &ShortIntervals<F>) -> Lanes {
        short.log_probability()
    }

    #[inline(always)]
    fn of_lane(log: &Lanes, l: usize) -> f64 {
        log[l]
    }

    #[inline(always)]
    fn alone(family: F, published: &Coarse, mu: f64) -> f64 {
        family.coarse_log_probability(published, mu)
    }
}

/// Visits every row with what is asked of it: eight at a time where all are short, else one by one.
#[inline(always)]
fn each<A: Asked<F>, F: Coarsened>(
    family: F,
    coarse: &[CoarseRow],
    mean: impl Fn(&CoarseRow) -> f64,
    mut visit: impl FnMut(&CoarseRow, A::Found),
) {
    for block in coarse.chunks(LANES) {
        // the last stands in for those that lack
        let at = |l: usize| &block[l.min(block.len() - 1)];
        let mut published = [block[0].published; LANES];
        for (l, published) in published.iter_mut().enumerate() {
            *published = at(l).published;
        }
        match ShortIntervals::new(family, &published, &lanes(|l| mean(at(l)))) {
            Some(short) => {
                let all = A::side_by_side(&short);
                for (l, row) in block.iter().enumerate() {
                    visit(row, A::of_lane(&all, l));
                }
            }
            None => {
                for row in block {
                    visit(row, A::alone(family, &row.published, mean(row)));
                }
            }
        }
    }
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
        each::<Score, F>(
            family,
            coarse,
            |row| means.of(row),
            |row, (r, w)| {
                let leaf = &mut leaves[row.leaf];
                (leaf.r, leaf.w) = (leaf.r + r, leaf.w + w);
            },
        );
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
        each::<Eta, F>(
            family,
            coarse,
            |row| means.of(row),
            |row, (log_probability, eta)| {
                *value += log_probability;
                let i = row.row - means.first;
                (r[i], w[i]) = (r[i] + share * eta.r, w[i] + share * eta.w);
                let leaf = &mut leaves[row.leaf];
                (leaf.r, leaf.w) = (leaf.r + eta.r, leaf.w + eta.w);
            },
        );
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
        each::<Eta, F>(
            family,
            coarse,
            |row| means.of(row),
            |row, (log_probability, eta)| {
                *value += log_probability;
                let leaf = &mut leaves[row.leaf];
                (leaf.r, leaf.w) = (leaf.r + eta.r, leaf.w + eta.w);
                if !F::FROZEN {
                    (leaf.c, leaf.d) = (leaf.c + eta.c, leaf.d + eta.d);
                }
            },
        );
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
        let ScoreCoarse { family, coarse, first, rows: RowScratch { mu, r, w, .. } } = self;
        each::<Score, F>(
            family,
            coarse,
            |row| mu[row.row - first],
            |row, score| {
                (r[row.row - first], w[row.row - first]) = score;
            },
        );
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
        let RowScratch { mu, log_term, r, w, c, d, .. } = rows;
        let mut sums = sums.iter_mut();
        each::<Eta, F>(
            family,
            coarse,
            |row| mu[row.row - first],
            |row, (log_probability, eta)| {
                let i = row.row - first;
                (r[i], w[i]) = (eta.r, eta.w);
                (c[i], d[i]) = if F::FROZEN { (0.0, 0.0) } else { (eta.c, eta.d) };
                if let Some(sum) = sums.next() {
                    *sum = CoarseSums { log_probability, ..CoarseSums::default() };
                }
            },
        );
        // with mean 0 and count 0 the sums over exact rows find nothing here
        for row in coarse {
            (mu[row.row - first], log_term[row.row - first]) = (0.0, 0.0);
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
        each::<LogProbability, F>(family, coarse, |row| means.of(row), |row, log| out[row.leaf] += log);
    }
}
