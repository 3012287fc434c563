//! Boundaries that changed between two years, planted.

use nestcount::Result;
use nestcount::crosswalk::Crosswalk;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha12Rng;
use std::collections::BTreeMap;

/// Gemeenten of the second year that three gemeenten of the first made.
const MERGED_GEMEENTEN: usize = 12;
/// Wijken of the second year that two of the first made.
const MERGED: usize = 120;
/// Wijken of the first year that became two.
const SPLIT: usize = 120;
/// Only wijken with so many youths are divided.
const LARGE: f64 = 200.0;
/// The share of the larger part; it keeps the code.
const LARGER: f64 = 0.6;
/// How many addresses a share is learned from.
const ADDRESSES: f64 = 500.0;

/// Two divisions of the wijken of a country.
pub(crate) struct Divisions {
    /// From the wijken that both years are made of to those of the first year.
    pub(crate) before: Crosswalk,
    /// The same to those of the second year.
    pub(crate) after: Crosswalk,
    /// From the first year to the second.
    pub(crate) crosswalk: Crosswalk,
    pub(crate) gemeenten: Crosswalk,
    /// The gemeente of each wijk of the first year.
    pub(crate) gemeenten_before: Vec<String>,
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

        let mut links = [Vec::new(), Vec::new(), Vec::new()];
        let mut gemeenten_before = Vec::new();
        for (row, wijk) in wijken.iter().enumerate() {
            let (first, second) = (in_gemeente(wijk, &old[row]), wijk.clone());
            let other = format!("{wijk}x");
            let [before, after, across] = &mut links;
            let both = |to: &str| [(to.to_string(), LARGER), (other.clone(), 1.0 - LARGER)];
            if merged.contains(&row) {
                before.extend(both(&first).map(|(to, share)| (wijk.clone(), to, share)));
                after.push((wijk.clone(), second.clone(), 1.0));
                across.extend([(first, second.clone(), 1.0), (other, second, 1.0)]);
                gemeenten_before.push(old[row].clone());
            } else if split.contains(&row) {
                before.push((wijk.clone(), first.clone(), 1.0));
                after.extend(both(&second).map(|(to, share)| (wijk.clone(), to, share)));
                across.extend(both(&second).map(|(to, share)| (first.clone(), to, share)));
            } else {
                before.push((wijk.clone(), first.clone(), 1.0));
                after.push((wijk.clone(), second.clone(), 1.0));
                across.push((first, second, 1.0));
            }
            gemeenten_before.push(old[row].clone());
        }
        let [before, after, across] = links;
        let pairs: BTreeMap<&String, &String> = old.iter().zip(gemeenten).collect();
        Ok(Divisions {
            before: Crosswalk::from_shares(before)?,
            after: Crosswalk::from_shares(after)?,
            crosswalk: Crosswalk::from_shares(across)?.estimated(ADDRESSES)?,
            gemeenten: Crosswalk::merge(pairs)?,
            gemeenten_before,
        })
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
