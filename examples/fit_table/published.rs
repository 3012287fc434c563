//! From cells as they were published to counts.

use crate::arguments::{Arguments, RoundingName, Treat};
use nestcount::Result;
use nestcount::count::{Blanks, CellFormat, Count, DisclosureRule, Rounding};
use nestcount::table::Table;

/// What is known of the count of every row.
pub(crate) struct Published {
    pub(crate) counts: Vec<Count>,
    /// Rows whose count was withheld; with bounds, all that have no exact one.
    pub(crate) withheld: Vec<usize>,
    /// Of these, rows whose cell is blank.
    pub(crate) blank: usize,
}

impl Published {
    pub(crate) fn read(asked: &Arguments, table: &Table) -> Result<Published> {
        if let Some(bounds) = &asked.bounds {
            let counts = Count::between(table, &bounds.lo, &bounds.hi)?;
            let withheld = rows(&counts, |count| matches!(count, Count::Interval(_)));
            return Ok(Published { counts, withheld, blank: 0 });
        }
        let column = asked.count.as_deref().unwrap_or_default();
        let Some(rule) = rule(asked)? else {
            return Ok(Published { counts: Count::column(table, column)?, withheld: vec![], blank: 0 });
        };
        let counts = match &asked.published.withheld_column {
            Some(flag) => rule.counts_flagged(table, column, flag)?,
            None => rule.counts(table, column)?,
        };
        // only where something is withheld does a lone . say so
        let withheld = match asked.published.withheld_below {
            Some(_) => {
                let secret = rule.read(".")?;
                rows(&counts, |count| count == secret)
            }
            None => vec![],
        };
        let cells = table.codes(column)?;
        let blank = withheld.iter().filter(|&&row| cells[row].is_none()).count();
        Ok(Published { counts, withheld, blank })
    }
}

fn rows(counts: &[Count], wanted: impl Fn(Count) -> bool) -> Vec<usize> {
    (0..counts.len()).filter(|&row| wanted(counts[row])).collect()
}

/// The publisher's rule, where the arguments say that there is one.
///
/// Older work took a rounded count for the count itself, and so do the treatments that stand for it.
fn rule(asked: &Arguments) -> Result<Option<DisclosureRule>> {
    let published = &asked.published;
    if published.withheld_below.is_none() && published.round_to.is_none() {
        return Ok(None);
    }
    let mut rule = DisclosureRule::builder();
    let as_published = matches!(published.treat, Treat::Drop | Treat::Midpoint);
    if let Some(threshold) = published.withheld_below {
        rule = match published.withheld_after_rounding && !as_published {
            true => rule.withheld_below_after_rounding(threshold),
            false => rule.withheld_below(threshold),
        };
    }
    if published.zeros_published {
        rule = rule.zeros(nestcount::count::Zeros::Published);
    }
    if let Some(base) = published.round_to.filter(|_| !as_published) {
        rule = rule.rounded(match published.rounding.unwrap_or(RoundingName::HalfUp) {
            RoundingName::HalfUp => Rounding::HalfUp(base),
            RoundingName::HalfEven => Rounding::HalfEven(base),
            RoundingName::Nearest => Rounding::Nearest(base),
            RoundingName::Random => Rounding::Random(base),
        });
    }
    let format = CellFormat::plain();
    let format = if published.withheld_below.is_some() { format.blanks(Blanks::Withheld) } else { format };
    rule.build()?.reading(format).map(Some)
}
