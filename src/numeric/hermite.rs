//! Nodes and weights of Gauss-Hermite quadrature.

use std::f64::consts::PI;

/// Halvings and Newton steps for a node; Newton alone takes five.
const STEPS: usize = 60;

/// (node, weight) ascending with E f(x) = Σ weight f(node) over a standard normal x, exact to degree 2n − 1.
///
/// The nodes of each order lie between those of the next, so each is sought between its own neighbours.
pub(crate) fn gauss_hermite(n: usize) -> Vec<(f64, f64)> {
    weighted(nodes_up_to(n).last().map_or(&[], Vec::as_slice))
}

/// The same of all orders from 1 to n.
pub(crate) fn gauss_hermite_up_to(n: usize) -> Vec<Vec<(f64, f64)>> {
    nodes_up_to(n).iter().map(|nodes| weighted(nodes)).collect()
}

fn nodes_up_to(n: usize) -> Vec<Vec<f64>> {
    let mut orders: Vec<Vec<f64>> = Vec::with_capacity(n);
    for order in 1..=n {
        let end = (4.0 * order as f64 + 2.0).sqrt();
        let below = orders.last().into_iter().flatten().copied();
        let bounds: Vec<f64> = std::iter::once(-end).chain(below).chain([end]).collect();
        orders.push(bounds.windows(2).map(|between| root(order, between[0], between[1])).collect());
    }
    orders
}

fn weighted(nodes: &[f64]) -> Vec<(f64, f64)> {
    let n = nodes.len();
    (0..n)
        .map(|i| {
            let node = 0.5 * (nodes[i] - nodes[n - 1 - i]);
            let (_, below) = functions(n, node);
            (node, (-0.5 * node * node).exp() / ((2.0 * PI).sqrt() * n as f64 * below * below))
        })
        .collect()
}

/// The orthonormal Hermite functions of order n and n − 1, with weight 1: h_n(x) = he_n(x) √φ(x).
fn functions(n: usize, x: f64) -> (f64, f64) {
    let (mut h, mut below) = ((-0.25 * x * x).exp() / (2.0 * PI).powf(0.25), 0.0);
    for k in 0..n {
        let k = k as f64;
        (h, below) = ((x * h - k.sqrt() * below) / (k + 1.0).sqrt(), h);
    }
    (h, below)
}

/// The one root of h_n between two bounds: Newton with he_n' = √n he_{n−1}, halved where it leaves them.
fn root(n: usize, mut low: f64, mut high: f64) -> f64 {
    let sign = functions(n, high).0.signum();
    let mut x = 0.5 * (low + high);
    for _ in 0..STEPS {
        let (h, below) = functions(n, x);
        if h * sign > 0.0 {
            high = x
        } else {
            low = x
        }
        let newton = x - h / ((n as f64).sqrt() * below);
        let next = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        let change = (next - x).abs();
        x = next;
        if change <= f64::EPSILON * x.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn moments_of_the_normal_are_exact_up_to_twice_the_order() {
        for n in [1, 2, 5, 15, 32, 64] {
            let rule = gauss_hermite(n);
            assert_eq!(rule.len(), n);
            let mut moment = 1.0;
            for degree in (0..2 * n.min(12)).step_by(2) {
                let sum: f64 = rule.iter().map(|(x, w)| w * x.powi(degree as i32)).sum();
                assert_relative_eq!(sum, moment, max_relative = 1e-12);
                let odd: f64 = rule.iter().map(|(x, w)| w * x.powi(degree as i32 + 1)).sum();
                assert!(odd.abs() < 1e-12 * moment, "{odd}");
                moment *= degree as f64 + 1.0;
            }
        }
    }

    #[test]
    fn five_nodes_are_those_of_the_tables() {
        let rule = gauss_hermite(5);
        assert_relative_eq!(rule[4].0, 2.856_970_013_872_806, max_relative = 1e-14);
        assert_relative_eq!(rule[3].0, 1.355_626_179_974_266, max_relative = 1e-14);
        assert_relative_eq!(rule[4].1, 0.011_257_411_327_720_69, max_relative = 1e-13);
        assert_eq!(rule[2].0, 0.0);
        assert_relative_eq!(rule[2].1, 8.0 / 15.0, max_relative = 1e-14);
    }
}
