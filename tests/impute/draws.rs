//! Each drawn count lies where it was published to lie, and says that it was drawn.

use crate::published::Published;
use crate::tables::{generator, neg_bin2, poisson};
use crate::{all_published, is_known, may_be};
use nestcount::Options;
use nestcount::count::Count;
use nestcount::family::Scatter;
use nestcount::impute::{Completed, Imputations, Imputer, Origin};

/// Checks a completed table against what was published; returns how many counts were imputed.
#[track_caller]
fn assert_agrees(published: &Published, table: &Completed, origin: Origin) -> usize {
    assert_eq!(table.rows().len(), table.counts().len());
    let mut imputed = 0;
    for (&row, completed) in table.rows().iter().zip(table.counts()) {
        let known = published.counts[row];
        if is_known(known) {
            assert_eq!(completed.origin, Origin::Published, "row {row}");
            assert_eq!(completed.count, known.bounds().lo() as f64, "row {row}");
            continue;
        }
        imputed += 1;
        assert_eq!(completed.origin, origin, "row {row}");
        match origin {
            Origin::Drawn => {
                assert_eq!(completed.count, completed.count.trunc(), "row {row}");
                assert!(may_be(known, completed.count as u64), "row {row}: {} in {known:?}", completed.count);
            }
            _ => {
                let (lo, hi) = (known.bounds().lo() as f64, known.bounds().hi());
                assert!(
                    completed.count >= lo && hi.is_none_or(|hi| completed.count <= hi as f64),
                    "row {row}"
                );
            }
        }
    }
    assert_eq!(table.n_imputed(), imputed);
    assert!(table.cells().is_empty());
    imputed
}

#[test]
fn a_million_drawn_counts_lie_inside_their_bounds() {
    let (mut drawn, options) = (0, Options::default());
    let rng = &mut generator(1);
    let around = |_: usize, y: u64| crate::published::interval(y.saturating_sub(2), y + 2);
    let everywhere = [Published::of(neg_bin2(5), crate::randomly(5)), Published::of(poisson(6), around)];
    let quotas = everywhere.into_iter().map(|published| (published, 360_000));
    for (published, wanted) in quotas.chain(all_published().into_iter().map(|published| (published, 50_000)))
    {
        let problem = published.problem().unwrap();
        let fit = problem.fit(&options).unwrap();
        let imputer = Imputer::new(&problem, &fit, &options).unwrap();
        let tables = Imputations::new(wanted / problem.n_coarse() + 1).on_threads(2);
        let each = imputer.tables(tables, rng).unwrap();
        drawn += each.iter().map(|table| assert_agrees(&published, table, Origin::Drawn)).sum::<usize>();
        assert_agrees(&published, &imputer.draw_at_estimate(rng).unwrap(), Origin::Drawn);
    }
    assert!(drawn >= 1_000_000, "{drawn}");
}

/// Σ y p(y) w(y) / Σ p(y) w(y), term by term from logarithms.
fn mean_by_sum(count: Count, mean: f64, scatter: Scatter) -> f64 {
    let log_density = |y: f64| match scatter {
        Scatter::Poisson => y * mean.ln() - mean - libm::lgamma(y + 1.0),
        Scatter::NegBin2 { theta } => {
            libm::lgamma(y + theta) - libm::lgamma(theta) - libm::lgamma(y + 1.0)
                + theta * (theta / (theta + mean)).ln()
                + y * (mean / (theta + mean)).ln()
        }
    };
    let weight = |y: u64| match count {
        Count::RandomlyRounded(rounded) => rounded.probability(y),
        _ => 1.0,
    };
    let bounds = count.bounds();
    let (lo, hi) = (bounds.lo(), bounds.hi().unwrap_or(bounds.lo() + 5000));
    let (mut sum, mut first) = (0.0, 0.0);
    let largest = (lo..=hi).map(|y| log_density(y as f64)).fold(f64::NEG_INFINITY, f64::max);
    for y in lo..=hi {
        let term = weight(y) * (log_density(y as f64) - largest).exp();
        sum += term;
        first += term * y as f64;
    }
    first / sum
}

#[test]
fn the_conditional_mean_is_the_sum_over_what_the_count_may_be() {
    let options = Options::default();
    for published in all_published() {
        let problem = published.problem().unwrap();
        let fit = problem.fit(&options).unwrap();
        let table = Imputer::new(&problem, &fit, &options).unwrap().conditional_mean().unwrap();
        assert_agrees(&published, &table, Origin::ConditionalMean);
        let means = fit.fitted(&problem).unwrap().conditional();
        let scatter = fit.dispersion().theta().map_or(Scatter::Poisson, |theta| Scatter::NegBin2 { theta });
        for ((&row, completed), mean) in table.rows().iter().zip(table.counts()).zip(means) {
            let expected = mean_by_sum(published.counts[row], mean, scatter);
            let far = (completed.count - expected).abs();
            assert!(far < 1e-8 * expected.max(1.0), "row {row}: {} {expected}", completed.count);
        }
    }
}

/// Drawn at the estimates with effects drawn, the mean over many draws is near the conditional mean.
#[test]
fn draws_scatter_about_the_conditional_mean() {
    let options = Options::default();
    for published in [Published::of(poisson(3), crate::below(25)), Published::of(neg_bin2(4), crate::mixed)] {
        let problem = published.problem().unwrap();
        let fit = problem.fit(&options).unwrap();
        let imputer = Imputer::new(&problem, &fit, &options).unwrap();
        let rng = &mut generator(5);
        let (draws, rows) = (400, problem.n_rows());
        let (mut sum, mut squares) = (vec![0.0; rows], vec![0.0; rows]);
        for _ in 0..draws {
            for (at, completed) in imputer.draw_at_estimate(rng).unwrap().counts().iter().enumerate() {
                sum[at] += completed.count / f64::from(draws);
                squares[at] += completed.count * completed.count / f64::from(draws);
            }
        }
        let means = imputer.conditional_mean().unwrap();
        // scatter of the effects lifts log-normal means a little; systematic error would be far larger
        let z: Vec<f64> = (0..rows)
            .filter(|&at| means.counts()[at].origin != Origin::Published)
            .map(|at| {
                let variance = (squares[at] - sum[at] * sum[at]).max(1e-3);
                (sum[at] - means.counts()[at].count) / variance.sqrt()
            })
            .collect();
        let average = z.iter().sum::<f64>() / z.len() as f64;
        assert!(average.abs() < 0.1, "{average}");
        assert!(z.iter().all(|z| z.abs() < 0.6), "{z:?}");
    }
}

#[test]
fn where_nothing_is_withheld_every_table_is_the_published_one() {
    let options = Options::default();
    for question in [poisson(1), neg_bin2(1)] {
        let published = Published::of(question, |_, y| Count::Exact(y));
        let problem = published.problem().unwrap();
        let fit = problem.fit(&options).unwrap();
        let imputer = Imputer::new(&problem, &fit, &options).unwrap();
        for table in [
            imputer.draw(&mut generator(1)).unwrap(),
            imputer.conditional_mean().unwrap(),
            problem.midpoints().unwrap(),
        ] {
            assert_eq!(table.n_imputed(), 0);
            assert_agrees(&published, &table, Origin::Drawn);
            let refitted = problem.completed(&table).unwrap().fit(&options).unwrap();
            assert_eq!(refitted, fit);
        }
    }
}
