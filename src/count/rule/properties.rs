//! Publishing and reading back, for every small count and every rule.
#![allow(clippy::unwrap_used)]

use super::{DisclosureRule, Rounding, Zeros};
use crate::count::Count;
use std::collections::BTreeSet;

/// A publisher of its own: a way to round, and when to withhold.
#[derive(Debug, Clone, Copy)]
struct Press {
    rounding: Option<Rounding>,
    below: Option<(u64, When)>,
    zeros: Zeros,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    Before,
    After,
}

const WITHHELD: &str = "x";

impl Press {
    /// Every cell that may be printed for the count.
    fn cells(self, count: u64) -> BTreeSet<String> {
        let print = |value: u64| match self.below {
            Some((_, When::Before)) if count == 0 && self.zeros == Zeros::Published => "0".to_string(),
            Some((threshold, When::Before)) if count < threshold => WITHHELD.into(),
            Some((_, When::After)) if value == 0 && self.zeros == Zeros::Published => "0".into(),
            Some((threshold, When::After)) if value < threshold => WITHHELD.into(),
            _ => value.to_string(),
        };
        self.rounded(count).into_iter().map(print).collect()
    }

    fn rounded(self, count: u64) -> Vec<u64> {
        let Some(rounding) = self.rounding else { return vec![count] };
        let base = u64::from(rounding.base());
        let (down, rest) = (count / base * base, count % base);
        let (up, halfway) = (down + base, 2 * rest == base);
        if rest == 0 {
            return vec![down];
        }
        match rounding {
            Rounding::Random(_) => vec![down, up],
            Rounding::Nearest(_) if halfway => vec![down, up],
            Rounding::HalfEven(_) if halfway && (count / base).is_multiple_of(2) => vec![down],
            _ if 2 * rest >= base => vec![up],
            _ => vec![down],
        }
    }

    fn rule(self) -> crate::error::Result<DisclosureRule> {
        let mut builder = DisclosureRule::builder();
        if let Some(rounding) = self.rounding {
            builder = builder.rounded(rounding);
        }
        if let Some((threshold, when)) = self.below {
            builder = match when {
                When::Before => builder.withheld_below(threshold),
                When::After => builder.withheld_below_after_rounding(threshold),
            };
            builder = builder.zeros(self.zeros);
        }
        builder.build()
    }
}

fn presses() -> Vec<Press> {
    let mut roundings = vec![None];
    for base in 2..=12 {
        let ways = [Rounding::HalfUp, Rounding::HalfEven, Rounding::Nearest, Rounding::Random];
        roundings.extend(ways.map(|way| Some(way(base))));
    }
    let mut found = Vec::new();
    for rounding in roundings {
        found.push(Press { rounding, below: None, zeros: Zeros::Withheld });
        for threshold in 1..=16 {
            for when in [When::Before, When::After] {
                for zeros in [Zeros::Published, Zeros::Withheld] {
                    found.push(Press { rounding, below: Some((threshold, when)), zeros });
                }
            }
        }
    }
    found
}

/// The counts below 120 for which the cell may be printed.
fn behind(press: Press, cell: &str) -> Vec<u64> {
    (0..120).filter(|&count| press.cells(count).contains(cell)).collect()
}

#[test]
fn the_counts_behind_a_cell_are_exactly_those_that_lead_to_it() {
    let mut checked = 0;
    for press in presses() {
        let Ok(rule) = press.rule() else { continue };
        checked += 1;
        let cells: BTreeSet<String> = (0..=60).flat_map(|count| press.cells(count)).collect();
        for cell in cells {
            let read = rule.read(&cell).unwrap();
            let possible = behind(press, &cell);
            let within: Vec<u64> = (0..120).filter(|&count| read.bounds().contains(count)).collect();
            assert_eq!(within, possible, "'{cell}' under '{rule}'");
            assert_eq!(matches!(read, Count::Exact(_)), within.len() == 1 && !is_random(read), "{press:?}");
            if let Count::RandomlyRounded(rounded) = read {
                let likely: Vec<u64> = (0..120).filter(|&count| rounded.probability(count) > 0.0).collect();
                assert_eq!(likely, possible, "'{cell}' under '{rule}'");
            }
        }
    }
    assert!(checked > 1000, "only {checked} rules");
}

fn is_random(count: Count) -> bool {
    matches!(count, Count::RandomlyRounded(_))
}

#[test]
fn a_number_that_no_count_leads_to_is_refused() {
    for press in presses() {
        let Ok(rule) = press.rule() else { continue };
        let printed: BTreeSet<String> = (0..120).flat_map(|count| press.cells(count)).collect();
        for value in 0..=60_u64 {
            let cell = value.to_string();
            assert_eq!(rule.read(&cell).is_ok(), printed.contains(&cell), "'{cell}' under '{rule}'");
        }
    }
}

#[test]
fn a_rule_is_refused_exactly_where_it_withholds_nothing_or_leaves_what_no_count_says() {
    for press in presses() {
        let Some((_, when)) = press.below else {
            assert!(press.rule().is_ok());
            continue;
        };
        let withholds = !behind(press, WITHHELD).is_empty();
        let cells: BTreeSet<String> = (0..60).flat_map(|count| press.cells(count)).collect();
        let unbroken = cells.iter().all(|cell| behind(press, cell).windows(2).all(|w| w[1] == w[0] + 1));
        let random = matches!(press.rounding, Some(Rounding::Random(_)));
        let sayable = unbroken && !(random && when == When::Before);
        let rounds = press.rounding.is_some() || when == When::Before;
        assert_eq!(press.rule().is_ok(), withholds && sayable && rounds, "{press:?}");
    }
}
