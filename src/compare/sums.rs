//! What the passes need of the rows: weighted cross products in all, and sums by area.

use super::nodes::Nodes;
use super::response::Response;
use ndarray::{Array1, Array2, ArrayView2};

/// Sums over the rows with a response of w (x, y) (x, y)', and by node of the finest level of w and of w (x, y).
#[derive(Debug, Clone)]
pub(super) struct Sums {
    pub(super) n_rows: usize,
    /// Determinants, then the response: p + 1 by p + 1.
    pub(super) products: Array2<f64>,
    /// Σ w, by node; 0 above the finest level.
    pub(super) weights: Vec<f64>,
    /// Σ w (x, y), by node; 0 above the finest level.
    pub(super) columns: Array2<f64>,
    pub(super) log_weights: f64,
}

impl Sums {
    /// `x` and `y` hold the rows with a response, `rows` their positions in the design and in the caller's table.
    pub(super) fn new(
        nodes: &Nodes,
        x: ArrayView2<'_, f64>,
        y: &[f64],
        rows: &[(usize, usize)],
        response: &Response,
    ) -> Self {
        let q = x.ncols() + 1;
        let mut sums = Sums {
            n_rows: y.len(),
            products: Array2::zeros((q, q)),
            weights: vec![0.0; nodes.len()],
            columns: Array2::zeros((nodes.len(), q)),
            log_weights: 0.0,
        };
        let mut scaled = Array2::zeros((y.len(), q));
        for (i, &(at, row)) in rows.iter().enumerate() {
            let weight = response.weight(row);
            let both: Array1<f64> = x.row(i).iter().chain(&y[i..=i]).copied().collect();
            scaled.row_mut(i).scaled_add(weight.sqrt(), &both);
            sums.log_weights += weight.ln();
            if let Some(leaf) = nodes.leaf(at) {
                sums.weights[leaf] += weight;
                sums.columns.row_mut(leaf).scaled_add(weight, &both);
            }
        }
        sums.products = scaled.t().dot(&scaled);
        sums
    }

    /// Σ w of every node, those above the finest level too.
    pub(super) fn weights_of_nodes(&self, nodes: &Nodes) -> Vec<f64> {
        let mut weights = self.weights.clone();
        for node in (0..nodes.len()).rev() {
            if let Some(parent) = nodes.parent[node] {
                weights[parent] += weights[node];
            }
        }
        weights
    }
}
