//! The summary, for readers of `summary()` in R.

use super::certificate::Certificate;
use super::coefficient::Coefficient;
use super::fit::Fit;
use super::gauge::{Gauge, ImpliedStep};
use super::variance::{Dispersion, LevelVariance, StandardDeviation};
use crate::family::Family;
use std::fmt;

impl fmt::Display for Fit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Multilevel count model, {} log link, {} maximum likelihood",
            family_words(self.family()),
            self.approximation()
        )?;
        writeln!(f, "{:>12} {:>12} {:>14} {:>14} {:>8}", "AIC", "BIC", "logLik", "-2*logLik", "rows")?;
        writeln!(
            f,
            "{:>12.2} {:>12.2} {:>14.4} {:>14.4} {:>8}",
            self.aic(),
            self.bic(),
            self.log_likelihood(),
            -2.0 * self.log_likelihood(),
            self.n_rows()
        )?;
        if self.n_rows() < self.n_read() {
            writeln!(f, "{} of {} rows read are in the fit", self.n_rows(), self.n_read())?;
        }
        write_levels(self.levels(), "logLik", f)?;
        write_dispersion(self.dispersion(), f)?;
        write_coefficients(self.coefficients(), f)?;
        write_certificate(self.certificate(), f)?;
        self.approximation().gauge().map_or(Ok(()), |gauge| write_gauge(gauge, f))
    }
}

pub(crate) fn family_words(family: Family) -> &'static str {
    match family {
        Family::Poisson => "Poisson",
        Family::NegBin2 => "negative binomial, V = mu + mu^2/theta,",
    }
}

pub(crate) fn write_certificate(certificate: &Certificate, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(
        f,
        "\nConverged in {} evaluations: at the maximum to {:.0e} standard errors; smallest scaled curvature {:.2}",
        certificate.evaluations,
        certificate.decrement.max(0.0).sqrt(),
        certificate.smallest_curvature
    )
}

fn write_gauge(gauge: &Gauge, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Gauge { epsilon, largest: ImpliedStep { parameter, std_errors }, .. } = gauge;
    writeln!(
        f,
        "Second-order gauge: epsilon {epsilon:.2}, largest step {std_errors:.3} standard errors ({parameter})"
    )
}

/// Variances by level; `maximised` is what falls when one leaves 0.
pub(crate) fn write_levels(
    levels: &[LevelVariance],
    maximised: &str,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    if levels.is_empty() {
        return writeln!(f, "\nNo random intercepts");
    }
    writeln!(f, "\nRandom intercepts (log rate)")?;
    let width = levels.iter().map(|level| level.level.chars().count()).max().unwrap_or(0).max(5);
    writeln!(
        f,
        "  {:width$} {:>8} {:>10} {:>10} {:>10} {:>12}",
        "level", "areas", "variance", "sd", "std.error", "median ratio"
    )?;
    for level in levels {
        let (sd, name) = (level.sd, &level.level);
        write!(f, "  {name:width$} {:>8} {:>10.5} {:>10.5}", level.n_areas, sd.variance(), sd.estimate())?;
        match sd {
            StandardDeviation::Positive { std_error, .. } => {
                writeln!(f, " {std_error:>10.5} {:>12.4}", sd.median_rate_ratio())?
            }
            StandardDeviation::Zero { score, .. } => {
                let fall = -score;
                writeln!(
                    f,
                    " {:>10} {:>12}  exactly 0: {maximised} falls by {fall:.3} per unit of variance",
                    "-", "1.0000"
                )?
            }
        }
    }
    Ok(())
}

pub(crate) fn write_dispersion(dispersion: Dispersion, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match dispersion {
        Dispersion::Poisson => Ok(()),
        Dispersion::NegBin2 { theta, std_error } => {
            writeln!(f, "\ntheta {theta:.4} (std.error {std_error:.4})")
        }
        Dispersion::PoissonLimit { score } => {
            writeln!(
                f,
                "\ntheta is infinite: no overdispersion is left, this is the Poisson fit (score {score:.3})"
            )
        }
    }
}

pub(crate) fn write_coefficients(coefficients: &[Coefficient], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    writeln!(f, "\nCoefficients (log rate)")?;
    let width = coefficients.iter().map(|c| c.term.chars().count()).max().unwrap_or(0).max(4);
    writeln!(f, "  {:width$} {:>12} {:>11} {:>9} {:>10}", "term", "estimate", "std.error", "z", "Pr(>|z|)")?;
    for c in coefficients {
        let p = p_value(c.p_value());
        let (estimate, error) = (number(c.estimate), number(c.std_error));
        writeln!(f, "  {:width$} {estimate:>12} {error:>11} {:>9.2} {p:>10}", c.term, c.z())?;
    }
    Ok(())
}

/// A p-value as R's summaries print it.
pub(crate) fn p_value(p: f64) -> String {
    match p {
        p if p < 2e-16 => "<2e-16".to_string(),
        p if p < 1e-3 => format!("{p:.1e}"),
        p => format!("{p:.4}"),
    }
}

/// Five decimals, or the exponent where those would show nothing.
pub(crate) fn number(x: f64) -> String {
    if x != 0.0 && (x.abs() < 1e-3 || x.abs() >= 1e5) { format!("{x:.3e}") } else { format!("{x:.5}") }
}
