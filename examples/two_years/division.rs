//! Boundaries that changed between two years, planted.

use crate::world::normal;
use nestcount::Result;
use nestcount::crosswalk::Crosswalk;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha12Rng;
use std::collections::BTreeMap;

/// Gemeenten of the second year that three gemeenten of the first made.
const MERGED_GEMEENTEN: usize = 12;
/// Wijken of the second year that two of the first made.
const MERGED: usize = 300;
/// Wijken of the first year that became two.
const SPLIT: usize = 300;
/// Standard deviation of the log rate between the parts of a wijk: who draws a line draws it where people differ.
pub(crate) const PARTS: f64 = 0.3;
/// Only wijken with so many youths are divided.
const LARGE: f64 = 200.0;
/// The share of the larger part; it keeps the code.
const LARGER: f64 = 0.6;
/// How many addresses a share is learned from.
const ADDRESSES: f64 = 500.0;

/// Two divisions of the wijken of a country.
pub(crate) struct Divisions {
    pub(crate) before: Division,
    pub(crate) after: Division,
    /// From the first year to the second, by addresses.
    pub(crate) crosswalk: Crosswalk,
    pub(crate) gemeenten: Crosswalk,
    /// The gemeente of each wijk of the first year.
    pub(crate) gemeenten_before: Vec<String>,
}

/// From the wijken that both years are made of to those of one year.
pub(crate) struct Division {
    /// Where the youths went.
    pub(crate) youths: Crosswalk,
    /// Where the users went, which nobody knows: parts have rates of their own.
    pub(crate) users: Crosswalk,
}

/// How a wijk that both years are made of appears in one of them.
enum Seen {
    Whole(String),
    Parts(String, String),
}

impl Divisions {
    /// Draws which wijken and gemeenten change; a wijk changes in one way at most.
    pub(crate) fn draw(
        wijken: &[String],
        gemeenten: &[String],
        youths: &[Option<f64>],
        rng: &mut ChaCha12Rng,
    ) -> Result<Divisions> {
        let old = old_gemeenten(gemeenten, rng);
        let large =
            |&row: &usize| old[row] == gemeenten[row] && youths[row].is_some_and(|youths| youths >= LARGE);
        let mut changing: Vec<usize> = (0..wijken.len()).filter(large).collect();
        changing.shuffle(rng);
        let (merged, rest) = changing.split_at(MERGED.min(changing.len()));
        let split = &rest[..SPLIT.min(rest.len())];

        let (mut before, mut after, mut across) = (Vec::new(), Vec::new(), Vec::new());
        let mut gemeenten_before = Vec::new();
        for (row, wijk) in wijken.iter().enumerate() {
            let (first, other) = (in_gemeente(wijk, &old[row]), format!("{wijk}x"));
            let parts = || Seen::Parts(wijk.clone(), other.clone());
            let (was, is) = match (merged.contains(&row), split.contains(&row)) {
                (true, _) => (parts(), Seen::Whole(wijk.clone())),
                (_, true) => (Seen::Whole(first), parts()),
                _ => (Seen::Whole(first), Seen::Whole(wijk.clone())),
            };
            for (from, _) in was.shares() {
                across.extend(
                    is.shares().into_iter().map(|(to, share)| (from.to_string(), to.to_string(), share)),
                );
                gemeenten_before.push(old[row].clone());
            }
            before.push((wijk, was));
            after.push((wijk, is));
        }
        let pairs: BTreeMap<&String, &String> = old.iter().zip(gemeenten).collect();
        Ok(Divisions {
            before: Division::draw(&before, rng)?,
            after: Division::draw(&after, rng)?,
            crosswalk: Crosswalk::from_shares(across)?.estimated(ADDRESSES)?,
            gemeenten: Crosswalk::merge(pairs)?,
            gemeenten_before,
        })
    }
}

impl Seen {
    /// The wijken it appears as, with their shares of the youths.
    fn shares(&self) -> Vec<(&str, f64)> {
        match self {
            Seen::Whole(wijk) => vec![(wijk, 1.0)],
            Seen::Parts(larger, smaller) => vec![(larger, LARGER), (smaller, 1.0 - LARGER)],
        }
    }
}

impl Division {
    fn draw(seen: &[(&String, Seen)], rng: &mut ChaCha12Rng) -> Result<Division> {
        let (mut youths, mut users) = (Vec::new(), Vec::new());
        for (wijk, seen) in seen {
            for (part, share) in seen.shares() {
                youths.push((wijk.as_str(), part, share));
                users.push((wijk.as_str(), part, share * normal(PARTS, rng).exp()));
            }
        }
        Ok(Division { youths: Crosswalk::from_shares(youths)?, users: Crosswalk::from_weights(users)? })
    }
}

/// The gemeente of each wijk in the first year: some of the second were three.
fn old_gemeenten(gemeenten: &[String], rng: &mut ChaCha12Rng) -> Vec<String> {
    let mut sizes: BTreeMap<&String, usize> = BTreeMap::new();
    gemeenten.iter().for_each(|code| *sizes.entry(code).or_default() += 1);
    let mut able: Vec<&String> =
        sizes.iter().filter(|(_, n)| (6..20).contains(*n)).map(|(code, _)| *code).collect();
    able.shuffle(rng);
    let chosen: BTreeMap<&String, usize> = able.into_iter().take(MERGED_GEMEENTEN).zip(0..).collect();
    let mut met: BTreeMap<&String, usize> = BTreeMap::new();
    let old = gemeenten.iter().map(|code| {
        let Some(at) = chosen.get(code) else { return code.clone() };
        let wijk = met.entry(code).or_default();
        let part = *wijk * 3 / sizes[code];
        *wijk += 1;
        format!("GM9{at:02}{part}")
    });
    old.collect()
}

/// The code of a wijk with the digits of a gemeente.
fn in_gemeente(wijk: &str, gemeente: &str) -> String {
    format!("WK{}{}", &gemeente[2..], &wijk[6..])
}
