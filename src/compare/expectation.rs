//! What the Gaussian model expects of the rows of its design, with a response or without.

use super::fit::LinearFit;
use super::sweep::combined;
use crate::error::Result;
use ndarray::Axis;

/// Expectations of all rows of a design, in its order, in units of the response.
#[derive(Debug, Clone)]
pub struct LinearExpectation<'a> {
    fit: &'a LinearFit,
    fixed: Vec<f64>,
}

impl LinearFit {
    /// Expectations of the rows of the design, those without a response by their areas' effects.
    pub fn expectation(&self) -> LinearExpectation<'_> {
        let fixed = self.inside.x.dot(&self.inside.beta) + self.inside.centre;
        LinearExpectation { fit: self, fixed: fixed.to_vec() }
    }
}

impl LinearExpectation<'_> {
    /// Positions of the rows in the caller's table; all columns here follow them.
    pub fn rows(&self) -> &[usize] {
        &self.fit.inside.rows
    }

    /// x'β: a typical area with these determinants.
    pub fn fixed_part(&self) -> &[f64] {
        &self.fixed
    }

    /// x'β + the effects of the row's areas down to `level`.
    ///
    /// Fails where the model has no random intercept at the level.
    pub fn given(&self, level: &str) -> Result<Vec<f64>> {
        Ok(self.down_to(self.fit.position_of_level(level)?))
    }

    /// x'β + the effects of all the row's areas; what SCP publishes as expected use.
    pub fn conditional(&self) -> Vec<f64> {
        match self.fit.levels().len().checked_sub(1) {
            Some(last) => self.down_to(last),
            None => self.fixed.clone(),
        }
    }

    /// Standard errors of [`LinearExpectation::conditional`], from coefficients and effects; the variances are taken as
    /// estimated.
    pub fn conditional_errors(&self) -> Vec<f64> {
        let inside = &self.fit.inside;
        let p = inside.beta.len();
        let error = |row: usize| {
            let mut x = inside.x.row(row).to_owned();
            let mut spread = 0.0;
            if let Some(node) = inside.nodes.leaf(row) {
                x -= &inside.swept.down.row(node).split_at(Axis(0), p).0;
                spread = inside.swept.spread[node];
            }
            (inside.sigma2 * spread + x.dot(&inside.covariance.dot(&x))).sqrt()
        };
        (0..self.fixed.len()).map(error).collect()
    }

    fn down_to(&self, l: usize) -> Vec<f64> {
        let inside = &self.fit.inside;
        let effects = |row: usize| {
            let node = inside.nodes.leaf(row).map(|leaf| inside.nodes.up_to(leaf, l));
            node.map_or(0.0, |node| combined(inside.swept.down.row(node), inside.beta.view()))
        };
        self.fixed.iter().enumerate().map(|(row, fixed)| fixed + effects(row)).collect()
    }
}
