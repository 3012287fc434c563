//! What the counts of the rows were drawn from, in each draw.

use super::Draw;
use crate::count::{Count, RestrictedCount};
use crate::error::{Error, ErrorKind, Result};
use crate::family::Scatter;
use crate::model::Problem;
use crate::numeric::elementary::exp;
use crate::numeric::rows::{Kernel, LinearPredictor, vectorised};
use pulp::Arch;
use rand::Rng;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Distribution, Gamma};

/// λ_i = exposure · exp(x'β + effects) · g_i of the rows of a problem, with the working memory that draws share.
///
/// The factor of a negative binomial row is Gamma(θ + y, θ + μ) given its count y; of a count known in part y is drawn
/// first, inside what was published.
#[derive(Debug)]
pub(crate) struct RowRates<'a> {
    problem: &'a Problem,
    arch: Arch,
    /// The node of each sorted row at each level; one level of one node where the model has none.
    nodes: Vec<Vec<u32>>,
    /// x'β + offset of the draw at hand, rows sorted.
    fixed: Vec<f64>,
    sorted: Vec<f64>,
}

impl<'a> RowRates<'a> {
    pub(crate) fn new(problem: &'a Problem) -> Self {
        let n = problem.n_rows();
        let parents = problem.nodes.parents();
        let mut nodes = vec![problem.nodes.leaf_of_rows()];
        for _ in 1..problem.nodes.n_levels() {
            let finer = &nodes[nodes.len() - 1];
            nodes.push(finer.iter().map(|&node| parents[node as usize].unwrap_or(node)).collect());
        }
        nodes.reverse();
        RowRates { problem, arch: Arch::new(), nodes, fixed: vec![0.0; n], sorted: vec![0.0; n] }
    }

    /// Writes the rates of a draw, times exposure, along [`Problem::rows`].
    pub(crate) fn rates(&mut self, draw: &Draw, out: &mut [f64]) -> Result<()> {
        self.stand(draw);
        self.means(draw, Some(self.nodes.len() - 1), 0.0);
        if let Scatter::NegBin2 { theta } = draw.parameters.scatter {
            self.scatter(theta, &mut ChaCha12Rng::seed_from_u64(draw.seed))?;
        }
        self.along_rows(out);
        Ok(())
    }

    /// Takes a draw's parameters as those that [`RowRates::expected`] is asked about.
    pub(crate) fn stand(&mut self, draw: &Draw) {
        let (x, start) = (&self.problem.x[..], &self.problem.offset[..]);
        let beta = &draw.parameters.point.beta;
        vectorised(self.arch, LinearPredictor { x, beta, start, out: &mut self.fixed });
    }

    /// The node of each row at each level, along [`Problem::rows`].
    pub(crate) fn nodes_along_rows(&self) -> Vec<Vec<u32>> {
        let along = |sorted: &Vec<u32>| {
            let mut nodes = vec![0; sorted.len()];
            sorted.iter().enumerate().for_each(|(at, &node)| nodes[self.problem.position_of_row(at)] = node);
            nodes
        };
        self.nodes.iter().map(along).collect()
    }

    /// Writes exposure · exp(x'β + effects down to a level + shift) of the draw that it stands at, or whose rates came
    /// last.
    pub(crate) fn expected(&mut self, draw: &Draw, level: Option<usize>, shift: f64, out: &mut [f64]) {
        self.means(draw, level, shift);
        self.along_rows(out);
    }

    fn means(&mut self, draw: &Draw, level: Option<usize>, shift: f64) {
        match level.and_then(|level| self.nodes.get(level)) {
            Some(nodes) => {
                for ((eta, fixed), &node) in self.sorted.iter_mut().zip(&self.fixed).zip(nodes) {
                    *eta = fixed + draw.effects[node as usize] + shift;
                }
            }
            None => self.sorted.iter_mut().zip(&self.fixed).for_each(|(eta, fixed)| *eta = fixed + shift),
        }
        vectorised(self.arch, ExpInPlace(&mut self.sorted));
    }

    fn along_rows(&self, out: &mut [f64]) {
        for (sorted, rate) in self.sorted.iter().enumerate() {
            out[self.problem.position_of_row(sorted)] = *rate;
        }
    }

    fn scatter(&mut self, theta: f64, rng: &mut impl Rng) -> Result<()> {
        let mut coarse = self.problem.coarse.iter().peekable();
        for (row, mean) in self.sorted.iter_mut().enumerate() {
            let y = match coarse.next_if(|coarse| coarse.row == row) {
                None => self.problem.y[row],
                Some(coarse) => drawn(coarse.count, *mean, theta, rng)
                    .map_err(|error| in_row(error, self.problem.caller_row(row)))?,
            };
            let factor = Gamma::new(theta + y, 1.0 / (theta + *mean)).map(|gamma| gamma.sample(rng));
            *mean *= factor.map_err(|_| undrawable(*mean, self.problem.caller_row(row)))?;
        }
        Ok(())
    }
}

fn drawn(published: Count, mean: f64, theta: f64, rng: &mut impl Rng) -> Result<f64> {
    Ok(RestrictedCount::new(published, mean, Scatter::NegBin2 { theta })?.draw(rng)? as f64)
}

#[cold]
fn in_row(error: Error, row: usize) -> Error {
    match error.kind() {
        ErrorKind::Undrawable { mean, .. } => undrawable(*mean, row),
        _ => error,
    }
}

#[cold]
fn undrawable(mean: f64, row: usize) -> Error {
    ErrorKind::Undrawable { mean, rows: vec![row] }.into()
}

struct ExpInPlace<'a>(&'a mut [f64]);

impl Kernel for ExpInPlace<'_> {
    #[inline(always)]
    fn run(self) {
        for x in self.0 {
            *x = exp(*x);
        }
    }
}
