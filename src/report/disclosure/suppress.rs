//! Emptying what may not stand there, and holding more back so that totals do not bring it back.

use super::cells::Reading;
use super::nest::Nest;
use super::publication::{Publication, refuse};
use crate::count::Interval;
use crate::error::{Disclosure, Leak, Result};
use crate::report::{Absence, AreaFile, ReportedCount};

/// A publication from which cells were taken out until nothing is given away. Cells are named by the position of their
/// file in [`Publication::files`], 0 the finest, and their row.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Suppressed {
    /// What is left; it passes the check.
    pub publication: Publication,
    /// Counts below the threshold that stood there and are withheld now.
    pub withheld: Vec<(usize, usize)>,
    /// Counts held back to protect others.
    pub held_back: Vec<(usize, usize)>,
    /// Rows whose computed columns were emptied because their count is withheld.
    pub emptied: Vec<(usize, usize)>,
}

impl Publication {
    /// Takes out what may not stand there, then holds back further counts until totals give nothing away.
    ///
    /// Counts below the threshold are withheld; what was computed from withheld counts is emptied. Where totals give a
    /// count away, the smallest published count beside it that helps is held back, looked for under the smallest area
    /// around; where none helps alone, the smallest are, one after the other, at last the total itself; those that turn
    /// out not to be needed are given back. Readers are taken to know that a count held back is not below the threshold.
    /// This is simple, and not optimal: a count that would protect two others at once is not looked for.
    ///
    /// Fails with what remains where nothing is left to hold back (totals known from elsewhere, a count that was
    /// published as drawn), and as [`Publication::disclosures`] does.
    pub fn suppress(mut self) -> Result<Suppressed> {
        let withheld = self.withhold_the_small()?;
        let emptied = self.empty_the_computed()?;
        let held_back = Search::of(&self)?.run()?;
        let held = ReportedCount::HeldBack(self.protection.held_back());
        held_back.iter().for_each(|&(file, row)| self.files[file].0.withhold(row, held));
        let left = self.disclosures()?;
        match left.is_empty() {
            true => Ok(Suppressed { publication: self, withheld, held_back, emptied }),
            false => Err(refuse(left)),
        }
    }

    fn withhold_the_small(&mut self) -> Result<Vec<(usize, usize)>> {
        let bounds = self.protection.withheld();
        let small = self.rows_with(|leak| matches!(leak, Leak::Small { .. }))?;
        small
            .iter()
            .for_each(|&(file, row)| self.files[file].0.withhold(row, ReportedCount::Withheld(bounds)));
        Ok(small)
    }

    fn empty_the_computed(&mut self) -> Result<Vec<(usize, usize)>> {
        let computed = |leak: &Leak| matches!(leak, Leak::Computed { .. } | Leak::Narrowed { .. });
        let rows = self.rows_with(computed)?;
        rows.iter().for_each(|&(file, row)| self.files[file].0.empty_computed(row, Absence::Withheld));
        Ok(rows)
    }

    fn rows_with(&self, wanted: impl Fn(&Leak) -> bool) -> Result<Vec<(usize, usize)>> {
        let place = |found: &Disclosure| {
            let of_level = |file: &AreaFile| file.level() == found.level;
            self.files().position(of_level).map(|file| (file, found.row))
        };
        let (found, _) = self.by_rows()?;
        let mut rows: Vec<(usize, usize)> =
            found.iter().filter(|found| wanted(&found.leak)).filter_map(place).collect();
        rows.dedup();
        Ok(rows)
    }
}

/// The search for what to hold back, on what readers know: the files stay as they are until it is over.
struct Search<'a> {
    publication: &'a Publication,
    nest: Nest,
    /// What readers know of the files as they are, and with what is held back.
    before: Vec<Reading>,
    readings: Vec<Reading>,
    held_back: Vec<(usize, usize)>,
}

impl<'a> Search<'a> {
    fn of(publication: &'a Publication) -> Result<Self> {
        let (nest, (_, before)) = (publication.nest()?, publication.by_rows()?);
        Ok(Search { publication, nest, readings: before.clone(), before, held_back: Vec::new() })
    }

    fn run(mut self) -> Result<Vec<(usize, usize)>> {
        let mut needless = false;
        while let Some(&(file, row, _)) = self.given_away()?.first() {
            match self.protect(file, row)? {
                Step::Protected => {}
                Step::NotYet => needless = true,
                Step::NothingLeft => break,
            }
        }
        if needless {
            self.give_back_the_needless()?;
        }
        self.held_back.sort_unstable();
        Ok(self.held_back)
    }

    fn given_away(&self) -> Result<Vec<(usize, usize, Interval)>> {
        self.publication.given_away(&self.nest, &self.readings)
    }

    /// Holds back the smallest count that helps, or the smallest there is.
    fn protect(&mut self, file: usize, row: usize) -> Result<Step> {
        let mut smallest = None;
        for scope in self.nest.scopes(file, row) {
            for candidate in self.candidates(&scope) {
                smallest = smallest.or(Some(candidate));
                self.hold_back(candidate);
                if !self.given_away()?.iter().any(|&(f, r, _)| (f, r) == (file, row)) {
                    return Ok(Step::Protected);
                }
                self.give_back(candidate);
            }
            if let Some(smallest) = smallest {
                self.hold_back(smallest);
                return Ok(Step::NotYet);
            }
        }
        Ok(Step::NothingLeft)
    }

    /// Counts that readers know by these cells only, the smallest first, those of the finest file before totals.
    fn candidates(&self, scope: &[(usize, usize)]) -> Vec<(usize, usize)> {
        let threshold = self.publication.protection.threshold();
        let count = |&(file, row): &(usize, usize)| match self.publication.files.get(file)?.0.reported(row) {
            actual @ (ReportedCount::Counted(_) | ReportedCount::Between(_)) => {
                Some(actual.bounds().lo()).filter(|&lo| lo >= threshold)
            }
            _ => None,
        };
        let open = |&(file, row): &(usize, usize)| {
            !self.held_back.contains(&(file, row)) && !self.publication.is_known_elsewhere(file, row)
        };
        let mut candidates: Vec<(usize, u64, usize)> = scope
            .iter()
            .filter(|cell| open(cell))
            .filter_map(|cell| count(cell).map(|count| (cell.0, count, cell.1)))
            .collect();
        candidates.sort_unstable();
        candidates.into_iter().map(|(file, _, row)| (file, row)).collect()
    }

    fn hold_back(&mut self, (file, row): (usize, usize)) {
        let bounds = self.publication.protection.held_back();
        self.held_back.push((file, row));
        self.readings[file].published[row] = bounds;
        self.readings[file].known[row] = bounds;
    }

    fn give_back(&mut self, (file, row): (usize, usize)) {
        self.held_back.retain(|&cell| cell != (file, row));
        self.readings[file].published[row] = self.before[file].published[row];
        self.readings[file].known[row] = self.before[file].known[row];
    }

    /// The largest first.
    fn give_back_the_needless(&mut self) -> Result<()> {
        let size = |&(file, row): &(usize, usize)| self.before[file].known[row].lo();
        let mut cells = self.held_back.clone();
        cells.sort_by_key(|cell| std::cmp::Reverse((size(cell), *cell)));
        let fewest = self.given_away()?.len();
        for cell in cells {
            self.give_back(cell);
            if self.given_away()?.len() > fewest {
                self.hold_back(cell);
            }
        }
        Ok(())
    }
}

/// What came of an attempt to protect one count.
enum Step {
    Protected,
    NotYet,
    NothingLeft,
}
