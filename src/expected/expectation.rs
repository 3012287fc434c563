//! What is expected, given what: each kind by its name.

use crate::error::{ErrorKind, Result};
use std::ops::Range;

/// What an expected count takes for the effects of the areas. There is no default.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Expectation {
    /// exposure · exp(x'β): a typical area with these determinants, all effects 0.
    FixedPart,
    /// exposure · exp(x'β + ½ Σ υ): the mean over all areas with these determinants.
    Marginal,
    /// exposure · exp(x'β + effects down to a level + ½ Σ υ of finer levels): the areas down to the level as they are.
    /// SCP's expectation of a wijk is given its gemeente.
    Given(String),
    /// exposure · exp(x'β + all effects), at their conditional modes: the row's areas as they are.
    Conditional,
}

impl Expectation {
    /// Given the areas down to a level.
    pub fn given(level: &str) -> Self {
        Expectation::Given(level.into())
    }

    /// The same among the levels of a fit; fails where it has no random intercept at the level named.
    pub(crate) fn among(&self, levels: &[String]) -> Result<Levels> {
        let all = levels.len();
        Ok(match self {
            Expectation::FixedPart => Levels { known: 0, averaged: 0..0 },
            Expectation::Marginal => Levels { known: 0, averaged: 0..all },
            Expectation::Conditional => Levels { known: all, averaged: all..all },
            Expectation::Given(level) => match levels.iter().position(|known| known == level) {
                Some(at) => Levels { known: at + 1, averaged: at + 1..all },
                None => {
                    let known = levels.to_vec();
                    return Err(ErrorKind::UnknownLevel { level: level.clone(), known }.into());
                }
            },
        })
    }
}

/// Which levels' effects an expectation holds, and which it averages over.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Levels {
    /// Number of levels, from the coarsest, whose effects are in.
    pub known: usize,
    pub averaged: Range<usize>,
}

impl Levels {
    /// ½ Σ υ of the levels averaged over.
    pub(super) fn shift(&self, variances: &[f64]) -> f64 {
        0.5 * variances.get(self.averaged.clone()).map_or(0.0, |variances| variances.iter().sum())
    }

    /// The finest level whose effects are in.
    pub(super) fn finest_known(&self) -> Option<usize> {
        self.known.checked_sub(1)
    }
}
