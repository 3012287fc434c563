//! Pairs of codes gathered into a crosswalk, with everything that is wrong with them.

use super::links::{Crosswalk, Link};
use crate::error::{CrosswalkFault, Result};
use std::collections::HashMap;

/// Shares given as decimals add up to 1 no better than this.
const ROUNDING: f64 = 1e-9;

/// Codes as they came; `None` where one is blank.
pub(super) struct Pair {
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// A pair with its share or weight; `None` where it is missing.
pub(super) struct Row {
    pub(super) pair: Pair,
    pub(super) share: Option<f64>,
}

impl Pair {
    pub(super) fn new(from: &str, to: &str) -> Self {
        let code = |text: &str| Some(text.trim()).filter(|text| !text.is_empty()).map(String::from);
        Pair { from: code(from), to: code(to) }
    }
}

impl Row {
    pub(super) fn new(from: &str, to: &str, share: f64) -> Self {
        Row { pair: Pair::new(from, to), share: Some(share) }
    }
}

/// Rows, each with its position in the list or table given, whose shares add up to 1 per area.
pub(super) fn shares(rows: impl IntoIterator<Item = (usize, Row)>) -> Result<Crosswalk> {
    let mut gathered = Gathered::default();
    rows.into_iter().for_each(|(row, given)| gathered.take(row, given, |share| share <= 1.0));
    gathered.refuse_other_sums();
    gathered.refuse_repeated();
    gathered.finish()
}

/// Rows whose weights are divided by their sum per area.
pub(super) fn weights(rows: Vec<Row>) -> Result<Crosswalk> {
    let mut gathered = Gathered::default();
    rows.into_iter().enumerate().for_each(|(row, given)| gathered.take(row, given, f64::is_finite));
    gathered.refuse_repeated();
    gathered.refuse_vanishing();
    gathered.finish()
}

/// Whole areas, each to one.
pub(super) fn merge(pairs: Vec<Pair>) -> Result<Crosswalk> {
    whole(pairs).finish()
}

/// Whole areas, each to one of its own.
pub(super) fn recoding(pairs: Vec<Pair>) -> Result<Crosswalk> {
    let mut gathered = whole(pairs);
    gathered.refuse_several_sources();
    gathered.finish()
}

fn whole(pairs: Vec<Pair>) -> Gathered {
    let mut gathered = Gathered::default();
    for (row, pair) in pairs.into_iter().enumerate() {
        gathered.take(row, Row { pair, share: Some(1.0) }, |_| true);
    }
    gathered.refuse_repeated();
    gathered.refuse_several_targets();
    gathered
}

/// Areas in the order met.
#[derive(Default)]
struct Gathered {
    from: Names,
    to: Names,
    met: Vec<Vec<Met>>,
    blank: Vec<usize>,
    faults: Vec<CrosswalkFault>,
}

#[derive(Default)]
struct Names {
    codes: Vec<String>,
    positions: HashMap<String, usize>,
}

struct Met {
    to: usize,
    share: f64,
    row: usize,
}

impl Names {
    fn position(&mut self, code: String) -> usize {
        match self.positions.get(&code) {
            Some(&at) => at,
            None => {
                let at = self.codes.len();
                self.codes.push(code.clone());
                self.positions.insert(code, at);
                at
            }
        }
    }
}

impl Gathered {
    fn take(&mut self, row: usize, given: Row, allowed: impl Fn(f64) -> bool) {
        let (Some(from), Some(to)) = (given.pair.from, given.pair.to) else {
            self.blank.push(row);
            return;
        };
        match given.share.filter(|&share| share > 0.0 && allowed(share)) {
            Some(share) => {
                let from = self.from.position(from);
                self.met.resize_with(self.from.codes.len(), Vec::new);
                let to = self.to.position(to);
                self.met[from].push(Met { to, share, row });
            }
            None => {
                let share = given.share.map_or("nothing".into(), |share| share.to_string());
                self.faults.push(CrosswalkFault::InvalidShare { from, to, share, row });
            }
        }
    }

    fn refuse_repeated(&mut self) {
        for (from, met) in self.from.codes.iter().zip(&self.met) {
            let mut rows_to: HashMap<usize, Vec<usize>> = HashMap::new();
            met.iter().for_each(|met| rows_to.entry(met.to).or_default().push(met.row));
            let mut repeated: Vec<_> = rows_to.into_iter().filter(|(_, rows)| rows.len() > 1).collect();
            repeated.sort();
            for (to, rows) in repeated {
                let (from, to) = (from.clone(), self.to.codes[to].clone());
                self.faults.push(CrosswalkFault::RepeatedPair { from, to, rows });
            }
        }
    }

    fn refuse_other_sums(&mut self) {
        for (from, met) in self.from.codes.iter().zip(&self.met) {
            let sum: f64 = met.iter().map(|met| met.share).sum();
            if (sum - 1.0).abs() > ROUNDING {
                let rows = met.iter().map(|met| met.row).collect();
                self.faults.push(CrosswalkFault::SharesSum { from: from.clone(), sum, rows });
            }
        }
    }

    /// Weights of which nothing is left beside the others of their area.
    fn refuse_vanishing(&mut self) {
        for (from, met) in self.from.codes.iter().zip(&self.met) {
            let largest = met.iter().map(|met| met.share).fold(0.0, f64::max);
            for met in met.iter().filter(|met| met.share / largest < f64::MIN_POSITIVE) {
                let (from, to, share) = (from.clone(), self.to.codes[met.to].clone(), met.share.to_string());
                self.faults.push(CrosswalkFault::InvalidShare { from, to, share, row: met.row });
            }
        }
    }

    fn refuse_several_targets(&mut self) {
        for (from, met) in self.from.codes.iter().zip(&self.met) {
            if met.iter().any(|other| other.to != met[0].to) {
                let to = met.iter().map(|met| self.to.codes[met.to].clone()).collect();
                let rows = met.iter().map(|met| met.row).collect();
                self.faults.push(CrosswalkFault::SeveralTargets { from: from.clone(), to, rows });
            }
        }
    }

    fn refuse_several_sources(&mut self) {
        let mut sources: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.to.codes.len()];
        for (from, met) in self.met.iter().enumerate() {
            met.iter().for_each(|met| sources[met.to].push((from, met.row)));
        }
        for (to, sources) in self.to.codes.iter().zip(sources) {
            if sources.iter().any(|source| source.0 != sources[0].0) {
                let from = sources.iter().map(|source| self.from.codes[source.0].clone()).collect();
                let rows = sources.iter().map(|source| source.1).collect();
                self.faults.push(CrosswalkFault::SeveralSources { from, to: to.clone(), rows });
            }
        }
    }

    fn finish(mut self) -> Result<Crosswalk> {
        if !self.blank.is_empty() {
            self.faults.insert(0, CrosswalkFault::BlankCode { rows: self.blank });
        }
        CrosswalkFault::refuse(self.faults)?;
        let links =
            self.met.iter().map(|met| normalised(met.iter().map(|met| (met.to, met.share)))).collect();
        Ok(Crosswalk::from_parts(self.from.codes, self.to.codes, links))
    }
}

/// Shares of one area that add up to 1; one that goes to a single area is whole, whatever rounding left of it.
pub(super) fn normalised(shares: impl Iterator<Item = (usize, f64)>) -> Vec<Link> {
    let mut links: Vec<Link> = shares.map(|(to, share)| Link { to, share }).collect();
    let sum = |links: &[Link]| links.iter().map(|link| link.share).sum::<f64>();
    if sum(&links).is_infinite() {
        links.iter_mut().for_each(|link| link.share /= f64::MAX);
    }
    let sum = sum(&links);
    links.iter_mut().for_each(|link| link.share /= sum);
    links
}

impl Crosswalk {
    /// Joins checked parts; shares are those of [`normalised`].
    pub(super) fn from_parts(from: Vec<String>, to: Vec<String>, links: Vec<Vec<Link>>) -> Self {
        let positions = from.iter().cloned().zip(0..).collect();
        let precision = vec![f64::INFINITY; from.len()];
        Crosswalk { from, to, links, precision, positions }
    }
}
