//! How counts scatter about their mean; knows nothing of areas.
//!
//! The link is the logarithm: η = log μ. Every family states, in one order: the log-density, its derivatives in η
//! (the tree needs four), and the companions in φ = log θ where there is a θ.

mod coarse;
mod frozen;
mod law;
mod lognormal;
mod mixture;
mod negbin2;
mod poisson;
mod quantile;
mod scatter;

pub(crate) use coarse::{Coarse, CoarseDerivatives, Coarsened, EtaLanes, Mixed, Ratios, ShortIntervals};
pub(crate) use frozen::Frozen;
pub(crate) use law::CountLaw;
pub(crate) use lognormal::{Along, Lognormal, RowRule};
pub(crate) use mixture::CountMixture;
pub(crate) use negbin2::NegBin2;
pub(crate) use poisson::Poisson;
pub(crate) use quantile::CountQuantiles;
pub use scatter::Scatter;

use serde::{Deserialize, Serialize};

/// The family of a model, its parameter still to be estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Family {
    /// Var(y) = μ.
    Poisson,
    /// Negative binomial with Var(y) = μ + μ²/θ: R's `nbinom2`, `size = theta` of `dnbinom`.
    NegBin2,
}

impl std::fmt::Display for Family {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Family::Poisson => "poisson",
            Family::NegBin2 => "nb2",
        })
    }
}

/// Derivatives of one row's log-density ℓ in η, in the letters of the tree recursions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct EtaDerivatives {
    /// r = ∂ℓ/∂η.
    pub r: f64,
    /// w = −∂²ℓ/∂η².
    pub w: f64,
    /// c = ∂w/∂η.
    pub c: f64,
    /// d = ∂c/∂η.
    pub d: f64,
}

/// Derivatives of one row's log-density in φ = log θ; terms of y and θ alone are left to [`CountFamily::constants`].
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct PhiDerivatives {
    pub l_phi: f64,
    pub l_phi_phi: f64,
    pub r_phi: f64,
    pub r_phi_phi: f64,
    pub w_phi: f64,
    pub w_phi_phi: f64,
    pub c_phi: f64,
}

/// Slopes of d: what the gradient of the second-order correction needs beyond the ordinary passes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct FifthDerivatives {
    /// ∂d/∂η.
    pub d_eta: f64,
    /// ∂d/∂φ; 0 where there is no θ.
    pub d_phi: f64,
}

/// A family at a fixed parameter value, row by row.
pub(crate) trait CountFamily: Copy {
    /// Whether w = c = d = μ and r = y − μ for every row, so that totals say all about a leaf: the Poisson.
    const LINEAR_IN_MU: bool;
    /// Whether r and w of a leaf follow from its totals.
    const BY_TOTALS: bool = Self::LINEAR_IN_MU;
    /// The same of a leaf's exact rows, where others are known in part only.
    const EXACT_BY_TOTALS: bool = Self::BY_TOTALS;
    /// Whether c = d = c_φ = 0 for every row.
    const FROZEN: bool = false;
    /// Whether there is a θ.
    const HAS_THETA: bool;
    /// Whether some rows are known in part only.
    const MIXED: bool = false;

    /// The one logarithm (or what stands in its place) that density and φ-derivatives share.
    fn log_term(&self, mu: f64) -> f64;

    /// ℓ(y, η) − yη − (terms of y and θ alone), from [`CountFamily::log_term`].
    fn log_density_part(&self, y: f64, log_term: f64) -> f64;

    /// r, w, c, d.
    fn eta(&self, y: f64, mu: f64) -> EtaDerivatives;

    /// The companions in φ.
    fn phi(&self, y: f64, mu: f64, log_term: f64) -> PhiDerivatives;

    /// The slopes of d.
    fn fifth(&self, y: f64, mu: f64) -> FifthDerivatives;

    /// Σ over rows of the terms of y and θ alone: value, first and second derivative in φ.
    fn constants(&self, histogram: &Histogram) -> [f64; 3];
}

/// How often each count occurs: terms of y alone are summed over it, not over the rows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Histogram {
    /// (count, rows), ascending.
    bins: Vec<(f64, f64)>,
}

impl Histogram {
    pub(crate) fn new(counts: &[f64]) -> Self {
        let mut sorted = counts.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let mut bins: Vec<(f64, f64)> = Vec::new();
        for y in sorted {
            match bins.last_mut() {
                Some((last, rows)) if *last == y => *rows += 1.0,
                _ => bins.push((y, 1.0)),
            }
        }
        Histogram { bins }
    }

    pub(crate) fn bins(&self) -> &[(f64, f64)] {
        &self.bins
    }
}

#[cfg(test)]
mod battery {
    //! One battery for all families: derivatives against differences, the density against its own sum.

    use super::*;
    use approx::assert_relative_eq;

    const MEANS: [f64; 5] = [1e-3, 0.4, 3.0, 40.0, 900.0];
    const COUNTS: [f64; 5] = [0.0, 1.0, 7.0, 55.0, 1200.0];

    fn log_density<F: CountFamily>(family: F, y: f64, mu: f64) -> f64 {
        let constants = family.constants(&Histogram::new(&[y]))[0];
        y * mu.ln() + family.log_density_part(y, family.log_term(mu)) + constants
    }

    fn slope(f: impl Fn(f64) -> f64) -> f64 {
        let h = 1e-3;
        (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
    }

    #[track_caller]
    fn close(exact: f64, difference: f64, scale: f64) {
        assert_relative_eq!(exact, difference, max_relative = 1e-8, epsilon = 1e-8 * scale);
    }

    fn eta_derivatives_are_slopes<F: CountFamily>(family: F) {
        for y in COUNTS {
            for mu in MEANS {
                let at = family.eta(y, mu);
                let scale = 1.0 + y + mu;
                close(at.r, slope(|h| log_density(family, y, mu * h.exp())), scale);
                close(at.w, -slope(|h| family.eta(y, mu * h.exp()).r), scale);
                close(at.c, slope(|h| family.eta(y, mu * h.exp()).w), scale);
                close(at.d, slope(|h| family.eta(y, mu * h.exp()).c), scale);
                close(family.fifth(y, mu).d_eta, slope(|h| family.eta(y, mu * h.exp()).d), scale);
            }
        }
    }

    #[test]
    fn poisson_eta_derivatives_are_slopes_of_each_other() {
        eta_derivatives_are_slopes(Poisson);
    }

    #[test]
    fn negbin2_eta_derivatives_are_slopes_of_each_other() {
        for theta in [0.3, 2.0, 50.0] {
            eta_derivatives_are_slopes(NegBin2::new(theta));
        }
    }

    #[test]
    fn negbin2_phi_derivatives_are_slopes_of_each_other() {
        let family = |phi: f64| NegBin2::new(phi.exp());
        let all = |phi: f64, y, mu| family(phi).phi(y, mu, family(phi).log_term(mu));
        for phi in [-1.0f64, 0.7, 4.0] {
            for y in COUNTS {
                for mu in MEANS {
                    let at = all(phi, y, mu);
                    let scale = 1.0 + y + mu;
                    let one = Histogram::new(&[y]);
                    let constants = family(phi).constants(&one);
                    close(at.l_phi + constants[1], slope(|h| log_density(family(phi + h), y, mu)), scale);
                    let l_phi = |h: f64| all(phi + h, y, mu).l_phi + family(phi + h).constants(&one)[1];
                    close(at.l_phi_phi + constants[2], slope(l_phi), scale);
                    close(at.r_phi, slope(|h| family(phi + h).eta(y, mu).r), scale);
                    close(at.r_phi_phi, slope(|h| all(phi + h, y, mu).r_phi), scale);
                    close(at.w_phi, slope(|h| family(phi + h).eta(y, mu).w), scale);
                    close(at.w_phi_phi, slope(|h| all(phi + h, y, mu).w_phi), scale);
                    close(at.c_phi, slope(|h| family(phi + h).eta(y, mu).c), scale);
                    close(family(phi).fifth(y, mu).d_phi, slope(|h| family(phi + h).eta(y, mu).d), scale);
                }
            }
        }
    }

    fn probabilities_sum_to_one<F: CountFamily>(family: F, mu: f64, up_to: usize) {
        let sum: f64 = (0..up_to).map(|y| log_density(family, y as f64, mu).exp()).sum();
        assert_relative_eq!(sum, 1.0, max_relative = 1e-11);
        let mean: f64 = (0..up_to).map(|y| y as f64 * log_density(family, y as f64, mu).exp()).sum();
        assert_relative_eq!(mean, mu, max_relative = 1e-10);
    }

    #[test]
    fn probabilities_sum_to_one_with_mean_mu() {
        for mu in [0.01, 1.0, 30.0] {
            probabilities_sum_to_one(Poisson, mu, 300);
            for theta in [0.8, 5.0, 1e7] {
                probabilities_sum_to_one(NegBin2::new(theta), mu, 4000);
            }
        }
    }

    #[test]
    fn negbin2_tends_to_poisson_as_theta_grows() {
        for y in COUNTS {
            for mu in [0.4, 3.0, 40.0] {
                let (near, limit) = (NegBin2::new(1e10), Poisson);
                let scale = (1.0 + (y - mu).powi(2)) * 1e-9;
                assert_relative_eq!(
                    log_density(near, y, mu),
                    log_density(limit, y, mu),
                    epsilon = scale,
                    max_relative = 1e-9
                );
                assert_relative_eq!(
                    near.eta(y, mu).w,
                    limit.eta(y, mu).w,
                    epsilon = scale * mu,
                    max_relative = 1e-7
                );
            }
        }
    }
}
