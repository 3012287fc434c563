//! What the subtrees add up to, and the assembly into gradient and Hessian.

use super::point::Derivatives;
use crate::model::Problem;
use crate::numeric::rows::{Gram, LANES, Lanes};
use crate::numeric::sum::Sum;
use ndarray::{Array1, Array2};

/// Sums over root subtrees, in the order of the subtrees: the only thing that passes between them.
#[derive(Debug)]
pub(super) struct Sums {
    pub value: Sum,
    pub magnitude: f64,
    pub g_beta: Vec<f64>,
    pub g_variance: Vec<f64>,
    pub g_phi: f64,
    /// Σ x [r_φ − ½(V c_φ − s w_φ)].
    pub h_beta_phi: Vec<f64>,
    /// Per block of eight directions: a row of lanes for each of β, υ and φ.
    pub blocks: Vec<Vec<Lanes>>,
    n_variances: usize,
}

impl Sums {
    pub(super) fn new(problem: &Problem) -> Self {
        let (p, n_variances) = (problem.n_terms(), problem.n_variances());
        let directions = p + n_variances + 1;
        Sums {
            value: Sum::default(),
            magnitude: 0.0,
            g_beta: vec![0.0; p],
            g_variance: vec![0.0; problem.nodes.n_levels()],
            g_phi: 0.0,
            h_beta_phi: vec![0.0; p],
            blocks: vec![vec![[0.0; LANES]; directions]; directions.div_ceil(LANES)],
            n_variances,
        }
    }

    pub(super) fn clear(&mut self) {
        self.value = Sum::default();
        self.magnitude = 0.0;
        self.g_beta.fill(0.0);
        self.g_variance.fill(0.0);
        self.g_phi = 0.0;
        self.h_beta_phi.fill(0.0);
        self.blocks.iter_mut().for_each(|block| block.fill([0.0; LANES]));
    }

    /// The gradient; `directions` leaves φ out or in.
    pub(super) fn gradient(&self, directions: usize) -> Array1<f64> {
        let all = self.g_beta.iter().chain(&self.g_variance[..self.n_variances]).chain([&self.g_phi]);
        all.take(directions).copied().collect()
    }

    /// Gradient and Hessian over the first `directions` of (β, υ, φ).
    pub(super) fn derivatives(&self, gram: &Gram, directions: usize) -> Derivatives {
        let p = self.g_beta.len();
        let entry = |row: usize, k: usize| self.blocks[k / LANES][row][k % LANES];
        let mut hessian = Array2::zeros((directions, directions));
        for k in 0..directions {
            for row in 0..=k {
                // a column k of coefficients holds all rows β; a variance holds β and υ; φ holds all
                let value = match (row < p, k < p) {
                    (true, true) => 0.5 * (entry(row, k) + entry(k, row)) - gram.at(k, row),
                    _ => entry(row, k),
                };
                hessian[[row, k]] = value;
                hessian[[k, row]] = value;
            }
        }
        let phi = p + self.n_variances;
        if directions > phi {
            for j in 0..p {
                hessian[[j, phi]] += self.h_beta_phi[j];
                hessian[[phi, j]] += self.h_beta_phi[j];
            }
        }
        Derivatives {
            value: self.value.value(),
            magnitude: self.magnitude,
            gradient: self.gradient(directions),
            hessian,
        }
    }
}
