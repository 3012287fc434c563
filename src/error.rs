//! The one error of the crate: a kind with fields, a stable code, and the rows, column or areas it is about.

mod about;
mod alias;
mod boundaries;
mod crosswalk;
mod disclosure;
mod file;
mod nesting;
mod published;
mod wording;

pub use alias::Alias;
pub use boundaries::BoundaryFault;
pub use crosswalk::CrosswalkFault;
pub use disclosure::{Disclosure, Leak};
pub use file::{FileFault, FileProblem, Place};
pub use nesting::Violation;
pub use published::{CellFault, CellProblem, TotalConflict, TotalOf};

use crate::progress::BestPoint;
use std::fmt;
use wording::{InRows, Joined, Levels, Listed, MetIn, MissingList, NestingHint, OnlyIn, Rows};

/// `Result` with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it.
///
/// Rows are positions in the caller's table, from 0; messages count them from 1, the header left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Error(Box<ErrorKind>);

impl Error {
    /// The typed kind, with its fields.
    pub fn kind(&self) -> &ErrorKind {
        &self.0
    }

    /// A short code that does not change between versions.
    pub fn code(&self) -> &'static str {
        self.0.code()
    }

    /// The rows the error is about (from 0); empty where it is about something else.
    pub fn rows(&self) -> &[usize] {
        self.0.rows()
    }

    /// The column the error is about, if it is about one.
    pub fn column(&self) -> Option<&str> {
        self.0.column()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Error {}

impl From<ErrorKind> for Error {
    #[cold]
    fn from(kind: ErrorKind) -> Self {
        Error(Box::new(kind))
    }
}

/// The kinds of [`Error`].
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or text could not be read as a table.
    #[error("cannot read the table: {message}")]
    Unreadable {
        /// What the reader said, with the line.
        message: String,
    },
    /// A file is not laid out as it should be; every fault is listed with its place.
    #[error("cannot read {file} ({} fault(s)): {}", faults.len(), Joined(faults))]
    File {
        /// The file, as the caller named it.
        file: String,
        /// Everything that is wrong, in the order of the file.
        faults: Vec<FileFault>,
    },
    /// A column was asked for that the table does not have.
    #[error("there is no column '{column}'; the table has {}", Listed(known))]
    UnknownColumn {
        /// The column asked for.
        column: String,
        /// The columns there are.
        known: Vec<String>,
    },
    /// A stem was asked for that several columns share.
    #[error("'{stem}' may be any of {}; ask for one of them", Listed(candidates))]
    AmbiguousColumn {
        /// The stem asked for.
        stem: String,
        /// The columns that have it.
        candidates: Vec<String>,
    },
    /// Two columns share a name.
    #[error("the column '{column}' is there twice; rename one of them")]
    DuplicateColumn {
        /// The name used twice.
        column: String,
    },
    /// Things that belong together have different lengths.
    #[error("{what} has {found} entries where {expected} are needed")]
    Length {
        /// What is too long or too short.
        what: String,
        /// The length needed.
        expected: usize,
        /// The length found.
        found: usize,
    },
    /// There is no row to work on.
    #[error("there is no row left to fit: {why}")]
    NoRows {
        /// Where the rows went.
        why: String,
    },
    /// A set of rows to sum over has no rows.
    #[error("the set of rows '{set}' is empty: there is nothing to add up")]
    EmptySet {
        /// What the set is called.
        set: String,
    },
    /// Rows were named that took no part in the fit.
    #[error("{} took no part in the fit; the problem's rows() lists those that did", Rows(rows))]
    RowsNotInFit {
        /// The rows.
        rows: Vec<usize>,
    },
    /// Cells that should be numbers are not.
    #[error("column '{column}' should hold numbers, but {} cell(s) do not: {}; the first holds '{example}'", rows.len(), Rows(rows))]
    NotANumber {
        /// The column.
        column: String,
        /// The rows with such a cell.
        rows: Vec<usize>,
        /// The first such cell.
        example: String,
    },
    /// Cells are NaN or infinite.
    #[error(
        "column '{column}' is NaN or infinite in {}; leave the cell blank if the value is missing",
        Rows(rows)
    )]
    NonFinite {
        /// The column.
        column: String,
        /// The rows with such a cell.
        rows: Vec<usize>,
    },

    /// The areas do not nest; every violation is listed.
    #[error("the areas do not nest ({} found): {}{}", violations.len(), Joined(violations), NestingHint(violations))]
    Hierarchy {
        /// Everything that is wrong.
        violations: Vec<Violation>,
    },
    /// A level was named that the hierarchy does not have.
    #[error("there is no level '{level}'; {}", Levels(known))]
    UnknownLevel {
        /// The level asked for.
        level: String,
        /// The levels there are, coarsest first.
        known: Vec<String>,
    },
    /// Area codes were met that the tree or the fit does not know.
    #[error("level '{level}' has no area with code {}, met in {}", Listed(codes), Rows(rows))]
    UnknownArea {
        /// The level.
        level: String,
        /// The codes that are not there, each once.
        codes: Vec<String>,
        /// The rows that use them.
        rows: Vec<usize>,
    },
    /// Area codes were met that several areas of the tree share.
    #[error(
        "level '{level}' has the code {} under several parents, met in {}; place the rows by their whole path",
        Listed(codes),
        Rows(rows)
    )]
    AmbiguousArea {
        /// The level.
        level: String,
        /// The codes, each once.
        codes: Vec<String>,
        /// The rows that use them.
        rows: Vec<usize>,
    },
    /// A code does not have the form its level asks for.
    #[error("'{code}' is not a {expected}")]
    InvalidCode {
        /// The code as it came.
        code: String,
        /// What a code of this kind looks like.
        expected: String,
    },

    /// Pairs of codes or dated changes that are no crosswalk; every fault is listed.
    #[error("the crosswalk has {} fault(s): {}", faults.len(), Joined(faults))]
    Crosswalk {
        /// Everything that is wrong.
        faults: Vec<CrosswalkFault>,
        /// All rows with a fault, ascending.
        rows: Vec<usize>,
    },

    /// Counts that no count can be: negative, fractional, too large to be exact.
    #[error("counts must be whole numbers from 0 to 2^53, but {} cell(s) are not: {}; the first holds {example}", rows.len(), Rows(rows))]
    InvalidCount {
        /// The rows.
        rows: Vec<usize>,
        /// The first of them.
        example: String,
    },
    /// Interval bounds in the wrong order.
    #[error("an interval count needs lo <= hi, got [{lo}, {hi}]")]
    EmptyInterval {
        /// Lower bound, inclusive.
        lo: u64,
        /// Upper bound, inclusive.
        hi: u64,
    },
    /// Two columns of bounds that are not whole numbers, or in the wrong order.
    #[error(
        "the bounds '{lo}' and '{hi}' must be whole numbers from 0 to 2^53 with '{lo}' <= '{hi}', but {} are not; the first are {example}",
        Rows(rows)
    )]
    InvalidBounds {
        /// The column of lower bounds.
        lo: String,
        /// The column of upper bounds.
        hi: String,
        /// The rows.
        rows: Vec<usize>,
        /// The first of them.
        example: String,
    },
    /// A published cell that is no count under the publisher's rule.
    #[error("the cell '{cell}' {problem}")]
    PublishedCell {
        /// The cell as it came.
        cell: String,
        /// What is wrong with it.
        problem: CellProblem,
    },
    /// Published cells of a column that are no counts under the publisher's rule; every fault is listed.
    #[error("column '{column}' does not hold what was published: {}", Joined(faults))]
    PublishedCells {
        /// The column.
        column: String,
        /// Each problem with its rows.
        faults: Vec<CellFault>,
        /// All rows with a fault, ascending.
        rows: Vec<usize>,
    },
    /// Published totals that their parts cannot add up to; every conflict is listed.
    #[error("no counts agree with the totals ({} conflict(s)): {}", conflicts.len(), Joined(conflicts))]
    InfeasibleTotals {
        /// Each total with what its parts allow.
        conflicts: Vec<TotalConflict>,
        /// All rows in a conflict, ascending.
        rows: Vec<usize>,
    },
    /// Exposures that are negative, not finite or not there.
    #[error("exposures must be positive numbers, but there is {example}{}", InRows(rows))]
    InvalidExposure {
        /// The rows.
        rows: Vec<usize>,
        /// The first of them.
        example: String,
    },
    /// Nobody was exposed, yet something was counted.
    #[error(
        "{}: the exposure is 0 but the count is not; correct the exposure or leave the rows out",
        Rows(rows)
    )]
    ZeroExposure {
        /// The rows.
        rows: Vec<usize>,
    },

    /// Determinants with missing cells, under the policy that refuses them.
    #[error(
        "determinants with missing cells: {}; choose a missing-cell policy (drop, parent mean) or fill them",
        MissingList(columns)
    )]
    MissingCells {
        /// Each column with its rows.
        columns: Vec<(String, Vec<usize>)>,
    },
    /// Cells that no area around them can fill.
    #[error("column '{column}' has no observed cell at all, so nothing can fill it")]
    NothingToFillFrom {
        /// The column.
        column: String,
    },
    /// Columns that do not vary.
    #[error(
        "constant determinants: {}; with the intercept they say nothing, leave them out",
        Listed(columns)
    )]
    Constant {
        /// The columns.
        columns: Vec<String>,
    },
    /// Columns that are sums of others.
    #[error("aliased determinants: {}; leave them out", Joined(columns))]
    Aliased {
        /// Each aliased column with the combination it equals.
        columns: Vec<Alias>,
    },
    /// A transform met values outside its domain.
    #[error("{transform} of column '{column}' is not defined in {}", Rows(rows))]
    TransformDomain {
        /// The column.
        column: String,
        /// The transform.
        transform: String,
        /// The rows.
        rows: Vec<usize>,
    },
    /// A column said to live on a higher level varies within its areas.
    #[error(
        "column '{column}' should be constant within each {level}, but it varies within {}",
        Listed(areas)
    )]
    VariesWithinArea {
        /// The column.
        column: String,
        /// The level.
        level: String,
        /// The areas within which it varies.
        areas: Vec<String>,
    },
    /// A category that the recipe does not know.
    #[error("column '{column}' has no category {}{}", Listed(categories), MetIn(rows))]
    UnknownCategory {
        /// The column.
        column: String,
        /// The categories.
        categories: Vec<String>,
        /// The rows; none where the reference is what is not there.
        rows: Vec<usize>,
    },
    /// A categorical column with fewer than two categories.
    #[error("column '{column}' has a single category, '{category}'; leave it out")]
    SingleCategory {
        /// The column.
        column: String,
        /// The only category.
        category: String,
    },
    /// The specification contradicts itself.
    #[error("{message}")]
    Specification {
        /// What contradicts what, and what to do.
        message: String,
    },

    /// Nothing was counted anywhere.
    #[error("all counts are 0: the rate has no finite logarithm and nothing can be estimated")]
    AllZeroCounts,
    /// Every count is 0 or withheld in a way that does not rule out 0.
    #[error(
        "all counts may be 0 ({withheld} of them are withheld): nothing says that anything was counted at all; add rows whose counts are published, or a rule under which withheld counts are above 0"
    )]
    AllMayBeZero {
        /// How many are withheld.
        withheld: usize,
    },
    /// A value was given for a count that lies outside what was published about it.
    #[error("the value for {} lies outside what was published about the count", Rows(rows))]
    OutsideBounds {
        /// The rows.
        rows: Vec<usize>,
    },
    /// Counts that are withheld, rounded or missing where exact ones are needed.
    #[error("{} hold counts that are not exact; complete the table first (impute)", Rows(rows))]
    InexactCount {
        /// The rows.
        rows: Vec<usize>,
    },
    /// No count has an upper bound.
    #[error(
        "no count has an upper bound: the rate may be as large as one likes; add rows whose counts are bounded"
    )]
    AllOpenAbove,
    /// A middle was asked of counts that have no upper bound.
    #[error("{} have no upper bound and so no middle; bound them or choose another treatment", Rows(rows))]
    OpenInterval {
        /// The rows.
        rows: Vec<usize>,
    },
    /// A level has too few areas for a variance.
    #[error("level '{level}' has {found} area(s); a random intercept needs at least 2: leave the level out")]
    TooFewAreas {
        /// The level.
        level: String,
        /// How many areas it has among the rows.
        found: usize,
    },
    /// Two levels draw the same lines.
    #[error(
        "levels '{coarse}' and '{fine}' divide the rows alike, so their variances cannot be told apart: leave one out"
    )]
    ConfoundedLevels {
        /// The coarser level.
        coarse: String,
        /// The finer level.
        fine: String,
    },
    /// Some coefficient runs to infinity: rows with these determinants have only zero counts.
    #[error(
        "no finite estimate for {}: a combination of these determinants singles out {} with count 0 only; merge or leave out a category",
        Listed(columns),
        Rows(rows)
    )]
    Separation {
        /// The columns in the diverging combination.
        columns: Vec<String>,
        /// The zero rows it singles out.
        rows: Vec<usize>,
    },
    /// The maximisation ended before its criterion was met.
    #[error("not converged after {} evaluations: {why}; best log-likelihood {:.6}", best.trace.len(), best.log_likelihood)]
    NotConverged {
        /// What stopped it.
        why: String,
        /// The best point, with the trace.
        best: BestPoint,
    },
    /// A correlation in time climbed to an end of its range, where it is another model.
    #[error("the correlation in time of '{level}' ran to {limit}; {instead}; best log-likelihood {:.6}", best.log_likelihood)]
    CorrelationAtLimit {
        /// The level that moves in time.
        level: String,
        /// The end: 1, −1, or 0 where no negative one can be.
        limit: f64,
        /// The model to ask for.
        instead: String,
        /// The best point, with the trace.
        best: BestPoint,
    },
    /// The progress callback asked to stop.
    #[error("cancelled after {} evaluations", best.trace.len())]
    Cancelled {
        /// The best point, with the trace.
        best: BestPoint,
    },

    /// The progress callback asked to stop an imputation.
    #[error("cancelled after {done} of {of} tables")]
    ImputationCancelled {
        /// Tables done.
        done: usize,
        /// Tables asked for.
        of: usize,
    },
    /// The progress callback asked to stop a bootstrap or a profile.
    #[error("cancelled after {done} of {of} {what}")]
    InferenceCancelled {
        /// What is counted: `refits` or `profiles`.
        what: String,
        /// How many are done.
        done: usize,
        /// How many were asked for.
        of: usize,
    },
    /// A model that should be another with less in it is not.
    #[error("the models do not nest: {}", Joined(reasons))]
    NotNested {
        /// Everything that stands against it.
        reasons: Vec<String>,
    },
    /// There are too few clusters for a sandwich.
    #[error(
        "level '{level}' has {found} areas, and errors by cluster of {parameters} parameters need {} at least; leave \
         determinants out, or use the standard errors of the model or a bootstrap", parameters + 1
    )]
    TooFewClusters {
        /// The level whose areas are the clusters.
        level: String,
        /// How many there are.
        found: usize,
        /// Parameters whose covariance was asked for.
        parameters: usize,
    },
    /// No count can be drawn: its mean is not a positive number or the count would not be exact.
    #[error(
        "a count with mean {mean} cannot be drawn exactly: it would lie above 2^53 or nowhere{}",
        InRows(rows)
    )]
    Undrawable {
        /// The mean.
        mean: f64,
        /// The row; none where the count belongs to no table.
        rows: Vec<usize>,
    },
    /// No counts within their bounds add up to a total.
    #[error(
        "no counts within their bounds add up to the total of {area}; tighten the bounds first to see which cells are in conflict"
    )]
    UnreachableTotal {
        /// The area with the total.
        area: String,
    },
    /// The counts below a total span so wide a range that the distribution of their sum does not fit.
    #[error(
        "the sum below the total of {area} may take too many values for an exact draw; narrow the bounds of the counts below it"
    )]
    WideTotal {
        /// The area at the top of the totals.
        area: String,
    },

    /// A file would give away what was withheld; every such cell is listed.
    #[error(
        "the file would disclose what was withheld ({} cell(s)): {}; empty the cells, hold others back, or publish fewer totals",
        disclosures.len(),
        Joined(disclosures)
    )]
    Disclosure {
        /// Every cell that may not be written, or that the others give away.
        disclosures: Vec<Disclosure>,
        /// All rows concerned, ascending.
        rows: Vec<usize>,
    },
    /// A file could not be written.
    #[error("cannot write: {message}")]
    Unwritable {
        /// What the writer said.
        message: String,
    },

    /// A saved fit or recipe is of a format this version does not read.
    #[error("this was saved in format {found}; this version reads format {expected}")]
    Format {
        /// The format of the file.
        found: u32,
        /// The format read here.
        expected: u32,
    },

    /// A file of boundaries that is no GeoJSON or TopoJSON.
    #[error("cannot read the boundaries: {message}")]
    UnreadableBoundaries {
        /// What the reader said.
        message: String,
    },
    /// A TopoJSON file was asked for an object that it does not have.
    #[error("the boundaries have no object '{object}'; they have {}", Listed(known))]
    UnknownObject {
        /// The object asked for.
        object: String,
        /// The objects there are.
        known: Vec<String>,
    },
    /// Boundaries that are no outlines of areas; every fault is listed.
    #[error("the boundaries have {} fault(s): {}", faults.len(), Joined(faults))]
    Boundaries {
        /// Everything that is wrong.
        faults: Vec<BoundaryFault>,
    },
    /// Codes that one side has and the other has not.
    #[error("{left} and {right} do not match by code{}", OnlyIn([(left, only_left), (right, only_right)]))]
    UnmatchedCodes {
        /// What the one side is.
        left: String,
        /// Codes that only it has.
        only_left: Vec<String>,
        /// What the other side is.
        right: String,
        /// Codes that only it has.
        only_right: Vec<String>,
    },
    /// Codes that should stand once and stand more often.
    #[error("{what} have the code(s) {} more than once", Listed(codes))]
    RepeatedCodes {
        /// What holds them.
        what: String,
        /// The codes, each once.
        codes: Vec<String>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_counts_rows_from_one_and_cuts_long_lists() {
        let error = Error::from(ErrorKind::NonFinite { column: "x".into(), rows: (0..20).collect() });
        let text = error.to_string();
        assert!(text.contains("rows 1, 2, 3, 4, 5, 6, 7, 8 and 12 more"), "{text}");
        assert_eq!(error.rows().len(), 20);
        assert_eq!(error.column(), Some("x"));
        assert_eq!(error.code(), "non-finite");
    }

    #[test]
    fn an_unknown_reference_is_met_in_no_row() {
        let unknown =
            |rows| ErrorKind::UnknownCategory { column: "x".into(), categories: vec!["b".into()], rows };
        assert_eq!(unknown(vec![]).to_string(), "column 'x' has no category 'b'");
        assert!(unknown(vec![0]).to_string().ends_with("met in row 1"));
    }
}
