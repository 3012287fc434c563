//! `tidy` and `glance` of a fit.

use super::parts::{INTERCEPT, Line, RESIDUAL, area_names, log_scale, sheet};
use crate::estimator::Estimated;
use crate::infer::{AreaEffect, Coefficient, Confidence, Dispersion, Fit, LevelVariance, StandardDeviation};
use crate::report::{Absence, Cell, Sheet, Values};

impl Fit {
    /// Everything that was estimated, one row each, with the columns of R's broom.mixed: `effect, group, level, term,
    /// estimate, std.error, statistic, p.value, conf.low, conf.high`.
    ///
    /// * `fixed`: the coefficients, log rate, with Wald tests and intervals.
    /// * `ran_pars`: `sd__(Intercept)` of each level, its interval formed on the log scale; then, in the group
    ///   `Residual`, `theta` of a negative binomial, which broom.mixed leaves to `glance` under the name `sigma`. A
    ///   standard deviation of 0 and an infinite θ have no standard error and no interval.
    /// * `ran_vals`: the effect of each area, its standard deviation with the uncertainty of all parameters. `level` is
    ///   the area's code, or its whole path where codes start anew under each parent.
    ///
    /// ```
    /// # use nestcount::{Model, Options, area::{CodeScope, Placement}, count::CountTable, determinant::Determinants};
    /// # use nestcount::{infer::Confidence, simulate::{Marginal, World}};
    /// # use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
    /// # let table = World::new(300).level("town", 40, 0.3).exposure(Marginal::constant(50.0)).rate(0.2)
    /// #     .draw(&mut ChaCha12Rng::seed_from_u64(1))?.table;
    /// # let areas = Placement::from_table(&table, &["town"], CodeScope::Unique)?;
    /// # let counts = CountTable::from_table(&table, "count", "exposure")?;
    /// # let design = Determinants::new().build(&table, &areas, counts.rows())?;
    /// # let problem = Model::poisson().random_intercept("town").check(&areas, &counts, design)?;
    /// let fit = problem.fit(&Options::default())?;
    /// let tidy = fit.tidy(Confidence::P95);
    /// assert_eq!(tidy.n_rows(), 1 + 1 + 40); // the intercept, the sd of towns, the towns
    /// assert_eq!(tidy.names()[4..6], ["estimate", "std.error"]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn tidy(&self, confidence: Confidence) -> Sheet {
        tidy(self, confidence)
    }

    /// The fit in one row: `nobs, theta, logLik, minus2logLik, AIC, BIC, df.residual`.
    ///
    /// There is no `sigma`, which a model of counts does not have, and no `deviance`, which is −2 log-likelihood in one
    /// R package and a sum of squared residuals in another. `df.residual` is rows less parameters, standard deviations
    /// and θ among them. `theta` is empty for a Poisson model, and at the boundary where it is infinite.
    pub fn glance(&self) -> Sheet {
        let theta = match self.dispersion() {
            Dispersion::NegBin2 { theta, .. } => Cell::Value(theta),
            Dispersion::PoissonLimit { .. } => Cell::Empty(Absence::AtBoundary),
            Dispersion::Poisson => Cell::Empty(Absence::NotApplicable),
        };
        let left = self.n_rows().saturating_sub(self.n_parameters());
        Sheet::of([
            ("nobs", Values::wholes([self.n_rows() as u64])),
            ("theta", Values::numbers([theta])),
            ("logLik", Values::numbers([self.log_likelihood()])),
            ("minus2logLik", Values::numbers([-2.0 * self.log_likelihood()])),
            ("AIC", Values::numbers([self.aic()])),
            ("BIC", Values::numbers([self.bic()])),
            ("df.residual", Values::wholes([left as u64])),
        ])
    }
}

/// Everything that any estimator estimated, with the columns of [`Fit::tidy`]; tests and intervals are from estimates and
/// standard errors.
pub fn tidy(estimated: &dyn Estimated, confidence: Confidence) -> Sheet {
    let fixed = estimated.coefficients().iter().map(|coefficient| fixed(coefficient, confidence));
    let sds = estimated.levels().iter().map(|level| standard_deviation(level, confidence));
    let theta = theta(estimated.dispersion(), confidence);
    let areas = estimated.levels().iter().flat_map(|level| {
        let effects = estimated.area_effects(&level.level).unwrap_or(&[]);
        areas(&level.level, effects, confidence)
    });
    let lines: Vec<Line> = fixed.chain(sds).chain(theta).chain(areas).collect();
    sheet(&lines)
}

fn fixed(coefficient: &Coefficient, confidence: Confidence) -> Line {
    let Coefficient { term, estimate, std_error } = coefficient;
    let line = Line::fixed(term).estimated(*estimate, *std_error, coefficient.interval(confidence));
    line.tested(coefficient.z(), coefficient.p_value())
}

fn standard_deviation(level: &LevelVariance, confidence: Confidence) -> Line {
    let line = Line::parameter(&level.level, &format!("sd__{INTERCEPT}"));
    match level.sd {
        StandardDeviation::Positive { estimate, std_error } => {
            line.estimated(estimate, std_error, log_scale(estimate, std_error, confidence))
        }
        StandardDeviation::Zero { .. } => line.at_boundary(Cell::Value(0.0)),
    }
}

fn theta(dispersion: Dispersion, confidence: Confidence) -> Option<Line> {
    let line = Line::parameter(RESIDUAL, "theta");
    match dispersion {
        Dispersion::Poisson => None,
        Dispersion::NegBin2 { theta, std_error } => {
            Some(line.estimated(theta, std_error, log_scale(theta, std_error, confidence)))
        }
        Dispersion::PoissonLimit { .. } => Some(line.at_boundary(Cell::Empty(Absence::AtBoundary))),
    }
}

fn areas(level: &str, effects: &[AreaEffect], confidence: Confidence) -> Vec<Line> {
    let names = area_names(effects.iter().map(|area| area.path.as_slice()));
    let each = names.into_iter().zip(effects);
    each.map(|(name, area)| {
        let normal = Coefficient { term: String::new(), estimate: area.effect, std_error: area.sd };
        Line::area(level, name).estimated(area.effect, area.sd, normal.interval(confidence))
    })
    .collect()
}
