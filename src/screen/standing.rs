//! Low and high outliers in one go.

use super::areas::Areas;
use super::drawn::Drawn;
use super::rule::Rule;
use super::verdict::Verdict;
use super::verdicts::Probability;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Two rules, one for each side: areas may stand out low or high.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Tails {
    low: Rule,
    high: Rule,
}

/// Where an area stands between two rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Standing {
    /// The rule for low areas holds.
    Low,
    /// Neither holds.
    Neither,
    /// The rule for high areas holds.
    High,
    /// What is known allows more than one.
    Undecided,
}

/// The probability of either.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TailProbability {
    /// That the rule for low areas holds.
    pub low: Probability,
    /// That the rule for high areas holds.
    pub high: Probability,
}

impl Tails {
    /// A rule for low areas and one for high ones.
    pub fn new(low: Rule, high: Rule) -> Self {
        Tails { low, high }
    }

    /// Where each area stands by its published figures.
    ///
    /// Fails as [`Rule::verdicts`] does, and where both rules hold for an area.
    pub fn published(&self, areas: &Areas) -> Result<Vec<Standing>> {
        let (low, high) = (self.low.verdicts(areas)?.agreed(), self.high.verdicts(areas)?.agreed());
        let each = low.into_iter().zip(high).zip(areas.areas());
        each.map(|((low, high), area)| match (low, high) {
            (Verdict::Holds, Verdict::Holds) => {
                let message = format!("area '{}' is low and high at once: the two rules overlap", area.code);
                Err(ErrorKind::Specification { message }.into())
            }
            (Verdict::Holds, _) => Ok(Standing::Low),
            (_, Verdict::Holds) => Ok(Standing::High),
            (Verdict::Fails, Verdict::Fails) => Ok(Standing::Neither),
            _ => Ok(Standing::Undecided),
        })
        .collect()
    }

    /// The probability of either side, by area; fails as [`Rule::drawn`] does.
    pub fn drawn(&self, areas: &Areas, drawn: &Drawn) -> Result<Vec<TailProbability>> {
        let low = self.low.drawn(areas, drawn)?.probabilities();
        let high = self.high.drawn(areas, drawn)?.probabilities();
        Ok(low.into_iter().zip(high).map(|(low, high)| TailProbability { low, high }).collect())
    }
}
