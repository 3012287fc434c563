//! Draws of the node effects at other parameters than the maximum, without looking for their mode again.

use super::point::Point;
use super::posterior::NodePosterior;
use crate::numeric::rows::{LinearPredictor, vectorised};
use pulp::Arch;
use rand::Rng;
use rand_distr::{Distribution, StandardNormal};

/// Draws at many points near the maximum, with the working memory that they share.
///
/// The leaves' log-likelihoods are taken as their second-order expansions at the maximum; with those the effects are
/// exactly normal at any variances, and drawn so: z and S up, effects down. Near the maximum the mean moves along the
/// tangents ȧ; far from it, where a variance is doubled or leaves 0, it stays bounded as the mode does.
#[derive(Debug)]
pub(crate) struct DrawsAt<'a> {
    posterior: &'a NodePosterior<'a>,
    arch: Arch,
    change: Vec<f64>,
    zeros: Vec<f64>,
    nodes: Vec<Message>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Message {
    information: f64,
    /// Information times mean.
    z: f64,
}

impl<'a> DrawsAt<'a> {
    pub(crate) fn new(posterior: &'a NodePosterior<'a>) -> Self {
        let n_rows = posterior.rows.len();
        DrawsAt {
            posterior,
            arch: Arch::new(),
            change: vec![0.0; n_rows],
            zeros: vec![0.0; n_rows],
            nodes: vec![Message::default(); posterior.nodes.len()],
        }
    }

    /// Cumulative effects of all nodes at a point.
    pub(crate) fn draw(&mut self, point: &Point, rng: &mut (impl Rng + ?Sized)) -> Vec<f64> {
        self.with_noise(point, || StandardNormal.sample(rng))
    }

    /// The same with noise from elsewhere, independent and standard normal where they are to be draws.
    pub(crate) fn with_noise(&mut self, point: &Point, noise: impl FnMut() -> f64) -> Vec<f64> {
        self.expand(point);
        self.messages_up(point);
        self.effects_down(point, noise)
    }

    /// What the data say of the nodes at a point: other modes, variances and ρ, and as tangents those along some
    /// changes of β.
    pub(crate) fn moved(&mut self, point: &Point, changes: &[Vec<f64>]) -> NodePosterior<'a> {
        let modes = self.with_noise(point, || 0.0);
        let mut moved = self.posterior.clone();
        moved.point = point.clone();
        for (at, (&mode, message)) in modes.iter().zip(&self.nodes).enumerate() {
            let above = moved.nodes[at].parent.map_or(0.0, |parent| moved.nodes[parent as usize].v);
            let node = &mut moved.nodes[at];
            node.mode = mode;
            node.variance = point.variances[node.level as usize];
            node.rho = 1.0 / (1.0 + node.variance * message.information);
            node.v = node.rho * (node.variance + node.rho * above);
        }
        moved.directions = changes.len();
        moved.tangents = vec![0.0; changes.len() * modes.len()];
        for (direction, change) in changes.iter().enumerate() {
            let beta = point.beta.iter().zip(change).map(|(beta, change)| beta + change).collect();
            let there = self.with_noise(&Point { beta, ..point.clone() }, || 0.0);
            let tangents = moved.tangents.iter_mut().skip(direction).step_by(changes.len());
            // the modes are linear in β here
            tangents
                .zip(there.iter().zip(&modes))
                .for_each(|(tangent, (there, here))| *tangent = there - here);
        }
        moved
    }

    /// S and z of the leaves: the score moves by −w x'Δβ and r_φ Δφ.
    fn expand(&mut self, point: &Point) {
        let at = self.posterior;
        let beta: Vec<f64> = point.beta.iter().zip(&at.point.beta).map(|(new, old)| new - old).collect();
        let (x, start) = (&at.problem.x[..], &self.zeros[..]);
        vectorised(self.arch, LinearPredictor { x, beta: &beta, start, out: &mut self.change });
        let by_phi = if at.directions() > at.problem.n_terms() + at.problem.n_variances() {
            point.phi - at.point.phi
        } else {
            0.0
        };
        for (message, node) in self.nodes.iter_mut().zip(&at.nodes) {
            let z = node.score + node.information * node.mode + node.score_phi * by_phi;
            *message = Message { information: node.information, z };
        }
        for (row, change) in at.rows.iter().zip(&self.change) {
            self.nodes[row.leaf as usize].z -= row.information * change;
        }
    }

    fn messages_up(&mut self, point: &Point) {
        for (at, node) in self.posterior.nodes.iter().enumerate().rev() {
            let Message { information, z } = self.nodes[at];
            let rho = 1.0 / (1.0 + point.variances[node.level as usize] * information);
            if let Some(parent) = node.parent {
                let parent = &mut self.nodes[parent as usize];
                parent.information += rho * information;
                parent.z += rho * z;
            }
        }
    }

    fn effects_down(&self, point: &Point, mut noise: impl FnMut() -> f64) -> Vec<f64> {
        let mut drawn: Vec<f64> = Vec::with_capacity(self.nodes.len());
        for (node, message) in self.posterior.nodes.iter().zip(&self.nodes) {
            let variance = point.variances[node.level as usize];
            let rho = 1.0 / (1.0 + variance * message.information);
            let above = node.parent.map_or(0.0, |parent| drawn[parent as usize]);
            drawn.push(rho * (variance * message.z + above) + (variance * rho).sqrt() * noise());
        }
        drawn
    }
}
