//! What was published about each wijk's count.

use crate::source::Source;
use nestcount::Result;
use nestcount::count::{Count, CountTable, DisclosureRule};
use nestcount::nl;

/// Who published the counts, and so by which rule.
#[derive(Clone, Copy)]
pub(crate) enum Publisher {
    /// Nobody: the counts are all there, and those below 10 are withheld here as SCP had it.
    Counted,
    /// SCP: not published below 10; a column flags those cells.
    Scp { flag: &'static str },
    /// Statistics Netherlands: rounded to 5, then withheld below 10; a column flags those cells.
    StatisticsNetherlands { flag: &'static str },
}

/// Counts below this are withheld.
const THRESHOLD: u64 = 10;

impl Publisher {
    pub(crate) fn rule(self) -> Result<DisclosureRule> {
        match self {
            Publisher::Counted | Publisher::Scp { .. } => {
                DisclosureRule::builder().withheld_below(THRESHOLD).build()
            }
            Publisher::StatisticsNetherlands { .. } => Ok(nl::cbs_2022()),
        }
    }

    /// The counts as published, and the same with all that is known of them.
    pub(crate) fn counts(self, source: &Source) -> Result<Published> {
        let (table, column) = (&source.table, source.columns.count);
        let rule = self.rule()?;
        let secret = rule.read(".")?;
        let counts = match self {
            Publisher::Counted => {
                let small = |count| matches!(count, Count::Exact(y) if y < THRESHOLD);
                let all = Count::column(table, column)?;
                all.into_iter().map(|count| if small(count) { secret } else { count }).collect()
            }
            Publisher::Scp { flag } | Publisher::StatisticsNetherlands { flag } => {
                rule.counts_flagged(table, column, flag)?
            }
        };
        let withheld = (0..counts.len()).filter(|&row| counts[row] == secret).collect();
        let exposures = table.numbers(source.columns.exposure)?;
        Ok(Published { counts: CountTable::with_exposures(counts, exposures)?, withheld, rule })
    }
}

pub(crate) struct Published {
    pub(crate) counts: CountTable,
    /// Rows of the table whose count was withheld.
    pub(crate) withheld: Vec<usize>,
    pub(crate) rule: DisclosureRule,
}
