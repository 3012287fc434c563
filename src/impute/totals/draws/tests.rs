use super::*;
use crate::count::RandomlyRounded;
use approx::assert_relative_eq;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use std::collections::HashMap;

const THETA: f64 = 2.5;

/// A nation of two regions with five towns between them; areas 0, then 1 and 2, then 3 to 7.
fn nation(of_row: Vec<usize>) -> Forest {
    let parents = vec![None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2), Some(2)];
    let names = (0..8).map(|node| format!("area {node}")).collect();
    Forest::new(parents, of_row, names).unwrap()
}

/// The areas around a row, its own among them.
fn around(forest: &Forest, row: usize) -> impl Iterator<Item = usize> + '_ {
    std::iter::successors(Some(forest.of_row()[row]), |&node| forest.parents()[node])
}

fn sums_of(forest: &Forest, counts: &[u64]) -> Vec<u64> {
    let mut sums = vec![0; forest.parents().len()];
    for (row, count) in counts.iter().enumerate() {
        around(forest, row).for_each(|node| sums[node] += count);
    }
    sums
}

fn log_density(y: u64, mean: f64, scatter: Scatter) -> f64 {
    let y = y as f64;
    match scatter {
        Scatter::Poisson => y * mean.ln() - libm::lgamma(y + 1.0),
        Scatter::NegBin2 { theta } => {
            libm::lgamma(y + theta) - libm::lgamma(theta) - libm::lgamma(y + 1.0)
                + y * (mean / (mean + theta)).ln()
        }
    }
}

fn log_sum(logs: impl Iterator<Item = f64> + Clone) -> f64 {
    let top = logs.clone().fold(f64::NEG_INFINITY, f64::max);
    top + logs.map(|log| (log - top).exp()).sum::<f64>().ln()
}

impl TotalDraws {
    /// log P(counts) by the chain of decisions that a draw takes; the tied rows only.
    fn log_probability(&mut self, counts: &[u64]) -> f64 {
        let mut sums: Vec<u64> = Vec::new();
        for part in &self.sums.parts {
            sums.push(match *part {
                Part::Row(row) => counts[row],
                Part::Pair(left, right) => sums[left] + sums[right],
            });
        }
        let mut log = 0.0;
        for &(top, _) in &self.sums.tops {
            let table = &self.logs[self.starts[top]..self.starts[top + 1]];
            log += table[(sums[top] - self.sums.ranges[top].lo) as usize] - log_sum(table.iter().copied());
        }
        for part in 0..sums.len() {
            if let Part::Pair(left, right) = self.sums.parts[part] {
                let first = self.split(sums[part], left, right);
                log += self.weights[(sums[left] - first) as usize] - log_sum(self.weights.iter().copied());
            }
        }
        log
    }
}

struct Table {
    forest: Forest,
    rows: Vec<RowMean>,
    totals: Vec<(usize, Interval)>,
    scatter: Scatter,
}

impl Table {
    /// A random table of few counts whose totals, on all three levels, some counts meet.
    fn random(rng: &mut ChaCha12Rng, scatter: Scatter) -> Table {
        let n = rng.random_range(3..6);
        let forest = nation((0..n).map(|_| rng.random_range(3..8)).collect());
        let rows: Vec<RowMean> = (0..n)
            .map(|_| RowMean { published: some_count(rng), mean: 10f64.powf(rng.random_range(-2.0..1.5)) })
            .collect();
        let counts: Vec<u64> = rows
            .iter()
            .map(|row| {
                let bounds = row.published.bounds();
                rng.random_range(bounds.lo()..=bounds.hi().unwrap_or(bounds.lo() + 4))
            })
            .collect();
        let mut totals = vec![(0, some_total(rng, sums_of(&forest, &counts)[0]))];
        for (node, &sum) in sums_of(&forest, &counts).iter().enumerate().skip(1) {
            if rng.random_bool(0.5) {
                totals.push((node, some_total(rng, sum)));
            }
        }
        Table { forest, rows, totals, scatter }
    }

    fn prepare(&self) -> Result<TotalDraws> {
        TotalDraws::prepare(&self.forest, &self.rows, &self.totals, self.scatter)
    }

    fn allows(&self, counts: &[u64]) -> bool {
        let sums = sums_of(&self.forest, counts);
        self.totals.iter().all(|&(node, total)| total.contains(sums[node]))
            && self.rows.iter().zip(counts).all(|(row, &count)| row.published.bounds().contains(count))
    }

    /// All counts that meet the totals, with their probabilities.
    fn enumerated(&self) -> Vec<(Vec<u64>, f64)> {
        let most = self.totals[0].1.hi().unwrap();
        let mut all: Vec<(Vec<u64>, f64)> = vec![(Vec::new(), 0.0)];
        for row in &self.rows {
            let bounds = row.published.bounds();
            let range = bounds.lo()..=bounds.hi().unwrap_or(most).min(most);
            let longer = all.iter().flat_map(|(counts, log)| {
                range.clone().map(move |y| {
                    let rounded = match row.published {
                        Count::RandomlyRounded(rounded) => rounded.probability(y).ln(),
                        _ => 0.0,
                    };
                    let counts: Vec<u64> = counts.iter().copied().chain([y]).collect();
                    (counts, log + rounded + log_density(y, row.mean, self.scatter))
                })
            });
            all = longer.collect();
        }
        all.retain(|(counts, _)| self.allows(counts));
        let total = log_sum(all.iter().map(|(_, log)| *log));
        all.into_iter().map(|(counts, log)| (counts, (log - total).exp())).collect()
    }
}

fn some_count(rng: &mut ChaCha12Rng) -> Count {
    let lo = rng.random_range(0..5);
    match rng.random_range(0..6) {
        0 => Count::Exact(lo),
        1 => Count::RandomlyRounded(RandomlyRounded::new(3, 3 * lo).unwrap()),
        2 => Count::Interval(Interval::at_least(lo)),
        _ => Count::interval(lo, lo + rng.random_range(1..6)).unwrap(),
    }
}

fn some_total(rng: &mut ChaCha12Rng, sum: u64) -> Interval {
    match rng.random_range(0..3) {
        0 => Interval::new(sum, sum),
        1 => Interval::new(0, sum + 1),
        _ => Interval::new(sum.saturating_sub(1), sum + 1),
    }
    .unwrap()
}

fn tables(
    n: usize,
    most_configurations: usize,
) -> impl Iterator<Item = (usize, Table, Vec<(Vec<u64>, f64)>)> {
    let mut rng = ChaCha12Rng::seed_from_u64(20);
    let some = (0..).map(move |i| {
        let scatter = [Scatter::Poisson, Scatter::NegBin2 { theta: THETA }][i % 2];
        let table = Table::random(&mut rng, scatter);
        let all = table.enumerated();
        (i, table, all)
    });
    some.filter(move |(_, _, all)| (2..=most_configurations).contains(&all.len())).take(n)
}

#[test]
fn every_configuration_has_its_enumerated_probability() {
    let mut tied = 0;
    for (_, table, all) in tables(300, 5000) {
        let mut draws = table.prepare().unwrap();
        // of a free row the chain says nothing
        if draws.free.is_empty() {
            tied += 1;
            for (counts, probability) in all {
                let found = draws.log_probability(&counts).exp();
                assert_relative_eq!(found, probability, max_relative = 1e-12, epsilon = 1e-30);
            }
        }
    }
    assert!(tied > 150, "{tied} tables were tied as a whole");
}

#[test]
fn draws_have_the_enumerated_joint_distribution() {
    const N: usize = 40_000;
    for (i, table, all) in tables(50, 12) {
        let mut draws = table.prepare().unwrap();
        let mut rng = ChaCha12Rng::seed_from_u64(i as u64);
        let mut seen: HashMap<Vec<u64>, f64> = HashMap::new();
        for _ in 0..N {
            let counts = draws.draw(&mut rng).unwrap();
            match seen.get_mut(counts) {
                Some(share) => *share += 1.0 / N as f64,
                None => {
                    seen.insert(counts.to_vec(), 1.0 / N as f64);
                }
            }
        }
        let distance: f64 =
            all.iter().map(|(counts, p)| (seen.remove(counts).unwrap_or(0.0) - p).abs()).sum::<f64>() / 2.0;
        assert!(seen.is_empty(), "table {i}: {seen:?} cannot be");
        assert!(distance < 0.01, "table {i}: {distance}");
    }
}

#[test]
fn a_million_draws_miss_no_bound_and_no_total() {
    let mut rng = ChaCha12Rng::seed_from_u64(8);
    for scatter in [Scatter::Poisson, Scatter::NegBin2 { theta: 0.4 }] {
        for _ in 0..20 {
            let table = Table::random(&mut rng, scatter);
            let mut draws = table.prepare().unwrap();
            for _ in 0..25_000 {
                assert!(table.allows(draws.draw(&mut rng).unwrap()));
            }
        }
    }
}

fn open(mean: f64) -> RowMean {
    RowMean { published: Count::Missing, mean }
}

fn exactly(total: u64) -> Interval {
    Interval::new(total, total).unwrap()
}

#[test]
fn poisson_counts_given_their_total_are_multinomial() {
    for (means, counts) in [
        ([1e-6, 1e6, 3.0, 800.0], [0, 1990, 1, 9]),
        ([10.0, 20.0, 30.0, 40.0], [180, 420, 610, 790]),
        ([1e-3, 1e-3, 1e-3, 2e-3], [500, 500, 0, 1000]),
    ] {
        let rows: Vec<RowMean> = means.into_iter().map(open).collect();
        let (n, sum): (u64, f64) = (counts.iter().sum(), means.iter().sum());
        let forest = nation(vec![3, 4, 5, 5]);
        let mut draws = TotalDraws::prepare(&forest, &rows, &[(0, exactly(n))], Scatter::Poisson).unwrap();
        let wanted = libm::lgamma(n as f64 + 1.0)
            + means
                .iter()
                .zip(counts)
                .map(|(mean, y)| log_density(y, mean / sum, Scatter::Poisson))
                .sum::<f64>();
        assert_relative_eq!(draws.log_probability(&counts), wanted, max_relative = 1e-9, epsilon = 1e-9);
    }
}

#[test]
fn like_negative_binomials_given_their_total_are_dirichlet_multinomial() {
    let scatter = Scatter::NegBin2 { theta: 0.6 };
    let one = |theta: f64, y: f64| libm::lgamma(y + theta) - libm::lgamma(theta) - libm::lgamma(y + 1.0);
    for (mean, counts) in [(2.0, [0, 5, 300, 95]), (900.0, [100, 100, 100, 100])] {
        let mut draws =
            TotalDraws::prepare(&nation(vec![3; 4]), &[open(mean); 4], &[(1, exactly(400))], scatter)
                .unwrap();
        let wanted: f64 = counts.iter().map(|&y| one(0.6, y as f64)).sum::<f64>() - one(4.0 * 0.6, 400.0);
        assert_relative_eq!(draws.log_probability(&counts), wanted, max_relative = 1e-10);
    }
}

#[test]
fn a_total_far_from_every_mean_is_met() {
    let mut rng = ChaCha12Rng::seed_from_u64(3);
    let within = Count::interval(0, 9).unwrap();
    for (mean, total) in [(1e-6, 150), (1e-6, 90), (1e6, 20), (1e6, 0)] {
        let rows = [RowMean { published: within, mean }; 20];
        let forest = nation(vec![4; 20]);
        let mut draws =
            TotalDraws::prepare(&forest, &rows, &[(4, exactly(total))], Scatter::Poisson).unwrap();
        for _ in 0..100 {
            assert_eq!(draws.draw(&mut rng).unwrap().iter().sum::<u64>(), total);
        }
    }
}

#[test]
fn an_at_least_total_far_above_the_means_keeps_the_tail_it_needs() {
    let rows = [open(1.0), open(3.0)];
    let total = Interval::at_least(200);
    let mut draws = TotalDraws::prepare(&nation(vec![3, 4]), &rows, &[(1, total)], Scatter::Poisson).unwrap();
    // the sum is a Poisson of mean 4, and 200 of it nearly certain: P(201)/P(200) = 4/201, P(202)/P(201) = 4/202
    let beyond = 4.0 / 201.0 * (1.0 + 4.0 / 202.0 * (1.0 + 4.0 / 203.0 * (1.0 + 4.0 / 204.0)));
    let mut rng = ChaCha12Rng::seed_from_u64(4);
    let (n, mut more, mut first) = (20_000, 0.0, 0.0);
    for _ in 0..n {
        let counts = draws.draw(&mut rng).unwrap();
        more += f64::from(u8::from(counts[0] + counts[1] > 200));
        first += counts[0] as f64;
    }
    let n = f64::from(n);
    assert!((more / n - beyond / (1.0 + beyond)).abs() < 4.0 * (beyond / n).sqrt(), "{more}");
    let mean = 200.0 / 4.0;
    assert!((first / n / mean - 1.0).abs() < 4.0 * (0.75 / mean / n).sqrt() + 2e-4, "{first}");
}

#[test]
fn totals_that_leave_out_nothing_tie_nothing() {
    let rows = [RowMean { published: Count::interval(0, 4).unwrap(), mean: 2.0 }; 6];
    let forest = nation(vec![3, 3, 4, 4, 5, 5]);
    let most = |n| Interval::new(0, n).unwrap();
    let prepare = |totals: &[(usize, Interval)]| {
        TotalDraws::prepare(&forest, &rows, totals, Scatter::Poisson).unwrap().free.len()
    };
    assert_eq!(prepare(&[(0, most(24)), (3, most(8))]), 6);
    assert_eq!(prepare(&[(0, most(24)), (3, most(7))]), 4);
    assert_eq!(prepare(&[(0, most(24)), (3, most(7)), (1, most(15))]), 4);
    assert_eq!(prepare(&[(0, most(22)), (3, most(7))]), 0);
}

#[test]
fn an_open_row_below_a_total_far_above_it_is_free_and_stays_below_it() {
    let rows = [open(5.0), RowMean { published: Count::Interval(Interval::at_least(2)), mean: 0.1 }];
    let total = Interval::new(0, 1_000_000).unwrap();
    let scatter = Scatter::NegBin2 { theta: 0.5 };
    let draws = TotalDraws::prepare(&nation(vec![3, 4]), &rows, &[(0, total)], scatter).unwrap();
    let ends: Vec<u64> = draws.free.iter().map(|(_, row)| row.published().bounds().hi().unwrap()).collect();
    assert!(ends.len() == 2 && ends.iter().all(|&hi| hi > 10 && hi < 5000), "{ends:?}");
}

#[test]
fn equal_seeds_give_equal_draws() {
    let (_, table, _) = tables(7, 5000).last().unwrap();
    let draw = |seed| -> Vec<Vec<u64>> {
        let mut rng = ChaCha12Rng::seed_from_u64(seed);
        let mut draws = table.prepare().unwrap();
        (0..50).map(|_| draws.draw(&mut rng).unwrap().to_vec()).collect()
    };
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
}

#[test]
fn a_total_out_of_reach_names_its_area() {
    let rows = [RowMean { published: Count::interval(1, 4).unwrap(), mean: 2.0 }; 4];
    let forest = nation(vec![3, 3, 5, 5]);
    for (totals, area) in [
        (vec![(1, exactly(9))], "area 1"),
        (vec![(5, exactly(1))], "area 5"),
        (vec![(1, exactly(8)), (2, exactly(8)), (0, Interval::new(0, 15).unwrap())], "area 0"),
        (vec![(7, exactly(2))], "area 7"),
        (vec![(3, exactly(4)), (3, exactly(5))], "area 3"),
    ] {
        let error = TotalDraws::prepare(&forest, &rows, &totals, Scatter::Poisson).unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::UnreachableTotal { area: area.into() });
    }
}

#[test]
fn what_cannot_be_prepared_is_an_error() {
    let forest = nation(vec![3, 3, 4]);
    let prepare = |rows: &[RowMean], totals: &[(usize, Interval)]| {
        TotalDraws::prepare(&forest, rows, totals, Scatter::Poisson).unwrap_err()
    };
    let error = prepare(&[open(f64::NAN), open(1.0), open(-1.0)], &[]);
    assert_eq!((error.code(), error.rows()), ("undrawable", &[0, 2][..]));
    assert_eq!(prepare(&[open(1.0)], &[]).code(), "length");
    assert_eq!(prepare(&[open(1.0); 3], &[(8, exactly(3))]).code(), "specification");
    let error = prepare(&[open(3.0), open(1e12), open(1.0)], &[(4, exactly(3)), (1, Interval::at_least(10))]);
    assert_eq!((error.code(), error.rows()), ("wide-total", &[][..]));
    let error = prepare(&[open(3.0), open(1e17), open(1.0)], &[(0, Interval::at_least(4))]);
    assert_eq!((error.code(), error.rows()), ("undrawable", &[1][..]));
}

#[test]
fn a_country_of_rounded_and_withheld_counts_is_drawn_with_its_totals() {
    let (regions, towns, n) = (42, 350, 3248);
    let mut parents = vec![None; regions];
    parents.extend((0..towns).map(|town| Some(town % regions)));
    let names = vec![String::new(); regions + towns];
    let forest = Forest::new(parents, (0..n).map(|row| regions + row % towns).collect(), names).unwrap();
    let mut rng = ChaCha12Rng::seed_from_u64(9);
    let rows: Vec<RowMean> = (0..n)
        .map(|row| {
            let mean = 10f64.powf(rng.random_range(0.0..2.0));
            let value = 5 * ((mean / 5.0).round() as u64).max(2);
            let published = match row % 7 {
                0 => Count::interval(0, 9),
                _ => Count::interval(value - 2, value + 2),
            };
            RowMean { published: published.unwrap(), mean }
        })
        .collect();
    let middle: Vec<u64> = rows.iter().map(|row| row.published.bounds().lo() + 2).collect();
    let sums = sums_of(&forest, &middle);
    let totals: Vec<(usize, Interval)> = (regions..regions + towns)
        .map(|town| (town, Interval::new(0, sums[town]).unwrap()))
        .chain((0..regions).map(|region| (region, exactly(sums[region] - 10))))
        .collect();
    let table = Table { forest, rows, totals, scatter: Scatter::NegBin2 { theta: 3.0 } };
    let mut draws = table.prepare().unwrap();
    for _ in 0..20 {
        assert!(table.allows(draws.draw(&mut rng).unwrap()));
    }
}
