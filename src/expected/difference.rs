//! How far actual counts are from what was expected.

use super::actual::Actual;
use super::expectation::Expectation;
use super::expected_count::Expected;
use super::fitted::Fitted;
use super::predictive::{CountPrediction, Predictive};
use super::row_sets::RowSets;
use crate::error::Result;
use crate::infer::{Confidence, Interval};

/// An actual count beside what was expected of it and the distribution that it is judged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// What was counted, as far as it was published.
    pub actual: Actual,
    /// What was expected.
    pub expected: Expected,
    /// The distribution of a new count.
    pub predicted: CountPrediction,
}

/// Actual minus expected: a number where the count was observed, bounds where it was not.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Difference {
    /// Of an observed count.
    Observed(Gap),
    /// Not observed: of the smallest and of the largest count it may be; no largest where the count is open above.
    Bounded {
        /// At the smallest count.
        low: Gap,
        /// At the largest count.
        high: Option<Gap>,
    },
}

impl Difference {
    /// The difference where the count was observed.
    pub fn observed(self) -> Option<Gap> {
        match self {
            Difference::Observed(gap) => Some(gap),
            Difference::Bounded { .. } => None,
        }
    }
}

/// One count minus its expectation, on every scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
    /// The count.
    pub actual: f64,
    /// What was expected.
    pub expected: Expected,
    predicted: CountPrediction,
}

impl Gap {
    /// Actual − expected, a number of counts.
    pub fn count(&self) -> f64 {
        self.actual - self.expected.count
    }

    /// (Actual − expected)/exposure.
    pub fn rate(&self) -> f64 {
        self.count() / self.expected.exposure
    }

    /// The rate in percentage points, for an exposure counted in persons.
    pub fn points(&self) -> f64 {
        100.0 * self.rate()
    }

    /// Actual/expected, as a standardised incidence ratio is.
    pub fn ratio(&self) -> f64 {
        self.actual / self.expected.count
    }

    /// (Actual − mean)/sd of the distribution of a new count; 0, its limit, where nothing is known of that count.
    pub fn standardised(&self) -> f64 {
        match self.predicted.is_unknown() {
            true => 0.0,
            false => (self.actual - self.predicted.mean) / self.predicted.sd,
        }
    }
}

impl Comparison {
    /// Actual minus expected.
    pub fn difference(&self) -> Difference {
        let gap = |actual| Gap { actual, expected: self.expected, predicted: self.predicted };
        match self.actual {
            Actual::Observed(count) => Difference::Observed(gap(count)),
            Actual::Bounded(_) => {
                Difference::Bounded { low: gap(self.actual.low()), high: self.actual.high().map(gap) }
            }
        }
    }

    /// Between what a new count minus the expectation lies: the prediction interval of the difference.
    pub fn prediction_interval(&self, confidence: Confidence) -> Interval {
        let counts = self.predicted.interval(confidence);
        Interval {
            low: counts.low as f64 - self.expected.count,
            high: counts.high as f64 - self.expected.count,
        }
    }
}

impl Fitted<'_> {
    /// Actual counts beside their expectation and their predictive distribution, set by set.
    ///
    /// Fails as [`Fitted::expected`] and [`Fitted::predicted`] do.
    pub fn compared(
        &self,
        expectation: &Expectation,
        effects: Predictive,
        over: &RowSets,
    ) -> Result<Vec<Comparison>> {
        let expected = self.expected(expectation, over)?;
        let (predicted, actual) = (self.predicted(effects, over)?, self.problem().actual(over)?);
        let all = actual.into_iter().zip(expected).zip(predicted);
        Ok(all.map(|((actual, expected), predicted)| Comparison { actual, expected, predicted }).collect())
    }
}
