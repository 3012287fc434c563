//! How finely the integrals are taken.

/// Density of points and what is left out at their ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rule {
    /// Distance between points in standard deviations of the effect given the parent's. The error of a normal
    /// integrand is 2 exp(−2π²/step²).
    pub step: f64,
    /// Posterior probability left out beyond either end of a node's points.
    pub tail: f64,
}

impl Rule {
    /// Where refinement begins: errors near 1e-9 a node.
    pub(crate) const FIRST: Rule = Rule { step: 0.9, tail: 1e-10 };

    /// The next finer rule: errors that fall exponentially in 1/step are squared or so.
    pub(crate) fn finer(self) -> Rule {
        Rule { step: 0.75 * self.step, tail: 1e-2 * self.tail }
    }

    /// The error of a normal integrand.
    pub(super) fn error(self) -> f64 {
        2.0 * (-2.0 * (std::f64::consts::PI / self.step).powi(2)).exp()
    }
}
