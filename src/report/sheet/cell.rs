//! One cell: a value, or nothing and the reason.

use crate::count::ExclusionReason;
use crate::report::Language;

/// A value, or nothing and the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cell<T> {
    /// What the cell holds.
    Value(T),
    /// Why it holds nothing.
    Empty(Absence),
}

/// Why a cell holds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Absence {
    /// The column says nothing of such a row: a coefficient has no group.
    NotApplicable,
    /// The estimate stands at the end of its range, a standard deviation of 0 or an infinite θ.
    AtBoundary,
    /// The publisher withheld the count, and with it all that is computed from it.
    Withheld,
    /// Held back so that totals do not give away a withheld count beside it.
    HeldBack,
    /// The count is known to lie between two bounds only.
    KnownInPart,
    /// The bounds are open above.
    Unbounded,
    /// The cell was missing where it came from.
    Missing,
    /// The row was left out, for this reason.
    Excluded(ExclusionReason),
    /// The row has a count and is not among those of the fit.
    NotInFit,
    /// The computation has no finite value here.
    Undefined,
}

impl<T> Cell<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Cell::Value(value) => Some(value),
            Cell::Empty(_) => None,
        }
    }

    /// Why the cell is empty, if it is.
    pub fn absence(&self) -> Option<Absence> {
        match self {
            Cell::Value(_) => None,
            Cell::Empty(absence) => Some(*absence),
        }
    }

    /// The cell with its value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Cell<U> {
        match self {
            Cell::Value(value) => Cell::Value(change(value)),
            Cell::Empty(absence) => Cell::Empty(absence),
        }
    }

    /// A cell of a source in which some are missing.
    pub fn known(value: Option<T>) -> Cell<T> {
        value.map_or(Cell::Empty(Absence::Missing), Cell::Value)
    }
}

impl Cell<f64> {
    /// A computed number; [`Absence::Undefined`] where it is NaN or infinite.
    pub fn computed(value: f64) -> Self {
        if value.is_finite() { Cell::Value(value) } else { Cell::Empty(Absence::Undefined) }
    }
}

impl<T> From<T> for Cell<T> {
    fn from(value: T) -> Self {
        Cell::Value(value)
    }
}

impl From<&str> for Cell<String> {
    fn from(text: &str) -> Self {
        Cell::Value(text.into())
    }
}

impl Absence {
    /// The reason in words.
    pub fn words(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english(),
            Language::Dutch => self.dutch(),
        }
    }

    fn english(self) -> &'static str {
        match self {
            Absence::NotApplicable => "does not apply",
            Absence::AtBoundary => "estimate at the end of its range",
            Absence::Withheld => "withheld by the publisher",
            Absence::HeldBack => "held back to protect a withheld count",
            Absence::KnownInPart => "count known in part only",
            Absence::Unbounded => "no upper bound",
            Absence::Missing => "missing in the source",
            Absence::Excluded(reason) => match reason {
                ExclusionReason::NoCount => "left out: no count",
                ExclusionReason::NoExposure => "left out: nobody exposed",
                ExclusionReason::MissingExposure => "left out: no exposure",
                ExclusionReason::MissingDeterminant => "left out: missing determinant",
                ExclusionReason::Withheld => "left out: withheld count",
            },
            Absence::NotInFit => "not among the rows of the fit",
            Absence::Undefined => "no finite value",
        }
    }

    fn dutch(self) -> &'static str {
        match self {
            Absence::NotApplicable => "niet van toepassing",
            Absence::AtBoundary => "schatting aan de rand van haar bereik",
            Absence::Withheld => "niet gepubliceerd (geheim)",
            Absence::HeldBack => "achtergehouden ter bescherming van een geheim aantal",
            Absence::KnownInPart => "aantal slechts ten dele bekend",
            Absence::Unbounded => "geen bovengrens",
            Absence::Missing => "ontbreekt in de bron",
            Absence::Excluded(reason) => match reason {
                ExclusionReason::NoCount => "buiten beschouwing: geen aantal",
                ExclusionReason::NoExposure => "buiten beschouwing: geen populatie",
                ExclusionReason::MissingExposure => "buiten beschouwing: populatie onbekend",
                ExclusionReason::MissingDeterminant => "buiten beschouwing: determinant ontbreekt",
                ExclusionReason::Withheld => "buiten beschouwing: geheim aantal",
            },
            Absence::NotInFit => "geen deel van de schatting",
            Absence::Undefined => "geen eindige waarde",
        }
    }
}
