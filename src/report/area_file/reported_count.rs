//! What the file says of the count of an area.

use crate::count::{Count, ExclusionReason, Interval};
use crate::report::{Absence, Cell, Language};

/// What is known of the count of an area, and by whose doing no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportedCount {
    /// The count, as it was published.
    Counted(u64),
    /// Bounds: a rounded count, or a sum in which some counts are known in part.
    Between(Interval),
    /// Withheld by its publisher; the bounds are what the mark says.
    Withheld(Interval),
    /// Published, but held back in this file so that totals do not give a withheld count away; the bounds are what
    /// readers know all the same.
    HeldBack(Interval),
    /// Nothing is known.
    Missing,
    /// The row was left out.
    Excluded(ExclusionReason),
}

impl From<Count> for ReportedCount {
    /// A count with bounds is [`ReportedCount::Between`]: that it was withheld, only its publisher can say.
    fn from(count: Count) -> Self {
        match count {
            Count::Exact(count) => ReportedCount::Counted(count),
            Count::Missing => ReportedCount::Missing,
            others => match Count::from(others.bounds()) {
                Count::Exact(count) => ReportedCount::Counted(count),
                _ => ReportedCount::Between(others.bounds()),
            },
        }
    }
}

impl ReportedCount {
    /// What the count must lie between, by the cell alone: 0 where nobody was exposed.
    pub fn bounds(self) -> Interval {
        match self {
            ReportedCount::Excluded(ExclusionReason::NoExposure) => Count::Exact(0).bounds(),
            ReportedCount::Counted(count) => Count::Exact(count).bounds(),
            ReportedCount::Between(bounds)
            | ReportedCount::Withheld(bounds)
            | ReportedCount::HeldBack(bounds) => bounds,
            ReportedCount::Missing | ReportedCount::Excluded(_) => Interval::at_least(0),
        }
    }

    /// The count, or why there is none.
    pub fn count(self) -> Cell<u64> {
        match self {
            ReportedCount::Counted(count) => Cell::Value(count),
            others => Cell::Empty(others.absence()),
        }
    }

    pub(super) fn low(self) -> Cell<u64> {
        match self {
            ReportedCount::Missing | ReportedCount::Excluded(_) => Cell::Empty(self.absence()),
            others => Cell::Value(others.bounds().lo()),
        }
    }

    pub(super) fn high(self) -> Cell<u64> {
        match self {
            ReportedCount::Missing | ReportedCount::Excluded(_) => Cell::Empty(self.absence()),
            others => others.bounds().hi().map_or(Cell::Empty(Absence::Unbounded), Cell::Value),
        }
    }

    pub(super) fn absence(self) -> Absence {
        match self {
            ReportedCount::Counted(_) => Absence::NotApplicable,
            ReportedCount::Between(_) => Absence::KnownInPart,
            ReportedCount::Withheld(_) => Absence::Withheld,
            ReportedCount::HeldBack(_) => Absence::HeldBack,
            ReportedCount::Missing => Absence::Missing,
            ReportedCount::Excluded(reason) => Absence::Excluded(reason),
        }
    }

    /// The word in the column of flags.
    pub(super) fn status(self, language: Language) -> &'static str {
        match (self, language) {
            (ReportedCount::Counted(_), Language::English) => "published",
            (ReportedCount::Counted(_), Language::Dutch) => "gepubliceerd",
            (others, language) => others.absence().words(language),
        }
    }
}
