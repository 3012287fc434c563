//! The exact gradient: explicit slopes, and those through the mode by one adjoint solution.

use super::evaluate::Objective;
use super::layout::{Entry, Scale};
use super::point::{Part, Point, parts};
use super::rows::constants;
use crate::family::Family;
use ndarray::Array1;

impl Objective<'_> {
    /// The gradient over the parts; rows and factor stand at the mode `u`.
    pub(super) fn gradient(&mut self, family: Family, point: &Point, u: &[f64]) -> Array1<f64> {
        if family == Family::NegBin2 {
            self.rows.expand_phi(&self.problem.base, point.phi);
        }
        self.factor.invert(&self.problem.pattern);
        let mut of_scales = vec![0.0; self.scales.len()];
        self.expand_variances(u, &mut of_scales);
        self.factor.solve(&self.problem.pattern, &mut self.right);
        let mut of_beta = vec![0.0; point.beta.len()];
        let mut of_phi = constants(&self.problem.base, family, point.phi).1;
        let x = self.problem.base.x.chunks_exact(point.beta.len());
        for (row, x) in x.enumerate() {
            let entries = self.problem.layout.entries(row);
            let at = &self.rows;
            let (r, w, c, v) = (at.r[row], at.w[row], at.c[row], self.variance[row]);
            let t = self.adjoint(row);
            let weight = r - 0.5 * (v * c - t * w);
            of_beta.iter_mut().zip(x).for_each(|(sum, x)| *sum += weight * x);
            for e in entries {
                let (u, s) = (u[e.unknown as usize], self.right[e.unknown as usize]);
                of_scales[e.block as usize] -= 0.5 * (s * r - t * w * u);
            }
            if family == Family::NegBin2 {
                of_phi += at.l_phi[row] - 0.5 * (v * at.w_phi[row] + t * at.r_phi[row]);
            }
        }
        let slope = |part: &Part| match *part {
            Part::Coefficient(j) => of_beta[j],
            Part::Scale(k) => self.of_scale(k, &of_scales),
            Part::Correlation => self.of_correlation(point, u),
            Part::LogTheta => of_phi,
        };
        parts(self.problem, family).iter().map(slope).collect()
    }

    /// Fills each row's variance and `right` with q = B'(c v); adds to the scales what does not need the adjoint.
    fn expand_variances(&mut self, u: &[f64], of_scales: &mut [f64]) {
        self.right.fill(0.0);
        let layout = &self.problem.layout;
        let mut shares = vec![0.0; layout.most_entries()];
        let mut pairs = self.problem.pairs.iter();
        for row in 0..self.rows.w.len() {
            let entries = layout.entries(row);
            let shares = &mut shares[..entries.len()];
            shares.fill(0.0);
            for (a, one) in entries.iter().enumerate() {
                for (b, other) in entries[..=a].iter().enumerate() {
                    let Some(&at) = pairs.next() else { continue };
                    let z = self.factor.inverse[at as usize];
                    shares[a] += z * other.loading(&self.scales);
                    if a != b {
                        shares[b] += z * one.loading(&self.scales);
                    }
                }
            }
            let own = entries.iter().zip(&*shares);
            let v: f64 = own.map(|(e, share)| e.loading(&self.scales) * share).sum();
            self.variance[row] = v;
            let (r, w, cv) = (self.rows.r[row], self.rows.w[row], self.rows.c[row] * v);
            for (e, share) in entries.iter().zip(&*shares) {
                let u = u[e.unknown as usize];
                of_scales[e.block as usize] += r * u - w * share - 0.5 * cv * u;
                self.right[e.unknown as usize] += e.loading(&self.scales) * cv;
            }
        }
    }

    /// t = B s of a row, while `right` holds the adjoint solution s.
    pub(super) fn adjoint(&self, row: usize) -> f64 {
        self.along(row, &self.right)
    }

    /// What effects `u` add to a row's linear predictor.
    pub(super) fn along(&self, row: usize, u: &[f64]) -> f64 {
        let entries = self.problem.layout.entries(row).iter();
        entries.map(|e| e.loading(&self.scales) * u[e.unknown as usize]).sum()
    }

    fn of_scale(&self, scale: usize, of_blocks: &[f64]) -> f64 {
        let blocks = self.problem.layout.blocks.iter().zip(of_blocks);
        blocks.filter(|(block, _)| block.scale == Scale::Estimated(scale)).map(|(_, slope)| slope).sum()
    }

    /// The slope in κ.
    fn of_correlation(&self, point: &Point, u: &[f64]) -> f64 {
        match (&self.problem.chain, self.problem.correlate()) {
            (Some(chain), Some(by)) => {
                let twice = chain.twice_slope(point.rho, u, &self.factor.inverse, &self.right);
                0.5 * twice * by.slope(point.rho)
            }
            _ => 0.0,
        }
    }

    /// ∂u/∂ψ for one part, into `out`; rows and factor stand at the mode `u`.
    pub(super) fn mode_slope(&self, part: Part, point: &Point, u: &[f64], out: &mut [f64]) {
        out.fill(0.0);
        let layout = &self.problem.layout;
        let p = point.beta.len();
        if let (Part::Correlation, Some(chain), Some(by)) =
            (part, &self.problem.chain, self.problem.correlate())
        {
            chain.subtract_turned(point.rho, u, out);
            out.iter_mut().for_each(|x| *x *= by.slope(point.rho));
        }
        for row in 0..self.rows.w.len() {
            let (r, w) = (self.rows.r[row], self.rows.w[row]);
            let source = match part {
                Part::Coefficient(j) => -w * self.problem.base.x[row * p + j],
                Part::Scale(k) => -w * self.own_effect(row, k, u),
                Part::Correlation => continue,
                Part::LogTheta => self.rows.r_phi[row],
            };
            for e in layout.entries(row) {
                out[e.unknown as usize] += e.loading(&self.scales) * source;
                if matches!(part, Part::Scale(k) if layout.blocks[e.block as usize].scale == Scale::Estimated(k))
                {
                    out[e.unknown as usize] += r;
                }
            }
        }
        self.factor.solve(&self.problem.pattern, out);
    }

    /// The row's effect, in units of its scale, in the block of a standard deviation; 0 where it has none.
    pub(super) fn own_effect(&self, row: usize, scale: usize, u: &[f64]) -> f64 {
        let layout = &self.problem.layout;
        let own = |e: &&Entry| layout.blocks[e.block as usize].scale == Scale::Estimated(scale);
        layout.entries(row).iter().find(own).map_or(0.0, |e| u[e.unknown as usize])
    }
}
