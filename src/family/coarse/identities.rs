//! Derivatives against differences, single counts against the exact row, partitions against 1.

use super::*;
use crate::family::Histogram;
use approx::assert_relative_eq;

const MEANS: [f64; 5] = [1e-3, 0.4, 3.0, 40.0, 900.0];
const SIZES: [f64; 4] = [-1.0, 0.7, 4.0, 12.0];

fn interval(lo: f64, hi: f64) -> Coarse {
    Coarse { lo, hi, base: 1.0 }
}

fn rounded(value: f64, base: f64) -> Coarse {
    Coarse { lo: value - base + 1.0, hi: value + base - 1.0, base }
}

fn published() -> Vec<Coarse> {
    let intervals = [(0.0, 0.0), (0.0, 9.0), (1.0, 9.0), (8.0, 12.0), (98.0, 102.0), (5.0, 4000.0)];
    let open = [1.0, 10.0, 300.0].map(|lo| interval(lo, f64::INFINITY));
    let roundings = [(0.0, 3.0), (3.0, 3.0), (0.0, 5.0), (15.0, 5.0), (100.0, 5.0), (10.0, 10.0)];
    intervals
        .map(|(lo, hi)| interval(lo, hi))
        .into_iter()
        .chain(open)
        .chain(roundings.map(|(value, base)| rounded(value, base)))
        .collect()
}

fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

/// What the differences can tell: their own terms grow with the mean and the count.
fn scale(published: &Coarse, mu: f64) -> f64 {
    1.0 + mu + published.lo.abs()
}

#[track_caller]
fn close(exact: f64, difference: f64, scale: f64) {
    assert_relative_eq!(exact, difference, max_relative = 1e-7, epsilon = 1e-8 * scale);
}

fn eta_derivatives_are_slopes<F: Coarsened>(family: F) {
    for cell in published() {
        for mu in MEANS {
            let scale = scale(&cell, mu);
            let at = family.coarse(&cell, mu).eta;
            let moved = |h: f64| family.coarse(&cell, mu * h.exp());
            close(at.r, slope(|h| moved(h).log_probability), scale);
            close(at.w, -slope(|h| moved(h).eta.r), scale);
            close(at.c, slope(|h| moved(h).eta.w), scale);
            close(at.d, slope(|h| moved(h).eta.c), scale);
        }
    }
}

#[test]
fn poisson_eta_derivatives_are_slopes_of_each_other() {
    eta_derivatives_are_slopes(Poisson);
}

#[test]
fn negbin2_eta_derivatives_are_slopes_of_each_other() {
    for phi in SIZES {
        eta_derivatives_are_slopes(NegBin2::new(phi.exp()));
    }
}

#[test]
fn negbin2_phi_derivatives_are_slopes_of_each_other() {
    for cell in published() {
        for phi in SIZES {
            for mu in MEANS {
                let scale = scale(&cell, mu);
                let moved = |h: f64| NegBin2::new((phi + h).exp()).coarse(&cell, mu);
                let at = moved(0.0).phi;
                close(at.l_phi, slope(|h| moved(h).log_probability), scale);
                close(at.l_phi_phi, slope(|h| moved(h).phi.l_phi), scale);
                close(at.r_phi, slope(|h| moved(h).eta.r), scale);
                close(at.r_phi_phi, slope(|h| moved(h).phi.r_phi), scale);
                close(at.w_phi, slope(|h| moved(h).eta.w), scale);
                close(at.w_phi_phi, slope(|h| moved(h).phi.w_phi), scale);
                close(at.c_phi, slope(|h| moved(h).eta.c), scale);
            }
        }
    }
}

/// The digits that the exact row's own formulas have, whose terms cancel.
fn exact_row_scale(k: f64, mu: f64) -> f64 {
    1.0 + k + mu
}

fn single_count_is_the_exact_row<F: Coarsened>(family: F, k: f64, mu: f64) {
    let found = family.coarse(&interval(k, k), mu);
    let [constant, constant_phi, constant_phi_phi] = family.constants(&Histogram::new(&[k]));
    let log_term = family.log_term(mu);
    let (eta, phi) = (family.eta(k, mu), family.phi(k, mu, log_term));
    let log = k * mu.ln() + family.log_density_part(k, log_term) + constant;
    let same = |a: f64, b: f64| {
        assert_relative_eq!(a, b, max_relative = 1e-12, epsilon = 1e-12 * exact_row_scale(k, mu));
    };
    same(found.log_probability, log);
    same(found.eta.r, eta.r);
    same(found.eta.w, eta.w);
    same(found.eta.c, eta.c);
    same(found.eta.d, eta.d);
    let shared = if F::HAS_THETA { (constant_phi, constant_phi_phi) } else { (0.0, 0.0) };
    same(found.phi.l_phi, phi.l_phi + shared.0);
    same(found.phi.l_phi_phi, phi.l_phi_phi + shared.1);
    same(found.phi.r_phi, phi.r_phi);
    same(found.phi.r_phi_phi, phi.r_phi_phi);
    same(found.phi.w_phi, phi.w_phi);
    same(found.phi.w_phi_phi, phi.w_phi_phi);
    same(found.phi.c_phi, phi.c_phi);
    let (r, w) = family.coarse_score(&interval(k, k), mu);
    same(r, eta.r);
    same(w, eta.w);
}

#[test]
fn an_interval_of_one_count_is_the_exact_row() {
    for k in [0.0, 1.0, 7.0, 16.0, 17.0, 55.0, 1200.0] {
        for mu in MEANS {
            single_count_is_the_exact_row(Poisson, k, mu);
            for phi in SIZES {
                single_count_is_the_exact_row(NegBin2::new(phi.exp()), k, mu);
            }
        }
    }
}

fn probability<F: Coarsened>(family: F, cell: &Coarse, mu: f64) -> f64 {
    family.coarse(cell, mu).log_probability.exp()
}

fn partitions_have_probability_one<F: Coarsened>(family: F, mu: f64) {
    let fives = (2..4000).map(|k| interval(5.0 * f64::from(k), 5.0 * f64::from(k) + 4.0));
    let withheld = [interval(0.0, 9.0), interval(20_000.0, f64::INFINITY)];
    let wide = [interval(0.0, 0.0), interval(1.0, 30_000.0), interval(30_001.0, f64::INFINITY)];
    let sum = |cells: &mut dyn Iterator<Item = Coarse>| -> f64 {
        cells.map(|cell| probability(family, &cell, mu)).sum()
    };
    assert_relative_eq!(sum(&mut withheld.into_iter().chain(fives)), 1.0, max_relative = 1e-11);
    assert_relative_eq!(sum(&mut wide.into_iter()), 1.0, max_relative = 1e-11);
    if mu < 100.0 {
        for base in [3.0, 5.0, 10.0] {
            let mut multiples = (0..6000).map(|k| rounded(f64::from(k) * base, base));
            assert_relative_eq!(sum(&mut multiples), 1.0, max_relative = 1e-11);
        }
    }
}

#[test]
fn what_may_be_published_has_probability_one() {
    for mu in [1e-3, 2.0, 40.0, 25_000.0] {
        partitions_have_probability_one(Poisson, mu);
        for theta in [0.3, 3.0, 1e3, 1e9] {
            partitions_have_probability_one(NegBin2::new(theta), mu);
        }
    }
}

#[test]
fn overdispersion_is_the_slope_at_the_poisson() {
    // an even difference is not to be had at α = 0: two sizes and Richardson's step
    let alpha = 1e-6;
    for cell in published() {
        for mu in [0.01, 0.4, 3.0, 12.0] {
            let poisson = Poisson.coarse(&cell, mu);
            let near = |alpha: f64| NegBin2::new(1.0 / alpha).coarse(&cell, mu);
            let (one, two) = (near(alpha), near(2.0 * alpha));
            let slope = |zero: f64, one: f64, two: f64| (4.0 * one - 3.0 * zero - two) / (2.0 * alpha);
            let found = Poisson.coarse_overdispersion(&cell, mu);
            let wanted = (
                slope(poisson.log_probability, one.log_probability, two.log_probability),
                slope(poisson.eta.r, one.eta.r, two.eta.r),
                slope(poisson.eta.w, one.eta.w, two.eta.w),
            );
            // the third derivative in α grows with the sixth power of the count
            let scale = 1.0 + cell.lo.abs().powi(2) + mu * mu;
            let tolerance = 1e-7 * scale + 1e-13 * cell.lo.abs().powi(4) * scale;
            for (found, wanted) in [(found.0, wanted.0), (found.1, wanted.1), (found.2, wanted.2)] {
                assert_relative_eq!(found, wanted, max_relative = 1e-6, epsilon = tolerance);
            }
        }
    }
}

#[test]
fn overdispersion_of_one_count_is_that_of_the_exact_row() {
    let (y, mu) = (7.0f64, 3.0f64);
    let found = Poisson.coarse_overdispersion(&interval(y, y), mu);
    assert_relative_eq!(found.0, ((y - mu).powi(2) - y) / 2.0, max_relative = 1e-14);
    assert_relative_eq!(found.1, -(y - mu) * mu, max_relative = 1e-14);
    assert_relative_eq!(found.2, mu * (y - 2.0 * mu), max_relative = 1e-14);
}
