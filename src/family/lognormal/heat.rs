//! Derivatives in the variance of a normal part, from those in the predictor.
//!
//! A normal density satisfies ∂N/∂υ = ½ ∂²N/∂η², so that ∂ℓ̃/∂υ = ½(r² − w); the rest is its derivatives in η, and again in
//! υ. Nothing is divided by υ: they hold at υ = 0, where they are the score of the row effect.

use crate::family::{FifthDerivatives, PhiDerivatives};

/// The companions in υ.
pub(super) fn in_variance(slopes: &[f64; 6]) -> PhiDerivatives {
    let [r, w, c, d, e, _] = letters(slopes);
    let r_phi = -r * w - 0.5 * c;
    let w_phi = -w * w + r * c + 0.5 * d;
    let c_phi = -3.0 * w * c + r * d + 0.5 * e;
    PhiDerivatives {
        l_phi: 0.5 * (r * r - w),
        l_phi_phi: r * r_phi - 0.5 * w_phi,
        r_phi,
        r_phi_phi: -w * r_phi - r * w_phi - 0.5 * c_phi,
        w_phi,
        w_phi_phi: c * r_phi - 2.0 * w * w_phi + r * c_phi + 0.5 * of_variance(slopes).d_phi,
        c_phi,
    }
}

/// ∂d/∂η and ∂d/∂υ.
pub(super) fn of_variance(slopes: &[f64; 6]) -> FifthDerivatives {
    let [r, w, c, d, e, e_eta] = letters(slopes);
    FifthDerivatives { d_eta: e, d_phi: -3.0 * c * c - 4.0 * w * d + r * e + 0.5 * e_eta }
}

/// r, w, c, d and two more, in their signs.
fn letters(slopes: &[f64; 6]) -> [f64; 6] {
    let [r, w, c, d, e, e_eta] = *slopes;
    [r, -w, -c, -d, -e, -e_eta]
}
