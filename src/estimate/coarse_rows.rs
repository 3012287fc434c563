//! Rows whose count is known in part: their share, after the loops over all rows took them for counts of 0.

use super::pass::Pass;
use crate::family::Coarsened;

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
        let first = self.subtree.rows().start;
        let rows = &mut self.scratch.rows;
        for coarse in &self.problem.coarse[self.coarse.clone()] {
            let i = coarse.row - first;
            (rows.r[i], rows.w[i]) = self.family.coarse_score(&coarse.published, rows.mu[i]);
        }
    }

    /// All derivatives of the coarse rows, in the place of the loop's.
    pub(super) fn expand_coarse_rows(&mut self) {
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
