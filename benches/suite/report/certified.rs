//! By how much every estimator misses the certified maxima.

use super::words::{NONE, TextTable, small};
use crate::certified::{Miss, MissRecord};
use crate::output::Suite;

pub(super) fn section(suite: &Suite) -> String {
    format!(
        "## The certified set\n\nTen small tables whose maximum is known to more than 12 digits. Largest distance of a \
         parameter (coefficient, sd, log θ) from it, in certified standard errors:\n\n{}",
        table(suite, |miss| miss.std_errors)
    )
}

pub(super) fn tables(suite: &Suite) -> String {
    format!(
        "## The certified set in the parameters' own units\n\nLargest distance of a parameter from the maximum: \
         coefficients, log sd, log θ; ∞ where an estimate is an sd of 0 or an infinite θ.\n\n{}",
        table(suite, |miss| miss.largest)
    )
}

fn table(suite: &Suite, read: impl Fn(&Miss) -> f64) -> String {
    let head = ["table", "what"].into_iter().chain(suite.estimators.iter().map(String::as_str));
    let mut table = TextTable::new(head);
    let cell = |record: &MissRecord| match (&record.miss, &record.failure) {
        (Some(miss), _) => small(Some(read(miss))),
        (None, Some(kind)) => kind.clone(),
        (None, None) => NONE.into(),
    };
    for record in &suite.certified {
        let cells = record.estimators.iter().map(cell);
        table.line([record.table.clone(), record.what.clone()].into_iter().chain(cells).collect());
    }
    table.markdown()
}
