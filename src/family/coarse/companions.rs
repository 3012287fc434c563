//! The derivatives in φ = log θ: joint cumulants of the count and the slopes of its probability.

use super::PhiDerivatives;
use super::moments::{Cumulants, Moments};
use super::shares::{Shares, Slopes, excess};
use super::terms::{NegBin2Terms, Terms};
use super::walk::Sums;

/// Sums over the terms of the count Y and of its [`Slopes`], all from the pivot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Companions {
    shares: Shares,
    pivot: f64,
    above: Slopes,
    below: Slopes,
    counts: Moments,
    /// Σ H, YH, Y²H, Y³H
    h: [f64; 4],
    /// Σ H², YH², Y²H²
    hh: [f64; 3],
    /// Σ K, YK, Y²K
    k: [f64; 3],
}

/// Joint cumulants of Y, H and K.
#[derive(Debug, Clone, Copy)]
struct Joint {
    mean_h: f64,
    mean_k: f64,
    yh: f64,
    yyh: f64,
    yyyh: f64,
    hh: f64,
    yhh: f64,
    yyhh: f64,
    yk: f64,
    yyk: f64,
}

impl Companions {
    #[inline]
    pub(super) fn new(terms: &NegBin2Terms, pivot: f64) -> Self {
        Companions {
            shares: Shares::new(terms.mu(), terms.theta()),
            pivot,
            above: Slopes::default(),
            below: Slopes::default(),
            counts: Moments::default(),
            h: [0.0; 4],
            hh: [0.0; 3],
            k: [0.0; 3],
        }
    }

    #[inline]
    pub(super) fn count_cumulants(&self) -> Cumulants {
        self.counts.cumulants()
    }

    /// r = f(m − μ) is given, with the digits that this difference has not.
    pub(super) fn derivatives(&self, terms: &NegBin2Terms, cumulants: &Cumulants, r: f64) -> PhiDerivatives {
        let (q, f, mu, theta) = (terms.q(), terms.f(), terms.mu(), terms.theta());
        let Cumulants { shift, v, k3, .. } = *cumulants;
        let joint = self.joint(cumulants);
        let m = self.pivot + shift;
        let qf = q * f;
        let Joint { yh, yyh, yyyh, .. } = joint;
        // ∂φ of H is K − qf·Y but for a constant
        let a2 = joint.yhh + joint.yk - qf * v;
        let b2 = joint.yyhh + joint.yyk - qf * k3;
        let at_pivot = self.shares.between(0.0, self.pivot);
        let (mean_h, mean_k) = (at_pivot.h + joint.mean_h, at_pivot.k + joint.mean_k);
        // θ(log(1 + μ/θ) − q)
        let curve =
            if mu / theta < 1.0 { theta * excess(mu / theta) } else { theta * (terms.log_term() - q) };
        let spread = qf * f * (mu - v);
        PhiDerivatives {
            l_phi: mean_h - curve,
            l_phi_phi: mean_k - qf * m + theta * (q * q) - curve + joint.hh,
            r_phi: q * r + f * yh,
            r_phi_phi: -q * (f - q) * r + f * (2.0 * q * yh + a2),
            w_phi: -qf * (f - q) * m + qf * yh + 2.0 * spread - f * f * yyh,
            w_phi_phi: qf * ((1.0 - 6.0 * qf) * m - 2.0 * (f - q) * yh + a2)
                - 2.0 * (f - 2.0 * q) * spread
                - f * f * (4.0 * q * yyh + b2),
            c_phi: qf * ((f - q) * yh - (1.0 - 6.0 * qf) * m) + 2.0 * qf * f * (1.0 - 2.0 * q + f) * mu
                - 3.0 * qf * f * ((f - 2.0 * q) * v - yyh + f * k3)
                - f * f * f * yyyh,
        }
    }

    /// ∂d/∂φ = ∂c_φ/∂η, with Σ Y⁴H.
    pub(super) fn slope_of_d(&self, terms: &NegBin2Terms, cumulants: &Cumulants, fourth: f64) -> f64 {
        let (q, f, mu) = (terms.q(), terms.f(), terms.mu());
        let Cumulants { sum, shift: e, v, k3, k4 } = *cumulants;
        let Joint { mean_h, yh, yyh, yyyh, .. } = self.joint(cumulants);
        let y4h = {
            let inverse = 1.0 / sum;
            let [h1, h2, h3] = [1, 2, 3].map(|i: usize| self.h[i] * inverse);
            let about = fourth * inverse - e * (4.0 * h3 - e * (6.0 * h2 - e * (4.0 * h1 - e * mean_h)));
            about - mean_h * (k4 + 3.0 * v * v) - 6.0 * v * yyh - 4.0 * k3 * yh
        };
        let (m, qf) = (self.pivot + e, q * f);
        // the slopes of the cumulants: f times the next, and ∂H/∂η = qf Y
        let (m1, v1, k31) = (f * v, f * k3, f * k4);
        let (yh1, yyh1, yyyh1) = (f * yyh + qf * v, f * yyyh + qf * k3, f * y4h + qf * k4);
        let bend = qf * (f - q);
        let first = bend * ((f - q) * yh - (1.0 - 6.0 * qf) * m)
            + qf * (-2.0 * qf * yh + (f - q) * yh1 + 6.0 * bend * m - (1.0 - 6.0 * qf) * m1);
        let second = 2.0 * qf * f * mu * ((2.0 * f - q).powi(2) - 3.0 * qf);
        let third = 3.0
            * qf
            * f
            * ((f - 2.0 * q) * ((f - 2.0 * q) * v - yyh + f * k3)
                + (-3.0 * qf * v + (f - 2.0 * q) * v1 - yyh1 - qf * k3 + f * k31));
        first + second - third + f * f * f * (3.0 * q * yyyh - yyyh1)
    }

    pub(super) fn h_above(&self) -> f64 {
        self.above.h
    }

    pub(super) fn h_below(&self) -> f64 {
        self.below.h
    }

    /// The slopes at a node's five counts.
    pub(super) fn slopes_of_node(&self, y: f64) -> [Slopes; 5] {
        let mut slopes = self.slopes_at(y);
        [0.0, 1.0, 2.0, 3.0, 4.0].map(|i| {
            let here = slopes;
            self.shares.up(&mut slopes, y + i);
            here
        })
    }

    fn joint(&self, cumulants: &Cumulants) -> Joint {
        let Cumulants { sum, shift: e, v, k3, .. } = *cumulants;
        let inverse = 1.0 / sum;
        let [h, yh, yyh, yyyh] = self.h.map(|s| s * inverse);
        let [hh, yhh, yyhh] = self.hh.map(|s| s * inverse);
        let [k, yk, yyk] = self.k.map(|s| s * inverse);
        let c11 = yh - e * h;
        // Y²H about the mean of Y alone
        let about = yyh - e * (2.0 * yh - e * h);
        let c31 = yyyh - e * (3.0 * yyh - e * (3.0 * yh - e * h)) - h * k3;
        let c02 = hh - h * h;
        let c22 = yyhh - e * (2.0 * yhh - e * hh) - 2.0 * h * about + h * h * v;
        Joint {
            mean_h: h,
            mean_k: k,
            yh: c11,
            yyh: about - h * v,
            yyyh: c31 - 3.0 * v * c11,
            hh: c02,
            yhh: yhh - e * hh - 2.0 * h * c11,
            yyhh: c22 - v * c02 - 2.0 * c11 * c11,
            yk: yk - e * k,
            yyk: yyk - e * (2.0 * yk - e * k) - k * v,
        }
    }

    #[inline(always)]
    fn add(&mut self, offset: f64, term: f64, slopes: Slopes) {
        self.counts.push(offset, term);
        let (mut by_h, mut by_hh, mut by_k) = (term * slopes.h, term * slopes.h * slopes.h, term * slopes.k);
        for i in 0..4 {
            self.h[i] += by_h;
            by_h *= offset;
        }
        for i in 0..3 {
            self.hh[i] += by_hh;
            self.k[i] += by_k;
            by_hh *= offset;
            by_k *= offset;
        }
    }
}

impl Sums for Companions {
    #[inline(always)]
    fn pivot(&mut self, y: f64, term: f64) {
        self.counts.pivot(y, term);
    }

    #[inline(always)]
    fn above(&mut self, y: f64, offset: f64, term: f64) {
        self.shares.up(&mut self.above, y - 1.0);
        self.add(offset, term, self.above);
    }

    #[inline(always)]
    fn below(&mut self, y: f64, offset: f64, term: f64) {
        self.shares.down(&mut self.below, y);
        self.add(offset, term, self.below);
    }

    fn node(&mut self, y: f64, offset: f64, terms: [f64; 5]) {
        let mut slopes = self.slopes_at(y);
        for (term, i) in terms.into_iter().zip(0u8..) {
            self.add(offset + f64::from(i), term, slopes);
            self.shares.up(&mut slopes, y + f64::from(i));
        }
    }

    fn resume_below(&mut self, y: f64) {
        // the next term below takes the step from y + 1 to y itself
        self.below = self.slopes_at(y + 1.0);
    }
}

impl Companions {
    fn slopes_at(&self, y: f64) -> Slopes {
        if y >= self.pivot {
            return self.shares.between(self.pivot, y);
        }
        let down = self.shares.between(y, self.pivot);
        Slopes { h: -down.h, k: -down.k }
    }
}
