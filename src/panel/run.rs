//! From a panel to its fit.

use super::boundary::AtZero;
use super::effects::Effects;
use super::estimate::{Estimate, Start, maximise};
use super::fit::{Correlation, Movement, PanelFit, PeriodVariance};
use super::layout::BlockKind;
use super::point::{Part, parts};
use super::posterior::{Maximum, Posterior};
use super::problem::PanelProblem;
use super::specification::InTime;
use crate::error::{Error, ErrorKind, Result};
use crate::estimate::Options;
use crate::family::Family;
use crate::infer::{
    Certificate, Coefficient, Covariance, Dispersion, LevelVariance, StandardDeviation, ZeroVariance,
};
use crate::numeric::dense::Cholesky;
use crate::progress::{BestPoint, Iteration};
use ndarray::Array2;
use std::ops::ControlFlow;

impl PanelProblem {
    /// Maximum Laplace likelihood with standard errors and all effects.
    ///
    /// Fails with [`crate::ErrorKind::NotConverged`], which carries the best point and the trace.
    pub fn fit(&self, options: &Options) -> Result<PanelFit> {
        self.fit_watched(options, |_| ControlFlow::Continue(()))
    }

    /// The same, with a callback that sees every evaluation and may stop the work.
    pub fn fit_watched(
        &self,
        options: &Options,
        mut progress: impl FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<PanelFit> {
        self.fit_starting(Start::Cold, options, &mut progress)
    }

    /// The same from the maximum of a panel with the same effects, whose counts, exposures or determinants may differ.
    ///
    /// Fails as [`PanelProblem::fit`] does, and where terms or effects are not the same.
    pub fn fit_from(&self, like: &PanelFit, options: &Options) -> Result<PanelFit> {
        let same = like.maximum.u.len() == self.layout.n_unknowns
            && like.maximum.point.scales.len() == self.layout.n_scales()
            && like.coefficients.iter().map(|c| &c.term).eq(self.terms());
        match same {
            true => {
                let from = Start::Warm(&like.maximum);
                self.fit_starting(from, options, &mut |_| ControlFlow::Continue(()))
            }
            false => {
                let message = "the panel to start from has other terms or effects".into();
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    fn fit_starting(
        &self,
        from: Start<'_>,
        options: &Options,
        progress: &mut dyn FnMut(&Iteration) -> ControlFlow<()>,
    ) -> Result<PanelFit> {
        let estimate = maximise(self, options, from, progress)?;
        let maximum = maximum(self, &estimate).ok_or_else(|| unusable(&estimate))?;
        let posterior = Posterior::new(self, &maximum, options).ok_or_else(|| unusable(&estimate))?;
        let effects = Effects::of(&posterior);
        let report = Report { problem: self, estimate: &estimate, maximum: &maximum };
        let covariance = report.covariance();
        Ok(PanelFit {
            options: options.clone(),
            fingerprint: self.fingerprint(),
            family: self.family(),
            log_likelihood: estimate.position.at.value,
            n_rows: self.n_rows(),
            coefficients: report.coefficients(&covariance),
            covariance,
            dispersion: report.dispersion(),
            levels: report.levels(),
            effects: effects.levels,
            period: report.period(),
            period_effects: effects.periods,
            movement: report.movement(),
            effects_in_time: effects.in_time,
            provisional: effects.provisional,
            certificate: report.certificate(),
            trace: estimate.trace.clone(),
            maximum,
        })
    }

    /// A number that another panel all but never has.
    pub(super) fn fingerprint(&self) -> u64 {
        let periods = self.periods.of_rows().iter().map(|&period| u64::from(period));
        let times = self.periods.times().iter().chain(&self.offset).map(|x| x.to_bits());
        let kinds = self.layout.blocks.iter().map(|block| block.unknowns.start as u64);
        let how = self.movement.iter().map(|moving| moving.how as u64 + 1);
        let declared = self.provisional.iter().map(|late| late.log_sd().to_bits());
        let words = periods.chain(times).chain(kinds).chain(how).chain(declared);
        words.fold(self.base.fingerprint(), |hash, word| (hash ^ word).wrapping_mul(0x0100_0000_01b3))
    }
}

fn unusable(estimate: &Estimate) -> Error {
    let values = estimate.position.point.beta.clone();
    let names = (0..values.len()).map(|j| format!("standardised coefficient {j}")).collect();
    let best = BestPoint {
        names,
        values,
        log_likelihood: estimate.position.at.value,
        trace: estimate.trace.clone(),
    };
    let why = "the log-likelihood is flat there: the table does not say where its maximum is".into();
    ErrorKind::NotConverged { why, best }.into()
}

/// The maximum with standard deviations above 0 and the covariance of its free parts.
fn maximum(problem: &PanelProblem, estimate: &Estimate) -> Option<Maximum> {
    let factor = Cholesky::new(&estimate.summit.information.view())?;
    let mut covariance = factor.inverse();
    let (mut point, mut u) = (estimate.position.point.clone(), estimate.position.u.clone());
    for scale in 0..point.scales.len() {
        if point.scales[scale] >= 0.0 {
            continue;
        }
        // either sign is the same point
        point.scales[scale] *= -1.0;
        let own = problem.layout.block_of_scale(scale)?.unknowns.clone();
        u[own].iter_mut().for_each(|u| *u *= -1.0);
        if let Some(at) = estimate.free.iter().position(|part| *part == Part::Scale(scale)) {
            covariance.row_mut(at).mapv_inplace(|x| -x);
            covariance.column_mut(at).mapv_inplace(|x| -x);
        }
    }
    Some(Maximum { family: estimate.family, point, u, free: estimate.free.clone(), covariance })
}

/// What is read off an estimate.
struct Report<'a> {
    problem: &'a PanelProblem,
    estimate: &'a Estimate,
    maximum: &'a Maximum,
}

impl Report<'_> {
    fn std_error(&self, part: Part) -> Option<f64> {
        let at = self.maximum.free.iter().position(|known| *known == part)?;
        Some(self.maximum.covariance[[at, at]].sqrt())
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

    fn dispersion(&self) -> Dispersion {
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

    fn levels(&self) -> Vec<LevelVariance> {
        let names = self.problem.scale_names();
        let of = |scale: usize| LevelVariance {
            level: names[scale].clone(),
            n_areas: self.problem.layout.block_of_scale(scale).map_or(0, |block| block.unknowns.len()),
            sd: self.sd(scale),
        };
        self.scales(|kind| matches!(kind, BlockKind::Level(_))).into_iter().map(of).collect()
    }

    fn period(&self) -> Option<PeriodVariance> {
        let scale = *self.scales(|kind| kind == BlockKind::Period).first()?;
        Some(PeriodVariance { n_periods: self.problem.layout.periods.len(), sd: self.sd(scale) })
    }

    fn movement(&self) -> Option<Movement> {
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

    fn certificate(&self) -> Certificate {
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
