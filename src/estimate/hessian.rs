//! The exact Hessian of the Laplace value: forward tangents of the sweeps, eight directions at a time.

use super::pass::Pass;
use super::scratch::Tangent;
use super::sums::Sums;
use super::vectors::LeafVectors;
use crate::family::CountFamily;
use crate::numeric::rows::{Kernel, LANES, Lanes, WeightedRows, add_outer, vectorised};

const ZERO: Lanes = [0.0; LANES];

/// The eight directions of one block: which of β, υ and φ they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    /// First direction of the block.
    pub start: usize,
    /// Number of coefficients; directions from here on are variances, then φ.
    pub p: usize,
    /// Number of variances.
    pub n_variances: usize,
}

impl Block {
    /// The lane of the variance of `level`, if it lies in this block.
    fn variance_lane(&self, level: usize) -> Option<usize> {
        let direction = self.p + level;
        (level < self.n_variances && (self.start..self.start + LANES).contains(&direction))
            .then(|| direction - self.start)
    }

    /// The lane of φ, if it lies in this block.
    fn phi_lane(&self) -> Option<usize> {
        let direction = self.p + self.n_variances;
        (self.start..self.start + LANES).contains(&direction).then(|| direction - self.start)
    }

    fn has_beta(&self) -> bool {
        self.start < self.p
    }
}

/// Eight columns of the Hessian.
struct Columns<'a, 'p, F> {
    pass: &'a mut Pass<'p, F>,
    block: Block,
    out: &'a mut [Lanes],
}

impl<F: CountFamily> Kernel for Columns<'_, '_, F> {
    #[inline(always)]
    fn run(self) {
        self.pass.tangent_of_mode(self.block);
        self.pass.tangent_of_precision(self.block);
        self.pass.tangent_of_adjoint(self.block);
        self.pass.add_block(self.block, self.out);
    }
}

impl<F: CountFamily> Pass<'_, F> {
    /// Adds the subtree's share of the Hessian.
    pub(super) fn add_hessian(&mut self, sums: &mut Sums) {
        self.weigh_rows(|at, v, s| at.w + 0.5 * (v * at.d - s * at.c));
        let (rows, p) = (self.subtree.rows(), self.problem.n_terms());
        let x = &self.problem.x[rows.start * p..rows.end * p];
        self.scratch.gram.add(self.scratch.arch, x, &self.scratch.rows.weight[..rows.len()]);
        if F::HAS_THETA {
            self.weigh_rows_phi();
            let weights = &self.scratch.rows.weight[..rows.len()];
            vectorised(self.scratch.arch, WeightedRows { x, weights, out: &mut sums.h_beta_phi });
        }
        self.sum_leaf_vectors();
        for (number, out) in sums.blocks.iter_mut().enumerate() {
            let block = Block { start: number * LANES, p, n_variances: self.problem.n_variances() };
            vectorised(self.scratch.arch, Columns { pass: self, block, out });
        }
    }

    fn weigh_rows_phi(&mut self) {
        for leaf in 0..self.subtree.n_leaves() {
            let node = self.scratch.nodes[self.leaf_node(leaf)];
            let rows = &mut self.scratch.rows;
            for i in self.subtree.leaf_rows(leaf) {
                rows.weight[i] = rows.r_phi[i] - 0.5 * (node.v * rows.c_phi[i] - node.s * rows.w_phi[i]);
            }
        }
    }

    /// ȧ: Z up, then ȧ = ρ(υZ + δ + ȧ_p), with δ = R in the direction of the node's own variance.
    #[inline(always)]
    pub(super) fn tangent_of_mode(&mut self, block: Block) {
        let n = self.subtree.n_nodes();
        self.scratch.tangents[..self.subtree.first_leaf()].iter_mut().for_each(|t| t.a = ZERO);
        for leaf in 0..self.subtree.n_leaves() {
            let mut source = ZERO;
            if block.has_beta() {
                let tw = self.leaf_vectors(leaf).lanes_w(block.start);
                for l in 0..LANES {
                    source[l] = -tw[l];
                }
            }
            if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
                source[lane] = self.scratch.leaves[leaf].r_phi;
            }
            let at = self.leaf_node(leaf);
            self.scratch.tangents[at].a = source;
        }
        for at in (1..n).rev() {
            let node = self.scratch.nodes[at];
            let own = self.scratch.tangents[at].a;
            let lane = block.variance_lane(self.subtree.level[at] as usize);
            let parent = &mut self.scratch.tangents[self.subtree.parent[at] as usize].a;
            for l in 0..LANES {
                parent[l] += node.rho * own[l];
            }
            if let Some(lane) = lane {
                parent[lane] -= node.m * node.score;
            }
        }
        for at in 0..n {
            let above = self.parent(at).map_or(ZERO, |parent| self.scratch.tangents[parent].a);
            let (node, variance) = (self.scratch.nodes[at], self.variance(at));
            let lane = block.variance_lane(self.subtree.level[at] as usize);
            let own = &mut self.scratch.tangents[at].a;
            for l in 0..LANES {
                own[l] = node.rho * (variance * own[l] + above[l]);
            }
            if let Some(lane) = lane {
                own[lane] += node.rho * node.score;
            }
        }
    }

    /// Ṡ and Ṙ up, then V̇ down.
    #[inline(always)]
    fn tangent_of_precision(&mut self, block: Block) {
        let n = self.subtree.n_nodes();
        for tangent in &mut self.scratch.tangents[..self.subtree.first_leaf()] {
            (tangent.s_info, tangent.score) = (ZERO, ZERO);
        }
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let sum = self.scratch.leaves[leaf];
            let (mut tw, mut tc) = (ZERO, ZERO);
            if block.has_beta() {
                let vectors = self.leaf_vectors(leaf);
                (tw, tc) = (vectors.lanes_w(block.start), vectors.lanes_c(block.start));
            }
            let tangent = &mut self.scratch.tangents[at];
            for l in 0..LANES {
                tangent.s_info[l] = tc[l] + sum.c * tangent.a[l];
                tangent.score[l] = -tw[l] - sum.w * tangent.a[l];
            }
            if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
                tangent.s_info[lane] += sum.w_phi;
                tangent.score[lane] += sum.r_phi;
            }
        }
        for at in (1..n).rev() {
            let m_dot = self.m_dot(at, block);
            let score = self.scratch.tangents[at].score;
            let parent = &mut self.scratch.tangents[self.subtree.parent[at] as usize];
            for l in 0..LANES {
                parent.s_info[l] += m_dot[l];
                parent.score[l] += score[l];
            }
        }
        for at in 0..n {
            let (node, variance, rho_dot) =
                (self.scratch.nodes[at], self.variance(at), self.rho_dot(at, block));
            let (v_above, dot_above) = self.parent(at).map_or((0.0, ZERO), |parent| {
                (self.scratch.nodes[parent].v, self.scratch.tangents[parent].v)
            });
            let lane = block.variance_lane(self.subtree.level[at] as usize);
            let own = &mut self.scratch.tangents[at].v;
            for l in 0..LANES {
                own[l] =
                    rho_dot[l] * (variance + 2.0 * node.rho * v_above) + node.rho * node.rho * dot_above[l];
            }
            if let Some(lane) = lane {
                own[lane] += node.rho;
            }
        }
    }

    /// Q̇ up, then ṡ down.
    #[inline(always)]
    fn tangent_of_adjoint(&mut self, block: Block) {
        let n = self.subtree.n_nodes();
        self.scratch.tangents[..self.subtree.first_leaf()].iter_mut().for_each(|t| t.q = ZERO);
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (node, sum) = (self.scratch.nodes[at], self.scratch.leaves[leaf]);
            let td = if block.has_beta() { self.leaf_vectors(leaf).lanes_d(block.start) } else { ZERO };
            let tangent = &mut self.scratch.tangents[at];
            for l in 0..LANES {
                tangent.q[l] = tangent.v[l] * sum.c + node.v * (td[l] + sum.d * tangent.a[l]);
            }
            if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
                tangent.q[lane] += node.v * sum.c_phi;
            }
        }
        for at in (1..n).rev() {
            let (node, rho_dot, q_dot) =
                (self.scratch.nodes[at], self.rho_dot(at, block), self.scratch.tangents[at].q);
            let parent = &mut self.scratch.tangents[self.subtree.parent[at] as usize];
            for l in 0..LANES {
                parent.q[l] += rho_dot[l] * node.q + node.rho * q_dot[l];
            }
        }
        for at in 0..n {
            let (node, variance, rho_dot) =
                (self.scratch.nodes[at], self.variance(at), self.rho_dot(at, block));
            let (s_above, dot_above) = self.parent(at).map_or((0.0, ZERO), |parent| {
                (self.scratch.nodes[parent].s, self.scratch.tangents[parent].s)
            });
            let lane = block.variance_lane(self.subtree.level[at] as usize);
            let tangent = &mut self.scratch.tangents[at];
            for l in 0..LANES {
                tangent.s[l] = rho_dot[l] * (variance * node.q + s_above)
                    + node.rho * (variance * tangent.q[l] + dot_above[l]);
            }
            if let Some(lane) = lane {
                tangent.s[lane] += node.rho * node.q;
            }
        }
    }

    /// ṁ = ρ²Ṡ − m² dυ.
    #[inline(always)]
    fn m_dot(&self, at: usize, block: Block) -> Lanes {
        let (node, tangent) = (&self.scratch.nodes[at], &self.scratch.tangents[at]);
        let mut m_dot = ZERO;
        for l in 0..LANES {
            m_dot[l] = node.rho * node.rho * tangent.s_info[l];
        }
        if let Some(lane) = block.variance_lane(self.subtree.level[at] as usize) {
            m_dot[lane] -= node.m * node.m;
        }
        m_dot
    }

    /// ρ̇ = −ρ²(υṠ + S dυ).
    #[inline(always)]
    fn rho_dot(&self, at: usize, block: Block) -> Lanes {
        let (node, tangent, variance) =
            (&self.scratch.nodes[at], &self.scratch.tangents[at], self.variance(at));
        let mut rho_dot = ZERO;
        for l in 0..LANES {
            rho_dot[l] = -node.rho * node.rho * variance * tangent.s_info[l];
        }
        if let Some(lane) = block.variance_lane(self.subtree.level[at] as usize) {
            rho_dot[lane] -= node.rho * node.m;
        }
        rho_dot
    }

    /// Adds this block's columns of the Hessian, but for −Σ xx'[w + ½(Vd − sc)] and the rows' share of β by φ.
    #[inline(always)]
    fn add_block(&mut self, block: Block, out: &mut [Lanes]) {
        let (p, n_variances) = (block.p, block.n_variances);
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (node, tangent) = (self.scratch.nodes[at], self.scratch.tangents[at]);
            self.leaf_vectors(leaf).add_outer(&node, &tangent, &mut out[..p]);
        }
        for at in 0..self.subtree.n_nodes() {
            let level = self.subtree.level[at] as usize;
            if level < n_variances {
                self.add_variance_row(at, block, &mut out[p + level]);
            }
        }
        if let (true, Some(lane)) = (F::HAS_THETA, block.phi_lane()) {
            out[p + n_variances][lane] += self.phi_phi(lane);
        }
    }

    /// H_υk = ½ Σ [2RṘ − ṁ + 2mṁV_p + m²V̇_p − Ṙk − Rk̇].
    #[inline(always)]
    fn add_variance_row(&self, at: usize, block: Block, out: &mut Lanes) {
        let (node, tangent) = (&self.scratch.nodes[at], &self.scratch.tangents[at]);
        let (m_dot, rho_dot) = (self.m_dot(at, block), self.rho_dot(at, block));
        let (v_above, s_above, above) = match self.parent(at) {
            Some(parent) => {
                let node = &self.scratch.nodes[parent];
                (node.v, node.s, self.scratch.tangents[parent])
            }
            None => (0.0, 0.0, Tangent::default()),
        };
        for l in 0..LANES {
            let k_dot =
                rho_dot[l] * node.q + node.rho * tangent.q[l] - m_dot[l] * s_above - node.m * above.s[l];
            let information = 2.0 * node.m * m_dot[l] * v_above + node.m * node.m * above.v[l] - m_dot[l];
            let score = 2.0 * node.score * tangent.score[l] - tangent.score[l] * node.k - node.score * k_dot;
            out[l] += 0.5 * (information + score);
        }
    }

    /// H_φφ without its constants.
    #[inline(always)]
    fn phi_phi(&self, lane: usize) -> f64 {
        let mut total = 0.0;
        for leaf in 0..self.subtree.n_leaves() {
            let at = self.leaf_node(leaf);
            let (sum, node, t) =
                (&self.scratch.leaves[leaf], &self.scratch.nodes[at], &self.scratch.tangents[at]);
            let a = t.a[lane];
            let curvature = t.v[lane] * sum.w_phi + node.v * (sum.w_phi_phi + sum.c_phi * a);
            let skewness = t.s[lane] * sum.r_phi + node.s * (sum.r_phi_phi - sum.w_phi * a);
            total += sum.l_phi_phi + sum.r_phi * a - 0.5 * (curvature + skewness);
        }
        total
    }
}

impl LeafVectors<'_> {
    /// −[T^w + ½(V T^d − s T^c)]ȧ − ½T^c V̇ + ½T^w ṡ, the leaf's share of H_βk.
    #[inline(always)]
    fn add_outer(&self, node: &super::scratch::Node, tangent: &Tangent, out: &mut [Lanes]) {
        let (mut by_w, mut by_c, mut by_d) = (ZERO, ZERO, ZERO);
        for l in 0..LANES {
            by_w[l] = 0.5 * tangent.s[l] - tangent.a[l];
            by_c[l] = 0.5 * (node.s * tangent.a[l] - tangent.v[l]);
            by_d[l] = -0.5 * node.v * tangent.a[l];
        }
        match *self {
            LeafVectors::Shared { t, w, c, d } => {
                let mut all = ZERO;
                for l in 0..LANES {
                    all[l] = w * by_w[l] + c * by_c[l] + d * by_d[l];
                }
                add_outer(t, &all, out);
            }
            LeafVectors::Separate { tw, tc, td } => {
                add_outer(tw, &by_w, out);
                add_outer(tc, &by_c, out);
                add_outer(td, &by_d, out);
            }
        }
    }
}
