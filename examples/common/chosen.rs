//! Determinants by name and by how they enter.

use nestcount::determinant::Numeric;

/// Names of columns.
#[derive(Clone, Copy)]
pub(crate) struct Chosen {
    /// Those that enter as they are.
    pub(crate) plain: &'static [&'static str],
    /// Those that enter as their logarithm.
    pub(crate) logged: &'static [&'static str],
}

/// The determinants of the synthetic country in the shape of SCP's study.
pub(crate) const SYNTHETIC: Chosen = Chosen {
    plain: &["eenouder", "speciaal_onderwijs", "laag_inkomen", "ouders_ggz"],
    logged: &["bijstand", "nietwesters", "grootte"],
};

impl Chosen {
    /// All names.
    pub(crate) fn names(self) -> impl Iterator<Item = &'static str> {
        self.plain.iter().chain(self.logged).copied()
    }

    /// All of them in units of their standard deviation, in the order of the names.
    pub(crate) fn z_scores(self) -> impl Iterator<Item = Numeric> {
        let plain = self.plain.iter().map(|name| Numeric::new(name).z_score());
        plain.chain(self.logged.iter().map(|name| Numeric::new(name).log().z_score()))
    }
}
