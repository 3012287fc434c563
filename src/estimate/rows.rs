//! Rows at given effects: means, then the family's derivatives, as loops over whole subtrees.

use super::pass::Pass;
use super::scratch::{Leaf, RowScratch};
use crate::family::Coarsened;
use crate::numeric::elementary::exp;
use crate::numeric::rows::{Kernel, LinearPredictor, vectorised};
use std::ops::Range;

impl<F: Coarsened> Pass<'_, F> {
    /// Fills `e = exp(x'β + offset)` and the totals of the leaves' exact rows; returns Σ y (x'β + offset) and the sum of its terms' sizes.
    pub(super) fn predict_rows(&mut self) -> (f64, f64) {
        let (rows, p) = (self.subtree.rows(), self.problem.n_terms());
        let x = &self.problem.x[rows.start * p..rows.end * p];
        let (y, offset) = (&self.problem.y[rows.clone()], &self.problem.offset[rows.clone()]);
        let scratch = &mut *self.scratch;
        let (eta, e) = (&mut scratch.rows.mu[..rows.len()], &mut scratch.rows.e[..rows.len()]);
        let kernel = LinearPredictor { x, beta: &self.point.beta, start: offset, out: eta };
        vectorised(scratch.arch, kernel);
        vectorised(scratch.arch, Exp { from: eta, out: e });
        if F::MIXED {
            self.set_coarse_means_aside();
        }
        let scratch = &mut *self.scratch;
        let eta = &scratch.rows.mu;
        let e = &mut scratch.rows.e;
        let (mut linear, mut magnitude) = (0.0, 0.0);
        for leaf in 0..self.subtree.n_leaves() {
            let rows = self.subtree.leaf_rows(leaf);
            let totals = &mut scratch.leaves[leaf];
            (totals.y_total, totals.e_total) = (0.0, 0.0);
            let (mut part, mut size) = (0.0, 0.0);
            for i in rows {
                let term = y[i] * eta[i];
                part += term;
                size += term.abs();
                totals.y_total += y[i];
                totals.e_total += e[i];
            }
            linear += part;
            magnitude += size;
        }
        let first = self.subtree.rows().start;
        let coarse = &self.problem.coarse[self.coarse.clone()];
        for (coarse, mean) in coarse.iter().zip(&scratch.rows.aside) {
            magnitude += coarse.typical * eta[coarse.row - first].abs();
            e[coarse.row - first] = *mean;
        }
        (linear, magnitude)
    }

    /// Keeps the means of the coarse rows while the leaves' totals of the exact ones are summed.
    fn set_coarse_means_aside(&mut self) {
        let first = self.subtree.rows().start;
        let rows = &mut self.scratch.rows;
        for (coarse, aside) in self.problem.coarse[self.coarse.clone()].iter().zip(&mut rows.aside) {
            *aside = std::mem::take(&mut rows.e[coarse.row - first]);
        }
    }

    /// Fills each leaf's exp(effect) and, where rows count one by one, each row's mean.
    pub(super) fn scale_rows(&mut self, effects: &[f64], need: Need) {
        let n_leaves = self.subtree.n_leaves();
        let scratch = &mut *self.scratch;
        let scale = &mut scratch.rows.leaf_scale[..n_leaves];
        vectorised(scratch.arch, Exp { from: &effects[effects.len() - n_leaves..], out: scale });
        if need == Need::Totals {
            return;
        }
        for (leaf, scale) in scale.iter().enumerate() {
            let rows = self.subtree.leaf_rows(leaf);
            let (e, mu) = (&scratch.rows.e[rows.clone()], &mut scratch.rows.mu[rows]);
            for (mu, e) in mu.iter_mut().zip(e) {
                *mu = e * scale;
            }
        }
    }

    /// Σr and Σw of every leaf at the effects, for the mode.
    pub(super) fn score_leaves(&mut self, effects: &[f64]) {
        if F::EXACT_BY_TOTALS {
            self.score_by_totals(effects);
            if F::MIXED {
                self.score_leaves_of_coarse_rows();
            }
            return;
        }
        self.scale_rows(effects, Need::Rows);
        let y = &self.problem.y[self.subtree.rows()];
        let scratch = &mut *self.scratch;
        vectorised(scratch.arch, Score { family: self.family, y, rows: &mut scratch.rows });
        if F::MIXED {
            self.score_coarse_rows();
        }
        let scratch = &mut *self.scratch;
        for leaf in 0..self.subtree.n_leaves() {
            let range = self.subtree.leaf_rows(leaf);
            let sum = &mut scratch.leaves[leaf];
            (sum.r, sum.w) = (total(&scratch.rows.r, &range), total(&scratch.rows.w, &range));
        }
    }

    /// Σr and Σw of the exact rows.
    pub(super) fn score_by_totals(&mut self, effects: &[f64]) {
        self.scale_rows(effects, Need::Totals);
        let scratch = &mut *self.scratch;
        for (leaf, scale) in scratch.leaves.iter_mut().zip(&scratch.rows.leaf_scale) {
            leaf.w = leaf.e_total * scale;
            leaf.r = leaf.y_total - leaf.w;
        }
    }

    /// Derivatives in η summed over each leaf, at the mode; returns what [`Pass::expand_rows`] does. Rows are left without.
    pub(super) fn expand_leaves(&mut self, effects: &[f64]) -> f64 {
        if !F::EXACT_BY_TOTALS {
            return self.expand_rows_along(Along::Eta, effects);
        }
        self.score_by_totals(effects);
        let (scratch, mut value) = (&mut *self.scratch, 0.0);
        let leaves = scratch.leaves.iter_mut().zip(&effects[self.subtree.first_leaf()..]);
        for (leaf, effect) in leaves {
            (leaf.c, leaf.d) = if F::FROZEN { (0.0, 0.0) } else { (leaf.w, leaf.w) };
            value += effect * leaf.y_total - leaf.w;
        }
        if F::MIXED {
            value += self.expand_leaves_of_coarse_rows();
        }
        value
    }

    /// All derivatives of every row at the mode with their leaf sums; returns Σ (ℓ − y(x'β + offset) − constants).
    pub(super) fn expand_rows(&mut self, effects: &[f64]) -> f64 {
        self.expand_rows_along(Along::EtaAndPhi, effects)
    }

    /// The same along some directions; what the rows and leaves say of the others is left as it was.
    fn expand_rows_along(&mut self, along: Along, effects: &[f64]) -> f64 {
        self.scale_rows(effects, Need::Rows);
        let y = &self.problem.y[self.subtree.rows()];
        let scratch = &mut *self.scratch;
        vectorised(scratch.arch, Expand { family: self.family, along, y, rows: &mut scratch.rows });
        if F::MIXED {
            self.expand_coarse_rows(along);
        }
        let scratch = &mut *self.scratch;
        let mut value = 0.0;
        let first_leaf = self.subtree.first_leaf();
        for leaf in 0..self.subtree.n_leaves() {
            let range = self.subtree.leaf_rows(leaf);
            let sum = &mut scratch.leaves[leaf];
            value += effects[first_leaf + leaf] * sum.y_total;
            let logs = y[range.clone()].iter().zip(&scratch.rows.log_term[range.clone()]);
            value += logs.map(|(&y, &log)| self.family.log_density_part(y, log)).sum::<f64>();
            sum_eta::<F>(&scratch.rows, &range, sum);
            if F::HAS_THETA && along == Along::EtaAndPhi {
                sum_phi(self.family, y, &scratch.rows, range, sum);
            }
        }
        if F::MIXED {
            value += self.add_coarse_sums();
        }
        value
    }
}

/// Whether the leaves' totals suffice or every row's mean is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    Totals,
    Rows,
}

/// The directions in which rows are differentiated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Along {
    /// η, which is all that values and the effects need.
    Eta,
    EtaAndPhi,
}

struct Exp<'a> {
    from: &'a [f64],
    out: &'a mut [f64],
}

impl Kernel for Exp<'_> {
    #[inline(always)]
    fn run(self) {
        for (out, &from) in self.out.iter_mut().zip(self.from) {
            *out = exp(from);
        }
    }
}

/// r and w of every row.
struct Score<'a, F> {
    family: F,
    y: &'a [f64],
    rows: &'a mut RowScratch,
}

impl<F: Coarsened> Kernel for Score<'_, F> {
    #[inline(always)]
    fn run(self) {
        let n = self.y.len();
        let (mu, r, w) = (&self.rows.mu[..n], &mut self.rows.r[..n], &mut self.rows.w[..n]);
        for i in 0..n {
            let at = self.family.eta(self.y[i], mu[i]);
            (r[i], w[i]) = (at.r, at.w);
        }
    }
}

/// Derivatives of every row.
struct Expand<'a, F> {
    family: F,
    along: Along,
    y: &'a [f64],
    rows: &'a mut RowScratch,
}

impl<F: Coarsened> Kernel for Expand<'_, F> {
    #[inline(always)]
    fn run(self) {
        let Expand { family, along, y, rows } = self;
        let n = y.len();
        let mu = &rows.mu[..n];
        let (log_term, r, w) = (&mut rows.log_term[..n], &mut rows.r[..n], &mut rows.w[..n]);
        for i in 0..n {
            log_term[i] = family.log_term(mu[i]);
        }
        if F::LINEAR_IN_MU {
            for i in 0..n {
                let at = family.eta(y[i], mu[i]);
                (r[i], w[i]) = (at.r, at.w);
            }
            return;
        }
        let (c, d) = (&mut rows.c[..n], &mut rows.d[..n]);
        for i in 0..n {
            let at = family.eta(y[i], mu[i]);
            (r[i], w[i], c[i], d[i]) = (at.r, at.w, at.c, at.d);
        }
        if !F::HAS_THETA || along == Along::Eta {
            return;
        }
        let (r_phi, w_phi, c_phi) = (&mut rows.r_phi[..n], &mut rows.w_phi[..n], &mut rows.c_phi[..n]);
        for i in 0..n {
            let at = family.phi(y[i], mu[i], log_term[i]);
            (r_phi[i], w_phi[i], c_phi[i]) = (at.r_phi, at.w_phi, at.c_phi);
        }
    }
}

fn total(values: &[f64], range: &Range<usize>) -> f64 {
    values[range.clone()].iter().sum()
}

fn sum_eta<F: Coarsened>(rows: &RowScratch, range: &Range<usize>, sum: &mut Leaf) {
    (sum.r, sum.w) = (total(&rows.r, range), total(&rows.w, range));
    (sum.c, sum.d) = match F::LINEAR_IN_MU {
        true => (sum.w, sum.w),
        false => (total(&rows.c, range), total(&rows.d, range)),
    };
}

fn sum_phi<F: Coarsened>(family: F, y: &[f64], rows: &RowScratch, range: Range<usize>, sum: &mut Leaf) {
    (sum.l_phi, sum.l_phi_phi, sum.r_phi_phi, sum.w_phi_phi) = (0.0, 0.0, 0.0, 0.0);
    for i in range.clone() {
        let at = family.phi(y[i], rows.mu[i], rows.log_term[i]);
        sum.l_phi += at.l_phi;
        sum.l_phi_phi += at.l_phi_phi;
        sum.r_phi_phi += at.r_phi_phi;
        sum.w_phi_phi += at.w_phi_phi;
    }
    sum.r_phi = total(&rows.r_phi, &range);
    sum.w_phi = total(&rows.w_phi, &range);
    sum.c_phi = total(&rows.c_phi, &range);
}
