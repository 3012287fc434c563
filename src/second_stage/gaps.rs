//! Actual against expected per area of the region, and how many rows are substantially off.

use super::region::Region;
use crate::error::Result;
use crate::expected::{Actual, ClassCounts, Comparison, Expected, Substantial};

/// An area of the region: its counts, its expectation, and what its rows are.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaGap {
    /// Codes from the coarsest level down to the area.
    pub path: Vec<String>,
    /// What was counted in all its rows together.
    pub actual: Actual,
    /// What was expected.
    pub expected: Expected,
    /// How many of its rows are substantially above and below.
    pub classes: ClassCounts,
    /// The rows whose observed count is furthest above and furthest below what was expected, as ratios.
    pub furthest: Option<Furthest>,
}

/// The two ends among an area's observed rows, by their positions in the caller's table; one and the same where only one
/// count was observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Furthest {
    /// The largest ratio of actual to expected.
    pub highest: usize,
    /// The smallest.
    pub lowest: usize,
}

impl AreaGap {
    /// The area's own code.
    pub fn code(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    /// Actual/expected, at both ends of what is known of the count; no upper one where it is open above.
    pub fn ratio(&self) -> (f64, Option<f64>) {
        let ratio = |count: f64| count / self.expected.count;
        (ratio(self.actual.low()), self.actual.high().map(ratio))
    }
}

impl Region {
    /// Every area of a level with its gap and the classes of its rows.
    ///
    /// Fails where the region's tree has no such level.
    pub fn gaps(&self, level: &str, rule: &Substantial) -> Result<Vec<AreaGap>> {
        let comparisons = self.comparisons();
        let areas = self.areas(level)?.into_iter();
        Ok(areas.map(|(path, rows)| self.gap(path, &rows, &comparisons, rule)).collect())
    }

    /// The same of the whole region.
    pub fn gap_of_all(&self, rule: &Substantial) -> AreaGap {
        let all: Vec<usize> = (0..self.rows.len()).collect();
        self.gap(vec!["all rows".into()], &all, &self.comparisons(), rule)
    }

    fn gap(&self, path: Vec<String>, rows: &[usize], all: &[Comparison], rule: &Substantial) -> AreaGap {
        let own: Vec<Comparison> = rows.iter().map(|&at| all[at]).collect();
        let ratio = |&at: &usize| all[at].difference().observed().map(|gap| (at, gap.ratio()));
        let ratios: Vec<(usize, f64)> = rows.iter().filter_map(ratio).collect();
        let highest = ratios.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        let lowest = ratios.iter().min_by(|a, b| a.1.total_cmp(&b.1));
        let furthest = highest
            .zip(lowest)
            .map(|(high, low)| Furthest { highest: self.rows[high.0], lowest: self.rows[low.0] });
        AreaGap {
            path,
            actual: self.actual_sum(rows),
            expected: self.expected_sum(rows),
            classes: rule.counts(&own),
            furthest,
        }
    }
}
