//! A statistic freed of what it owes to the estimates.

use crate::numeric::dense::Cholesky;
use ndarray::{Array1, Array2};

/// Fewer simulated tables than this for each estimate say nothing of the dependence.
const TABLES_PER_ESTIMATE: usize = 8;

/// A table's statistic with the estimates of its fit (variances, 1/θ).
#[derive(Debug, Clone)]
pub(super) struct WithEstimates {
    pub value: f64,
    pub estimates: Vec<f64>,
}

/// How far each table is from what its own estimates predict, by a linear regression over the simulated ones: prediction
/// error of the observed table, deleted residuals of the others, which vary alike.
///
/// Tables are drawn at the estimates of the observed one, and a statistic that moves with the estimates would move twice.
/// Given the estimates, which are nearly sufficient, its distribution no longer depends on the parameters.
pub(super) fn deviations(observed: &WithEstimates, simulated: &[WithEstimates]) -> (f64, Vec<f64>) {
    let plain = || (observed.value, simulated.iter().map(|table| table.value).collect());
    let n = simulated.len();
    let moving: Vec<(usize, f64, f64)> = (0..observed.estimates.len())
        .filter_map(|j| {
            let mean = simulated.iter().map(|table| table.estimates[j]).sum::<f64>() / n as f64;
            let square = simulated.iter().map(|table| (table.estimates[j] - mean).powi(2)).sum::<f64>();
            let sd = (square / n as f64).sqrt();
            (sd > 1e-9 * mean.abs() && sd > 0.0).then_some((j, mean, sd))
        })
        .collect();
    if moving.is_empty() || n < TABLES_PER_ESTIMATE * (1 + moving.len()) {
        return plain();
    }
    let row = |table: &WithEstimates| -> Array1<f64> {
        let scaled = moving.iter().map(|&(j, mean, sd)| (table.estimates[j] - mean) / sd);
        std::iter::once(1.0).chain(scaled).collect()
    };
    let k = 1 + moving.len();
    let (mut gram, mut right) = (Array2::<f64>::zeros((k, k)), Array1::<f64>::zeros(k));
    for table in simulated {
        let x = row(table);
        for i in 0..k {
            right[i] += x[i] * table.value;
            for j in 0..k {
                gram[[i, j]] += x[i] * x[j];
            }
        }
    }
    let Some(factor) = Cholesky::new(&gram.view()) else { return plain() };
    let slopes = factor.solve(&right.view());
    let deleted = simulated.iter().map(|table| {
        let x = row(table);
        let leverage = x.dot(&factor.solve(&x.view()));
        (table.value - slopes.dot(&x)) / (1.0 - leverage).max(0.1)
    });
    (observed.value - slopes.dot(&row(observed)), deleted.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(value: f64, estimates: &[f64]) -> WithEstimates {
        WithEstimates { value, estimates: estimates.to_vec() }
    }

    #[test]
    fn what_the_estimates_say_is_taken_out_and_the_rest_is_kept() {
        let noise = |i: usize| ((i * 7919) % 13) as f64 / 13.0 - 0.5;
        let made = |i: usize| {
            let (a, b) = (((i * 31) % 17) as f64, ((i * 11) % 19) as f64);
            table(3.0 + 2.0 * a - b + noise(i), &[a, b, 4.0])
        };
        let simulated: Vec<WithEstimates> = (0..200).map(made).collect();
        let (observed, others) =
            deviations(&table(3.0 + 2.0 * 5.0 - 2.0 + 4.0, &[5.0, 2.0, 4.0]), &simulated);
        assert!((observed - 4.0).abs() < 0.2, "{observed}");
        assert!(others.iter().enumerate().all(|(i, other)| (other - noise(i)).abs() < 0.2));
    }

    #[test]
    fn a_deleted_residual_is_the_error_of_predicting_from_the_others() {
        let made = |i: usize| table((i as f64 * 1.3).sin(), &[(i as f64 * 0.7).cos()]);
        let all: Vec<WithEstimates> = (0..40).map(made).collect();
        let (_, deleted) = deviations(&all[0], &all);
        // the mean and sd of the scaling differ without the table, but the line does not
        let (predicted, _) = deviations(&all[3], &[&all[..3], &all[4..]].concat());
        assert!((deleted[3] - predicted).abs() < 1e-12, "{} {predicted}", deleted[3]);
    }

    #[test]
    fn few_tables_are_left_as_they_are() {
        let all: Vec<WithEstimates> = (0..10).map(|i| table(i as f64, &[i as f64])).collect();
        assert_eq!(deviations(&all[2], &all).0, 2.0);
    }
}
