//! Negative binomial with Var(y) = μ + μ²/θ.

use super::{CountFamily, EtaDerivatives, FifthDerivatives, Histogram, PhiDerivatives};
use crate::numeric::elementary::ln_1p;
use crate::numeric::special::{ln_factorial, log_rising, log_rising_fraction};

/// ℓ = yη − (y+θ) log(1+μ/θ) + Σ_{k<y} log(1+k/θ) − log y!
///
/// Written so that nothing cancels as θ grows: at θ = ∞ it is the Poisson. In terms of q = μ/(μ+θ) and A = q(1−q) all
/// η-derivatives are polynomials, and a function of q alone satisfies ∂φ = −∂η.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NegBin2 {
    theta: f64,
}

impl NegBin2 {
    pub(crate) fn new(theta: f64) -> Self {
        NegBin2 { theta }
    }

    pub(crate) fn theta(&self) -> f64 {
        self.theta
    }
}

impl CountFamily for NegBin2 {
    const LINEAR_IN_MU: bool = false;
    const HAS_THETA: bool = true;

    #[inline(always)]
    fn log_term(&self, mu: f64) -> f64 {
        ln_1p(mu / self.theta)
    }

    #[inline(always)]
    fn log_density_part(&self, y: f64, log_term: f64) -> f64 {
        -(y + self.theta) * log_term
    }

    #[inline(always)]
    fn eta(&self, y: f64, mu: f64) -> EtaDerivatives {
        let theta = self.theta;
        let f = 1.0 / (mu + theta);
        let (q, p) = (mu * f, theta * f);
        let w = (y + theta) * q * p;
        // r = y − (y+θ)q, in the form that keeps its digits where q is near 1 or μ near y
        EtaDerivatives { r: (y - mu) * p, w, c: w * (p - q), d: w * (1.0 - 6.0 * q * p) }
    }

    #[inline(always)]
    fn phi(&self, y: f64, mu: f64, log_term: f64) -> PhiDerivatives {
        let theta = self.theta;
        let f = 1.0 / (mu + theta);
        let (q, p) = (mu * f, theta * f);
        let log = theta * log_term;
        let (ya, theta_a) = ((y + theta) * q * p, theta * q * p);
        let c = ya * (p - q);
        let d = ya * (1.0 - 6.0 * q * p);
        PhiDerivatives {
            // (y+θ)q − log less the y that the constants leave out
            l_phi: (mu - y) * p - log,
            l_phi_phi: 2.0 * theta * q - log - ya,
            r_phi: ya - theta * q,
            r_phi_phi: 2.0 * theta_a - theta * q - c,
            w_phi: theta_a - c,
            w_phi_phi: theta_a - 2.0 * theta_a * (p - q) + d,
            c_phi: theta_a * (p - q) - d,
        }
    }

    #[inline(always)]
    fn fifth(&self, y: f64, mu: f64) -> FifthDerivatives {
        let f = 1.0 / (mu + self.theta);
        let (q, p) = (mu * f, self.theta * f);
        let a = q * p;
        let d_eta = (y + self.theta) * a * (p - q) * (1.0 - 12.0 * a);
        FifthDerivatives { d_eta, d_phi: self.theta * a * (1.0 - 6.0 * a) - d_eta }
    }

    fn constants(&self, histogram: &Histogram) -> [f64; 3] {
        let (mut sums, mut rising, mut last) = ([0.0; 3], [0.0; 3], 0.0);
        for &(y, rows) in histogram.bins() {
            let whole = y.floor();
            let part = log_rising(last, whole, self.theta);
            last = whole;
            let rest = match y == whole {
                true => [0.0; 3],
                // a mean in the place of a count
                false => log_rising_fraction(whole, y - whole, self.theta),
            };
            for i in 0..3 {
                rising[i] += part[i];
                sums[i] += rows * (rising[i] + rest[i]);
            }
            sums[0] -= rows * ln_factorial(y);
        }
        sums
    }
}
