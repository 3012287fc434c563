//! Against sums in 80-digit arithmetic (`tests/data/lognormal`).

use super::*;
use crate::family::{NegBin2, Poisson};

/// l, r, w, c and d of a row.
fn found(published: &Coarse, mu: f64, variance: f64, theta: f64) -> [f64; 5] {
    match theta {
        0.0 => found_of(Poisson, published, mu, variance),
        theta => found_of(NegBin2::new(theta), published, mu, variance),
    }
}

fn found_of<F: Stepped>(family: F, published: &Coarse, mu: f64, variance: f64) -> [f64; 5] {
    let row = Lognormal::new(family, variance, Along::Variance, RowRule::FIRST);
    let CoarseDerivatives { log_probability, eta, .. } = row.coarse(published, mu);
    let constant = match published.lo == published.hi {
        true => row.constants(&Histogram::new(&[published.lo]))[0],
        false => 0.0,
    };
    [log_probability + constant, eta.r, eta.w, eta.c, eta.d]
}

#[test]
fn densities_and_derivatives_are_those_of_80_digits() {
    let (mut lines, mut worst) = (0, [0.0f64; 5]);
    for line in include_str!("../../../tests/data/lognormal/table.csv").lines().skip(1) {
        let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap()).collect();
        let published = Coarse { lo: cells[0], hi: cells[1], base: 1.0 };
        let found = found(&published, cells[2], cells[3], cells[4]);
        for ((found, wanted), worst) in found.into_iter().zip(&cells[5..]).zip(&mut worst) {
            // in units of what the row says of its predictor; beside a probability of all but 1 nothing is left to tell
            let distance = (found - wanted).abs() - 1e-13;
            *worst = worst.max(distance / (wanted.abs() + cells[7]));
        }
        lines += 1;
    }
    assert_eq!(lines, 108);
    // d of an interval is a difference of terms many times its size
    let bounds = [1e-10, 1e-10, 1e-10, 1e-10, 1e-9];
    assert!(worst.iter().zip(bounds).all(|(worst, bound)| *worst < bound), "l r w c d off by {worst:?}");
}
