//! The check at the size of the Netherlands.

use nestcount::area::{CodeScope, Placement};
use nestcount::count::{Bounds, Count, Interval, Relation, Totals};
use nestcount::report::{AreaFile, Leak, Protection, Publication, ReportedCount};
use nestcount::simulate::{ScpVariant, scp_world};
use std::time::Instant;

const LEVELS: [&str; 3] = ["jeugdregio", "gemeente", "wijk"];

/// 2,918 synthetic wijken below 10 withheld, with the exact totals of their gemeenten and regions, withheld likewise.
fn country() -> Publication {
    let table = scp_world(ScpVariant::NegBin2).draw(&mut crate::tables::generator(2017)).unwrap().table;
    let placement = Placement::from_table(&table, &LEVELS, CodeScope::Unique).unwrap();
    let users = Count::column(&table, "gebruikers").unwrap();
    let sums = Bounds::tighten(&placement, &users, &Totals::on(placement.tree())).unwrap();
    let reported = |counts: &[Interval]| -> Vec<ReportedCount> {
        let withheld = ReportedCount::Withheld(Interval::new(0, 9).unwrap());
        let one =
            |count: &Interval| if count.lo() < 10 { withheld } else { ReportedCount::Counted(count.lo()) };
        counts.iter().map(one).collect()
    };
    let rows: Vec<Interval> = users.iter().map(|count| count.bounds()).collect();
    let wijken = AreaFile::of_rows(&placement).with_reported(reported(&rows)).unwrap();
    let file = |at: usize| {
        let file = AreaFile::of_level(placement.tree(), LEVELS[at]).unwrap();
        file.with_reported(reported(sums.areas(at))).unwrap()
    };
    Publication::of(wijken, Protection::below(10, 3).unwrap())
        .with_coarser(file(1), Relation::Equal)
        .with_coarser(file(0), Relation::Equal)
}

#[test]
#[ignore = "a measurement, some seconds"]
#[allow(clippy::print_stdout)]
fn a_country_is_checked_and_suppressed_in_seconds() {
    let publication = country();
    let started = Instant::now();
    let found = publication.disclosures().unwrap();
    let checked = started.elapsed();
    assert!(found.iter().all(|found| matches!(found.leak, Leak::Totals { .. })));
    let started = Instant::now();
    let suppressed = publication.clone().suppress().unwrap();
    let searched = started.elapsed();
    let held_back = |file| suppressed.held_back.iter().filter(|cell| cell.0 == file).count();
    let withheld = publication.files().next().unwrap();
    let withheld = (0..withheld.n_rows())
        .filter(|&row| matches!(withheld.reported(row), ReportedCount::Withheld(_)))
        .count();
    println!(
        "{withheld} wijken withheld, {} given away by totals; held back {} wijken, {} gemeenten, {} regions; \
         check {checked:.1?}, search {searched:.1?}",
        found.len(),
        held_back(0),
        held_back(1),
        held_back(2)
    );
    assert!(!found.is_empty() && suppressed.publication.check().is_ok());
}
