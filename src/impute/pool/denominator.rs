//! Degrees of freedom below an F of several parameters.

use crate::infer::DegreesOfFreedom;

/// Li, Raghunathan & Rubin 1991, for large complete tables: `increase` is the relative increase r of k parameters in m
/// tables.
///
/// With t = k(m−1): 4 + (t−4)(1+(1−2/t)/r)² above t = 4, else t(1+1/k)(1+1/r)²/2; infinite where r is 0.
pub(super) fn large_sample(k: usize, m: usize, increase: f64) -> DegreesOfFreedom {
    let (parameters, t) = (k as f64, degrees_between(k, m));
    let df = match t > 4.0 {
        true => 4.0 + (t - 4.0) * (1.0 + (1.0 - 2.0 / t) / increase).powi(2),
        false => 0.5 * t * (1.0 + 1.0 / parameters) * (1.0 + 1.0 / increase).powi(2),
    };
    DegreesOfFreedom::of(df)
}

/// Reiter 2007, for complete tables with few degrees of freedom.
///
/// His formula asks for t > 4 and ν* > 4(1+a) (ν* = ν(ν+1)/(ν+3), a = rt/(t−2)). Elsewhere the large-sample degrees of
/// freedom and those of the observed data, ν*/(1+r), are combined as by Barnard & Rubin (1999), whose formula this is
/// where k is 1.
pub(super) fn small_sample(
    k: usize,
    m: usize,
    increase: f64,
    complete: DegreesOfFreedom,
) -> DegreesOfFreedom {
    let DegreesOfFreedom::Finite(observed) = complete.observed() else {
        return large_sample(k, m, increase);
    };
    let t = degrees_between(k, m);
    let a = increase * t / (t - 2.0);
    match t > 4.0 && observed > 4.0 * (1.0 + a) {
        true => reiter(t, a, observed),
        false => large_sample(k, m, increase).with(DegreesOfFreedom::of(observed / (1.0 + increase))),
    }
}

fn reiter(t: f64, a: f64, observed: f64) -> DegreesOfFreedom {
    let grown = 1.0 + a;
    let (two, four) = (observed - 2.0 * grown, observed - 4.0 * grown);
    let sum = two / (grown * grown * four)
        + 8.0 * two / (grown * four * four)
        + 4.0 / (grown * four)
        + 4.0 / (four * two)
        + 16.0 * two / four.powi(3)
        + 8.0 / (four * four);
    DegreesOfFreedom::of(4.0 + 1.0 / (1.0 / four + a * a / (t - 4.0) * sum))
}

/// t = k(m−1).
fn degrees_between(k: usize, m: usize) -> f64 {
    k as f64 * (m as f64 - 1.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use DegreesOfFreedom::{Finite, Infinite};
    use approx::assert_relative_eq;

    fn number(df: DegreesOfFreedom) -> f64 {
        match df {
            Finite(df) => df,
            Infinite => f64::INFINITY,
        }
    }

    #[test]
    fn one_parameter_of_few_tables_has_the_degrees_of_freedom_of_one_number() {
        for m in 2..=5 {
            for increase in [0.05, 0.6, 3.0] {
                let lambda = increase / (1.0 + increase);
                for complete in [Finite(8.0), Finite(300.0), Infinite] {
                    let alone = complete.pooled(m, lambda, 1.0 - lambda);
                    let here = small_sample(1, m, increase, complete);
                    assert_relative_eq!(number(here), number(alone), max_relative = 1e-12);
                }
            }
        }
    }

    #[test]
    fn large_complete_tables_approach_the_large_sample() {
        for (k, m, increase) in [(3, 5, 0.4), (1, 20, 0.1), (12, 3, 2.0), (1, 3, 0.4)] {
            let large = number(large_sample(k, m, increase));
            assert_relative_eq!(
                number(small_sample(k, m, increase, Finite(1e13))),
                large,
                max_relative = 1e-6
            );
            assert!(number(small_sample(k, m, increase, Finite(200.0))) < large);
        }
    }

    #[test]
    fn tables_that_agree_leave_the_complete_data_alone() {
        for (k, m) in [(2, 5), (1, 3)] {
            assert_eq!(large_sample(k, m, 0.0), Infinite);
            let df = number(small_sample(k, m, 0.0, Finite(60.0)));
            assert_relative_eq!(df, 61.0 / 63.0 * 60.0, max_relative = 1e-14);
        }
    }
}
