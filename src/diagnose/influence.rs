//! What each area does to the estimates: the fit without it, by one Newton step.

use crate::error::Result;
use crate::estimate::{Coordinate, Derivatives, DropRight, Objective, Options, Order, Point, System, choose};
use crate::family::Family;
use crate::infer::{Fit, StandardDeviation};
use crate::model::Problem;
use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};
use std::ops::Range;

/// How far the estimates would move if an area were left out, area by area.
///
/// The marginal likelihood of the rest is known exactly, derivatives included: that of the other root areas, and of the
/// area's own root with its rows forgotten. From the fit's maximum one Newton step with the rest's own gradient and
/// Hessian leads close to the maximum of the rest:
///
/// ```text
/// ψ(−A) ≈ ψ̂ + (−H(−A))⁻¹ g(−A)
/// ```
///
/// over coefficients, variances and log θ, each variance in the coordinate in which a fit would step it: its log sd where
/// the rest speaks for it, the variance itself or 0 where it does not. A standard deviation of 0 stays 0. All areas of a
/// level cost as many passes over their roots' rows as a root has areas. Source: Cook 1977, Technometrics 19:15; Xiang, Tse & Lee 2002, Statist. Med. 21:
/// 3015 (one step in mixed models).
#[derive(Debug, Clone, PartialEq)]
pub struct Influence {
    /// The level whose areas were left out.
    pub level: String,
    /// Names of the parameters: the terms, `sd(level)` for each sd above 0, `log theta`.
    pub parameters: Vec<String>,
    /// One per area, in the order of [`Fit::area_effects`].
    pub areas: Vec<AreaInfluence>,
    /// Areas without which the rest does not say where the maximum is, by their paths: they alone hold some determinant
    /// apart. They are not among `areas`.
    pub decisive: Vec<Vec<String>>,
}

/// What one area does.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaInfluence {
    /// Codes from the coarsest level down; the row's number, from 1, for a row.
    pub path: Vec<String>,
    /// Number of its rows.
    pub n_rows: usize,
    /// Estimate without the area less estimate with it, of each parameter, in standard errors of the fit.
    pub change: Vec<f64>,
    /// Cook's distance Δ'(−H)Δ/k over all k parameters: 1 moves the estimates to the edge of a region that holds them with
    /// about 40 to 50 % confidence.
    pub distance: f64,
}

impl Fit {
    /// The influence of every area of a level, or of every row (level `row` of a model with row effects).
    ///
    /// Fails where the problem is not the fit's, and where the level has no random intercept.
    pub fn influence(&self, problem: &Problem, level: &str) -> Result<Influence> {
        self.refuse_other(problem)?;
        self.refuse_unless_laplace("influences")?;
        let at_level = problem.model_level(level)?;
        let whole = Whole::new(self, problem)?;
        let nodes = problem.nodes_of_level(at_level);
        let mut of_nodes: Vec<Option<(usize, Option<Moved>)>> = vec![None; problem.nodes.n_nodes()];
        for (root, subtree) in problem.nodes.subtrees().enumerate() {
            let areas = subtree.rows_of_nodes(at_level);
            let effects = &whole.effects[subtree.first_node..subtree.first_node + subtree.n_nodes()];
            let piece = Piece { whole: &whole, problem: problem.of_root(root), effects };
            for ((node, rows), rest) in areas.iter().zip(piece.rests(&areas)) {
                of_nodes[subtree.first_node + node] = Some((rows.len(), whole.moved(&rest)));
            }
        }
        let mut influence = Influence {
            level: level.into(),
            parameters: self
                .covariance()
                .names
                .iter()
                .map(|name| name.replacen("log sd(", "sd(", 1))
                .collect(),
            areas: Vec::with_capacity(nodes.len()),
            decisive: Vec::new(),
        };
        for (node, area) in nodes.into_iter().zip(self.area_effects(level)?) {
            let path = area.path.clone();
            match of_nodes[node].take() {
                Some((n_rows, Some(Moved { change, distance }))) => {
                    influence.areas.push(AreaInfluence { path, n_rows, change, distance });
                }
                _ => influence.decisive.push(path),
            }
        }
        Ok(influence)
    }
}

/// The fit at its maximum.
struct Whole {
    family: Family,
    point: Point,
    effects: Vec<f64>,
    coordinates: Vec<Coordinate>,
    derivatives: Derivatives,
    information: Array2<f64>,
    /// From changes in the units of the passes to those of the caller.
    back: Array2<f64>,
    std_errors: Array1<f64>,
}

/// A share of the information about a coefficient that rounding alone may leave.
const ROUNDING: f64 = 1e-9;

/// Where one step leads, in standard errors, and how far that is.
#[derive(Debug, Clone)]
struct Moved {
    change: Vec<f64>,
    distance: f64,
}

impl Whole {
    fn new(fit: &Fit, problem: &Problem) -> Result<Self> {
        let (_, mut effects) = problem.position_of(fit)?;
        let at = fit.at_estimate(problem)?;
        let coordinate = |sd: StandardDeviation| match sd {
            StandardDeviation::Zero { .. } => Coordinate::Pinned,
            StandardDeviation::Positive { .. } => Coordinate::LogSd,
        };
        let coordinates: Vec<Coordinate> = fit.levels().iter().map(|level| coordinate(level.sd)).collect();
        let derivatives = evaluate(problem, at.family, &at.point, &mut effects);
        let system = System::new(&derivatives, &at.point, &coordinates);
        let information = -system.hessian;
        let (p, standard) = (problem.n_terms(), problem.standard.back());
        let back = Array2::from_shape_fn(information.raw_dim(), |(i, j)| match (i < p && j < p, i == j) {
            (true, _) => standard[[i, j]],
            (false, same) => f64::from(u8::from(same)),
        });
        let std_errors = fit.covariance().matrix.diag().mapv(f64::sqrt);
        let (family, point) = (at.family, at.point);
        Ok(Whole { family, point, effects, coordinates, derivatives, information, back, std_errors })
    }

    /// One Newton step of the rest; none where the rest's likelihood is no hill.
    fn moved(&self, rest: &Rest) -> Option<Moved> {
        let derivatives = Derivatives {
            gradient: &self.derivatives.gradient - &rest.lost_gradient,
            hessian: &self.derivatives.hessian - &rest.lost_hessian,
            ..self.derivatives.clone()
        };
        let coordinates = self.coordinates_of_rest(&derivatives);
        let system = System::new(&derivatives, &self.point, &coordinates);
        let rest_information = Cholesky::new(&(-&system.hessian).view())?;
        if !self.keeps_coefficients(&rest_information) {
            return None;
        }
        let step = rest_information.solve(&system.gradient.view());
        let moved = self.displacement(&system.moved(&self.point, &step, &coordinates, &whole_step()));
        let change = self.back.dot(&moved) / &self.std_errors;
        if change.iter().any(|x| !x.is_finite()) {
            return None;
        }
        let distance = moved.dot(&self.information.dot(&moved)) / moved.len() as f64;
        Some(Moved { change: change.to_vec(), distance })
    }

    /// Whether the rest still says something of every coefficient. Differences of sums leave rounding where there is
    /// nothing, which would pass for information.
    fn keeps_coefficients(&self, rest: &Cholesky) -> bool {
        let Some(whole) = Cholesky::new(&self.information.view()) else { return false };
        let (rest, whole) = (rest.lower(), whole.lower());
        (0..self.point.beta.len()).all(|j| rest[[j, j]].powi(2) > ROUNDING * whole[[j, j]].powi(2))
    }

    fn coordinates_of_rest(&self, rest: &Derivatives) -> Vec<Coordinate> {
        let p = self.point.beta.len();
        let each = self.coordinates.iter().zip(&self.point.variances).enumerate();
        each.map(|(l, (here, &variance))| match here {
            Coordinate::Pinned => Coordinate::Pinned,
            _ => {
                let (slope, curvature) = (rest.gradient[p + l], rest.hessian[[p + l, p + l]]);
                choose(variance, slope, curvature, DropRight::Granted)
            }
        })
        .collect()
    }

    /// Changes of β, of each sd above 0 relative to itself, and of φ.
    fn displacement(&self, to: &Point) -> Array1<f64> {
        let beta = to.beta.iter().zip(&self.point.beta).map(|(to, from)| to - from);
        let sds = self.coordinates.iter().zip(to.variances.iter().zip(&self.point.variances));
        let sds = sds.filter(|(coordinate, _)| **coordinate != Coordinate::Pinned);
        let sds = sds.map(|(_, (to, from))| (to / from).sqrt() - 1.0);
        let phi = (self.family == Family::NegBin2).then_some(to.phi - self.point.phi);
        beta.chain(sds).chain(phi).collect()
    }
}

/// Steps are not shortened: what is asked is where one leads.
fn whole_step() -> Options {
    Options {
        coefficient_step_cap: f64::INFINITY,
        log_sd_step_cap: f64::INFINITY,
        variance_step_cap: f64::INFINITY,
        log_theta_step_cap: f64::INFINITY,
        ..Options::default()
    }
}

/// What leaving out an area takes from gradient and Hessian.
struct Rest {
    lost_gradient: Array1<f64>,
    lost_hessian: Array2<f64>,
}

/// One root area.
struct Piece<'a> {
    whole: &'a Whole,
    problem: Problem,
    effects: &'a [f64],
}

impl Piece<'_> {
    /// What is lost with each of these areas (a node and its rows).
    fn rests(&self, areas: &[(usize, Range<usize>)]) -> Vec<Rest> {
        let all = self.evaluate(&self.problem);
        let rest = |(_, rows): &(usize, Range<usize>)| {
            if rows.len() == self.problem.n_rows() {
                return Rest { lost_gradient: all.gradient.clone(), lost_hessian: all.hessian.clone() };
            }
            let others = self.evaluate(&self.problem.forgetting(rows.clone()));
            Rest {
                lost_gradient: &all.gradient - &others.gradient,
                lost_hessian: &all.hessian - &others.hessian,
            }
        };
        areas.iter().map(rest).collect()
    }

    fn evaluate(&self, problem: &Problem) -> Derivatives {
        evaluate(problem, self.whole.family, &self.whole.point, &mut self.effects.to_vec())
    }
}

fn evaluate(problem: &Problem, family: Family, point: &Point, effects: &mut [f64]) -> Derivatives {
    Objective::new(problem, &Options::default()).evaluate(family, point, effects, Order::Hessian)
}
