//! Small publications against the enumeration of every table of counts that agrees with all that stands in the files.
#![allow(clippy::unwrap_used)]

use super::{Protection, Publication};
use crate::area::{CodeScope, Placement};
use crate::count::{Count, Interval, Relation};
use crate::error::{Disclosure, Leak};
use crate::report::{AreaColumn, AreaFile, Cell, FromCount, ReportedCount, Role, Scale, Side, Values};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeSet;

const THRESHOLD: u64 = 4;
/// Beyond every sum that is published: what reaches it is bounded by nothing.
const CAP: u64 = 20;
/// Expected counts, the same for row 0, 1, ... of every file.
const EXPECTED: [f64; 4] = [2.5, 3.125, 1.75, 4.0];

fn below(rng: &mut ChaCha12Rng, n: u64) -> u64 {
    u64::from(rng.next_u32()) % n
}

/// Towns in regions, both published, some differences computed from the counts.
struct Small {
    towns: AreaFile,
    regions: AreaFile,
    relation: Relation,
    least: u64,
    /// Region of each town.
    within: Vec<usize>,
}

fn reported(rng: &mut ChaCha12Rng, count: u64) -> ReportedCount {
    let around = |rng: &mut ChaCha12Rng| {
        let lo = count.saturating_sub(below(rng, 3));
        Interval::new(lo, count + below(rng, 3)).unwrap()
    };
    match below(rng, 6) {
        _ if count < THRESHOLD => ReportedCount::Withheld(Interval::new(0, THRESHOLD - 1).unwrap()),
        0 => ReportedCount::Between(around(rng)),
        1 => ReportedCount::Missing,
        _ => ReportedCount::Counted(count),
    }
}

/// The difference y − E in some rows, in full or rounded.
fn differences(rng: &mut ChaCha12Rng, file: AreaFile, counts: &[u64]) -> AreaFile {
    let expected = EXPECTED[..counts.len()].iter().copied();
    let file = file
        .with_column(AreaColumn::new("e", Scale::Count, Values::numbers(expected)).role(Role::Expected))
        .unwrap();
    let cells = counts.iter().zip(EXPECTED).map(|(&y, e)| match below(rng, 3) {
        0 => Cell::Value(y as f64 - e),
        _ => Cell::known(None),
    });
    let cells: Vec<Cell<f64>> = cells.collect();
    let how = FromCount::Difference { expected: "e".into() };
    let side = [Side::Low, Side::High, Side::Itself][below(rng, 3) as usize];
    let column =
        AreaColumn::new("d", Scale::Count, Values::numbers(cells)).role(Role::FromCount { how, side });
    let column = if below(rng, 2) == 0 { column.rounded(0) } else { column };
    file.with_column(column).unwrap()
}

impl Small {
    fn draw(rng: &mut ChaCha12Rng) -> Self {
        let n = 2 + below(rng, 2) as usize;
        let within: Vec<usize> =
            (0..n).map(|row| if row == 0 { 0 } else { below(rng, 2) as usize }).collect();
        let regions: Vec<String> = within.iter().map(|region| format!("R{region}")).collect();
        let towns: Vec<String> = (0..n).map(|row| format!("T{row}")).collect();
        let levels = [("region", &regions[..]), ("town", &towns[..])];
        let placement = Placement::from_codes(&levels, CodeScope::Unique).unwrap();
        // regions have their positions in the order met
        let met = placement.areas(0).iter().map(|&area| area as usize).collect::<Vec<_>>();
        let counts: Vec<u64> = (0..n).map(|_| below(rng, 6)).collect();
        let relation = if below(rng, 2) == 0 { Relation::Equal } else { Relation::AtMost };
        let lost = |rng: &mut ChaCha12Rng| if relation == Relation::AtMost { below(rng, 3) } else { 0 };
        let mut sums = vec![0; placement.tree().n_areas(0)];
        met.iter().zip(&counts).for_each(|(&region, y)| sums[region] += y);
        let sums: Vec<u64> = sums.into_iter().map(|sum| sum + lost(rng)).collect();
        let town_cells = counts.iter().map(|&y| reported(rng, y)).collect();
        let file = AreaFile::of_rows(&placement).with_reported(town_cells).unwrap();
        let towns = differences(rng, file, &counts);
        let region_cells = sums.iter().map(|&y| reported(rng, y)).collect();
        let file =
            AreaFile::of_level(placement.tree(), "region").unwrap().with_reported(region_cells).unwrap();
        let regions = differences(rng, file, &sums);
        Small { towns, regions, relation, least: 2 + below(rng, 2), within: met }
    }

    fn protection(&self) -> Protection {
        Protection::below(THRESHOLD, self.least).unwrap()
    }

    fn publication(&self) -> Publication {
        Publication::of(self.towns.clone(), self.protection())
            .with_coarser(self.regions.clone(), self.relation)
    }

    /// Every table of towns and regions that agrees with all cells; the regions follow the towns.
    fn tables(&self) -> Vec<Vec<u64>> {
        let n = self.towns.n_rows();
        let mut tables = vec![vec![]];
        for cell in 0..n + self.regions.n_rows() {
            let (file, row) = self.place(cell);
            tables = tables
                .into_iter()
                .flat_map(|table: Vec<u64>| (0..=CAP).map(move |y| [&table[..], &[y]].concat()))
                .filter(|table| agrees(file, row, table[cell]))
                .filter(|table| cell < n || self.adds_up(table, cell - n))
                .collect();
        }
        tables
    }

    fn place(&self, cell: usize) -> (&AreaFile, usize) {
        let n = self.towns.n_rows();
        if cell < n { (&self.towns, cell) } else { (&self.regions, cell - n) }
    }

    fn adds_up(&self, table: &[u64], region: usize) -> bool {
        let sum: u64 = self.within.iter().zip(table).filter(|(r, _)| **r == region).map(|(_, y)| y).sum();
        let total = table[self.within.len() + region];
        // a sum beyond the cap stands for any sum that is as large
        match self.relation {
            Relation::Equal => total == sum.min(CAP),
            Relation::AtMost => total >= sum.min(CAP),
        }
    }
}

fn agrees(file: &AreaFile, row: usize, y: u64) -> bool {
    let bounds = file.reported(row).bounds();
    let column = file.column("d").unwrap();
    let Role::FromCount { side, .. } = column.role_of() else { panic!() };
    let within = |(lo, hi): (f64, f64)| {
        let difference = y as f64 - EXPECTED[row];
        let (above, not_above) = (difference >= lo - 1e-9, difference <= hi + 1e-9);
        match side {
            Side::Itself => above && not_above,
            Side::Low => above,
            Side::High => not_above,
        }
    };
    bounds.contains(y) && column.number(row).is_none_or(within)
}

/// The bounds of a cell over all tables, open where it reaches the cap.
fn enumerated(tables: &[Vec<u64>], cell: usize) -> Interval {
    let values = || tables.iter().map(|table| table[cell]);
    let (lo, hi) = (values().min().unwrap(), values().max().unwrap());
    if hi == CAP { Interval::at_least(lo) } else { Interval::new(lo, hi).unwrap() }
}

fn small_publications(seed: u64) -> impl Iterator<Item = Small> {
    let mut rng = ChaCha12Rng::seed_from_u64(seed);
    (0..400).map(move |_| Small::draw(&mut rng))
}

fn cells(found: &[Disclosure]) -> BTreeSet<(String, usize)> {
    found.iter().map(|found| (found.level.clone(), found.row)).collect()
}

#[test]
fn the_check_finds_what_an_enumeration_of_all_tables_finds() {
    let (mut given_away, mut kept, mut by_totals) = (0, 0, 0);
    for small in small_publications(2017) {
        let tables = small.tables();
        assert!(!tables.is_empty());
        let found = small.publication().disclosures().unwrap();
        let mut expected = BTreeSet::new();
        for cell in 0..tables[0].len() {
            let (file, row) = small.place(cell);
            let published = file.reported(row).bounds();
            let exact = published.hi() == Some(published.lo());
            let column = file.column("d").unwrap();
            let itself = matches!(column.role_of(), Role::FromCount { side: Side::Itself, .. });
            let computed = !exact && published.lo() < THRESHOLD && itself && column.holds(row);
            if computed || small.protection().gives_away(published, enumerated(&tables, cell)) {
                expected.insert((file.level().to_string(), row));
            }
        }
        assert_eq!(cells(&found), expected, "{found:#?}");
        by_totals += found.iter().filter(|found| matches!(found.leak, Leak::Totals { .. })).count();
        given_away += usize::from(!found.is_empty());
        kept += usize::from(found.is_empty());
    }
    assert!(given_away > 100 && kept > 50 && by_totals > 60, "{given_away} {kept} {by_totals}");
}

#[test]
fn the_bounds_of_a_leak_are_those_of_the_enumeration() {
    let mut checked = 0;
    for small in small_publications(5) {
        let tables = small.tables();
        for found in small.publication().disclosures().unwrap() {
            let Leak::Totals { bounds } = found.leak else { continue };
            let n = small.towns.n_rows();
            let cell = if found.level == "town" { found.row } else { n + found.row };
            assert_eq!(bounds, <(u64, Option<u64>)>::from(enumerated(&tables, cell)));
            checked += 1;
        }
    }
    assert!(checked > 60, "{checked}");
}

#[test]
fn what_is_suppressed_gives_nothing_away() {
    let (mut held_back, mut none, mut stuck) = (0, 0, 0);
    for small in small_publications(11).chain(small_publications(12)) {
        let suppressed = match small.publication().suppress() {
            Ok(suppressed) => suppressed,
            Err(error) => {
                assert_eq!(error.code(), "disclosure");
                stuck += 1;
                continue;
            }
        };
        assert!(suppressed.publication.disclosures().unwrap().is_empty());
        held_back += suppressed.held_back.len();
        none += usize::from(suppressed.held_back.is_empty());
        for &(file, row) in &suppressed.held_back {
            let (before, after) = (
                if file == 0 { &small.towns } else { &small.regions },
                suppressed.publication.files().nth(file).unwrap(),
            );
            assert!(before.reported(row).bounds().lo() >= THRESHOLD);
            assert!(matches!(after.reported(row), ReportedCount::HeldBack(_)));
            assert!(!after.column("d").unwrap().holds(row), "a difference is left of what was held back");
        }
    }
    // what is stuck is given away by cells of which too little is known to hold them back
    assert!(held_back > 50 && none > 100 && stuck < 20, "{held_back} {none} {stuck}");
}

#[test]
fn a_small_count_that_stands_there_is_found_and_withheld() {
    let levels: [(&str, &[&str]); 1] = [("town", &["A", "B", "C"])];
    let placement = Placement::from_codes(&levels, CodeScope::Unique).unwrap();
    let counts = [Count::Exact(3), Count::Exact(4), Count::Exact(0)];
    let file = AreaFile::of_rows(&placement).with_counts(&counts, &[]).unwrap();
    let protection = Protection::below(4, 2).unwrap();
    let error = file.clone().check(protection).unwrap_err();
    assert_eq!((error.code(), error.rows()), ("disclosure", &[0, 2][..]));
    let suppressed = Publication::of(file, protection).suppress().unwrap();
    assert_eq!(suppressed.withheld, [(0, 0), (0, 2)]);
    let withheld = ReportedCount::Withheld(Interval::new(0, 3).unwrap());
    let file = suppressed.publication.files().next().unwrap();
    assert_eq!([0, 1, 2].map(|row| file.reported(row)), [withheld, ReportedCount::Counted(4), withheld]);
}
