//! One number, pooled.

use super::check::{numbers_with_variances, specification};
use crate::error::Result;
use crate::infer::{Confidence, DegreesOfFreedom, Interval, t_quantile, t_tails};
use serde::{Deserialize, Serialize};

/// An estimate pooled over m completed tables by Rubin's rules.
///
/// With estimates q and variances u (squared standard errors) of the m tables: q̄ = mean q, W = mean u,
/// B = Σ(q−q̄)²/(m−1), T = W + (1+1/m)B.
///
/// Degrees of freedom are those of Barnard & Rubin (1999), 1/df = λ²/(m−1) + (ν+3)/(ν(ν+1)(1−λ)) with ν those of a
/// complete table, and Rubin's (1987) (m−1)/λ² where ν is infinite. They are infinite where the tables agree and ν is
/// infinite too. mice holds λ at 1e-4 at least when it computes them; here the formulas stand as published, so the two
/// differ where λ is below that.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PooledEstimate {
    /// q̄, the mean of the estimates.
    pub estimate: f64,
    /// √T, with what was withheld accounted for.
    pub std_error: f64,
    /// Degrees of freedom of the t that (estimate − truth)/std_error follows.
    pub df: DegreesOfFreedom,
    /// Number of tables, m.
    pub tables: usize,
    /// W: the variance had the tables been complete.
    pub within: f64,
    /// B: the variance of the estimates between tables.
    pub between: f64,
    /// λ = (1+1/m)B/T, the share of the variance that is due to what was withheld; 0 to 1.
    pub lambda: f64,
    /// Fraction of missing information (r + 2/(df+3))/(r+1), r the relative increase; 0 to 1.
    ///
    /// Where the tables agree it is 2/(df+3): 0 only with infinite degrees of freedom.
    pub missing_information: f64,
}

impl PooledEstimate {
    /// Pools the estimates of m tables with their variances; `complete` are the degrees of freedom that one complete
    /// table would have, infinite for a large one.
    ///
    /// A variance of 0 is taken as it is. Fails on fewer than 2 tables (one shows no differences), lengths that do not
    /// agree, numbers that are not finite, negative variances, variances that are all 0, and degrees of freedom not
    /// above 0.
    pub fn of(estimates: &[f64], variances: &[f64], complete: DegreesOfFreedom) -> Result<Self> {
        let complete = complete.check()?;
        numbers_with_variances(estimates, variances)?;
        let (estimate, within) = (mean(estimates), mean(variances));
        let between = variance(estimates, estimate);
        let missing = (1.0 + 1.0 / estimates.len() as f64) * between;
        let total = within + missing;
        let (lambda, observed) = (missing / total, within / total);
        if !(observed > 0.0 && total.is_finite()) {
            return Err(specification(format!(
                "the estimates cannot be pooled: a variance of {within:e} within the tables and one of {between:e} between them"
            )));
        }
        let df = complete.pooled(estimates.len(), lambda, observed);
        Ok(PooledEstimate {
            estimate,
            std_error: total.sqrt(),
            df,
            tables: estimates.len(),
            within,
            between,
            lambda,
            missing_information: lambda + observed * few_tables(df),
        })
    }

    /// T = W + (1+1/m)B.
    pub fn total(&self) -> f64 {
        self.within + (1.0 + 1.0 / self.tables as f64) * self.between
    }

    /// r = (1+1/m)B/W: by how much the variance grew through what was withheld.
    pub fn relative_increase(&self) -> f64 {
        (1.0 + 1.0 / self.tables as f64) * self.between / self.within
    }

    /// estimate / standard error.
    pub fn t(&self) -> f64 {
        self.estimate / self.std_error
    }

    /// Two-sided p-value of the value 0, by the t distribution.
    pub fn p_value(&self) -> f64 {
        t_tails(self.t(), self.df)
    }

    /// `estimate ± q · std_error`, q the quantile of the t distribution.
    pub fn interval(&self, confidence: Confidence) -> Interval {
        interval(self.estimate, self.std_error, self.df, confidence)
    }
}

pub(super) fn interval(estimate: f64, sd: f64, df: DegreesOfFreedom, confidence: Confidence) -> Interval {
    let half = t_quantile(confidence.get(), df) * sd;
    Interval { low: estimate - half, high: estimate + half }
}

/// 2/(df+3): what the fraction of missing information gains because m is finite.
pub(super) fn few_tables(df: DegreesOfFreedom) -> f64 {
    match df {
        DegreesOfFreedom::Finite(df) => 2.0 / (df + 3.0),
        DegreesOfFreedom::Infinite => 0.0,
    }
}

/// The mean, exact where all are the same.
pub(super) fn mean(xs: &[f64]) -> f64 {
    let first = xs.first().copied().unwrap_or(0.0);
    first + xs.iter().map(|x| x - first).sum::<f64>() / xs.len().max(1) as f64
}

/// Σ(x − centre)²/(m−1), of two or more.
pub(super) fn variance(xs: &[f64], centre: f64) -> f64 {
    xs.iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (xs.len() as f64 - 1.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use DegreesOfFreedom::{Finite, Infinite};

    #[test]
    fn what_cannot_be_pooled_is_refused() {
        let code = |q: &[f64], u: &[f64]| PooledEstimate::of(q, u, Infinite).unwrap_err().code();
        assert_eq!(code(&[], &[]), "specification");
        assert_eq!(code(&[1.0], &[0.5]), "specification");
        assert_eq!(code(&[1.0, 2.0], &[0.5]), "length");
        assert_eq!(code(&[1.0, f64::NAN], &[0.5, 0.5]), "specification");
        assert_eq!(code(&[1.0, 2.0], &[0.5, f64::INFINITY]), "specification");
        assert_eq!(code(&[1.0, 2.0], &[0.5, -0.5]), "specification");
        assert_eq!(code(&[1.0, 2.0], &[0.0, 0.0]), "specification");
        assert_eq!(code(&[1e200, -1e200], &[1.0, 1.0]), "specification");
        assert!(PooledEstimate::of(&[1.0, 2.0], &[0.5, 0.5], Finite(0.0)).is_err());
    }

    #[test]
    fn messages_name_the_table_from_1() {
        let error = PooledEstimate::of(&[1.0, 2.0], &[0.5, -0.5], Infinite).unwrap_err();
        assert!(error.to_string().contains("table 2 is -0.5"), "{error}");
    }

    #[test]
    fn one_variance_of_0_is_taken_as_it_is() {
        let pooled = PooledEstimate::of(&[0.0, 1.0], &[0.0, 0.5], Finite(20.0)).unwrap();
        assert_eq!((pooled.estimate, pooled.within, pooled.between), (0.5, 0.25, 0.5));
    }
}
