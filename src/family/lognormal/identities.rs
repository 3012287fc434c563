//! Derivatives against differences, sums to 1, limits, and intervals as sums of counts.

use super::*;
use crate::family::{NegBin2, Poisson};
use approx::assert_relative_eq;

const MEANS: [f64; 5] = [1e-3, 0.4, 3.0, 40.0, 900.0];
const COUNTS: [f64; 5] = [0.0, 1.0, 7.0, 55.0, 1200.0];
const VARIANCES: [f64; 6] = [1e-6, 1e-3, 0.03, 0.25, 1.0, 4.0];

fn exactly(y: f64) -> Coarse {
    interval(y, y)
}

fn interval(lo: f64, hi: f64) -> Coarse {
    Coarse { lo, hi, base: 1.0 }
}

fn published() -> Vec<Coarse> {
    let intervals = [(0.0, 9.0), (1.0, 4.0), (10.0, f64::INFINITY), (98.0, 102.0)];
    let rounded = Coarse { lo: 13.0, hi: 17.0, base: 3.0 };
    let all = COUNTS.map(exactly).into_iter().chain(intervals.map(|(lo, hi)| interval(lo, hi)));
    all.chain([rounded]).collect()
}

fn in_rows<F: Stepped>(family: F, variance: f64, along: Along) -> Lognormal<F> {
    Lognormal::new(family, variance, along, RowRule::FIRST)
}

fn slope(h: f64, f: impl Fn(f64) -> f64) -> f64 {
    (8.0 * (f(h) - f(-h)) - (f(2.0 * h) - f(-2.0 * h))) / (12.0 * h)
}

#[track_caller]
fn close(exact: f64, difference: f64, scale: f64) {
    assert_relative_eq!(exact, difference, max_relative = 1e-6, epsilon = 1e-7 * scale);
}

fn slopes_in_eta<F: Stepped>(family: F) {
    for cell in published() {
        for mu in MEANS {
            for variance in VARIANCES {
                let row = in_rows(family, variance, Along::Variance);
                let at = row.coarse(&cell, mu).eta;
                let moved = |h: f64| row.coarse(&cell, mu * h.exp());
                let near = |f: &dyn Fn(CoarseDerivatives) -> f64| slope(3e-3, |h| f(moved(h)));
                // what differences can tell
                let scale = 1.0 + mu + cell.lo.max(0.0);
                close(at.r, near(&|at| at.log_probability), scale);
                close(at.w, -near(&|at| at.eta.r), scale);
                close(at.c, near(&|at| at.eta.w), scale);
                close(at.d, near(&|at| at.eta.c), scale);
                let fifth = row.coarse_fifth(&cell, mu);
                close(fifth.d_eta, near(&|at| at.eta.d), scale);
                let (r, w) = row.coarse_score(&cell, mu);
                assert_relative_eq!(r, at.r, max_relative = 1e-10, epsilon = 1e-10 * scale);
                assert_relative_eq!(w, at.w, max_relative = 1e-10, epsilon = 1e-10 * scale);
                assert!(w >= 0.0 && (w > 0.0 || cell.lo < cell.hi), "{cell:?} {mu} {variance}: {w}");
            }
        }
    }
}

#[test]
fn poisson_lognormal_derivatives_are_slopes_of_each_other() {
    slopes_in_eta(Poisson);
}

#[test]
fn negbin2_lognormal_derivatives_are_slopes_of_each_other() {
    for theta in [0.4, 5.0] {
        slopes_in_eta(NegBin2::new(theta));
    }
}

fn slopes_in_variance<F: Stepped>(family: F) {
    for cell in published() {
        for mu in MEANS {
            for variance in VARIANCES {
                let at = |variance| in_rows(family, variance, Along::Variance).coarse(&cell, mu);
                let here = at(variance).phi;
                let near = |f: &dyn Fn(CoarseDerivatives) -> f64| {
                    slope(5e-3, |h| f(at(variance * (1.0 + h)))) / variance
                };
                let scale = (1.0 + mu + cell.lo.max(0.0)) / variance.min(1.0);
                let fifth =
                    |variance| in_rows(family, variance, Along::Variance).coarse_fifth(&cell, mu).d_phi;
                let pairs = [
                    (here.l_phi, near(&|at| at.log_probability)),
                    (here.l_phi_phi, near(&|at| at.phi.l_phi)),
                    (here.r_phi, near(&|at| at.eta.r)),
                    (here.r_phi_phi, near(&|at| at.phi.r_phi)),
                    (here.w_phi, near(&|at| at.eta.w)),
                    (here.w_phi_phi, near(&|at| at.phi.w_phi)),
                    (here.c_phi, near(&|at| at.eta.c)),
                    (fifth(variance), near(&|at| at.eta.d)),
                ];
                for (k, (exact, slope)) in pairs.into_iter().enumerate() {
                    let bound = 1e-6 * exact.abs() + 1e-7 * scale;
                    assert!((exact - slope).abs() <= bound, "{k}: {exact} {slope}, {cell:?} {mu} {variance}");
                }
            }
        }
    }
}

#[test]
fn companions_in_the_variance_are_slopes_in_it() {
    slopes_in_variance(Poisson);
    slopes_in_variance(NegBin2::new(2.0));
}

#[test]
fn companions_in_phi_are_slopes_in_it() {
    for phi in [-0.5f64, 1.0, 3.0] {
        for cell in published() {
            for mu in MEANS {
                for variance in VARIANCES {
                    let at = |h: f64| {
                        let row = in_rows(NegBin2::new((phi + h).exp()), variance, Along::Theta);
                        let constants = match cell.lo == cell.hi {
                            true => row.constants(&Histogram::new(&[cell.lo])),
                            false => [0.0; 3],
                        };
                        (row.coarse(&cell, mu), constants)
                    };
                    let (here, constants) = at(0.0);
                    let near = |f: &dyn Fn((CoarseDerivatives, [f64; 3])) -> f64| slope(1e-3, |h| f(at(h)));
                    let scale = 1.0 + mu + cell.lo.max(0.0);
                    close(here.phi.l_phi + constants[1], near(&|(at, k)| at.log_probability + k[0]), scale);
                    close(here.phi.r_phi, near(&|(at, _)| at.eta.r), scale);
                    close(here.phi.w_phi, near(&|(at, _)| at.eta.w), scale);
                }
            }
        }
    }
}

fn log_density<F: Stepped>(row: Lognormal<F>, y: f64, mu: f64) -> f64 {
    row.coarse(&exactly(y), mu).log_probability + row.constants(&Histogram::new(&[y]))[0]
}

#[test]
fn probabilities_sum_to_one_with_the_mean_of_a_lognormal() {
    for (mu, variance, up_to) in [(0.3, 0.5, 400), (3.0, 0.25, 1500), (20.0, 0.04, 400)] {
        let row = in_rows(Poisson, variance, Along::Variance);
        let each: Vec<f64> = (0..up_to).map(|y| log_density(row, f64::from(y), mu).exp()).collect();
        assert_relative_eq!(each.iter().sum::<f64>(), 1.0, max_relative = 1e-10);
        let mean: f64 = each.iter().zip(0..).map(|(p, y)| p * f64::from(y)).sum();
        assert_relative_eq!(mean, mu * (0.5 * variance).exp(), max_relative = 1e-8);
        let overdispersed = in_rows(NegBin2::new(4.0), variance, Along::Variance);
        let sum: f64 = (0..4 * up_to).map(|y| log_density(overdispersed, f64::from(y), mu).exp()).sum();
        assert_relative_eq!(sum, 1.0, max_relative = 1e-8);
    }
}

#[test]
fn without_variance_a_row_is_what_it_was_and_small_variances_lead_there() {
    for y in COUNTS {
        for mu in MEANS {
            let none = in_rows(Poisson, 0.0, Along::Variance).coarse(&exactly(y), mu);
            let plain = Poisson.eta(y, mu);
            assert_eq!(none.eta, plain);
            let expected = if y == 0.0 { -mu } else { y * mu.ln() - mu };
            assert_relative_eq!(none.log_probability, expected, max_relative = 1e-15);
            for variance in [1e-4, 1e-7, 1e-12, 1e-20] {
                // to second order, with a curvature that the counts bound
                let size = (1.0 + y + mu).powi(2) * variance;
                let rows = in_rows(Poisson, variance, Along::Variance).coarse(&exactly(y), mu);
                let change = rows.log_probability - none.log_probability;
                let slope = none.phi.l_phi * variance;
                assert!(
                    (change - slope).abs() <= 4.0 * size * size + 1e-11 * (1.0 + expected.abs()),
                    "{y} {mu}"
                );
            }
        }
    }
}

#[test]
fn at_no_variance_the_companions_are_the_limits_of_those_nearby() {
    for cell in published() {
        for mu in [0.4, 3.0, 12.0] {
            let at = |variance| in_rows(NegBin2::new(3.0), variance, Along::Variance).coarse(&cell, mu).phi;
            let (none, near) = (at(0.0), at(1e-9));
            let scale = 1e-5 * (1.0 + mu + cell.lo.max(0.0)).powi(3);
            for (a, b) in [
                (none.l_phi, near.l_phi),
                (none.l_phi_phi, near.l_phi_phi),
                (none.r_phi_phi, near.r_phi_phi),
                (none.w_phi_phi, near.w_phi_phi),
                (none.c_phi, near.c_phi),
            ] {
                assert_relative_eq!(a, b, max_relative = 1e-4, epsilon = scale);
            }
        }
    }
}

#[test]
fn an_interval_has_the_log_of_the_sum_over_its_counts() {
    for (lo, hi) in [(0, 9), (1, 4), (98, 102)] {
        for mu in [0.4, 3.0, 40.0] {
            for variance in [0.01, 0.25, 2.0] {
                let row = in_rows(Poisson, variance, Along::Variance);
                let sum: f64 = (lo..=hi).map(|y| log_density(row, f64::from(y), mu).exp()).sum();
                let cell = interval(f64::from(lo), f64::from(hi));
                assert_relative_eq!(
                    row.coarse(&cell, mu).log_probability,
                    sum.ln(),
                    max_relative = 1e-9,
                    epsilon = 1e-10
                );
                let row = in_rows(NegBin2::new(1.5), variance, Along::Variance);
                let sum: f64 = (lo..=hi).map(|y| log_density(row, f64::from(y), mu).exp()).sum();
                assert_relative_eq!(
                    row.coarse(&cell, mu).log_probability,
                    sum.ln(),
                    max_relative = 1e-9,
                    epsilon = 1e-10
                );
            }
        }
    }
}

#[test]
fn a_finer_rule_changes_nothing_that_matters_of_exact_counts() {
    let mut worst = 0.0f64;
    for cell in COUNTS.map(exactly) {
        for mu in MEANS {
            for variance in VARIANCES {
                let by = |rule| Lognormal::new(Poisson, variance, Along::Variance, rule).coarse(&cell, mu);
                let (first, finer) = (by(RowRule::FIRST), by(RowRule::FIRST.finer().finer()));
                let change = (first.log_probability - finer.log_probability).abs();
                worst = worst.max(change / (1.0 + first.log_probability.abs()));
                let w = finer.eta.w;
                assert!(
                    (first.eta.d - finer.eta.d).abs() <= 1e-9 * (w + finer.eta.d.abs()) + 1e-12,
                    "{cell:?} {mu} {variance}"
                );
            }
        }
    }
    assert!(worst < 1e-11, "{worst:e}");
}
