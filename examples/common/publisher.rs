//! What a publisher did to counts, as options.

use nestcount::Result;
use nestcount::count::{DisclosureRule, Rounding};

#[derive(clap::Args)]
pub(crate) struct Publisher {
    /// Counts below this were withheld: a cell `.` stands for one of them.
    #[arg(long, requires = "data")]
    pub(crate) withheld_below: Option<u64>,
    /// Counts were rounded to multiples of this before they were published.
    #[arg(long, requires = "data")]
    pub(crate) round_to: Option<u32>,
}

impl Publisher {
    /// The rule; none where counts are published as they are.
    pub(crate) fn rule(&self) -> Result<Option<DisclosureRule>> {
        if let (None, None) = (self.withheld_below, self.round_to) {
            return Ok(None);
        }
        let mut rule = DisclosureRule::builder();
        if let Some(threshold) = self.withheld_below {
            rule = rule.withheld_below(threshold);
        }
        if let Some(base) = self.round_to {
            rule = rule.rounded(Rounding::HalfUp(base));
        }
        rule.build().map(Some)
    }
}
