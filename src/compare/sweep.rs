//! V⁻¹ on the tree: up and down the areas, and the same for derivatives in a variance.
//!
//! With V = diag(1/w) + Σ λ_l Z_l Z_l' and Y = (X, y), an area a of a level with relative variance λ has
//!
//! ```text
//! up      s = Σ w + Σ_children m      t = Σ w Y + Σ_children ρ t      ρ = 1/(1+λs)      m = ρ s
//! down    h = 1_a'V⁻¹Y = ρ t − m E_p      v = 1_a'V⁻¹1_a = m − m² K_p
//!         E = E_p + λ h                   K = ρ (λ + ρ K_p)
//! ```
//!
//! where p is the area around it, E what the effects down to the area add up to, and K the variance of that sum given the
//! rows. The derivative of λ_k moves all of them by the same rules.

use super::nodes::Nodes;
use super::sums::Sums;
use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1, Axis};

/// The quantities of all nodes, those with a column for each of (X, y) in matrices.
#[derive(Debug, Clone)]
pub(super) struct Swept {
    pub(super) variances: Vec<f64>,
    s: Vec<f64>,
    rho: Vec<f64>,
    m: Vec<f64>,
    t: Array2<f64>,
    pub(super) h: Array2<f64>,
    pub(super) v: Vec<f64>,
    /// E: the effects down to the node, of each column.
    pub(super) down: Array2<f64>,
    /// K: the variance of their sum, relative to σ².
    pub(super) spread: Vec<f64>,
}

/// Derivatives of h and v in the relative variance of one level.
pub(super) struct Tangent {
    pub(super) h: Array2<f64>,
    pub(super) v: Vec<f64>,
}

impl Swept {
    /// Both passes at these relative variances, one for each level.
    pub(super) fn new(nodes: &Nodes, sums: &Sums, variances: &[f64]) -> Self {
        let n = nodes.len();
        let mut swept = Swept {
            variances: variances.to_vec(),
            s: sums.weights.clone(),
            rho: vec![1.0; n],
            m: vec![0.0; n],
            t: sums.columns.clone(),
            h: Array2::zeros(sums.columns.raw_dim()),
            v: vec![0.0; n],
            down: Array2::zeros(sums.columns.raw_dim()),
            spread: vec![0.0; n],
        };
        for (l, range) in nodes.by_level().rev() {
            range.rev().for_each(|node| swept.close(nodes, node, variances[l]));
        }
        for (l, range) in nodes.by_level() {
            range.for_each(|node| swept.open(nodes, node, variances[l]));
        }
        swept
    }

    fn close(&mut self, nodes: &Nodes, node: usize, variance: f64) {
        let s = self.s[node];
        self.rho[node] = 1.0 / (1.0 + variance * s);
        self.m[node] = self.rho[node] * s;
        if let Some(parent) = nodes.parent[node] {
            self.s[parent] += self.m[node];
            let (mut above, below) = pair(&mut self.t, parent, node);
            above.scaled_add(self.rho[node], &below);
        }
    }

    fn open(&mut self, nodes: &Nodes, node: usize, variance: f64) {
        let (rho, m) = (self.rho[node], self.m[node]);
        let (above, spread) = match nodes.parent[node] {
            Some(parent) => (self.down.row(parent).to_owned(), self.spread[parent]),
            None => (Array1::zeros(self.t.ncols()), 0.0),
        };
        let mut h = self.h.row_mut(node);
        h.scaled_add(rho, &self.t.row(node));
        h.scaled_add(-m, &above);
        self.v[node] = m - m * m * spread;
        self.spread[node] = rho * (variance + rho * spread);
        let mut down = self.down.row_mut(node);
        down += &above;
        down.scaled_add(variance, &h);
    }

    /// log|V| but for the weights' part.
    pub(super) fn log_determinant(&self, nodes: &Nodes) -> f64 {
        let of = |(l, range): (usize, std::ops::Range<usize>)| {
            self.s[range].iter().map(|s| (self.variances[l] * s).ln_1p()).sum::<f64>()
        };
        nodes.by_level().map(of).sum()
    }

    /// (X, y)'V⁻¹(X, y).
    pub(super) fn products(&self, nodes: &Nodes, sums: &Sums) -> Array2<f64> {
        let mut scaled = self.t.clone();
        for (l, range) in nodes.by_level() {
            for node in range {
                scaled.row_mut(node).mapv_inplace(|x| x * (self.variances[l] * self.rho[node]).sqrt());
            }
        }
        &sums.products - &scaled.t().dot(&scaled)
    }

    /// The derivatives in the relative variance of the k-th level.
    pub(super) fn tangent(&self, nodes: &Nodes, k: usize) -> Tangent {
        let n = nodes.len();
        let mut moved = Moved {
            s: vec![0.0; n],
            rho: vec![0.0; n],
            m: vec![0.0; n],
            t: Array2::zeros(self.t.raw_dim()),
            down: Array2::zeros(self.t.raw_dim()),
            spread: vec![0.0; n],
            out: Tangent { h: Array2::zeros(self.t.raw_dim()), v: vec![0.0; n] },
        };
        let direction = |l: usize| if l == k { 1.0 } else { 0.0 };
        for (l, range) in nodes.by_level().rev() {
            range.rev().for_each(|node| moved.close(self, nodes, node, (self.variances[l], direction(l))));
        }
        for (l, range) in nodes.by_level() {
            range.for_each(|node| moved.open(self, nodes, node, (self.variances[l], direction(l))));
        }
        moved.out
    }
}

/// Derivatives of all that [`Swept`] holds.
struct Moved {
    s: Vec<f64>,
    rho: Vec<f64>,
    m: Vec<f64>,
    t: Array2<f64>,
    down: Array2<f64>,
    spread: Vec<f64>,
    out: Tangent,
}

impl Moved {
    fn close(&mut self, at: &Swept, nodes: &Nodes, node: usize, (variance, by): (f64, f64)) {
        let (s, rho) = (at.s[node], at.rho[node]);
        self.rho[node] = -rho * rho * (by * s + variance * self.s[node]);
        self.m[node] = self.s[node] * rho + s * self.rho[node];
        if let Some(parent) = nodes.parent[node] {
            self.s[parent] += self.m[node];
            let (mut above, below) = pair(&mut self.t, parent, node);
            above.scaled_add(rho, &below);
            above.scaled_add(self.rho[node], &at.t.row(node));
        }
    }

    fn open(&mut self, at: &Swept, nodes: &Nodes, node: usize, (variance, by): (f64, f64)) {
        let (rho, m) = (at.rho[node], at.m[node]);
        let (rho_by, m_by) = (self.rho[node], self.m[node]);
        let mut h = self.out.h.row_mut(node);
        h.scaled_add(rho_by, &at.t.row(node));
        h.scaled_add(rho, &self.t.row(node));
        let (mut spread, mut spread_by, mut down_by) = (0.0, 0.0, Array1::zeros(at.t.ncols()));
        if let Some(parent) = nodes.parent[node] {
            (spread, spread_by) = (at.spread[parent], self.spread[parent]);
            down_by = self.down.row(parent).to_owned();
            h.scaled_add(-m_by, &at.down.row(parent));
            h.scaled_add(-m, &down_by);
        }
        self.out.v[node] = m_by - 2.0 * m * m_by * spread - m * m * spread_by;
        self.spread[node] =
            rho_by * (variance + rho * spread) + rho * (by + rho_by * spread + rho * spread_by);
        down_by.scaled_add(by, &at.h.row(node));
        down_by.scaled_add(variance, &h);
        self.down.row_mut(node).assign(&down_by);
    }
}

/// The effects of a node's level and coarser ones, as the columns of (X, y) add them up: e'E with e = (−β, 1).
pub(super) fn combined(columns: ArrayView1<'_, f64>, beta: ArrayView1<'_, f64>) -> f64 {
    let p = beta.len();
    columns[p] - columns.split_at(Axis(0), p).0.dot(&beta)
}

/// The rows of an area and of one below it, which comes later.
fn pair(
    columns: &mut Array2<f64>,
    parent: usize,
    node: usize,
) -> (ArrayViewMut1<'_, f64>, ArrayViewMut1<'_, f64>) {
    let (above, below) = columns.view_mut().split_at(Axis(0), node);
    (above.index_axis_move(Axis(0), parent), below.index_axis_move(Axis(0), 0))
}
