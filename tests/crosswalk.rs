//! Areas of one year as areas of another: cases that are known by name, and the real lists of gemeenten.
#![allow(clippy::unwrap_used)]

#[path = "common/shared.rs"]
mod shared;

use nestcount::count::Count;
use nestcount::crosswalk::{CarryTable, Changes, Crosswalk, Date, Origin, UnknownRows, Unmatched};
use nestcount::table::Table;
use nestcount::{area::TreeBuilder, nl};
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;
use shared::shared;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

fn table(path: impl AsRef<Path>) -> Table {
    Table::from_csv(File::open(path).unwrap()).unwrap()
}

fn codes(table: &Table, column: &str) -> Vec<String> {
    table.codes(column).unwrap().into_iter().map(Option::unwrap).collect()
}

/// The changes after 2017; the shares of its three splits are made up.
fn after_2017() -> Changes {
    let path = [env!("CARGO_MANIFEST_DIR"), "tests/data/crosswalk/gemeente_changes_2018_2021.csv"];
    nl::gemeente_changes(&table(path.iter().collect::<PathBuf>())).unwrap()
}

fn year(year: u16) -> Date {
    Date::first_of(year)
}

/// Gemeenten of 2017 among those that the list names, as they are in another year.
fn since_2017(codes: &[&str], until: u16) -> Crosswalk {
    after_2017().crosswalk(codes, year(2017), year(until)).unwrap()
}

#[test]
fn haren_and_ten_boer_join_groningen_with_exact_counts_and_withheld_ones_as_bounds() {
    let gemeenten = ["GM0009", "GM0014", "GM0017"];
    let crosswalk = since_2017(&gemeenten, 2019);
    let carry = crosswalk.carry(&gemeenten).unwrap();
    assert_eq!((carry.targets(), carry.origins()), (&["GM0014".to_string()][..], &[Origin::Merged][..]));
    let exact = carry.counts(&[Count::Exact(60), Count::Exact(2035), Count::Exact(120)]).unwrap();
    assert_eq!(exact.known(), [Count::Exact(2215)]);
    let withheld =
        carry.counts(&[Count::interval(0, 9).unwrap(), Count::Exact(2035), Count::Exact(120)]).unwrap();
    assert_eq!(withheld.known(), [Count::interval(2155, 2164).unwrap()]);
    let percent =
        carry.means(&[Some(10.0), Some(12.0), Some(8.0)], &[Some(2000.0), Some(50000.0), Some(4000.0)]);
    let expected = (2000.0 * 10.0 + 50000.0 * 12.0 + 4000.0 * 8.0) / 56000.0;
    assert!((percent.unwrap()[0].unwrap() - expected).abs() < 1e-12);
}

#[test]
fn littenseradiel_goes_to_three_that_others_join_too() {
    let gemeenten = ["GM0140", "GM0080", "GM0081", "GM1900", "GM0063", "GM0070", "GM1908"];
    let crosswalk = since_2017(&gemeenten, 2018);
    let carry = crosswalk.carry(&gemeenten).unwrap();
    assert_eq!(carry.targets(), ["GM1900", "GM0080", "GM1949"]);
    assert!(carry.origins().iter().all(|&origin| origin == Origin::Redrawn && origin.is_uncertain()));
    let counts = [90, 800, 70, 900, 80, 200, 110].map(Count::Exact);
    let carried = carry.counts(&counts).unwrap();
    let bounds = [(900, 990), (870, 960), (390, 480)].map(|(lo, hi)| Count::interval(lo, hi).unwrap());
    assert_eq!(carried.known(), bounds);
    let mut rng = ChaCha12Rng::seed_from_u64(140);
    for _ in 0..100 {
        let drawn = carried.draw(&mut rng).unwrap();
        assert_eq!(drawn.iter().sum::<u64>(), 2250);
        assert!(drawn.iter().zip(bounds).all(|(&drawn, bounds)| bounds.bounds().contains(drawn)));
    }
    // In areas that both years are made of, nothing is uncertain.
    let common = crosswalk.common().unwrap();
    let exact = common.before.carry(&gemeenten).unwrap();
    assert_eq!(exact.counts(&counts).unwrap().known(), [Count::Exact(2250)]);
}

#[test]
fn winsum_goes_over_two_and_chains_run_on() {
    let gemeenten = ["GM0053", "GM0005", "GM0056"];
    let crosswalk = since_2017(&gemeenten, 2021);
    assert_eq!(crosswalk.shares_of("GM0053"), [("GM1966", 0.75), ("GM1969", 0.25)]);
    let by_year = since_2017(&gemeenten, 2018);
    let later = after_2017().crosswalk(by_year.to_codes(), year(2018), year(2021)).unwrap();
    assert_eq!(by_year.then(&later).unwrap(), crosswalk);
}

#[test]
fn vijfheerenlanden_changes_province_by_statement_only() {
    let gemeenten = ["GM0545", "GM0620", "GM0707", "GM0344"];
    let table = Table::new()
        .with_text("gm", gemeenten)
        .and_then(|table| {
            table
                .with_text("pv", ["PV28", "PV26", "PV28", "PV26"])?
                .with_numbers("jeugd", [5e3, 5e3, 3e3, 9e4])
        })
        .unwrap();
    let carry = since_2017(&gemeenten, 2019).carry(&gemeenten).unwrap();
    let wanted = CarryTable::new("gm").parent("pv").sum("jeugd");
    let error = wanted.of(&table, &carry).unwrap_err();
    assert!(error.to_string().contains("'GM1961' stands under 'PV28', 'PV26'"), "{error}");
    let moved = wanted.stating("GM1961", "PV26").of(&table, &carry).unwrap();
    assert_eq!(codes(&moved, "pv"), ["PV26", "PV26"]);
    assert_eq!(moved.numbers("jeugd").unwrap(), [Some(13e3), Some(9e4)]);
    let pairs = codes(&moved, "gm").into_iter().zip(codes(&moved, "pv"));
    let tree = TreeBuilder::deriving("provincie").level("gemeente", pairs).build().unwrap();
    assert_eq!(tree.path(1, 0), ["PV26", "GM1961"]);
}

#[test]
fn wageningen_has_two_wijken_that_became_twelve() {
    // The people of 2017 are published; how they went over the twelve is made up.
    let people = [33885.0, 4570.0];
    let old = ["WK028900", "WK028901"];
    let new: Vec<String> = (0..12).map(|wijk| format!("WK0289{:02}", 10 + wijk)).collect();
    let addresses =
        new.iter().enumerate().map(|(at, new)| (old[usize::from(at >= 9)], new, 100.0 * (at + 1) as f64));
    let crosswalk = Crosswalk::from_weights(addresses).unwrap().estimated(400.0).unwrap();
    let carry = crosswalk.carry(&old).unwrap();
    assert_eq!((carry.targets().len(), carry.origins()), (12, &[Origin::Part; 12][..]));
    let carried = carry.sums(&people.map(Some)).unwrap();
    let sum: f64 = carried.iter().map(|x| x.unwrap()).sum();
    assert!((sum - 38455.0).abs() < 1e-9);
    let whole = carry.apportion(&[33885, 4570]).unwrap();
    assert_eq!((whole[..9].iter().sum::<u64>(), whole[9..].iter().sum::<u64>()), (33885, 4570));
    // Comparing years by code alone is refused: no old code is a new one.
    assert_eq!(crosswalk.carry(&new).unwrap_err().code(), "unmatched-codes");
    let common = crosswalk.common().unwrap();
    assert_eq!(common.after.carry(&new).unwrap().targets().len(), 2);
}

#[test]
fn a_lettered_code_is_a_code() {
    let crosswalk = Crosswalk::from_weights([
        ("WK036300", "WK0363AA", 70.0),
        ("WK036300", "WK0363AB", 30.0),
        ("WK036399", "WK0363MA", 1.0),
    ])
    .unwrap();
    let carry = crosswalk.carry(&["WK036300  ", "WK036399"]).unwrap();
    assert_eq!(carry.targets(), ["WK0363AA", "WK0363AB", "WK0363MA"]);
    assert_eq!(carry.origins()[2], Origin::Recoded);
    let wijk: nl::CbsCode<nl::Wijk> = carry.targets()[2].parse().unwrap();
    assert_eq!(wijk.gemeente().as_str(), "GM0363");
}

#[test]
fn gemeenten_of_2017_in_2021_are_those_of_the_list_and_as_many_as_published() {
    let Some(shared) = shared("gemeenten_of_2017_in_2021_are_those_of_the_list_and_as_many_as_published")
    else {
        return;
    };
    let gemeenten = table(shared.join("data/nl/gemeenten2017.csv"));
    let (of_2017, main) = (codes(&gemeenten, "gm"), codes(&gemeenten, "gm_2021"));
    let changes = after_2017();
    let until = |until| changes.crosswalk(&of_2017, year(2017), year(until)).unwrap();
    let published = [(2017, 388), (2018, 380), (2019, 355), (2020, 355), (2021, 352)];
    for (year, n) in published {
        assert_eq!(until(year).to_codes().len(), n, "{year}");
    }
    assert!(changes.unused(&of_2017, year(2017), year(2021)).unwrap().is_empty());
    let composed = until(2021);
    // Three were split: there the list names the largest part.
    let mut split = Vec::new();
    for (from, main) in of_2017.iter().zip(&main) {
        let shares = composed.shares_of(from);
        let largest = shares.iter().fold(shares[0], |a, &b| if b.1 > a.1 { b } else { a });
        assert_eq!(largest.0, main, "{from}");
        if shares.len() > 1 {
            split.push(from.as_str());
        }
    }
    assert_eq!(split, ["GM0053", "GM0140", "GM0788"]);
    let of_2021: BTreeSet<String> =
        codes(&table(shared.join("data/nl/gemeenten2021.csv")), "gm").into_iter().collect();
    assert_eq!(composed.to_codes().iter().cloned().collect::<BTreeSet<_>>(), of_2021);
}

#[test]
fn the_393_gemeenten_of_2015_are_the_388_of_2017() {
    let Some(shared) = shared("the_393_gemeenten_of_2015_are_the_388_of_2017") else { return };
    let nl = shared.join("data/nl");
    let list = table(nl.join("gemeente_changes_1905_2018.csv"));
    let changes = nl::gemeente_changes(&list).unwrap();
    let of_2017: BTreeSet<String> = codes(&table(nl.join("gemeenten2017.csv")), "gm").into_iter().collect();
    let known = table(nl.join("geo/gemeente2015_to_2017.csv"));
    let known: BTreeMap<String, String> =
        codes(&known, "gm_2015").into_iter().zip(codes(&known, "gm_2017")).collect();
    // Those of 2015: the ones that ended since, and those of 2017 that no old one became anew.
    let new: BTreeSet<&str> = ["GM1940", "GM1942", "GM1945", "GM1948"].into();
    let stayed = of_2017.iter().filter(|code| !new.contains(code.as_str()));
    let of_2015: BTreeSet<String> = stayed.chain(known.keys()).cloned().collect();
    assert_eq!((of_2015.len(), of_2017.len()), (393, 388));
    let crosswalk = changes.crosswalk(&of_2015, year(2015), year(2017)).unwrap();
    assert!(crosswalk.is_whole());
    assert_eq!(crosswalk.to_codes().iter().cloned().collect::<BTreeSet<_>>(), of_2017);
    for (from, to, _) in crosswalk.links() {
        assert_eq!(known.get(from).map_or(from, String::as_str), to);
    }
    // The one change of an area that was not there: Berg en Dal becoming Berg en Dal.
    assert_eq!(changes.unused(&of_2015, year(2015), year(2017)).unwrap().len(), 1);
}

#[test]
fn chains_over_the_century_end_where_the_list_says_but_for_nine() {
    let Some(shared) = shared("chains_over_the_century_end_where_the_list_says_but_for_nine") else { return };
    let list = table(shared.join("data/nl/gemeente_changes_1905_2018.csv"));
    let changes = nl::gemeente_changes(&list).unwrap();
    assert_eq!(changes.listed().len(), 1072);
    let (old, today) = (codes(&list, "Oude"), list.codes("Huidige code").unwrap());
    let (mut agree, mut differ) = (0, Vec::new());
    for ((change, old), today) in changes.listed().iter().zip(&old).zip(&today) {
        // Two went to Germany: no crosswalk leads there.
        let Some(today) = today else { continue };
        let day_before = Date::new(change.date.year() - 1, 12, 31).unwrap();
        let composed = changes.crosswalk([old], day_before, year(2018)).unwrap();
        match composed.to_codes() == [today.clone()] {
            true => agree += 1,
            false => differ.push(old.as_str()),
        }
    }
    assert_eq!((agree, differ.len()), (1061, 9), "{differ:?}");
}

#[test]
fn all_years_in_one_step_are_those_by_decades_and_keep_every_total() {
    let Some(shared) = shared("all_years_in_one_step_are_those_by_decades_and_keep_every_total") else {
        return;
    };
    let list = table(shared.join("data/nl/gemeente_changes_1905_2018.csv"));
    let changes = nl::gemeente_changes(&list).unwrap();
    // Those that surely were there before the first change, less the two that went to Germany.
    let (old, new) = (codes(&list, "Oude"), list.codes("Nieuwe").unwrap());
    let made: BTreeSet<&String> = new.iter().flatten().collect();
    let abroad: BTreeSet<&String> =
        old.iter().zip(&new).filter(|(_, new)| new.is_none()).map(|(old, _)| old).collect();
    let of_old: BTreeSet<&String> =
        old.iter().filter(|code| !made.contains(code) && !abroad.contains(code)).collect();
    assert!(of_old.len() > 800, "{}", of_old.len());
    let day = |year: u16| Date::new(year, 12, 31).unwrap();
    let first = changes.listed().iter().map(|change| change.date.year()).min().unwrap() - 1;
    let direct = changes.crosswalk(&of_old, day(first), day(2017)).unwrap();
    let mut walked = Crosswalk::identity(&of_old).unwrap();
    for from in (first..2017).step_by(10) {
        let until = (from + 10).min(2017);
        let step = changes.crosswalk(walked.to_codes(), day(from), day(until)).unwrap();
        walked = walked.then(&step).unwrap();
    }
    assert_eq!(walked, direct);

    let people: Vec<u64> = (0..of_old.len() as u64).map(|at| 300 + at * 7919 % 5000).collect();
    let carry = direct.carry(direct.from_codes()).unwrap();
    let counts: Vec<Count> = people.iter().copied().map(Count::Exact).collect();
    let carried: u64 = carry.counts(&counts).unwrap().known().iter().map(|count| count.bounds().lo()).sum();
    assert_eq!(carried, people.iter().sum::<u64>());
    let weights: Vec<f64> = people.iter().map(|&people| people as f64).collect();
    let back = direct.inverse(direct.from_codes().iter().zip(weights.iter().copied())).unwrap();
    let there = carry.sums(&weights.iter().copied().map(Some).collect::<Vec<_>>()).unwrap();
    let home = back.carry(carry.targets()).unwrap();
    for (code, again) in home.targets().iter().zip(home.sums(&there).unwrap()) {
        let at = direct.from_codes().iter().position(|from| from == code).unwrap();
        assert!((again.unwrap() / weights[at] - 1.0).abs() < 1e-12, "{code}");
    }

    // Those of old are no areas of 2017: each that ended since is named with the row by which it did.
    let ended = changes.crosswalk(&of_old, day(2017), day(2018)).unwrap_err();
    assert_eq!(ended.code(), "crosswalk");
    assert!(ended.rows().len() > 700, "{}", ended.rows().len());
}

#[test]
fn wijken_of_one_gemeente_are_carried_while_the_rest_stay() {
    let split =
        Crosswalk::from_weights([("WK014001", "WK190071", 3.0), ("WK014001", "WK008061", 1.0)]).unwrap();
    let policy = Unmatched { rows: UnknownRows::Keep, ..Unmatched::default() };
    let carry = split.carry_with(&["WK000300", "WK014001", "WK190001"], policy).unwrap();
    assert_eq!(carry.targets(), ["WK000300", "WK190071", "WK008061", "WK190001"]);
    assert_eq!(carry.origins()[0], Origin::Unchanged);
}
