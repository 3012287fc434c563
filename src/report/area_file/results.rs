//! Results of the stage `expected`, brought to the rows of a file.

use super::file::Each;
use super::{AreaColumn, AreaFile, ExpectedCounts, FromCount, Role, Scale, Side};
use crate::error::{ErrorKind, Result};
use crate::expected::{Comparison, Expectation, Predictive, Rank, RowSets};
use crate::infer::Confidence;
use crate::model::Problem;
use crate::report::{Absence, Cell, Values};
use std::collections::HashMap;

/// Where the sets of rows that a result is about stand in a file.
#[derive(Debug, Clone, PartialEq)]
pub struct SetsInFile {
    /// The set of each row of the file.
    sets: Vec<Option<usize>>,
    n_sets: usize,
}

/// What comparisons were asked with, for their names and the codebook.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// What was expected.
    pub expectation: &'a Expectation,
    /// The distribution that counts are judged by.
    pub effects: Predictive,
    /// Confidence of its interval.
    pub confidence: Confidence,
    /// Where the expectation comes from, for the codebook.
    pub source: &'a str,
}

impl SetsInFile {
    /// The cells of a file from values set by set; rows that are in no set are [`Absence::NotInFit`].
    ///
    /// Fails on another number of values than of sets.
    pub fn cells<T: Copy>(&self, values: &[T]) -> Result<Vec<Cell<T>>> {
        if values.len() != self.n_sets {
            let (what, expected, found) = ("the list of results".into(), self.n_sets, values.len());
            return Err(ErrorKind::Length { what, expected, found }.into());
        }
        let cell = |set: &Option<usize>| set.and_then(|set| values.get(set).copied());
        Ok(self
            .sets
            .iter()
            .map(|set| cell(set).map_or(Cell::Empty(Absence::NotInFit), Cell::Value))
            .collect())
    }
}

impl AreaFile {
    /// Finds the rows of this file that sets of rows are about: rows by their number in a file of the caller's rows
    /// ([`AreaFile::of_rows`], [`RowSets::each_row`]), areas by their codes.
    ///
    /// Fails where a set is not in the file, and where an area that a set is about has several rows in it.
    pub fn find(&self, problem: &Problem, over: &RowSets) -> Result<SetsInFile> {
        let mut sets = vec![None; self.n_rows()];
        if *over == RowSets::each_row(problem) {
            self.refuse_length("the table of the fit", problem.n_read())?;
            self.refuse_rows_of_a_table()?;
            problem.rows().iter().enumerate().for_each(|(set, &row)| sets[row] = Some(set));
            return Ok(SetsInFile { sets, n_sets: over.n_sets() });
        }
        let mut rows: HashMap<&[String], Vec<usize>> = HashMap::new();
        for (row, path) in self.paths().iter().enumerate() {
            rows.entry(path).or_default().push(row);
        }
        for (set, path) in over.paths().iter().enumerate() {
            match rows.get(path.as_slice()).map_or(&[][..], Vec::as_slice) {
                [row] => sets[*row] = Some(set),
                [] => return Err(lost(path)),
                [..] => return Err(several(path)),
            }
        }
        Ok(SetsInFile { sets, n_sets: over.n_sets() })
    }

    /// Adds what was expected and how sure that is, named after the expectation (`fixed`, `marginal`,
    /// `given_<level>`, `conditional`): the columns of [`AreaFile::with_expected`], `expected_<name>_se`; of a new count
    /// `predicted_<name>`, `predicted_<name>_sd` and its interval `predicted_<name>_low`, `predicted_<name>_high`; and
    /// where counts were added `standardised_<name>`, (actual − predicted)/sd.
    ///
    /// Differences are those of the counts *in this file*: a problem whose counts were completed brings in no count of
    /// its own. Fails as [`AreaFile::with_column`] does and on another number of comparisons than of sets.
    pub fn with_comparisons(
        self,
        at: &SetsInFile,
        of: &Compared<'_>,
        comparisons: &[Comparison],
    ) -> Result<Self> {
        let all = at.cells(comparisons)?;
        let numbers = |of: fn(&Comparison) -> f64| -> Vec<Cell<f64>> {
            all.iter().map(|cell| computed(cell, of)).collect()
        };
        let (name, given) = (name_of(of.expectation), given(of.expectation));
        let counts = numbers(|comparison| comparison.expected.count);
        let expected = ExpectedCounts { name: &name, given: &given, source: of.source, counts };
        let file = self.with_expected(&expected)?;
        let error = numbers(|comparison| comparison.expected.std_error);
        let error = AreaColumn::new(&format!("expected_{name}_se"), Scale::Count, Values::numbers(error))
            .label("standard error of the expected count", "standaardfout van het verwachte aantal")
            .given(&given)
            .source(of.source);
        let predicted = Predicted { of, name: &name, all: &all };
        predicted.add_to(file.with_column(error)?)
    }

    /// Adds places: `rank_<name>` (the mean place, 1 the highest), `rank_<name>_low`, `rank_<name>_high` and
    /// `rank_<name>_top`, the probability of a place among the top.
    ///
    /// These are places of rates that counts were drawn from, over all that was drawn; the actual counts' own order is
    /// [`FromCount::Otherwise`]. Fails as [`AreaFile::with_column`] does and on another number of places than of sets.
    pub fn with_ranks(
        self,
        at: &SetsInFile,
        name: &str,
        confidence: Confidence,
        ranks: &[Rank],
    ) -> Result<Self> {
        let all = at.cells(ranks)?;
        let interval = percent(confidence);
        let numbers =
            |of: fn(&Rank) -> f64| Values::numbers(all.iter().map(|cell| cell.map(|rank| of(&rank))));
        let places = |of: fn(&Rank) -> u32| {
            Values::wholes(all.iter().map(|cell| cell.map(|rank| u64::from(of(&rank)))))
        };
        let column = |side: &str, scale, values| {
            AreaColumn::new(&format!("rank_{name}{side}"), scale, values)
                .given("all counts as far as published")
        };
        let columns = [
            column("", Scale::Rank, numbers(|rank| rank.expected))
                .label("mean rank, 1 the highest", "gemiddelde rang, 1 de hoogste"),
            column("_low", Scale::Rank, places(|rank| rank.low))
                .label("best rank in the interval", "beste rang in het interval")
                .unit(&interval),
            column("_high", Scale::Rank, places(|rank| rank.high))
                .label("last rank in the interval", "laatste rang in het interval")
                .unit(&interval),
            column("_top", Scale::Probability, numbers(|rank| rank.in_top))
                .label("probability of a rank among the top", "kans op een rang in de top"),
        ];
        columns.into_iter().try_fold(self, AreaFile::with_column)
    }
}

/// The distribution of a new count, as columns.
struct Predicted<'a> {
    of: &'a Compared<'a>,
    name: &'a str,
    all: &'a [Cell<Comparison>],
}

impl Predicted<'_> {
    fn add_to(&self, file: AreaFile) -> Result<AreaFile> {
        let mean: Vec<Cell<f64>> = self.all.iter().map(|cell| computed(cell, |c| c.predicted.mean)).collect();
        let sd: Vec<Cell<f64>> = self.all.iter().map(|cell| computed(cell, |c| c.predicted.sd)).collect();
        let confidence = self.of.confidence;
        let bound = |high: bool| {
            let of = move |comparison: Comparison| {
                let interval = comparison.predicted.interval(confidence);
                if high { interval.high } else { interval.low }
            };
            Values::wholes(self.all.iter().map(|cell| cell.map(of)))
        };
        let (low, high) = (bound(false), bound(true));
        let interval = percent(confidence);
        let standardised = self.standardised(&file, &mean, &sd);
        let columns = [
            self.column("predicted", "", Scale::Count, Values::numbers(mean))
                .label("mean of a new count", "gemiddelde van een nieuw aantal"),
            self.column("predicted", "_sd", Scale::Count, Values::numbers(sd))
                .label("standard deviation of a new count", "standaarddeviatie van een nieuw aantal"),
            self.column("predicted", "_low", Scale::Count, low)
                .label("a new count is this or more", "een nieuw aantal is ten minste dit")
                .unit(&interval),
            self.column("predicted", "_high", Scale::Count, high)
                .label("a new count is this or less", "een nieuw aantal is ten hoogste dit")
                .unit(&interval),
        ];
        let file = columns.into_iter().try_fold(file, AreaFile::with_column)?;
        if file.has_counts() { file.with_column(standardised) } else { Ok(file) }
    }

    fn standardised(&self, file: &AreaFile, mean: &[Cell<f64>], sd: &[Cell<f64>]) -> AreaColumn {
        let cell = |row: usize| match (file.reported(row).count(), mean[row], sd[row]) {
            (Cell::Value(count), Cell::Value(mean), Cell::Value(sd)) => {
                Cell::computed((count as f64 - mean) / sd)
            }
            (Cell::Value(_), Cell::Empty(absence), _) | (Cell::Value(_), _, Cell::Empty(absence)) => {
                Cell::Empty(absence)
            }
            (Cell::Empty(absence), ..) => Cell::Empty(absence),
        };
        let cells = (0..mean.len()).map(cell);
        let (expected, deviation) =
            (format!("predicted_{}", self.name), format!("predicted_{}_sd", self.name));
        let how = FromCount::Standardised { expected, deviation };
        self.column("standardised", "", Scale::StandardUnits, Values::numbers(cells))
            .label(
                "actual less predicted, in standard deviations",
                "werkelijk min voorspeld, in standaarddeviaties",
            )
            .role(Role::FromCount { how, side: Side::Itself })
    }

    fn column(&self, what: &str, side: &str, scale: Scale, values: Values) -> AreaColumn {
        let effects = match self.of.effects {
            Predictive::NewEffects => "determinants; area effects drawn anew",
            Predictive::OwnEffects => "determinants and the areas' own effects",
            Predictive::WithoutOwnCount => {
                "determinants and the areas' own effects, as known without the row's own count"
            }
        };
        AreaColumn::new(&format!("{what}_{}{side}", self.name), scale, values)
            .given(effects)
            .source(self.of.source)
    }
}

fn computed(cell: &Cell<Comparison>, of: fn(&Comparison) -> f64) -> Cell<f64> {
    match cell {
        Cell::Value(comparison) => Cell::computed(of(comparison)),
        Cell::Empty(absence) => Cell::Empty(*absence),
    }
}

fn name_of(expectation: &Expectation) -> String {
    match expectation {
        Expectation::FixedPart => "fixed".into(),
        Expectation::Marginal => "marginal".into(),
        Expectation::Given(level) => format!("given_{level}"),
        Expectation::Conditional => "conditional".into(),
    }
}

fn given(expectation: &Expectation) -> String {
    match expectation {
        Expectation::FixedPart => "determinants; all area effects 0".into(),
        Expectation::Marginal => "determinants; averaged over the areas of all levels".into(),
        Expectation::Given(level) => {
            format!("determinants and the effects of areas down to {level}; averaged over finer levels")
        }
        Expectation::Conditional => "determinants and all area effects, at their modes".into(),
    }
}

fn percent(confidence: Confidence) -> String {
    format!("{confidence} interval")
}

impl AreaFile {
    /// Rows of the caller's table have no place in a file of areas, even where there are as many of both.
    fn refuse_rows_of_a_table(&self) -> Result<()> {
        match self.each() {
            Each::Row => Ok(()),
            Each::Area => {
                let message = "the results are those of rows, and the file has one row per area: make the sets by RowSets::level or RowSets::placed, or the file by AreaFile::of_rows";
                Err(ErrorKind::Specification { message: message.into() }.into())
            }
        }
    }
}

fn lost(path: &[String]) -> crate::error::Error {
    let message = format!("the results have {}, which is not in the file", path.join(" > "));
    ErrorKind::Specification { message }.into()
}

fn several(path: &[String]) -> crate::error::Error {
    let message = format!(
        "{} has several rows in the file, so that its result has no one place; make a file of its level",
        path.join(" > ")
    );
    ErrorKind::Specification { message }.into()
}
