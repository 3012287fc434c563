//! Means and standard deviations in two passes.

/// Arithmetic mean; 0 of nothing.
///
/// The second pass adds the mean of what the first left over, so a large common part costs no digits.
pub(super) fn mean(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let rough: f64 = values.iter().map(|x| x / n).sum();
    rough + values.iter().map(|x| (x - rough) / n).sum::<f64>()
}

/// Standard deviation about a mean, over n - 1; 0 where nothing varies.
pub(super) fn standard_deviation(values: &[f64], mean: f64) -> f64 {
    let largest = values.iter().fold(0.0, |a: f64, x| a.max((x - mean).abs()));
    if largest == 0.0 || values.len() < 2 {
        return 0.0;
    }
    // Relative to the largest, so that squares neither overflow nor vanish.
    let squares: f64 = values.iter().map(|x| ((x - mean) / largest).powi(2)).sum();
    largest * (squares / (values.len() - 1) as f64).sqrt()
}

/// Mean of each of `n_groups` groups over (group, value) pairs; `None` for a group without a value.
pub(super) fn group_means(
    n_groups: usize,
    pairs: impl Iterator<Item = (u32, f64)> + Clone,
) -> Vec<Option<f64>> {
    let mut counts = vec![0_usize; n_groups];
    for (group, _) in pairs.clone() {
        if let Some(count) = counts.get_mut(group as usize) {
            *count += 1;
        }
    }
    let rough = sums_of_shares(&counts, pairs.clone());
    let left = sums_of_shares(
        &counts,
        pairs.map(|(group, x)| (group, x - rough.get(group as usize).copied().unwrap_or(0.0))),
    );
    let means = rough.iter().zip(&left).map(|(rough, left)| rough + left);
    counts.iter().zip(means).map(|(&count, mean)| (count > 0).then_some(mean)).collect()
}

fn sums_of_shares(counts: &[usize], pairs: impl Iterator<Item = (u32, f64)>) -> Vec<f64> {
    let mut sums = vec![0.0; counts.len()];
    for (group, x) in pairs {
        if let (Some(sum), Some(&count)) = (sums.get_mut(group as usize), counts.get(group as usize)) {
            *sum += x / count as f64;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_common_part_costs_no_digits() {
        let values: Vec<f64> = [1.0, 2.0, 4.0].iter().map(|x| x + 1e9).collect();
        let mean = mean(&values);
        assert!((mean - 1e9 - 7.0 / 3.0).abs() < 2e-7);
        assert!((standard_deviation(&values, mean) - (7.0_f64 / 3.0).sqrt()).abs() < 1e-7);
        assert_eq!(super::mean(&[0.1; 7]), 0.1);
    }

    #[test]
    fn huge_and_tiny_values_neither_overflow_nor_vanish() {
        for scale in [1e300, 1e-300] {
            let values = [1.0 * scale, 3.0 * scale];
            let deviation = standard_deviation(&values, mean(&values));
            assert!((deviation / scale / 2.0_f64.sqrt() - 1.0).abs() < 1e-12, "{scale}");
        }
    }

    #[test]
    fn a_group_without_values_has_no_mean() {
        let pairs = [(0, 1.0), (2, 5.0), (0, 2.0)];
        assert_eq!(group_means(3, pairs.into_iter()), [Some(1.5), None, Some(5.0)]);
    }
}
