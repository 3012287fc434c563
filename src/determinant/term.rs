//! One determinant: a column of the table and what is made of it.

use super::transform::Step;
use serde::{Deserialize, Serialize};

/// A main term of the design.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Term {
    /// A column of numbers.
    Numeric(Numeric),
    /// A column of categories.
    Categorical(Categorical),
}

impl Term {
    /// The table's column the term is made of.
    pub fn column(&self) -> &str {
        match self {
            Term::Numeric(numeric) => &numeric.column,
            Term::Categorical(categorical) => &categorical.column,
        }
    }

    /// The level the column lives on, where it is said to.
    pub(super) fn level(&self) -> Option<&str> {
        match self {
            Term::Numeric(numeric) => numeric.level.as_deref(),
            Term::Categorical(categorical) => categorical.level.as_deref(),
        }
    }

    pub(super) fn has_within(&self) -> bool {
        matches!(self, Term::Numeric(numeric) if numeric.within.is_some())
    }
}

impl From<Numeric> for Term {
    fn from(numeric: Numeric) -> Self {
        Term::Numeric(numeric)
    }
}

impl From<Categorical> for Term {
    fn from(categorical: Categorical) -> Self {
        Term::Categorical(categorical)
    }
}

/// A numeric determinant.
///
/// Transforms apply to the cells one after the other, in the order called. Powers and the split into area means come
/// after all of them, wherever they are called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numeric {
    pub(super) column: String,
    pub(super) steps: Vec<Step>,
    pub(super) degree: u32,
    pub(super) within: Option<String>,
    pub(super) level: Option<String>,
}

impl Numeric {
    /// The column as it is.
    pub fn new(column: &str) -> Self {
        Numeric { column: column.into(), steps: Vec::new(), degree: 1, within: None, level: None }
    }

    fn then(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }

    /// Natural logarithm; cells must be above 0.
    pub fn log(self) -> Self {
        self.then(Step::Log)
    }

    /// `ln(1 + x)`; cells must be above -1.
    pub fn log1p(self) -> Self {
        self.then(Step::Log1p)
    }

    /// Logit of a percentage, `ln(x / (100 - x))`; cells must lie strictly between 0 and 100.
    pub fn logit(self) -> Self {
        self.then(Step::LogitPercent)
    }

    /// Square root; cells must not be negative.
    pub fn sqrt(self) -> Self {
        self.then(Step::Sqrt)
    }

    /// Subtracts the mean.
    pub fn centre(self) -> Self {
        self.then(Step::Centre)
    }

    /// Divides by the standard deviation (over n - 1).
    pub fn scale(self) -> Self {
        self.then(Step::Scale)
    }

    /// Subtracts the mean and divides by the standard deviation (over n - 1).
    pub fn z_score(self) -> Self {
        self.then(Step::ZScore)
    }

    /// The powers 1 to `degree` as columns of their own; centre first, or they are nearly aliased.
    pub fn polynomial(mut self, degree: u32) -> Self {
        self.degree = degree;
        self
    }

    /// Two columns: the difference from the mean of the row's area at `level`, and that mean.
    ///
    /// New rows in an area of the recipe take the mean learned; rows in an area that the recipe does not know take
    /// the mean of the new rows there.
    pub fn within(mut self, level: &str) -> Self {
        self.within = Some(level.into());
        self
    }

    /// Says that the column belongs to the areas of `level`: it must not vary within one of them, and a missing cell
    /// is filled from that level upwards. New rows are not checked.
    pub fn on_level(mut self, level: &str) -> Self {
        self.level = Some(level.into());
        self
    }
}

/// A categorical determinant: a column of 0 and 1 for each category but the reference.
///
/// Categories are ordered by number where every one of them is a number, else by text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Categorical {
    pub(super) column: String,
    pub(super) reference: Option<String>,
    pub(super) level: Option<String>,
}

impl Categorical {
    /// The column, with its first category as the reference.
    pub fn new(column: &str) -> Self {
        Categorical { column: column.into(), reference: None, level: None }
    }

    /// Names the category that the others are compared with; it must occur among the rows.
    pub fn reference(mut self, category: &str) -> Self {
        self.reference = Some(category.into());
        self
    }

    /// As [`Numeric::on_level`].
    pub fn on_level(mut self, level: &str) -> Self {
        self.level = Some(level.into());
        self
    }
}
