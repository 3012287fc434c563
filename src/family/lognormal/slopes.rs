//! Derivatives in η of a row's integrated log-density, as cumulants over its points.
//!
//! With s = ε/υ, ∂E[X]/∂η = Cov(X, s) for any function X of the point: the derivatives are the cumulants of s, less 1/υ
//! in the second ([`by_the_prior`]). Integrated by parts the same are cumulants of the derivatives of log f, which hold
//! at small υ ([`by_the_density`]). The first has terms of size 1/υ, the second of size w.

use super::points::Points;
use super::rows::{Row, Sloped};
use super::{Need, RowIntegral};
use crate::numeric::rows::{Lanes, lanes};

/// By cumulants of ε/υ: where υw is above 1.
#[inline(always)]
pub(super) fn by_the_prior<R: Row, const N: usize>(
    points: &Points<R, N>,
    variance: f64,
    need: Need,
    found: &mut RowIntegral,
) {
    let (mean, central) = points.scores(variance);
    found.slopes[0] = mean;
    if need == Need::Score {
        let [second] = points.means(|effect, _| [squared(central(effect))]);
        found.slopes[1] = second - 1.0 / variance;
        return;
    }
    let moments = points.means(|effect, _| {
        let s = central(effect);
        let square = squared(s);
        let (third, fourth) = (product(square, s), squared(square));
        [square, third, fourth, product(fourth, s), product(fourth, square)]
    });
    let [second, rest @ ..] = cumulants(moments);
    found.slopes[1] = second - 1.0 / variance;
    found.slopes[2..].copy_from_slice(&rest);
}

/// The companions in φ by cumulants with ε/υ.
#[inline(always)]
pub(super) fn theta_by_the_prior<R: Sloped, const N: usize>(
    points: &Points<R, N>,
    row: R,
    variance: f64,
    found: &mut RowIntegral,
) {
    let (_, central) = points.scores(variance);
    let [l] = points.means(|_, block| [row.in_phi(block)[0]]);
    let [first, second] = points.means(|effect, block| {
        let (s, l_phi) = (central(effect), row.in_phi(block)[0]);
        let moved = lanes(|i| (l_phi[i] - l) * s[i]);
        [moved, product(moved, s)]
    });
    found.in_phi = [l, first, second];
}

/// By joint cumulants of the derivatives g of log f: where υw is below 1.
///
/// The ratios f^{(k)}/f are the Bell polynomials of g_1 ... g_k. With every g_k less its mean they are central moments A_k, from
/// which the means are added back to the cumulants. The sixth is integrated by parts once less, with one s.
#[inline(always)]
pub(super) fn by_the_density<R: Sloped, const N: usize>(
    points: &Points<R, N>,
    row: R,
    variance: f64,
    need: Need,
    found: &mut RowIntegral,
) {
    let g = points.means(|_, block| row.slopes(block));
    if need == Need::Score {
        let [square] = points.means(|_, block| {
            let [g1, ..] = row.slopes(block);
            [squared(lanes(|l| g1[l] - g[0]))]
        });
        (found.slopes[0], found.slopes[1]) = (g[0], g[1] + square);
        return;
    }
    let inverse = 1.0 / variance;
    let [a2, a3, a4, a5, by_parts] = points.means(|effect, block| {
        let slopes = row.slopes(block);
        let h = |k: usize, l: usize| slopes[k][l] - g[k];
        let mut bell = [[0.0; 8]; 5];
        for l in 0..8 {
            let (h1, h2, h3, h4, h5) = (h(0, l), h(1, l), h(2, l), h(3, l), h(4, l));
            let square = h1 * h1;
            bell[0][l] = square + h2;
            bell[1][l] = h1 * (square + 3.0 * h2) + h3;
            bell[2][l] = square * (square + 6.0 * h2) + 4.0 * h1 * h3 + 3.0 * h2 * h2 + h4;
            bell[3][l] = h1 * (square * (square + 10.0 * h2) + 15.0 * h2 * h2 + 5.0 * h4)
                + 10.0 * h3 * (square + h2)
                + h5;
            bell[4][l] = bell[3][l] * (effect[l] * inverse - g[0]);
        }
        bell
    });
    let a6 = by_parts - 5.0 * g[1] * a4 - 10.0 * (g[2] * a3 + g[3] * a2);
    let [c2, c3, c4, c5, c6] = cumulants([a2, a3, a4, a5, a6]);
    found.slopes = [g[0], g[1] + c2, g[2] + c3, g[3] + c4, g[4] + c5, c6];
    if need == Need::Theta {
        let phi = points.means(|_, block| row.in_phi(block));
        let [first, second] = points.means(|_, block| {
            let (slopes, in_phi) = (row.slopes(block), row.in_phi(block));
            let h = |k: usize, l: usize| slopes[k][l] - g[k];
            let f = |k: usize, l: usize| in_phi[k][l] - phi[k];
            [
                lanes(|l| f(0, l) * h(0, l)),
                lanes(|l| 2.0 * f(1, l) * h(0, l) + f(0, l) * (h(1, l) + h(0, l) * h(0, l))),
            ]
        });
        found.in_phi = [phi[0], phi[1] + first, phi[2] + second];
    }
}

/// From central moments, the second to the sixth.
#[inline(always)]
fn cumulants([m2, m3, m4, m5, m6]: [f64; 5]) -> [f64; 5] {
    let square = m2 * m2;
    [
        m2,
        m3,
        m4 - 3.0 * square,
        m5 - 10.0 * m3 * m2,
        m6 - 15.0 * m4 * m2 - 10.0 * m3 * m3 + 30.0 * square * m2,
    ]
}

#[inline(always)]
fn squared(x: Lanes) -> Lanes {
    product(x, x)
}

#[inline(always)]
fn product(x: Lanes, y: Lanes) -> Lanes {
    lanes(|l| x[l] * y[l])
}
