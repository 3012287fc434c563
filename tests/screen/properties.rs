//! Rules nobody thought of, on figures known in part.

use nestcount::count::Count;
use nestcount::screen::{Areas, Edge, Factor, Phase, Precision, RateRule, Rates, Rule, Screen, Verdict};
use proptest::prelude::*;

const CODES: [&str; 5] = ["a", "b", "c", "d", "e"];
const YOUTHS: [f64; 5] = [90.0, 1_000.0, 350.0, 2_400.0, 160.0];

/// Least count, width of its bounds, and where in them it lies, for each area of two indicators.
type Drawn = [[(u64, u64, f64); 5]; 2];

fn drawn() -> impl Strategy<Value = Drawn> {
    let counts = |at: usize| (0..(YOUTHS[at] / 5.0) as u64, 0..9_u64, 0.0..1.0);
    let indicator = move || (counts(0), counts(1), counts(2), counts(3), counts(4));
    (indicator(), indicator()).prop_map(|(one, two)| [one, two].map(|(a, b, c, d, e)| [a, b, c, d, e]))
}

fn rate_rule() -> impl Strategy<Value = Rule> {
    let precision = prop_oneof![
        Just(Precision::Exact),
        (0..3_u8).prop_map(Precision::CutTo),
        (0..3_u8).prop_map(Precision::RoundedTo)
    ];
    let edge = prop_oneof![Just(Edge::Included), Just(Edge::Excluded)];
    (any::<bool>(), any::<bool>(), 3_u32..20, precision.clone(), precision, edge).prop_map(
        |(second, least, tenths, threshold, rates, edge)| {
            let factor = Factor::ratio(tenths, 10).unwrap();
            let rule = if least { RateRule::at_least(factor) } else { RateRule::at_most(factor) };
            let rule = rule.threshold(threshold).rates(rates).edge(edge);
            Rule::rate(if second { "two" } else { "one" }, rule)
        },
    )
}

fn rule() -> impl Strategy<Value = Rule> {
    rate_rule().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Rule::all),
            prop::collection::vec(inner.clone(), 0..3).prop_map(Rule::any),
            inner.prop_map(|rule| !rule)
        ]
    })
}

/// The areas as published, or as they were counted.
fn areas(drawn: &Drawn, counted: bool) -> Areas {
    let count = |(low, width, at): (u64, u64, f64)| match counted {
        true => Count::Exact(low + (at * (width + 1) as f64) as u64),
        false => Count::interval(low, low + width).unwrap(),
    };
    let names = ["one", "two"].into_iter().zip(drawn);
    names.fold(Areas::new(CODES, CODES).unwrap(), |areas, (name, counts)| {
        let counts = counts.iter().map(|of| count(*of)).collect();
        areas.with_rates(name, Rates::new(counts, YOUTHS.map(Some).to_vec()).unwrap()).unwrap()
    })
}

proptest! {
    #[test]
    fn what_is_decided_of_bounds_is_what_the_counts_say(drawn in drawn(), rule in rule()) {
        let published = rule.verdicts(&areas(&drawn, false)).unwrap().agreed();
        let counted = rule.verdicts(&areas(&drawn, true)).unwrap().agreed();
        for (published, counted) in published.into_iter().zip(counted) {
            prop_assert!(counted != Verdict::Undecided);
            prop_assert!(published == Verdict::Undecided || published == counted, "{rule}");
        }
    }

    #[test]
    fn not_turns_every_verdict_and_a_trail_loses_nobody(drawn in drawn(), rule in rule(), other in rule()) {
        let areas = areas(&drawn, false);
        let (verdicts, turned) = (rule.verdicts(&areas).unwrap().agreed(), (!rule.clone()).verdicts(&areas).unwrap());
        prop_assert!(verdicts.iter().zip(turned.agreed()).all(|(one, other)| !*one == other));
        let phases = Screen::new("s")
            .phase(Phase::new("first").keep(rule.clone()).leave_out(other.clone(), "a reason"))
            .phase(Phase::new("second").keep(other));
        let trail = phases.run(&areas).unwrap();
        let gone: usize = trail.rounds().iter().map(|round| round.left().count()).sum();
        prop_assert_eq!(gone + trail.remaining().count(), CODES.len());
        for area in &CODES {
            let stays = trail.remaining().any(|remaining| remaining.code == *area);
            prop_assert_eq!(stays, trail.left_in(area).is_none());
        }
        let again: Rule = serde_json::from_str(&serde_json::to_string(&rule).unwrap()).unwrap();
        prop_assert_eq!(again, rule);
    }
}
