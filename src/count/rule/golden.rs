//! What each published cell says, case by case.
#![allow(clippy::unwrap_used)]

use super::{DisclosureRule, Rounding, RuleBuilder, Zeros};
use crate::count::{Count, RandomlyRounded};

/// What a cell should say.
#[derive(Debug, Clone, Copy)]
enum Says {
    Exactly(u64),
    Between(u64, u64),
    Random(u32, u64, u64),
    Refused,
}

use Says::{Between, Exactly, Random, Refused};

fn rule() -> RuleBuilder {
    DisclosureRule::builder()
}

fn holds(builder: RuleBuilder, cases: &[(&str, Says)]) {
    let rule = builder.build().unwrap();
    for &(cell, says) in cases {
        let found = rule.read(cell);
        let expected = match says {
            Exactly(count) => Count::Exact(count),
            Between(lo, hi) => Count::interval(lo, hi).unwrap(),
            Random(base, from, to) => {
                Count::RandomlyRounded(RandomlyRounded::between(base, from, to).unwrap())
            }
            Refused => {
                assert_eq!(found.unwrap_err().code(), "published-cell", "'{cell}' under '{rule}'");
                continue;
            }
        };
        assert_eq!(found.unwrap(), expected, "'{cell}' under '{rule}'");
    }
}

#[test]
fn nothing_done() {
    holds(rule(), &[("0", Exactly(0)), ("7", Exactly(7)), (".", Refused), ("-1", Refused), ("2.5", Refused)]);
}

#[test]
fn withheld_below_ten() {
    let cases =
        [("0", Refused), ("9", Refused), ("10", Exactly(10)), ("11", Exactly(11)), ("x", Between(0, 9))];
    holds(rule().withheld_below(10), &cases);
    holds(rule().withheld_below(10).zeros(Zeros::Withheld), &cases);
    let zeros = rule().withheld_below(10).zeros(Zeros::Published);
    holds(zeros, &[("0", Exactly(0)), ("1", Refused), ("10", Exactly(10)), ("*", Between(1, 9))]);
    holds(rule().withheld_below(1), &[("0", Refused), ("1", Exactly(1)), (".", Exactly(0))]);
    holds(rule().withheld_below(2).zeros(Zeros::Published), &[("0", Exactly(0)), (".", Exactly(1))]);
}

#[test]
fn rounded_only() {
    let odd =
        [("0", Between(0, 2)), ("5", Between(3, 7)), ("10", Between(8, 12)), ("7", Refused), (".", Refused)];
    for rounding in [Rounding::HalfUp(5), Rounding::HalfEven(5), Rounding::Nearest(5)] {
        holds(rule().rounded(rounding), &odd);
    }
    let half_up = [("0", Between(0, 4)), ("10", Between(5, 14)), ("20", Between(15, 24)), ("15", Refused)];
    holds(rule().rounded(Rounding::HalfUp(10)), &half_up);
    let half_even =
        [("0", Between(0, 5)), ("10", Between(6, 14)), ("20", Between(15, 25)), ("30", Between(26, 34))];
    holds(rule().rounded(Rounding::HalfEven(10)), &half_even);
    let nearest = [("0", Between(0, 5)), ("10", Between(5, 15)), ("20", Between(15, 25))];
    holds(rule().rounded(Rounding::Nearest(10)), &nearest);
    holds(
        rule().rounded(Rounding::HalfEven(2)),
        &[("0", Between(0, 1)), ("2", Exactly(2)), ("4", Between(3, 5))],
    );
}

#[test]
fn rounded_at_random() {
    let cases =
        [("0", Random(3, 0, 0)), ("3", Random(3, 3, 3)), ("300", Random(3, 300, 300)), ("4", Refused)];
    holds(rule().rounded(Rounding::Random(3)), &cases);
    let withheld = [("0", Refused), ("5", Refused), ("10", Random(5, 10, 10)), (".", Random(5, 0, 5))];
    holds(rule().rounded(Rounding::Random(5)).withheld_below_after_rounding(10), &withheld);
    holds(rule().rounded(Rounding::Random(5)).withheld_below_after_rounding(7), &withheld);
    let zeros = [("0", Random(5, 0, 0)), ("5", Refused), ("10", Random(5, 10, 10)), (".", Random(5, 5, 5))];
    holds(
        rule().rounded(Rounding::Random(5)).withheld_below_after_rounding(10).zeros(Zeros::Published),
        &zeros,
    );
}

#[test]
fn withheld_below_ten_and_then_rounded_to_five() {
    let cases = [
        ("0", Refused),
        ("5", Refused),
        ("10", Between(10, 12)),
        ("15", Between(13, 17)),
        ("20", Between(18, 22)),
        (".", Between(0, 9)),
        ("12", Refused),
    ];
    holds(rule().withheld_below(10).rounded(Rounding::HalfUp(5)), &cases);
    let zeros = rule().withheld_below(10).zeros(Zeros::Published).rounded(Rounding::HalfUp(5));
    holds(zeros, &[("0", Exactly(0)), ("5", Refused), ("10", Between(10, 12)), (".", Between(1, 9))]);
    let seven = rule().withheld_below(7).rounded(Rounding::HalfUp(5));
    holds(seven, &[("0", Refused), ("5", Exactly(7)), ("10", Between(8, 12)), (".", Between(0, 6))]);
    let tie = rule().withheld_below(5).rounded(Rounding::Nearest(10));
    holds(tie, &[("0", Exactly(5)), ("10", Between(5, 15)), (".", Between(0, 4))]);
}

#[test]
fn rounded_to_five_and_then_withheld_below_ten() {
    let cases = [
        ("0", Refused),
        ("5", Refused),
        ("10", Between(8, 12)),
        ("15", Between(13, 17)),
        (".", Between(0, 7)),
        ("12", Refused),
    ];
    for threshold in 6..=10 {
        holds(rule().rounded(Rounding::HalfUp(5)).withheld_below_after_rounding(threshold), &cases);
    }
    let zeros = rule().rounded(Rounding::HalfUp(5)).withheld_below_after_rounding(10).zeros(Zeros::Published);
    holds(zeros, &[("0", Between(0, 2)), ("5", Refused), ("10", Between(8, 12)), (".", Between(3, 7))]);
    let ties = rule().rounded(Rounding::Nearest(10)).withheld_below_after_rounding(10);
    holds(ties, &[("0", Refused), ("10", Between(5, 15)), (".", Between(0, 5))]);
}
