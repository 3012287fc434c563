//! Mode and value: the Laplace log-likelihood of a panel at a point.

use super::factor::Factor;
use super::layout::Scale;
use super::point::{Evaluated, Point};
use super::problem::PanelProblem;
use super::rows::{Rows, constants};
use crate::estimate::Options;
use crate::family::Family;
use crate::numeric::rows::{LinearPredictor, vectorised};
use crate::numeric::sum::Sum;
use ndarray::Array1;
use pulp::Arch;

/// The log-likelihood with its working memory; nothing is allocated from one evaluation to the next but the gradient.
pub(super) struct Objective<'a> {
    pub problem: &'a PanelProblem,
    pub options: Options,
    pub rows: Rows,
    pub factor: Factor,
    /// Linear predictors without effects.
    pub(super) fixed: Vec<f64>,
    /// Scale of each block.
    pub(super) scales: Vec<f64>,
    /// Right-hand sides and solutions, one number an unknown.
    pub(super) right: Vec<f64>,
    /// Room for the modes of a step that may be given back.
    tried: Vec<f64>,
    /// Variance of each row's linear predictor given the parameters.
    pub variance: Vec<f64>,
}

/// Steps towards the mode that lower the joint density are halved this often.
const HALVINGS: usize = 30;

/// An effect of a smaller scale is at its mode as soon as one of this scale would be.
const LEAST_SCALE: f64 = 0.05;

impl<'a> Objective<'a> {
    pub(super) fn new(problem: &'a PanelProblem, options: &Options) -> Self {
        let (n_rows, n) = (problem.base.n_rows(), problem.layout.n_unknowns);
        Objective {
            problem,
            options: options.clone(),
            rows: Rows::new(n_rows),
            factor: Factor::new(&problem.pattern),
            fixed: vec![0.0; n_rows],
            scales: vec![0.0; problem.layout.blocks.len()],
            right: vec![0.0; n],
            tried: vec![0.0; n],
            variance: vec![0.0; n_rows],
        }
    }

    /// The log-likelihood with its gradient at a point, all constants in; `u` goes in as a first guess and comes out as the mode.
    ///
    /// A value that is not finite says that there is none: numbers overflow, or the mode was not found.
    pub(super) fn evaluate(&mut self, family: Family, point: &Point, u: &mut [f64]) -> Evaluated {
        self.place(point);
        let none = Evaluated { value: f64::NAN, gradient: Array1::zeros(0), magnitude: 0.0 };
        let Some(log_determinant) = self.find_mode(family, point, u) else { return none };
        let mut value = Sum::default();
        self.rows.log_density.iter().for_each(|l| value.add(*l));
        value.add(constants(&self.problem.base, family, point.phi).0);
        value.add(0.5 * self.twice_log_prior(point, u));
        value.add(-0.5 * log_determinant);
        let magnitude = self.problem.base.y.iter().zip(&self.rows.eta).map(|(y, eta)| (y * eta).abs()).sum();
        let gradient = self.gradient(family, point, u);
        Evaluated { value: value.value(), gradient, magnitude }
    }

    fn place(&mut self, point: &Point) {
        for (scale, block) in self.scales.iter_mut().zip(&self.problem.layout.blocks) {
            *scale = match block.scale {
                Scale::Estimated(at) => point.scales[at],
                Scale::Fixed(sd) => sd,
            };
        }
        let (x, start) = (&self.problem.base.x, &self.problem.offset);
        let kernel = LinearPredictor { x, beta: &point.beta, start, out: &mut self.fixed };
        vectorised(Arch::new(), kernel);
    }

    /// Newton for the effects; leaves rows and factor at the mode and gives log|H|.
    fn find_mode(&mut self, family: Family, point: &Point, u: &mut [f64]) -> Option<f64> {
        let mut joint = self.joint(family, point, u);
        if !joint.is_finite() {
            u.fill(0.0);
            joint = self.joint(family, point, u);
        }
        for _ in 0..self.options.mode_iterations {
            self.set_score(point, u);
            self.assemble(point);
            self.factor.factorise(&self.problem.pattern)?;
            self.factor.solve(&self.problem.pattern, &mut self.right);
            let longest = self.longest_step();
            let mut share = (self.options.mode_step_cap / longest).min(1.0);
            self.tried.copy_from_slice(u);
            let slack = self.options.rounding * joint.abs().max(1.0) * 1e2;
            for halving in 0..=HALVINGS {
                for ((u, from), step) in u.iter_mut().zip(&self.tried).zip(&self.right) {
                    *u = from + share * step;
                }
                let there = self.joint(family, point, u);
                if there >= joint - slack {
                    joint = there;
                    break;
                }
                if halving == HALVINGS {
                    return None;
                }
                share *= 0.5;
            }
            if share == 1.0 && longest < self.options.mode_tolerance {
                self.assemble(point);
                return self.factor.factorise(&self.problem.pattern);
            }
        }
        None
    }

    /// Joint log-density of counts and effects, but for constants; leaves the rows at the effects.
    fn joint(&mut self, family: Family, point: &Point, u: &[f64]) -> f64 {
        for (row, eta) in self.rows.eta.iter_mut().enumerate() {
            let effects = self.problem.layout.entries(row).iter();
            *eta = self.fixed[row]
                + effects.map(|at| at.loading(&self.scales) * u[at.unknown as usize]).sum::<f64>();
        }
        self.rows.expand(&self.problem.base, family, point.phi);
        self.rows.log_density.iter().sum::<f64>() + 0.5 * self.twice_log_prior(point, u)
    }

    /// −u'Qu + log|Q|.
    fn twice_log_prior(&self, point: &Point, u: &[f64]) -> f64 {
        let moving = self.problem.chain.as_ref().map_or(0.0, |chain| chain.twice_log_density(point.rho, u));
        moving - self.standing(u)
    }

    /// Σ u² over the independent standard normal effects.
    fn standing(&self, u: &[f64]) -> f64 {
        let blocks = self.problem.layout.blocks.iter().filter(|block| block.is_standard_normal());
        blocks.map(|block| u[block.unknowns.clone()].iter().map(|x| x * x).sum::<f64>()).sum()
    }

    /// The slope of the joint log-density in the effects, into `right`.
    fn set_score(&mut self, point: &Point, u: &[f64]) {
        for block in &self.problem.layout.blocks {
            let pulled = block.is_standard_normal();
            let own = block.unknowns.clone();
            for (right, u) in self.right[own.clone()].iter_mut().zip(&u[own]) {
                *right = if pulled { -u } else { 0.0 };
            }
        }
        if let Some(chain) = &self.problem.chain {
            chain.subtract_pull(point.rho, u, &mut self.right);
        }
        for (row, r) in self.rows.r.iter().enumerate() {
            for at in self.problem.layout.entries(row) {
                self.right[at.unknown as usize] += at.loading(&self.scales) * r;
            }
        }
    }

    /// H = Q + B'WB into the factor's matrix.
    fn assemble(&mut self, point: &Point) {
        let (layout, pattern) = (&self.problem.layout, &self.problem.pattern);
        let matrix = &mut self.factor.matrix;
        matrix.fill(0.0);
        for block in layout.blocks.iter().filter(|block| block.is_standard_normal()) {
            block.unknowns.clone().for_each(|unknown| matrix[pattern.diagonal(unknown)] = 1.0);
        }
        if let Some(chain) = &self.problem.chain {
            chain.add_precision(point.rho, matrix);
        }
        let mut pairs = self.problem.pairs.iter();
        for (row, w) in self.rows.w.iter().enumerate() {
            let entries = layout.entries(row);
            for (a, one) in entries.iter().enumerate() {
                let share = w * one.loading(&self.scales);
                for other in &entries[..=a] {
                    if let Some(&at) = pairs.next() {
                        matrix[at as usize] += share * other.loading(&self.scales);
                    }
                }
            }
        }
    }

    fn longest_step(&self) -> f64 {
        let blocks = self.problem.layout.blocks.iter().zip(&self.scales);
        let longest = blocks.map(|(block, scale)| {
            let step = self.right[block.unknowns.clone()].iter().fold(0.0f64, |m, x| m.max(x.abs()));
            step * scale.abs().max(LEAST_SCALE)
        });
        longest.fold(0.0, f64::max)
    }
}
