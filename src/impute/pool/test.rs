//! Tests of several parameters at once: Wald, from chi-squares, by likelihood ratios.

use super::check::{at_least_two, finite, same_length, specification};
use super::covariance::Moments;
use super::denominator::{large_sample, small_sample};
use super::estimate::{mean, variance};
use crate::error::Result;
use crate::infer::{DegreesOfFreedom, f_tail};
use ndarray::Array2;
use serde::{Deserialize, Serialize};

/// An F test of the hypothesis that k parameters are 0, pooled over m completed tables.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PooledTest {
    /// The F statistic. Chi-squares that differ widely can bring it below 0; its p-value is then 1.
    pub statistic: f64,
    /// k, the degrees of freedom above.
    pub numerator_df: usize,
    /// Degrees of freedom below.
    pub denominator_df: DegreesOfFreedom,
    /// P(F > statistic).
    pub p_value: f64,
    /// r, the mean relative increase of the variance through what was withheld.
    pub relative_increase: f64,
}

impl PooledTest {
    /// The pooled Wald test D1: q̄'W⁻¹q̄ / (k(1+r)) with r = (1+1/m) tr(BW⁻¹)/k.
    ///
    /// Per table the estimates of k parameters (less their values under the hypothesis) and the k×k block of their
    /// covariance. It takes what was withheld to matter alike for all k (Li, Raghunathan & Rubin 1991); degrees of
    /// freedom are theirs where `complete` is infinite and Reiter's (2007) where it is finite. His formula is not
    /// defined where k(m−1) <= 4 or where `complete` is very small: there the two bounds are combined as Barnard &
    /// Rubin (1999) do for one number.
    ///
    /// Fails on fewer than 2 tables, lengths that do not agree, numbers that are not finite, and covariances whose mean
    /// is not positive definite.
    pub fn wald(
        estimates: &[Vec<f64>],
        covariances: &[Array2<f64>],
        complete: DegreesOfFreedom,
    ) -> Result<PooledTest> {
        let complete = complete.check()?;
        Moments::of(estimates, covariances)?.wald(complete)
    }

    /// The pooled chi-square test D2, for where nothing but the m statistics d of `parameters` = k degrees of freedom
    /// is known: (d̄/k − r(m+1)/(m−1)) / (1+r), r = (1+1/m) times the variance of √d.
    ///
    /// Degrees of freedom are k^(−3/m)(m−1)(1+1/r)². Source: Li, Meng, Raghunathan & Rubin 1991, who found it good for
    /// screening: prefer the others. Fails on fewer than 2 statistics, on k = 0, and on statistics that are not finite
    /// or below 0.
    pub fn chi_squares(statistics: &[f64], parameters: usize) -> Result<PooledTest> {
        check("the chi-square", statistics, parameters)?;
        if let Some(at) = statistics.iter().position(|d| *d < 0.0) {
            let below = statistics[at];
            return Err(specification(format!(
                "the chi-square of completed table {} is {below}; a chi-square is not below 0",
                at + 1
            )));
        }
        let (m, k) = (statistics.len() as f64, parameters as f64);
        let roots: Vec<f64> = statistics.iter().map(|d| d.sqrt()).collect();
        let increase = (1.0 + 1.0 / m) * variance(&roots, mean(&roots));
        let statistic = (mean(statistics) / k - (m + 1.0) / (m - 1.0) * increase) / (1.0 + increase);
        let df = k.powf(-3.0 / m) * (m - 1.0) * (1.0 + 1.0 / increase).powi(2);
        PooledTest::new(statistic, parameters, DegreesOfFreedom::of(df), increase)
    }

    /// The pooled likelihood-ratio test D3 of `parameters` = k: d̄_pooled / (k(1+r)),
    /// r = (m+1)(d̄_maxima − d̄_pooled)/(k(m−1)).
    ///
    /// Per table twice the difference of the log-likelihoods with and without the k parameters: `at_maxima` each model
    /// at its own maximum on that table, `at_pooled` each at its estimates pooled over all tables
    /// ([`super::PooledFit::parameters`] into [`crate::estimate::Likelihood::value`]). Degrees of freedom are those of
    /// Li, Raghunathan & Rubin (1991) for large tables. Source: Meng & Rubin 1992.
    ///
    /// By chance r can come out below 0, which no increase is; it then counts as 0. Fails on fewer than 2 tables, on
    /// lengths that do not agree, on k = 0 and on numbers that are not finite.
    pub fn likelihood_ratios(at_maxima: &[f64], at_pooled: &[f64], parameters: usize) -> Result<PooledTest> {
        check("the likelihood ratio at the maxima", at_maxima, parameters)?;
        same_length("the likelihood ratios at the pooled estimates", at_maxima.len(), at_pooled.len())?;
        finite("the likelihood ratio at the pooled estimates", at_pooled)?;
        let (m, k) = (at_maxima.len() as f64, parameters as f64);
        let pooled = mean(at_pooled);
        let increase = ((m + 1.0) * (mean(at_maxima) - pooled) / (k * (m - 1.0))).max(0.0);
        let df = large_sample(parameters, at_maxima.len(), increase);
        PooledTest::new(pooled / (k * (1.0 + increase)), parameters, df, increase)
    }

    fn new(
        statistic: f64,
        numerator_df: usize,
        denominator_df: DegreesOfFreedom,
        relative_increase: f64,
    ) -> Result<Self> {
        if !(statistic.is_finite() && relative_increase.is_finite()) {
            return Err(specification(format!(
                "the tables cannot be pooled: a statistic of {statistic:e} with a relative increase of {relative_increase:e}"
            )));
        }
        let p_value = f_tail(statistic, numerator_df, denominator_df);
        Ok(PooledTest { statistic, numerator_df, denominator_df, p_value, relative_increase })
    }
}

impl Moments {
    /// D1 from the moments.
    pub(super) fn wald(&self, complete: DegreesOfFreedom) -> Result<PooledTest> {
        let (m, k) = (self.tables as f64, self.mean.len());
        let Some(within) = self.within_factor() else {
            return Err(specification(
                "the mean covariance of the tested parameters is not positive definite: test fewer at once"
                    .into(),
            ));
        };
        let half = within.solve_lower(&self.mean.view());
        let trace: f64 =
            self.between.columns().into_iter().enumerate().map(|(j, b)| within.solve(&b)[j]).sum();
        let increase = (1.0 + 1.0 / m) * trace.max(0.0) / k as f64;
        let statistic = half.dot(&half) / (k as f64 * (1.0 + increase));
        PooledTest::new(statistic, k, small_sample(k, self.tables, increase, complete), increase)
    }
}

fn check(what: &str, statistics: &[f64], parameters: usize) -> Result<()> {
    at_least_two(statistics.len())?;
    finite(what, statistics)?;
    match parameters {
        0 => Err(specification("a test needs at least one parameter".into())),
        _ => Ok(()),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;
    use DegreesOfFreedom::{Finite, Infinite};
    use ndarray::array;
    use std::slice::from_ref;

    #[test]
    fn what_cannot_be_tested_is_refused() {
        let one = array![[1.0]];
        let wald = |q: &[Vec<f64>], u: &[Array2<f64>]| PooledTest::wald(q, u, Infinite).unwrap_err().code();
        assert_eq!(wald(&[vec![1.0]], from_ref(&one)), "specification");
        assert_eq!(wald(&[vec![1.0], vec![2.0]], from_ref(&one)), "length");
        assert_eq!(wald(&[vec![1.0], vec![2.0, 1.0]], &[one.clone(), one.clone()]), "length");
        assert_eq!(wald(&[vec![1.0], vec![2.0]], &[one.clone(), array![[1.0, 0.0]]]), "length");
        assert_eq!(wald(&[vec![1.0], vec![f64::NAN]], &[one.clone(), one.clone()]), "specification");
        assert_eq!(wald(&[vec![1.0], vec![2.0]], &[one.clone(), array![[f64::NAN]]]), "specification");
        assert_eq!(wald(&[vec![1.0], vec![2.0]], &[array![[0.0]], array![[0.0]]]), "specification");
        assert_eq!(wald(&[vec![], vec![]], &[array![[]], array![[]]]), "specification");
        assert!(PooledTest::wald(&[vec![1.0], vec![2.0]], &[one.clone(), one], Finite(-1.0)).is_err());
        assert!(PooledTest::chi_squares(&[3.0], 1).is_err());
        assert!(PooledTest::chi_squares(&[3.0, 4.0], 0).is_err());
        assert!(PooledTest::chi_squares(&[3.0, -0.1], 1).is_err());
        assert!(PooledTest::chi_squares(&[3.0, f64::NAN], 1).is_err());
        assert!(PooledTest::likelihood_ratios(&[3.0, 4.0], &[3.0], 1).is_err());
        assert!(PooledTest::likelihood_ratios(&[3.0, 4.0], &[3.0, f64::INFINITY], 1).is_err());
        assert!(PooledTest::likelihood_ratios(&[], &[], 1).is_err());
    }

    #[test]
    fn numbers_that_overflow_are_refused() {
        let unit = [array![[1.0]], array![[1.0]]];
        let far = [vec![1.7e308], vec![-1.7e308]];
        assert_eq!(PooledTest::wald(&far, &unit, Infinite).unwrap_err().code(), "specification");
        let far = [1.7e308, -1.7e308];
        assert_eq!(PooledTest::likelihood_ratios(&far, &far, 1).unwrap_err().code(), "specification");
    }

    #[test]
    fn a_length_that_does_not_agree_names_the_table() {
        let (q, u) = ([vec![1.0], vec![2.0, 1.0]], [array![[1.0]], array![[1.0]]]);
        let error = PooledTest::wald(&q, &u, Infinite).unwrap_err();
        let ErrorKind::Length { what, expected: 1, found: 2 } = error.kind() else { panic!("{error}") };
        assert!(what.contains("table 2"), "{what}");
    }
}
