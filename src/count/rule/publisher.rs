//! The rule: what leads to a cell, and what a cell therefore says.

use super::{CellFormat, Rounding, RuleBuilder};
use crate::count::{Count, Interval};
use crate::error::{CellProblem, Result};
use std::fmt;

/// A publisher's rule: which counts are withheld, how the others are rounded, and how cells are written.
///
/// A cell says of the count behind it all that the rule lets it say, and no more: under "below 10 withheld, the rest
/// rounded to 5" a published 10 is one of 10 to 12, because 8 and 9 would have been withheld.
///
/// ```
/// use nestcount::count::{Count, DisclosureRule, Rounding};
/// let rule = DisclosureRule::builder().withheld_below(10).rounded(Rounding::HalfUp(5)).build()?;
/// assert_eq!(rule.read("10")?, Count::interval(10, 12)?);
/// assert_eq!(rule.read("15")?, Count::interval(13, 17)?);
/// assert_eq!(rule.read(".")?, Count::interval(0, 9)?);
/// assert_eq!(rule.read("")?, Count::Missing);
/// assert_eq!(rule.read("5").unwrap_err().code(), "published-cell");
/// # Ok::<(), nestcount::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureRule {
    publisher: Publisher,
    format: CellFormat,
}

/// What happens to zeros where counts below a threshold are withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Zeros {
    /// A zero is published; where counts are withheld after rounding, a rounded zero is.
    Published,
    /// Zeros are withheld as other small counts are.
    Withheld,
}

/// The steps, checked by the builder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Publisher {
    pub(super) withholding: Withholding,
    pub(super) zeros: Zeros,
    pub(super) rounding: Option<Rounding>,
}

/// Which counts are withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Withholding {
    Nothing,
    Below(u64),
    RoundedBelow(u64),
}

impl DisclosureRule {
    /// A rule to be put together; with no step at all, counts are published as they are.
    pub fn builder() -> RuleBuilder {
        RuleBuilder::default()
    }

    /// Counts below `threshold` withheld, zeros too, the others rounded half up to the odd `base`.
    pub(crate) fn withheld_then_rounded(threshold: u64, base: u32) -> Self {
        let rounding = Some(Rounding::HalfUp(base));
        let withholding = Withholding::Below(threshold);
        DisclosureRule::of(Publisher { withholding, zeros: Zeros::Withheld, rounding })
    }

    /// Counts rounded half up to `base`, those then below `threshold` withheld, zeros too.
    pub(crate) fn rounded_then_withheld(base: u32, threshold: u64) -> Self {
        let rounding = Some(Rounding::HalfUp(base));
        let withholding = Withholding::RoundedBelow(threshold);
        DisclosureRule::of(Publisher { withholding, zeros: Zeros::Withheld, rounding })
    }

    pub(super) fn of(publisher: Publisher) -> Self {
        DisclosureRule { publisher, format: CellFormat::plain() }
    }

    /// The same rule for cells written in another format; fails on a format that contradicts itself or the rule:
    /// a mark that is a number or stands for two things, blanks withheld where nothing is.
    pub fn reading(self, format: CellFormat) -> Result<Self> {
        format.check(self.publisher.withholding != Withholding::Nothing)?;
        Ok(DisclosureRule { format, ..self })
    }

    /// How cells are written.
    pub fn format(&self) -> &CellFormat {
        &self.format
    }

    pub(super) fn publisher(&self) -> Publisher {
        self.publisher
    }

    /// What a withheld cell says.
    pub(super) fn withheld(&self) -> Result<Count, CellProblem> {
        self.publisher.withheld().ok_or_else(|| CellProblem::NothingWithheld { rule: self.to_string() })
    }

    /// What the published number says.
    pub(super) fn published(&self, value: u64) -> Result<Count, CellProblem> {
        let published = self.publisher.published(value);
        published.ok_or_else(|| CellProblem::AgainstRule { rule: self.to_string() })
    }
}

impl Publisher {
    pub(super) fn withheld(self) -> Option<Count> {
        let zeros_published = self.zeros == Zeros::Published;
        match (self.withholding, self.rounding) {
            (Withholding::Below(threshold), _) => {
                let smallest = u64::from(zeros_published);
                Interval::new(smallest, threshold.checked_sub(1)?).ok().map(Count::from)
            }
            (Withholding::RoundedBelow(threshold), Some(rounding)) => {
                let base = u64::from(rounding.base());
                let smallest = if zeros_published { base } else { 0 };
                let largest = threshold.checked_sub(1)? / base * base;
                rounding.behind(smallest, largest).ok()
            }
            _ => None,
        }
    }

    pub(super) fn published(self, value: u64) -> Option<Count> {
        let zero_published = value == 0 && self.zeros == Zeros::Published;
        match self.withholding {
            Withholding::Nothing => self.behind(value),
            Withholding::Below(_) if zero_published => Some(Count::Exact(0)),
            Withholding::Below(threshold) => {
                let bounds = self.behind(value)?.bounds();
                Interval::new(bounds.lo().max(threshold), bounds.hi()?).ok().map(Count::from)
            }
            Withholding::RoundedBelow(threshold) if value < threshold && !zero_published => None,
            Withholding::RoundedBelow(_) => self.behind(value),
        }
    }

    /// What a value that was rounded, or not, says by itself.
    fn behind(self, value: u64) -> Option<Count> {
        match self.rounding {
            None => Some(Count::Exact(value)),
            Some(rounding) if value.is_multiple_of(u64::from(rounding.base())) => {
                rounding.behind(value, value).ok()
            }
            Some(_) => None,
        }
    }
}

impl fmt::Display for DisclosureRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Publisher { withholding, zeros, rounding } = self.publisher;
        match (withholding, rounding) {
            (Withholding::Nothing, None) => f.write_str("published as counted")?,
            (Withholding::Nothing, Some(rounding)) => write!(f, "{rounding}")?,
            (Withholding::Below(t), None) => write!(f, "below {t} withheld")?,
            (Withholding::Below(t), Some(rounding)) => write!(f, "below {t} withheld, the rest {rounding}")?,
            (Withholding::RoundedBelow(t), rounding) => {
                rounding.iter().try_for_each(|rounding| write!(f, "{rounding}, "))?;
                write!(f, "then below {t} withheld")?;
            }
        }
        match (withholding, zeros) {
            (Withholding::Nothing, _) | (_, Zeros::Withheld) => Ok(()),
            (_, Zeros::Published) => f.write_str(", zeros published"),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_reads_as_a_sentence() {
        let rule = DisclosureRule::builder;
        let five = Rounding::HalfUp(5);
        let cases = [
            (rule(), "published as counted"),
            (rule().rounded(Rounding::Random(3)), "rounded at random to 3"),
            (rule().withheld_below(10).zeros(Zeros::Published), "below 10 withheld, zeros published"),
            (rule().withheld_below(10).rounded(five), "below 10 withheld, the rest rounded half up to 5"),
            (
                rule().rounded(five).withheld_below_after_rounding(10),
                "rounded half up to 5, then below 10 withheld",
            ),
        ];
        for (builder, text) in cases {
            assert_eq!(builder.build().unwrap().to_string(), text);
        }
    }
}
