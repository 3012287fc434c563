//! The pooled fit as text, for readers of `summary()` in R.

use super::fit::PooledFit;
use super::levels::{PooledDispersion, PooledSd};
use super::test::PooledTest;
use crate::family::Family;
use crate::infer::{number, p_value};
use std::fmt;

impl fmt::Display for PooledFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let family = match self.family() {
            Family::Poisson => "Poisson",
            Family::NegBin2 => "negative binomial, V = mu + mu^2/theta,",
        };
        writeln!(
            f,
            "Multilevel count model, {family} log link, pooled over {} completed tables",
            self.tables()
        )?;
        writeln!(
            f,
            "{} rows; degrees of freedom of a complete table: {}",
            self.n_rows(),
            self.complete_df()
        )?;
        write_levels(self, f)?;
        write_dispersion(self, f)?;
        write_coefficients(self, f)?;
        writeln!(f, "fmi: fraction of the information of a complete table that is missing")
    }
}

fn write_levels(fit: &PooledFit, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if fit.levels().is_empty() {
        return writeln!(f, "\nNo random intercepts");
    }
    writeln!(f, "\nRandom intercepts (log rate), pooled as log sd")?;
    let width = fit.levels().iter().map(|level| level.level.chars().count()).max().unwrap_or(0).max(5);
    writeln!(
        f,
        "  {:width$} {:>8} {:>10} {:>10} {:>10} {:>9} {:>6}",
        "level", "areas", "sd", "log sd", "std.error", "df", "fmi"
    )?;
    for level in fit.levels() {
        write!(f, "  {:width$} {:>8}", level.level, level.n_areas)?;
        match level.sd {
            PooledSd::Positive { log_sd: pooled } => writeln!(
                f,
                " {:>10.5} {:>10.5} {:>10.5} {:>9} {:>6.3}",
                pooled.estimate.exp(),
                pooled.estimate,
                pooled.std_error,
                pooled.df,
                pooled.missing_information
            )?,
            PooledSd::AtZero { in_tables, of, mean_variance } => writeln!(
                f,
                " {:>10.5}  exactly 0 in {in_tables} of {of} tables: no log to pool; sd of the mean variance",
                mean_variance.sqrt()
            )?,
        }
    }
    Ok(())
}

fn write_dispersion(fit: &PooledFit, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match fit.dispersion() {
        PooledDispersion::Poisson => Ok(()),
        PooledDispersion::NegBin2 { log_theta: pooled } => writeln!(
            f,
            "\ntheta {:.4}, pooled as log theta {:.5} (std.error {:.5}, df {}, fmi {:.3})",
            pooled.estimate.exp(),
            pooled.estimate,
            pooled.std_error,
            pooled.df,
            pooled.missing_information
        ),
        PooledDispersion::PoissonLimit { in_tables, of, mean_inverse_theta } => writeln!(
            f,
            "\ntheta is infinite in {in_tables} of {of} tables: no log to pool; mean of 1/theta {}",
            number(mean_inverse_theta)
        ),
    }
}

fn write_coefficients(fit: &PooledFit, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "\nCoefficients (log rate)")?;
    let width = fit.coefficients().iter().map(|c| c.term.chars().count()).max().unwrap_or(0).max(4);
    writeln!(
        f,
        "  {:width$} {:>12} {:>11} {:>9} {:>9} {:>10} {:>6}",
        "term", "estimate", "std.error", "df", "t", "Pr(>|t|)", "fmi"
    )?;
    for c in fit.coefficients() {
        let pooled = c.pooled;
        writeln!(
            f,
            "  {:width$} {:>12} {:>11} {:>9} {:>9.2} {:>10} {:>6.3}",
            c.term,
            number(pooled.estimate),
            number(pooled.std_error),
            pooled.df,
            pooled.t(),
            p_value(pooled.p_value()),
            pooled.missing_information
        )?;
    }
    Ok(())
}

impl fmt::Display for PooledTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "F {:.4} with {} and {} degrees of freedom, Pr(>F) {}; relative increase of variance {:.4}",
            self.statistic,
            self.numerator_df,
            self.denominator_df,
            p_value(self.p_value),
            self.relative_increase
        )
    }
}
