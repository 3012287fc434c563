//! Linear functions of the node effects: their variance given the parameters and their answer to the parameters.

use super::posterior::NodePosterior;

/// Sums over nodes, one after the other, each in time linear in the nodes above those that it touches.
#[derive(Debug)]
pub(crate) struct TreeSum<'a> {
    posterior: &'a NodePosterior<'a>,
    /// Q of each node that the sum at hand touches, 0 elsewhere.
    q: Vec<f64>,
    touched: Vec<bool>,
    here: Vec<u32>,
    above: Vec<u32>,
    slope: Vec<f64>,
    /// Q of every node for the sum that others are seen beside; empty where there is none.
    reference: Vec<f64>,
    covariance: f64,
}

impl<'a> TreeSum<'a> {
    pub(crate) fn new(posterior: &'a NodePosterior<'a>) -> Self {
        let n = posterior.nodes.len();
        TreeSum {
            posterior,
            q: vec![0.0; n],
            touched: vec![false; n],
            here: Vec::new(),
            above: Vec::new(),
            slope: vec![0.0; posterior.directions()],
            reference: Vec::new(),
            covariance: 0.0,
        }
    }

    /// t'H⁻¹t, the variance of Σ t_c a_c given the parameters; for nodes of one level, of which one may come more than
    /// once.
    ///
    /// With Q_c = t_c + Σ_children ρQ the sum is Σ Q_c times independent noise of variance υ_c ρ_c.
    pub(crate) fn variance(&mut self, t: impl IntoIterator<Item = (usize, f64)>) -> f64 {
        self.here.clear();
        self.slope.fill(0.0);
        for (node, t) in t {
            if !std::mem::replace(&mut self.touched[node], true) {
                self.here.push(node as u32);
            }
            self.q[node] += t;
        }
        for &node in &self.here {
            let t = self.q[node as usize];
            self.slope
                .iter_mut()
                .zip(self.posterior.tangent(node as usize))
                .for_each(|(sum, a)| *sum += t * a);
        }
        self.climb()
    }

    /// The covariance given the parameters of the last sum with the one that [`TreeSum::beside`] named; 0 without one.
    pub(crate) fn covariance(&self) -> f64 {
        self.covariance
    }

    /// Names the sum that the covariances of those to come are with; returns its variance.
    pub(crate) fn beside(&mut self, t: impl IntoIterator<Item = (usize, f64)>) -> f64 {
        let nodes = &self.posterior.nodes;
        self.reference = vec![0.0; nodes.len()];
        for (node, t) in t {
            self.reference[node] += t;
        }
        let mut variance = 0.0;
        for at in (0..nodes.len()).rev() {
            let (node, t) = (&nodes[at], self.reference[at]);
            variance += node.variance * node.rho * t * t;
            if let Some(parent) = node.parent {
                self.reference[parent as usize] += node.rho * t;
            }
        }
        variance
    }

    /// t'ȧ of the last sum, over (β, υ, φ).
    pub(crate) fn slope(&self) -> &[f64] {
        &self.slope
    }

    fn climb(&mut self) -> f64 {
        let mut variance = 0.0;
        self.covariance = 0.0;
        while !self.here.is_empty() {
            self.above.clear();
            for &node in &self.here {
                let at = &self.posterior.nodes[node as usize];
                let q = std::mem::take(&mut self.q[node as usize]);
                self.touched[node as usize] = false;
                variance += at.variance * at.rho * q * q;
                if let Some(other) = self.reference.get(node as usize) {
                    self.covariance += at.variance * at.rho * q * other;
                }
                let Some(parent) = at.parent else { continue };
                if !std::mem::replace(&mut self.touched[parent as usize], true) {
                    self.above.push(parent);
                }
                self.q[parent as usize] += at.rho * q;
            }
            std::mem::swap(&mut self.here, &mut self.above);
        }
        variance
    }
}
