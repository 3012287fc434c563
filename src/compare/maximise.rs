//! Newton's method on the logarithms of the relative variances, with variances that end at exactly 0.

use super::model::Criterion;
use super::nodes::Nodes;
use super::profile::{Derivatives, Profile};
use super::sums::Sums;
use crate::area::AreaTree;
use crate::error::{Error, ErrorKind, Result};
use crate::numeric::dense::{Cholesky, symmetric_eigen};
use crate::progress::{BestPoint, Iteration, Verdict};
use ndarray::{Array1, Array2};

/// The profile at its maximum, and the observed information there.
pub(super) struct Maximum {
    pub(super) profile: Profile,
    pub(super) sds: Vec<LevelMaximum>,
    /// Standard error of log σ.
    pub(super) log_sigma_error: f64,
    pub(super) evaluations: usize,
}

/// Where the standard deviation of a level ended, in units of σ.
pub(super) enum LevelMaximum {
    /// Above 0, with the standard error of its logarithm.
    Inside { ratio: f64, log_error: f64 },
    /// At 0, with the slope of the log-likelihood in the relative variance.
    Zero { score: f64 },
}

/// The first step of every relative variance, in units of one row's.
const START: f64 = 0.1;
/// No logarithm moves further than this in one step.
const LONGEST: f64 = 2.0;
/// The log-likelihood still to be gained, at most, when the last step is made.
const CLOSE: f64 = 1e-9;
/// Relative variances whose product with the weight of a typical area is below this may be 0.
const SMALL: f64 = 1e-3;
const MOST_EVALUATIONS: usize = 200;
const MOST_HALVINGS: usize = 30;
/// Rounding of a deviance, relative to it.
const ROUNDING: f64 = 1e-13;

pub(super) fn maximise(nodes: &Nodes, sums: &Sums, criterion: Criterion, tree: &AreaTree) -> Result<Maximum> {
    let mut climb = Climb::new(nodes, sums, criterion)?;
    let converged = climb.run();
    let Some(derivatives) = converged else { return Err(climb.not_converged(tree)) };
    let information = climb.information(&derivatives);
    let Some((sds, log_sigma_error)) = climb.errors(&derivatives, &information) else {
        return Err(climb.not_converged(tree));
    };
    Ok(Maximum { profile: climb.best, sds, log_sigma_error, evaluations: climb.trace.len() })
}

struct Climb<'a> {
    nodes: &'a Nodes,
    sums: &'a Sums,
    criterion: Criterion,
    best: Profile,
    /// Weight of a typical area, by level.
    typical: Vec<f64>,
    /// Levels that were let go from 0; each may be once.
    released: Vec<usize>,
    trace: Vec<Iteration>,
}

impl<'a> Climb<'a> {
    fn new(nodes: &'a Nodes, sums: &'a Sums, criterion: Criterion) -> Result<Self> {
        let weights = sums.weights_of_nodes(nodes);
        let typical: Vec<f64> = nodes
            .by_level()
            .map(|(_, range)| {
                let held: Vec<f64> = weights[range].iter().copied().filter(|&w| w > 0.0).collect();
                held.iter().sum::<f64>() / held.len() as f64
            })
            .collect();
        let row = weights_of_row(sums);
        let start = vec![START / row; nodes.n_levels()];
        let best = Profile::at(nodes, sums, &start, criterion).ok_or_else(explained)?;
        let mut climb =
            Climb { nodes, sums, criterion, best, typical, released: Vec::new(), trace: Vec::new() };
        climb.note(0.0, Verdict::Taken);
        Ok(climb)
    }

    /// Steps until the gain that is left is rounding, and no variance at 0 wants to leave it.
    fn run(&mut self) -> Option<Derivatives> {
        while self.trace.len() < MOST_EVALUATIONS {
            let derivatives = self.best.derivatives(self.nodes, self.criterion);
            let (gradient, hessian) = self.in_logs(&derivatives);
            let (step, decrement) = downhill(&gradient, hessian);
            if 0.5 * decrement < CLOSE {
                self.take(&step, decrement);
                let derivatives = self.best.derivatives(self.nodes, self.criterion);
                match self.wants_to_leave_zero(&derivatives) {
                    None => return Some(derivatives),
                    Some(level) => self.release(level)?,
                }
                continue;
            }
            if !self.drop_to_zero(&gradient, decrement) && !self.take(&step, decrement) {
                return None;
            }
        }
        None
    }

    fn free(&self) -> Vec<usize> {
        (0..self.nodes.n_levels()).filter(|&l| self.best.swept.variances[l] > 0.0).collect()
    }

    /// Gradient and Hessian of the deviance in the logarithms of the free variances.
    fn in_logs(&self, at: &Derivatives) -> (Array1<f64>, Array2<f64>) {
        let (free, variances, n) = (self.free(), &self.best.swept.variances, self.best.degrees);
        let slope = |l: usize| at.log_determinant.0[l] + n * at.rest.0[l] / self.best.rest;
        let bend = |k: usize, l: usize| {
            let log_rest =
                at.rest.1[[k, l]] / self.best.rest - at.rest.0[k] * at.rest.0[l] / self.best.rest.powi(2);
            at.log_determinant.1[[k, l]] + n * log_rest
        };
        let gradient: Array1<f64> = free.iter().map(|&l| variances[l] * slope(l)).collect();
        let hessian = Array2::from_shape_fn((free.len(), free.len()), |(i, j)| {
            let (k, l) = (free[i], free[j]);
            variances[k] * variances[l] * bend(k, l) + if i == j { gradient[i] } else { 0.0 }
        });
        (gradient, hessian)
    }

    /// Along the step, halved until the deviance does not rise.
    fn take(&mut self, step: &Array1<f64>, decrement: f64) -> bool {
        let longest = step.iter().fold(0.0_f64, |longest, x| longest.max(x.abs()));
        let mut scale = if longest > LONGEST { LONGEST / longest } else { 1.0 };
        for _ in 0..MOST_HALVINGS {
            let mut variances = self.best.swept.variances.clone();
            for (&l, by) in self.free().iter().zip(step) {
                variances[l] *= (scale * by).exp();
            }
            if self.try_at(&variances, decrement) {
                return true;
            }
            scale *= 0.5;
        }
        false
    }

    /// Sets a variance to 0 that is small and falls, where the deviance is no larger there.
    fn drop_to_zero(&mut self, gradient: &Array1<f64>, decrement: f64) -> bool {
        for (&l, slope) in self.free().iter().zip(gradient) {
            let mut variances = self.best.swept.variances.clone();
            if *slope > 0.0 && variances[l] * self.typical[l] < SMALL && !self.released.contains(&l) {
                variances[l] = 0.0;
                if self.try_at(&variances, decrement) {
                    return true;
                }
            }
        }
        false
    }

    fn wants_to_leave_zero(&self, at: &Derivatives) -> Option<usize> {
        let slope = |l: usize| at.log_determinant.0[l] + self.best.degrees * at.rest.0[l] / self.best.rest;
        let at_zero = |l: &usize| self.best.swept.variances[*l] == 0.0 && !self.released.contains(l);
        (0..self.nodes.n_levels()).filter(at_zero).find(|&l| slope(l) < 0.0)
    }

    fn release(&mut self, level: usize) -> Option<()> {
        self.released.push(level);
        let mut variances = self.best.swept.variances.clone();
        variances[level] = 0.01 * SMALL / self.typical[level];
        self.best = Profile::at(self.nodes, self.sums, &variances, self.criterion)?;
        self.note(0.0, Verdict::Taken);
        Some(())
    }

    fn try_at(&mut self, variances: &[f64], decrement: f64) -> bool {
        let (nodes, sums) = (self.nodes, self.sums);
        let Some(there) = Profile::at(nodes, sums, variances, self.criterion) else {
            self.note(decrement, Verdict::NoValue);
            return false;
        };
        let (old, new) = (self.best.deviance(), there.deviance());
        let taken = new <= old + ROUNDING * (old.abs() + self.best.degrees);
        if taken {
            self.best = there;
        }
        self.note(decrement, if taken { Verdict::Taken } else { Verdict::GivenBack });
        taken
    }

    fn note(&mut self, decrement: f64, verdict: Verdict) {
        let (evaluation, log_likelihood) = (self.trace.len() + 1, self.best.log_likelihood());
        self.trace.push(Iteration { evaluation, log_likelihood, decrement, verdict });
    }

    /// The observed information of (log sd of the free levels, log σ).
    ///
    /// In a = log σ² and b_l = log λ_l minus the log-likelihood is ½ (N a + D(b) + R(b) e^−a); b_l = 2 log sd_l − a.
    fn information(&self, at: &Derivatives) -> Array2<f64> {
        let (free, variances) = (self.free(), &self.best.swept.variances);
        let (n, sigma2) = (free.len(), self.best.sigma2());
        let mut inner = Array2::zeros((n + 1, n + 1));
        for (i, &k) in free.iter().enumerate() {
            for (j, &l) in free.iter().enumerate() {
                let bend = at.log_determinant.1[[k, l]] + at.rest.1[[k, l]] / sigma2;
                inner[[i, j]] = 0.5 * variances[k] * variances[l] * bend;
            }
            let slope = at.log_determinant.0[k] + at.rest.0[k] / sigma2;
            inner[[i, i]] += 0.5 * variances[k] * slope;
            let across = -0.5 * variances[k] * at.rest.0[k] / sigma2;
            (inner[[i, n]], inner[[n, i]]) = (across, across);
        }
        inner[[n, n]] = 0.5 * self.best.degrees;
        let to_inner = Array2::from_shape_fn((n + 1, n + 1), |(i, j)| match (i == j, j == n) {
            (true, _) => 2.0,
            (false, true) => -2.0,
            _ => 0.0,
        });
        to_inner.t().dot(&inner).dot(&to_inner)
    }

    fn errors(&self, at: &Derivatives, information: &Array2<f64>) -> Option<(Vec<LevelMaximum>, f64)> {
        let variance = Cholesky::new(&information.view())?.inverse();
        let mut free = 0;
        let level = |l: usize| {
            let relative = self.best.swept.variances[l];
            if relative > 0.0 {
                let log_error = variance[[free, free]].sqrt();
                free += 1;
                return LevelMaximum::Inside { ratio: relative.sqrt(), log_error };
            }
            let slope = at.log_determinant.0[l] + self.best.degrees * at.rest.0[l] / self.best.rest;
            LevelMaximum::Zero { score: -0.5 * slope }
        };
        let sds = (0..self.nodes.n_levels()).map(level).collect();
        Some((sds, variance.diag().last().copied().unwrap_or(0.0).sqrt()))
    }

    fn not_converged(self, tree: &AreaTree) -> Error {
        let sigma = self.best.sigma2().sqrt();
        let best = BestPoint {
            names: self
                .nodes
                .levels
                .iter()
                .map(|&level| format!("sd({})", tree.levels()[level]))
                .chain(["sd(residual)".into()])
                .collect(),
            values: self
                .best
                .swept
                .variances
                .iter()
                .map(|variance| sigma * variance.sqrt())
                .chain([sigma])
                .collect(),
            log_likelihood: self.best.log_likelihood(),
            trace: self.trace,
        };
        let why = "no step along the gradient raises the log-likelihood, or none ends".into();
        ErrorKind::NotConverged { why, best }.into()
    }
}

/// Weight of a typical row.
fn weights_of_row(sums: &Sums) -> f64 {
    (sums.log_weights / sums.n_rows as f64).exp()
}

/// −|H|⁻¹g with the eigenvalues' absolute values, none of them tiny beside the gradient, and g'|H|⁻¹g.
fn downhill(gradient: &Array1<f64>, hessian: Array2<f64>) -> (Array1<f64>, f64) {
    let length = gradient.dot(gradient).sqrt();
    let (values, vectors) = symmetric_eigen(hessian);
    let mut along = vectors.t().dot(gradient);
    let mut decrement = 0.0;
    for (x, value) in along.iter_mut().zip(&values) {
        let curvature = value.abs().max(length / LONGEST).max(f64::MIN_POSITIVE);
        decrement += *x * *x / curvature;
        *x /= -curvature;
    }
    (vectors.dot(&along), decrement)
}

fn explained() -> Error {
    let message =
        "the determinants explain the response exactly, so there is no residual variance to estimate; \
                   leave some out"
            .into();
    ErrorKind::Specification { message }.into()
}
