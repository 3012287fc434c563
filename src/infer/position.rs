//! A fit as a point of its problem again: where warm starts and draws begin.

use super::fit::Fit;
use super::variance::Dispersion;
use crate::error::{ErrorKind, Result};
use crate::estimate::Point;
use crate::model::Problem;

impl Problem {
    /// The parameters and node effects of a fit with the same terms, levels and areas.
    pub(crate) fn position_of(&self, fit: &Fit) -> Result<(Point, Vec<f64>)> {
        let terms = fit.coefficients().iter().map(|c| &c.term);
        let levels = fit.levels().iter().map(|level| level.level.as_str());
        let sizes = fit.levels().iter().map(|level| level.n_areas);
        let alike = terms.eq(self.terms())
            && levels.eq(self.levels())
            && sizes.eq((0..self.n_variances()).map(|level| self.nodes.n_areas(level)))
            && fit.family() == self.family();
        if !alike {
            let message = "the fit is of another model or of other areas than this problem".into();
            return Err(ErrorKind::Specification { message }.into());
        }
        let coefficients: Vec<f64> = fit.coefficients().iter().map(|c| c.estimate).collect();
        let variances: Vec<f64> = fit.levels().iter().map(|level| level.sd.variance()).collect();
        let theta = match fit.dispersion() {
            Dispersion::NegBin2 { theta, .. } => theta,
            Dispersion::Poisson | Dispersion::PoissonLimit { .. } => f64::INFINITY,
        };
        Ok((self.point(&coefficients, variances, theta.ln()), self.cumulative_effects(fit)?))
    }

    /// A point of the passes from parameters in the caller's units.
    pub(crate) fn point(&self, coefficients: &[f64], mut variances: Vec<f64>, phi: f64) -> Point {
        if variances.is_empty() {
            variances.push(0.0);
        }
        Point { beta: self.standard.in_standard_units(coefficients), variances, phi }
    }

    /// a = b + a_parent of every node, from the effects b of the fit's areas.
    fn cumulative_effects(&self, fit: &Fit) -> Result<Vec<f64>> {
        let mut effects = vec![0.0; self.nodes.n_nodes()];
        for (level, known) in fit.levels().iter().enumerate() {
            let of_level = fit.area_effects(&known.level)?;
            let mut areas: Vec<(u32, usize)> = Vec::with_capacity(of_level.len());
            let nodes = self.nodes.areas().enumerate().filter(|(_, (l, _))| *l == level);
            areas.extend(nodes.map(|(node, (_, area))| (area, node)));
            areas.sort_unstable();
            areas.iter().zip(of_level).for_each(|((_, node), area)| effects[*node] = area.effect);
        }
        for tree in self.nodes.subtrees() {
            for node in 1..tree.n_nodes() {
                let parent = tree.first_node + tree.parent[node] as usize;
                effects[tree.first_node + node] += effects[parent];
            }
        }
        Ok(effects)
    }
}
