//! The file: codes, names, counts, and whatever columns are added.

use super::column::words;
use super::{AreaColumn, Codebook, FromCount, ReportedCount, Role, Scale};
use crate::area::{AreaTree, Placement};
use crate::count::{Count, CountTable};
use crate::error::{ErrorKind, Result};
use crate::report::{Absence, Cell, Language, Sheet, Values};

/// A file with one row per area, or per row of the caller's table: codes of all levels, names, what is known of the
/// count, and the columns that were added.
///
/// It cannot be written. [`Publication`](crate::report::Publication) checks it first; the
/// [`Checked`](crate::report::Checked) file writes itself.
///
/// ```
/// use nestcount::area::{CodeScope, Placement};
/// use nestcount::count::Count;
/// use nestcount::report::{AreaColumn, AreaFile, Dialect, Protection, Scale, Values};
/// let levels: [(&str, &[&str]); 2] = [("gemeente", &["GM0363", "GM0363"]), ("wijk", &["WK036300", "WK036301"])];
/// let placement = Placement::from_codes(&levels, CodeScope::Unique)?;
/// let counts = [Count::Exact(120), Count::interval(0, 9)?];
/// let file = AreaFile::of_rows(&placement)
///     .with_names("wijk", ["Burgwallen", "Grachtengordel"])?
///     .with_counts(&counts, &[1])?
///     .with_column(AreaColumn::new("urban", Scale::Own, Values::numbers([0.5, 0.25])))?;
/// let checked = file.check(Protection::below(10, 3)?)?;
/// # #[cfg(feature = "csv")]
/// assert_eq!(
///     checked.to_csv(Dialect::International)?,
///     "gemeente,wijk,wijk_name,actual,actual_low,actual_high,status,urban\n\
///      GM0363,WK036300,Burgwallen,120,120,120,published,0.5\n\
///      GM0363,WK036301,Grachtengordel,,0,9,withheld by the publisher,0.25\n"
/// );
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AreaFile {
    each: Each,
    levels: Vec<String>,
    paths: Vec<Vec<String>>,
    counts: Option<Vec<ReportedCount>>,
    columns: Vec<AreaColumn>,
}

/// What one row of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    /// An area of the finest level of the file.
    Area,
    /// A row of the caller's table, in its order.
    Row,
}

impl AreaFile {
    /// One row for each area of a level, in the order of the tree; fails on a level that the tree does not have.
    pub fn of_level(tree: &AreaTree, level: &str) -> Result<Self> {
        let at = tree.level(level)?;
        let path = |area: u32| tree.path(at, area).into_iter().map(String::from).collect();
        let paths = (0..tree.n_areas(at) as u32).map(path).collect();
        let levels = tree.levels()[..=at].to_vec();
        Ok(AreaFile { each: Each::Area, levels, paths, counts: None, columns: Vec::new() })
    }

    /// One row for each row of the caller's table, in its order.
    pub fn of_rows(placement: &Placement) -> Self {
        let tree = placement.tree();
        let path = |area: u32| tree.path(tree.finest(), area).into_iter().map(String::from).collect();
        let paths = placement.areas(tree.finest()).into_iter().map(path).collect();
        let levels = tree.levels().to_vec();
        AreaFile { each: Each::Row, levels, paths, counts: None, columns: Vec::new() }
    }

    /// Adds the names of the areas of a level, one per row, as the column `<level>_name`.
    ///
    /// Fails on an unknown level and as [`AreaFile::with_column`] does.
    pub fn with_names<C: Into<Cell<String>>>(
        self,
        level: &str,
        names: impl IntoIterator<Item = C>,
    ) -> Result<Self> {
        if !self.levels.iter().any(|known| known == level) {
            let known = self.levels.clone();
            return Err(ErrorKind::UnknownLevel { level: level.into(), known }.into());
        }
        let column = AreaColumn::new(&format!("{level}_name"), Scale::Name, Values::text(names));
        self.with_column(column.label(&format!("name of the {level}"), &format!("naam van de {level}")))
    }

    /// Adds what is known of the counts, as the columns `actual`, `actual_low`, `actual_high` and `status`.
    ///
    /// `withheld` lists the rows whose count the publisher withheld. Fails on another number of counts than of rows,
    /// where counts were added before, on a row beyond the file, and where an exact count is said to be withheld.
    pub fn with_counts(self, counts: &[Count], withheld: &[usize]) -> Result<Self> {
        let mut reported: Vec<ReportedCount> = counts.iter().map(|&count| count.into()).collect();
        mark_withheld(&mut reported, withheld)?;
        self.with_reported(reported)
    }

    /// Adds counts, exposure (as the column `exposure`) and exclusions of the table that was read; for a file of its
    /// rows. A withheld row that was left out stays left out.
    ///
    /// Fails as [`AreaFile::with_counts`] does.
    pub fn with_count_table(self, table: &CountTable, withheld: &[usize]) -> Result<Self> {
        let mut reported = vec![ReportedCount::Missing; table.n_read()];
        let mut exposures = vec![Cell::Empty(Absence::Missing); table.n_read()];
        for exclusion in table.excluded() {
            reported[exclusion.row] = ReportedCount::Excluded(exclusion.reason);
            exposures[exclusion.row] = Cell::Empty(Absence::Excluded(exclusion.reason));
        }
        for ((&row, &count), exposure) in table.rows().iter().zip(table.counts()).zip(table.exposures()) {
            reported[row] = ReportedCount::from(count);
            exposures[row] = Cell::Value(exposure.get());
        }
        mark_withheld(&mut reported, withheld)?;
        self.with_reported(reported)?.with_exposure(exposures)
    }

    /// Adds the exposure of each row as the column `exposure`; fails as [`AreaFile::with_column`] does.
    pub fn with_exposure<C: Into<Cell<f64>>>(self, exposures: impl IntoIterator<Item = C>) -> Result<Self> {
        let column = AreaColumn::new("exposure", Scale::Exposure, Values::numbers(exposures));
        self.with_column(
            column.label("exposure behind the count", "populatie achter het aantal").role(Role::Exposure),
        )
    }

    /// Adds counts with what kept them from being known; fails as [`AreaFile::with_counts`] does.
    pub fn with_reported(mut self, actual: Vec<ReportedCount>) -> Result<Self> {
        self.refuse_length("the list of counts", actual.len())?;
        if self.counts.is_some() {
            return Err(ErrorKind::DuplicateColumn { column: ACTUAL.into() }.into());
        }
        self.refuse_names(&COUNT_COLUMNS)?;
        self.counts = Some(actual);
        Ok(self)
    }

    /// Adds a column.
    ///
    /// Fails where the name is taken, the length is another, a number is NaN or infinite, or the column's role names a
    /// column that is not there yet.
    pub fn with_column(mut self, column: AreaColumn) -> Result<Self> {
        let name = column.name().to_string();
        self.refuse_length(&format!("column '{name}'"), column.values().len())?;
        self.refuse_names(&[&name])?;
        let rows = column.values().non_finite();
        if !rows.is_empty() {
            return Err(ErrorKind::NonFinite { column: name, rows }.into());
        }
        for needed in needed(column.role_of()) {
            if self.column(needed).is_none() {
                let known = self.columns.iter().map(|column| column.name().to_string()).collect();
                return Err(ErrorKind::UnknownColumn { column: needed.into(), known }.into());
            }
        }
        self.columns.push(column);
        Ok(self)
    }

    pub(super) fn refuse_length(&self, what: &str, found: usize) -> Result<()> {
        match self.n_rows() == found {
            true => Ok(()),
            false => {
                let (what, expected) = (what.to_string(), self.n_rows());
                Err(ErrorKind::Length { what, expected, found }.into())
            }
        }
    }

    fn refuse_names(&self, names: &[&str]) -> Result<()> {
        let counts = if self.counts.is_some() { &COUNT_COLUMNS[..] } else { &[] };
        let levels = self.levels.iter().map(String::as_str);
        let taken: Vec<&str> =
            levels.chain(counts.iter().copied()).chain(self.columns.iter().map(AreaColumn::name)).collect();
        match names.iter().find(|name| taken.contains(name)) {
            None => Ok(()),
            Some(name) => Err(ErrorKind::DuplicateColumn { column: name.to_string() }.into()),
        }
    }

    /// What each row is.
    pub(super) fn each(&self) -> Each {
        self.each
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.paths.len()
    }

    /// Names of the levels whose codes the file has, coarsest first; the last is that of its areas.
    pub fn levels(&self) -> &[String] {
        &self.levels
    }

    /// Codes of each row's area, from the coarsest level down.
    pub fn paths(&self) -> &[Vec<String>] {
        &self.paths
    }

    /// What is known of the count of a row; [`ReportedCount::Missing`] where no counts were added.
    pub fn reported(&self, row: usize) -> ReportedCount {
        self.counts.as_ref().and_then(|counts| counts.get(row)).copied().unwrap_or(ReportedCount::Missing)
    }

    pub(in crate::report) fn has_counts(&self) -> bool {
        self.counts.is_some()
    }

    /// The columns that were added, in order.
    pub fn columns(&self) -> &[AreaColumn] {
        &self.columns
    }

    /// The added column of this name.
    pub fn column(&self, name: &str) -> Option<&AreaColumn> {
        self.columns.iter().find(|column| column.name() == name)
    }

    /// What each column holds; written from the columns themselves.
    pub fn codebook(&self) -> Codebook {
        Codebook::of(&self.all_columns())
    }

    /// Every column with its description: codes, names, counts, then those that were added.
    pub(super) fn all_columns(&self) -> Vec<AreaColumn> {
        let codes = self.levels.iter().enumerate().map(|(at, level)| {
            let cells = self.paths.iter().map(|path| path.get(at).cloned().unwrap_or_default());
            AreaColumn::new(level, Scale::Code, Values::text(cells))
                .label(&format!("code of the {level}"), &format!("code van de {level}"))
        });
        let (names, others): (Vec<_>, Vec<_>) =
            self.columns.iter().cloned().partition(|column| column.description().scale == Scale::Name);
        let counts = self.counts.as_ref().map_or(vec![], |counts| count_columns(counts));
        codes.chain(names).chain(counts).chain(others).collect()
    }

    pub(in crate::report) fn sheet(&self) -> Sheet {
        let columns = self.all_columns().into_iter();
        Sheet::named(columns.map(|column| (column.name().to_string(), column.values().clone())))
    }

    /// The level of the areas.
    pub(in crate::report) fn level(&self) -> &str {
        self.levels.last().map_or("", String::as_str)
    }

    /// Says something else of the count of a row and empties all that was computed from it.
    pub(in crate::report) fn withhold(&mut self, row: usize, actual: ReportedCount) {
        if let Some(cell) = self.counts.as_mut().and_then(|counts| counts.get_mut(row)) {
            *cell = actual;
        }
        self.empty_computed(row, actual.absence());
    }

    /// Empties all that was computed from the count of a row.
    pub(in crate::report) fn empty_computed(&mut self, row: usize, absence: Absence) {
        let computed = |column: &&mut AreaColumn| matches!(column.role_of(), Role::FromCount { .. });
        self.columns.iter_mut().filter(computed).for_each(|column| column.empty(row, absence));
    }
}

const ACTUAL: &str = "actual";
const COUNT_COLUMNS: [&str; 4] = [ACTUAL, "actual_low", "actual_high", "status"];

fn count_columns(counts: &[ReportedCount]) -> Vec<AreaColumn> {
    let cells = |of: fn(ReportedCount) -> Cell<u64>| Values::wholes(counts.iter().map(|&actual| of(actual)));
    let status = words(counts.iter().map(|actual| actual.status(Language::English)));
    let [actual, low, high, flag] = COUNT_COLUMNS;
    vec![
        AreaColumn::new(actual, Scale::Count, cells(ReportedCount::count))
            .label("actual count", "werkelijk aantal"),
        AreaColumn::new(low, Scale::Count, cells(ReportedCount::low))
            .label("the actual count is this or more", "het werkelijke aantal is ten minste dit"),
        AreaColumn::new(high, Scale::Count, cells(ReportedCount::high))
            .label("the actual count is this or less", "het werkelijke aantal is ten hoogste dit"),
        AreaColumn::new(flag, Scale::Category, status)
            .label("what was published of the actual count", "wat van het werkelijke aantal is gepubliceerd"),
    ]
}

/// The columns that a role speaks of.
fn needed(role: &Role) -> Vec<&str> {
    match role {
        Role::ExpectedRate { expected, .. } => vec![expected],
        Role::FromCount { how, .. } => match how {
            FromCount::Difference { expected }
            | FromCount::RateDifference { expected, .. }
            | FromCount::Ratio { expected } => vec![expected],
            FromCount::Standardised { expected, deviation } => vec![expected, deviation],
            FromCount::Rate { .. } | FromCount::Otherwise => vec![],
        },
        Role::Plain | Role::Exposure | Role::Expected | Role::Imputed => vec![],
    }
}

fn mark_withheld(reported: &mut [ReportedCount], withheld: &[usize]) -> Result<()> {
    let n_rows = reported.len();
    for &row in withheld {
        match reported.get_mut(row) {
            Some(ReportedCount::Counted(_)) => return Err(known_and_withheld(row)),
            Some(ReportedCount::Excluded(_)) => {}
            Some(cell) => *cell = ReportedCount::Withheld(cell.bounds()),
            None => return Err(no_such_row(row, n_rows)),
        }
    }
    Ok(())
}

fn known_and_withheld(row: usize) -> crate::error::Error {
    let message = format!(
        "row {} has an exact count and is said to be withheld; give the bounds that its publisher's mark stands for",
        row + 1
    );
    ErrorKind::Specification { message }.into()
}

fn no_such_row(row: usize, n_rows: usize) -> crate::error::Error {
    let message = format!("row {} is said to be withheld, but there are {n_rows} rows", row + 1);
    ErrorKind::Specification { message }.into()
}
