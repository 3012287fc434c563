//! Which differences are large enough to matter, and how many areas have one.

use super::difference::{Comparison, Difference, Gap};
use crate::error::{ErrorKind, Result};

/// From which size a difference counts as substantial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Substantial(Scale);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Scale {
    Points(f64),
    Ratio(f64),
    Standardised(f64),
}

/// What a difference is under a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The actual count is substantially above what was expected.
    Above,
    /// Neither.
    Between,
    /// The actual count is substantially below.
    Below,
    /// The count is known in part only, and its bounds allow more than one class.
    NotObserved,
}

/// How many areas are in each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClassCounts {
    /// In [`Class::Above`].
    pub above: usize,
    /// In [`Class::Between`].
    pub between: usize,
    /// In [`Class::Below`].
    pub below: usize,
    /// In [`Class::NotObserved`].
    pub not_observed: usize,
}

impl Substantial {
    /// From so many percentage points of the rate, up or down; fails unless above 0.
    pub fn points(points: f64) -> Result<Self> {
        positive(points, "percentage points").map(|points| Substantial(Scale::Points(points)))
    }

    /// From so many times what was expected, or one over so many; fails unless above 1.
    pub fn ratio(ratio: f64) -> Result<Self> {
        match ratio > 1.0 && ratio.is_finite() {
            true => Ok(Substantial(Scale::Ratio(ratio))),
            false => Err(refused(format!("a substantial ratio is above 1, as 1.5 is; got {ratio}"))),
        }
    }

    /// From so many standard deviations of the predictive distribution; fails unless above 0.
    pub fn standardised(z: f64) -> Result<Self> {
        positive(z, "standard deviations").map(|z| Substantial(Scale::Standardised(z)))
    }

    /// The class of a comparison.
    pub fn class(&self, of: &Comparison) -> Class {
        match of.difference() {
            Difference::Observed(gap) => self.of_gap(&gap),
            Difference::Bounded { low, high } => {
                // an open count may always turn out to be above
                let (low, high) = (self.of_gap(&low), high.map_or(Class::Above, |high| self.of_gap(&high)));
                if low == high { low } else { Class::NotObserved }
            }
        }
    }

    /// How many of the comparisons are in each class.
    pub fn counts(&self, of: &[Comparison]) -> ClassCounts {
        let mut counts = ClassCounts::default();
        for comparison in of {
            match self.class(comparison) {
                Class::Above => counts.above += 1,
                Class::Between => counts.between += 1,
                Class::Below => counts.below += 1,
                Class::NotObserved => counts.not_observed += 1,
            }
        }
        counts
    }

    fn of_gap(&self, gap: &Gap) -> Class {
        let (size, least) = match self.0 {
            Scale::Points(points) => (gap.points(), points),
            Scale::Ratio(ratio) => (gap.ratio().ln(), ratio.ln()),
            Scale::Standardised(z) => (gap.standardised(), z),
        };
        if size >= least {
            Class::Above
        } else if size <= -least {
            Class::Below
        } else {
            Class::Between
        }
    }
}

impl ClassCounts {
    /// Number of areas.
    pub fn total(&self) -> usize {
        self.above + self.between + self.below + self.not_observed
    }

    /// Share of a class among all areas; `None` where there are none.
    pub fn share(&self, class: Class) -> Option<f64> {
        let count = match class {
            Class::Above => self.above,
            Class::Between => self.between,
            Class::Below => self.below,
            Class::NotObserved => self.not_observed,
        };
        (self.total() > 0).then(|| count as f64 / self.total() as f64)
    }
}

fn positive(size: f64, what: &str) -> Result<f64> {
    match size > 0.0 && size.is_finite() {
        true => Ok(size),
        false => Err(refused(format!("a substantial difference is above 0 {what}; got {size}"))),
    }
}

fn refused(message: String) -> crate::Error {
    ErrorKind::Specification { message }.into()
}
