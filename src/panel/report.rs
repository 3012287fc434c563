//! What is read off a maximum: estimates with their standard errors, in the caller's units.

use super::boundary::AtZero;
use super::estimate::Estimate;
use super::fit::{Correlation, Movement, PeriodVariance};
use super::layout::BlockKind;
use super::point::{Part, parts};
use super::posterior::Maximum;
use super::problem::PanelProblem;
use super::specification::InTime;
use crate::family::Family;
use crate::infer::{
    AreaEffect, Certificate, Coefficient, Covariance, Dispersion, Estimates, LevelVariance,
    StandardDeviation, ZeroVariance,
};
use ndarray::Array2;

/// What is read off an estimate.
pub(super) struct Report<'a> {
    pub problem: &'a PanelProblem,
    pub estimate: &'a Estimate,
    pub maximum: &'a Maximum,
}

impl Report<'_> {
    fn std_error(&self, part: Part) -> Option<f64> {
        let at = self.maximum.free.iter().position(|known| *known == part)?;
        Some(self.maximum.covariance[[at, at]].sqrt())
    }

    /// All but what crosses the areas or moves, with the effects of the areas by level.
    pub(super) fn estimates(&self, effects: Vec<Vec<AreaEffect>>) -> Estimates {
        let covariance = self.covariance();
        Estimates {
            coefficients: self.coefficients(&covariance),
            levels: self.levels(),
            dispersion: self.dispersion(),
            effects,
            covariance,
        }
    }

    /// In the caller's units: coefficients, log standard deviations, the transformed correlation, log θ.
    fn covariance(&self) -> Covariance {
        let back = self.problem.base.standard.back();
        let names = self.problem.scale_names();
        let free = &self.maximum.free;
        let jacobian = Array2::from_shape_fn((free.len(), free.len()), |(i, j)| match (free[i], free[j]) {
            (Part::Coefficient(i), Part::Coefficient(j)) => back[[i, j]],
            (Part::Scale(k), Part::Scale(l)) if k == l => 1.0 / self.maximum.point.scales[k],
            _ if i == j => 1.0,
            _ => 0.0,
        });
        let name = |part: &Part| match *part {
            Part::Coefficient(j) => self.problem.terms()[j].clone(),
            Part::Scale(k) => format!("log sd({})", names[k]),
            Part::Correlation => self.problem.correlate().map_or_else(String::new, |by| by.name().into()),
            Part::LogTheta => "log theta".into(),
        };
        let matrix = jacobian.dot(&self.maximum.covariance).dot(&jacobian.t());
        Covariance { names: free.iter().map(name).collect(), matrix }
    }

    fn coefficients(&self, covariance: &Covariance) -> Vec<Coefficient> {
        let estimates = self.problem.base.standard.coefficients(&self.maximum.point.beta);
        let terms = self.problem.terms().iter().zip(estimates).zip(covariance.matrix.diag());
        let of = |((term, estimate), variance): ((&String, f64), &f64)| Coefficient {
            term: term.clone(),
            estimate,
            std_error: variance.sqrt(),
        };
        terms.map(of).collect()
    }

    pub(super) fn dispersion(&self) -> Dispersion {
        match (self.problem.family(), self.estimate.poisson_limit) {
            (Family::Poisson, _) => Dispersion::Poisson,
            (Family::NegBin2, Some(score)) => Dispersion::PoissonLimit { score },
            (Family::NegBin2, None) => {
                let theta = self.maximum.point.phi.exp();
                let std_error = theta * self.std_error(Part::LogTheta).unwrap_or(f64::NAN);
                Dispersion::NegBin2 { theta, std_error }
            }
        }
    }

    fn sd(&self, scale: usize) -> StandardDeviation {
        match self.estimate.zeros.iter().find(|zero| zero.scale == scale) {
            Some(zero) => StandardDeviation::Zero { score: zero.score, curvature: zero.curvature },
            None => StandardDeviation::Positive {
                estimate: self.maximum.point.scales[scale],
                std_error: self.std_error(Part::Scale(scale)).unwrap_or(f64::NAN),
            },
        }
    }

    /// Blocks with a standard deviation of this kind, with its position.
    fn scales(&self, wanted: fn(BlockKind) -> bool) -> Vec<usize> {
        let is = |scale: &usize| {
            self.problem.layout.block_of_scale(*scale).is_some_and(|block| wanted(block.kind))
        };
        (0..self.problem.layout.n_scales()).filter(is).collect()
    }

    pub(super) fn levels(&self) -> Vec<LevelVariance> {
        let names = self.problem.scale_names();
        let of = |scale: usize| LevelVariance {
            level: names[scale].clone(),
            n_areas: self.problem.layout.block_of_scale(scale).map_or(0, |block| block.unknowns.len()),
            sd: self.sd(scale),
        };
        self.scales(|kind| matches!(kind, BlockKind::Level(_))).into_iter().map(of).collect()
    }

    pub(super) fn period(&self) -> Option<PeriodVariance> {
        let scale = *self.scales(|kind| kind == BlockKind::Period).first()?;
        Some(PeriodVariance { n_periods: self.problem.layout.periods.len(), sd: self.sd(scale) })
    }

    pub(super) fn movement(&self) -> Option<Movement> {
        let scale = *self.scales(|kind| kind == BlockKind::Movement).first()?;
        let moving = self.problem.movement.as_ref()?;
        let rho = self.maximum.point.rho;
        let correlation = match (moving.how, self.std_error(Part::Correlation), self.problem.correlate()) {
            (InTime::Autoregressive, Some(error), Some(by)) => {
                Correlation::Estimated { estimate: rho, std_error: error * by.slope(rho) }
            }
            (InTime::Autoregressive, ..) => Correlation::Undefined,
            _ => Correlation::Given,
        };
        let (level, how) = (moving.level.clone(), moving.how);
        Some(Movement {
            level,
            how,
            n_cells: self.problem.layout.cells.len(),
            sd: self.sd(scale),
            correlation,
        })
    }

    pub(super) fn certificate(&self) -> Certificate {
        let names = self.problem.scale_names();
        let summit = &self.estimate.summit;
        let all = parts(self.problem, self.estimate.family);
        let gradient = self.estimate.position.gradient(&self.maximum.free, all);
        let errors = self.maximum.covariance.diag().mapv(f64::sqrt);
        let zero = |zero: &AtZero| ZeroVariance { level: names[zero.scale].clone(), score: zero.score };
        Certificate {
            evaluations: self.estimate.trace.len(),
            gradient: gradient.iter().zip(&errors).map(|(g, e)| g.abs() * e).fold(0.0, f64::max),
            decrement: summit.decrement,
            smallest_curvature: summit.smallest_curvature,
            zero_variances: self.estimate.zeros.iter().map(zero).collect(),
        }
    }
}
