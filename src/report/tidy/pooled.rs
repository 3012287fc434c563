//! `tidy` and `glance` of a pooled fit.

use super::parts::{INTERCEPT, Line, RESIDUAL, area_names, columns};
use crate::impute::{
    DegreesOfFreedom, PooledAreaEffect, PooledCoefficient, PooledDispersion, PooledEstimate, PooledFit,
    PooledLevel, PooledSd,
};
use crate::infer::{Confidence, Interval};
use crate::report::{Absence, Cell, Sheet, Values};

/// A row, and what only pooled numbers have.
struct Pooled {
    line: Line,
    df: Cell<f64>,
    fmi: Cell<f64>,
}

impl PooledFit {
    /// The table of [`Fit::tidy`](crate::Fit::tidy) with t tests and two columns more, named as in R's mice: `df`,
    /// degrees of freedom (empty where they are infinite), and `fmi`, the fraction of missing information.
    ///
    /// Standard deviations and θ were pooled as logarithms: `estimate` and the interval are their exponentials, `std.error`
    /// that of the logarithm times the estimate. Where some tables have a standard deviation of 0, `estimate` is the root
    /// of the mean variance, without an error; where some have an infinite θ, it is the inverse of the mean 1/θ.
    pub fn tidy(&self, confidence: Confidence) -> Sheet {
        let fixed = self.coefficients().iter().map(|coefficient| fixed(coefficient, confidence));
        let sds = self.levels().iter().map(|level| standard_deviation(level, confidence));
        let theta = theta(self.dispersion(), confidence);
        let areas = self.levels().iter().flat_map(|level| {
            areas(&level.level, self.area_effects(&level.level).unwrap_or(&[]), confidence)
        });
        let all: Vec<Pooled> = fixed.chain(sds).chain(theta).chain(areas).collect();
        let (df, fmi) = (all.iter().map(|row| row.df), all.iter().map(|row| row.fmi));
        let (df, fmi) = (Values::numbers(df), Values::numbers(fmi));
        let lines: Vec<Line> = all.into_iter().map(|row| row.line).collect();
        Sheet::of(columns(&lines).into_iter().chain([("df", df), ("fmi", fmi)]))
    }

    /// The pooled fit in one row: `nobs`, `nimp` (completed tables), `theta` and `df.residual` (of a complete table).
    ///
    /// There is no log-likelihood and no criterion: those of completed tables are not those of the published one.
    pub fn glance(&self) -> Sheet {
        Sheet::of([
            ("nobs", Values::wholes([self.n_rows() as u64])),
            ("nimp", Values::wholes([self.tables() as u64])),
            ("theta", Values::numbers([theta_estimate(self.dispersion())])),
            ("df.residual", Values::numbers([degrees(self.complete_df())])),
        ])
    }
}

impl Pooled {
    fn of(line: Line, pooled: &PooledEstimate) -> Self {
        Pooled { line, df: degrees(pooled.df), fmi: Cell::computed(pooled.missing_information) }
    }

    fn without(line: Line) -> Self {
        let none = Cell::Empty(Absence::AtBoundary);
        Pooled { line, df: none, fmi: none }
    }
}

fn degrees(df: DegreesOfFreedom) -> Cell<f64> {
    match df {
        DegreesOfFreedom::Finite(df) => Cell::Value(df),
        DegreesOfFreedom::Infinite => Cell::Empty(Absence::Unbounded),
    }
}

fn fixed(coefficient: &PooledCoefficient, confidence: Confidence) -> Pooled {
    let pooled = &coefficient.pooled;
    let line = Line::fixed(&coefficient.term);
    let line = line.estimated(pooled.estimate, pooled.std_error, pooled.interval(confidence));
    Pooled::of(line.tested(pooled.t(), pooled.p_value()), pooled)
}

fn standard_deviation(level: &PooledLevel, confidence: Confidence) -> Pooled {
    let line = Line::parameter(&level.level, &format!("sd__{INTERCEPT}"));
    match &level.sd {
        PooledSd::Positive { log_sd } => Pooled::of(exponentiated(line, log_sd, confidence), log_sd),
        PooledSd::AtZero { mean_variance, .. } => {
            Pooled::without(line.at_boundary(Cell::computed(mean_variance.sqrt())))
        }
    }
}

fn theta(dispersion: PooledDispersion, confidence: Confidence) -> Option<Pooled> {
    let line = Line::parameter(RESIDUAL, "theta");
    match &dispersion {
        PooledDispersion::Poisson => None,
        PooledDispersion::NegBin2 { log_theta } => {
            Some(Pooled::of(exponentiated(line, log_theta, confidence), log_theta))
        }
        PooledDispersion::PoissonLimit { .. } => {
            Some(Pooled::without(line.at_boundary(theta_estimate(dispersion))))
        }
    }
}

fn theta_estimate(dispersion: PooledDispersion) -> Cell<f64> {
    match dispersion {
        PooledDispersion::Poisson => Cell::Empty(Absence::NotApplicable),
        PooledDispersion::NegBin2 { log_theta } => Cell::computed(log_theta.estimate.exp()),
        PooledDispersion::PoissonLimit { mean_inverse_theta, .. } => match mean_inverse_theta > 0.0 {
            true => Cell::computed(mean_inverse_theta.recip()),
            false => Cell::Empty(Absence::AtBoundary),
        },
    }
}

fn exponentiated(line: Line, logarithm: &PooledEstimate, confidence: Confidence) -> Line {
    let estimate = logarithm.estimate.exp();
    let Interval { low, high } = logarithm.interval(confidence);
    line.estimated(estimate, estimate * logarithm.std_error, Interval { low: low.exp(), high: high.exp() })
}

fn areas(level: &str, effects: &[PooledAreaEffect], confidence: Confidence) -> Vec<Pooled> {
    let names = area_names(effects.iter().map(|area| area.path.as_slice()));
    let each = names.into_iter().zip(effects);
    each.map(|(name, area)| Pooled {
        line: Line::area(level, name).estimated(area.effect, area.sd, area.interval(confidence)),
        df: degrees(area.df),
        fmi: Cell::computed(area.missing_information),
    })
    .collect()
}
