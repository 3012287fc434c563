//! The summary of a panel's fit.

use super::fit::{Correlation, Movement, PanelFit, PeriodVariance};
use super::restricted::RestrictedFit;
use super::specification::InTime;
use crate::infer::{
    StandardDeviation, family_words, number, p_value, write_certificate, write_coefficients,
    write_dispersion, write_levels,
};
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
        let family = family_words(self.family());
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
        write_in_time(self.period(), self.movement(), f)?;
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
        write_certificate(self.certificate(), f)
    }
}

impl fmt::Display for RestrictedFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "Multilevel count model in time, log link, Laplace restricted maximum likelihood")?;
        write_levels(self.levels(), "the restricted logLik", f)?;
        write_in_time(self.period(), self.movement(), f)?;
        write_dispersion(self.dispersion(), f)?;
        writeln!(f, "\nCoefficients (log rate)")?;
        let width = self.coefficients().iter().map(|c| c.term.chars().count()).max().unwrap_or(0).max(4);
        writeln!(
            f,
            "  {:width$} {:>12} {:>11} {:>8} {:>8} {:>10}",
            "term", "estimate", "std.error", "df", "t", "Pr(>|t|)"
        )?;
        for c in self.coefficients() {
            let (estimate, error, p) = (number(c.estimate), number(c.std_error), p_value(c.p_value()));
            writeln!(f, "  {:width$} {estimate:>12} {error:>11} {:>8} {:>8.2} {p:>10}", c.term, c.df, c.t())?;
        }
        write_certificate(self.certificate(), f)
    }
}

fn write_in_time(
    period: Option<&PeriodVariance>,
    movement: Option<&Movement>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if period.is_some() || movement.is_some() {
        writeln!(f, "\nIn time (log rate)")?;
    }
    if let Some(period) = period {
        write_sd(&format!("period, {} of them", period.n_periods), period.sd, f)?;
    }
    if let Some(moving) = movement {
        let name = format!("{}, {}, {} cells", moving.level, moving.how, moving.n_cells);
        write_sd(&name, moving.sd, f)?;
        if let Correlation::Estimated { estimate, std_error } = moving.correlation {
            writeln!(f, "  correlation over one step {estimate:.4} (std.error {std_error:.4})")?;
        }
    }
    Ok(())
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
