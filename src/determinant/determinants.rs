//! What is wanted of a table: terms, interactions and policies.

use super::{Categorical, Numeric, Term};
use serde::{Deserialize, Serialize};

/// The determinants wanted, before any data is seen.
///
/// Columns come in the order: intercept, terms as given, interactions as given.
///
/// ```
/// use nestcount::determinant::{Categorical, Determinants, MissingCells, Numeric};
/// let wanted = Determinants::new()
///     .numeric("single_parents")
///     .with(Numeric::new("welfare").log().z_score())
///     .with(Numeric::new("income").within("gemeente"))
///     .with(Categorical::new("partnership").reference("GP"))
///     .interaction(["single_parents", "partnership"])
///     .missing(MissingCells::ParentMean);
/// # let _ = wanted;
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Determinants {
    pub(super) terms: Vec<Term>,
    pub(super) interactions: Vec<Vec<String>>,
    pub(super) missing: MissingCells,
    pub(super) aliased: AliasedColumns,
    scaled: bool,
}

/// What to do with a row in which a determinant is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum MissingCells {
    /// Refuse to build, naming every column with its rows.
    #[default]
    Refuse,
    /// Leave the row out.
    Drop,
    /// Fill with the mean of the nearest area around the row in which the column was observed: the row's finest area
    /// (or the level the column lives on), else the one around that, and so on, at last all rows. A category is
    /// filled with the most frequent one there, the first in order among equals.
    ParentMean,
    /// The same, and a column that is 1 where a cell was filled and 0 elsewhere, for each column with such a cell.
    /// Columns missing in the same rows have one indicator twice, which is then found aliased.
    ParentMeanWithIndicator,
}

impl MissingCells {
    pub(super) fn fills(self) -> bool {
        matches!(self, MissingCells::ParentMean | MissingCells::ParentMeanWithIndicator)
    }

    pub(super) fn indicates(self) -> bool {
        self == MissingCells::ParentMeanWithIndicator
    }
}

/// What to do with a column that the ones before it already hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[non_exhaustive]
pub enum AliasedColumns {
    /// Refuse to build, naming every such column.
    #[default]
    Refuse,
    /// Leave the column out and report what it equals; a constant column equals a multiple of the intercept.
    Drop,
}

impl Determinants {
    /// No determinants: the design is the intercept alone.
    pub fn new() -> Self {
        Determinants::default()
    }

    /// Adds a term.
    pub fn with(mut self, term: impl Into<Term>) -> Self {
        self.terms.push(term.into());
        self
    }

    /// Adds a numeric column as it is: `with(Numeric::new(column))`.
    pub fn numeric(self, column: &str) -> Self {
        self.with(Numeric::new(column))
    }

    /// Adds a categorical column with its first category as the reference: `with(Categorical::new(column))`.
    pub fn categorical(self, column: &str) -> Self {
        self.with(Categorical::new(column))
    }

    /// Adds the products of the columns of two or more terms, which are terms of their own too.
    ///
    /// A term goes by the name of its column, or by its full name (`log(x)`) where several terms use one column. The
    /// first term's columns vary fastest; indicators of missing cells take no part.
    pub fn interaction<S: Into<String>>(mut self, terms: impl IntoIterator<Item = S>) -> Self {
        self.interactions.push(terms.into_iter().map(Into::into).collect());
        self
    }

    /// Sets what to do with missing cells; [`MissingCells::Refuse`] unless set.
    pub fn missing(mut self, policy: MissingCells) -> Self {
        self.missing = policy;
        self
    }

    /// Sets what to do with aliased and constant columns; [`AliasedColumns::Refuse`] unless set.
    pub fn aliased(mut self, policy: AliasedColumns) -> Self {
        self.aliased = policy;
        self
    }

    /// Turns every numeric term without a transform into z-scores; powers and area means are taken of those.
    pub fn scaled(mut self) -> Self {
        self.scaled = true;
        self
    }

    /// The terms as they will be built, with the z-scores that [`Determinants::scaled`] asks for.
    pub(super) fn settled_terms(&self) -> Vec<Term> {
        let settle = |term: &Term| match term {
            Term::Numeric(numeric) if self.scaled && numeric.steps.is_empty() => {
                Term::Numeric(numeric.clone().z_score())
            }
            term => term.clone(),
        };
        self.terms.iter().map(settle).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wanted_survives_a_round_trip() {
        let wanted = Determinants::new()
            .with(Numeric::new("a").log().z_score().polynomial(3))
            .with(Categorical::new("b").reference("x").on_level("gm"))
            .interaction(["a", "b"])
            .missing(MissingCells::ParentMeanWithIndicator)
            .aliased(AliasedColumns::Drop)
            .scaled();
        let text = serde_json::to_string(&wanted).unwrap();
        assert_eq!(serde_json::from_str::<Determinants>(&text).unwrap(), wanted);
    }

    #[test]
    fn scaling_leaves_transformed_terms_alone() {
        let wanted = Determinants::new().numeric("a").with(Numeric::new("b").log()).scaled();
        assert_eq!(
            wanted.settled_terms(),
            [Numeric::new("a").z_score().into(), Numeric::new("b").log().into()]
        );
    }
}
