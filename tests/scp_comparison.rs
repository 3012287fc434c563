//! Expected percentages of SCP's wijken beside those SCP published, as the example `scp_wijk` makes them.
#![cfg(feature = "csv")]
#![allow(clippy::unwrap_used)]

#[path = "../examples/scp_wijk/agreement.rs"]
mod agreement;
#[path = "../examples/scp_wijk/expectations.rs"]
mod expectations;
#[path = "../examples/scp_wijk/reasons.rs"]
mod reasons;
#[path = "../examples/common/scp_2017.rs"]
mod scp_2017;
#[path = "common/shared.rs"]
mod shared;
#[path = "../examples/scp_wijk/withheld_shares.rs"]
mod withheld_shares;

use agreement::Agreement;
use expectations::{Expected, Wijken};
use nestcount::area::{CodeScope, Placement};
use nestcount::table::Table;
use scp_2017::{DETERMINANTS, LEVELS};
use std::fs::File;
use withheld_shares::WithheldShares;

/// Correlation with SCP's expectation over the wijken with an actual percentage, and over all.
fn correlations(wijken: &Wijken<'_>, expected: &Expected) -> (f64, f64) {
    assert_eq!(expected.percent.len(), 2918);
    let observed = Agreement::of(&expected.percent, &wijken.scp, wijken.observed());
    let all = Agreement::of(&expected.percent, &wijken.scp, 0..expected.percent.len());
    assert_eq!((observed.n, all.n), (2632, 2918));
    assert!(observed.rmse < 0.7 && all.rmse < 0.8, "{observed:?} {all:?}");
    (observed.correlation, all.correlation)
}

#[test]
fn both_models_expect_of_the_wijken_what_scp_published() {
    let Some(folder) = shared::shared("both_models_expect_of_the_wijken_what_scp_published") else { return };
    let table = Table::from_csv(File::open(folder.join("data/nl/scp2017_wijken.csv")).unwrap()).unwrap();
    let placement = Placement::from_table(&table, &LEVELS, CodeScope::Unique).unwrap();
    let wijken = Wijken::read(&table, &placement, DETERMINANTS.to_vec()).unwrap();
    let count = wijken.count(&wijken.count_model(WithheldShares::HalfTheMean).unwrap()).unwrap();
    let (observed, all) = correlations(&wijken, &count);
    assert!(observed >= 0.96 && all >= 0.955, "count model: {observed:.4}, {all:.4}");
    let linear = wijken.linear(WithheldShares::HalfTheMean).unwrap();
    let (observed, all) = correlations(&wijken, &linear);
    assert!(observed >= 0.98 && all >= 0.975, "Gaussian model: {observed:.4}, {all:.4}");
    reasons_add_up(&linear);
    let crude = correlations(&wijken, &wijken.linear(WithheldShares::Mean).unwrap());
    assert!(observed > crude.0 && all > crude.1, "crude filling is as near: {crude:?}");
}

/// In the Gaussian model reasons are parts of a sum: they differ from the expectation by the same amount everywhere.
fn reasons_add_up(linear: &Expected) {
    let sums = linear.reasons.parts.rows().into_iter().map(|parts| parts.sum());
    let rest: Vec<f64> = linear.percent.iter().zip(sums).map(|(percent, sum)| percent - sum).collect();
    assert!(rest.iter().all(|rest_of| (rest_of - rest[0]).abs() < 1e-9), "{:?}", &rest[..3]);
    assert_eq!(linear.reasons.largest(0, 3).len(), 3);
}
