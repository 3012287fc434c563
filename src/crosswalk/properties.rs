//! What holds for crosswalks that nobody thought of.
#![allow(clippy::unwrap_used)]

use super::{Carry, Change, Changes, Crosswalk, Date};
use crate::count::{Count, Interval};
use proptest::prelude::*;
use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::SeedableRng;

/// Weights of links from `n` areas called `{left}0…` to areas called `{right}0…`; all `{right}` up to `m` are entered.
fn weights(
    left: &'static str,
    right: &'static str,
    n: usize,
    m: usize,
) -> impl Strategy<Value = Vec<(String, String, f64)>> {
    let each = prop::collection::vec((0..m, 1u32..50), 1..4);
    prop::collection::vec(each, n).prop_map(move |areas| {
        let mut links = Vec::new();
        for (from, to) in areas.into_iter().enumerate() {
            let mut met = std::collections::BTreeMap::new();
            to.into_iter().for_each(|(to, weight)| *met.entry(to).or_insert(0) += weight);
            links.extend(
                met.into_iter()
                    .map(|(to, w)| (format!("{left}{from}"), format!("{right}{to}"), f64::from(w))),
            );
        }
        // So that all codes are entered, whatever was drawn.
        let enter = |to: usize| (format!("{left}+{to}"), format!("{right}{to}"), 1.0);
        links.extend((0..m).map(enter));
        links
    })
}

/// Three crosswalks one after the other.
fn chain() -> impl Strategy<Value = [Crosswalk; 3]> {
    let made = |links: Vec<(String, String, f64)>| Crosswalk::from_weights(links).unwrap();
    (weights("a", "b", 6, 5), weights("b", "c", 5, 4), weights("c", "d", 4, 3)).prop_map(
        move |(one, two, three)| {
            let first = made(one);
            let second = made(two.into_iter().filter(|link| !link.0.contains('+')).collect());
            let third = made(three.into_iter().filter(|link| !link.0.contains('+')).collect());
            let third = third.keeping(second.to_codes()).unwrap();
            let third = restricted(&third, second.to_codes());
            [first, second, third]
        },
    )
}

/// The links of the areas named.
fn restricted(crosswalk: &Crosswalk, codes: &[String]) -> Crosswalk {
    Crosswalk::from_shares(crosswalk.links().filter(|link| codes.iter().any(|code| code == link.0))).unwrap()
}

fn exact() -> impl Strategy<Value = Count> {
    (0u64..5000).prop_map(Count::Exact)
}

fn count() -> impl Strategy<Value = Count> {
    let interval =
        (0u64..100, 0u64..20).prop_map(|(lo, width)| Count::from(Interval::new(lo, lo + width).unwrap()));
    let open = (1u64..100).prop_map(|lo| Count::Interval(Interval::at_least(lo)));
    prop_oneof![3 => exact(), 3 => interval, 1 => open, 1 => Just(Count::Missing)]
}

fn carry(crosswalk: &Crosswalk) -> Carry {
    crosswalk.carry(crosswalk.from_codes()).unwrap()
}

fn close(a: &Crosswalk, b: &Crosswalk) -> bool {
    let share = |of: &Crosswalk, from: &str, to: &str| {
        of.shares_of(from).into_iter().find(|(code, _)| *code == to).map_or(0.0, |(_, share)| share)
    };
    let within =
        |a: &Crosswalk, b: &Crosswalk| a.links().all(|(from, to, s)| (share(b, from, to) - s).abs() < 1e-13);
    within(a, b) && within(b, a)
}

/// Sums of the bounds; `None` where one is open.
fn span<'a>(counts: impl IntoIterator<Item = &'a Count>) -> (u64, Option<u64>) {
    counts.into_iter().map(|count| count.bounds()).fold((0, Some(0)), |(lo, hi), bounds| {
        (lo + bounds.lo(), hi.zip(bounds.hi()).map(|(sum, hi)| sum + hi))
    })
}

/// Changes of six areas on a few days: whole, split, ended, listed twice, cycles, and now and then shares that are none.
fn changes() -> impl Strategy<Value = Vec<Change>> {
    let code = || prop::sample::select(vec!["a", "b", "c", "d", "e", "f"]);
    let day = (2000u16..2006, 1u8..3).prop_map(|(year, month)| Date::new(year, month, 1).unwrap());
    let whole = |date, from, to| vec![Change::whole(date, from, to)];
    let split = |date, from, to, rest, share: f64| {
        vec![Change::part(date, from, to, share), Change::part(date, from, rest, 1.0 - share)]
    };
    let shares =
        prop::sample::select(vec![0.25, 0.5, 0.75, 1e-12, 1.0, 0.0, -0.5, 1.5, f64::NAN, f64::INFINITY]);
    let one = (day, code(), code(), code(), shares, 0u8..20).prop_map(
        move |(date, from, to, rest, share, kind)| match kind {
            0 => vec![Change::ended(date, from)],
            1 => [whole(date, from, to), whole(date, from, to)].concat(),
            2 => vec![Change::part(date, from, to, share)],
            3 => whole(date, from, ""),
            4 => split(date, from, to, rest, share),
            5..8 => split(date, from, to, rest, 0.25),
            _ => whole(date, from, to),
        },
    );
    prop::collection::vec(one, 0..6).prop_map(|changes| changes.concat())
}

fn along<T: Clone>(values: &[T], n: usize) -> Vec<T> {
    values.iter().cycle().take(n).cloned().collect()
}

proptest! {
    #[test]
    fn composing_is_associative([a, b, c] in chain()) {
        let left = a.then(&b).unwrap().then(&c).unwrap();
        let right = a.then(&b.then(&c).unwrap()).unwrap();
        prop_assert!(close(&left, &right));
        prop_assert_eq!(left.from_codes(), right.from_codes());
        prop_assert_eq!(left.is_whole(), right.is_whole());
    }

    #[test]
    fn changes_are_walked_in_one_step_as_in_two_or_refused(
        changes in changes(),
        codes in prop::sample::subsequence(vec!["a", "b", "c", "d", "e", "f"], 1..6),
        days in (0u16..8, 0u16..8, 0u16..8),
        weights in prop::collection::vec(1.0..1e6f64, 6),
    ) {
        let changes = Changes::new(changes);
        let [since, between, until] = {
            let mut days = [days.0, days.1, days.2].map(|day| Date::first_of(1999 + day));
            days.sort();
            days
        };
        let direct = match changes.crosswalk(&codes, since, until) {
            Ok(direct) => direct,
            Err(error) => {
                prop_assert_eq!(error.code(), "crosswalk");
                prop_assert!(error.rows().iter().all(|&row| row < changes.listed().len()) && !error.to_string().is_empty());
                return Ok(());
            }
        };
        let first = changes.crosswalk(&codes, since, between).unwrap();
        let second = changes.crosswalk(first.to_codes(), between, until).unwrap();
        prop_assert!(close(&first.then(&second).unwrap(), &direct));
        prop_assert_eq!(direct.from_codes(), &codes[..]);
        let weights: Vec<f64> = weights[..codes.len()].to_vec();
        let there = carry(&direct).sums(&weights.iter().copied().map(Some).collect::<Vec<_>>()).unwrap();
        let (before, after) = (weights.iter().sum::<f64>(), there.iter().map(|x| x.unwrap()).sum::<f64>());
        prop_assert!((after / before - 1.0).abs() < 1e-12);
        prop_assert!(direct.inverse(codes.iter().zip(weights)).is_ok());
    }

    #[test]
    fn weights_of_any_size_are_shares_or_refused(
        weights in prop::collection::vec(
            prop::sample::select(vec![5e-324, 1e-300, 1.0, 3.0, 1e300, f64::MAX, f64::INFINITY, f64::NAN, 0.0, -1.0]),
            1..6,
        ),
        count in 0u64..1000,
        seed: u64,
    ) {
        let links = weights.iter().enumerate().map(|(at, weight)| ("a", format!("b{at}"), *weight));
        let Ok(crosswalk) = Crosswalk::from_weights(links) else { return Ok(()) };
        let sum: f64 = crosswalk.links().map(|(.., share)| share).sum();
        prop_assert!((sum - 1.0).abs() < 1e-12 && crosswalk.links().all(|(.., share)| share > 0.0));
        let again = Crosswalk::from_table(&crosswalk.to_table().unwrap(), "from", "to", "share");
        prop_assert!(close(&again.unwrap(), &crosswalk));
        let carry = carry(&crosswalk);
        let carried = carry.counts(&[Count::Exact(count)]).unwrap();
        let drawn = carried.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
        prop_assert_eq!(drawn.iter().sum::<u64>(), count);
    }

    #[test]
    fn areas_as_they_are_change_nothing_on_either_side([a, _, _] in chain()) {
        let before = Crosswalk::identity(a.from_codes()).unwrap().then(&a).unwrap();
        let after = a.then(&Crosswalk::identity(a.to_codes()).unwrap()).unwrap();
        prop_assert!(close(&before, &a) && close(&after, &a));
    }

    #[test]
    fn the_shares_of_every_area_add_up_to_1([a, b, c] in chain()) {
        for crosswalk in [a.then(&b).unwrap().then(&c).unwrap(), a, b, c] {
            for from in crosswalk.from_codes() {
                let sum: f64 = crosswalk.shares_of(from).iter().map(|(_, share)| share).sum();
                prop_assert!((sum - 1.0).abs() < 1e-15 * 8.0, "{from}: {sum}");
            }
        }
    }

    #[test]
    fn there_and_back_gives_the_weights_again(
        [a, b, _] in chain(),
        weights in prop::collection::vec(1.0..1e6f64, 1..12),
    ) {
        let crosswalk = a.then(&b).unwrap();
        let weights = along(&weights, crosswalk.from_codes().len());
        let back = crosswalk.inverse(crosswalk.from_codes().iter().zip(weights.iter().copied())).unwrap();
        let carried = carry(&crosswalk);
        let there = carried.sums(&weights.iter().copied().map(Some).collect::<Vec<_>>()).unwrap();
        let home = back.carry(carried.targets()).unwrap();
        let again = home.sums(&there).unwrap();
        for (code, value) in home.targets().iter().zip(again) {
            let at = crosswalk.from_codes().iter().position(|from| from == code).unwrap();
            prop_assert!((value.unwrap() / weights[at] - 1.0).abs() < 1e-12);
        }
        let twice = back.inverse(carried.targets().iter().zip(there.iter().map(|x| x.unwrap()))).unwrap();
        prop_assert!(close(&twice, &crosswalk));
    }

    #[test]
    fn the_inverse_of_two_steps_is_the_two_inverses_turned_round(
        [a, b, _] in chain(),
        weights in prop::collection::vec(1.0..1e6f64, 1..12),
    ) {
        let weights = along(&weights, a.from_codes().len());
        let direct = a.then(&b).unwrap().inverse(a.from_codes().iter().zip(weights.iter().copied())).unwrap();
        let carried = carry(&a);
        let middle = carried.sums(&weights.iter().copied().map(Some).collect::<Vec<_>>()).unwrap();
        let first = a.inverse(a.from_codes().iter().zip(weights.iter().copied())).unwrap();
        let second = b.inverse(carried.targets().iter().zip(middle.iter().map(|x| x.unwrap()))).unwrap();
        prop_assert!(close(&direct, &second.then(&first).unwrap()));
    }

    #[test]
    fn draws_and_apportioned_numbers_keep_every_total(
        [a, b, c] in chain(),
        counts in prop::collection::vec(exact(), 1..12),
        seed: u64,
        precision in prop_oneof![Just(None), (0.1..1e4f64).prop_map(Some)],
    ) {
        let crosswalk = a.then(&b).unwrap().then(&c).unwrap();
        let crosswalk = precision.map_or(Ok(crosswalk.clone()), |precision| crosswalk.estimated(precision)).unwrap();
        let carry = carry(&crosswalk);
        let counts = along(&counts, crosswalk.from_codes().len());
        let numbers: Vec<u64> = counts.iter().map(|count| count.bounds().lo()).collect();
        let total: u64 = numbers.iter().sum();
        let carried = carry.counts(&counts).unwrap();
        let drawn = carried.draw(&mut ChaCha12Rng::seed_from_u64(seed)).unwrap();
        prop_assert_eq!(drawn.iter().sum::<u64>(), total);
        for (drawn, known) in drawn.iter().zip(carried.known()) {
            prop_assert!(known.bounds().contains(*drawn));
        }
        let apportioned = carry.apportion(&numbers).unwrap();
        prop_assert_eq!(apportioned.iter().sum::<u64>(), total);
        let sums = carry.sums(&numbers.iter().map(|&n| Some(n as f64)).collect::<Vec<_>>()).unwrap();
        let sum: f64 = sums.iter().map(|x| x.unwrap()).sum();
        prop_assert!((sum - total as f64).abs() <= 1e-12 * (1.0 + total as f64));
        let means: f64 = carried.moments().iter().map(|moments| moments.unwrap().mean).sum();
        prop_assert!((means - total as f64).abs() <= 1e-12 * (1.0 + total as f64));
    }

    #[test]
    fn bounds_add_up_exactly_where_areas_move_whole_and_hold_the_total_where_they_split(
        [a, _, _] in chain(),
        counts in prop::collection::vec(count(), 1..12),
    ) {
        let counts = along(&counts, a.from_codes().len());
        let (lo, hi) = span(&counts);
        let split = span(carry(&a).counts(&counts).unwrap().known());
        prop_assert!(split.0 <= lo && split.1.zip(hi).is_none_or(|(split, hi)| split >= hi));
        // The common areas of both divisions split nothing.
        let common = a.common().unwrap();
        prop_assert!(common.before.is_whole() && common.after.is_whole());
        let whole = carry(&common.before);
        prop_assert_eq!(span(whole.counts(&counts).unwrap().known()), (lo, hi));
        prop_assert!(close(&a.then(&common.after).unwrap(), &common.before));
    }

    #[test]
    fn whole_numbers_of_whole_areas_stay_exact(
        to in prop::collection::vec(0usize..5, 1..30),
        numbers in prop::collection::vec(0u64..(1 << 40), 30),
    ) {
        let pairs: Vec<(String, String)> = to.iter().enumerate().map(|(from, to)| (format!("a{from}"), format!("b{to}"))).collect();
        let carry = carry(&Crosswalk::merge(pairs).unwrap());
        let counts: Vec<Count> = numbers[..to.len()].iter().map(|&n| Count::Exact(n)).collect();
        let sums = carry.sums(&numbers[..to.len()].iter().map(|&n| Some(n as f64)).collect::<Vec<_>>()).unwrap();
        let carried = carry.counts(&counts).unwrap();
        for ((code, known), sum) in carry.targets().iter().zip(carried.known()).zip(sums) {
            let expected: u64 = (0..to.len()).filter(|&from| *code == format!("b{}", to[from])).map(|from| numbers[from]).sum();
            prop_assert_eq!(*known, Count::Exact(expected));
            prop_assert_eq!(sum, Some(expected as f64));
        }
    }

    #[test]
    fn averages_lie_between_those_they_are_made_of(
        [a, b, _] in chain(),
        values in prop::collection::vec(0.0..100.0f64, 1..12),
        weights in prop::collection::vec(1.0..1e5f64, 1..12),
    ) {
        let crosswalk = a.then(&b).unwrap();
        let n = crosswalk.from_codes().len();
        let (values, weights) = (along(&values, n), along(&weights, n));
        let carry = carry(&crosswalk);
        let some = |x: &[f64]| x.iter().copied().map(Some).collect::<Vec<_>>();
        let means = carry.means(&some(&values), &some(&weights)).unwrap();
        for (target, mean) in carry.targets().iter().zip(&means) {
            let own: Vec<f64> = carry.sources(target).iter().map(|source| values[source.row]).collect();
            let (least, most) = own.iter().fold((f64::MAX, f64::MIN), |(a, b), &x| (a.min(x), b.max(x)));
            prop_assert!((least - 1e-9..=most + 1e-9).contains(&mean.unwrap()));
        }
        // What the averages stand for adds up: Σ w x is the same in both divisions.
        let there = carry.sums(&some(&weights)).unwrap();
        let after: f64 = means.iter().zip(&there).map(|(mean, weight)| mean.unwrap() * weight.unwrap()).sum();
        let before: f64 = values.iter().zip(&weights).map(|(x, w)| x * w).sum();
        prop_assert!((after / before - 1.0).abs() < 1e-12 || before == 0.0);
    }
}
