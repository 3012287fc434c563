//! The derivatives in φ = log θ: joint cumulants of the count and the slopes of its probability.

use super::PhiDerivatives;
use super::moments::{Cumulants, Moments};
use super::shares::{Slopes, excess};
use super::terms::{NegBin2Terms, Terms};
use super::walk::Sums;

/// Sums over the terms of the count Y, of G (∂φ of Σ_{k<Y} log(1 + k/θ)) and of K = ∂φ G, all from the pivot.
#[derive(Debug, Clone, Copy)]
pub(super) struct Companions {
    theta: f64,
    pivot: f64,
    above: Slopes,
    below: Slopes,
    counts: Moments,
    /// Σ G, YG, Y²G, Y³G
    g: [f64; 4],
    /// Σ G², YG², Y²G²
    gg: [f64; 3],
    /// Σ K, YK, Y²K
    k: [f64; 3],
}

/// Joint cumulants of Y, G and K.
#[derive(Debug, Clone, Copy)]
struct Joint {
    mean_g: f64,
    mean_k: f64,
    yg: f64,
    yyg: f64,
    yyyg: f64,
    gg: f64,
    ygg: f64,
    yygg: f64,
    yk: f64,
    yyk: f64,
}

impl Companions {
    #[inline]
    pub(super) fn new(theta: f64, pivot: f64) -> Self {
        Companions {
            theta,
            pivot,
            above: Slopes::default(),
            below: Slopes::default(),
            counts: Moments::default(),
            g: [0.0; 4],
            gg: [0.0; 3],
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
        let Cumulants { shift, v, k3, k4, .. } = *cumulants;
        let joint = self.joint(cumulants);
        let m = self.pivot + shift;
        let qf = q * f;
        // H = ∂φ log p = G + qY + a constant, and its own slope K − qf·Y + a constant
        let a1 = joint.yg + q * v;
        let b1 = joint.yyg + q * k3;
        let e1 = joint.yyyg + q * k4;
        let var_h = joint.gg + q * (2.0 * joint.yg + q * v);
        let a2 = joint.ygg + q * (2.0 * joint.yyg + q * k3) + joint.yk - qf * v;
        let b2 = joint.yygg + q * (2.0 * joint.yyyg + q * k4) + joint.yyk - qf * k3;
        let at_pivot = Slopes::between(0.0, self.pivot, theta);
        let (mean_g, mean_k) = (at_pivot.g + joint.mean_g, at_pivot.k + joint.mean_k);
        // θ(log(1 + μ/θ) − q)
        let curve =
            if mu / theta < 1.0 { theta * excess(mu / theta) } else { theta * (terms.log_term() - q) };
        let spread = qf * f * (mu - v);
        PhiDerivatives {
            l_phi: mean_g + q * m - curve,
            l_phi_phi: mean_k - qf * m + theta * (q * q) - curve + var_h,
            r_phi: q * r + f * a1,
            r_phi_phi: -q * (f - q) * r + f * (2.0 * q * a1 + a2),
            w_phi: -qf * (f - q) * m + qf * a1 + 2.0 * spread - f * f * b1,
            w_phi_phi: qf * ((1.0 - 6.0 * qf) * m - 2.0 * (f - q) * a1 + a2)
                - 2.0 * (f - 2.0 * q) * spread
                - f * f * (4.0 * q * b1 + b2),
            c_phi: qf * ((f - q) * a1 - (1.0 - 6.0 * qf) * m) + 2.0 * qf * f * (1.0 - 2.0 * q + f) * mu
                - 3.0 * qf * f * ((f - 2.0 * q) * v - b1 + f * k3)
                - f * f * f * e1,
        }
    }

    fn joint(&self, cumulants: &Cumulants) -> Joint {
        let Cumulants { sum, shift: e, v, k3, .. } = *cumulants;
        let inverse = 1.0 / sum;
        let [g, yg, yyg, yyyg] = self.g.map(|s| s * inverse);
        let [gg, ygg, yygg] = self.gg.map(|s| s * inverse);
        let [k, yk, yyk] = self.k.map(|s| s * inverse);
        let second = v + e * e;
        let c11 = yg - e * g;
        let c21 = yyg - e * (2.0 * yg - e * g) - g * v;
        let c31 = yyyg - e * (3.0 * yyg - e * (3.0 * yg - e * g)) - g * k3;
        let c02 = gg - g * g;
        let c12 = ygg - e * gg - 2.0 * g * c11;
        let c22 = yygg - e * (2.0 * ygg - e * gg) - 2.0 * g * (yyg - e * (2.0 * yg - e * g)) + g * g * v;
        Joint {
            mean_g: g,
            mean_k: k,
            yg: c11,
            yyg: c21,
            yyyg: c31 - 3.0 * v * c11,
            gg: c02,
            ygg: c12,
            yygg: c22 - v * c02 - 2.0 * c11 * c11,
            yk: yk - e * k,
            yyk: yyk - 2.0 * e * yk - k * (second - 2.0 * e * e),
        }
    }

    #[inline(always)]
    fn add(&mut self, offset: f64, term: f64, slopes: Slopes) {
        self.counts.add(offset, term);
        let (mut by_g, mut by_gg, mut by_k) = (term * slopes.g, term * slopes.g * slopes.g, term * slopes.k);
        for i in 0..4 {
            self.g[i] += by_g;
            by_g *= offset;
        }
        for i in 0..3 {
            self.gg[i] += by_gg;
            self.k[i] += by_k;
            by_gg *= offset;
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
        self.above.up(y - 1.0, self.theta);
        self.add(offset, term, self.above);
    }

    #[inline(always)]
    fn below(&mut self, y: f64, offset: f64, term: f64) {
        self.below.down(y, self.theta);
        self.add(offset, term, self.below);
    }

    fn node(&mut self, y: f64, offset: f64, terms: [f64; 5]) {
        let mut slopes = self.from_pivot(y);
        for (term, i) in terms.into_iter().zip(0u8..) {
            self.add(offset + f64::from(i), term, slopes);
            slopes.up(y + f64::from(i), self.theta);
        }
    }

    fn resume_below(&mut self, y: f64) {
        // the next term below takes the step from y + 1 to y itself
        self.below = self.from_pivot(y + 1.0);
    }
}

impl Companions {
    fn from_pivot(&self, y: f64) -> Slopes {
        if y >= self.pivot {
            return Slopes::between(self.pivot, y, self.theta);
        }
        let down = Slopes::between(y, self.pivot, self.theta);
        Slopes { g: -down.g, k: -down.k }
    }
}
