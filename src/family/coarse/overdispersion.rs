//! The first step from the Poisson towards the negative binomial, at α = 1/θ = 0.

use super::moments::Moments;
use super::terms::{PoissonTerms, Terms};
use super::{Coarse, Poisson, tame, walk};

impl Poisson {
    /// ∂ℓ/∂α at α = 0 of the negative binomial with θ = 1/α, with its r and w: its slope in η and the slope of that,
    /// its sign changed.
    ///
    /// ∂ log p/∂α = g(y) = ((y − μ)² − y)/2, and ∂ℓ/∂α = E[g] given what was published.
    pub(crate) fn coarse_overdispersion(&self, published: &Coarse, mu: f64) -> (f64, f64, f64) {
        if published.is_everything() {
            return (0.0, 0.0, 0.0);
        }
        let mu = tame(published, mu);
        let terms = PoissonTerms::new(mu);
        let pivot = terms.pivot(published);
        let mut moments = Moments::default();
        walk::weighted(published, &terms, pivot, &mut moments);
        let at = moments.cumulants();
        let m = pivot + at.shift;
        let distance = (pivot - mu) + at.shift;
        // κ(Y, g) and κ(Y, Y, g), with Y = m + what is centred
        let with_g = 0.5 * (at.k3 + (2.0 * distance - 1.0) * at.v);
        let twice_with_g = 0.5 * (at.k4 + 2.0 * at.v * at.v + (2.0 * distance - 1.0) * at.k3);
        (
            0.5 * (at.v + distance * distance - m),
            with_g - mu * distance,
            mu * (distance - mu + 2.0 * at.v) - twice_with_g,
        )
    }
}
