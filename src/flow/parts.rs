//! Parts of a total, which may overlap.

use super::exact;
use super::gap::Gap;
use crate::count::Count;
use crate::error::{ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Parts of a total by name. Youths may be in several at once, so that parts need not add up to the total; where they are told
/// to exclude each other the sum is checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Parts {
    total: Count,
    parts: Vec<(String, Count)>,
    makeup: Makeup,
}

/// How parts make up their total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Makeup {
    /// Each of the total is in one part: referrers, unknown ones among them.
    Exclusive,
    /// One of the total may be in several parts, or in none: forms of care, first and second line.
    Overlapping,
}

/// A part as a share of its total.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The part.
    pub name: String,
    /// The least the share can be, from what was published.
    pub least: f64,
    /// The most it can be; equal to the least where both counts are known.
    pub most: f64,
    /// Lower limit.
    pub low: f64,
    /// Upper limit.
    pub high: f64,
}

impl Parts {
    /// Parts of a total; fails where a part is surely larger than the total, with their names, and on a total that is missing
    /// or may be 0.
    pub fn new<S: Into<String>>(
        total: Count,
        parts: impl IntoIterator<Item = (S, Count)>,
        makeup: Makeup,
    ) -> Result<Self> {
        let parts: Vec<(String, Count)> =
            parts.into_iter().map(|(name, count)| (name.into(), count)).collect();
        let bounds = total.bounds();
        if bounds.lo() == 0 {
            let message = "shares need a total that is known to be above 0".to_string();
            return Err(ErrorKind::Specification { message }.into());
        }
        let larger = |count: &Count| bounds.hi().is_some_and(|most| count.bounds().lo() > most);
        let wrong: Vec<&str> =
            parts.iter().filter(|(_, count)| larger(count)).map(|(name, _)| name.as_str()).collect();
        match wrong.is_empty() {
            true => Ok(Parts { total, parts, makeup }),
            false => {
                let message = format!("parts larger than their total: {}", wrong.join(", "));
                Err(ErrorKind::Specification { message }.into())
            }
        }
    }

    /// The total.
    pub fn total(&self) -> Count {
        self.total
    }

    /// The parts.
    pub fn parts(&self) -> &[(String, Count)] {
        &self.parts
    }

    /// How they make up the total.
    pub fn makeup(&self) -> Makeup {
        self.makeup
    }

    /// Σ parts − total; `None` where one is missing or has no upper bound. Of parts that exclude each other it should be 0. Of
    /// others, where it is above 0, it is how often the youths in several parts are counted beyond once, if none is in no part.
    pub fn excess(&self) -> Option<Gap> {
        let parts: Vec<Count> = self.parts.iter().map(|(_, count)| *count).collect();
        Gap::of(&parts, &[self.total])
    }

    /// Each part that is not missing as a share of the total, with its exact interval as if the total were drawn from more
    /// youths like these (Clopper & Pearson 1934, Biometrika 26:404). Shares of an open total or part are left out.
    ///
    /// Fails unless the confidence lies between 0 and 1.
    pub fn shares(&self, confidence: f64) -> Result<Vec<Share>> {
        let tail = exact::tail(confidence)?;
        let total = self.total.bounds();
        let share = |(name, count): &(String, Count)| {
            let bounds = count.bounds();
            let (most, total_most) = (bounds.hi()?, total.hi()?);
            // a part is no larger than its total
            let (most, least) = (most.min(total.lo()), bounds.lo().min(total_most));
            Some(Share {
                name: name.clone(),
                least: least as f64 / total_most as f64,
                most: most as f64 / total.lo() as f64,
                low: exact::binomial_low(least, total_most, tail),
                high: exact::binomial_high(most, total.lo(), tail),
            })
        };
        Ok(self.parts.iter().filter_map(share).collect())
    }
}
