//! A level of a declared world: how many areas, of which sizes, under which codes.

use serde::{Deserialize, Serialize};

/// One level of areas with a random intercept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeclaredLevel {
    pub(super) name: String,
    pub(super) areas: usize,
    pub(super) sd: f64,
    pub(super) sizes: Sizes,
    pub(super) codes: Codes,
    pub(super) label: Option<Label>,
}

/// How the children of a level (the areas of the next level, or the rows) are shared among its areas.
///
/// No area stays empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Sizes {
    /// As equal as whole numbers allow; the first areas have one more.
    Equal,
    /// A division drawn from all that leave no area empty: sizes scatter about as much as their mean.
    Uneven,
    /// These numbers of children, one per area, dealt to the areas in random order.
    Given(Vec<usize>),
    /// The first areas have these numbers of children in this order, the others the rest in random order.
    Led {
        /// Of the first areas.
        first: Vec<usize>,
        /// Of the others.
        rest: Vec<usize>,
    },
}

impl Sizes {
    /// All numbers of children that are given; none where they are drawn.
    pub(super) fn given(&self) -> Option<Vec<usize>> {
        match self {
            Sizes::Equal | Sizes::Uneven => None,
            Sizes::Given(sizes) => Some(sizes.clone()),
            Sizes::Led { first, rest } => Some(first.iter().chain(rest).copied().collect()),
        }
    }
}

/// How the areas of a level are coded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Codes {
    /// The prefix and a number that runs through the level, from 1: `GM0001`, `GM0002`, …
    Running {
        /// What the code begins with.
        prefix: String,
        /// Least number of digits, filled with zeros.
        digits: usize,
    },
    /// The prefix, the number of the area around it, and a number within that one, from 0: `WK000100`, `WK000101`, …
    /// On the coarsest level, which has no parent, the same as running.
    WithinParent {
        /// What the code begins with.
        prefix: String,
        /// Least number of digits of the last part, filled with zeros.
        digits: usize,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Label {
    pub(super) column: String,
    pub(super) words: String,
}

impl DeclaredLevel {
    /// A level by its name, its number of areas, and the standard deviation of their effects on the log scale.
    ///
    /// Sizes are [`Sizes::Uneven`]; codes are the name, a hyphen and a running number.
    pub fn new(name: &str, areas: usize, sd: f64) -> Self {
        DeclaredLevel {
            name: name.into(),
            areas,
            sd,
            sizes: Sizes::Uneven,
            codes: Codes::Running { prefix: format!("{name}-"), digits: 1 },
            label: None,
        }
    }

    /// How the children are shared among the areas.
    pub fn sizes(mut self, sizes: Sizes) -> Self {
        self.sizes = sizes;
        self
    }

    /// How the areas are coded.
    pub fn codes(mut self, codes: Codes) -> Self {
        self.codes = codes;
        self
    }

    /// Adds a column of names: these words and the area's number.
    pub fn labelled(mut self, column: &str, words: &str) -> Self {
        self.label = Some(Label { column: column.into(), words: words.into() });
        self
    }
}
