//! The summary of a panel's fit.

use super::fit::{Correlation, PanelFit};
use super::specification::InTime;
use crate::family::Family;
use crate::infer::{StandardDeviation, write_coefficients, write_dispersion, write_levels};
use std::fmt;

impl fmt::Display for InTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            InTime::Independent => "independent",
            InTime::Autoregressive => "autoregressive",
            InTime::RandomWalk => "random walk",
        })
    }
}

impl fmt::Display for PanelFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = match self.family() {
            Family::Poisson => "Poisson",
            Family::NegBin2 => "negative binomial, V = mu + mu^2/theta,",
        };
        writeln!(f, "Multilevel count model in time, {family} log link, Laplace maximum likelihood")?;
        writeln!(
            f,
            "logLik {:.4}, AIC {:.2}, BIC {:.2}, {} rows",
            self.log_likelihood(),
            self.aic(),
            self.bic(),
            self.n_rows()
        )?;
        write_levels(self.levels(), "logLik", f)?;
        if self.period().is_some() || self.movement().is_some() {
            writeln!(f, "\nIn time (log rate)")?;
        }
        if let Some(period) = self.period() {
            write_sd(&format!("period, {} of them", period.n_periods), period.sd, f)?;
        }
        if let Some(moving) = self.movement() {
            let name = format!("{}, {}, {} cells", moving.level, moving.how, moving.n_cells);
            write_sd(&name, moving.sd, f)?;
            if let Correlation::Estimated { estimate, std_error } = moving.correlation {
                writeln!(f, "  correlation over one step {estimate:.4} (std.error {std_error:.4})")?;
            }
        }
        for late in self.provisional() {
            writeln!(
                f,
                "  provisional {}: factor {:.4} (sd of log {:.4}; declared {:.4}, {:.4})",
                late.declared.periods().join(", "),
                late.log_factor.exp(),
                late.sd,
                late.declared.factor(),
                late.declared.log_sd()
            )?;
        }
        write_dispersion(self.dispersion(), f)?;
        write_coefficients(self.coefficients(), f)?;
        let certificate = self.certificate();
        writeln!(
            f,
            "\nConverged in {} evaluations: at the maximum to {:.0e} standard errors; smallest scaled curvature {:.2}",
            certificate.evaluations,
            certificate.decrement.max(0.0).sqrt(),
            certificate.smallest_curvature
        )
    }
}

fn write_sd(name: &str, sd: StandardDeviation, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match sd {
        StandardDeviation::Positive { estimate, std_error } => {
            writeln!(f, "  {name}: sd {estimate:.5} (std.error {std_error:.5})")
        }
        StandardDeviation::Zero { score, .. } => {
            writeln!(f, "  {name}: sd exactly 0, logLik falls by {:.3} per unit of variance", -score)
        }
    }
}
