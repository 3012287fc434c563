//! Stock and flow: the published identities, what rounding explains, revisions, exposure, parts.
#![allow(clippy::unwrap_used)]

use nestcount::count::{Count, DisclosureRule, Rounding};
use nestcount::flow::{
    Begun, EventRate, Flow, FlowColumns, FlowTable, Identity, Makeup, Parts, Period, PersonTime, Status,
    Transitions,
};
use nestcount::table::Table;
use proptest::prelude::*;

fn half(year: i32, half: u8) -> Period {
    Period::half(year, half).unwrap()
}

/// Measures of youth protection in the Netherlands, as published.
fn protection() -> Table {
    Table::new()
        .with_text("area", ["NL"; 3])
        .unwrap()
        .with_numbers("opening", [31_335.0, 31_960.0, 29_115.0])
        .unwrap()
        .with_numbers("begun", [12_965.0, 9_065.0, 4_470.0])
        .unwrap()
        .with_numbers("ended", [12_205.0, 11_955.0, 5_625.0])
        .unwrap()
        .with_numbers("closing", [32_095.0, 29_070.0, 27_960.0])
        .unwrap()
}

fn columns() -> FlowColumns {
    FlowColumns::new("area", ["opening", "begun", "ended", "closing"])
}

fn to_five() -> DisclosureRule {
    DisclosureRule::builder().rounded(Rounding::Nearest(5)).build().unwrap()
}

fn flow(period: Period, figures: [u64; 4]) -> Flow {
    let [opening, begun, ended, closing] = figures.map(Count::Exact);
    Flow::new("NL", period, opening, Begun::total(begun), ended, closing)
}

#[test]
fn the_three_published_identities_hold() {
    let periods = [Period::year(2019), Period::year(2022), half(2023, 1)].map(|p| (p, Status::Final));
    let rule = to_five();
    for read in [
        columns().read(&protection(), &periods, Count::column).unwrap(),
        columns().read(&protection(), &periods, |table, name| rule.counts(table, name)).unwrap(),
    ] {
        assert_eq!(read.identities(), [Identity::Holds; 3]);
        assert!(read.to_string().starts_with("1 areas, 3 cells: stock and flow agree in 3"), "{read}");
    }
}

#[test]
fn the_stock_that_2022_closed_with_is_not_forced_on_2023() {
    let halves = [
        flow(half(2022, 2), [30_485, 4_425, 5_840, 29_070]),
        flow(half(2023, 1), [29_115, 4_470, 5_625, 27_960]),
    ];
    let table = FlowTable::new(halves.to_vec()).unwrap();
    assert_eq!(table.identities(), [Identity::Holds; 2]);
    let revisions = table.revisions();
    assert_eq!(revisions.len(), 1);
    assert_eq!((revisions[0].period, revisions[0].gap.published), (half(2022, 2), 45.0));
    assert!(!revisions[0].within_rounding());
    assert_eq!(revisions[0].to_string(), "NL 2022 H2: closing stock revised by +45 until the next opening");
    let cell = table.cell("NL", half(2023, 1)).unwrap();
    assert_eq!(cell.opening, Count::Exact(29_115), "as published");
    let written = table.table().unwrap();
    assert_eq!(written.numbers("revision").unwrap(), [Some(45.0), None]);
    // a year and its halves do not follow each other
    let mut all = halves.to_vec();
    all.push(flow(Period::year(2022), [31_960, 9_065, 11_955, 29_070]));
    assert_eq!(FlowTable::new(all).unwrap().revisions().len(), 1);
}

#[test]
fn a_gap_is_told_from_one_that_rounding_explains() {
    let table = Table::new()
        .with_text("area", ["A", "B", "C", "D"])
        .unwrap()
        .with_numbers("opening", [100.0, 100.0, 100.0, 100.0])
        .unwrap()
        .with_numbers("begun", [20.0, 20.0, 20.0, 20.0])
        .unwrap()
        .with_numbers("ended", [30.0, 25.0, 20.0, 30.0])
        .unwrap()
        .with_optional_numbers("closing", [Some(90.0), Some(90.0), Some(90.0), None])
        .unwrap();
    let rule = to_five();
    let periods = [(Period::year(2020), Status::Provisional); 4];
    let read = columns().read(&table, &periods, |table, name| rule.counts(table, name)).unwrap();
    let found = read.identities();
    assert_eq!(found[0], Identity::Holds);
    assert!(matches!(found[1], Identity::WithinRounding(gap) if gap.published == 5.0), "{:?}", found[1]);
    // four figures rounded to 5 can be off by 8 together
    assert!(
        matches!(found[2], Identity::Broken(gap) if gap.published == 10.0 && gap.least == 2 && gap.most == 18)
    );
    assert_eq!(found[3], Identity::Unknown);
    let text = read.to_string();
    assert!(text.contains("B 2020: gap +5 (-3 to +13), within what rounding explains"), "{text}");
    assert!(text.contains("C 2020: gap +10 (+2 to +18)"), "{text}");
    assert!(read.cells().iter().all(|cell| cell.status == Status::Provisional));
    assert_eq!(read.table().unwrap().codes("status").unwrap()[0].as_deref(), Some("provisional"));
}

#[test]
fn a_large_table_prints_the_first_few_of_each_kind_and_how_many_more() {
    let rounded = |closing: u64| Count::interval(closing - 2, closing + 2).unwrap();
    let cell = |at: u64| {
        // one in ten is off by more than rounding explains
        let closing = if at.is_multiple_of(10) { rounded(90) } else { rounded(102) };
        let begun = Begun::total(Count::Exact(5));
        Flow::new(format!("A{at}"), Period::year(2020), Count::Exact(100), begun, Count::Exact(4), closing)
    };
    let text = FlowTable::new((0..200).map(cell).collect()).unwrap().to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 1 + 6 + 6, "{text}");
    assert!(lines[0].ends_with("agree in 0, up to rounding in 180 more, not in 20, unknown in 0"), "{text}");
    assert_eq!(lines[1], "  A0 2020: gap +11 (+9 to +13)");
    assert_eq!(lines[6], "  and 15 more like the last, all in the table");
    assert_eq!(lines[7], "  A1 2020: gap -1 (-3 to +1), within what rounding explains");
    assert_eq!(lines[12], "  and 175 more like the last, all in the table");
}

proptest! {
    /// Rounded figures of flows that agree are never called broken.
    #[test]
    fn flows_that_agree_hold_or_are_within_rounding_however_they_were_rounded(
        opening in 0_u64..4_000, begun in 0_u64..900, ended in 0_u64..900,
    ) {
        let ended = ended.min(opening + begun);
        let rule = to_five();
        let mut rng = <rand_chacha::ChaCha12Rng as rand_chacha::rand_core::SeedableRng>::seed_from_u64(opening);
        let [opening, begun, ended, closing] =
            [opening, begun, ended, opening + begun - ended].map(|y| rule.publish(y, &mut rng));
        let cell = Flow::new("A", Period::year(2020), opening, Begun::total(begun), ended, closing);
        prop_assert!(matches!(cell.identity(), Identity::Holds | Identity::WithinRounding(_)));
    }
}

#[test]
fn new_and_repeated_are_held_against_what_began() {
    let begun = Begun::of(Count::Exact(120), Count::Exact(90), Count::Exact(35));
    assert_eq!(begun.gap().unwrap().published, 5.0);
    assert_eq!(Begun::total(Count::Exact(120)).gap(), None);
}

#[test]
fn person_time_is_people_times_the_length_of_the_period() {
    let half = half(2020, 1);
    let youths = PersonTime::of_population(40_000.0, half).unwrap();
    assert_eq!(youths.years(), 20_000.0);
    assert!(PersonTime::of_population(0.0, half).is_err());
    assert!(PersonTime::of_population(10.0, Period::point(2020, 6, 30).unwrap()).is_err());
    let cell = flow(half, [1_000, 300, 200, 1_100]);
    assert_eq!(cell.person_time_in_care().unwrap().years(), 525.0);
    let ended = cell.ended_rate(0.95).unwrap().unwrap();
    assert!((ended.least - 200.0 / 525.0).abs() < 1e-12 && ended.least == ended.most);
    let begun = cell.begun_rate(youths, 0.95).unwrap();
    assert!(begun.low < 0.015 && 0.015 < begun.high);
    let open = Count::Interval(nestcount::count::Interval::at_least(3));
    assert!(EventRate::new(open, youths, 0.95).is_err());
}

#[test]
fn rates_stand_in_a_table_and_are_empty_where_something_is_missing() {
    let lost = Flow { ended: Count::Missing, ..flow(half(2020, 2), [1_100, 250, 0, 1_150]) };
    let table = FlowTable::new(vec![flow(half(2020, 1), [1_000, 300, 200, 1_100]), lost]).unwrap();
    let population = |_: &str, period: Period| (period == half(2020, 1)).then_some(40_000.0);
    let rates = table.rates(population, 0.95).unwrap();
    assert_eq!(rates.numbers("begun_least").unwrap(), [Some(300.0 / 20_000.0), None]);
    assert_eq!(rates.numbers("ended_high").unwrap().iter().filter(|rate| rate.is_some()).count(), 1);
    assert!(table.rates(population, 95.0).is_err());
    assert!(table.rates(|_, _| Some(0.0), 0.95).is_err());
}

#[test]
fn bounds_of_counts_and_time_widen_a_rate() {
    let known =
        EventRate::new(Count::Exact(10), PersonTime::of_population(100.0, Period::year(2020)).unwrap(), 0.95);
    let stocks = PersonTime::of_stocks(
        Count::interval(96, 104).unwrap(),
        Count::interval(96, 104).unwrap(),
        Period::year(2020),
    );
    let bounded = EventRate::new(Count::interval(8, 12).unwrap(), stocks.unwrap(), 0.95).unwrap();
    let known = known.unwrap();
    assert_eq!((known.least, known.most), (0.1, 0.1));
    assert!(
        bounded.least < 0.1 && bounded.most > 0.1 && bounded.low < known.low && bounded.high > known.high
    );
}

#[test]
fn youths_in_two_lines_are_counted_in_both_parts() {
    let lines = Parts::new(
        Count::Exact(1_000),
        [("first line", Count::Exact(700)), ("second line", Count::Exact(450))],
        Makeup::Overlapping,
    )
    .unwrap();
    assert_eq!(lines.excess().unwrap().published, 150.0);
    let shares = lines.shares(0.95).unwrap();
    assert_eq!((shares[0].least, shares[1].most), (0.7, 0.45));
    assert!(shares.iter().all(|share| share.low < share.least && share.most < share.high));
    assert!(Parts::new(Count::Exact(10), [("a", Count::Exact(11))], Makeup::Overlapping).is_err());
    assert!(Parts::new(Count::Missing, [("a", Count::Exact(1))], Makeup::Overlapping).is_err());
}

#[test]
fn the_mix_of_referrers_is_held_against_its_total() {
    let mix = |unknown: u64| {
        let referrers = [("gemeente", 400), ("huisarts", 350), ("jeugdarts", 50), ("unknown", unknown)];
        let parts = referrers.map(|(name, count)| (name, Count::Exact(count)));
        Parts::new(Count::Exact(900), parts, Makeup::Exclusive).unwrap()
    };
    assert_eq!(mix(100).excess().unwrap().published, 0.0);
    assert_eq!(mix(90).excess().unwrap().published, -10.0);
}

#[test]
fn transitions_are_a_table_of_shares() {
    let to = |second: u64, both: u64, ended: u64| {
        let parts = [("second line", second), ("both lines", both), ("no care", ended)];
        let parts = parts.map(|(name, count)| (name, Count::Exact(count)));
        Parts::new(Count::Exact(500), parts, Makeup::Overlapping).unwrap()
    };
    let transitions =
        Transitions::new([("first line", to(120, 60, 200)), ("second line", to(300, 60, 110))]).unwrap();
    let table = transitions.table(0.95).unwrap();
    assert_eq!(table.n_rows(), 6);
    assert_eq!(table.numbers("least").unwrap()[0], Some(24.0));
    assert!(Transitions::new([("a", to(1, 1, 1)), ("a", to(1, 1, 1))]).is_err());
}

#[test]
fn cells_stand_once_and_in_stretches_of_time() {
    let cell = flow(Period::year(2019), [1, 1, 1, 1]);
    let twice = FlowTable::new(vec![cell.clone(), cell.clone()]).unwrap_err();
    assert!(twice.to_string().contains("NL 2019"), "{twice}");
    let point = Flow { period: Period::point(2019, 12, 31).unwrap(), ..cell };
    assert!(FlowTable::new(vec![point]).unwrap_err().to_string().contains("2019-12-31"));
    let lost = columns().read(&protection(), &[], Count::column).unwrap_err();
    assert_eq!(lost.code(), "length");
}
