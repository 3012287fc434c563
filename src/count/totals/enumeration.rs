//! Small tables against the enumeration of every table that agrees with what was published.
#![allow(clippy::unwrap_used)]

use super::{Bounds, Relation, Totals};
use crate::area::{CodeScope, Placement};
use crate::count::{Count, Interval};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

/// Beyond every total: a row that reaches it is bounded by nothing.
const CAP: u64 = 10;

struct Small {
    paths: Vec<[String; 3]>,
    n_levels: usize,
    counts: Vec<Count>,
    totals: Vec<(Vec<String>, Count, Relation)>,
}

fn below(rng: &mut impl Rng, n: u64) -> u64 {
    u64::from(rng.next_u32()) % n
}

fn narrow(rng: &mut impl Rng) -> Count {
    let lo = below(rng, 3);
    Count::interval(lo, lo + below(rng, 4)).unwrap()
}

fn total(rng: &mut impl Rng) -> Count {
    let lo = below(rng, 8);
    match below(rng, 4) {
        0 => Count::Exact(lo),
        1 => Count::Interval(Interval::at_least(lo)),
        _ => Count::interval(lo, (lo + below(rng, 3)).min(CAP - 2)).unwrap(),
    }
}

impl Small {
    fn draw(rng: &mut ChaCha12Rng) -> Self {
        let (n_rows, n_levels) = (1 + below(rng, 5) as usize, 2 + below(rng, 2) as usize);
        let mut path = || {
            let top = format!("{}", below(rng, 2));
            let middle = format!("{top}{}", below(rng, 2));
            let finest = format!("{middle}{}", below(rng, 2));
            [top, middle, finest]
        };
        let paths: Vec<[String; 3]> = (0..n_rows).map(|_| path()).collect();
        let mut n_missing = 0;
        let mut count = || match below(rng, 5) {
            0 => Count::Exact(below(rng, 5)),
            1 if n_missing < 2 => {
                n_missing += 1;
                Count::Missing
            }
            _ => narrow(rng),
        };
        let counts = (0..n_rows).map(|_| count()).collect();
        let mut areas: Vec<Vec<String>> = vec![vec![]];
        areas.extend(paths.iter().flat_map(|path| (1..=n_levels).map(|depth| path[..depth].to_vec())));
        areas.sort();
        areas.dedup();
        areas.retain(|_| below(rng, 3) > 0);
        let relation = |rng: &mut ChaCha12Rng| match below(rng, 2) {
            0 => Relation::Equal,
            _ => Relation::AtMost,
        };
        let totals = areas.into_iter().map(|area| (area, total(rng), relation(rng))).collect();
        Small { paths, n_levels, counts, totals }
    }

    fn placement(&self, order: &[usize]) -> Placement {
        let names = ["region", "gemeente", "wijk"];
        let column =
            |level: usize| order.iter().map(|&row| self.paths[row][level].clone()).collect::<Vec<_>>();
        let columns: Vec<Vec<String>> = (0..self.n_levels).map(column).collect();
        let levels: Vec<(&str, &[String])> =
            names.into_iter().zip(columns.iter().map(Vec::as_slice)).collect();
        Placement::from_codes(&levels, CodeScope::Unique).unwrap()
    }

    fn bounds(&self, order: &[usize]) -> crate::error::Result<Bounds> {
        let placement = self.placement(order);
        let none = Totals::on(placement.tree());
        let totals =
            self.totals.iter().try_fold(none, |totals, (path, count, relation)| match path.is_empty() {
                true => totals.all_rows(*count, *relation),
                false => totals.area(path, *count, *relation),
            });
        let counts: Vec<Count> = order.iter().map(|&row| self.counts[row]).collect();
        Bounds::tighten(&placement, &counts, &totals.unwrap())
    }

    fn rows_of(&self, path: &[String]) -> Vec<usize> {
        (0..self.paths.len()).filter(|&row| self.paths[row].starts_with(path)).collect()
    }

    /// All tables that agree, rows without an upper bound cut at [`CAP`].
    fn tables(&self) -> Vec<Vec<u64>> {
        let mut tables = vec![vec![]];
        for count in &self.counts {
            let (lo, hi) = (count.bounds().lo(), count.bounds().hi().unwrap_or(CAP));
            tables = tables
                .into_iter()
                .flat_map(|t: Vec<u64>| (lo..=hi).map(move |y| [&t[..], &[y]].concat()))
                .collect();
        }
        let parts: Vec<Vec<usize>> = self.totals.iter().map(|(path, ..)| self.rows_of(path)).collect();
        tables.retain(|table| {
            self.totals.iter().zip(&parts).all(|((_, total, relation), rows)| {
                let (sum, total) = (rows.iter().map(|&row| table[row]).sum::<u64>(), total.bounds());
                total.hi().is_none_or(|hi| sum <= hi) && (*relation == Relation::AtMost || sum >= total.lo())
            })
        });
        tables
    }
}

/// The bounds of a sum over all tables; open where one of its rows reaches the cap.
fn enumerated(tables: &[Vec<u64>], rows: &[usize]) -> (u64, Option<u64>) {
    let sums = || tables.iter().map(|table| rows.iter().map(|&row| table[row]).sum::<u64>());
    let open = rows.iter().any(|&row| tables.iter().any(|table| table[row] == CAP));
    (sums().min().unwrap(), if open { None } else { sums().max() })
}

fn small_tables() -> impl Iterator<Item = Small> {
    let mut rng = ChaCha12Rng::seed_from_u64(20_17);
    (0..1000).map(move |_| Small::draw(&mut rng))
}

#[test]
fn bounds_are_those_of_all_tables_that_agree_and_none_agrees_exactly_where_totals_conflict() {
    let (mut feasible, mut infeasible, mut revealed) = (0, 0, 0);
    for small in small_tables() {
        let order: Vec<usize> = (0..small.counts.len()).collect();
        let (found, tables) = (small.bounds(&order), small.tables());
        if tables.is_empty() {
            infeasible += 1;
            assert_eq!(found.unwrap_err().code(), "infeasible-totals");
            continue;
        }
        feasible += 1;
        let found = found.unwrap();
        for &row in &order {
            assert_eq!(<(u64, Option<u64>)>::from(found.rows()[row]), enumerated(&tables, &[row]));
        }
        assert_eq!(<(u64, Option<u64>)>::from(found.all_rows()), enumerated(&tables, &order));
        let placement = small.placement(&order);
        for level in 0..small.n_levels {
            for (area, &interval) in (0..).zip(found.areas(level)) {
                let path: Vec<String> =
                    placement.tree().path(level, area).into_iter().map(String::from).collect();
                assert_eq!(<(u64, Option<u64>)>::from(interval), enumerated(&tables, &small.rows_of(&path)));
            }
        }
        let hidden = |&row: &usize| !matches!(small.counts[row].bounds().into(), Count::Exact(_));
        let known = |row: &usize| tables.iter().all(|table| table[*row] == tables[0][*row]);
        let expected: Vec<(usize, u64)> =
            order.iter().copied().filter(hidden).filter(known).map(|row| (row, tables[0][row])).collect();
        revealed += expected.len();
        assert_eq!(found.revealed().iter().map(|r| (r.row, r.count)).collect::<Vec<_>>(), expected);
    }
    assert!(feasible > 200 && infeasible > 200 && revealed > 100, "{feasible} {infeasible} {revealed}");
}

#[test]
fn the_order_of_the_rows_is_irrelevant() {
    for small in small_tables().take(200) {
        let forth: Vec<usize> = (0..small.counts.len()).collect();
        for turned in 0..forth.len() {
            let mut order: Vec<usize> = forth.iter().rev().copied().collect();
            order.rotate_left(turned);
            match (small.bounds(&forth), small.bounds(&order)) {
                (Ok(forth), Ok(found)) => {
                    let counts: Vec<Count> = order.iter().map(|&row| forth.counts()[row]).collect();
                    assert_eq!(found.counts(), counts);
                    assert_eq!(found.all_rows(), forth.all_rows());
                }
                (forth, found) => assert!(forth.is_err() && found.is_err()),
            }
        }
    }
}

#[test]
fn a_total_of_at_most_never_raises_a_lower_bound() {
    for mut small in small_tables() {
        small.totals.iter_mut().for_each(|(.., relation)| *relation = Relation::AtMost);
        let order: Vec<usize> = (0..small.counts.len()).collect();
        let Ok(found) = small.bounds(&order) else { continue };
        for row in order {
            assert_eq!(found.rows()[row].lo(), small.counts[row].bounds().lo());
        }
    }
}
