//! Where the maximisation begins: weighted least squares for the coefficients, moments for the variances.

use super::point::Point;
use crate::family::Family;
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use crate::numeric::rows::{Gram, LinearPredictor, WeightedRows, vectorised};
use ndarray::{Array1, Array2};
use pulp::Arch;

/// Below this mean count log(y + ½) says little, and scoring steps follow.
const SMALL_MEAN: f64 = 4.0;
/// Scoring steps for small means.
const SCORING_STEPS: usize = 2;
/// Variances start within these bounds.
const VARIANCES: (f64, f64) = (4e-4, 1.0);
/// 1/θ starts at most here.
const LARGEST_ALPHA: f64 = 10.0;

/// The starting point; θ starts at most at `largest_theta`.
pub(crate) fn start(problem: &Problem, family: Family, largest_theta: f64) -> Point {
    let (y, arch) = (&problem.typical_counts(), Arch::new());
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    let weights: Vec<f64> = y.iter().map(|y| y + 0.5).collect();
    let response = y.iter().zip(&problem.offset).zip(&weights).map(|((y, o), w)| w * ((y + 0.5).ln() - o));
    let mut beta = least_squares(problem, arch, &weights, &response.collect::<Vec<_>>(), None);
    let mut mu = vec![0.0; y.len()];
    let steps = if mean < SMALL_MEAN { SCORING_STEPS } else { 0 };
    for step in 0..=steps {
        means(problem, arch, y.iter().sum(), &mut beta, &mut mu);
        if step < steps {
            let score: Vec<f64> = y.iter().zip(&mu).map(|(y, mu)| y - mu).collect();
            beta = least_squares(problem, arch, &mu, &score, Some(beta));
        }
    }
    let (variances, alpha) = moments(problem, y, &mu, family);
    Point { beta, variances, phi: (1.0 / alpha).min(largest_theta).ln() }
}

/// Solves (X'WX) b = X'z and adds `from`; gives `from` back where the matrix is singular.
fn least_squares(
    problem: &Problem,
    arch: Arch,
    weights: &[f64],
    z: &[f64],
    from: Option<Vec<f64>>,
) -> Vec<f64> {
    let p = problem.n_terms();
    let mut gram = Gram::new(p);
    gram.add(arch, &problem.x, weights);
    let mut right = vec![0.0; p];
    vectorised(arch, WeightedRows { x: &problem.x, weights: z, out: &mut right });
    let matrix = Array2::from_shape_fn((p, p), |(i, j)| gram.at(i.max(j), i.min(j)));
    let from = from.unwrap_or_else(|| vec![0.0; p]);
    match Cholesky::new(&matrix.view()) {
        Some(factor) => {
            let step = factor.solve(&Array1::from(right).view());
            // a long scoring step says that the quadratic does not hold there
            let longest = step.iter().skip(1).fold(0.0f64, |m, s| m.max(s.abs()));
            let share = if longest > 1.0 { 1.0 / longest } else { 1.0 };
            from.iter().zip(&step).map(|(b, s)| b + share * s).collect()
        }
        None => from,
    }
}

/// Fills μ = exp(Xβ + offset), the intercept moved so that Σμ = Σy.
fn means(problem: &Problem, arch: Arch, total: f64, beta: &mut [f64], mu: &mut [f64]) {
    vectorised(arch, LinearPredictor { x: &problem.x, beta, start: &problem.offset, out: mu });
    let largest = mu.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let scaled: f64 = mu.iter().map(|eta| (eta - largest).exp()).sum();
    let shift = total.ln() - largest - scaled.ln();
    beta[0] += shift;
    mu.iter_mut().for_each(|eta| *eta = (*eta + shift).exp());
}

/// Variances per level and α = 1/θ from squared deviations.
///
/// With T_l = Σ_areas [(Y−M)² − M] and A_l = Σ_areas M² over the areas of level l (the rows last), neighbouring
/// levels give the variance above: T_l − T_{l+1} = (υ_0 + ... + υ_l)(A_l − A_{l+1}).
fn moments(problem: &Problem, y: &[f64], mu: &[f64], family: Family) -> (Vec<f64>, f64) {
    let n_levels = problem.nodes.n_levels();
    let (mut t, mut a) = level_moments(problem, y, mu);
    let rows = y.iter().zip(mu).map(|(y, m)| ((y - m).powi(2) - m, m * m));
    let (t_rows, a_rows) = rows.fold((0.0, 0.0), |(t, a), (dt, da)| (t + dt, a + da));
    t.push(t_rows);
    a.push(a_rows);
    let mut below = 0.0;
    let mut variances = Vec::with_capacity(n_levels);
    for l in 0..n_levels {
        let spread = a[l] - a[l + 1];
        let total = if spread > 0.0 { (t[l] - t[l + 1]) / spread } else { t[l] / a[l] };
        let variance = (total - below).clamp(VARIANCES.0, VARIANCES.1);
        variances.push(if variance.is_finite() { variance } else { VARIANCES.0 });
        below += variances[l];
    }
    if problem.n_variances() == 0 {
        variances = vec![0.0];
        below = 0.0;
    }
    let alpha = match family {
        Family::Poisson => 1.0,
        Family::NegBin2 => (t_rows / a_rows - below).clamp(1e-12, LARGEST_ALPHA),
    };
    (variances, if alpha.is_finite() { alpha } else { 1.0 })
}

fn level_moments(problem: &Problem, y: &[f64], mu: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let n_levels = problem.nodes.n_levels();
    let (mut t, mut a) = (vec![0.0; n_levels], vec![0.0; n_levels]);
    let mut totals: Vec<(f64, f64)> = Vec::new();
    for tree in problem.nodes.subtrees() {
        totals.clear();
        totals.resize(tree.n_nodes(), (0.0, 0.0));
        let first = tree.rows().start;
        for leaf in 0..tree.n_leaves() {
            for i in tree.leaf_rows(leaf) {
                let total = &mut totals[tree.first_leaf() + leaf];
                total.0 += y[first + i];
                total.1 += mu[first + i];
            }
        }
        for at in (0..tree.n_nodes()).rev() {
            let (y, m) = totals[at];
            let level = tree.level[at] as usize;
            t[level] += (y - m).powi(2) - m;
            a[level] += m * m;
            if at > 0 {
                let parent = &mut totals[tree.parent[at] as usize];
                parent.0 += y;
                parent.1 += m;
            }
        }
    }
    (t, a)
}
