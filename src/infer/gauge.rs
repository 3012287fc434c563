//! How good Laplace's approximation is on the table at hand.

use super::covariance::Information;
use super::parameter::Parameter;
use crate::estimate::{Coordinate, Estimate, Objective, Options};
use crate::family::Family;
use crate::model::{LevelAreas, Problem};
use ndarray::{Array2, ArrayView1};
use serde::{Deserialize, Serialize};

/// ε, the next term of the expansion that Laplace's approximation breaks off, and how far it would move the estimates.
///
/// Small steps say that Laplace is good enough here; steps that matter beside a standard error call for
/// [`crate::estimator::SecondOrder`] or the exact likelihood. Sources: Shun & McCullagh 1995, JRSSB 57:749; Raudenbush,
/// Yang & Yosef 2000, JCGS 9:141.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Gauge {
    /// ε at the maximum: about the error of the log-likelihood, exact less Laplace.
    pub epsilon: f64,
    /// The implied step (−H)⁻¹∇ε of every parameter that is free to move: coefficients, standard deviations above 0, θ.
    pub steps: Vec<ImpliedStep>,
    /// The largest of them, either way.
    pub largest: ImpliedStep,
    /// Each area of the model's coarsest level with its share, in the order of the tree: where Laplace is poor. Empty where
    /// the model has no level of areas.
    pub areas: Vec<AreaGauge>,
}

/// Where one parameter would go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImpliedStep {
    /// The parameter.
    pub parameter: Parameter,
    /// From Laplace's estimate to that with ε, to first order, in the parameter's standard errors; upwards above 0.
    pub std_errors: f64,
}

/// One area's share of ε and of the implied step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaGauge {
    /// Codes from the coarsest level of the tree down to the area.
    pub path: Vec<String>,
    /// Its share of ε.
    pub epsilon: f64,
    /// Its largest contribution to the step of a parameter.
    pub largest: ImpliedStep,
}

impl Gauge {
    /// The step of a parameter; `None` for one that is not free to move, at the edge of its space.
    pub fn step(&self, parameter: &Parameter) -> Option<f64> {
        self.steps.iter().find(|step| step.parameter == *parameter).map(|step| step.std_errors)
    }
}

impl AreaGauge {
    /// The area's own code.
    pub fn code(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}

impl Problem {
    /// The gauge of a Laplace maximum.
    pub(super) fn gauge(&self, estimate: &Estimate, information: &Information, options: &Options) -> Gauge {
        let steps = Steps::new(self, estimate, information);
        let roots = self.root_paths();
        let (mut epsilon, mut gradient) = (0.0, vec![0.0; steps.from_gradient.ncols()]);
        let mut areas = Vec::with_capacity(roots.len());
        let mut roots = roots.into_iter();
        let at = &estimate.position;
        let mut objective = Objective::new(self, options);
        objective.each_epsilon(estimate.family, &at.point, &at.effects, |share| {
            epsilon += share.value;
            gradient.iter_mut().zip(&share.gradient).for_each(|(sum, part)| *sum += part);
            if let Some(path) = roots.next() {
                let largest = steps.largest(&share.gradient);
                areas.push(AreaGauge { path, epsilon: share.value, largest });
            }
        });
        Gauge { epsilon, steps: steps.of(&gradient), largest: steps.largest(&gradient), areas }
    }

    /// The areas of the model's coarsest level, one per root subtree; none where that is the rows.
    fn root_paths(&self) -> Vec<Vec<String>> {
        match self.model_levels().first().map(|level| level.areas) {
            None | Some(LevelAreas::Rows) => Vec::new(),
            Some(areas) => {
                let roots = self.nodes.areas().filter(|(level, _)| *level == 0);
                roots.map(|(_, area)| self.area_path(areas, area)).collect()
            }
        }
    }
}

/// From gradients over (β, υ, φ) to steps in standard errors.
struct Steps {
    free: Vec<Parameter>,
    from_gradient: Array2<f64>,
}

impl Steps {
    fn new(problem: &Problem, estimate: &Estimate, information: &Information) -> Self {
        let in_pass_units = &information.in_pass_units;
        let (p, back) = (problem.n_terms(), problem.standard.back());
        let units = Array2::from_shape_fn(in_pass_units.raw_dim(), |(i, j)| match (i < p && j < p, i == j) {
            (true, _) => back[[i, j]],
            (false, same) => f64::from(u8::from(same)),
        });
        let moved = units.dot(in_pass_units);
        let pinned = |k: usize| {
            k.checked_sub(p).and_then(|level| estimate.coordinates.get(level)) == Some(&Coordinate::Pinned)
        };
        let parameters = problem.parameters().into_iter().enumerate();
        let known = parameters.filter(|(k, parameter)| {
            !pinned(*k) && (*parameter != Parameter::Theta || estimate.family == Family::NegBin2)
        });
        let (positions, free): (Vec<usize>, Vec<Parameter>) = known.unzip();
        let from_gradient = Array2::from_shape_fn((free.len(), moved.ncols()), |(a, j)| {
            let i = positions[a];
            moved[[i, j]] / moved.row(i).dot(&units.row(i)).sqrt()
        });
        Steps { free, from_gradient }
    }

    fn of(&self, gradient: &[f64]) -> Vec<ImpliedStep> {
        let steps = self.from_gradient.dot(&ArrayView1::from(gradient));
        let named = self.free.iter().zip(steps);
        named
            .map(|(parameter, std_errors)| ImpliedStep { parameter: parameter.clone(), std_errors })
            .collect()
    }

    fn largest(&self, gradient: &[f64]) -> ImpliedStep {
        let steps = self.from_gradient.rows().into_iter().map(|row| row.dot(&ArrayView1::from(gradient)));
        let first = (0, 0.0f64);
        let larger =
            |best: (usize, f64), step: (usize, f64)| if step.1.abs() > best.1.abs() { step } else { best };
        let (at, std_errors) = steps.enumerate().fold(first, larger);
        ImpliedStep { parameter: self.free[at].clone(), std_errors }
    }
}
