//! The slopes of d of a count known in part: one cumulant more in η, one joint cumulant more in φ.
//!
//! With p̂ tilted by log q, ∂/∂η of a cumulant is f times the next one, and ∂q/∂η = qf = −∂f/∂η.

use super::companions::Companions;
use super::moments::{Cumulants, Moments};
use super::steps::{self, Steps};
use super::terms::{NegBin2Terms, PoissonTerms, Terms};
use super::walk::{self, Ends, Sums};
use super::{Coarse, NegBin2, Poisson, tame};
use crate::family::FifthDerivatives;

impl Poisson {
    pub(super) fn fifth_of(&self, published: &Coarse, mu: f64) -> FifthDerivatives {
        if published.is_everything() {
            return FifthDerivatives::default();
        }
        let terms = PoissonTerms::new(tame(published, mu));
        let pivot = terms.pivot(published);
        let mut moments = Moments::default();
        let ends = walk::weighted(published, &terms, pivot, &mut moments);
        let d_eta = slope_in_eta(published, &terms, pivot, &ends, &moments.cumulants());
        FifthDerivatives { d_eta, d_phi: 0.0 }
    }
}

impl NegBin2 {
    pub(super) fn fifth_of(&self, published: &Coarse, mu: f64) -> FifthDerivatives {
        if published.is_everything() {
            return FifthDerivatives::default();
        }
        let terms = NegBin2Terms::new(tame(published, mu), self.theta());
        let pivot = terms.pivot(published);
        let mut sums = WithFourth { companions: Companions::new(&terms, pivot), fourth: 0.0 };
        let ends = walk::weighted(published, &terms, pivot, &mut sums);
        let cumulants = sums.companions.count_cumulants();
        FifthDerivatives {
            d_eta: slope_in_eta(published, &terms, pivot, &ends, &cumulants),
            d_phi: sums.companions.slope_of_d(&terms, &cumulants, sums.fourth),
        }
    }
}

fn slope_in_eta<T: Terms>(
    published: &Coarse,
    terms: &T,
    pivot: f64,
    ends: &Ends,
    cumulants: &Cumulants,
) -> f64 {
    let steps = Steps::new(published, terms, pivot, ends, cumulants);
    let u3 = steps::third(published, terms, pivot, ends, cumulants);
    steps.fifth(terms.q(), terms.f(), u3)
}

/// The sums of the companions, and Σ Y⁴H beside them.
struct WithFourth {
    companions: Companions,
    fourth: f64,
}

impl Sums for WithFourth {
    fn pivot(&mut self, y: f64, term: f64) {
        self.companions.pivot(y, term);
    }

    fn above(&mut self, y: f64, offset: f64, term: f64) {
        self.companions.above(y, offset, term);
        self.fourth += term * self.companions.h_above() * offset.powi(4);
    }

    fn below(&mut self, y: f64, offset: f64, term: f64) {
        self.companions.below(y, offset, term);
        self.fourth += term * self.companions.h_below() * offset.powi(4);
    }

    fn node(&mut self, y: f64, offset: f64, terms: [f64; 5]) {
        for (slopes, (term, i)) in
            self.companions.slopes_of_node(y).into_iter().zip(terms.into_iter().zip(0u8..))
        {
            self.fourth += term * slopes.h * (offset + f64::from(i)).powi(4);
        }
        self.companions.node(y, offset, terms);
    }

    fn resume_below(&mut self, y: f64) {
        self.companions.resume_below(y);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Coarsened, Mixed};
    use super::*;
    use crate::family::CountFamily;
    use approx::assert_relative_eq;

    fn cells() -> Vec<Coarse> {
        let interval = |lo: f64, hi: f64| Coarse { lo, hi, base: 1.0 };
        let rounded = |value: f64, base: f64| Coarse { lo: value - base + 1.0, hi: value + base - 1.0, base };
        vec![
            interval(0.0, 0.0),
            interval(0.0, 9.0),
            interval(8.0, 12.0),
            interval(98.0, 102.0),
            interval(5.0, 4000.0),
            interval(1.0, f64::INFINITY),
            interval(300.0, f64::INFINITY),
            rounded(0.0, 3.0),
            rounded(3.0, 3.0),
            rounded(15.0, 5.0),
            rounded(100.0, 5.0),
        ]
    }

    fn slope(f: impl Fn(f64) -> f64) -> f64 {
        let h = 1e-3;
        (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
    }

    fn check<F: Coarsened>(at: impl Fn(f64) -> F) {
        for cell in cells() {
            for mu in [1e-3, 0.4, 3.0, 40.0, 900.0] {
                let d = |h: f64, phi: f64| at(phi).coarse(&cell, mu * f64::exp(h)).eta.d;
                let found = at(0.0).coarse_fifth(&cell, mu);
                // the sizes of the cumulants that the differences are the small sums of
                let scale = 1.0 + mu + cell.lo.abs();
                let (eta, phi) = (slope(|h| d(h, 0.0)), slope(|h| d(0.0, h)));
                assert_relative_eq!(found.d_eta, eta, max_relative = 1e-7, epsilon = 1e-8 * scale);
                assert_relative_eq!(found.d_phi, phi, max_relative = 1e-7, epsilon = 1e-8 * scale);
            }
        }
    }

    #[test]
    fn they_are_the_slopes_of_d() {
        check(|_| Mixed(Poisson));
        for theta in [0.3f64, 2.0, 50.0, 1e4] {
            check(|phi| Mixed(NegBin2::new(theta * f64::exp(phi))));
        }
    }

    #[test]
    fn those_of_one_count_are_the_exact_rows() {
        for y in [0.0, 1.0, 7.0, 55.0, 1200.0] {
            for mu in [1e-3, 0.4, 3.0, 40.0, 900.0] {
                let one = Coarse { lo: y, hi: y, base: 1.0 };
                for theta in [0.3, 2.0, 50.0, 1e4] {
                    let family = NegBin2::new(theta);
                    let (found, wanted) = (family.coarse_fifth(&one, mu), family.fifth(y, mu));
                    let scale = 1e-11 * (1.0 + y + mu);
                    assert_relative_eq!(found.d_eta, wanted.d_eta, max_relative = 1e-11, epsilon = scale);
                    assert_relative_eq!(found.d_phi, wanted.d_phi, max_relative = 1e-11, epsilon = scale);
                }
                let found = Poisson.coarse_fifth(&one, mu);
                assert_relative_eq!(found.d_eta, mu, max_relative = 1e-11, epsilon = 1e-11 * (1.0 + y));
            }
        }
    }
}
