//! Counts whose log mean has a normal part of the row's own, integrated out: Poisson-lognormal and NB2-lognormal rows.
//!
//! ℓ̃(η) = log ∫ f(y | e^{η+ε}) N(ε; 0, υ) dε is a sum over points in equal steps around the mode of ε ([`points`]), and its
//! derivatives in η are cumulants over the same points ([`slopes`]); those in υ follow by the heat equation ([`heat`]).
//! Derived in `docs/lognormal.md`.

mod heat;
mod interval;
mod points;
mod rows;
mod slopes;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod identities;
#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::print_stdout)]
mod table;

use super::{
    Coarse, CoarseDerivatives, Coarsened, CountFamily, EtaDerivatives, FifthDerivatives, Histogram,
    PhiDerivatives, Ratios,
};
use crate::numeric::rows::{Lanes, vectorised};
use heat::{in_variance, of_variance};
use interval::{ShortRow, Stepped};
pub(crate) use points::RowRule;
use points::{Asked, Integrate, IntegrateByPrior};
use pulp::Arch;
use rows::{CoarseRow, ExactRow, Sloped};

/// A family with a normal effect of variance υ in every row, integrated out.
///
/// All rows are taken by [`Coarsened::coarse`], exact counts as intervals of one count without the terms of y and θ
/// alone. The companions are those in υ or in φ = log θ, as asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lognormal<F> {
    family: F,
    variance: f64,
    along: Along,
    rule: RowRule,
    arch: Arch,
}

/// Which parameter the companions are derivatives in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Along {
    /// υ, the variance of the rows' effects; all companions.
    Variance,
    /// φ = log θ; those that a gradient needs: ℓ_φ, r_φ and w_φ.
    Theta,
}

/// How much of a row is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    /// r and w.
    Score,
    /// All derivatives in η.
    Slopes,
    /// r to d, and the companions in φ.
    Theta,
}

/// log ∫ f N dε of one row, with its derivatives.
#[derive(Debug, Clone, Copy, Default)]
struct RowIntegral {
    log_density: f64,
    /// ∂^k ℓ̃/∂η^k, k from 1.
    slopes: [f64; 6],
    /// ∂ℓ̃/∂φ and its first two derivatives in η.
    in_phi: [f64; 3],
}

impl RowIntegral {
    fn eta(&self) -> EtaDerivatives {
        let [r, w, c, d, ..] = self.slopes;
        EtaDerivatives { r, w: -w, c: -c, d: -d }
    }
}

/// Blocks of points that an exact count and one known in part may take.
const EXACT_BLOCKS: usize = 24;
const COARSE_BLOCKS: usize = 64;

impl<F: Stepped> Lognormal<F> {
    pub(crate) fn new(family: F, variance: f64, along: Along, rule: RowRule) -> Self {
        Lognormal { family, variance, along, rule, arch: Arch::new() }
    }

    fn integral(&self, published: &Coarse, mu: f64, need: Need) -> RowIntegral {
        if published.lo == published.hi {
            let row = ExactRow { family: self.family, y: published.lo };
            return self.integral_of::<_, EXACT_BLOCKS>(row, mu, need);
        }
        match ShortRow::of(self.family, published, self.variance) {
            Some(row) if need != Need::Theta => {
                let mut found = RowIntegral::default();
                let asked = self.asked(row, mu, need);
                vectorised(self.arch, IntegrateByPrior::<_, EXACT_BLOCKS> { asked, found: &mut found });
                found
            }
            _ => {
                let row = CoarseRow { family: self.family, published };
                self.integral_of::<_, COARSE_BLOCKS>(row, mu, need)
            }
        }
    }

    fn integral_of<R: Sloped, const N: usize>(&self, row: R, mu: f64, need: Need) -> RowIntegral {
        if self.variance == 0.0 {
            return rows::without_variance(row, mu);
        }
        let mut found = RowIntegral::default();
        let asked = self.asked(row, mu, need);
        vectorised(self.arch, Integrate::<_, N> { asked, found: &mut found });
        found
    }

    fn asked<R>(&self, row: R, mu: f64, need: Need) -> Asked<R> {
        Asked { row, mu, variance: self.variance, rule: self.rule, need }
    }
}

impl<F: Stepped> CountFamily for Lognormal<F> {
    const LINEAR_IN_MU: bool = false;
    const HAS_THETA: bool = true;
    const MIXED: bool = true;

    #[inline(always)]
    fn log_term(&self, _mu: f64) -> f64 {
        0.0
    }

    #[inline(always)]
    fn log_density_part(&self, _y: f64, log_term: f64) -> f64 {
        log_term
    }

    #[inline(always)]
    fn eta(&self, _y: f64, _mu: f64) -> EtaDerivatives {
        EtaDerivatives { r: 0.0, w: 0.0, c: 0.0, d: 0.0 }
    }

    #[inline(always)]
    fn phi(&self, _y: f64, _mu: f64, _log_term: f64) -> PhiDerivatives {
        PhiDerivatives::default()
    }

    #[inline(always)]
    fn fifth(&self, _y: f64, _mu: f64) -> FifthDerivatives {
        FifthDerivatives::default()
    }

    fn constants(&self, histogram: &Histogram) -> [f64; 3] {
        let all = self.family.constants(histogram);
        match self.along {
            Along::Variance => [all[0], 0.0, 0.0],
            Along::Theta => all,
        }
    }
}

impl<F: Stepped> Coarsened for Lognormal<F> {
    fn coarse_score(&self, published: &Coarse, mu: f64) -> (f64, f64) {
        let [r, minus_w, ..] = self.integral(published, mu, Need::Score).slopes;
        (r, -minus_w)
    }

    fn coarse_log_probability(&self, published: &Coarse, mu: f64) -> f64 {
        self.integral(published, mu, Need::Score).log_density
    }

    fn coarse_eta(&self, published: &Coarse, mu: f64) -> (f64, EtaDerivatives) {
        let found = self.integral(published, mu, Need::Slopes);
        (found.log_density, found.eta())
    }

    #[inline(always)]
    fn ratios(&self, _mu: &Lanes) -> Option<Ratios> {
        None
    }

    fn coarse(&self, published: &Coarse, mu: f64) -> CoarseDerivatives {
        let need = match self.along {
            Along::Variance => Need::Slopes,
            Along::Theta => Need::Theta,
        };
        let found = self.integral(published, mu, need);
        let RowIntegral { log_density, slopes, in_phi } = found;
        let phi = match self.along {
            Along::Variance => in_variance(&slopes),
            Along::Theta => PhiDerivatives {
                l_phi: in_phi[0],
                r_phi: in_phi[1],
                w_phi: -in_phi[2],
                ..PhiDerivatives::default()
            },
        };
        CoarseDerivatives { log_probability: log_density, eta: found.eta(), phi }
    }

    fn coarse_fifth(&self, published: &Coarse, mu: f64) -> FifthDerivatives {
        of_variance(&self.integral(published, mu, Need::Slopes).slopes)
    }
}
