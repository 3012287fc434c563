//! What holds for whatever is pooled.

use nestcount::impute::{DegreesOfFreedom, PooledEstimate, PooledTest};
use nestcount::infer::Confidence;
use nestcount::ndarray::Array2;
use proptest::prelude::*;

const COMPLETE: [DegreesOfFreedom; 3] =
    [DegreesOfFreedom::Infinite, DegreesOfFreedom::Finite(12.0), DegreesOfFreedom::Finite(2900.0)];

/// Estimates with variances above 0 of 2 to 12 tables.
fn tables() -> impl Strategy<Value = Vec<(f64, f64)>> {
    prop::collection::vec((-4.0..4.0f64, 0.01..3.0f64), 2..12)
}

fn pooled(tables: &[(f64, f64)], complete: DegreesOfFreedom) -> PooledEstimate {
    let (estimates, variances): (Vec<f64>, Vec<f64>) = tables.iter().copied().unzip();
    PooledEstimate::of(&estimates, &variances, complete).unwrap()
}

fn number(df: DegreesOfFreedom) -> f64 {
    1.0 / df.inverse()
}

#[track_caller]
fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * a.abs().max(b.abs()) + 1e-12, "{a} {b}");
}

/// All but the estimate itself, which `estimate` and `scale` say.
#[track_caller]
fn same_spread(one: &PooledEstimate, other: &PooledEstimate, scale: f64) {
    close(one.std_error * scale.abs(), other.std_error);
    close(one.within * scale * scale, other.within);
    close(one.between * scale * scale, other.between);
    close(one.lambda, other.lambda);
    close(one.df.inverse(), other.df.inverse());
    close(one.missing_information, other.missing_information);
}

proptest! {
    #[test]
    fn a_constant_shifts_the_estimate_and_nothing_else(tables in tables(), shift in -9.0..9.0f64) {
        for complete in COMPLETE {
            let moved: Vec<_> = tables.iter().map(|(q, u)| (q + shift, *u)).collect();
            let (one, other) = (pooled(&tables, complete), pooled(&moved, complete));
            close(one.estimate + shift, other.estimate);
            same_spread(&one, &other, 1.0);
        }
    }

    #[test]
    fn a_factor_scales_estimate_and_error(tables in tables(), factor in prop::sample::select(vec![-3.0, 0.01, 70.0])) {
        for complete in COMPLETE {
            let scaled: Vec<_> = tables.iter().map(|(q, u)| (q * factor, u * factor * factor)).collect();
            let (one, other) = (pooled(&tables, complete), pooled(&scaled, complete));
            close(one.estimate * factor, other.estimate);
            same_spread(&one, &other, factor);
            close(one.p_value(), other.p_value());
        }
    }

    #[test]
    fn the_order_of_the_tables_does_not_matter(tables in tables(), turn in 1..11usize) {
        let mut turned = tables.clone();
        turned.rotate_left(turn % tables.len());
        turned.reverse();
        for complete in COMPLETE {
            let (one, other) = (pooled(&tables, complete), pooled(&turned, complete));
            close(one.estimate, other.estimate);
            same_spread(&one, &other, 1.0);
        }
        let (q, u) = blocks(&tables);
        let (turned_q, turned_u) = blocks(&turned);
        let one = PooledTest::wald(&q, &u, COMPLETE[2]).unwrap();
        let other = PooledTest::wald(&turned_q, &turned_u, COMPLETE[2]).unwrap();
        close(one.statistic, other.statistic);
        close(one.p_value, other.p_value);
    }

    #[test]
    fn what_was_withheld_never_makes_anything_surer(tables in tables()) {
        for complete in COMPLETE {
            let pooled = pooled(&tables, complete);
            prop_assert!(pooled.total() >= pooled.within);
            prop_assert!((0.0..1.0).contains(&pooled.lambda));
            prop_assert!(pooled.missing_information >= pooled.lambda && pooled.missing_information < 1.0);
            prop_assert!(number(pooled.df) <= number(complete));
            let (narrow, wide) = (pooled.interval(Confidence::P90), pooled.interval(Confidence::P99));
            prop_assert!(wide.low < narrow.low && narrow.low < pooled.estimate);
            prop_assert!(wide.high > narrow.high && narrow.high > pooled.estimate);
        }
    }

    #[test]
    fn identical_tables_give_the_table_back(q in -4.0..4.0f64, u in 0.01..3.0f64, m in 2..30usize) {
        let same = vec![(q, u); m];
        for complete in COMPLETE {
            let pooled = pooled(&same, complete);
            prop_assert_eq!((pooled.estimate, pooled.std_error), (q, u.sqrt()));
            prop_assert_eq!((pooled.between, pooled.lambda, pooled.relative_increase()), (0.0, 0.0, 0.0));
            match (complete, pooled.df) {
                (DegreesOfFreedom::Infinite, df) => {
                    prop_assert_eq!((df, pooled.missing_information), (DegreesOfFreedom::Infinite, 0.0));
                }
                (DegreesOfFreedom::Finite(complete), df) => {
                    close(number(df), complete * (complete + 1.0) / (complete + 3.0));
                    close(pooled.missing_information, 2.0 / (number(df) + 3.0));
                }
            }
        }
    }

    /// An interval holds 0 exactly where the p-value says that 0 is not refused.
    #[test]
    fn interval_and_p_value_say_the_same(tables in tables()) {
        for complete in COMPLETE {
            let pooled = pooled(&tables, complete);
            for level in [Confidence::P90, Confidence::P95, Confidence::P99] {
                let interval = pooled.interval(level);
                let inside = interval.low < 0.0 && interval.high > 0.0;
                prop_assert_eq!(inside, pooled.p_value() > 1.0 - level.get());
            }
        }
    }

    /// D1 of one parameter is t² with the p-value of another denominator; of any k it ignores the basis.
    #[test]
    fn the_wald_test_does_not_depend_on_the_basis(tables in tables()) {
        let (q, u) = blocks(&tables);
        let basis = nestcount::ndarray::array![[1.0, 2.0], [-0.5, 3.0]];
        let turned_q: Vec<Vec<f64>> =
            q.iter().map(|q| basis.dot(&nestcount::ndarray::Array1::from(q.clone())).to_vec()).collect();
        let turned_u: Vec<Array2<f64>> = u.iter().map(|u| basis.dot(u).dot(&basis.t())).collect();
        for complete in COMPLETE {
            let one = PooledTest::wald(&q, &u, complete).unwrap();
            let other = PooledTest::wald(&turned_q, &turned_u, complete).unwrap();
            close(one.statistic, other.statistic);
            close(one.relative_increase, other.relative_increase);
            close(one.denominator_df.inverse(), other.denominator_df.inverse());
        }
    }

    #[test]
    fn the_wald_test_of_one_parameter_is_its_t_squared(tables in tables()) {
        let q: Vec<Vec<f64>> = tables.iter().map(|(q, _)| vec![*q]).collect();
        let u: Vec<Array2<f64>> = tables.iter().map(|(_, u)| Array2::from_elem((1, 1), *u)).collect();
        for complete in COMPLETE {
            let (test, alone) = (PooledTest::wald(&q, &u, complete).unwrap(), pooled(&tables, complete));
            close(test.statistic, alone.t() * alone.t());
            close(test.relative_increase, alone.relative_increase());
            if tables.len() <= 5 {
                close(test.p_value, alone.p_value());
            }
        }
    }

    /// Statistics that are alike in all tables are one chi-square, whichever of the tests they go through.
    #[test]
    fn tables_that_agree_leave_one_chi_square(d in 0.1..60.0f64, k in 1..12usize, m in 2..9usize) {
        let statistics = vec![d; m];
        let d2 = PooledTest::chi_squares(&statistics, k).unwrap();
        let d3 = PooledTest::likelihood_ratios(&statistics, &statistics, k).unwrap();
        prop_assert_eq!(d2, d3);
        prop_assert_eq!(d2.denominator_df, DegreesOfFreedom::Infinite);
        close(d2.statistic, d / k as f64);
    }
}

/// Two parameters per table, with a covariance between them.
fn blocks(tables: &[(f64, f64)]) -> (Vec<Vec<f64>>, Vec<Array2<f64>>) {
    let q = tables.iter().map(|(q, u)| vec![*q, 0.3 * q * q - u]).collect();
    let u = tables.iter().map(|(_, u)| nestcount::ndarray::array![[*u, 0.2 * u], [0.2 * u, 0.5 * u + 0.1]]);
    (q, u.collect())
}
