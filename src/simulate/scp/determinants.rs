//! The determinants of the synthetic wijken.

use crate::simulate::{Determinant, Marginal};

/// Quantiles of the inhabitants of a wijk.
#[rustfmt::skip]
const INHABITANTS: [(f64, f64); 11] = [
    (0.0, 140.0), (0.01, 185.0), (0.05, 351.0), (0.10, 540.0), (0.25, 1301.0), (0.50, 3502.0),
    (0.75, 7728.0), (0.90, 13488.0), (0.95, 18446.0), (0.99, 34662.0), (1.0, 108_099.0),
];

/// The seven determinants, given their coefficients per standard deviation.
///
/// Mean, standard deviation and range in percent; the loading on deprivation, the common factor.
///
/// Shares of groups that are rare in most places and common in a few: all are skewed, also those without logarithm.
pub(super) fn determinants(coefficients: [f64; 7]) -> [Determinant; 7] {
    let skewed = |mean, sd, lo, hi| Marginal::log_normal_by_mean(mean, sd).clipped(lo, hi).decimals(2);
    let [eenouder, bijstand, nietwesters, onderwijs, inkomen, ggz, grootte] = coefficients;
    [
        Determinant::new("eenouder", eenouder, skewed(15.0, 5.0, 3.0, 50.0)).loading(0.84),
        Determinant::new("bijstand", bijstand, skewed(4.0, 3.2, 0.2, 30.0)).loading(0.92).logged(),
        Determinant::new("nietwesters", nietwesters, skewed(8.0, 8.0, 0.3, 75.0)).loading(0.76).logged(),
        Determinant::new("speciaal_onderwijs", onderwijs, skewed(3.0, 1.4, 0.2, 15.0)).loading(0.55),
        Determinant::new("laag_inkomen", inkomen, skewed(7.0, 3.5, 1.0, 35.0)).loading(0.94),
        Determinant::new("ouders_ggz", ggz, skewed(12.0, 2.5, 4.0, 25.0)).loading(0.62),
        Determinant::new("grootte", grootte, Marginal::quantiles(INHABITANTS).decimals(0))
            .loading(0.13)
            .logged(),
    ]
    .map(Determinant::standardised)
}
