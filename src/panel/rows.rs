//! Rows at given linear predictors: log-densities and the derivatives that the passes need.

use crate::family::{Coarsened, CountFamily, Family, NegBin2, Poisson};
use crate::model::Problem;
use crate::numeric::elementary::exp;

/// What every row says at its linear predictor, in the letters of `docs/laplace.md`, section 6; sorted rows.
#[derive(Debug)]
pub(super) struct Rows {
    pub eta: Vec<f64>,
    pub mu: Vec<f64>,
    pub log_density: Vec<f64>,
    pub r: Vec<f64>,
    pub w: Vec<f64>,
    pub c: Vec<f64>,
    pub l_phi: Vec<f64>,
    pub r_phi: Vec<f64>,
    pub w_phi: Vec<f64>,
}

impl Rows {
    pub(super) fn new(n: usize) -> Self {
        let rows = || vec![0.0; n];
        Rows {
            eta: rows(),
            mu: rows(),
            log_density: rows(),
            r: rows(),
            w: rows(),
            c: rows(),
            l_phi: rows(),
            r_phi: rows(),
            w_phi: rows(),
        }
    }

    /// Fills ℓ, r, w and c at `eta`; constants of y and θ alone are left out of exact rows.
    pub(super) fn expand(&mut self, problem: &Problem, family: Family, phi: f64) {
        match family {
            Family::Poisson => self.expand_as(problem, &Poisson),
            Family::NegBin2 => self.expand_as(problem, &NegBin2::new(phi.exp())),
        }
    }

    fn expand_as(&mut self, problem: &Problem, family: &impl Coarsened) {
        for (i, &y) in problem.y.iter().enumerate() {
            let mu = exp(self.eta[i]);
            let at = family.eta(y, mu);
            self.mu[i] = mu;
            self.log_density[i] = y * self.eta[i] + family.log_density_part(y, family.log_term(mu));
            (self.r[i], self.w[i], self.c[i]) = (at.r, at.w, at.c);
        }
        for row in &problem.coarse {
            let i = row.row;
            let at = family.coarse(&row.published, self.mu[i]);
            self.log_density[i] = at.log_probability;
            (self.r[i], self.w[i], self.c[i]) = (at.eta.r, at.eta.w, at.eta.c);
        }
    }

    /// Fills the companions in φ = log θ.
    pub(super) fn expand_phi(&mut self, problem: &Problem, phi: f64) {
        let family = NegBin2::new(phi.exp());
        for (i, &y) in problem.y.iter().enumerate() {
            let at = family.phi(y, self.mu[i], family.log_term(self.mu[i]));
            (self.l_phi[i], self.r_phi[i], self.w_phi[i]) = (at.l_phi, at.r_phi, at.w_phi);
        }
        for row in &problem.coarse {
            let i = row.row;
            let at = family.coarse(&row.published, self.mu[i]).phi;
            (self.l_phi[i], self.r_phi[i], self.w_phi[i]) = (at.l_phi, at.r_phi, at.w_phi);
        }
    }
}

/// Terms of y and θ alone, and their slope in φ.
pub(super) fn constants(problem: &Problem, family: Family, phi: f64) -> (f64, f64) {
    let [value, slope, _] = match family {
        Family::Poisson => Poisson.constants(&problem.histogram),
        Family::NegBin2 => NegBin2::new(phi.exp()).constants(&problem.histogram),
    };
    (value, slope)
}
