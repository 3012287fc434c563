//! A crosswalk on the rows of a table.

use super::compose::unmatched;
use super::links::Crosswalk;
use super::origin::Origin;
use crate::error::{ErrorKind, Result};
use std::collections::{HashMap, HashSet};

/// What to do about areas that only one side has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Unmatched {
    /// Rows whose area the crosswalk does not know.
    pub rows: UnknownRows,
    /// Areas of the crosswalk without a row.
    pub areas: AbsentAreas,
}

/// What to do about rows whose area the crosswalk does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownRows {
    /// An error with all their codes.
    #[default]
    Refuse,
    /// They stay as they are, under the same code.
    Keep,
    /// They are left out; [`Carry::left_out`] lists them.
    LeaveOut,
}

/// What to do about areas of the crosswalk without a row; [`Carry::absent`] lists them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AbsentAreas {
    /// An error with all their codes.
    #[default]
    Refuse,
    /// They hold something that nobody knows: what they enter is missing, and its counts have no upper bound.
    Unknown,
    /// They hold nothing, as an area without inhabitants does.
    Empty,
}

/// A crosswalk matched with the rows of a table, one row an area.
///
/// Its results are along [`Carry::targets`].
#[derive(Debug, Clone, PartialEq)]
pub struct Carry {
    pub(super) n_rows: usize,
    targets: Vec<String>,
    origins: Vec<Origin>,
    pub(super) parts: Vec<Vec<Part>>,
    /// Where the rows go: what [`Carry::parts`] holds, seen from the other side.
    pub(super) shares: Vec<RowShares>,
    left_out: Vec<usize>,
    absent: Vec<String>,
}

/// A row that a target is made of, and the share of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Source {
    /// Position of the row in the caller's table, from 0.
    pub row: usize,
    /// The share of the row's area that goes to the target.
    pub share: f64,
}

/// A share of a row, or of an area without one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Part {
    pub(super) row: Option<usize>,
    pub(super) share: f64,
    pub(super) precision: f64,
}

/// Where a row goes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RowShares {
    pub(super) row: usize,
    /// (target, share), the shares adding up to 1.
    pub(super) to: Vec<(usize, f64)>,
    pub(super) precision: f64,
}

impl Crosswalk {
    /// Matches the crosswalk with the areas of a table's rows.
    ///
    /// Fails with [`ErrorKind::UnmatchedCodes`] that lists every area which only one side has, and with
    /// [`ErrorKind::RepeatedCodes`] where two rows are one area.
    pub fn carry<S: AsRef<str>>(&self, codes: &[S]) -> Result<Carry> {
        self.carry_with(codes, Unmatched::default())
    }

    /// The same with what to do about areas that only one side has.
    ///
    /// ```
    /// use nestcount::crosswalk::{Crosswalk, Origin, UnknownRows, Unmatched};
    /// let crosswalk = Crosswalk::merge([("Haren", "Groningen"), ("Ten Boer", "Groningen")])?;
    /// let keep = Unmatched { rows: UnknownRows::Keep, ..Unmatched::default() };
    /// let carry = crosswalk.carry_with(&["Groningen", "Haren", "Ten Boer", "Utrecht"], keep)?;
    /// assert_eq!(carry.targets(), ["Groningen", "Utrecht"]);
    /// assert_eq!(carry.origins(), [Origin::Merged, Origin::Unchanged]);
    /// # Ok::<(), nestcount::Error>(())
    /// ```
    pub fn carry_with<S: AsRef<str>>(&self, codes: &[S], policy: Unmatched) -> Result<Carry> {
        let codes: Vec<&str> = codes.iter().map(|code| code.as_ref().trim()).collect();
        refuse_repeated(&codes)?;
        let met: HashSet<&str> = codes.iter().copied().collect();
        let absent: Vec<String> =
            self.from.iter().filter(|code| !met.contains(code.as_str())).cloned().collect();
        let unknown =
            codes.iter().filter(|code| !self.positions.contains_key(**code)).map(|code| code.to_string());
        unmatched(
            "the rows",
            if policy.rows == UnknownRows::Refuse { unknown.collect() } else { Vec::new() },
            "areas left by the crosswalk",
            if policy.areas == AbsentAreas::Refuse { absent.clone() } else { Vec::new() },
        )?;
        let mut building = Building::default();
        for (row, code) in codes.iter().enumerate() {
            match (self.positions.get(*code), policy.rows) {
                (Some(&at), _) => building.area(self, at, Some(row)),
                (None, UnknownRows::Keep) => building.kept(code, row),
                (None, _) => building.left_out.push(row),
            }
        }
        if policy.areas == AbsentAreas::Unknown {
            absent
                .iter()
                .filter_map(|code| self.positions.get(code))
                .for_each(|&at| building.area(self, at, None));
        }
        Ok(building.finish(codes.len(), absent))
    }
}

impl Carry {
    /// Codes of the areas entered, in the order in which the rows reach them.
    pub fn targets(&self) -> &[String] {
        &self.targets
    }

    /// How each target came about.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }

    /// The rows that a target is made of; empty for one that is not there.
    pub fn sources(&self, target: &str) -> Vec<Source> {
        let at = self.targets.iter().position(|code| code == target.trim());
        let parts = at.map_or(&[][..], |at| &self.parts[at]);
        parts.iter().filter_map(|part| part.row.map(|row| Source { row, share: part.share })).collect()
    }

    /// Rows left out because the crosswalk does not know their area, ascending.
    pub fn left_out(&self) -> &[usize] {
        &self.left_out
    }

    /// Areas of the crosswalk without a row.
    pub fn absent(&self) -> &[String] {
        &self.absent
    }

    pub(super) fn check_length(&self, what: &str, found: usize) -> Result<()> {
        match found == self.n_rows {
            true => Ok(()),
            false => Err(ErrorKind::Length { what: what.into(), expected: self.n_rows, found }.into()),
        }
    }
}

fn refuse_repeated(codes: &[&str]) -> Result<()> {
    let (mut met, mut repeated) = (HashSet::new(), Vec::new());
    for code in codes {
        if !met.insert(code) && !repeated.contains(&code.to_string()) {
            repeated.push(code.to_string());
        }
    }
    match repeated.is_empty() {
        true => Ok(()),
        false => Err(ErrorKind::RepeatedCodes { what: "the rows".into(), codes: repeated }.into()),
    }
}

/// Targets in the order met.
#[derive(Default)]
struct Building {
    targets: Vec<String>,
    positions: HashMap<String, usize>,
    parts: Vec<Vec<Part>>,
    /// Whether the one area that a target is made of has its code.
    same_code: Vec<bool>,
    shares: Vec<RowShares>,
    left_out: Vec<usize>,
}

impl Building {
    fn area(&mut self, crosswalk: &Crosswalk, at: usize, row: Option<usize>) {
        let precision = crosswalk.precision[at];
        let mut to = Vec::with_capacity(crosswalk.links[at].len());
        for link in &crosswalk.links[at] {
            let code = &crosswalk.to[link.to];
            let target = self.target(code, *code == crosswalk.from[at]);
            self.parts[target].push(Part { row, share: link.share, precision });
            to.push((target, link.share));
        }
        if let Some(row) = row {
            self.shares.push(RowShares { row, to, precision });
        }
    }

    fn kept(&mut self, code: &str, row: usize) {
        let target = self.target(code, true);
        self.parts[target].push(Part { row: Some(row), share: 1.0, precision: f64::INFINITY });
        self.shares.push(RowShares { row, to: vec![(target, 1.0)], precision: f64::INFINITY });
    }

    fn target(&mut self, code: &str, same: bool) -> usize {
        let next = self.targets.len();
        let at = *self.positions.entry(code.to_string()).or_insert(next);
        if at == next {
            self.targets.push(code.to_string());
            self.parts.push(Vec::new());
            self.same_code.push(same);
        }
        at
    }

    fn finish(self, n_rows: usize, absent: Vec<String>) -> Carry {
        let origin = |(parts, same): (&Vec<Part>, &bool)| match (
            &parts[..],
            parts.iter().all(|part| part.share == 1.0),
        ) {
            ([_], true) if *same => Origin::Unchanged,
            ([_], true) => Origin::Recoded,
            (_, true) => Origin::Merged,
            ([_], false) => Origin::Part,
            (_, false) => Origin::Redrawn,
        };
        let origins = self.parts.iter().zip(&self.same_code).map(origin).collect();
        let Building { targets, parts, shares, left_out, .. } = self;
        Carry { n_rows, targets, origins, parts, shares, left_out, absent }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::count::{Count, Interval};

    fn winsum() -> Crosswalk {
        Crosswalk::from_shares([
            ("Winsum", "Hogeland", 0.7),
            ("Winsum", "Westerkwartier", 0.3),
            ("Bedum", "Hogeland", 1.0),
            ("Leek", "Leek", 1.0),
            ("Groesbeek", "Berg en Dal", 1.0),
        ])
        .unwrap()
    }

    #[test]
    fn every_origin_is_told_apart() {
        let carry = winsum().carry(&["Winsum", "Bedum", "Leek", "Groesbeek"]).unwrap();
        let told: Vec<(&str, Origin)> =
            carry.targets().iter().map(String::as_str).zip(carry.origins().iter().copied()).collect();
        let expected = [
            ("Hogeland", Origin::Redrawn),
            ("Westerkwartier", Origin::Part),
            ("Leek", Origin::Unchanged),
            ("Berg en Dal", Origin::Recoded),
        ];
        assert_eq!(told, expected);
        let sources = [Source { row: 0, share: 0.7 }, Source { row: 1, share: 1.0 }];
        assert_eq!(carry.sources("Hogeland"), sources);
    }

    #[test]
    fn what_one_side_lacks_is_listed_on_both_sides() {
        let error = winsum().carry(&["Winsum", "Leek", "Utrecht"]).unwrap_err();
        let ErrorKind::UnmatchedCodes { only_left, only_right, .. } = error.kind() else { panic!("{error}") };
        assert_eq!(
            (&only_left[..], &only_right[..]),
            (&["Utrecht".into()][..], &["Bedum".into(), "Groesbeek".into()][..])
        );
        assert_eq!(winsum().carry(&["Leek", " Leek"]).unwrap_err().code(), "repeated-codes");
    }

    #[test]
    fn an_area_without_a_row_leaves_its_targets_open_or_is_empty() {
        let rows = ["Winsum", "Leek", "Utrecht"];
        let counts = [Count::Exact(10), Count::Exact(4), Count::Exact(9)];
        let policy = |areas| Unmatched { rows: UnknownRows::LeaveOut, areas };
        let unknown = winsum().carry_with(&rows, policy(AbsentAreas::Unknown)).unwrap();
        assert_eq!((unknown.left_out(), unknown.absent().len()), (&[2][..], 2));
        assert_eq!(unknown.targets(), ["Hogeland", "Westerkwartier", "Leek", "Berg en Dal"]);
        let known = unknown.counts(&counts).unwrap().known().to_vec();
        assert_eq!(known[0], Count::Missing);
        assert_eq!((known[1], known[3]), (Count::interval(0, 10).unwrap(), Count::Missing));
        assert_eq!(known[0].bounds(), Interval::at_least(0));

        let empty = winsum().carry_with(&rows, policy(AbsentAreas::Empty)).unwrap();
        assert_eq!(empty.targets(), ["Hogeland", "Westerkwartier", "Leek"]);
        assert_eq!(empty.origins()[0], Origin::Part);
        assert_eq!(empty.counts(&counts).unwrap().known()[0], Count::interval(0, 10).unwrap());
    }
}
